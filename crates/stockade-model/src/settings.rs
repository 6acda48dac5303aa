//! What a project says of itself that controls ask for.

use globset::GlobMatcher;
use smol_str::SmolStr;

/// The part of `stockade.toml` that controls read. The default is a project that says nothing.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `allow.accounts`: ids of accounts that may be let in: the own one, where templates write it out, and partners'.
    pub accounts: Vec<SmolStr>,
    /// `allow.organizations`: ids of organisations whose accounts may be let in.
    pub organizations: Vec<SmolStr>,
    /// `allow.layer-owners`: account ids whose layers are trusted beside those of `data/layer-publishers.tsv`.
    pub layer_owners: Vec<SmolStr>,
    /// `limits.log-retention-days`: logs must be kept at least so many days.
    pub log_retention_days: Option<u32>,
    /// `limits.action-catalogue-days`: an older catalogue of actions says nothing of names that it does not have.
    pub action_catalogue_days: Option<u32>,
    /// `network.vpc-required`: functions that match one of these must run in a VPC.
    pub vpc_required: Vec<FunctionSelector>,
}

/// Which functions are meant.
#[derive(Debug, Clone)]
pub enum FunctionSelector {
    /// Those whose name or logical id matches a glob.
    Name(GlobMatcher),
    /// Those with a tag, of that value if one is given.
    Tag {
        /// The tag's key.
        key: SmolStr,
        /// The value that it must have.
        value: Option<SmolStr>,
    },
}
