//! Properties in CloudFormation's words as arguments and blocks of HCL: what `lower` reads, the other way round.

use super::row::{Form, Row, Target, Word};
use super::{SERVICES, row, type_of};
use smol_str::SmolStr;
use stockade_model::RaiseError;
use stockade_syntax::New;

/// Properties by name.
pub(super) type Properties = Vec<(SmolStr, New)>;

/// A resource of the provider with those properties, and its satellites where an argument of the resource itself has no
/// word for one.
///
/// # Errors
/// [`RaiseError::NoForm`] with the type that no row says whole, or the property that none has.
pub(super) fn resource(type_name: &str, label: &str, properties: &Properties) -> Result<String, RaiseError> {
    let is_it = |row: &&Row| matches!(row.target, Target::Resource(name) if name == type_name);
    let mut error = RaiseError::NoForm(SmolStr::new(type_name));
    for row in SERVICES.iter().flat_map(|rows| rows.iter()).filter(is_it) {
        match with_satellites(row, label, properties) {
            Ok(text) => return Ok(text),
            Err(cause) => error = cause,
        }
    }
    Err(error)
}

fn with_satellites(row: &Row, label: &str, properties: &Properties) -> Result<String, RaiseError> {
    let mut rest = properties.clone();
    let own = arguments(row.words, &mut rest, 2)?;
    let satellites = satellites(row, label, label, &mut rest)?;
    if let Some(left) = first_left(&rest) {
        return Err(RaiseError::NoForm(left));
    }
    Ok(format!("resource \"{}\" \"{label}\" {{\n{own}}}\n{satellites}", row.source))
}

/// The parts of a resource that take those properties, as resources of their own; what they take is taken away.
pub(super) fn satellites(
    owner: &Row,
    named: &str,
    label: &str,
    properties: &mut Properties,
) -> Result<String, RaiseError> {
    let mut out = String::new();
    for part_row in SERVICES.iter().flat_map(|rows| rows.iter()) {
        let Target::Part(part) = part_row.target else { continue };
        // What names several owners in a list is not written anew for one.
        if !part.owners.contains(&owner.source) || part.by.is_empty() || part.by.ends_with('s') {
            continue;
        }
        let mut write = |taken: Properties, at: usize| -> Result<Option<Properties>, RaiseError> {
            let mut rest = taken;
            let body = arguments(part_row.words, &mut rest, 2)?;
            if body.is_empty() {
                return Ok(Some(rest));
            }
            let owner = match owner.attributes.iter().find(|(name, _)| *name == "id") {
                Some((name, _)) => format!("{}.{named}.{name}", owner.source),
                None => {
                    format!("{}.{named}.{}", owner.source, owner.attributes.first().map_or("id", |it| it.0))
                }
            };
            let number = if at == 0 { String::new() } else { format!("_{}", at + 1) };
            let source = part_row.source;
            out.push_str(&format!(
                "\nresource \"{source}\" \"{label}{number}\" {{\n  {} = {owner}\n{body}}}\n",
                part.by
            ));
            Ok(if rest.is_empty() { None } else { Some(rest) })
        };
        if part.at.is_empty() {
            if let Some(rest) = write(std::mem::take(properties), 0)? {
                *properties = rest;
            }
            continue;
        }
        let Some(value) = take(properties, part.at) else { continue };
        let left = match (value, part.list) {
            (New::Sequence(items), true) => {
                let mut left = Vec::new();
                for (at, item) in items.into_iter().enumerate() {
                    let object = match item {
                        New::Mapping(entries) if !is_intrinsic(&entries) => entries,
                        item => vec![(SmolStr::default(), item)],
                    };
                    left.extend(write(object, at)?.map(New::Mapping));
                }
                (!left.is_empty()).then_some(New::Sequence(left))
            }
            (New::Mapping(entries), false) if !is_intrinsic(&entries) => write(entries, 0)?.map(New::Mapping),
            (value, _) => Some(value),
        };
        if let Some(left) = left {
            put(properties, part.at, left);
        }
    }
    Ok(out)
}

