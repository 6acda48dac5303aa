//! The one resolver: from a value to the resource that it names.

use crate::identity::{Identity, Meaning};
use crate::{Inventory, Node};
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_model::{Kleene, Piece, Resource, Symbol, SymbolKind, Text, Value};

/// What a value names.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A resource of the deployment.
    Node(Node),
    /// Something outside the deployment, by its canonical name or ARN.
    External(Text),
    /// It may be one of these resources of the deployment; the symbol says why it cannot be told.
    Ambiguous(Vec<Node>, Symbol),
    /// Not known at all.
    Unknown(Symbol),
    /// Nothing: the value is absent or no text.
    Nothing,
}

/// Canonical names and ARNs of the resources that have them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<Option<Text>>,
    arns: Vec<Option<Text>>,
    exact: HashMap<Text, Vec<Node>>,
}

impl Inventory {
    /// The resource of one of `types` that a value names: by `Ref` or `Fn::GetAtt`, by name, by ARN. A text of an
    /// ARN with something behind it (a qualifier, a path) names the resource that the ARN is of.
    #[must_use]
    pub fn resolve(&self, value: &Value, types: &[&str]) -> Target {
        let Some(text) = value.as_text() else { return Target::Nothing };
        self.resolve_text(&text, types)
    }

    /// As [`Inventory::resolve`], for a text.
    #[must_use]
    pub fn resolve_text(&self, text: &Text, types: &[&str]) -> Target {
        if let Some(Piece::Symbol(symbol)) = text.pieces().first()
            && let SymbolKind::Attribute { resource, attribute } = symbol.kind()
            && let Some(node) = self.node(resource)
            && types.contains(&self.resource(node).type_name.as_str())
        {
            let meaning =
                Identity::of(&self.resource(node).type_name).and_then(|identity| identity.meaning(attribute));
            // `${Function.Arn}:live` and `${Function}:live` are of the function; `${Function}-dev` is not.
            let qualified = match text.pieces() {
                [_] => true,
                [_, Piece::Literal(rest), ..] => rest.starts_with(':'),
                _ => false,
            };
            if meaning.is_some() && qualified {
                return Target::Node(node);
            }
        }
        if let Some(symbol) = text.as_symbol() {
            // A symbol of the deployment that names something else, or one that names nothing we know.
            return match symbol.kind() {
                SymbolKind::Attribute { resource, .. } if self.node(resource).is_some() => {
                    let canonical = self.canonical(text);
                    if canonical == *text {
                        Target::External(canonical)
                    } else {
                        self.search(&canonical, types)
                    }
                }
                SymbolKind::Opaque { .. } => Target::Unknown(symbol.clone()),
                _ => Target::Unknown(symbol.clone()),
            };
        }
        self.search(&self.canonical(text), types)
    }

