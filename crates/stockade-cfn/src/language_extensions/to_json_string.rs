//! `Fn::ToJsonString`: an object or list as JSON without spaces (Template Reference, "`Fn::ToJsonString`").

use crate::Scope;
use stockade_model::{Kind, Origin, Piece, Symbol, SymbolKind, Text, Value};

impl Scope<'_> {
    /// The text. A symbol that stands for a text becomes a piece of it; one that may be anything leaves the whole
    /// unknown.
    pub(crate) fn to_json_string(&self, argument: &Value, origin: &Origin) -> Option<Value> {
        let mut out = Text::default();
        self.write(argument, &mut out)?;
        Some(Value::text(out, origin.clone()))
    }

    fn write(&self, value: &Value, out: &mut Text) -> Option<()> {
        match &value.kind {
            Kind::Null | Kind::Absent(_) => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) => out.push_str(number),
            Kind::Text(text) => write_text(text, out),
            Kind::Unknown(symbol) if self.stands_for_text(symbol) => {
                write_text(&Text::symbol(symbol.clone()), out)
            }
            Kind::Unknown(_) => return None,
            Kind::List(list) => {
                if list.open.is_some() {
                    return None;
                }
                out.push_str("[");
                for (at, item) in list.items.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    self.write(item, out)?;
                }
                out.push_str("]");
            }
            Kind::Object(object) => {
                if object.open.is_some() {
                    return None;
                }
                out.push_str("{");
                for (at, field) in object.fields.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    write_text(&Text::literal(field.key.clone()), out);
                    out.push_str(":");
                    self.write(&field.value, out)?;
                }
                out.push_str("}");
            }
        }
        Some(())
    }

    fn stands_for_text(&self, symbol: &Symbol) -> bool {
        match symbol.kind() {
            SymbolKind::Parameter { name, .. } => {
                self.template.parameters.get(name).is_some_and(|parameter| parameter.type_name == "String")
            }
            SymbolKind::Pseudo(name) => name != "AWS::NotificationARNs",
            SymbolKind::Attribute { .. } | SymbolKind::Import(_) | SymbolKind::Dynamic { .. } => true,
            SymbolKind::Call { function, .. } => {
                matches!(function.as_str(), "Fn::Join" | "Fn::Sub" | "Fn::Base64")
            }
            SymbolKind::Opaque { .. } => false,
        }
    }
}

fn write_text(text: &Text, out: &mut Text) {
    out.push_str("\"");
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => {
                let quoted = serde_json::Value::from(literal.as_str()).to_string();
                out.push_str(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default());
            }
            Piece::Symbol(symbol) => out.push_symbol(symbol.clone()),
        }
    }
    out.push_str("\"");
}
