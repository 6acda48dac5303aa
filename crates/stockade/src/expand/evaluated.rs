//! `--evaluate`: the template as its first scenario knows it.

use serde_json::{Map, Value as Json, json};
use stockade_cfn::{Expr, Scope};
use stockade_model::{Kind, Kleene, Piece, Symbol, Text, Value};

/// The key that stands for what is not known; its value says what would settle it.
const UNKNOWN: &str = "Stockade::Unknown";

/// The outcomes of the conditions.
pub(super) fn conditions(scope: &Scope) -> Map<String, Json> {
    let outcome = |name: &str| match scope.condition(name) {
        Kleene::True => Json::Bool(true),
        Kleene::False => Json::Bool(false),
        Kleene::Unknown => json!({ UNKNOWN: "which way it goes is not decided by what is known" }),
    };
    scope.template.conditions.keys().map(|name| (name.to_string(), outcome(name))).collect()
}

/// The resources or outputs that the scenario deploys, with what it knows in place of intrinsic functions.
pub(super) fn deployed<'a>(
    scope: &Scope,
    bodies: impl Iterator<Item = (&'a str, &'a Expr)>,
) -> Map<String, Json> {
    let exists = |body: &Expr| {
        let condition = body.get("Condition").and_then(Expr::as_str);
        condition.is_none_or(|name| !scope.condition(name).is_false())
    };
    bodies
        .filter(|(_, body)| exists(body))
        .map(|(id, body)| (id.to_owned(), evaluated(scope, body)))
        .collect()
}

/// A resource or an output: an object of attributes, of which some are names and not values.
fn evaluated(scope: &Scope, body: &Expr) -> Json {
    let attribute = |entry: &stockade_cfn::Entry| match entry.key.as_str() {
        "Type" | "Condition" | "DependsOn" | "Metadata" => Some(entry.value.to_json()),
        _ => scope.evaluate(&entry.value).map(|value| to_json(&value)),
    };
    body.entries().iter().filter_map(|entry| Some((entry.key.to_string(), attribute(entry)?))).collect()
}

/// A value as JSON, with what would settle the parts that are not known.
pub(super) fn to_json(value: &Value) -> Json {
    match &value.kind {
        Kind::Null | Kind::Absent(_) => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(number) => {
            number.parse::<serde_json::Number>().map_or_else(|_| Json::from(number.as_str()), Json::Number)
        }
        Kind::Text(text) => text_to_json(text),
        Kind::Unknown(symbol) => unknown(symbol),
        Kind::List(list) => list.items.iter().map(to_json).chain(list.open.iter().map(unknown)).collect(),
        Kind::Object(object) => {
            let fields = object.fields.iter().map(|field| (field.key.to_string(), to_json(&field.value)));
            let rest = object.open.iter().map(|symbol| (UNKNOWN.to_owned(), Json::from(symbol.settled_by())));
            Json::Object(fields.chain(rest).collect())
        }
    }
}

/// A text that is known in part is the `Fn::Join` of its pieces.
fn text_to_json(text: &Text) -> Json {
    if let Some(literal) = text.as_literal() {
        return Json::from(literal);
    }
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => Json::from(literal.as_str()),
        Piece::Symbol(symbol) => unknown(symbol),
    };
    json!({ "Fn::Join": ["", text.pieces().iter().map(piece).collect::<Vec<_>>()] })
}

fn unknown(symbol: &Symbol) -> Json {
    json!({ UNKNOWN: symbol.settled_by() })
}
