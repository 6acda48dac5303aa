//! The AWS SAM transform: a SAM template becomes the CloudFormation template that AWS would deploy, and every
//! property keeps the place that it came from.
//!
//! Each SAM type has a file of its own and one row in [`rows::ROWS`]. What is a plain renaming of properties is a
//! table of [`Words`], which serves both ways: `lower` (SAM → CloudFormation) and `raise` (a change in
//! CloudFormation's words → an edit in SAM's).

mod api;
mod application;
mod capacity_provider;
mod connector;
mod deployment_preference;
mod error;
mod events;
mod function;
mod global_sections;
mod globals;
mod graphql_api;
mod http_api;
mod implicit_api;
mod layer_version;
mod location;
mod logical_id;
mod managed_policies;
mod microvm_image;
mod network_connector;
mod numbers;
mod open_api;
mod output;
mod packaging;
mod pieces;
mod policies;
mod policy_templates;
mod presence;
mod property_types;
mod references;
mod resolve;
mod resource;
mod role;
mod rows;
mod sections;
mod short_tags;
mod simple_table;
mod state_machine;
mod tags;
mod web_function;
mod websocket_api;
mod words;

pub use error::SamError;
pub use packaging::package;
pub use short_tags::spelled_out;

use output::Output;
use smol_str::SmolStr;
use stockade_cfn::Template;

/// What the transform knows of the deployment.
pub struct Context<'a> {
    /// The region, `us-east-1`.
    pub region: &'a str,
    /// The partition, `aws`.
    pub partition: &'a str,
    /// Gives the value of a parameter in this scenario, its default included, if it has a known one. SAM resolves
    /// references to parameters where it has to know a property.
    pub parameter: &'a dyn Fn(&str) -> Option<SmolStr>,
}

/// A transformed template, with what went wrong. A resource that AWS would reject is left out and named in
/// `errors`; the others are there.
pub struct Transformed {
    /// The CloudFormation template.
    pub template: Template,
    /// What AWS would reject.
    pub errors: Vec<SamError>,
}

/// Applies the transform `AWS::Serverless-2016-10-31`.
#[must_use]
pub fn transform(template: &Template, context: &Context) -> Transformed {
    let template = &spelled_out(template);
    let mut output = Output::new(template);
    output.errors.extend(sections::check(template));
    let mut resources = globals::merge(template, &mut output);
    connector::embedded::lift(template, &mut resources, &mut output);
    implicit_api::connect(&mut resources, template, context, &mut output);
    for row in rows::ROWS {
        // Functions and state machines come before APIs, to which their events add paths.
        let mine: Vec<usize> =
            (0..resources.len()).filter(|at| resources[*at].type_name == row.type_name).collect();
        for at in mine {
            let resource = resources[at].clone();
            if let Err(error) = (row.lower)(&resource, &mut resources, context, &mut output) {
                output.errors.push(error);
            }
        }
    }
    deployment_preference::finish(context, &mut output);
    output.finish(template, &resources)
}
