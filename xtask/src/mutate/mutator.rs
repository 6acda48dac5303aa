//! What a mutator says: how to break a subject that passes, and in which forms that can be written.

use smol_str::SmolStr;
use stockade_inventory::{Inventory, Node};
use stockade_model::{Change, Outcome, Place, Resource, Verdict};
use stockade_syntax::New;

/// The ways in which the deciding property can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The value itself.
    Literal,
    /// `Ref` to a parameter whose default it is; to `AWS::NoValue` where nothing is the fault.
    Ref,
    /// `Fn::Sub` of such a parameter.
    Sub,
    /// In `Globals` of a SAM template, or taken away there.
    Globals,
    /// A branch of an `Fn::If`, or a resource under a condition.
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

/// Forms that there cannot be, with the reason.
pub type Impossible = (&'static [Form], &'static str);

/// A clause of "fails when".
pub struct Clause {
    /// In a few words.
    pub name: &'static str,
    /// What it breaks: subjects that pass, or those that the control does not apply to until something is added.
    pub from: Outcome,
    /// How the subject of such a verdict is made to fail; none where that one cannot be broken so.
    pub breaks: fn(&Inventory, &Verdict) -> Option<Vec<Break>>,
    /// The forms that there cannot be.
    pub impossible: &'static [Impossible],
}

impl Clause {
    /// Why a form cannot be, if it cannot.
    pub fn reason(&self, form: Form) -> Option<&'static str> {
        self.impossible.iter().find(|(forms, _)| forms.contains(&form)).map(|(_, reason)| *reason)
    }
}

/// Where nothing is the fault: `Ref` of `AWS::NoValue`, one branch, `Globals` and absence are its forms.
pub const NOTHING: [Impossible; 2] = [
    (&[Form::Literal], "no value that CloudFormation takes there means none"),
    (&[Form::Sub], "`Fn::Sub` gives a text, never nothing"),
];

/// Why no resource of its own can hold what stands in another.
pub const IN_ITS_RESOURCE: Impossible = (&[Form::Separate], "the property stands in its resource alone");

/// Why a value that is a fault has no absent form where a further clause has that.
pub const OTHER_CLAUSE: Impossible = (&[Form::Absent], "that it is not there is a clause of its own");

/// What is set, around the scalar in whichever form that is written.
pub type Around = Box<dyn Fn(New) -> New>;

/// A property of a resource.
pub struct Property {
    /// The resource's id.
    pub resource: SmolStr,
    /// The path.
    pub path: String,
    /// Where the path starts, and in whose words it is.
    pub words: Words,
}

/// In whose words a path is.
#[derive(Clone, Copy)]
pub enum Words {
    /// CloudFormation's, whatever the user wrote.
    CloudFormation,
    /// Those of the type that the user wrote; what is written as another type has no such property.
    Type(&'static str),
    /// Those of a mapping, the key of which is written there: an event of a SAM function.
    Key(Place),
}

/// What breaks a subject.
pub enum Fault {
    /// A property gets another value.
    Set {
        property: Property,
        /// The scalar that breaks it, if it can be written in several forms.
        scalar: Option<String>,
        around: Around,
        /// Whether the parameter that gives the scalar is `NoEcho`.
        no_echo: bool,
    },
    /// A property is taken away; the finding is then expected at the resource's logical id.
    Remove(Property),
    /// A resource is added.
    Add {
        /// The resource beside which it is added.
        beside: SmolStr,
        /// The scalar in it that breaks the subject, if it can be written in several forms.
        scalar: Option<String>,
        /// The whole resource.
        around: Around,
    },
}

/// How one subject is broken.
pub struct Break {
    /// What is written in the form that is tried.
    pub fault: Fault,
    /// The forms that it can be written in; all that the clause has, if there are none.
    pub only: &'static [Form],
    /// What is written beside it, the same in every form.
    pub also: Vec<Change>,
    /// Where the fault shows too, if it does not show where it is written.
    pub shows_at: Vec<Place>,
}

impl Break {
    fn of(fault: Fault) -> Self {
        Self { fault, only: &[], also: Vec::new(), shows_at: Vec::new() }
    }

    /// A scalar property of a resource.
    pub fn set(resource: &Resource, path: impl Into<String>, scalar: impl Into<String>) -> Self {
        let property =
            Property { resource: resource.id.clone(), path: path.into(), words: Words::CloudFormation };
        let scalar = Some(scalar.into());
        Self::of(Fault::Set { property, scalar, around: Box::new(|scalar| scalar), no_echo: false })
    }

