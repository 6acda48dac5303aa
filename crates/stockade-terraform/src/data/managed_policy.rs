//! `aws_iam_policy`: a policy of the account, or one that AWS manages, of which the catalogue knows what it says.

use crate::value::{Kind, Str, Value};
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;
use stockade_iam::{Catalogue, ManagedPolicy};
use stockade_model::{Origin, Place, Symbol, Text};

/// The paths and names of the policies that AWS manages.
const NAMES: &str = include_str!("../../../../data/aws-managed-policies.tsv");

/// What the data source gives of a policy that AWS manages, beside its arguments.
pub(super) fn read(
    arguments: &Value,
    address: &SmolStr,
    partition: &str,
    place: Place,
) -> Option<Vec<(&'static str, Value)>> {
    let name = match (known(arguments, "arn"), known(arguments, "name")) {
        (Some(arn), _) => SmolStr::new(arn.split_once(":iam::aws:policy/")?.1),
        (None, Some(name)) => full_name(name)?,
        (None, None) => return None,
    };
    let policy = Catalogue::built_in().managed_policy(&name)?;
    let literal = |text: &str| Value::string(text, Origin::at(place));
    let arn = format_smolstr!("arn:{partition}:iam::aws:policy/{name}");
    let (path, short) = name.rsplit_once('/').unwrap_or(("", &name));
    let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
    let mut given = vec![
        ("id", literal(&arn)),
        ("path", literal(&path)),
        ("name", literal(short)),
        ("policy", document(&policy, address, place)),
    ];
    if known(arguments, "arn").is_none() {
        given.push(("arn", literal(&arn)));
    }
    Some(given)
}

fn known<'v>(arguments: &'v Value, name: &str) -> Option<&'v str> {
    arguments.get(name).and_then(Value::as_str)
}

/// The path and name of a policy that AWS manages. The account's own policies may have any other name.
fn full_name(name: &str) -> Option<SmolStr> {
    let mut all = NAMES.lines().filter_map(|line| line.split('\t').next());
    all.find(|full| full.rsplit('/').next() == Some(name)).map(SmolStr::new)
}

/// The document: what it says is known, how AWS spells it is not.
fn document(policy: &ManagedPolicy, address: &SmolStr, place: Place) -> Value {
    let symbol = Symbol::attribute(address.clone(), "policy").referred_as(format!("{address}.policy"));
    let text = Value::string(policy.document.to_string(), Origin::at(place));
    let json_of = crate::json::behind(&text).map(Arc::new);
    Value { kind: Kind::String(Str { text: Text::symbol(symbol), json_of }), ..text }
}
