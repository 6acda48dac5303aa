//! `AWS::Serverless::Connector`: the permissions that one resource needs to use another (AWS SAM developer
//! guide, "AWS::Serverless::Connector" and "Managing resource permissions with AWS SAM connectors").

pub(crate) mod embedded;
mod profiles;
mod reference;

use crate::output::Output;
use crate::property_types::{Kind as Shape, Property, check_at, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use profiles::{End, Kind, Profile, Waits};
use reference::Reference;
use serde_json::json;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    required("Source", Shape::Map),
    required("Destination", Shape::MapOrMaps),
    required("Permissions", Shape::ListOfStrings),
];

static GENERATED: Words = Words { rows: &[] };

/// One connection: a connector with several destinations makes one for each.
struct Connection<'a> {
    connector: &'a SamResource,
    source: Reference,
    destination: Reference,
    profile: &'static Profile,
    permissions: &'a Expr,
    /// Its number if the connector has a list of destinations.
    number: Option<usize>,
}

/// A resource to be made, and what has to wait for it.
struct Made {
    id: SmolStr,
    type_name: &'static str,
    properties: Expr,
    metadata: Expr,
    before: Option<SmolStr>,
}

/// Lowers a connector.
pub(crate) fn lower(
    connector: &SamResource,
    resources: &mut [SamResource],
    _context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let properties = &connector.properties;
    check_at(properties, PROPERTIES, &connector.id, connector.id_at)?;
    let empty = Expr::object(&connector.origin());
    let [source, destination, permissions] =
        ["Source", "Destination", "Permissions"].map(|name| properties.get(name).unwrap_or(&empty));
    let destinations =
        if destination.is_list() { destination.items() } else { std::slice::from_ref(destination) };
    if destinations.is_empty() {
        return Err(connector.error("its `Destination` is an empty list", destination.origin.place));
    }
    let mut made = Vec::new();
    for (at, one) in destinations.iter().enumerate() {
        let to = reference::resolve(one, source, connector, output)?;
        let from = reference::resolve(source, one, connector, output)?;
        let profile = profiles::find(&from.type_name, &to.type_name).ok_or_else(|| {
            let message = format!("there are no connectors from `{}` to `{}`", from.type_name, to.type_name);
            connector.error(message, one.origin.place)
        })?;
        let number = destination.is_list().then_some(at);
        let connection =
            Connection { connector, source: from, destination: to, profile, permissions, number };
        made.extend(connection.make(resources, output)?);
    }
    let ids: Vec<SmolStr> = made.iter().map(|made| made.id.clone()).collect();
    for made in made {
        made.add(connector, output);
    }
    follow_dependencies(connector, &ids, output);
    Ok(())
}

