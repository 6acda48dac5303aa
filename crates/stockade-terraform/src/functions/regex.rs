//! Regular expressions: RE2's syntax, which the `regex` crate shares but for few corners.

use super::{Call, CallError, Function, Needs};
use crate::value::{AttributeType, Entry, Kind, Type, Value, call_symbol};
use ::regex::{Captures, Regex, RegexBuilder};
use smol_str::SmolStr;
use stockade_model::{Piece, Text};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::String;
    vec![
        Function::new("regex", &[String, String], Type::Any, |call| {
            let pattern = compile(call.str(0), true)?;
            match pattern.captures(call.str(1)) {
                Some(captures) => Ok(result(call, &pattern, &captures)),
                None => Err(CallError::refused(format!("`{}` does not match", call.str(0)))),
            }
        }),
        Function::new("regexall", &[String, String], Type::List(Box::default()), |call| {
            let pattern = compile(call.str(0), true)?;
            if adjoins_empty(&pattern, call.str(1)) {
                return Err(CallError::NotKnown("the pattern matches nothing at all".to_owned()));
            }
            let matches =
                pattern.captures_iter(call.str(1)).map(|captures| result(call, &pattern, &captures));
            let list = Value::list(matches.collect(), call.origin.clone());
            Ok(list.of(result_type(&pattern)))
        }),
        Function::new("replace", &[String, String, String], String, replace).needing_at(0, Needs::Nothing),
    ]
}

/// Go lets an empty match stand right after another match in places where the `regex` crate does not.
fn adjoins_empty(pattern: &Regex, text: &str) -> bool {
    pattern.find_iter(text).any(|found| found.is_empty())
}

/// Compiles a pattern that both libraries read alike.
fn compile(pattern: &str, groups: bool) -> Result<Regex, CallError> {
    // `\d`, `\w`, `\s`, `\b` and folding of case are of ASCII in RE2, and braces that count nothing are text there.
    let unlike = ["(?x", "&&", "--", "~~", "\\<", "\\>", "\\b{", "\\z", "\\Q", "\\C", "\\pN", "\\p"];
    let not_known =
        || CallError::NotKnown(format!("the pattern `{pattern}` is not evaluated by this version"));
    let repeated = ["**", "*+", "+*", "++", "?*", "?+", "}*", "}+"];
    if unlike.iter().chain(&repeated).any(|part| pattern.contains(part)) || has_bracket_in_class(pattern) {
        return Err(not_known());
    }
    let ascii = pattern
        .replace("\\d", "[0-9]")
        .replace("\\D", "[^0-9]")
        .replace("\\w", "[0-9A-Za-z_]")
        .replace("\\W", "[^0-9A-Za-z_]")
        .replace("\\s", "[\\t\\n\\f\\r ]")
        .replace("\\S", "[^\\t\\n\\f\\r ]")
        .replace("\\b", "(?-u:\\b)");
    // A backslash before one of these letters may be escaped itself.
    let ascii = if pattern.contains("\\\\") { pattern.to_owned() } else { ascii };
    if pattern.contains("\\\\") && pattern.contains(['d', 'w', 's', 'b', 'D', 'W', 'S', 'B']) {
        return Err(not_known());
    }
    let compiled = RegexBuilder::new(&ascii).size_limit(1 << 20).build().map_err(|error| match error {
        ::regex::Error::Syntax(_) if pattern.contains(['{', '}', '[', '\\']) => not_known(),
        ::regex::Error::Syntax(_) => CallError::refused(format!("`{pattern}` is not a regular expression")),
        _ => not_known(),
    })?;
    let named = compiled.capture_names().skip(1).flatten().count();
    if groups && named > 0 && named + 1 < compiled.captures_len() {
        return Err(CallError::refused("named and unnamed groups cannot be mixed"));
    }
    Ok(compiled)
}

/// Whether a class holds a bracket that begins no named class: text to RE2, a class within to the `regex` crate.
fn has_bracket_in_class(pattern: &str) -> bool {
    let (mut within, mut escaped) = (false, false);
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' => escaped = true,
            '[' if within && characters.peek() != Some(&':') => return true,
            '[' if within => {
                // A named class: `[:alpha:]`.
                characters.by_ref().take_while(|character| *character != ']').for_each(drop);
            }
            '[' => {
                within = true;
                // A bracket that closes stands for itself right after the opening one.
                if characters.peek() == Some(&'^') {
                    characters.next();
                }
                if characters.peek() == Some(&']') {
                    return true;
                }
            }
            ']' => within = false,
            _ => {}
        }
    }
    false
}

/// The type of what a match gives.
fn result_type(pattern: &Regex) -> Type {
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let named =
        names.iter().flatten().map(|name| (SmolStr::new(name), AttributeType::required(Type::String)));
    match names.iter().any(Option::is_some) {
        true => Type::Object(named.collect()),
        false if names.is_empty() => Type::String,
        false => Type::Tuple(vec![Type::String; names.len()]),
    }
}

/// The whole match, a tuple of the groups, or an object of the named ones; null for a group that took no part.
fn result(call: &Call<'_>, pattern: &Regex, captures: &Captures<'_>) -> Value {
    let origin = || call.origin.clone();
    let group = |at: usize| match captures.get(at) {
        Some(group) => Value::string(group.as_str(), origin()),
        None => Value::new(Kind::Null(Type::String), origin()),
    };
    if pattern.captures_len() == 1 {
        return group(0);
    }
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    if names.iter().any(Option::is_some) {
        let entry = |(at, name): (usize, &Option<&str>)| {
            Some((SmolStr::new((*name)?), Entry { key_place: call.origin.place, value: group(at + 1) }))
        };
        return Value::object(names.iter().enumerate().filter_map(entry).collect(), origin());
    }
    Value::tuple((1..pattern.captures_len()).map(group).collect(), origin())
}

/// A search text between slashes is a pattern.
fn replace(call: &Call<'_>) -> Result<Value, CallError> {
    let (sought, with) = (call.str(1), call.str(2));
    let Some(text) = call.text(0) else { return call.unknown(Type::String) };
    if sought.len() > 1
        && let Some(pattern) = sought.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
    {
        let pattern = compile(pattern, false)?;
        let Some(literal) = text.as_literal() else { return call.unknown(Type::String) };
        if adjoins_empty(&pattern, literal) {
            return Err(CallError::NotKnown("the pattern matches nothing at all".to_owned()));
        }
        return call.string(pattern.replace_all(literal, with).into_owned());
    }
    if let Some(literal) = text.as_literal() {
        return call.string(literal.replace(sought, with));
    }
    // A text of one character cannot lie across two pieces.
    if sought.chars().count() != 1 {
        return call.unknown(Type::String);
    }
    let mut out = Text::default();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => out.push_str(&literal.replace(sought, with)),
            Piece::Symbol(symbol) => {
                let argument = Value::unknown(symbol.clone(), Type::String, call.origin.clone());
                out.push_symbol(call_symbol("replace", &[&argument, &call.arguments[1], &call.arguments[2]]));
            }
        }
    }
    Ok(Value::text(out, call.origin.clone()))
}
