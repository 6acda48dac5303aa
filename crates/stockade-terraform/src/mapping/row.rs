//! Rows of the mapping: how the arguments of one resource type are spelled in CloudFormation. A row serves both ways.

use super::lower::Built;
use crate::ResourceInstance;

/// A resource type of the provider.
#[derive(Debug)]
pub(crate) struct Row {
    /// The provider's type.
    pub source: &'static str,
    /// What it is in CloudFormation.
    pub target: Target,
    /// The arguments.
    pub words: &'static [Word],
    /// The attributes that references take, with what CloudFormation calls them: `Ref` or an attribute's name; or a text
    /// with such names and pseudo-parameters in braces where CloudFormation has none.
    pub attributes: &'static [(&'static str, &'static str)],
    /// What the words cannot say, run once they are lowered.
    pub finish: Option<fn(&ResourceInstance, &mut Built)>,
}

/// What a resource type of the provider is in CloudFormation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// A resource of this type.
    Resource(&'static str),
    /// A part of another resource, which an argument names.
    Part(&'static Part),
    /// A part of several resources of different types.
    Parts(&'static [Part]),
    /// A part of the resource that has the same: these arguments are those properties of it. It is named beside that if
    /// the part says by which argument.
    Keyed(&'static Part, &'static [(&'static str, &'static str)]),
    /// As [`Target::Keyed`], and a resource of that type with the properties that the keys name where there is none of
    /// which it could be a part.
    KeyedOr(&'static Part, &'static [(&'static str, &'static str)], &'static str),
}

/// A part of another resource.
#[derive(Debug)]
pub(crate) struct Part {
    /// The provider's types that it may be a part of.
    pub owners: &'static [&'static str],
    /// The argument that names the owner, or the owners in a list; empty if none does.
    pub by: &'static str,
    /// The property of the owner that it is, empty if its words are the owner's own properties.
    pub at: &'static str,
    /// Whether it is one item of a list there.
    pub list: bool,
}

/// An argument and the property that it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// The argument's name.
    pub argument: &'static str,
    /// The property's path. `[]` behind a key is a list of one object. Empty: what a block says stands where the block
    /// stands, and of a part that is an item of a list the value is the item.
    pub property: &'static str,
    /// How the one becomes the other.
    pub form: Form,
    /// The value of the property where the argument is absent: what the provider sends then, or what the service makes of
    /// its silence.
    ///
    /// Checked on 2026-11-24, each against the documentation of hashicorp/aws 6 as pulumi-aws 7.51.1 carries it ("Defaults
    /// to …"). Where that says nothing, against the schema in the provider's `internal/service` (a boolean that is optional
    /// and not computed is sent as `false`), or the service's API reference (`MultiAZ` and `EnableIAMDatabaseAuthentication`
    /// of RDS, `Encrypted` of EFS, `authType` of VPC Lattice).
    pub default: Option<&'static str>,
}

/// How an argument becomes a property.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// As it is.
    Same,
    /// A string of JSON becomes what it says.
    Json,
    /// A nested block becomes an object; the first, where several are written.
    Block(&'static [Word]),
    /// Nested blocks become a list of objects.
    Blocks(&'static [Word]),
    /// A map becomes a list of `Key` and `Value`.
    Tags,
    /// A map becomes a list of objects that hold the key and the value under these names.
    Pairs(&'static str, &'static str),
    /// These values become those; others stay.
    Values(&'static [(&'static str, &'static str)]),
    /// As it is, and absent where it is this value.
    Unless(&'static str),
    /// As it is, and null where it is this value: it counts as absent, and its place is the argument's, where a fix
    /// writes over it.
    NullAt(&'static str),
    /// One value becomes a list of it.
    Only,
    /// Each item of a list becomes an object that holds it under this name.
    Each(&'static str),
}

/// An argument that is a property as it is.
pub(crate) const fn same(argument: &'static str, property: &'static str) -> Word {
    Word { argument, property, form: Form::Same, default: None }
}

/// An argument that is a string of JSON.
pub(crate) const fn json(argument: &'static str, property: &'static str) -> Word {
    Word { argument, property, form: Form::Json, default: None }
}

/// A nested block.
pub(crate) const fn block(argument: &'static str, property: &'static str, words: &'static [Word]) -> Word {
    Word { argument, property, form: Form::Block(words), default: None }
}

/// Nested blocks.
pub(crate) const fn blocks(argument: &'static str, property: &'static str, words: &'static [Word]) -> Word {
    Word { argument, property, form: Form::Blocks(words), default: None }
}

/// An argument of which these values are spelled otherwise.
pub(crate) const fn values(
    argument: &'static str,
    property: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Word {
    Word { argument, property, form: Form::Values(values), default: None }
}

/// A map that is a list of objects with these names for key and value.
pub(crate) const fn pairs(
    argument: &'static str,
    property: &'static str,
    key: &'static str,
    value: &'static str,
) -> Word {
    Word { argument, property, form: Form::Pairs(key, value), default: None }
}

/// A map of tags.
pub(crate) const fn tags(argument: &'static str, property: &'static str) -> Word {
    Word { argument, property, form: Form::Tags, default: None }
}

/// The resource's tags.
pub(crate) const TAGS: Word = tags("tags", "Tags");

impl Word {
    /// The same with a value where the argument is absent.
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// The same, absent where it is that value.
    pub const fn unless(self, value: &'static str) -> Self {
        Self { form: Form::Unless(value), ..self }
    }

    /// The same, null where it is that value.
    pub const fn null_at(self, value: &'static str) -> Self {
        Self { form: Form::NullAt(value), ..self }
    }

    /// The same, each item as an object that holds it under a name.
    pub const fn each(self, name: &'static str) -> Self {
        Self { form: Form::Each(name), ..self }
    }

    /// The same, as a list of the one value.
    pub const fn only(self) -> Self {
        Self { form: Form::Only, ..self }
    }
}
