//! The catalogue: what actions, resource types and condition keys AWS's services have, and AWS's managed policies.
//!
//! Its facts come from AWS's Service Authorization Reference by way of the packages that the file names; `cargo xtask data
//! iam` writes the file, `data/README.md` says from what. The one compiled in is [`Catalogue::built_in`]; another file
//! of the same format can stand in for it ([`Catalogue::read`]).

mod arns;
mod events;
mod expand;
mod file;
mod global_keys;
mod managed;
mod service;

pub use file::CatalogueError;
pub use global_keys::{GlobalKey, global_key, global_keys};
pub use managed::{ManagedPolicy, POLICY_ARN};
pub use service::{
    AccessLevel, Action, ActionResource, ConditionKey, KeyKind, KeyType, ResourceType, Service,
};

use file::{Block, BlockKind, File};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The table that is compiled in.
const BUILT_IN: &[u8] = include_bytes!("../../../data/iam/catalogue.bin");

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue { file: File::open(Cow::Borrowed(BUILT_IN)).unwrap_or_default() });

/// What services, actions, resource types, condition keys and managed policies there are.
///
/// Opening it reads a header of a few lines; the table is kept in blocks, and a look-up unpacks the one that holds the
/// answer.
#[derive(Debug)]
pub struct Catalogue {
    file: File,
}

/// The number of an action in a catalogue: actions are numbered from 0 without gaps, in the order of their prefix and then
/// of their name without regard to case, so that those of a service are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub u32);

impl Catalogue {
    /// The catalogue that is compiled in.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &CATALOGUE
    }

    /// Reads a catalogue from the bytes of a file that `cargo xtask data iam` wrote, and unpacks all of it.
    ///
    /// # Errors
    /// If the bytes are no catalogue, of another version of the format, or damaged.
    pub fn read(bytes: Vec<u8>) -> Result<Self, CatalogueError> {
        let file = File::open(Cow::Owned(bytes))?;
        file.check()?;
        Ok(Self { file })
    }

    /// The day of which its facts are, as `2026-10-27`.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.file.date
    }

    /// The packages that it was made from, each with its version.
    #[must_use]
    pub fn sources(&self) -> &[(String, String)] {
        &self.file.sources
    }

    /// How many actions there are.
    #[must_use]
    pub fn action_count(&self) -> usize {
        self.file.actions as usize
    }

    /// Every service, by prefix.
    pub fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.file.blocks_of(BlockKind::Services).flat_map(Block::services)
    }

    /// The service of a prefix such as `lambda`, without regard to case.
    #[must_use]
    pub fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let prefix = prefix.to_ascii_lowercase();
        self.file.block_of(BlockKind::Services, &prefix)?.service(&prefix)
    }

    /// The action of a name such as `lambda:InvokeFunction`, without regard to case.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        let (prefix, name) = name.split_once(':')?;
        self.service(prefix)?.action(name)
    }

    /// The action of a number; `None` past the last.
    #[must_use]
    pub fn action_by_id(&self, id: ActionId) -> Option<Action<'_>> {
        self.file.block_of_action(id)?.action(id)
    }

    /// The condition key of a name such as `lambda:FunctionUrlAuthType` or `aws:SourceIp`, without regard to case: a key of
    /// a service, or one of AWS's global keys. `aws:RequestTag/team` finds `aws:RequestTag/${TagKey}`.
    #[must_use]
    pub fn condition_key(&self, name: &str) -> Option<ConditionKey<'_>> {
        let (prefix, _) = name.split_once(':')?;
        if let Some(key) = global_key(name) {
            return Some(ConditionKey { name: key.name, key_type: key.key_type });
        }
        // Keys of identity providers, `accounts.google.com:aud`, are those of AWS STS.
        let services = [self.service(prefix), self.service("sts")];
        services.into_iter().flatten().find_map(|service| service.condition_key(name))
    }
}

#[cfg(test)]
mod tests;
