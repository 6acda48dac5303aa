//! Strict JSON, by `jsonc-parser`'s tree.

use crate::tree::{Data, Document, Entry, Format, Node, Notice, NoticeKind, Style};
use crate::{MAX_DEPTH, Source, Span, SyntaxError};
use foldhash::HashSet;
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use smol_str::SmolStr;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(crate) fn parse(source: &Source) -> Result<Document, SyntaxError> {
    let text = source.content();
    let offset = source.content_offset();
    check_depth(text, offset)?;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        let kind = error.kind().to_string();
        SyntaxError {
            message: format!("invalid JSON: {}", lower_first(&kind)),
            span: Span::new(offset + range.start, offset + range.end),
        }
    })?;
    let value = parsed.value.ok_or_else(|| SyntaxError {
        message: "the file is empty".into(),
        span: Span::new(offset, offset),
    })?;
    let mut notices = Vec::new();
    let root = convert(&value, offset, &mut notices);
    Ok(Document { file: source.id, format: Format::Json, root, comments: Vec::new(), notices })
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// The parser recurses, so the bound has to hold before it runs.
fn check_depth(text: &str, offset: usize) -> Result<(), SyntaxError> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let span = Span::new(offset + at, offset + at + 1);
            return Err(SyntaxError { message: crate::yaml::too_deep(), span });
        }
    }
    Ok(())
}

fn convert(value: &Value, offset: usize, notices: &mut Vec<Notice>) -> Node {
    let span_of = |range: jsonc_parser::common::Range| Span::new(offset + range.start, offset + range.end);
    let span = span_of(value.range());
    let (data, style) = match value {
        Value::StringLit(literal) => (Data::String(SmolStr::new(&literal.value)), Style::Quoted),
        Value::NumberLit(literal) => (Data::Number(SmolStr::new(literal.value)), Style::Plain),
        Value::BooleanLit(literal) => (Data::Bool(literal.value), Style::Plain),
        Value::NullKeyword(_) => (Data::Null, Style::Plain),
        Value::Array(array) => {
            let items = array.elements.iter().map(|item| convert(item, offset, notices)).collect();
            (Data::Sequence(items), Style::Flow)
        }
        Value::Object(object) => {
            let mut seen = HashSet::default();
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let key = match &property.name {
                    ObjectPropName::String(literal) => SmolStr::new(&literal.value),
                    ObjectPropName::Word(word) => SmolStr::new(word.value),
                };
                let key_span = span_of(property.name.range());
                if !seen.insert(key.clone()) {
                    notices.push(duplicate_key(&key, key_span));
                }
                entries.push(Entry { key, key_span, value: convert(&property.value, offset, notices) });
            }
            (Data::Mapping(entries), Style::Flow)
        }
    };
    Node { data, span, style, alias: None }
}

pub(crate) fn duplicate_key(key: &str, span: Span) -> Notice {
    let message = format!("the key `{key}` stands more than once here; the last one counts");
    Notice { kind: NoticeKind::DuplicateKey, message, span }
}
