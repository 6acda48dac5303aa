//! SE-02: environment, snapshots and images that no key of the customer protects.

use crate::Context;
use crate::allowed::{Setting, setting};
use stockade_inventory::{Function, Inventory, Package, Target};
use stockade_model::{Applicability, Change, Outcome, Resource, Subject, Symbol, SymbolKind, Value, Verdict};
use stockade_syntax::New;

const KEYS: [&str; 2] = ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"];

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().map(|function| {
        let key = function.get("KmsKeyArn");
        judge_key(inventory, function.resource(), &key, protects_something(function))
    }));
    verdicts.extend(inventory.of_type("AWS::Lambda::WebFunctionRevision").map(|(_, revision)| {
        judge_key(inventory, revision, &revision.properties.get("KmsKeyArn"), Ok(true))
    }));
}

/// Whether the key has anything to encrypt: variables, a SnapStart snapshot, code under a key of its own, an image.
fn protects_something(function: Function) -> Result<bool, Symbol> {
    let variables = function.get("Environment.Variables");
    let snapshot = function.get("SnapStart.ApplyOn");
    let snapshot = setting(&snapshot, |when| when == "PublishedVersions");
    if !variables.fields().is_empty()
        || matches!(snapshot, Setting::Good)
        || !function.get("Code.SourceKMSKeyArn").is_absent() && function.get("Code").unknown().is_none()
    {
        return Ok(true);
    }
    match (function.package(), snapshot, variables.open()) {
        (Package::Image, ..) => Ok(true),
        (Package::Unknown(symbol), ..) | (_, Setting::Unknown(symbol), _) => Err(symbol),
        (_, _, Some(symbol)) => Err(symbol.clone()),
        _ => function.get("Code").unknown().map_or(Ok(false), |symbol| Err(symbol.clone())),
    }
}

fn judge_key(
    inventory: &Inventory,
    resource: &Resource,
    key: &Value,
    applies: Result<bool, Symbol>,
) -> Verdict {
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let verdict = |outcome| {
        let verdict = if key.is_absent() {
            Verdict::new(subject.clone(), outcome, resource.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &key.origin)
        };
        verdict.with("function", resource.id.to_string())
    };
    match applies {
        Ok(true) => {}
        Ok(false) => return verdict(Outcome::NotApplicable),
        Err(symbol) => return verdict(Outcome::Unknown).because(&symbol),
    }
    match inventory.resolve(key, &KEYS) {
        Target::Node(_) => verdict(Outcome::Pass),
        Target::Nothing => {
            let failure = verdict(Outcome::Fail).root("no customer key");
            if resource.type_name == "AWS::Lambda::Function" { mend(failure, resource) } else { failure }
        }
        Target::External(text) => {
            let spelled = text.to_string();
            if spelled.contains(":alias/aws/") {
                return mend(verdict(Outcome::Fail).message("managed"), resource);
            }
            verdict(Outcome::Pass)
        }
        Target::Ambiguous(_, symbol) => verdict(Outcome::Unknown).because(&symbol),
        Target::Unknown(symbol) => match symbol.kind() {
            // What a data source finds may be a key that AWS manages.
            SymbolKind::Attribute { resource, .. } if inventory.node(resource).is_some() => {
                verdict(Outcome::Pass)
            }
            _ => verdict(Outcome::Unknown).because(&symbol),
        },
    }
}

fn mend(failure: Verdict, resource: &Resource) -> Verdict {
    let id = smol_str::format_smolstr!("{}Key", resource.logical_id());
    let root = New::mapping([("Fn::Sub", New::string("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"))]);
    let statement = New::mapping([
        ("Effect", New::string("Allow")),
        ("Principal", New::mapping([("AWS", root)])),
        ("Action", New::string("kms:*")),
        ("Resource", New::string("*")),
    ]);
    let policy =
        New::mapping([("Version", New::string("2012-10-17")), ("Statement", New::Sequence(vec![statement]))]);
    let properties = New::mapping([("EnableKeyRotation", New::Bool(true)), ("KeyPolicy", policy)]);
    let body = New::mapping([("Type", New::string("AWS::KMS::Key")), ("Properties", properties)]);
    let arn =
        New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(id.clone()), New::string("Arn")]))]);
    let changes = vec![
        Change::AddResource { beside: resource.id.clone(), id, body },
        Change::Set { resource: resource.id.clone(), property: "KmsKeyArn".into(), value: arn },
    ];
    let description = "encrypt with a key of your own; the function's role must be allowed `kms:Decrypt` on it, and the \
                       key costs a monthly fee";
    failure.fix(Applicability::Unsafe, description, changes)
}
