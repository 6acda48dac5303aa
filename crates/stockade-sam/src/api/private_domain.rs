//! A custom domain that is reached from VPCs only: `Domain.EndpointConfiguration: PRIVATE`.

use super::domain::Domain;
use crate::SamError;
use crate::logical_id::{canonical_json, hash};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use serde_json::Value as Json;
use smol_str::format_smolstr;
use stockade_cfn::Expr;

static WORDS: Words = Words {
    rows: &[
        ("DomainName", "Domain.DomainName"),
        ("CertificateArn", "Domain.CertificateArn"),
        ("SecurityPolicy", "Domain.SecurityPolicy"),
        ("EndpointAccessMode", "Domain.EndpointAccessMode"),
        ("Policy", "Domain.Policy"),
    ],
};
static ASSOCIATION: Words =
    Words { rows: &[("AccessAssociationSource", "Domain.AccessAssociation.VpcEndpointId")] };

/// Checks what only a private domain has.
pub(super) fn check(resource: &SamResource, setting: &Expr) -> Result<(), SamError> {
    match setting
        .get("AccessAssociation")
        .filter(|association| !association.is_null() && !association.is_object())
    {
        Some(wrong) => {
            Err(resource.error("`Domain.AccessAssociation` must be an object", wrong.origin.place))
        }
        None => Ok(()),
    }
}

/// Adds the domain, its mappings and its association with a VPC endpoint.
pub(super) fn add(domain: &Domain, stage_id: &str, output: &mut Output) {
    let mut properties = domain.properties(&WORDS);
    if crate::presence::set(&properties, "Policy").is_none() {
        properties.remove("Policy");
    }
    if let Some(tags) = super::propagated_tags(domain.resource) {
        properties.set("Tags", tags);
    }
    output.add_generated(
        domain.id.clone(),
        "AWS::ApiGateway::DomainNameV2",
        properties,
        domain.resource,
        &WORDS,
    );
    domain.add_mappings(stage_id, "AWS::ApiGateway::BasePathMappingV2", "DomainNameArn", output);
    let Some(association) =
        domain.setting.get("AccessAssociation").filter(|association| association.is_object())
    else {
        return;
    };
    let origin = &association.origin;
    let endpoint = association.get("VpcEndpointId").cloned().unwrap_or_else(|| Expr::null(origin));
    let data = Json::Array(vec![endpoint.to_json(), Json::String(domain.id.to_string())]);
    let id = format_smolstr!("DomainNameAccessAssociation{}", hash(&canonical_json(&data), 10));
    let mut properties = Expr::object(origin)
        .with("DomainNameArn", Expr::reference(domain.id.clone(), origin))
        .with("AccessAssociationSourceType", Expr::string("VPCE", origin));
    if !endpoint.is_null() {
        properties.set("AccessAssociationSource", endpoint);
    }
    if let Some(tags) = super::propagated_tags(domain.resource) {
        properties.set("Tags", tags);
    }
    let type_name = "AWS::ApiGateway::DomainNameAccessAssociation";
    output.add_generated(id.clone(), type_name, properties, domain.resource, &ASSOCIATION);
}
