//! The custom domain of a WebSocket API: the domain, its mappings to the stage, and its DNS records.

use super::{GENERATED, created_by_sam, reference};
use crate::SamError;
use crate::logical_id::{canonical_json, hash};
use crate::pieces::Piece;
use crate::presence::{given, is_set, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};
use stockade_model::{Container, Containers};

static DOMAIN: Words = Words { rows: &[("DomainName", "DomainName")] };

static CONFIGURATION: Words = Words {
    rows: &[
        ("CertificateArn", "CertificateArn"),
        ("EndpointType", "EndpointConfiguration"),
        ("OwnershipVerificationCertificateArn", "OwnershipVerificationCertificateArn"),
        ("SecurityPolicy", "SecurityPolicy"),
    ],
};

static RECORDS: Words =
    Words { rows: &[("HostedZoneId", "HostedZoneId"), ("HostedZoneName", "HostedZoneName")] };

/// Lowers the domain: it comes first, then its mappings and records.
pub(super) fn lower(api: &SamResource, domain: &Expr, stage: &SmolStr) -> Result<Vec<Piece>, SamError> {
    let origin = &domain.origin;
    let (Some(name), Some(_)) = (given(domain, "DomainName"), given(domain, "CertificateArn")) else {
        return Err(api.error("its `Domain` needs both `DomainName` and `CertificateArn`", origin.place));
    };
    if let Some(tls) = set(domain, "MutualTlsAuthentication") {
        return Err(api.error("its `Domain` has `MutualTlsAuthentication`", tls.origin.place));
    }
    let endpoint = given(domain, "EndpointConfiguration");
    if let Some(endpoint) = endpoint.filter(|endpoint| endpoint.as_str() != Some("REGIONAL")) {
        return Err(
            api.error("the `EndpointConfiguration` of its `Domain` is not `REGIONAL`", endpoint.origin.place)
        );
    }
    let containers = Containers::At([Container::from(origin.place)].into());
    let mut configuration = CONFIGURATION.lower(domain, origin);
    for property in ["OwnershipVerificationCertificateArn", "SecurityPolicy"] {
        if configuration.get(property).is_some_and(|value| !is_set(value)) {
            configuration.remove(property);
        }
    }
    if endpoint.is_none() {
        configuration.set("EndpointType", Expr::string("REGIONAL", origin));
    }
    let out = DOMAIN
        .lower(domain, origin)
        .in_containers(containers)
        .with("DomainNameConfigurations", Expr::list(vec![configuration], origin))
        .with("Tags", created_by_sam(None, origin));
    let id = format_smolstr!("ApiGatewayDomainNameV2{}", suffix(name));
    let mut pieces = vec![Piece::new(id.clone(), "AWS::ApiGatewayV2::DomainName", out, &DOMAIN)];
    pieces.extend(mappings(api, domain, &id, stage)?);
    if let Some(route53) = given(domain, "Route53") {
        pieces.push(records(api, route53, name, &id)?);
    }
    Ok(pieces)
}

/// The part of a logical id that stands for a value.
fn suffix(value: &Expr) -> String {
    match &value.data {
        _ if !is_set(value) => String::new(),
        Data::String(text) => hash(text, 10),
        _ => hash(&canonical_json(&value.to_json()), 10),
    }
}

/// What paths of the domain lead to the stage.
fn mappings(api: &SamResource, domain: &Expr, id: &SmolStr, stage: &SmolStr) -> Result<Vec<Piece>, SamError> {
    let mapping = |origin| {
        Expr::object(origin)
            .with("DomainName", Expr::reference(id.clone(), origin))
            .with("ApiId", reference(api, origin))
            .with("Stage", Expr::reference(stage.clone(), origin))
    };
    let paths = match set(domain, "BasePath") {
        Some(paths) if paths.is_list() => paths.items(),
        Some(path) if path.as_str().is_some() => std::slice::from_ref(path),
        _ => {
            let id = format_smolstr!("{}ApiMapping", api.id);
            let out = mapping(&domain.origin);
            return Ok(vec![Piece::new(id, "AWS::ApiGatewayV2::ApiMapping", out, &GENERATED)]);
        }
    };
    paths
        .iter()
        .map(|path| {
            let place = path.origin.place;
            let text = path.as_str().ok_or_else(|| api.error("a `BasePath` is not a string", place))?;
            let fits =
                |character: char| character.is_ascii_alphanumeric() || matches!(character, '/' | '-' | '_');
            if !text.chars().all(fits) {
                return Err(api.error(
                    format!("its `BasePath` `{text}` has a character that paths cannot have"),
                    place,
                ));
            }
            let name: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            let key = Expr::string(text.trim_matches('/'), &path.origin);
            let out = mapping(&path.origin).with("ApiMappingKey", key);
            let id = format_smolstr!("{}{name}ApiMapping", api.id);
            Ok(Piece::new(id, "AWS::ApiGatewayV2::ApiMapping", out, &GENERATED))
        })
        .collect()
}

/// The DNS records that lead to the domain.
fn records(api: &SamResource, route53: &Expr, name: &Expr, domain_id: &SmolStr) -> Result<Piece, SamError> {
    let origin = &route53.origin;
    if !route53.is_object() {
        return Err(api.error("the `Route53` of its `Domain` is not an object", origin.place));
    }
    let (id, zone_name) = (given(route53, "HostedZoneId"), given(route53, "HostedZoneName"));
    let zone = match (id.filter(|id| is_set(id)).or(zone_name), id.or(zone_name)) {
        (Some(zone), _) | (None, Some(zone)) => zone,
        (None, None) => {
            let message = "the `Route53` of its `Domain` has neither `HostedZoneId` nor `HostedZoneName`";
            return Err(api.error(message, origin.place));
        }
    };
    let mut out =
        RECORDS.lower(route53, origin).in_containers(Containers::At([Container::from(origin.place)].into()));
    if route53.get("HostedZoneId").is_some() {
        out.remove("HostedZoneName");
    }
    let record = |kind: &'static str| {
        let attribute = |attribute: &'static str| Expr::get_att(domain_id.clone(), attribute, origin);
        let target = Expr::object(origin)
            .with_some("EvaluateTargetHealth", given(route53, "EvaluateTargetHealth").cloned())
            .with("HostedZoneId", attribute("RegionalHostedZoneId"))
            .with("DNSName", attribute("RegionalDomainName"));
        Expr::object(origin)
            .with("Name", name.clone())
            .with("Type", Expr::string(kind, origin))
            .with("AliasTarget", target)
            .with_some("Region", given(route53, "Region").cloned())
            .with_some("SetIdentifier", given(route53, "SetIdentifier").cloned())
    };
    let mut sets = vec![record("A")];
    if route53.get("IpV6").is_some_and(|on| matches!(on.data, Data::Bool(true))) {
        sets.push(record("AAAA"));
    }
    out.set("RecordSets", Expr::list(sets, origin));
    let id = format_smolstr!("RecordSetGroup{}", suffix(zone));
    Ok(Piece::new(id, "AWS::Route53::RecordSetGroup", out, &RECORDS))
}
