//! What stands for a value that is not known.

use crate::{Place, Text};
use smol_str::SmolStr;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A value that is not known, with an identity: equal symbols have equal values.
#[derive(Debug, Clone)]
pub struct Symbol(Arc<Data>);

#[derive(Debug, Clone)]
struct Data {
    kind: SymbolKind,
    allowed: Option<Vec<SmolStr>>,
    excluded: Vec<SmolStr>,
    secrecy: Option<Secrecy>,
    /// The secret that a function was given.
    secret_of: Option<Symbol>,
    /// How the source refers to it, where that is not CloudFormation's way.
    reference: Option<SmolStr>,
    /// What keeps the function that it is the result of from having a value.
    follows_from: Option<Symbol>,
}

impl Data {
    fn of(kind: SymbolKind) -> Self {
        Self {
            kind,
            allowed: None,
            excluded: Vec::new(),
            secrecy: None,
            secret_of: None,
            reference: None,
            follows_from: None,
        }
    }
}

/// How a secret comes to be the value of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// The deployer types it: a `NoEcho` parameter, a sensitive variable.
    Typed,
    /// The deployment reads or makes it, and writes it in clear wherever the symbol stands: a Terraform data source that
    /// fetches a secret, a random password.
    Resolved,
    /// As [`Secrecy::Resolved`], if it is a secret at all: a parameter of Parameter Store of which the type is not known.
    PerhapsResolved,
}

/// What a symbol stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A parameter without a value. `stack` is the nested stack's path, empty for the root.
    Parameter {
        /// Path of the nested stack, empty for the root.
        stack: SmolStr,
        /// The parameter's name.
        name: SmolStr,
    },
    /// A pseudo-parameter such as `AWS::AccountId`.
    Pseudo(SmolStr),
    /// The export of that name.
    Import(Text),
    /// An attribute of a resource of the deployment, `Ref` for what `Ref` gives.
    Attribute {
        /// The resource's id in the deployment (`Child/Fn` in a nested stack).
        resource: SmolStr,
        /// The attribute's name.
        attribute: SmolStr,
    },
    /// A dynamic reference, `{{resolve:service:reference}}`, resolved by CloudFormation at deployment.
    Dynamic {
        /// `ssm`, `ssm-secure` or `secretsmanager`.
        service: SmolStr,
        /// What follows the service.
        reference: SmolStr,
    },
    /// A function of arguments that are not all known; equal arguments give equal values.
    Call {
        /// The function's name.
        function: SmolStr,
        /// The arguments in a canonical spelling.
        arguments: SmolStr,
    },
    /// Something that this version does not evaluate, known only by its place.
    Opaque {
        /// Where it was written.
        place: Place,
        /// Why it is not known, a phrase such as "a macro makes it".
        why: SmolStr,
    },
}

impl Symbol {
    /// A symbol of that kind.
    #[must_use]
    pub fn new(kind: SymbolKind) -> Self {
        Self(Arc::new(Data::of(kind)))
    }

    /// A parameter's symbol, with what its declaration says of it: the values that it may take, those that this
    /// scenario excludes, and whether it is `NoEcho`.
    #[must_use]
    pub fn parameter(
        stack: impl Into<SmolStr>,
        name: impl Into<SmolStr>,
        allowed: Option<Vec<SmolStr>>,
        excluded: Vec<SmolStr>,
        secret: bool,
    ) -> Self {
        let kind = SymbolKind::Parameter { stack: stack.into(), name: name.into() };
        let secrecy = secret.then_some(Secrecy::Typed);
        Self(Arc::new(Data { allowed, excluded, secrecy, ..Data::of(kind) }))
    }

    /// A symbol of that kind that stands for a secret.
    #[must_use]
    pub fn secret(kind: SymbolKind, secrecy: Secrecy) -> Self {
        let secrecy = Some(secrecy);
        Self(Arc::new(Data { secrecy, ..Data::of(kind) }))
    }

    /// A symbol of that kind whose value shows a secret that went into it: a text put together, a part taken out.
    #[must_use]
    pub fn made_of_secret(kind: SymbolKind, secrecy: Secrecy, secret: Self) -> Self {
        let (secrecy, secret_of) = (Some(secrecy), Some(secret));
        Self(Arc::new(Data { secrecy, secret_of, ..Data::of(kind) }))
    }

