//! Expressions to values: what each intrinsic function gives (CloudFormation Template Reference, "Intrinsic
//! function reference").

use crate::scope::at_use;
use crate::{Data, Expr, Scope};
use base64::Engine as _;
use smol_str::{SmolStr, format_smolstr};
use std::fmt::Write as _;
use stockade_model::{
    Field, Kind, Kleene, List, Object, Origin, Piece, Symbol, SymbolKind, Text, Value, ViaKind,
};

impl Scope<'_> {
    /// The value of an expression, or `None` for `AWS::NoValue`, which takes the property or item away.
    #[must_use]
    pub fn evaluate(&self, expr: &Expr) -> Option<Value> {
        let origin = &expr.origin;
        Some(match &expr.data {
            Data::Null => Value::new(Kind::Null, origin.clone()),
            Data::Bool(value) => Value::new(Kind::Bool(*value), origin.clone()),
            Data::Number(number) => Value::new(Kind::Number(number.clone()), origin.clone()),
            Data::String(text) => Value::text(dynamic_references(text), origin.clone()),
            Data::List(items) => {
                let items = items.iter().filter_map(|item| self.evaluate(item)).collect();
                Value::new(Kind::List(List { items, open: None }), origin.clone())
            }
            Data::Object(map) => match expr.intrinsic() {
                Some((function, argument)) => return self.call(function, argument, expr),
                None => self.object(map, origin),
            },
        })
    }

    fn object(&self, map: &crate::Map, origin: &Origin) -> Value {
        let mut object = Object { fields: Vec::with_capacity(map.entries.len()), ..Object::default() };
        object.containers = map.containers.clone();
        for entry in &map.entries {
            if entry.key.starts_with("Fn::") {
                let why = format_smolstr!("`{}` adds to it", entry.key);
                object.open = Some(Symbol::opaque(entry.key_place, why));
            } else if let Some(value) = self.evaluate(&entry.value) {
                object.fields.push(Field { key: entry.key.clone(), key_place: entry.key_place, value });
            }
        }
        Value::new(Kind::Object(object), origin.clone())
    }

    fn call(&self, function: &str, argument: &Expr, whole: &Expr) -> Option<Value> {
        let origin = &whole.origin;
        let known = match function {
            "Ref" => match argument.as_str() {
                Some("AWS::NoValue") => return None,
                Some(name) => Some(self.reference(name, origin)),
                None => None,
            },
            "Fn::GetAtt" => self.get_att(argument, whole),
            "Fn::If" => match argument.items() {
                [name, yes, no] => match name.as_str().map(|name| self.condition(name)) {
                    Some(Kleene::True) => return self.evaluate(yes),
                    Some(Kleene::False) => return self.evaluate(no),
                    _ => None,
                },
                _ => None,
            },
            "Fn::Sub" => self.sub(argument, origin),
            "Fn::Join" => self.join(argument, origin),
            "Fn::Split" => self.split(argument, origin),
            "Fn::Select" => self.select(argument, origin),
            "Fn::FindInMap" => self.find_in_map(argument, origin),
            "Fn::ImportValue" => self.evaluate(argument).and_then(|name| {
                let name = name.as_text()?;
                Some(self.import(&name, origin).unwrap_or_else(|| {
                    Value::new(Kind::Unknown(Symbol::new(SymbolKind::Import(name))), origin.clone())
                }))
            }),
            "Fn::GetStackOutput" => self.stack_output(argument, origin),
            "Fn::Base64" => self.evaluate(argument).and_then(|value| {
                let text = value.as_text()?;
                let encoded = base64::engine::general_purpose::STANDARD.encode(text.as_literal()?);
                Some(Value::text(Text::literal(encoded), origin.clone()))
            }),
            "Fn::Transform" => {
                let why = "a macro makes it";
                Some(Value::new(Kind::Unknown(Symbol::opaque(origin.place, why)), origin.clone()))
            }
            _ => None,
        };
        Some(known.unwrap_or_else(|| self.symbolic(function, argument, whole)))
    }

    /// A function whose result is not known: a symbol with the function and its arguments for an identity.
    fn symbolic(&self, function: &str, argument: &Expr, whole: &Expr) -> Value {
        let arguments = match self.evaluate(argument) {
            Some(value) => canonical(&value),
            None => SmolStr::default(),
        };
        let symbol = Symbol::new(SymbolKind::Call { function: SmolStr::new(function), arguments });
        Value::new(Kind::Unknown(symbol), whole.origin.clone())
    }

    fn reference(&self, name: &str, origin: &Origin) -> Value {
        if let Some(value) = self.parameter(name) {
            return at_use(value, origin);
        }
        if name.starts_with("AWS::") {
            return self.pseudo(name, origin.clone());
        }
        let symbol = if self.template.resources.contains_key(name) {
            Symbol::attribute(self.id(name), "Ref")
        } else {
            Symbol::opaque(origin.place, format_smolstr!("`{name}` is neither a parameter nor a resource"))
        };
        Value::new(Kind::Unknown(symbol), origin.clone())
    }

    fn get_att(&self, argument: &Expr, whole: &Expr) -> Option<Value> {
        let (resource, attribute) = match whole.as_get_att() {
            Some((resource, attribute)) => (SmolStr::new(resource), SmolStr::new(attribute)),
            None => match argument.items() {
                [resource, attribute] => match self.evaluate(attribute)?.literal() {
                    stockade_model::Fact::Known(attribute) => (SmolStr::new(resource.as_str()?), attribute),
                    _ => return None,
                },
                _ => return None,
            },
        };
        Some(self.attribute_value(&resource, &attribute, &whole.origin))
    }

    /// An output of another stack of the deployment, in the same account.
    fn stack_output(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let literal =
            |key: &str| self.evaluate(argument.get(key)?)?.as_text()?.as_literal().map(SmolStr::new);
        if argument.get("RoleArn").is_some() {
            return None;
        }
        let region = match argument.get("Region") {
            Some(_) => literal("Region")?,
            None => self.environment.region.clone(),
        };
        self.output(&region, &literal("StackName")?, &literal("OutputName")?, origin)
    }

    /// What `Fn::GetAtt` gives: `Outputs.Name` of a nested stack is the output's value.
    fn attribute_value(&self, resource: &str, attribute: &str, origin: &Origin) -> Value {
        let output = attribute.strip_prefix("Outputs.");
        let known = output.and_then(|output| self.output_of_nested(resource, output, origin));
        known.unwrap_or_else(|| {
            Value::new(Kind::Unknown(self.attribute(resource, attribute, origin)), origin.clone())
        })
    }

    fn attribute(&self, resource: &str, attribute: &str, origin: &Origin) -> Symbol {
        if self.template.resources.contains_key(resource) {
            Symbol::attribute(self.id(resource), attribute)
        } else {
            Symbol::opaque(origin.place, format_smolstr!("`{resource}` is not a resource of the template"))
        }
    }

    /// The id in the deployment of a resource of this stack.
    #[must_use]
    pub fn id(&self, logical_id: &str) -> SmolStr {
        if self.stack.is_empty() {
            SmolStr::new(logical_id)
        } else {
            format_smolstr!("{}/{logical_id}", self.stack)
        }
    }

    fn sub(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let (template, variables) = match argument.items() {
            [template, variables] => (template.as_str()?, Some(variables)),
            [] => (argument.as_str()?, None),
            _ => return None,
        };
        let mut out = Text::default();
        // Not the use alone: a value that one parameter decides shows that parameter's default too.
        let mut origin = origin.clone();
        let mut rest = template;
        while let Some(at) = rest.find("${") {
            push_literal(&mut out, &rest[..at]);
            let Some(length) = rest[at..].find('}') else { break };
            let name = rest[at + 2..at + length].trim();
            rest = &rest[at + length + 1..];
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str("${");
                out.push_str(literal);
                out.push_str("}");
                continue;
            }
            let value = match variables.and_then(|variables| variables.get(name)) {
                Some(variable) => self.evaluate(variable)?,
                None => match name.split_once('.') {
                    Some((resource, attribute)) => self.attribute_value(resource, attribute, &origin),
                    None => self.reference(name, &origin),
                },
            };
            let vias: Vec<_> =
                value.origin.vias().filter(|via| via.kind == ViaKind::ParameterDefault).cloned().collect();
            for via in vias {
                if !origin.vias().any(|known| known.place == via.place) {
                    origin = origin.with(via.kind, via.place);
                }
            }
            out.push(&value.as_text()?);
        }
        push_literal(&mut out, rest);
        Some(Value::text(out, origin))
    }

    fn join(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let [delimiter, list] = argument.items() else { return None };
        let delimiter = self.evaluate(delimiter)?.as_text()?;
        let list = self.evaluate(list)?;
        let Kind::List(list) = &list.kind else { return None };
        if list.open.is_some() {
            return None;
        }
        let mut out = Text::default();
        for (at, item) in list.items.iter().enumerate() {
            if at > 0 {
                out.push(&delimiter);
            }
            out.push(&item.as_text()?);
        }
        Some(Value::text(out, origin.clone()))
    }

    fn split(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let [delimiter, text] = argument.items() else { return None };
        let delimiter = self.evaluate(delimiter)?.as_text()?;
        let delimiter = delimiter.as_literal().filter(|delimiter| !delimiter.is_empty())?;
        let value = self.evaluate(text)?;
        let text = value.as_text()?;
        // A symbol may hold the delimiter itself, so only a text that is known whole can be split.
        let literal = text.as_literal()?;
        let items =
            literal.split(delimiter).map(|part| Value::text(Text::literal(part), value.origin.clone()));
        Some(Value::new(Kind::List(List { items: items.collect(), open: None }), origin.clone()))
    }

    fn select(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let [index, list] = argument.items() else { return None };
        let index = self.evaluate(index)?.literal();
        let stockade_model::Fact::Known(index) = index else { return None };
        let index: usize = index.parse().ok()?;
        let list = self.evaluate(list)?;
        let Kind::List(list) = &list.kind else { return None };
        let item = list.items.get(index)?;
        // The item's own place is what the user wrote for it; the call is only the way to it.
        let _ = origin;
        Some(item.clone())
    }

    fn find_in_map(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let (keys, default) = match argument.items() {
            [map, first, second] => ([map, first, second], None),
            [map, first, second, options] => ([map, first, second], options.get("DefaultValue")),
            _ => return None,
        };
        let mut literals = Vec::with_capacity(3);
        for key in keys {
            match self.evaluate(key)?.literal() {
                stockade_model::Fact::Known(literal) => literals.push(literal),
                _ => return None,
            }
        }
        let mappings = self.template.root.get("Mappings")?;
        let found = literals.iter().try_fold(mappings, |at, key| at.get(key));
        match (found, default) {
            (Some(found), _) => {
                let mut value = self.evaluate(found)?;
                let place = value.origin.place;
                value.origin = origin.with(ViaKind::Mapping, place);
                Some(value)
            }
            (None, Some(default)) => self.evaluate(default),
            (None, None) => None,
        }
    }
}

