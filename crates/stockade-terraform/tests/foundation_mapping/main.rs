//! What the provider's storage, network, data and audit resources become in CloudFormation's words.

#![allow(missing_docs, clippy::unwrap_used)]

mod audit;
mod corpus;
mod data;
mod network;
mod storage;

use camino::{Utf8Path, Utf8PathBuf};
use std::fmt::Write as _;
use std::sync::Arc;
use stockade_model::{Kind, Piece, Symbol, SymbolKind, Text, Value};
use stockade_syntax::{FileId, Source};
use stockade_terraform::{Inputs, Lowered, Module, Sources, evaluate, lower};

/// A root module of one file.
struct OneFile(Arc<Source>);

impl Sources for OneFile {
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String> {
        Ok(if folder == "" { vec!["main.tf".into()] } else { Vec::new() })
    }

    fn source(&self, _: &Utf8Path) -> Result<Arc<Source>, String> {
        Ok(Arc::clone(&self.0))
    }

    fn bytes(&self, _: &Utf8Path) -> Result<Vec<u8>, String> {
        Err("there are no other files".into())
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        Arc::new(Module::read(folder, self))
    }
}

/// What a file of HCL deploys.
fn lowered(hcl: &str) -> Lowered {
    let sources = OneFile(Arc::new(Source::new(FileId(0), "main.tf", hcl)));
    let evaluated = evaluate(Utf8Path::new(""), &sources, &Inputs::default());
    assert!(evaluated.diagnostics.is_empty(), "{:?}", evaluated.diagnostics);
    lower(&evaluated)
}

/// The same as text; all of its types are mapped.
fn shown(hcl: &str) -> String {
    let lowered = lowered(hcl);
    assert!(lowered.unmapped.is_empty(), "{:?}", lowered.unmapped);
    let mut out = String::new();
    for resource in &lowered.resources {
        writeln!(out, "{} {}", resource.type_name, resource.id).unwrap();
        for field in resource.properties.fields() {
            write!(out, "  {}: ", field.key).unwrap();
            show(&field.value, 2, &mut out);
            out.push('\n');
        }
        if let Some(symbol) = resource.properties.open() {
            writeln!(out, "  …: {}", named(symbol)).unwrap();
        }
    }
    out
}

/// One property of the only resource of a type.
fn property(hcl: &str, type_name: &str, path: &str) -> String {
    let lowered = lowered(hcl);
    let resource = lowered.resources.iter().find(|resource| resource.type_name == type_name).unwrap();
    let mut out = String::new();
    show(&resource.properties.get(path), 0, &mut out);
    out
}

fn show(value: &Value, indent: usize, out: &mut String) {
    let margin = " ".repeat(indent + 2);
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Absent(_) => out.push_str("absent"),
        Kind::Bool(value) => write!(out, "{value}").unwrap(),
        Kind::Number(number) => out.push_str(number),
        Kind::Text(text) => write!(out, "{:?}", text_of(text)).unwrap(),
        Kind::Unknown(symbol) => out.push_str(&named(symbol)),
        Kind::List(list) => {
            out.push('[');
            for item in &list.items {
                write!(out, "\n{margin}").unwrap();
                show(item, indent + 2, out);
            }
            if let Some(symbol) = &list.open {
                write!(out, "\n{margin}…: {}", named(symbol)).unwrap();
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            for field in &object.fields {
                write!(out, "\n{margin}{}: ", field.key).unwrap();
                show(&field.value, indent + 2, out);
            }
            if let Some(symbol) = &object.open {
                write!(out, "\n{margin}…: {}", named(symbol)).unwrap();
            }
            out.push('}');
        }
    }
}

fn text_of(text: &Text) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Symbol(symbol) => named(symbol),
    };
    text.pieces().iter().map(piece).collect()
}

fn named(symbol: &Symbol) -> String {
    match symbol.kind() {
        SymbolKind::Attribute { resource, attribute } => format!("${{{resource} {attribute}}}"),
        _ => format!("${{{}}}", symbol.name()),
    }
}