    /// A property of a resource that is given a value without a scalar in it.
    pub fn set_value(resource: &Resource, path: impl Into<String>, value: New) -> Self {
        let property =
            Property { resource: resource.id.clone(), path: path.into(), words: Words::CloudFormation };
        let around = Box::new(move |_| value.clone());
        Self::of(Fault::Set { property, scalar: None, around, no_echo: false })
    }

    /// A property of a resource that is taken away.
    pub fn remove(resource: &Resource, path: impl Into<String>) -> Self {
        let property =
            Property { resource: resource.id.clone(), path: path.into(), words: Words::CloudFormation };
        Self::of(Fault::Remove(property))
    }

    /// A resource that is added beside another one.
    pub fn add(beside: &Resource, body: New) -> Self {
        let around = Box::new(move |_| body.clone());
        Self::of(Fault::Add { beside: beside.id.clone(), scalar: None, around })
    }

    /// A resource with a scalar in it that breaks the subject.
    pub fn add_with(
        beside: &Resource,
        scalar: impl Into<String>,
        around: impl Fn(New) -> New + 'static,
    ) -> Self {
        let around = Box::new(around);
        Self::of(Fault::Add { beside: beside.id.clone(), scalar: Some(scalar.into()), around })
    }

    /// The property is set to that, with the scalar in it.
    pub fn around(mut self, wrap: impl Fn(New) -> New + 'static) -> Self {
        if let Fault::Set { around, .. } = &mut self.fault {
            *around = Box::new(wrap);
        }
        self
    }

    /// The scalar comes from a `NoEcho` parameter.
    pub fn no_echo(mut self) -> Self {
        if let Fault::Set { no_echo, .. } = &mut self.fault {
            *no_echo = true;
        }
        self
    }

    /// The path is in the words of the type that the user wrote; what is written as another cannot be broken so.
    pub fn written_as(self, type_name: &'static str) -> Self {
        self.words(Words::Type(type_name))
    }

    /// The path is in the words of the mapping whose key is written there.
    pub fn below_key(self, key: Place) -> Self {
        self.words(Words::Key(key))
    }

    fn words(mut self, words: Words) -> Self {
        if let Fault::Set { property, .. } | Fault::Remove(property) = &mut self.fault {
            property.words = words;
        }
        self
    }

    /// It can be written in these forms alone.
    pub fn only(mut self, forms: &'static [Form]) -> Self {
        self.only = forms;
        self
    }

    /// That is written beside it.
    pub fn also(mut self, changes: impl IntoIterator<Item = Change>) -> Self {
        self.also.extend(changes);
        self
    }

    /// The fault shows at the logical id of that resource.
    pub fn shows_at(self, resource: &Resource) -> Self {
        self.shows_at_place(resource.declared_at)
    }

    /// The fault shows there.
    pub fn shows_at_place(mut self, place: Place) -> Self {
        self.shows_at.push(place);
        self
    }
}

/// The subject of a verdict.
pub fn subject<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(Node, &'a Resource)> {
    let node = inventory.node(&verdict.subject.id)?;
    Some((node, inventory.resource(node)))
}

/// A property that is given a value.
pub fn set(resource: &Resource, property: &str, value: New) -> Change {
    Change::Set { resource: resource.id.clone(), property: property.into(), value }
}

/// A property that is taken away, if it is there.
pub fn without(resource: &Resource, property: &str) -> Option<Change> {
    let there = !resource.properties.get(property).is_absent();
    there.then(|| Change::Remove { resource: resource.id.clone(), property: property.into() })
}

/// A resource that is added.
pub fn with(beside: &Resource, id: &str, body: New) -> Change {
    Change::AddResource { beside: beside.id.clone(), id: id.into(), body }
}

/// `Ref` of a resource.
pub fn reference(resource: &Resource) -> New {
    New::mapping([("Ref", New::string(resource.logical_id()))])
}

/// `Fn::GetAtt` of a resource's ARN.
pub fn arn(resource: &Resource) -> New {
    arn_of(resource.logical_id())
}

/// `Fn::GetAtt` of the ARN of the resource of that logical id.
pub fn arn_of(id: &str) -> New {
    New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(id), New::string("Arn")]))])
}

/// A list of one.
pub fn list(item: New) -> New {
    New::Sequence(vec![item])
}

/// A resource of that type and properties.
pub fn resource<'a>(type_name: &str, properties: impl IntoIterator<Item = (&'a str, New)>) -> New {
    New::mapping([("Type", New::string(type_name)), ("Properties", New::mapping(properties))])
}
