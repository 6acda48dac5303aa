//! `stockade policy`: questions about IAM policies.

mod batch;
mod estate;
mod query;
mod symbolic;

use crate::arguments::{PolicyArguments, PolicyVerb};
use anyhow::Result;

pub(crate) fn run(arguments: &PolicyArguments) -> Result<u8> {
    match &arguments.verb {
        PolicyVerb::Batch => batch::run(),
    }
}