    /// An attribute of a resource of the deployment.
    pub fn attribute(resource: impl Into<SmolStr>, attribute: impl Into<SmolStr>) -> Self {
        Self::new(SymbolKind::Attribute { resource: resource.into(), attribute: attribute.into() })
    }

    /// Something that is not evaluated.
    pub fn opaque(place: Place, why: impl Into<SmolStr>) -> Self {
        Self::new(SymbolKind::Opaque { place, why: why.into() })
    }

    /// The same symbol, with how its source refers to it: `var.stage`, `aws_sqs_queue.jobs.arn`. Messages use that; what
    /// the symbol is stays what its kind says.
    #[must_use]
    pub fn referred_as(self, reference: impl Into<SmolStr>) -> Self {
        let data = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Data { reference: Some(reference.into()), ..data }))
    }

    /// The same symbol as that of a secret which the deployer types, unless it is known to be another one: its declaration
    /// does not say so, what it is handed to does.
    #[must_use]
    pub fn kept_secret(self) -> Self {
        let data = Arc::unwrap_or_clone(self.0);
        let secrecy = data.secrecy.or(Some(Secrecy::Typed));
        Self(Arc::new(Data { secrecy, ..data }))
    }

    /// The same symbol, with the one that keeps the function that it is the result of from having a value.
    #[must_use]
    pub fn following_from(self, symbol: Self) -> Self {
        let data = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Data { follows_from: Some(symbol), ..data }))
    }

    /// What has to be known for this to be: itself, or what a function was given.
    #[must_use]
    pub fn root(&self) -> &Self {
        std::iter::successors(Some(self), |symbol| symbol.0.follows_from.as_ref()).last().unwrap_or(self)
    }

    /// What it stands for.
    #[must_use]
    pub fn kind(&self) -> &SymbolKind {
        &self.0.kind
    }

    /// The values that it can only have, if its declaration lists them; what a scenario excludes is left out.
    #[must_use]
    pub fn allowed(&self) -> Option<Vec<&SmolStr>> {
        let allowed = self.0.allowed.as_ref()?;
        Some(allowed.iter().filter(|value| !self.0.excluded.contains(value)).collect())
    }

    /// Whether it may have that value.
    #[must_use]
    pub fn may_be(&self, literal: &str) -> bool {
        let allowed =
            self.0.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|value| value == literal));
        allowed && !self.0.excluded.iter().any(|value| value == literal) && self.shape_admits(literal)
    }

    fn shape_admits(&self, literal: &str) -> bool {
        match self.kind() {
            SymbolKind::Pseudo(name) if name == "AWS::AccountId" => {
                literal.len() == 12 && literal.bytes().all(|byte| byte.is_ascii_digit())
            }
            SymbolKind::Attribute { attribute, .. } if attribute.ends_with("Arn") => {
                literal.starts_with("arn:")
            }
            _ => true,
        }
    }

    /// Whether it is or shows a secret that the deployer types: a `NoEcho` parameter, a sensitive variable.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.secrecy() == Some(Secrecy::Typed)
    }

    /// How a secret comes to be its value, if one is or may be.
    #[must_use]
    pub fn secrecy(&self) -> Option<Secrecy> {
        self.0.secrecy
    }

    /// The secret that it stands for or shows: itself, or what a function was given.
    #[must_use]
    pub fn source_of_secret(&self) -> &Self {
        self.0.secret_of.as_ref().map_or(self, Self::source_of_secret)
    }

    /// Whether its shape is known well enough to take part in a name or ARN with certainty: pseudo-parameters and
    /// what `Ref` and `Fn::GetAtt` give.
    #[must_use]
    pub fn has_known_shape(&self) -> bool {
        matches!(self.kind(), SymbolKind::Pseudo(_) | SymbolKind::Attribute { .. })
    }

    /// What would make it known, as a phrase: "a value for parameter `Stage`".
    #[must_use]
    pub fn settled_by(&self) -> String {
        let root = self.root();
        if root != self {
            return root.settled_by();
        }
        match (self.kind(), &self.0.reference) {
            (SymbolKind::Parameter { name, .. }, Some(_)) => {
                return format!("a value for {} (`--var {name}=…`)", self.name());
            }
            (SymbolKind::Attribute { .. }, Some(reference))
                if self.secrecy() != Some(Secrecy::PerhapsResolved) =>
            {
                return format!("the value of `{reference}`");
            }
            _ => {}
        }
        match self.kind() {
            SymbolKind::Parameter { name, stack } if stack.is_empty() => {
                format!("a value for parameter `{name}` (`--parameter {name}=…`)")
            }
            SymbolKind::Parameter { name, stack } => {
                format!("a value for parameter `{name}` of stack `{stack}`")
            }
            SymbolKind::Pseudo(name) => format!("the value of `{name}`"),
            SymbolKind::Import(name) => format!("the export `{name}`"),
            SymbolKind::Attribute { resource, attribute }
                if self.secrecy() == Some(Secrecy::PerhapsResolved) =>
            {
                format!(
                    "whether `{resource}.{attribute}` is a secret (`with_decryption` in `{resource}` would say so)"
                )
            }
            SymbolKind::Attribute { resource, attribute } if attribute == "Ref" => {
                format!("what `Ref` gives for `{resource}`")
            }
            SymbolKind::Attribute { resource, attribute } => {
                format!("attribute `{attribute}` of `{resource}`")
            }
            SymbolKind::Dynamic { service, reference } => {
                format!("the value of `{{{{resolve:{service}:{reference}}}}}`")
            }
            SymbolKind::Call { function, .. } => format!("the value of `{function}`"),
            SymbolKind::Opaque { why, .. } => format!("the value itself: {why}"),
        }
    }

    /// What it is called, as a phrase: "parameter `Stage`".
    #[must_use]
    pub fn name(&self) -> String {
        if let Some(reference) = &self.0.reference {
            return match reference.strip_prefix("var.") {
                Some(variable) => format!("variable `{variable}`"),
                None => format!("`{reference}`"),
            };
        }
        match self.kind() {
            SymbolKind::Parameter { name, stack } if stack.is_empty() => format!("parameter `{name}`"),
            SymbolKind::Parameter { name, stack } => format!("parameter `{name}` of stack `{stack}`"),
            SymbolKind::Pseudo(name) => format!("pseudo-parameter `{name}`"),
            SymbolKind::Import(name) => format!("import `{name}`"),
            SymbolKind::Attribute { resource, attribute } => format!("`{attribute}` of `{resource}`"),
            SymbolKind::Dynamic { service, reference } => {
                format!("dynamic reference `{{{{resolve:{service}:{reference}}}}}`")
            }
            SymbolKind::Call { function, .. } => format!("what `{function}` gives"),
            SymbolKind::Opaque { .. } if self.is_secret() => "a value that is marked as sensitive".into(),
            SymbolKind::Opaque { why, .. } => format!("a value that is not evaluated: {why}"),
        }
    }

    /// The kind of thing that would settle it, for counting: `parameter`, `import`, ….
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.root().kind() {
            SymbolKind::Parameter { .. } if self.root().0.reference.is_some() => "variable without a value",
            SymbolKind::Parameter { .. } => "parameter without a value",
            SymbolKind::Pseudo(_) => "pseudo-parameter",
            SymbolKind::Import(_) => "import from another stack",
            SymbolKind::Attribute { .. } => "attribute known only after deployment",
            SymbolKind::Dynamic { .. } => "dynamic reference",
            SymbolKind::Call { .. } => "function of unknown arguments",
            SymbolKind::Opaque { .. } => "not evaluated by this version",
        }
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.kind == other.0.kind
    }
}

impl Eq for Symbol {}

impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.kind.hash(state);
    }
}

impl std::fmt::Display for Symbol {
    /// As a reader of the source would write it: `${Stage}`, `${Role.Arn}`, `${var.stage}`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(reference) = &self.0.reference {
            return write!(formatter, "${{{reference}}}");
        }
        match self.kind() {
            SymbolKind::Parameter { name, .. } | SymbolKind::Pseudo(name) => write!(formatter, "${{{name}}}"),
            SymbolKind::Import(name) => write!(formatter, "${{import {name}}}"),
            SymbolKind::Attribute { resource, attribute } if attribute == "Ref" => {
                write!(formatter, "${{{resource}}}")
            }
            SymbolKind::Attribute { resource, attribute } => write!(formatter, "${{{resource}.{attribute}}}"),
            SymbolKind::Dynamic { service, reference } => {
                write!(formatter, "{{{{resolve:{service}:{reference}}}}}")
            }
            SymbolKind::Call { function, .. } => write!(formatter, "${{{function}}}"),
            SymbolKind::Opaque { .. } => formatter.write_str("${?}"),
        }
    }
}
