//! A template's sections.

use crate::IndexMap;
use crate::{CLOUDFORMATION, Expr};
use smol_str::SmolStr;
use stockade_model::{Origin, Place, Raise};
use stockade_syntax::{Document, FileId};

/// The SAM transform's name.
const SAM: &str = "AWS::Serverless-2016-10-31";

/// A template: its sections, with intrinsic functions kept.
#[derive(Debug, Clone)]
pub struct Template {
    /// The file that it was written in.
    pub file: FileId,
    /// The macros that it names, in order (`AWS::Serverless-2016-10-31`).
    pub transforms: Vec<SmolStr>,
    /// The whole template as written.
    pub root: Expr,
    /// `Parameters`.
    pub parameters: IndexMap<SmolStr, Parameter>,
    /// `Conditions`.
    pub conditions: IndexMap<SmolStr, Expr>,
    /// `Resources`.
    pub resources: IndexMap<SmolStr, Declaration>,
    /// `Outputs`.
    pub outputs: IndexMap<SmolStr, Expr>,
    /// The mapping of resources.
    pub resources_at: Place,
    /// Why there may be resources that are not known (a macro, an include that could not be read).
    pub open: Option<SmolStr>,
    /// Resources that CloudFormation would refuse as they are written; the others are there.
    pub invalid: Vec<TemplateError>,
}

/// A parameter's declaration.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Where its name was written.
    pub name_at: Place,
    /// `Type`, `String` if missing.
    pub type_name: SmolStr,
    /// `Default`.
    pub default: Option<Expr>,
    /// `AllowedValues`.
    pub allowed: Option<Vec<SmolStr>>,
    /// `NoEcho`.
    pub no_echo: bool,
}

/// A resource's declaration.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// `Type`.
    pub type_name: SmolStr,
    /// The whole resource: `Type`, `Properties`, `Condition`, `DependsOn`, ….
    pub body: Expr,
    /// Where the logical id was written; for a generated resource, that of what it came from.
    pub id_at: Place,
    /// The logical id that the user wrote; for a generated resource, that of what it came from.
    pub declared_id: SmolStr,
    /// Whether a transform made it.
    pub generated: bool,
    /// The logical id that a loop (`Fn::ForEach`) made, if the resource is that or came from it.
    pub instance: Option<SmolStr>,
    /// The way back to the source.
    pub raise: &'static dyn Raise,
}

/// Why a document is not a template that can be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// The cause, lower case.
    pub message: String,
    /// Where.
    pub place: Place,
}

impl Declaration {
    /// `Properties`, if it has any.
    #[must_use]
    pub fn properties(&self) -> Option<&Expr> {
        self.body.get("Properties").filter(|properties| !properties.is_null())
    }

    /// `Condition`.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        self.body.get("Condition").and_then(Expr::as_str)
    }
}

/// The key that a short tag stands for: `!Ref` and `!Condition` for themselves, `!X` for `Fn::X`
/// (AWS CloudFormation User Guide, "Intrinsic function reference").
#[must_use]
pub fn tag_meaning(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "Ref" => "Ref",
        "Condition" => "Condition",
        "And" => "Fn::And",
        "Base64" => "Fn::Base64",
        "Cidr" => "Fn::Cidr",
        "Contains" => "Fn::Contains",
        "EachMemberEquals" => "Fn::EachMemberEquals",
        "EachMemberIn" => "Fn::EachMemberIn",
        "Equals" => "Fn::Equals",
        "FindInMap" => "Fn::FindInMap",
        "ForEach" => "Fn::ForEach",
        "GetAZs" => "Fn::GetAZs",
        "GetAtt" => "Fn::GetAtt",
        "GetStackOutput" => "Fn::GetStackOutput",
        "If" => "Fn::If",
        "ImportValue" => "Fn::ImportValue",
        "Join" => "Fn::Join",
        "Length" => "Fn::Length",
        "Not" => "Fn::Not",
        "Or" => "Fn::Or",
        "RefAll" => "Fn::RefAll",
        "Select" => "Fn::Select",
        "Split" => "Fn::Split",
        "Sub" => "Fn::Sub",
        "ToJsonString" => "Fn::ToJsonString",
        "Transform" => "Fn::Transform",
        "ValueOf" => "Fn::ValueOf",
        "ValueOfAll" => "Fn::ValueOfAll",
        _ => return None,
    })
}

/// Whether a text that cannot be parsed was meant as a template.
#[must_use]
pub fn shows_template(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion") || text.contains("AWS::")
}

/// Whether a document is a template: it has `Resources`, an object of which at least one has a `Type`, or it
/// names a template format version.
#[must_use]
pub fn is_template(document: &Document) -> bool {
    let resources = document.root.get("Resources");
    let typed = resources.is_some_and(|resources| {
        resources.entries().iter().any(|entry| {
            entry.key.starts_with("Fn::") || entry.value.get("Type").and_then(|node| node.as_str()).is_some()
        })
    });
    typed || document.root.get("AWSTemplateFormatVersion").is_some()
}