/// A literal part of a text, with the dynamic references in it.
fn push_literal(out: &mut Text, text: &str) {
    if text.contains("{{resolve:") { out.push(&dynamic_references(text)) } else { out.push_str(text) }
}

/// A text with its dynamic references as symbols (CloudFormation User Guide, "Get values stored in other services
/// using dynamic references").
fn dynamic_references(text: &str) -> Text {
    let mut out = Text::default();
    let mut rest = text;
    while let Some(at) = rest.find("{{resolve:") {
        let Some(length) = rest[at..].find("}}") else { break };
        out.push_str(&rest[..at]);
        let inner = &rest[at + "{{resolve:".len()..at + length];
        let (service, reference) = inner.split_once(':').unwrap_or((inner, ""));
        out.push_symbol(Symbol::new(SymbolKind::Dynamic {
            service: service.into(),
            reference: reference.into(),
        }));
        rest = &rest[at + length + 2..];
    }
    out.push_str(rest);
    out
}

/// A spelling of a value that is equal only for equal values.
pub(crate) fn canonical(value: &Value) -> SmolStr {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out.into()
}

fn write_canonical(value: &Value, out: &mut String) {
    let text = |text: &Text, out: &mut String| {
        for piece in text.pieces() {
            let _ = match piece {
                Piece::Literal(literal) => write!(out, "{literal:?}"),
                Piece::Symbol(symbol) => write!(out, "<{:?}>", symbol.kind()),
            };
        }
    };
    match &value.kind {
        Kind::Null | Kind::Absent(_) => out.push_str("null"),
        Kind::Text(value) => text(value, out),
        Kind::Unknown(symbol) => text(&Text::symbol(symbol.clone()), out),
        Kind::Bool(_) | Kind::Number(_) => text(&value.as_text().unwrap_or_default(), out),
        Kind::List(list) => {
            out.push('[');
            for item in &list.items {
                write_canonical(item, out);
                out.push(',');
            }
            if let Some(open) = &list.open {
                let _ = write!(out, "…{:?}", open.kind());
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            for field in &object.fields {
                let _ = write!(out, "{:?}:", field.key);
                write_canonical(&field.value, out);
                out.push(',');
            }
            if let Some(open) = &object.open {
                let _ = write!(out, "…{:?}", open.kind());
            }
            out.push('}');
        }
    }
}

/// An expression in one line, for people.
pub(crate) fn spelling(expr: &Expr) -> String {
    expr.to_json().to_string()
}
