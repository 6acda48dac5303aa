//! A state machine's definition: written inline it becomes a string with substitutions, otherwise a place in
//! S3 (AWS SAM developer guide, "AWS::Serverless::StateMachine").

use crate::SamError;
use crate::location::Location;
use crate::presence::set;
use crate::resource::SamResource;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};
use stockade_model::Origin;

/// Puts the definition and its substitutions into the CloudFormation properties.
pub(crate) fn lower(machine: &SamResource, out: &mut Expr) -> Result<(), SamError> {
    let properties = &machine.properties;
    let mut substitutions = set(properties, "DefinitionSubstitutions").cloned();
    match (set(properties, "Definition"), set(properties, "DefinitionUri")) {
        (Some(_), Some(uri)) => {
            return Err(machine.error("it has both `Definition` and `DefinitionUri`", uri.origin.place));
        }
        (None, None) => {
            return Err(machine.error("it has neither `Definition` nor `DefinitionUri`", machine.id_at));
        }
        (Some(definition), None) => {
            let mut found = Found::default();
            let definition = found.replace_in(definition);
            if !found.values.is_empty() {
                let all = substitutions.get_or_insert_with(|| Expr::object(&definition.origin));
                for (name, value) in found.values {
                    all.set(name, value);
                }
            }
            let mut lines = Lines::default();
            lines.print(&definition, 0);
            let origin = &definition.origin;
            let arguments = vec![Expr::string("\n", origin), Expr::list(lines.finish(origin), origin)];
            out.set("DefinitionString", Expr::call("Fn::Join", Expr::list(arguments, origin), origin));
        }
        (None, Some(uri)) => out.set("DefinitionS3Location", s3_location(machine, uri)?),
    }
    if let Some(substitutions) = substitutions {
        out.set("DefinitionSubstitutions", substitutions);
    }
    Ok(())
}

/// The bucket, key and version that `DefinitionUri` names.
fn s3_location(machine: &SamResource, uri: &Expr) -> Result<Expr, SamError> {
    let location = Location::read(uri, "DefinitionUri", machine)?;
    Ok(Expr::object(&uri.origin)
        .with("Bucket", location.bucket)
        .with("Key", location.key)
        .with_some("Version", location.version))
}

/// The intrinsic functions and dynamic references of a definition, taken out of it.
#[derive(Default)]
struct Found {
    values: Vec<(SmolStr, Expr)>,
}

impl Found {
    /// The definition with a substitution in place of each of them, numbered in the order of sorted keys.
    fn replace_in(&mut self, expr: &Expr) -> Expr {
        match &expr.data {
            Data::Object(map) => {
                let mut entries: Vec<&stockade_cfn::Entry> = map.entries.iter().collect();
                entries.sort_by(|one, other| one.key.cmp(&other.key));
                let mut out = Expr::object(&expr.origin);
                for entry in entries {
                    let value = self.replace(&entry.value);
                    out.set_entry(stockade_cfn::Entry { value, ..entry.clone() });
                }
                out
            }
            Data::List(items) => {
                Expr::list(items.iter().map(|item| self.replace(item)).collect(), &expr.origin)
            }
            _ => expr.clone(),
        }
    }

    fn replace(&mut self, value: &Expr) -> Expr {
        if value.intrinsic().is_none() && !value.as_str().is_some_and(is_dynamic_reference) {
            return self.replace_in(value);
        }
        let name = format_smolstr!("definition_substitution_{}", self.values.len() + 1);
        let key = format_smolstr!("${{{name}}}");
        self.values.push((name, value.clone()));
        Expr::string(key, &value.origin)
    }
}

/// Whether a string is a dynamic reference and nothing else: `{{resolve:SERVICE:KEY}}`.
fn is_dynamic_reference(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("{{resolve:").and_then(|rest| rest.strip_suffix("}}")) else {
        return false;
    };
    inner.split_once(':').is_some_and(|(service, key)| {
        let service_fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        !service.is_empty() && service.bytes().all(service_fits) && !key.is_empty() && !key.contains('\n')
    })
}

/// JSON printed over lines with an indent of four, keys sorted. Each line keeps the origin of the value that
/// it shows.
#[derive(Default)]
struct Lines {
    done: Vec<Expr>,
    line: String,
    origin: Option<Origin>,
}

impl Lines {
    fn print(&mut self, expr: &Expr, depth: usize) {
        self.origin = Some(expr.origin.clone());
        match &expr.data {
            Data::Null => self.line.push_str("null"),
            Data::Bool(value) => self.line.push_str(if *value { "true" } else { "false" }),
            Data::Number(number) => self.line.push_str(number),
            Data::String(text) => self.line.push_str(&quoted(text)),
            Data::List(items) if items.is_empty() => self.line.push_str("[]"),
            Data::List(items) => {
                self.line.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.end_line(depth + 1, at > 0);
                    self.print(item, depth + 1);
                }
                self.end_line(depth, false);
                self.line.push(']');
            }
            Data::Object(map) if map.entries.is_empty() => self.line.push_str("{}"),
            Data::Object(map) => {
                let mut entries: Vec<&stockade_cfn::Entry> = map.entries.iter().collect();
                entries.sort_by(|one, other| one.key.cmp(&other.key));
                self.line.push('{');
                for (at, entry) in entries.into_iter().enumerate() {
                    self.end_line(depth + 1, at > 0);
                    self.line.push_str(&quoted(&entry.key));
                    self.line.push_str(": ");
                    self.print(&entry.value, depth + 1);
                }
                self.end_line(depth, false);
                self.line.push('}');
            }
        }
    }

    fn end_line(&mut self, depth: usize, comma: bool) {
        if comma {
            self.line.push(',');
        }
        let line = std::mem::replace(&mut self.line, " ".repeat(4 * depth));
        if let Some(origin) = &self.origin {
            self.done.push(Expr::string(line, origin));
        }
    }

    fn finish(mut self, origin: &Origin) -> Vec<Expr> {
        self.done.push(Expr::string(self.line, origin));
        self.done
    }
}

fn quoted(text: &str) -> String {
    crate::logical_id::canonical_json(&serde_json::Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::Place;

    fn printed(json: serde_json::Value) -> (Vec<String>, usize) {
        let definition = Expr::from_json(&json, &Origin::at(Place::default()));
        let mut found = Found::default();
        let definition = found.replace_in(&definition);
        let mut lines = Lines::default();
        lines.print(&definition, 0);
        let lines = lines.finish(&definition.origin);
        (lines.iter().filter_map(Expr::as_str).map(str::to_owned).collect(), found.values.len())
    }

    #[test]
    fn a_definition_is_printed_with_substitutions() {
        let (lines, count) = printed(serde_json::json!({
            "B": [1, {"Ref": "X"}], "A": "{{resolve:ssm:name:1}}", "C": {}, "D": "é"
        }));
        let expected = [
            "{",
            "    \"A\": \"${definition_substitution_1}\",",
            "    \"B\": [",
            "        1,",
            "        \"${definition_substitution_2}\"",
            "    ],",
            "    \"C\": {},",
            "    \"D\": \"\\u00e9\"",
            "}",
        ];
        assert_eq!((lines.iter().map(String::as_str).collect::<Vec<_>>(), count), (expected.to_vec(), 2));
    }

    #[test]
    fn a_dynamic_reference_is_one_as_a_whole() {
        assert!(is_dynamic_reference("{{resolve:secretsmanager:x:SecretString:y}}"));
        assert!(!is_dynamic_reference("x{{resolve:ssm:y}}"));
        assert!(!is_dynamic_reference("{{resolve:ssm}}"));
    }
}
