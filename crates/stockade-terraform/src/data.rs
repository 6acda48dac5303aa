//! Data sources: those that follow from their arguments alone, those of the account, and the rest, which are symbols.

mod managed_policy;
mod policy_document;

pub(crate) use policy_document::read as policy_document;

use crate::instance::ModuleInstance;
use crate::module::{Declaration, expr_of};
use crate::syntax::Expr;
use crate::value::{Entry, Kind, MappingKind, Type, Value};
use smol_str::SmolStr;
use stockade_model::{Origin, Piece, Place, Secrecy, Symbol, SymbolKind};

/// What a data source gives, of its arguments: they and what is known beside them.
pub(crate) fn read(
    module: &ModuleInstance<'_>,
    declaration: &Declaration,
    address: &SmolStr,
    arguments: Value,
) -> Value {
    let place = declaration.named_at();
    let literal = |text: &str| Value::string(text, Origin::at(place));
    let pseudo = |name: &str| {
        let symbol = Symbol::new(SymbolKind::Pseudo(name.into()));
        Value::unknown(symbol, Type::String, Origin::at(place))
    };
    let provider = expr_of(&declaration.block, "provider").and_then(Expr::as_path);
    let provider = module.provider(provider.as_deref().unwrap_or("aws"));
    let region = provider.region(module.evaluation);
    let known: Vec<(&str, Value)> = match declaration.type_name.as_str() {
        "aws_caller_identity" => {
            vec![("account_id", pseudo("AWS::AccountId")), ("id", pseudo("AWS::AccountId"))]
        }
        "aws_region" if provider.unknown_region().is_none() && arguments.get("name").is_none() => {
            vec![("name", literal(&region)), ("region", literal(&region)), ("id", literal(&region))]
        }
        "aws_partition" => {
            let (partition, suffix) = partition_of(&region);
            let reversed: Vec<&str> = suffix.rsplit('.').collect();
            vec![
                ("partition", literal(partition)),
                ("id", literal(partition)),
                ("dns_suffix", literal(suffix)),
                ("reverse_dns_prefix", literal(&reversed.join("."))),
            ]
        }
        "aws_iam_policy" => {
            managed_policy::read(&arguments, address, partition_of(&region).0, place).unwrap_or_default()
        }
        "aws_iam_policy_document" => policy_document::read(&arguments, address, place),
        "aws_ssm_parameter" => ssm_value(&arguments, address, place).into_iter().collect(),
        "aws_arn" => arn_parts(&arguments).unwrap_or_default(),
        _ => Vec::new(),
    };
    if known.is_empty() {
        return arguments;
    }
    let Kind::Mapping(mapping) = &arguments.kind else { return arguments };
    let mut entries = mapping.entries.as_ref().clone();
    entries.extend(known.into_iter().map(|(name, value)| (name.into(), Entry { key_place: place, value })));
    Value::mapping(MappingKind::Object, entries, None, arguments.origin.clone())
}

/// The value of a parameter of Parameter Store where its arguments tell whether it is a secret: it is where decryption is
/// asked for, it is none where that is refused and where AWS publishes the parameter. Decryption is the default, which
/// does nothing to a parameter that is no `SecureString`.
fn ssm_value(arguments: &Value, address: &SmolStr, place: Place) -> Option<(&'static str, Value)> {
    let kind = SymbolKind::Attribute { resource: address.clone(), attribute: "value".into() };
    let is_public = arguments.get("name").is_some_and(is_public_parameter);
    let symbol = match arguments.get("with_decryption").and_then(Value::as_bool) {
        _ if is_public => Symbol::new(kind),
        Some(true) => Symbol::secret(kind, Secrecy::Resolved),
        Some(false) => Symbol::new(kind),
        None => return None,
    };
    Some(("value", Value::unknown(symbol, Type::String, Origin::at(place))))
}

/// Whether AWS publishes the parameter of that name (Systems Manager user guide, "Discovering public parameters").
fn is_public_parameter(name: &Value) -> bool {
    let text = name.to_model().as_text();
    text.is_some_and(|text| {
        matches!(text.pieces().first(), Some(Piece::Literal(start)) if start.starts_with("/aws/service/"))
    })
}

/// The partition of a region and its DNS suffix.
fn partition_of(region: &str) -> (&'static str, &'static str) {
    match region {
        region if region.starts_with("cn-") => ("aws-cn", "amazonaws.com.cn"),
        region if region.starts_with("us-gov-") => ("aws-us-gov", "amazonaws.com"),
        region if region.starts_with("us-iso-") => ("aws-iso", "c2s.ic.gov"),
        region if region.starts_with("us-isob-") => ("aws-iso-b", "sc2s.sgov.gov"),
        region if region.starts_with("eusc-") => ("aws-eusc", "amazonaws.eu"),
        _ => ("aws", "amazonaws.com"),
    }
}

/// The parts of an ARN that is known whole.
fn arn_parts(arguments: &Value) -> Option<Vec<(&'static str, Value)>> {
    let arn = arguments.get("arn")?;
    let parts: Vec<&str> = arn.as_str()?.splitn(6, ':').collect();
    let names = ["partition", "service", "region", "account", "resource"];
    (parts.len() == 6).then(|| {
        let parts = parts[1..].iter().map(|part| Value::string(*part, arn.origin.clone()));
        names.into_iter().zip(parts).collect()
    })
}
