//! CloudFormation templates: what is written ([`Expr`], [`Template`]) and what a scenario makes of it.
//!
//! A [`Template`] keeps intrinsic functions as they are written; transforms (SAM, `AWS::Include`) turn templates
//! into templates.

mod assembly;
mod canonical;
mod cidr;
mod dependencies;
mod evaluate;
mod exports;
mod expr;
mod generated;
mod include;
mod language_extensions;
mod parameters;
mod raise;
mod rules;
mod scenarios;
mod scope;
mod template;

/// A map that keeps the order in which its entries came.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, foldhash::fast::RandomState>;

pub use assembly::{
    Assembly, AssemblyError, AssemblyStack, AssetManifest, AssetSource, Constructs, Frame, LocalFile,
    NestedAssembly, is_assembly, shows_assembly,
};
pub use dependencies::{Cycle, cycles};
pub use exports::Exports;
pub use expr::{Data, Entry, Expr, Map};
pub use generated::{GENERATED, Generated};
pub use include::{LoadError, Loader, expand_includes};
pub use language_extensions::{Extended, LANGUAGE_EXTENSIONS, extend_language};
pub use parameters::{ParameterFileError, parameter_file};
pub use raise::{CLOUDFORMATION, CloudFormation};
pub use scenarios::{Probe, Scenarios, scenarios, used_conditions};
pub use scope::{Assignment, Environment, NestedOutputs, Read, Scope};
pub use template::{
    Declaration, Parameter, Template, TemplateError, is_template, shows_template, tag_meaning,
};
