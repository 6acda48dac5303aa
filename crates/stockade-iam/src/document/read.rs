//! From a value, known or not, to the model.

use super::{Condition, Effect, Key, PolicyDocument, Principal, Problem, Statement, Term};
use stockade_model::{Fact, Kind, Place, Symbol, SymbolKind, Value};

const DOCUMENT_KEYS: [&str; 3] = ["Version", "Id", "Statement"];
/// The elements of a statement (IAM User Guide, "IAM JSON policy elements reference").
pub(crate) const STATEMENT_KEYS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
const PRINCIPAL_KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

impl PolicyDocument {
    /// Reads a document. A text that is wholly known is read as JSON.
    #[must_use]
    pub fn read(document: &Value) -> Self {
        if let Kind::Text(text) = &document.kind {
            return match text.as_literal() {
                Some(literal) => Self::of_text(literal, document.origin.place),
                None => Self {
                    place: document.origin.place,
                    open: text.symbols().next().cloned(),
                    ..Self::default()
                },
            };
        }
        let statements = document.get("Statement");
        let mut problems = Vec::new();
        let object = matches!(document.kind, Kind::Object(_) | Kind::Unknown(_) | Kind::Absent(_));
        if !object {
            problems.push(problem("a policy document is a JSON object", document.origin.place));
        }
        unknown_keys(document, &DOCUMENT_KEYS, "policy document", &mut problems);
        if object && statements.is_absent() && !document.is_absent() {
            problems.push(problem("a policy document has `Statement`", document.origin.place));
        }
        let term = |name: &str| one_term(&document.get(name));
        Self {
            place: document.origin.place,
            version: term("Version"),
            id: term("Id"),
            open: statements.open().or(document.open()).cloned(),
            statements: statements
                .items()
                .iter()
                .filter(|item| item.unknown().is_none())
                .map(|item| Statement::read_into(item, &mut problems))
                .collect(),
            keys: keys(document),
            problems,
        }
    }
}

impl Statement {
    /// Reads a statement; what does not follow the grammar is left out.
    #[must_use]
    pub fn read(statement: &Value) -> Self {
        Self::read_into(statement, &mut Vec::new())
    }

