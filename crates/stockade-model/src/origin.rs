//! Where a value came from.

use std::sync::Arc;
use stockade_syntax::{FileId, Span};

/// Bytes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// The place that a finding shows for a value, and the other places that had a part in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// What the user wrote for it: the literal, the chosen branch of an `If`, the use of a parameter.
    pub place: Place,
    /// The other places, nearest first.
    pub via: Option<Arc<Via>>,
}

/// A place that had a part in a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Via {
    /// What part.
    pub kind: ViaKind,
    /// Where.
    pub place: Place,
    /// The next one.
    pub next: Option<Arc<Via>>,
}

/// What part a [`Via`] had in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViaKind {
    /// The default of the parameter that the value refers to.
    ParameterDefault,
    /// What a parameter that the value refers to is given: by a parent stack, or in this scenario.
    ParameterValue,
    /// The default of the Terraform variable that the value refers to.
    VariableDefault,
    /// What a Terraform variable that the value refers to is given: by the call of its module, or in this scenario.
    VariableValue,
    /// The entry of a mapping that `Fn::FindInMap` found.
    Mapping,
    /// The `Globals` section of a SAM template, which gives the value to every resource of its kind.
    Globals,
    /// The alias or merge key that brought the value to where it is used.
    Alias,
    /// The include that brought the file.
    Include,
    /// The output of another stack of the deployment that the value is imported from.
    Export,
    /// The source resource that a transform made the value from.
    Transform,
    /// The item of a loop's collection that the value stands for.
    Collection,
    /// What a name stands for: a local value, an output, an argument of another resource.
    Reference,
}

impl ViaKind {
    /// The sentence that a report puts at the place.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::ParameterDefault => "the parameter's default is used",
            Self::ParameterValue => "the parameter's value is set here",
            Self::VariableDefault => "the variable's default is used",
            Self::VariableValue => "the variable's value is set here",
            Self::Mapping => "found in this mapping",
            Self::Globals => "set for all in `Globals`",
            Self::Alias => "brought here by this alias",
            Self::Include => "included here",
            Self::Export => "exported here",
            Self::Transform => "generated from this resource",
            Self::Collection => "one of these is put in",
            Self::Reference => "the value is set here",
        }
    }

    /// Whether the value itself is written at such a place, so that an edit there would change it.
    #[must_use]
    pub fn is_writable(self) -> bool {
        match self {
            Self::ParameterDefault | Self::ParameterValue | Self::Mapping | Self::Reference => true,
            Self::VariableDefault | Self::VariableValue => true,
            Self::Globals
            | Self::Alias
            | Self::Include
            | Self::Export
            | Self::Transform
            | Self::Collection => false,
        }
    }
}

impl Origin {
    /// An origin of one place.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place, via: None }
    }

    /// The same origin with one more place behind it.
    #[must_use]
    pub fn with(&self, kind: ViaKind, place: Place) -> Self {
        Self { place: self.place, via: Some(Arc::new(Via { kind, place, next: self.via.clone() })) }
    }

    /// The other places, nearest first.
    pub fn vias(&self) -> impl Iterator<Item = &Via> {
        std::iter::successors(self.via.as_deref(), |via| via.next.as_deref())
    }
}