impl Connection<'_> {
    fn make(&self, resources: &[SamResource], output: &Output) -> Result<Vec<Made>, SamError> {
        self.check_permissions()?;
        let grants = self.grants()?;
        let origin = &self.permissions.origin;
        let holder = match self.profile.held_by {
            End::Source => &self.source,
            End::Destination => &self.destination,
        };
        let metadata = self.metadata(resources);
        let made = |suffix: &str, type_name: &'static str, properties: Expr| Made {
            id: self.id(suffix),
            type_name,
            properties,
            metadata: metadata.clone(),
            before: None,
        };
        if self.profile.kind == Kind::LambdaPermission {
            let function = self.held(holder.arn.as_ref(), "function's ARN")?;
            let permission = |(name, grant): (&str, Expr)| {
                let properties = grant.with("FunctionName", function.clone());
                made(&format!("{name}LambdaPermission"), "AWS::Lambda::Permission", properties)
            };
            return Ok(grants.into_iter().map(permission).collect());
        }
        let statements = grants.iter().flat_map(|(_, grant)| grant.items().iter().cloned()).collect();
        let document = Expr::object(origin)
            .with("Version", Expr::string("2012-10-17", origin))
            .with("Statement", Expr::list(statements, origin));
        let policy = Expr::object(origin).with("PolicyDocument", document);
        let on = |value: Expr| Expr::list(vec![value], origin);
        Ok(vec![match self.profile.kind {
            Kind::QueuePolicy => {
                let queue = self.held(holder.queue_url.as_ref(), "queue's URL")?;
                made("QueuePolicy", "AWS::SQS::QueuePolicy", policy.with("Queues", on(queue)))
            }
            Kind::TopicPolicy => {
                let topic = self.held(holder.arn.as_ref(), "topic's ARN")?;
                made("TopicPolicy", "AWS::SNS::TopicPolicy", policy.with("Topics", on(topic)))
            }
            _ => {
                let role = self.held(holder.role_name.as_ref(), "role's name")?;
                let mut made = made("Policy", "AWS::IAM::ManagedPolicy", policy.with("Roles", on(role)));
                made.before = self.waiting(output);
                made
            }
        }])
    }

    fn check_permissions(&self) -> Result<(), SamError> {
        let place = self.permissions.origin.place;
        let known: Vec<&str> = self.profile.grants.iter().map(|(name, _)| *name).collect();
        let mut asked: Vec<&str> = self.permissions.items().iter().filter_map(Expr::as_str).collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() {
            let message = format!("its `Permissions` are empty; there are {}", known.join(", "));
            return Err(self.connector.error(message, place));
        }
        if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
            let message = format!("its permission `{unknown}` is none of {}", known.join(", "));
            return Err(self.connector.error(message, place));
        }
        if !self.profile.together.is_empty() && !self.profile.together.contains(&asked) {
            let sets: Vec<String> = self.profile.together.iter().map(|set| set.join(" and ")).collect();
            let message = format!("its `Permissions` may only be {}", sets.join(", or "));
            return Err(self.connector.error(message, place));
        }
        Ok(())
    }

    /// The grants of the permissions asked for. A value that any grant of the profile needs has to be there.
    fn grants(&self) -> Result<Vec<(&'static str, Expr)>, SamError> {
        let (source, destination) = (&self.source, &self.destination);
        let stand = [
            ("Source.Arn", source.arn.as_ref()),
            ("Destination.Arn", destination.arn.as_ref()),
            ("Source.ResourceId", source.resource_id.as_ref()),
            ("Destination.ResourceId", destination.resource_id.as_ref()),
            ("Source.Name", source.name.as_ref()),
            ("Destination.Name", destination.name.as_ref()),
            ("Source.Qualifier", source.qualifier.as_ref()),
            ("Destination.Qualifier", destination.qualifier.as_ref()),
        ];
        let mut grants = Vec::new();
        for (name, grant) in &self.profile.grants {
            let asked = self.permissions.items().iter().find(|item| item.as_str() == Some(*name));
            let origin = asked.map_or(&self.permissions.origin, |asked| &asked.origin);
            let filled = profiles::fill(grant, &stand, origin).map_err(|missing| {
                self.connector.error(format!("its `{missing}` is not known"), self.place())
            })?;
            if asked.is_some() {
                grants.push((*name, filled));
            }
        }
        Ok(grants)
    }

    fn held(&self, value: Option<&Expr>, what: &str) -> Result<Expr, SamError> {
        let end = if self.profile.held_by == End::Source { "Source" } else { "Destination" };
        let message =
            || self.connector.error(format!("the {what} of its `{end}` is not known"), self.place());
        value.filter(|value| crate::presence::is_set(value)).cloned().ok_or_else(message)
    }

    fn place(&self) -> stockade_model::Place {
        self.connector.properties.get("Source").map_or(self.connector.id_at, |source| source.origin.place)
    }

    fn id(&self, suffix: &str) -> SmolStr {
        match self.number {
            Some(number) => format_smolstr!("{}{suffix}Destination{number}", self.connector.id),
            None => format_smolstr!("{}{suffix}", self.connector.id),
        }
    }

    /// The resource that has to wait for the policy.
    fn waiting(&self, output: &Output) -> Option<SmolStr> {
        match self.profile.waits {
            Waits::Nothing => None,
            Waits::Source => self.source.id.clone(),
            Waits::EventSourceMapping => {
                let (source, function) = (self.source.id.as_ref()?, self.destination.id.as_ref()?);
                let refers = |properties: &Expr, name: &str, id: &SmolStr| {
                    properties.get(name).and_then(reference::referred).is_some_and(|referred| referred == *id)
                };
                let mut mappings = output.resources.iter().filter(|(_, declaration)| {
                    declaration.type_name == "AWS::Lambda::EventSourceMapping"
                        && declaration.properties().is_some_and(|properties| {
                            refers(properties, "FunctionName", function)
                                && refers(properties, "EventSourceArn", source)
                        })
                });
                let first = mappings.next().map(|(id, _)| id.clone());
                first.filter(|_| mappings.next().is_none())
            }
        }
    }

    /// What AWS notes on the resources: which types the connector connects, SAM types as written.
    fn metadata(&self, resources: &[SamResource]) -> Expr {
        let type_name = |end: &Reference| {
            let written = end.id.as_ref().and_then(|id| resources.iter().find(|resource| resource.id == *id));
            written.map_or(end.type_name.clone(), |resource| resource.type_name.clone())
        };
        let note = json!({
            self.connector.id.as_str(): {
                "Source": {"Type": type_name(&self.source).as_str()},
                "Destination": {"Type": type_name(&self.destination).as_str()},
            },
        });
        Expr::from_json(&note, &self.connector.origin())
    }
}

