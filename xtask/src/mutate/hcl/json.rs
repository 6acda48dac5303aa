//! A text of HCL in the JSON form of the language.

use super::structure::span_of;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};
use serde_json::{Map, Value};

/// Arguments that name things instead of giving values: an expression is not a template there.
const NAMES: [&str; 6] =
    ["depends_on", "ignore_changes", "provider", "providers", "replace_triggered_by", "type"];

/// The same in JSON; none where a heredoc would have to be written anew.
pub fn converted(text: &str) -> Option<String> {
    let body: Body = text.parse().ok()?;
    serde_json::to_string_pretty(&Value::Object(of_body(text, &body, "")?)).ok()
}

fn of_body(text: &str, body: &Body, kind: &str) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    for structure in body.iter() {
        match structure {
            Structure::Attribute(attribute) => {
                let name = attribute.key.as_str();
                let is_name = NAMES.contains(&name)
                    && (name != "type" || kind == "variable")
                    && ["variable", "resource", "data", "module", "lifecycle"].contains(&kind);
                let value = match is_name {
                    true => named(text, &attribute.value)?,
                    false => of_expression(text, &attribute.value)?,
                };
                out.insert(name.to_owned(), value);
            }
            Structure::Block(block) => put(&mut out, text, block)?,
        }
    }
    Some(out)
}

/// Puts a block below its kind and labels; a further one of the same makes it a list.
fn put(out: &mut Map<String, Value>, text: &str, block: &Block) -> Option<()> {
    let body = Value::Object(of_body(text, &block.body, block.ident.as_str())?);
    let mut keys: Vec<&str> = vec![block.ident.as_str()];
    keys.extend(block.labels.iter().map(|label| label.as_str()));
    let last = keys.pop()?;
    let mut at = out;
    for key in keys {
        at = at.entry(key).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    }
    match at.get_mut(last) {
        Some(Value::Array(bodies)) => bodies.push(body),
        Some(other) => *other = Value::Array(vec![other.take(), body]),
        None => {
            at.insert(last.to_owned(), body);
        }
    }
    Some(())
}

fn named(text: &str, expression: &Expression) -> Option<Value> {
    Some(match expression {
        Expression::Array(items) => {
            Value::Array(items.iter().map(|item| named(text, item)).collect::<Option<_>>()?)
        }
        Expression::Object(object) => {
            let entry = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| match key {
                ObjectKey::Ident(ident) => Some((ident.as_str().to_owned(), named(text, value.expr())?)),
                ObjectKey::Expression(_) => None,
            };
            Value::Object(object.iter().map(entry).collect::<Option<_>>()?)
        }
        other => Value::String(text.get(span_of(other)?)?.trim_matches('"').to_owned()),
    })
}

fn of_expression(text: &str, expression: &Expression) -> Option<Value> {
    let literal = |text: &str| text.replace("${", "$${").replace("%{", "%%{");
    Some(match expression {
        Expression::Null(_) => Value::Null,
        Expression::Bool(value) => Value::Bool(**value),
        Expression::Number(_) => serde_json::from_str(text.get(span_of(expression)?)?).ok()?,
        Expression::String(value) => Value::String(literal(value.as_str())),
        // What is escaped in a quoted template is escaped alike in JSON.
        Expression::StringTemplate(_) => serde_json::from_str(text.get(span_of(expression)?)?).ok()?,
        Expression::HeredocTemplate(_) => return None,
        Expression::Array(items) => {
            Value::Array(items.iter().map(|item| of_expression(text, item)).collect::<Option<_>>()?)
        }
        Expression::Object(object) => {
            let mut out = Map::new();
            for (key, value) in object.iter() {
                let key = match key {
                    ObjectKey::Ident(ident) => ident.as_str().to_owned(),
                    ObjectKey::Expression(Expression::String(key)) => literal(key.as_str()),
                    ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_owned(),
                    ObjectKey::Expression(_) => return None,
                };
                out.insert(key, of_expression(text, value.expr())?);
            }
            Value::Object(out)
        }
        other => {
            let source = text.get(span_of(other)?)?;
            if source.contains("<<") {
                return None;
            }
            Value::String(format!("${{{}}}", source))
        }
    })
}
