//! Expressions to values: what each intrinsic function gives (CloudFormation Template Reference, "Intrinsic
//! function reference").

use crate::canonical::{canonical, canonical_text};
use crate::cidr::cidr;
use crate::language_extensions::length;
use crate::scope::at_use;
use crate::{Data, Expr, Scope};
use base64::Engine as _;
use smol_str::{SmolStr, format_smolstr};
use stockade_model::{
    Field, Kind, Kleene, List, Object, Origin, Piece, Symbol, SymbolKind, Text, Value, Via, ViaKind,
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
            Data::String(text) => {
                Value::text(dynamic_references(&Text::literal(text.clone())), origin.clone())
            }
            Data::List(items) => {
                let mut list = List { items: Vec::with_capacity(items.len()), open: None };
                for item in items.iter() {
                    if self.may_vanish(item) {
                        let why = "whether it has an item more is not known";
                        list.open = Some(Symbol::opaque(item.origin.place, why));
                    } else {
                        list.items.extend(self.evaluate(item));
                    }
                }
                Value::new(Kind::List(list), origin.clone())
            }
            Data::Object(map) => match expr.intrinsic() {
                Some((function, argument)) => return self.call(function, argument, expr),
                None => self.object(map, origin),
            },
        })
    }

    /// Whether it cannot be told if the expression is `AWS::NoValue`: a condition that is not known decides.
    fn may_vanish(&self, expr: &Expr) -> bool {
        fn can_vanish(expr: &Expr) -> bool {
            match expr.intrinsic() {
                Some(("Fn::If", argument)) => argument.items().iter().skip(1).any(can_vanish),
                _ => expr.is_no_value(),
            }
        }
        let Some(("Fn::If", argument)) = expr.intrinsic() else { return false };
        let [name, yes, no] = argument.items() else { return false };
        match name.as_str().map(|name| self.condition(name)) {
            Some(Kleene::True) => self.may_vanish(yes),
            Some(Kleene::False) => self.may_vanish(no),
            _ => can_vanish(yes) || can_vanish(no),
        }
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
        match function {
            "Ref" => match argument.as_str() {
                Some("AWS::NoValue") => return None,
                Some(name) => return Some(self.reference(name, origin)),
                None => {}
            },
            "Fn::If" => {
                if let [name, yes, no] = argument.items() {
                    match name.as_str().map(|name| self.condition(name)) {
                        Some(Kleene::True) => return self.evaluate(yes),
                        Some(Kleene::False) => return self.evaluate(no),
                        _ => {}
                    }
                }
            }
            "Fn::Transform" => {
                let why = "a macro makes it";
                return Some(Value::new(Kind::Unknown(Symbol::opaque(origin.place, why)), origin.clone()));
            }
            _ => {}
        }
        // Once, for the function and for the symbol that stands for it: calls nest, and twice would double at each.
        let arguments = self.evaluate(argument);
        if function == "Fn::FindInMap"
            && let Some(found) =
                arguments.as_ref().and_then(|found| self.find_in_map(found, argument, origin))
        {
            return found;
        }
        let known = arguments.as_ref().and_then(|arguments| match function {
            "Ref" => known(arguments).map(|name| self.reference(&name, origin)),
            "Fn::GetAtt" => self.get_att(arguments, whole),
            "Fn::Sub" => self.sub(argument, arguments, origin),
            "Fn::Join" => join(arguments, origin),
            "Fn::Split" => split(arguments, origin),
            "Fn::Select" => select(arguments),
            "Fn::Length" => length(arguments, origin),
            "Fn::ToJsonString" => self.to_json_string(arguments, origin),
            "Fn::Cidr" => cidr(arguments, origin),
            "Fn::ImportValue" => {
                let name = arguments.as_text()?;
                self.import(&name, origin).or_else(|| import(&name, origin))
            }
            "Fn::GetStackOutput" => self.stack_output(arguments, origin),
            "Fn::Base64" => base64(arguments, origin),
            _ => None,
        });
        Some(known.unwrap_or_else(|| symbolic(function, arguments.as_ref(), origin)))
    }

    fn reference(&self, name: &str, origin: &Origin) -> Value {
        if let Some(value) = self.parameter(name) {
            let default = self.template.parameters.get(name).and_then(|parameter| parameter.default.as_ref());
            let is_default = default.is_some_and(|default| default.origin.place == value.origin.place);
            let kind = if is_default { ViaKind::ParameterDefault } else { ViaKind::ParameterValue };
            return at_use(value, origin, kind);
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

    fn get_att(&self, arguments: &Value, whole: &Expr) -> Option<Value> {
        let (resource, attribute) = match whole.as_get_att() {
            Some((resource, attribute)) => (SmolStr::new(resource), SmolStr::new(attribute)),
            None => match positional(arguments)? {
                [resource, attribute] => (known(resource)?, known(attribute)?),
                _ => return None,
            },
        };
        Some(self.attribute_value(&resource, &attribute, &whole.origin))
    }

    /// An output of another stack of the deployment, in the same account.
    fn stack_output(&self, arguments: &Value, origin: &Origin) -> Option<Value> {
        let field =
            |key: &str| arguments.fields().iter().find(|field| field.key == key).map(|field| &field.value);
        if arguments.open().is_some() || field("RoleArn").is_some() {
            return None;
        }
        let region = match field("Region") {
            Some(region) => known(region)?,
            None => self.environment.region.clone(),
        };
        self.output(&region, &known(field("StackName")?)?, &known(field("OutputName")?)?, origin)
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

    fn sub(&self, argument: &Expr, arguments: &Value, origin: &Origin) -> Option<Value> {
        let (template, declared) = match argument.items() {
            [template, variables] => (template.as_str()?, Some(variables)),
            [] => (argument.as_str()?, None),
            _ => return None,
        };
        let variables = match positional(arguments) {
            Some([_, variables]) => variables.fields(),
            _ => &[],
        };
        let mut out = Draft::default();
        // Not the use alone: a value that one parameter decides shows that parameter's default too.
        let mut origin = origin.clone();
        let mut rest = template;
        while let Some((before, inner)) = rest.split_once("${") {
            let Some((name, after)) = inner.split_once('}') else { break };
            out.push_str(before);
            rest = after;
            let name = name.trim();
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str("${");
                out.push_str(literal);
                out.push_str("}");
                continue;
            }
            let value = if declared.is_some_and(|declared| declared.get(name).is_some()) {
                variables.iter().find(|field| field.key == name)?.value.clone()
            } else {
                match name.split_once('.') {
                    Some((resource, attribute)) => self.attribute_value(resource, attribute, &origin),
                    None => self.reference(name, &origin),
                }
            };
            let of_parameter =
                |via: &&Via| matches!(via.kind, ViaKind::ParameterDefault | ViaKind::ParameterValue);
            let vias: Vec<_> = value.origin.vias().filter(of_parameter).cloned().collect();
            for via in vias {
                if !origin.vias().any(|known| known.place == via.place) {
                    origin = origin.with(via.kind, via.place);
                }
            }
            out.push(&value.as_text()?)?;
        }
        out.push_str(rest);
        Some(out.finish(origin))
    }

    /// What is found: a value, or nothing because the default is `AWS::NoValue`; `None` if it cannot be told.
    fn find_in_map(&self, arguments: &Value, written: &Expr, origin: &Origin) -> Option<Option<Value>> {
        let (keys, default) = match positional(arguments)? {
            [map, first, second] => ([map, first, second], None),
            [map, first, second, options] => {
                ([map, first, second], options.fields().iter().find(|field| field.key == "DefaultValue"))
            }
            _ => return None,
        };
        let mut literals = Vec::with_capacity(3);
        for key in keys {
            literals.push(known(key)?);
        }
        let mut found = Some(self.template.root.get("Mappings")?);
        for key in &literals {
            let at = found?;
            found = at.get(key);
            // A macro or an include that could not be read may hold the key.
            if found.is_none() {
                if at.entries().iter().any(|entry| entry.key.starts_with("Fn::")) {
                    return None;
                }
                break;
            }
        }
        match (found, default) {
            // A mapping holds literals alone; a function in it could lead back here.
            (Some(found), _)
                if found.is_object()
                    || found.items().iter().any(|item| item.is_object() || item.is_list()) =>
            {
                None
            }
            (Some(found), _) => {
                let mut value = self.evaluate(found)?;
                let place = value.origin.place;
                value.origin = origin.with(ViaKind::Mapping, place);
                Some(Some(value))
            }
            (None, Some(default)) => Some(Some(default.value.clone())),
            (None, None) => {
                let declared =
                    written.items().get(3).is_some_and(|options| options.get("DefaultValue").is_some());
                declared.then_some(None)
            }
        }
    }
}

/// The longest text that is put together, in bytes: far above what a property may hold (a template has 1 MB), and a
/// bound for texts that double themselves.
const LONGEST_TEXT: usize = 1 << 20;

/// The arguments of a call by position. A list whose items are not all known has no positions to trust.
pub(crate) fn positional(arguments: &Value) -> Option<&[Value]> {
    match &arguments.kind {
        Kind::List(list) if list.open.is_none() => Some(&list.items),
        _ => None,
    }
}

pub(crate) fn known(value: &Value) -> Option<SmolStr> {
    if let stockade_model::Fact::Known(literal) = value.literal() { Some(literal) } else { None }
}

/// A text that is being put together.
#[derive(Default)]
struct Draft {
    text: Text,
    /// The known characters at its end.
    tail: String,
    length: usize,
}

impl Draft {
    fn push_str(&mut self, text: &str) {
        self.tail.push_str(text);
        self.length += text.len();
    }

    /// Adds a text, or gives up because the whole becomes too long.
    fn push(&mut self, text: &Text) -> Option<()> {
        for piece in text.pieces() {
            match piece {
                Piece::Literal(literal) => self.push_str(literal),
                Piece::Symbol(symbol) => {
                    self.text.push_str(&std::mem::take(&mut self.tail));
                    self.text.push_symbol(symbol.clone());
                    self.length += 1;
                }
            }
        }
        (self.length <= LONGEST_TEXT).then_some(())
    }

    fn finish(mut self, origin: Origin) -> Value {
        self.text.push_str(&self.tail);
        Value::text(dynamic_references(&self.text), origin)
    }
}

fn join(arguments: &Value, origin: &Origin) -> Option<Value> {
    let [delimiter, list] = positional(arguments)? else { return None };
    let delimiter = delimiter.as_text()?;
    let mut out = Draft::default();
    for (at, item) in positional(list)?.iter().enumerate() {
        if at > 0 {
            out.push(&delimiter)?;
        }
        out.push(&item.as_text()?)?;
    }
    Some(out.finish(origin.clone()))
}

fn split(arguments: &Value, origin: &Origin) -> Option<Value> {
    let [delimiter, value] = positional(arguments)? else { return None };
    let delimiter = delimiter.as_text()?;
    let delimiter = delimiter.as_literal().filter(|delimiter| !delimiter.is_empty())?;
    let text = value.as_text()?;
    // A symbol may hold the delimiter itself, so only a text that is known whole can be split.
    let literal = text.as_literal()?;
    let items = literal.split(delimiter).map(|part| Value::text(Text::literal(part), value.origin.clone()));
    Some(Value::new(Kind::List(List { items: items.collect(), open: None }), origin.clone()))
}

/// The item's own place is what the user wrote for it; the call is only the way to it.
fn select(arguments: &Value) -> Option<Value> {
    let [index, list] = positional(arguments)? else { return None };
    let index: usize = known(index)?.parse().ok()?;
    positional(list)?.get(index).cloned()
}

fn import(name: &Text, origin: &Origin) -> Option<Value> {
    // A name that cannot be spelled cannot be an identity.
    canonical_text(name)?;
    Some(Value::new(Kind::Unknown(Symbol::new(SymbolKind::Import(name.clone()))), origin.clone()))
}

fn base64(argument: &Value, origin: &Origin) -> Option<Value> {
    let text = argument.as_text()?;
    let encoded = base64::engine::general_purpose::STANDARD.encode(text.as_literal()?);
    Some(Value::text(Text::literal(encoded), origin.clone()))
}

/// A function whose result is not known: a symbol with the function and its arguments for an identity, or with its
/// place if these are too long to tell.
fn symbolic(function: &str, arguments: Option<&Value>, origin: &Origin) -> Value {
    let spelling = match arguments {
        Some(arguments) => canonical(arguments),
        None => Some(SmolStr::default()),
    };
    let symbol = match spelling {
        Some(arguments) => Symbol::new(SymbolKind::Call { function: SmolStr::new(function), arguments }),
        None => Symbol::opaque(
            origin.place,
            format_smolstr!("the arguments of `{function}` are too long to follow"),
        ),
    };
    Value::new(Kind::Unknown(symbol), origin.clone())
}

/// A text with its dynamic references as symbols (CloudFormation User Guide, "Get values stored in other services
/// using dynamic references"). A reference may have symbols in it: `{{resolve:ssm:/${Stage}/key}}`.
pub(crate) fn dynamic_references(text: &Text) -> Text {
    let mentions = |piece: &Piece| matches!(piece, Piece::Literal(literal) if literal.contains("{{resolve:"));
    if !text.pieces().iter().any(mentions) {
        return text.clone();
    }
    let mut out = Text::default();
    // What has been read of a reference that is still open.
    let mut open: Option<Text> = None;
    for piece in text.pieces() {
        let literal = match piece {
            Piece::Literal(literal) => literal,
            Piece::Symbol(symbol) => {
                open.as_mut().unwrap_or(&mut out).push_symbol(symbol.clone());
                continue;
            }
        };
        let mut rest = literal.as_str();
        loop {
            match &mut open {
                Some(inner) => {
                    let Some((before, after)) = rest.split_once("}}") else {
                        inner.push_str(rest);
                        break;
                    };
                    inner.push_str(before);
                    let spelled = inner.to_string();
                    let (service, reference) = spelled.split_once(':').unwrap_or((&spelled, ""));
                    let kind = SymbolKind::Dynamic { service: service.into(), reference: reference.into() };
                    out.push_symbol(Symbol::new(kind));
                    open = None;
                    rest = after;
                }
                None => {
                    let Some((before, after)) = rest.split_once("{{resolve:") else {
                        out.push_str(rest);
                        break;
                    };
                    out.push_str(before);
                    open = Some(Text::default());
                    rest = after;
                }
            }
        }
    }
    if let Some(inner) = open {
        out.push_str("{{resolve:");
        out.push(&inner);
    }
    out
}

/// An expression in one line, for people.
pub(crate) fn spelling(expr: &Expr) -> String {
    expr.to_json().to_string()
}