/// Arguments and blocks of what the words say of the properties, each a line at that indent; what they say is taken
/// away.
pub(super) fn arguments(
    words: &[Word],
    properties: &mut Properties,
    indent: usize,
) -> Result<String, RaiseError> {
    let mut order: Vec<&Word> = words.iter().filter(|word| !word.property.is_empty()).collect();
    // The words within a property before the one for what is left of it.
    order.sort_by_key(|word| std::cmp::Reverse(word.property.matches('.').count()));
    let mut lines: Vec<(usize, String)> = Vec::new();
    for word in order {
        let Some(value) = take(properties, word.property) else { continue };
        let at = words.iter().position(|other| std::ptr::eq(other, word)).unwrap_or_default();
        lines.push((at, argument(word, &value, indent)?));
    }
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.property.is_empty()) {
        match word.form {
            // A block whose properties stand where it stands.
            Form::Block(inner) => {
                let body = arguments(inner, properties, indent + 2)?;
                if !body.is_empty() {
                    lines.push((at, in_block(word.argument, &body, indent)));
                }
            }
            _ => {
                if let Some(item) = take(properties, "") {
                    lines.push((at, argument(word, &item, indent)?));
                }
            }
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

fn argument(word: &Word, value: &New, indent: usize) -> Result<String, RaiseError> {
    let no_form = || RaiseError::NoForm(SmolStr::new(word.property));
    if let Form::Block(inner) | Form::Blocks(inner) = word.form {
        let one = std::slice::from_ref(value);
        let objects = match value {
            New::Sequence(items) if matches!(word.form, Form::Blocks(_)) => items,
            _ => one,
        };
        let mut out = String::new();
        for object in objects {
            let New::Mapping(entries) = object else { return Err(no_form()) };
            let mut rest = entries.clone();
            let body = arguments(inner, &mut rest, indent + 2)?;
            if let Some(left) = first_left(&rest) {
                return Err(RaiseError::NoForm(left));
            }
            out.push_str(&in_block(word.argument, &body, indent));
        }
        return Ok(out);
    }
    let value = expression(word, value, indent)?;
    Ok(format!("{}{} = {value}\n", " ".repeat(indent), word.argument))
}

/// The value of an argument as the word has it.
pub(super) fn expression(word: &Word, value: &New, indent: usize) -> Result<String, RaiseError> {
    let no_form = || RaiseError::NoForm(SmolStr::new(word.property));
    let entries = |key: &str, of: &str| -> Option<New> {
        let New::Sequence(items) = value else { return None };
        let entry = |item: &New| match (member(item, key), member(item, of)) {
            (Some(New::String(key)), Some(value)) => Some((key.clone(), value.clone())),
            _ => None,
        };
        Some(New::Mapping(items.iter().map(entry).collect::<Option<_>>()?))
    };
    match word.form {
        Form::Same | Form::Unless(_) | Form::NullAt(_) => render(value, indent),
        Form::Json => match value {
            New::String(_) => render(value, indent),
            _ if reference_of(value).is_some() => render(value, indent),
            _ => Ok(format!("jsonencode({})", render(value, indent)?)),
        },
        Form::Values(table) => {
            let text = match value {
                New::String(text) | New::Number(text) => text.to_string(),
                New::Bool(value) => value.to_string(),
                _ => return render(value, indent),
            };
            let from = table.iter().find(|(_, to)| *to == text).map(|(from, _)| *from);
            match from {
                Some(from @ ("true" | "false")) => Ok(from.to_owned()),
                Some(from) => Ok(quoted(from)),
                None => render(value, indent),
            }
        }
        Form::Only => match value {
            New::Sequence(items) => match items.as_slice() {
                [item] => render(item, indent),
                _ => Err(no_form()),
            },
            _ => Err(no_form()),
        },
        Form::Tags => render(&entries("Key", "Value").ok_or_else(no_form)?, indent),
        Form::Pairs(key, of) => render(&entries(key, of).ok_or_else(no_form)?, indent),
        Form::Each(name) => {
            let New::Sequence(items) = value else { return Err(no_form()) };
            let named = items.iter().map(|item| member(item, name).cloned()).collect::<Option<_>>();
            render(&New::Sequence(named.ok_or_else(no_form)?), indent)
        }
        Form::Block(_) | Form::Blocks(_) => Err(no_form()),
    }
}

fn in_block(name: &str, body: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    format!("{margin}{name} {{\n{body}{margin}}}\n")
}

fn member<'n>(of: &'n New, name: &str) -> Option<&'n New> {
    let New::Mapping(entries) = of else { return None };
    entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn is_intrinsic(entries: &[(SmolStr, New)]) -> bool {
    matches!(entries, [(key, _)] if key == "Ref" || key.starts_with("Fn::"))
}

/// Takes the value at a path of properties away, and the objects that it leaves empty.
fn take(properties: &mut Properties, path: &str) -> Option<New> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let (key, is_list) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
    let at = properties.iter().position(|(name, _)| name == key)?;
    let Some(rest) = rest else { return Some(properties.remove(at).1) };
    let inner = match &mut properties[at].1 {
        New::Sequence(items) if is_list => match items.as_mut_slice() {
            [New::Mapping(inner)] => inner,
            _ => return None,
        },
        New::Mapping(inner) if !is_list => inner,
        _ => return None,
    };
    let taken = take(inner, rest)?;
    if inner.is_empty() {
        properties.remove(at);
    }
    Some(taken)
}

