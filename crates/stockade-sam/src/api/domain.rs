//! `Domain` of a REST API: a custom domain and how its paths map to the API (AWS SAM developer guide,
//! "DomainConfiguration").

use super::record_sets::{self, Endpoint, Records, digest};
use super::{Api, private_domain};
use crate::SamError;
use crate::open_api::put;
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

static WORDS: Words = Words {
    rows: &[
        ("DomainName", "Domain.DomainName"),
        ("SecurityPolicy", "Domain.SecurityPolicy"),
        ("EndpointAccessMode", "Domain.EndpointAccessMode"),
        ("OwnershipVerificationCertificateArn", "Domain.OwnershipVerificationCertificateArn"),
        ("MutualTlsAuthentication.TruststoreUri", "Domain.MutualTlsAuthentication.TruststoreUri"),
        ("MutualTlsAuthentication.TruststoreVersion", "Domain.MutualTlsAuthentication.TruststoreVersion"),
    ],
};
static MAPPING: Words = Words { rows: &[] };

/// Properties that are left out if they are empty.
const UNLESS_EMPTY: [&str; 4] = [
    "SecurityPolicy",
    "EndpointAccessMode",
    "OwnershipVerificationCertificateArn",
    "MutualTlsAuthentication",
];

/// A domain that has been checked.
pub(super) struct Domain<'a> {
    pub resource: &'a SamResource,
    /// `Domain`, resolved.
    pub setting: Expr,
    /// The setting as it goes into the hash of the deployment.
    pub hashed: Expr,
    pub id: SmolStr,
    pub endpoint: Endpoint,
    /// What `EndpointConfiguration` says, or what it means if it says nothing.
    pub endpoint_type: Expr,
    pub certificate: Expr,
    pub base_paths: Option<Vec<Expr>>,
}

/// Reads and checks `Domain`.
pub(super) fn read<'a>(api: &'a Api) -> Result<Option<Domain<'a>>, SamError> {
    let Some(setting) = api.domain.clone() else { return Ok(None) };
    let resource = api.resource;
    if !setting.is_object() {
        return Err(api.error("`Domain` must be an object", &setting));
    }
    let required = |name: &str| {
        let value = setting.get(name).filter(|value| !value.is_null()).cloned();
        value.ok_or_else(|| api.error(format!("`Domain` needs `{name}`"), &setting))
    };
    let (name, certificate) = (required("DomainName")?, required("CertificateArn")?);
    let written = setting.get("EndpointConfiguration").filter(|endpoint| !endpoint.is_null());
    let endpoint_type = written.cloned().unwrap_or_else(|| Expr::string("REGIONAL", &setting.origin));
    let endpoint = match endpoint_type.as_str() {
        Some("REGIONAL") => Endpoint::Regional,
        Some("EDGE") => Endpoint::Edge,
        Some("PRIVATE") => Endpoint::Private,
        _ => {
            let message = "`Domain.EndpointConfiguration` must be `EDGE`, `REGIONAL` or `PRIVATE`";
            return Err(api.error(message, &endpoint_type));
        }
    };
    require_mutual_tls(resource, &setting, endpoint)?;
    let kind = if endpoint == Endpoint::Private { "ApiGatewayDomainNameV2" } else { "ApiGatewayDomainName" };
    let id = format_smolstr!("{kind}{}", digest(&name));
    // Each kind of domain lacks a property of the other, and AWS reports that for the domain.
    let foreign =
        if endpoint == Endpoint::Private { "OwnershipVerificationCertificateArn" } else { "Policy" };
    if let Some(foreign_value) = set(&setting, foreign) {
        let message = format!("`Domain.{foreign}` is not for domains of this endpoint type");
        return Err(SamError { resource: id, message, place: foreign_value.origin.place });
    }
    let mut hashed = setting.clone();
    if endpoint != Endpoint::Private {
        put(&mut hashed, "ApiDomainName", Expr::string(id.clone(), &setting.origin));
        put(&mut hashed, "EndpointConfiguration", endpoint_type.clone());
    }
    let route = record_sets::settings(resource, &setting)?;
    if let Some(route) = route.filter(|_| endpoint == Endpoint::Edge) {
        let mut route = route.clone();
        let distribution = record_sets::distribution(&route, &id);
        put(&mut route, "DistributionDomainName", distribution);
        put(&mut hashed, "Route53", route);
    }
    let base_paths = base_paths(resource, &setting)?;
    if endpoint == Endpoint::Private {
        private_domain::check(resource, &setting)?;
    }
    Ok(Some(Domain { resource, setting, hashed, id, endpoint, endpoint_type, certificate, base_paths }))
}

