//! A statement of a policy as the block that `aws_iam_policy_document` has for it.

use smol_str::SmolStr;
use stockade_syntax::New;

/// The block, as deep as the data source has its statements; none if it says what that has no word for.
pub fn statement(value: &New) -> Option<String> {
    let New::Mapping(entries) = value else { return None };
    let mut out = String::from("statement {\n");
    for (key, value) in entries {
        match key.as_str() {
            "Sid" => out.push_str(&format!("    sid = {}\n", text(value)?)),
            "Effect" => out.push_str(&format!("    effect = {}\n", text(value)?)),
            "Action" => out.push_str(&format!("    actions = {}\n", list(value)?)),
            "NotAction" => out.push_str(&format!("    not_actions = {}\n", list(value)?)),
            "Resource" => out.push_str(&format!("    resources = {}\n", list(value)?)),
            "NotResource" => out.push_str(&format!("    not_resources = {}\n", list(value)?)),
            "Principal" => principals("principals", value, &mut out)?,
            "NotPrincipal" => principals("not_principals", value, &mut out)?,
            "Condition" => {
                for (test, variables) in mapping(value)? {
                    for (variable, values) in mapping(variables)? {
                        out.push_str(&format!(
                            "    condition {{\n      test = \"{test}\"\n      variable = \"{variable}\"\n      values = {}\n    }}\n",
                            list(values)?
                        ));
                    }
                }
            }
            _ => return None,
        }
    }
    out.push_str("  }");
    Some(out)
}

/// The statements of a document in the block of the data source.
pub fn document(value: &New, block: &str) -> Option<String> {
    let statements = mapping(value)?.iter().find(|(key, _)| key == "Statement")?;
    let statements = match &statements.1 {
        New::Sequence(items) => items.iter().map(statement).collect::<Option<Vec<_>>>()?,
        one => vec![statement(one)?],
    };
    let head = block.lines().next().filter(|head| head.ends_with('{'))?;
    Some(format!("{head}\n  {}\n}}", statements.join("\n  ")))
}

fn principals(name: &str, value: &New, out: &mut String) -> Option<()> {
    let anyone = [(SmolStr::new("*"), value.clone())];
    let kinds: &[(SmolStr, New)] = match value {
        New::Mapping(entries) => entries,
        _ => &anyone,
    };
    for (kind, identifiers) in kinds {
        out.push_str(&format!(
            "    {name} {{\n      type = \"{kind}\"\n      identifiers = {}\n    }}\n",
            list(identifiers)?
        ));
    }
    Some(())
}

fn mapping(value: &New) -> Option<&[(SmolStr, New)]> {
    match value {
        New::Mapping(entries) => Some(entries),
        _ => None,
    }
}

fn list(value: &New) -> Option<String> {
    let items = match value {
        New::Sequence(items) => items.iter().map(text).collect::<Option<Vec<_>>>()?,
        one => vec![text(one)?],
    };
    Some(format!("[{}]", items.join(", ")))
}

/// A text in quotes; `${` of policy variables is `&{` here.
fn text(value: &New) -> Option<String> {
    match value {
        New::String(text) => {
            Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "&{")))
        }
        New::Bool(value) => Some(format!("\"{value}\"")),
        New::Number(number) => Some(format!("\"{number}\"")),
        New::Sequence(_) | New::Mapping(_) => None,
    }
}
