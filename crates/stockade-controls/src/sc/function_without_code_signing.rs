//! SC-01: code that Lambda runs without asking who built it.

use crate::Context;
use stockade_inventory::{Function, Inventory, Package};
use stockade_model::{Applicability, Change, Language, Outcome, Resource, Subject, SymbolKind, Verdict};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().map(|function| judge_function(inventory, function)));
}

fn judge_function(inventory: &Inventory, function: Function) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let config = function.get("CodeSigningConfigArn");
    let verdict = |outcome| {
        let verdict = if config.is_absent() {
            Verdict::new(subject.clone(), outcome, resource.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &config.origin)
        };
        verdict.with("function", resource.id.to_string())
    };
    let inline = function.get("Code.ZipFile");
    match function.package() {
        Package::Image => return verdict(Outcome::NotApplicable),
        Package::Unknown(symbol) if config.is_absent() => return verdict(Outcome::Unknown).because(&symbol),
        _ => {}
    }
    if inline.unknown().is_none() && !inline.is_absent() {
        return verdict(Outcome::NotApplicable);
    }
    if !config.is_absent() {
        // Any reference is to a configuration: what cannot be read may as well be nothing.
        return match config.unknown() {
            Some(symbol) if matches!(symbol.kind(), SymbolKind::Opaque { .. } | SymbolKind::Call { .. }) => {
                verdict(Outcome::Unknown).because(symbol)
            }
            _ => verdict(Outcome::Pass),
        };
    }
    if let Some(symbol) = function.get("Code").unknown() {
        return verdict(Outcome::Unknown).because(symbol);
    }
    let description = match resource.raise.language() {
        Language::Sam => {
            "refuse code that is not signed: a signing profile and a code signing configuration are added; what \
             deploys must sign the package (`sam deploy --signing-profiles`)"
        }
        _ => {
            "refuse code that is not signed: a signing profile and a code signing configuration are added; what \
             deploys must sign the package"
        }
    };
    let failure = verdict(Outcome::Fail).root("no code signing configuration");
    match changes(inventory, resource) {
        Some(changes) => failure.fix(Applicability::Unsafe, description, changes),
        None => failure,
    }
}

/// One configuration serves all functions of a template.
fn changes(inventory: &Inventory, resource: &Resource) -> Option<Vec<Change>> {
    const PROFILE: &str = "CodeSigningProfile";
    const CONFIG: &str = "CodeSigningConfig";
    const TYPE: &str = "AWS::Lambda::CodeSigningConfig";
    let attribute = |id: &str, name: &str| {
        New::mapping([(
            "Fn::GetAtt",
            New::Sequence(vec![New::string(id.to_owned()), New::string(name.to_owned())]),
        )])
    };
    let mut changes = Vec::new();
    let prefix = if resource.stack().is_empty() { String::new() } else { format!("{}/", resource.stack()) };
    let existing = inventory.of_type(TYPE).find(|(_, config)| config.stack() == resource.stack());
    let id = match existing {
        Some((_, config)) => config.logical_id().to_owned(),
        None => {
            if [PROFILE, CONFIG].iter().any(|id| inventory.node(&format!("{prefix}{id}")).is_some()) {
                return None;
            }
            let profile = New::mapping([
                ("Type", New::string("AWS::Signer::SigningProfile")),
                ("Properties", New::mapping([("PlatformId", New::string("AWSLambda-SHA384-ECDSA"))])),
            ]);
            let publishers = New::Sequence(vec![attribute(PROFILE, "ProfileVersionArn")]);
            let properties = New::mapping([
                ("AllowedPublishers", New::mapping([("SigningProfileVersionArns", publishers)])),
                (
                    "CodeSigningPolicies",
                    New::mapping([("UntrustedArtifactOnDeployment", New::string("Enforce"))]),
                ),
            ]);
            let config = New::mapping([("Type", New::string(TYPE)), ("Properties", properties)]);
            let beside = &resource.id;
            changes.push(Change::AddResource { beside: beside.clone(), id: PROFILE.into(), body: profile });
            changes.push(Change::AddResource { beside: beside.clone(), id: CONFIG.into(), body: config });
            CONFIG.to_owned()
        }
    };
    changes.push(Change::Set {
        resource: resource.id.clone(),
        property: "CodeSigningConfigArn".into(),
        value: attribute(&id, "CodeSigningConfigArn"),
    });
    Some(changes)
}