    fn search(&self, canonical: &Text, types: &[&str]) -> Target {
        let names = self.names();
        if let Some(exact) = names.exact.get(canonical)
            && let Some(node) =
                exact.iter().find(|node| types.contains(&self.resource(**node).type_name.as_str()))
        {
            return Target::Node(*node);
        }
        let mut possible = Vec::new();
        for type_name in types {
            for (node, _) in self.of_type(type_name) {
                let spellings = [names.names.get(node.0), names.arns.get(node.0)];
                let best = spellings
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|spelling| {
                        self.same_text(canonical, spelling).or(self.qualified(canonical, spelling))
                    })
                    .fold(Kleene::False, Kleene::or);
                match best {
                    Kleene::True => return Target::Node(node),
                    Kleene::Unknown => possible.push(node),
                    Kleene::False => {}
                }
            }
        }
        match (possible.is_empty(), canonical.symbols().next()) {
            (false, symbol) => {
                let symbol = symbol.cloned().or_else(|| {
                    let node = possible.first()?;
                    names.names.get(node.0)?.as_ref()?.symbols().next().cloned()
                });
                match symbol {
                    Some(symbol) => Target::Ambiguous(possible, symbol),
                    None => Target::External(canonical.clone()),
                }
            }
            (true, _) => Target::External(canonical.clone()),
        }
    }

    /// Whether two canonical texts are the same. A name that CloudFormation generates ends in random characters,
    /// so no text that lacks its symbol is it.
    #[must_use]
    pub fn same_text(&self, left: &Text, right: &Text) -> Kleene {
        let lacks = |one: &Text, other: &Text| {
            one.symbols()
                .any(|symbol| self.is_generated_name(symbol) && !other.symbols().any(|twin| twin == symbol))
        };
        if lacks(left, right) || lacks(right, left) { Kleene::False } else { left.compare(right) }
    }

    /// Whether `text` is `arn` with a qualifier behind it.
    fn qualified(&self, text: &Text, arn: &Text) -> Kleene {
        let (Some(whole), Some(arn)) = (text.as_literal(), arn.as_literal()) else { return Kleene::False };
        whole.strip_prefix(arn).is_some_and(|rest| rest.starts_with(':')).into()
    }

    pub(crate) fn is_generated_name(&self, symbol: &Symbol) -> bool {
        let SymbolKind::Attribute { resource, attribute } = symbol.kind() else { return false };
        let Some(node) = self.node(resource) else { return false };
        let identity = Identity::of(&self.resource(node).type_name);
        identity.is_some_and(|identity| {
            identity.meaning(attribute).is_some_and(|meaning| meaning != Meaning::Url)
        })
    }

    /// Whether a symbol is the ARN of a resource: by its attribute's name, or because that is what `Ref` gives.
    pub(crate) fn is_arn(&self, symbol: &Symbol) -> bool {
        let SymbolKind::Attribute { resource, attribute } = symbol.kind() else { return false };
        let meaning = self.node(resource).and_then(|node| {
            Identity::of(&self.resource(node).type_name).and_then(|identity| identity.meaning(attribute))
        });
        match meaning {
            Some(meaning) => meaning == Meaning::Arn,
            // Terraform's providers spell it in small letters.
            None => attribute.to_ascii_lowercase().ends_with("arn"),
        }
    }

    /// The text with names and ARNs of the deployment's resources spelled out, so that equal things are spelled
    /// alike.
    #[must_use]
    pub fn canonical(&self, text: &Text) -> Text {
        self.spell(text, 0)
    }

    fn spell(&self, text: &Text, depth: usize) -> Text {
        if depth > 4 || text.as_literal().is_some() {
            return text.clone();
        }
        text.replace(&mut |symbol| {
            let SymbolKind::Attribute { resource, attribute } = symbol.kind() else { return None };
            let resource = self.resource(self.node(resource)?);
            let identity = Identity::of(&resource.type_name)?;
            match identity.meaning(attribute)? {
                Meaning::Name => Some(self.name(resource, identity, depth)),
                Meaning::Arn => self.arn(resource, identity, depth),
                Meaning::Url | Meaning::Id => None,
            }
        })
    }

    /// The name of a resource: what its property says, else the symbol of the name that AWS generates.
    fn name(&self, resource: &Resource, identity: &Identity, depth: usize) -> Text {
        let given = identity.name_property.and_then(|property| resource.properties.get(property).as_text());
        match given {
            Some(text) => self.spell(&text, depth + 1),
            None => Text::symbol(Symbol::attribute(resource.id.clone(), name_attribute(identity))),
        }
    }

    fn arn(&self, resource: &Resource, identity: &Identity, depth: usize) -> Option<Text> {
        let mut out = Text::default();
        let mut rest = identity.arn?;
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            let length = rest[at..].find('}')?;
            match &rest[at + 1..at + length] {
                "partition" => out.push_str(self.partition()),
                "region" => out.push_str(self.region()),
                "account" => out.push_symbol(Symbol::new(SymbolKind::Pseudo("AWS::AccountId".into()))),
                "path" => match resource.properties.get("Path").as_text() {
                    Some(path) => out.push(&self.spell(&path, depth + 1)),
                    None => out.push_str("/"),
                },
                _ => out.push(&self.name(resource, identity, depth)),
            }
            rest = &rest[at + length + 1..];
        }
        out.push_str(rest);
        Some(out)
    }

    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for (node, resource) in self.resources() {
                let identity = Identity::of(&resource.type_name);
                let name = identity
                    .filter(|identity| identity.name_property.is_some())
                    .map(|identity| self.name(resource, identity, 0));
                let arn = identity.and_then(|identity| self.arn(resource, identity, 0));
                for text in [&name, &arn].into_iter().flatten() {
                    names.exact.entry(text.clone()).or_default().push(node);
                }
                names.names.push(name);
                names.arns.push(arn);
            }
            names
        })
    }

    /// The canonical name of a resource, if its type has names.
    #[must_use]
    pub fn name_of(&self, node: Node) -> Option<&Text> {
        self.names().names.get(node.0)?.as_ref()
    }

    /// Whether the resource has a name that the template gives it.
    #[must_use]
    pub fn has_own_name(&self, node: Node) -> bool {
        let resource = self.resource(node);
        Identity::of(&resource.type_name)
            .and_then(|identity| identity.name_property)
            .is_some_and(|property| !resource.properties.get(property).is_absent())
    }
}

/// The attribute that gives the name: `Ref` where that does.
fn name_attribute(identity: &Identity) -> SmolStr {
    if identity.reference == Meaning::Name { "Ref".into() } else { "Name".into() }
}