impl Template {
    /// Reads the sections of a document.
    ///
    /// # Errors
    /// If the document has no `Resources` object.
    pub fn read(document: &Document) -> Result<Self, TemplateError> {
        Self::from_root(Expr::from_node(document.file, &document.root))
    }

    /// Reads the sections of a template that is an expression already.
    ///
    /// # Errors
    /// As [`Template::read`].
    pub fn from_root(root: Expr) -> Result<Self, TemplateError> {
        let file = root.origin.place.file;
        let transform = root.get("Transform");
        let named = |one: &Expr| one.as_str().or_else(|| one.get("Name")?.as_str()).map(SmolStr::new);
        let transforms = match transform.map(|transform| (transform, transform.items())) {
            Some((one, [])) => named(one).into_iter().collect(),
            Some((_, several)) => several.iter().filter_map(named).collect(),
            None => Vec::new(),
        };
        let section = |name: &str| root.get(name).map(Expr::entries).unwrap_or_default();
        let resources_expr =
            root.get("Resources").filter(|resources| resources.is_object()).ok_or_else(|| TemplateError {
                message: "the template has no `Resources`".into(),
                place: root.origin.place,
            })?;
        let resources_at = resources_expr.origin.place;
        let mut open = None;
        let mut resources = IndexMap::default();
        let mut invalid = Vec::new();
        for entry in resources_expr.entries() {
            if entry.key.starts_with("Fn::") {
                let _ = open.get_or_insert_with(|| {
                    if entry.key.starts_with("Fn::ForEach::") {
                        smol_str::format_smolstr!(
                            "`{}` needs the transform `{}`",
                            entry.key,
                            crate::LANGUAGE_EXTENSIONS
                        )
                    } else {
                        smol_str::format_smolstr!("`{}` makes resources that are not known here", entry.key)
                    }
                });
                continue;
            }
            let written = entry.value.get("Type");
            let type_name = written.and_then(Expr::as_str).unwrap_or_default();
            if type_name.is_empty() {
                // A macro or a packaging tool gives it one (`Fn::Transform`, Rain's modules).
                if written.is_some_and(Expr::is_object)
                    || entry.value.entries().iter().any(|inner| inner.key.contains("::"))
                {
                    let _ = open.get_or_insert_with(|| {
                        smol_str::format_smolstr!(
                            "what `{}` becomes is decided when the template is packaged",
                            entry.key
                        )
                    });
                    continue;
                }
                let message = format!("resource `{}` has no `Type`", entry.key);
                invalid.push(TemplateError { message, place: entry.key_place });
            }
            if type_name.ends_with("::MODULE") {
                let _ = open.get_or_insert_with(|| {
                    smol_str::format_smolstr!(
                        "the resources of module `{}` (`{type_name}`) are not known here",
                        entry.key
                    )
                });
            }
            resources.insert(
                entry.key.clone(),
                Declaration {
                    type_name: SmolStr::new(type_name),
                    body: entry.value.clone(),
                    id_at: entry.key_place,
                    declared_id: entry.key.clone(),
                    generated: false,
                    instance: None,
                    raise: &CLOUDFORMATION,
                },
            );
        }
        let expressions = |name: &str| {
            section(name)
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.clone()))
                .collect::<IndexMap<_, _>>()
        };
        let parameters =
            section("Parameters").iter().map(|entry| (entry.key.clone(), parameter(entry))).collect();
        Ok(Self {
            file,
            transforms,
            parameters,
            conditions: expressions("Conditions"),
            outputs: expressions("Outputs"),
            resources,
            resources_at,
            open,
            invalid,
            root,
        })
    }

    /// Whether the template is meant for the SAM transform: it names it, or has a resource of a type that only the
    /// transform knows.
    #[must_use]
    pub fn is_sam(&self) -> bool {
        self.names_transform(SAM) || self.first_sam_resource().is_some()
    }

    /// The first resource of a SAM type of a template that does not name the transform, which CloudFormation refuses.
    #[must_use]
    pub fn lacks_transform(&self) -> Option<&Declaration> {
        if self.names_transform(SAM) { None } else { self.first_sam_resource() }
    }

    fn first_sam_resource(&self) -> Option<&Declaration> {
        self.resources.values().find(|declaration| declaration.type_name.starts_with("AWS::Serverless::"))
    }

    /// Whether the template names that macro and it has not been applied yet.
    #[must_use]
    pub fn names_transform(&self, name: &str) -> bool {
        self.transforms.iter().any(|named| named == name)
    }

    /// The origin of the template as a whole.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.root.origin
    }
}

fn parameter(entry: &crate::Entry) -> Parameter {
    let body = &entry.value;
    let allowed = body.get("AllowedValues").filter(|values| values.is_list());
    Parameter {
        name_at: entry.key_place,
        type_name: body
            .get("Type")
            .and_then(Expr::as_str)
            .map_or(SmolStr::new_static("String"), SmolStr::new),
        default: body.get("Default").filter(|default| !default.is_null()).cloned(),
        allowed: allowed.map(|values| values.items().iter().filter_map(Expr::as_scalar).collect()),
        no_echo: body.get("NoEcho").and_then(Expr::as_bool).unwrap_or(false),
    }
}
