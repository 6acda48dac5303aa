//! What a mutator says: how to break a subject that passes, and in which forms that can be written.

use smol_str::SmolStr;
use stockade_inventory::{Inventory, Node};
use stockade_model::{Finding, Resource};
use stockade_syntax::New;

/// The ways in which the deciding property can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The value itself.
    Literal,
    /// `Ref` to a parameter whose default it is.
    Ref,
    /// `Fn::Sub` of such a parameter.
    Sub,
    /// In `Globals` of a SAM template.
    Globals,
    /// A branch of an `Fn::If`.
    Condition,
    /// In a resource of its own.
    Separate,
    /// The property taken away.
    Absent,
}

impl Form {
    /// All, in the order of the table's columns.
    pub const ALL: [Self; 7] =
        [Self::Literal, Self::Ref, Self::Sub, Self::Globals, Self::Condition, Self::Separate, Self::Absent];

    /// The column's title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Ref => "ref",
            Self::Sub => "sub",
            Self::Globals => "globals",
            Self::Condition => "condition",
            Self::Separate => "separate",
            Self::Absent => "absent",
        }
    }
}

/// The mutators of a control.
pub struct Mutator {
    /// Its id.
    pub control: &'static str,
    /// One for each way to fail.
    pub clauses: &'static [Clause],
}

/// A clause of "fails when".
pub struct Clause {
    /// In a few words.
    pub name: &'static str,
    /// How the subject of a pass is made to fail by it; none where that pass cannot be broken so.
    pub breaks: fn(&Inventory, &Finding) -> Vec<Break>,
    /// The forms that there cannot be, with the reason.
    pub impossible: &'static [(&'static [Form], &'static str)],
}

impl Clause {
    /// Why a form cannot be, if it cannot.
    pub fn reason(&self, form: Form) -> Option<&'static str> {
        self.impossible.iter().find(|(forms, _)| forms.contains(&form)).map(|(_, reason)| *reason)
    }
}

/// How one subject is broken.
pub enum Break {
    /// A property gets another value.
    Set {
        /// The resource's id.
        resource: SmolStr,
        /// The property's path.
        property: String,
        /// The scalar that breaks it.
        scalar: String,
        /// What the property is set to, around the scalar in whichever form that is written.
        wrap: fn(New) -> New,
        /// Whether the parameter that gives the scalar is `NoEcho`.
        no_echo: bool,
        /// Literals that are written beside it: resource, property, value.
        also: Vec<(SmolStr, String, String)>,
        /// The resource at whose logical id the fault shows, where it does not show where it is written.
        shows_at: Option<SmolStr>,
    },
    /// A property is taken away; the finding is then expected at the resource's logical id.
    Remove {
        /// The resource's id.
        resource: SmolStr,
        /// The property's path.
        property: String,
    },
    /// A resource is added.
    Add {
        /// The resource beside which it is added.
        beside: SmolStr,
        /// The whole of it.
        body: New,
    },
}

impl Break {
    /// A scalar property of a resource.
    pub fn set(resource: &Resource, property: impl Into<String>, scalar: impl Into<String>) -> Self {
        Self::Set {
            resource: resource.id.clone(),
            property: property.into(),
            scalar: scalar.into(),
            wrap: |scalar| scalar,
            no_echo: false,
            also: Vec::new(),
            shows_at: None,
        }
    }

    /// A property of a resource that is taken away.
    pub fn remove(resource: &Resource, property: impl Into<String>) -> Self {
        Self::Remove { resource: resource.id.clone(), property: property.into() }
    }
}

/// The subject of a finding.
pub fn subject<'a>(inventory: &'a Inventory, finding: &Finding) -> Option<(Node, &'a Resource)> {
    let node = inventory.node(&finding.verdict.subject.id)?;
    Some((node, inventory.resource(node)))
}

/// `Ref` of a resource.
pub fn reference(resource: &Resource) -> New {
    New::mapping([("Ref", New::string(resource.logical_id()))])
}

/// A resource of that type and properties.
pub fn resource<const N: usize>(type_name: &str, properties: [(&str, New); N]) -> New {
    New::mapping([("Type", New::string(type_name)), ("Properties", New::mapping(properties))])
}