/// `BasePath`, one or several.
pub(super) fn base_paths(resource: &SamResource, setting: &Expr) -> Result<Option<Vec<Expr>>, SamError> {
    let Some(paths) = set(setting, "BasePath") else { return Ok(None) };
    match &paths.data {
        Data::String(_) => Ok(Some(vec![paths.clone()])),
        Data::List(items) => match items.iter().find(|item| item.as_str().is_none()) {
            Some(wrong) => {
                Err(resource.error("`Domain.BasePath` must be a list of strings", wrong.origin.place))
            }
            None => Ok(Some(items.to_vec())),
        },
        _ => Ok(None),
    }
}

fn require_mutual_tls(resource: &SamResource, setting: &Expr, endpoint: Endpoint) -> Result<(), SamError> {
    let Some(tls) = set(setting, "MutualTlsAuthentication").filter(|_| endpoint != Endpoint::Private) else {
        return Ok(());
    };
    if !tls.is_object() {
        return Err(resource.error("`Domain.MutualTlsAuthentication` must be an object", tls.origin.place));
    }
    let known = ["TruststoreUri", "TruststoreVersion"];
    match tls.entries().iter().find(|entry| !known.contains(&entry.key.as_str())) {
        Some(wrong) => Err(resource
            .error(format!("`MutualTlsAuthentication` has no property `{}`", wrong.key), wrong.key_place)),
        None => Ok(()),
    }
}

impl Domain<'_> {
    /// Adds the domain, its mappings and its records.
    pub fn add(&self, stage_id: &str, output: &mut Output) {
        if self.endpoint == Endpoint::Private {
            private_domain::add(self, stage_id, output);
        } else {
            self.add_domain(output);
            self.add_mappings(stage_id, "AWS::ApiGateway::BasePathMapping", "DomainName", output);
        }
        if let Some(settings) = self.setting.get("Route53").filter(|settings| settings.is_object()) {
            let records = Records {
                resource: self.resource,
                domain: &self.setting,
                settings,
                domain_id: &self.id,
                endpoint: self.endpoint,
            };
            records.add(true, false, output);
        }
    }

    /// The domain's properties that are the user's own, spelled by a table.
    pub fn properties(&self, words: &Words) -> Expr {
        let origin = &self.setting.origin;
        let holder = Expr::object(origin).with("Domain", self.setting.clone());
        let mut out = words.lower(&holder, origin);
        for name in UNLESS_EMPTY {
            if set(&out, name).is_none() {
                out.remove(name);
            }
        }
        let types = Expr::list(vec![self.endpoint_type.clone()], &self.endpoint_type.origin);
        let configuration = Expr::object(&self.endpoint_type.origin)
            .with("Types", types)
            .with_some("IpAddressType", set(&self.setting, "IpAddressType").cloned());
        out.with("EndpointConfiguration", configuration)
    }

    fn add_domain(&self, output: &mut Output) {
        let certificate =
            if self.endpoint == Endpoint::Regional { "RegionalCertificateArn" } else { "CertificateArn" };
        let mut properties = self.properties(&WORDS).with(certificate, self.certificate.clone());
        if let Some(tls) = set(&self.setting, "MutualTlsAuthentication") {
            let mut out = Expr::object(&tls.origin);
            for name in ["TruststoreUri", "TruststoreVersion"] {
                if let Some(value) = set(tls, name) {
                    out.set(name, value.clone());
                }
            }
            properties.set("MutualTlsAuthentication", out);
        }
        if let Some(tags) = super::propagated_tags(self.resource) {
            properties.set("Tags", tags);
        }
        output.add_generated(
            self.id.clone(),
            "AWS::ApiGateway::DomainName",
            properties,
            self.resource,
            &WORDS,
        );
    }

    /// Adds a mapping for each base path.
    pub fn add_mappings(
        &self,
        stage_id: &str,
        type_name: &'static str,
        key: &'static str,
        output: &mut Output,
    ) {
        let api = &self.resource.id;
        let normalize = self.setting.get("NormalizeBasePath").is_none_or(is_set);
        let mapping = |origin| {
            Expr::object(origin)
                .with(key, Expr::reference(self.id.clone(), origin))
                .with("RestApiId", Expr::reference(api.clone(), origin))
                .with("Stage", Expr::reference(stage_id, origin))
        };
        let Some(base_paths) = &self.base_paths else {
            let id = format_smolstr!("{api}BasePathMapping");
            output.add_generated(
                id.clone(),
                type_name,
                mapping(&self.setting.origin),
                self.resource,
                &MAPPING,
            );
            return;
        };
        for written in base_paths {
            let text = written.as_str().unwrap_or_default();
            let plain: SmolStr = text.chars().filter(|character| character.is_alphanumeric()).collect();
            let id = format_smolstr!("{api}{plain}BasePathMapping");
            let path = if normalize { Expr::string(plain, &written.origin) } else { written.clone() };
            let properties = mapping(&written.origin).with("BasePath", path);
            output.add_generated(id.clone(), type_name, properties, self.resource, &MAPPING);
        }
    }
}