impl Made {
    fn add(self, connector: &SamResource, output: &mut Output) {
        output.add_generated(self.id.clone(), self.type_name, self.properties, connector, &GENERATED);
        if let Some(body) = output.body_mut(&self.id) {
            for attribute in [
                "DependsOn",
                "Condition",
                "Metadata",
                "DeletionPolicy",
                "UpdateReplacePolicy",
                "UpdatePolicy",
            ] {
                if let Some(entry) = connector.body.entry(attribute).filter(|entry| !entry.value.is_null()) {
                    body.set_entry(entry.clone());
                }
            }
            let metadata =
                body.get("Metadata").cloned().unwrap_or_else(|| Expr::object(&self.metadata.origin));
            body.set("Metadata", metadata.with("aws:sam:connectors", self.metadata));
        }
        if let Some(body) = self.before.and_then(|before| output.body_mut(&before)) {
            let id = Expr::string(self.id, &connector.origin());
            let mut waits_for = dependencies(body);
            if !waits_for.iter().any(|known| known.as_str() == id.as_str()) {
                waits_for.push(id.clone());
            }
            body.set("DependsOn", Expr::list(waits_for, &id.origin));
        }
    }
}

/// What depended on the connector depends on what became of it.
fn follow_dependencies(connector: &SamResource, ids: &[SmolStr], output: &mut Output) {
    for declaration in output.resources.values_mut() {
        let mut waits_for = dependencies(&declaration.body);
        let Some(at) = waits_for.iter().position(|id| id.as_str() == Some(&connector.id)) else { continue };
        let origin = waits_for.remove(at).origin;
        for id in ids {
            if !waits_for.iter().any(|known| known.as_str() == Some(id)) {
                waits_for.push(Expr::string(id.clone(), &origin));
            }
        }
        declaration.body.set("DependsOn", Expr::list(waits_for, &origin));
    }
}

fn dependencies(body: &Expr) -> Vec<Expr> {
    match body.get("DependsOn") {
        Some(several) if several.is_list() => several.items().to_vec(),
        Some(one) if !one.is_null() => vec![one.clone()],
        _ => Vec::new(),
    }
}
