//! `stockade policy`: questions about IAM policies.

mod batch;
mod catalogue;
mod estate;
mod query;
mod symbolic;
mod text;
mod verbs;

use crate::arguments::{PolicyArguments, PolicyVerb};
use anyhow::{Context as _, Result};
use camino::Utf8Path;
use stockade_iam::Catalogue;

pub(crate) fn run(arguments: &PolicyArguments) -> Result<u8> {
    let read = arguments.catalogue.as_deref().map(read_catalogue).transpose()?;
    let catalogue = read.as_ref().unwrap_or_else(|| Catalogue::built_in());
    match &arguments.verb {
        PolicyVerb::Batch => batch::run(catalogue),
        verb => verbs::run(verb, catalogue),
    }
}

fn read_catalogue(path: &Utf8Path) -> Result<Catalogue> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {path}"))?;
    Catalogue::read(bytes).with_context(|| format!("cannot use {path}"))
}
