//! `Domain` of an HTTP API: a custom domain and how its paths map to the API (AWS SAM developer guide,
//! "HttpApiDomainConfiguration").

use super::HttpApi;
use crate::SamError;
use crate::api::record_sets::{self, Endpoint, Records, digest};
use crate::output::Output;
use crate::presence::set;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

static WORDS: Words = Words {
    rows: &[
        ("DomainName", "Domain.DomainName"),
        ("MutualTlsAuthentication.TruststoreUri", "Domain.MutualTlsAuthentication.TruststoreUri"),
        ("MutualTlsAuthentication.TruststoreVersion", "Domain.MutualTlsAuthentication.TruststoreVersion"),
    ],
};
static MAPPING: Words = Words { rows: &[] };

/// A domain that has been checked.
pub(super) struct Domain {
    setting: Expr,
    /// The logical id of the domain.
    pub id: SmolStr,
    base_paths: Option<Vec<Expr>>,
}

/// Reads and checks `Domain`.
pub(super) fn read(api: &HttpApi) -> Result<Option<Domain>, SamError> {
    let Some(setting) = api.domain.clone() else { return Ok(None) };
    let there = |name: &str| setting.get(name).filter(|value| !value.is_null());
    let (Some(name), Some(_)) = (there("DomainName"), there("CertificateArn")) else {
        return Err(api.error("`Domain` needs `DomainName` and `CertificateArn`", &setting));
    };
    if let Some(wrong) =
        there("EndpointConfiguration").filter(|endpoint| endpoint.as_str() != Some("REGIONAL"))
    {
        return Err(api.error("`Domain.EndpointConfiguration` must be `REGIONAL`", wrong));
    }
    if let Some(tls) = set(&setting, "MutualTlsAuthentication") {
        let known = ["TruststoreUri", "TruststoreVersion"];
        if !tls.is_object() {
            return Err(api.error("`Domain.MutualTlsAuthentication` must be an object", tls));
        }
        if let Some(wrong) = tls.entries().iter().find(|entry| !known.contains(&entry.key.as_str())) {
            let message = format!("`MutualTlsAuthentication` has no property `{}`", wrong.key);
            return Err(api.resource.error(message, wrong.key_place));
        }
    }
    let base_paths = base_paths(api, &setting)?;
    record_sets::settings(api.resource, &setting)?;
    let id = format_smolstr!("ApiGatewayDomainNameV2{}", digest(name));
    Ok(Some(Domain { setting, id, base_paths }))
}

fn base_paths(api: &HttpApi, setting: &Expr) -> Result<Option<Vec<Expr>>, SamError> {
    let Some(paths) = set(setting, "BasePath") else { return Ok(None) };
    let paths = match &paths.data {
        Data::String(_) => vec![paths.clone()],
        Data::List(items) => items.to_vec(),
        _ => return Ok(None),
    };
    for path in &paths {
        let text = path.as_str().ok_or_else(|| api.error("`Domain.BasePath` must be strings", path))?;
        if !text.chars().all(|character| character.is_ascii_alphanumeric() || "/-_".contains(character)) {
            return Err(api.error("`Domain.BasePath` has letters, digits, `/`, `-` and `_` only", path));
        }
    }
    Ok(Some(paths))
}

impl Domain {
    /// Adds the domain, its mappings and its records.
    pub fn add(&self, api: &HttpApi, stage_id: &str, output: &mut Output) {
        let origin = &self.setting.origin;
        let regional =
            self.setting.get("EndpointConfiguration").filter(|endpoint| !endpoint.is_null()).cloned();
        let optional = |name: &str| set(&self.setting, name).cloned();
        let configuration = Expr::object(origin)
            .with_some("CertificateArn", self.setting.get("CertificateArn").cloned())
            .with("EndpointType", regional.unwrap_or_else(|| Expr::string("REGIONAL", origin)))
            .with_some("OwnershipVerificationCertificateArn", optional("OwnershipVerificationCertificateArn"))
            .with_some("SecurityPolicy", optional("SecurityPolicy"));
        let ours =
            || Expr::object(origin).with("httpapi:createdBy", Expr::string("SAM", &api.resource.origin()));
        let propagated = api.filled("DefinitionBody").and_then(|_| api.filled("Tags")).and(api.tags.clone());
        let mut properties = Expr::object(origin)
            .with_some("DomainName", self.setting.get("DomainName").cloned())
            .with("DomainNameConfigurations", Expr::list(vec![configuration], origin))
            .with("Tags", propagated.unwrap_or_else(ours));
        if let Some(tls) = optional("MutualTlsAuthentication") {
            let mut out = Expr::object(&tls.origin);
            for entry in tls.entries().iter().filter(|entry| crate::presence::is_set(&entry.value)) {
                out.set_entry(entry.clone());
            }
            properties.set("MutualTlsAuthentication", out);
        }
        output.add_generated(
            self.id.clone(),
            "AWS::ApiGatewayV2::DomainName",
            properties,
            api.resource,
            &WORDS,
        );
        self.add_mappings(api, stage_id, output);
        if let Some(settings) = self.setting.get("Route53").filter(|settings| settings.is_object()) {
            let endpoint = Endpoint::Regional;
            let records = Records {
                resource: api.resource,
                domain: &self.setting,
                settings,
                domain_id: &self.id,
                endpoint,
            };
            records.add(false, true, output);
        }
    }

    fn add_mappings(&self, api: &HttpApi, stage_id: &str, output: &mut Output) {
        let id = &api.resource.id;
        let mapping = |origin| {
            Expr::object(origin)
                .with("DomainName", Expr::reference(self.id.clone(), origin))
                .with("ApiId", Expr::reference(id.clone(), origin))
                .with("Stage", Expr::reference(stage_id, origin))
        };
        let mut add = |id: SmolStr, properties: Expr| {
            output.add_generated(
                id.clone(),
                "AWS::ApiGatewayV2::ApiMapping",
                properties,
                api.resource,
                &MAPPING,
            );
        };
        match &self.base_paths {
            None => add(format_smolstr!("{id}ApiMapping"), mapping(&self.setting.origin)),
            Some(paths) => {
                for path in paths {
                    let text = path.as_str().unwrap_or_default();
                    let plain: SmolStr =
                        text.chars().filter(|character| !"/-_".contains(*character)).collect();
                    let key = Expr::string(text.trim_matches('/'), &path.origin);
                    add(
                        format_smolstr!("{id}{plain}ApiMapping"),
                        mapping(&path.origin).with("ApiMappingKey", key),
                    );
                }
            }
        }
    }
}