    fn read_into(statement: &Value, problems: &mut Vec<Problem>) -> Self {
        let place = statement.origin.place;
        if !matches!(statement.kind, Kind::Object(_)) {
            problems.push(problem("a statement is a JSON object", place));
        }
        unknown_keys(statement, &STATEMENT_KEYS, "statement", problems);
        for (key, opposite) in
            [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
        {
            if [key, opposite].iter().all(|name| statement.fields().iter().any(|field| field.key == **name)) {
                problems.push(problem(&format!("a statement has either `{key}` or `{opposite}`"), place));
            }
        }
        let mut open = statement.open().cloned();
        let mut texts = |name: &str| {
            let value = statement.get(name);
            // `Resource: !GetAtt Queue.Arn` is one text, not a list that is not known.
            let one_text = |symbol: &Symbol| {
                value.unknown().is_some() && matches!(symbol.kind(), SymbolKind::Attribute { .. })
            };
            if let Some(symbol) = value.open().filter(|symbol| !one_text(symbol)) {
                open.get_or_insert_with(|| symbol.clone());
            }
            terms(&value, name, problems)
        };
        let actions = texts("Action");
        let not_actions = texts("NotAction");
        let resources = texts("Resource");
        let not_resources = texts("NotResource");
        let effect = match statement.get("Effect").literal() {
            Fact::Known(effect) if effect == "Allow" => Effect::Allow,
            Fact::Known(effect) if effect == "Deny" => Effect::Deny,
            Fact::Unknown(symbol) => Effect::Unknown(symbol),
            _ => {
                problems.push(problem("`Effect` is `Allow` or `Deny`", place));
                Effect::Deny
            }
        };
        let principal = statement.get("Principal");
        let not_principal = statement.get("NotPrincipal");
        let conditions = statement.get("Condition");
        for part in [&principal, &not_principal, &conditions] {
            if let Some(symbol) = part.open() {
                open.get_or_insert_with(|| symbol.clone());
            }
        }
        for field in principal
            .fields()
            .iter()
            .chain(not_principal.fields())
            .chain(conditions.fields().iter().flat_map(|operator| operator.value.fields()))
        {
            if let (None, Some(symbol)) = (field.value.unknown(), field.value.open()) {
                open.get_or_insert_with(|| symbol.clone());
            }
        }
        for operator in conditions.fields() {
            if let Some(symbol) = operator.value.open() {
                open.get_or_insert_with(|| symbol.clone());
            }
        }
        Self {
            place,
            sid: match statement.get("Sid").literal() {
                Fact::Known(sid) => Some(sid),
                _ => None,
            },
            effect,
            principals: principals(&principal, problems),
            not_principals: principals(&not_principal, problems),
            actions,
            not_actions,
            resources,
            not_resources,
            conditions: read_conditions(&conditions, problems),
            keys: keys(statement),
            open,
        }
    }
}

fn problem(message: &str, place: Place) -> Problem {
    Problem { message: message.to_owned(), place }
}

fn keys(value: &Value) -> Vec<Key> {
    value.fields().iter().map(|field| Key { name: field.key.clone(), place: field.key_place }).collect()
}

fn unknown_keys(value: &Value, known: &[&str], of: &str, problems: &mut Vec<Problem>) {
    for field in value.fields().iter().filter(|field| !known.contains(&field.key.as_str())) {
        problems.push(problem(&format!("a {of} has no key `{}`", field.key), field.key_place));
    }
}

fn one_term(value: &Value) -> Option<Term> {
    value.as_text().map(|text| Term { text, place: value.origin.place })
}

/// The texts of a list, or of the one text that stands for it.
fn terms(value: &Value, name: &str, problems: &mut Vec<Problem>) -> Vec<Term> {
    if matches!(value.kind, Kind::Null) {
        problems.push(problem(&format!("`{name}` is a text or a list of texts"), value.origin.place));
    }
    let mut out = Vec::new();
    for item in value.items() {
        match one_term(item) {
            Some(term) => out.push(term),
            None => {
                problems.push(problem(&format!("`{name}` is a text or a list of texts"), item.origin.place));
            }
        }
    }
    out
}

fn principals(value: &Value, problems: &mut Vec<Problem>) -> Vec<Principal> {
    match &value.kind {
        Kind::Object(object) => {
            let mut out = Vec::new();
            for field in &object.fields {
                if !PRINCIPAL_KINDS.contains(&field.key.as_str()) {
                    problems
                        .push(problem(&format!("`{}` is no kind of principal", field.key), field.key_place));
                }
                let ids = terms(&field.value, &field.key, problems).into_iter();
                out.extend(ids.map(|id| Principal { kind: field.key.clone(), id: id.text, place: id.place }));
            }
            out
        }
        Kind::Absent(_) => Vec::new(),
        // `"Principal": "arn:…"` has been seen in recorded resource policies; the service takes `*` alone.
        _ => terms(value, "Principal", problems)
            .into_iter()
            .map(|id| Principal {
                kind: if id.text.as_literal().is_some_and(|id| id != "*") { "AWS" } else { "*" }.into(),
                id: id.text,
                place: id.place,
            })
            .collect(),
    }
}

fn read_conditions(value: &Value, problems: &mut Vec<Problem>) -> Vec<Condition> {
    let place = value.origin.place;
    if !matches!(value.kind, Kind::Object(_) | Kind::Absent(_) | Kind::Unknown(_)) {
        problems.push(problem("`Condition` is an object of operators", place));
    }
    let mut out = Vec::new();
    for operator in value.fields() {
        if !matches!(operator.value.kind, Kind::Object(_) | Kind::Unknown(_)) {
            problems.push(problem(
                &format!("`{}` is an object of condition keys", operator.key),
                operator.key_place,
            ));
        }
        for key in operator.value.fields() {
            out.push(Condition {
                operator: operator.key.clone(),
                key: key.key.clone(),
                values: terms(&key.value, &key.key, problems),
                place: key.key_place,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PolicyDocument {
        PolicyDocument::parse(text)
    }

    #[test]
    fn what_is_written_is_in_the_model() {
        let text = r#"{"Version": "2012-10-17", "Id": "x", "Statement": {"Sid": "S", "Effect": "Allow",
            "NotPrincipal": {"AWS": ["a", "b"]}, "Action": [], "NotResource": "r",
            "Condition": {"Bool": {"aws:SecureTransport": true}}}}"#;
        let document = read(text);
        assert_eq!(document.problem(), None);
        assert!(document.has_variables());
        let [statement] = document.statements.as_slice() else { panic!("{document:?}") };
        assert_eq!(statement.not_principals.len(), 2);
        assert!(statement.has("Action") && !statement.has("Resource") && statement.actions.is_empty());
        assert_eq!(statement.conditions[0].values[0].text.as_literal(), Some("true"));
        let place = statement.not_resources[0].place.span;
        assert_eq!(&text[place.range()], "\"r\"");
    }

    #[test]
    fn what_breaks_the_grammar_is_a_problem() {
        for (text, expected) in [
            ("[]", "a policy document is a JSON object"),
            ("{", "invalid JSON"),
            ("{}", "has `Statement`"),
            (r#"{"Statement": 1}"#, "a statement is a JSON object"),
            (r#"{"Statement": [], "Extra": 1}"#, "no key `Extra`"),
            (r#"{"Statement": {"Effect": "allow"}}"#, "`Effect` is"),
            (r#"{"Statement": {"Effect": "Allow", "Action": {"a": "b"}}}"#, "`Action` is a text"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "a", "NotAction": "b"}}"#, "either `Action`"),
            (r#"{"Statement": {"Effect": "Allow", "Principal": {"User": "b"}}}"#, "no kind of principal"),
            (r#"{"Statement": {"Effect": "Allow", "Condition": "x"}}"#, "object of operators"),
            (r#"{"Statement": {"Effect": "Allow", "Condition": {"Bool": "x"}}}"#, "object of condition keys"),
        ] {
            let document = read(text);
            let message = document.problem().map(|problem| problem.message.as_str()).unwrap_or_default();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
