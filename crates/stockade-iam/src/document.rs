//! The model of a policy document.

use smol_str::SmolStr;
use stockade_model::{Fact, Kind, Place, Symbol, SymbolKind, Text, Value};

/// A policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Set if there may be more statements than are known.
    pub open: Option<Symbol>,
}

/// `Effect`.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`, and anything else: what is not `Allow` grants nothing.
    Deny,
    /// Not known.
    Unknown(Symbol),
}

/// A statement. What is not known of a list is in its `open` symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Where it was written.
    pub place: Place,
    /// `Sid`.
    pub sid: Option<SmolStr>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal`.
    pub principals: Vec<Principal>,
    /// `Action`.
    pub actions: Vec<Text>,
    /// `NotAction`.
    pub not_actions: Vec<Text>,
    /// `Resource`.
    pub resources: Vec<Text>,
    /// `NotResource`.
    pub not_resources: Vec<Text>,
    /// `Condition`, one entry per operator and key.
    pub conditions: Vec<Condition>,
    /// Set if a part of the statement is not known.
    pub open: Option<Symbol>,
}

/// A principal: `{"Service": "lambda.amazonaws.com"}` is of kind `Service`; `"*"` is of kind `*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`.
    pub kind: SmolStr,
    /// The identifier.
    pub id: Text,
}

/// One operator on one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// `StringEquals`, ….
    pub operator: SmolStr,
    /// `aws:SourceAccount`, ….
    pub key: SmolStr,
    /// The values, of which one must match.
    pub values: Vec<Text>,
}

impl PolicyDocument {
    /// Reads a document. Text is read as JSON nowhere here: a document given as text is unknown as a whole.
    #[must_use]
    pub fn read(document: &Value) -> Self {
        let statements = document.get("Statement");
        let open = statements.open().or(document.open()).cloned();
        Self {
            statements: statements
                .items()
                .iter()
                .filter(|item| item.unknown().is_none())
                .map(Statement::read)
                .collect(),
            open,
        }
    }
}

impl Statement {
    /// Reads a statement.
    #[must_use]
    pub fn read(statement: &Value) -> Self {
        let mut open = statement.open().cloned();
        let mut texts = |name: &str| -> Vec<Text> {
            let value = statement.get(name);
            // `Resource: !GetAtt Queue.Arn` is one text, not a list that is not known.
            let one_text = |symbol: &Symbol| {
                value.unknown().is_some() && matches!(symbol.kind(), SymbolKind::Attribute { .. })
            };
            if let Some(symbol) = value.open().filter(|symbol| !one_text(symbol)) {
                open.get_or_insert_with(|| symbol.clone());
            }
            value.items().iter().filter_map(Value::as_text).collect()
        };
        let actions = texts("Action");
        let not_actions = texts("NotAction");
        let resources = texts("Resource");
        let not_resources = texts("NotResource");
        let effect = match statement.get("Effect").literal() {
            Fact::Known(effect) if effect == "Allow" => Effect::Allow,
            Fact::Unknown(symbol) => Effect::Unknown(symbol),
            _ => Effect::Deny,
        };
        let principal = statement.get("Principal");
        let conditions = statement.get("Condition");
        for part in [&principal, &conditions] {
            if let Some(symbol) = part.open() {
                open.get_or_insert_with(|| symbol.clone());
            }
        }
        Self {
            place: statement.origin.place,
            sid: match statement.get("Sid").literal() {
                Fact::Known(sid) => Some(sid),
                _ => None,
            },
            effect,
            principals: principals(&principal),
            actions,
            not_actions,
            resources,
            not_resources,
            conditions: read_conditions(&conditions),
            open,
        }
    }

    /// Whether an action is among `Action`, by IAM's wildcards and without regard to case. `NotAction` counts for
    /// every action that it does not name.
    #[must_use]
    pub fn covers_action(&self, action: &str) -> bool {
        let matches = |patterns: &[Text]| {
            patterns.iter().filter_map(Text::as_literal).any(|pattern| wildcard(pattern, action))
        };
        matches(&self.actions) || (!self.not_actions.is_empty() && !matches(&self.not_actions))
    }

    /// Whether anyone is a principal of it: `*`, or `AWS: *`.
    #[must_use]
    pub fn is_for_anyone(&self) -> bool {
        self.principals.iter().any(|principal| {
            matches!(principal.kind.as_str(), "*" | "AWS") && principal.id.as_literal() == Some("*")
        })
    }
}

fn principals(value: &Value) -> Vec<Principal> {
    match &value.kind {
        Kind::Object(object) => object
            .fields
            .iter()
            .flat_map(|field| {
                let ids = field.value.items().iter().filter_map(Value::as_text);
                ids.map(|id| Principal { kind: field.key.clone(), id }).collect::<Vec<_>>()
            })
            .collect(),
        _ => value.as_text().map(|id| Principal { kind: "*".into(), id }).into_iter().collect(),
    }
}

fn read_conditions(value: &Value) -> Vec<Condition> {
    let operators = value.fields().iter();
    operators
        .flat_map(|operator| {
            operator.value.fields().iter().map(|key| Condition {
                operator: operator.key.clone(),
                key: key.key.clone(),
                values: key.value.items().iter().filter_map(Value::as_text).collect(),
            })
        })
        .collect()
}

/// Whether `text` matches a pattern of `*` (anything) and `?` (one character), without regard to ASCII case.
fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.to_ascii_lowercase().chars().collect(), text.to_ascii_lowercase().chars().collect());
    let (mut at, mut from, mut star, mut mark) = (0, 0, None, 0);
    while at < text.len() {
        match pattern.get(from) {
            Some('*') => {
                star = Some(from);
                mark = at;
                from += 1;
            }
            Some(character) if *character == '?' || *character == text[at] => {
                from += 1;
                at += 1;
            }
            _ => match star {
                Some(star) => {
                    from = star + 1;
                    mark += 1;
                    at = mark;
                }
                None => return false,
            },
        }
    }
    pattern[from..].iter().all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_iam_does() {
        for (pattern, text, expected) in [
            ("lambda:*", "lambda:InvokeFunction", true),
            ("lambda:Invoke*", "lambda:InvokeFunctionUrl", true),
            ("LAMBDA:invokefunction", "lambda:InvokeFunction", true),
            ("lambda:Get?unction", "lambda:GetFunction", true),
            ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", false),
            ("*:*Url", "lambda:InvokeFunctionUrl", true),
            ("", "lambda:InvokeFunction", false),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }
}