/// Puts a value at a path of properties.
pub(super) fn put(properties: &mut Properties, path: &str, value: New) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let (key, is_list) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
    let Some(rest) = rest else {
        properties.push((key.into(), value));
        return;
    };
    let mut inner = Vec::new();
    put(&mut inner, rest, value);
    let inner = New::Mapping(inner);
    properties.push((key.into(), if is_list { New::Sequence(vec![inner]) } else { inner }));
}

/// The first property that no word took.
pub(super) fn first_left(properties: &Properties) -> Option<SmolStr> {
    let (name, value) = properties.first()?;
    Some(match value {
        New::Mapping(inner) if !is_intrinsic(inner) => match first_left(inner) {
            Some(below) => SmolStr::new(format!("{name}.{below}")),
            None => name.clone(),
        },
        _ => name.clone(),
    })
}

/// A value as HCL. Intrinsics become references where they name a resource of the module.
pub(super) fn render(value: &New, indent: usize) -> Result<String, RaiseError> {
    Ok(match value {
        New::Bool(value) => value.to_string(),
        New::Number(number) => number.to_string(),
        New::String(text) => quoted(text),
        New::Sequence(items) => {
            let items = items.iter().map(|item| render(item, indent)).collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", items.join(", "))
        }
        New::Mapping(entries) => {
            if let Some((function, inner)) = reference_of(value) {
                return reference(function, inner);
            }
            let mut out = String::from("{\n");
            for (key, value) in entries {
                let name = if is_identifier(key) { key.to_string() } else { quoted(key) };
                out.push_str(&format!("{}{name} = {}\n", " ".repeat(indent + 2), render(value, indent + 2)?));
            }
            out.push_str(&format!("{}}}", " ".repeat(indent)));
            out
        }
    })
}

/// The function and what it is called with, of a value that is an intrinsic function.
fn reference_of(value: &New) -> Option<(&str, &New)> {
    match value {
        New::Mapping(entries) if is_intrinsic(entries) => {
            entries.first().map(|(function, inner)| (function.as_str(), inner))
        }
        _ => None,
    }
}

fn reference(function: &str, inner: &New) -> Result<String, RaiseError> {
    let no_form = || RaiseError::NoForm(SmolStr::new(function));
    match inner {
        New::String(id) if function == "Ref" => attribute(id, "Ref").ok_or_else(no_form),
        New::Sequence(parts) if function == "Fn::GetAtt" => match parts.as_slice() {
            [New::String(id), New::String(name)] => attribute(id, name).ok_or_else(no_form),
            _ => Err(no_form()),
        },
        New::String(text) if function == "Fn::Sub" => substituted(text).ok_or_else(no_form),
        _ => Err(no_form()),
    }
}

/// A reference to an attribute of a resource, by the name that CloudFormation gives it.
fn attribute(id: &str, attribute: &str) -> Option<String> {
    let row = type_of(id).and_then(row).filter(|_| !id.starts_with("module."))?;
    let named = row.attributes.iter().find(|(_, to)| *to == attribute);
    // What names a resource in CloudFormation is mostly what the provider calls its id.
    let (name, _) =
        named.or_else(|| row.attributes.iter().find(|(name, _)| attribute == "Ref" && *name == "id"))?;
    Some(format!("{id}.{name}"))
}

/// A text with `${…}` of resources in it as a template.
fn substituted(text: &str) -> Option<String> {
    let mut out = String::from("\"");
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        let of_attribute = name.rsplit_once('.').and_then(|(id, name)| attribute(id, name));
        let reference = of_attribute.or_else(|| attribute(name, "Ref"))?;
        if (before, after) == ("", "") && out.len() == 1 {
            return Some(reference);
        }
        out.push_str(&escaped(before));
        out.push_str(&format!("${{{reference}}}"));
        rest = after;
    }
    out.push_str(&escaped(rest));
    out.push('"');
    Some(out)
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.replace("${", "$${").replace("%{", "%%{")
}
