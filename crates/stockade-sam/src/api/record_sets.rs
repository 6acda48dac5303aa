//! DNS records for the domains of APIs: `Domain.Route53` (AWS SAM developer guide, "Route53Configuration").

use crate::SamError;
use crate::logical_id::{canonical_json, hash};
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

static WORDS: Words = Words {
    rows: &[
        ("HostedZoneId", "Domain.Route53.HostedZoneId"),
        ("HostedZoneName", "Domain.Route53.HostedZoneName"),
    ],
};

/// The hosted zone of all domains that API Gateway distributes from edge locations.
const EDGE_ZONE: &str = "Z2FDTNDATAQYW2";

/// Where the records of a domain point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A regional endpoint.
    Regional,
    /// Edge locations.
    Edge,
    /// An endpoint in a VPC.
    Private,
}

/// Records to be made.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    /// The SAM resource.
    pub resource: &'a SamResource,
    /// `Domain`.
    pub domain: &'a Expr,
    /// `Domain.Route53`.
    pub settings: &'a Expr,
    /// The logical id of the domain's resource.
    pub domain_id: &'a str,
    /// Where they point.
    pub endpoint: Endpoint,
}

/// The hash of a value as a logical id has it.
pub(crate) fn digest(value: &Expr) -> String {
    match &value.data {
        _ if !is_set(value) => String::new(),
        Data::String(text) => hash(text, 10),
        _ => hash(&canonical_json(&value.to_json()), 10),
    }
}

/// Checks `Domain.Route53`.
pub(crate) fn settings<'a>(resource: &SamResource, domain: &'a Expr) -> Result<Option<&'a Expr>, SamError> {
    let Some(settings) = domain.get("Route53").filter(|settings| !settings.is_null()) else {
        return Ok(None);
    };
    let error = |message: &str| Err(resource.error(message, settings.origin.place));
    if !settings.is_object() {
        return error("`Domain.Route53` must be an object");
    }
    let there = |name: &str| settings.get(name).is_some_and(|value| !value.is_null());
    if !there("HostedZoneId") && !there("HostedZoneName") {
        return error("`Domain.Route53` needs `HostedZoneId` or `HostedZoneName`");
    }
    if let Some(separate) = set(settings, "SeparateRecordSetGroup")
        && !matches!(separate.data, Data::Bool(_))
    {
        return Err(resource.error("`SeparateRecordSetGroup` must be a boolean", separate.origin.place));
    }
    Ok(Some(settings))
}

impl Records<'_> {
    /// Adds the records: to a group that domains of the same hosted zone share, or to one of their own.
    pub fn add(&self, allow_separate: bool, one_zone_key: bool, output: &mut Output) {
        let zone = set(self.settings, "HostedZoneId").or_else(|| self.settings.get("HostedZoneName"));
        let zone = zone.cloned().unwrap_or_else(|| Expr::null(&self.settings.origin));
        let separate = allow_separate && set(self.settings, "SeparateRecordSetGroup").is_some();
        let id: SmolStr = if separate {
            let name = self.domain.get("DomainName").cloned().unwrap_or_else(|| Expr::null(&zone.origin));
            format_smolstr!("RecordSetGroup{}", digest(&Expr::list(vec![zone, name], &self.settings.origin)))
        } else {
            format_smolstr!("RecordSetGroup{}", digest(&zone))
        };
        let records = self.records();
        if !separate
            && let Some(shared) = output.body_mut(&id).and_then(|body| body.get_mut("Properties"))
            && let Some(list) = shared.get_mut("RecordSets")
        {
            records.into_iter().for_each(|record| list.push(record));
            return;
        }
        let mut properties = Expr::object(&self.settings.origin);
        for name in ["HostedZoneId", "HostedZoneName"] {
            let value = self.settings.get(name).filter(|value| !value.is_null());
            let Some(value) = value.filter(|value| !separate || is_set(value)) else {
                continue;
            };
            if !(one_zone_key && properties.get("HostedZoneId").is_some()) {
                properties.set(name, value.clone());
            }
        }
        properties.set("RecordSets", Expr::list(records, &self.settings.origin));
        output.add_generated(id.clone(), "AWS::Route53::RecordSetGroup", properties, self.resource, &WORDS);
    }

    fn records(&self) -> Vec<Expr> {
        let origin = &self.settings.origin;
        let target = self.target();
        let v6 = self.settings.get("IpV6").filter(|v6| v6.data == Data::Bool(true));
        let kinds = std::iter::once(("A", origin)).chain(v6.map(|v6| ("AAAA", &v6.origin)));
        let record = |(kind, origin)| {
            let mut record = Expr::object(origin)
                .with_some("Name", self.domain.get("DomainName").cloned())
                .with("Type", Expr::string(kind, origin))
                .with("AliasTarget", target.clone());
            for name in ["Region", "SetIdentifier"] {
                if let Some(value) = self.settings.get(name).filter(|value| !value.is_null()) {
                    record.set(name, value.clone());
                }
            }
            record
        };
        kinds.map(record).collect()
    }

    fn target(&self) -> Expr {
        let origin = &self.settings.origin;
        let health = self.settings.get("EvaluateTargetHealth").filter(|health| !health.is_null());
        let out = Expr::object(origin).with_some("EvaluateTargetHealth", health.cloned());
        let attribute = |name: &str| Expr::get_att(self.domain_id, name, origin);
        let setting = |name: &str| self.settings.get(name).cloned().unwrap_or_else(|| Expr::null(origin));
        match self.endpoint {
            Endpoint::Regional => out
                .with("HostedZoneId", attribute("RegionalHostedZoneId"))
                .with("DNSName", attribute("RegionalDomainName")),
            Endpoint::Edge => out
                .with("HostedZoneId", Expr::string(EDGE_ZONE, origin))
                .with("DNSName", distribution(self.settings, self.domain_id)),
            Endpoint::Private => out
                .with("HostedZoneId", setting("VpcEndpointHostedZoneId"))
                .with("DNSName", setting("VpcEndpointDomainName")),
        }
    }
}

/// The name of the distribution of an edge-optimised domain.
pub(crate) fn distribution(settings: &Expr, domain_id: &str) -> Expr {
    let written = settings.get("DistributionDomainName").filter(|name| !name.is_null());
    written.cloned().unwrap_or_else(|| Expr::get_att(domain_id, "DistributionDomainName", &settings.origin))
}
