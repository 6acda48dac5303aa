//! The template that the transform fills.

use crate::deployment_preference::Deployment;
use crate::presence::is_set;
use crate::references::References;
use crate::resource::SamResource;
use crate::{SamError, Transformed};
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_cfn::IndexMap;
use stockade_cfn::{Data, Declaration, Expr, Template};
use stockade_model::{Containers, Place, Raise};

/// Resource attributes that go over from a SAM resource to the resource that stands for it.
const ATTRIBUTES: [&str; 6] =
    ["DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"];

/// Resource attributes that go over to what a SAM resource brings along.
const SHARED_ATTRIBUTES: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// Types that stand in the template before and after the transform.
const SHARED_TYPES: [&str; 7] = [
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::Cognito::UserPool",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::BasePathMappingV2",
];

/// What the transform has made so far.
pub(crate) struct Output {
    /// Resources by logical id.
    pub resources: IndexMap<SmolStr, Declaration>,
    /// Conditions that the transform adds.
    pub conditions: IndexMap<SmolStr, Expr>,
    /// What AWS would reject.
    pub errors: Vec<SamError>,
    /// Why there may be resources that are not known.
    pub open: Option<SmolStr>,
    /// What references to SAM resources have to become.
    pub references: References,
    /// The functions that are deployed gradually.
    pub deployments: Vec<Deployment>,
    /// The template's `Mappings`.
    pub mappings: Option<Expr>,
    /// The destinations that SAM has made for a configuration in `Globals`, by its place: functions share
    /// them.
    pub shared_destinations: HashMap<Place, Expr>,
    /// The types of the resources that the user wrote, by logical id.
    written: IndexMap<SmolStr, SmolStr>,
}

impl Output {
    /// Starts with what the template holds besides SAM resources.
    pub fn new(template: &Template) -> Self {
        let resources = template
            .resources
            .iter()
            .filter(|(_, declaration)| !declaration.type_name.starts_with("AWS::Serverless::"))
            .map(|(id, declaration)| (id.clone(), declaration.clone()))
            .collect();
        let written =
            template.resources.iter().map(|(id, body)| (id.clone(), body.type_name.clone())).collect();
        Self {
            resources,
            conditions: IndexMap::default(),
            errors: Vec::new(),
            open: template.open.clone(),
            references: References::default(),
            deployments: Vec::new(),
            mappings: template.root.get("Mappings").cloned(),
            shared_destinations: HashMap::default(),
            written,
        }
    }

    /// Adds the resource that stands for `from` itself: all resource attributes go over.
    pub fn add_main(
        &mut self,
        id: impl Into<SmolStr>,
        type_name: &'static str,
        properties: Expr,
        from: &SamResource,
        raise: &'static dyn Raise,
    ) {
        let mut body = body(type_name, properties, from);
        for attribute in ATTRIBUTES {
            if let Some(entry) = from.body.entry(attribute) {
                body.set_entry(entry.clone());
            }
        }
        if body.get("DependsOn").is_some_and(|depends| !is_set(depends)) {
            body.remove("DependsOn");
        }
        self.insert(id.into(), type_name, body, from, raise, false);
    }

    /// Adds a resource that `from` brings along: it shares the condition and the deletion policies.
    pub fn add_generated(
        &mut self,
        id: impl Into<SmolStr>,
        type_name: &'static str,
        properties: Expr,
        from: &SamResource,
        raise: &'static dyn Raise,
    ) {
        let mut body = body(type_name, properties, from);
        for attribute in SHARED_ATTRIBUTES {
            if let Some(entry) = from.body.entry(attribute) {
                body.set_entry(entry.clone());
            }
        }
        self.insert(id.into(), type_name, body, from, raise, true);
    }

    /// Lets the transform take a logical id that the user gave to another resource, which it then replaces.
    pub fn free(&mut self, id: &str) {
        self.written.swap_remove(id);
    }

    /// The body of a resource that is there already, to add an attribute or a property.
    pub fn body_mut(&mut self, id: &str) -> Option<&mut Expr> {
        self.resources.get_mut(id).map(|declaration| &mut declaration.body)
    }

    fn insert(
        &mut self,
        id: SmolStr,
        type_name: &'static str,
        body: Expr,
        from: &SamResource,
        raise: &'static dyn Raise,
        generated: bool,
    ) {
        let generated = generated || id != from.id;
        let taken = self.written.get(&id).filter(|_| id != from.id || generated);
        if let Some(taken) = taken
            && !(taken == type_name && SHARED_TYPES.contains(&type_name))
        {
            let message =
                format!("it makes a resource `{id}` of type `{type_name}`, and the template has that id");
            self.errors.push(from.error(message, from.id_at));
            return;
        }
        let declaration = Declaration {
            type_name: SmolStr::new_static(type_name),
            body,
            id_at: from.id_at,
            declared_id: from.declared_id.clone(),
            generated,
            instance: from.instance.clone(),
            raise,
        };
        self.resources.insert(id, declaration);
    }

    /// The transformed template. SAM resources of a type that has no row are left as they are.
    pub fn finish(mut self, template: &Template, resources: &[SamResource]) -> Transformed {
        for resource in resources {
            if !crate::rows::is_known(&resource.type_name)
                && let Some(declaration) = template.resources.get(&resource.id)
            {
                self.resources.insert(resource.id.clone(), declaration.clone());
            }
        }
        let mut out = template.clone();
        out.transforms.retain(|name| name != "AWS::Serverless-2016-10-31");
        out.conditions.extend(self.conditions);
        out.open = self.open;
        out.resources = self.resources;
        if !self.references.is_empty() {
            let references = &self.references;
            out.resources.values_mut().for_each(|it| it.body = references.replace_in_body(&it.body));
            let others = out.conditions.values_mut().chain(out.outputs.values_mut());
            others.for_each(|value| *value = references.replace(value));
        }
        Transformed { template: out, errors: self.errors }
    }
}

fn body(type_name: &'static str, properties: Expr, from: &SamResource) -> Expr {
    // Unless the lowering says otherwise, missing keys are written where the SAM resource's are.
    let says = matches!(&properties.data, Data::Object(map) if map.containers != Containers::Inherit);
    let properties = if says { properties } else { properties.in_containers(from.containers.clone()) };
    Expr::object(&from.origin())
        .with("Type", Expr::string(type_name, &from.origin()))
        .with("Properties", properties)
}
