//! `format` and `formatlist`: Go's verbs over values of Terraform.

use super::{Call, CallError, Function, Needs, json};
use crate::value::decimal::{exponential, fixed, general};
use crate::value::{Kind, Number, SequenceKind, Type, Value, call_symbol};
use num_bigint::BigInt;
use num_traits::Signed as _;
use stockade_model::Text;
use unicode_segmentation::UnicodeSegmentation as _;

/// The widest field and the most places that are written.
const MAX_WIDTH: usize = 1_000;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let list = Type::List(Box::new(Type::String));
    vec![
        Function::new("format", &[Type::String], Type::String, |call| {
            let arguments: Vec<&Value> = call.arguments[1..].iter().collect();
            Ok(Value::text(format(call, call.str(0), &arguments)?, call.origin.clone()))
        })
        .and_more(Type::Any)
        .needing(Needs::Nothing)
        .needing_at(0, Needs::Whole)
        .with_null_rest(),
        Function::new("formatlist", &[Type::String], list, format_list)
            .and_more(Type::Any)
            .needing(Needs::Nothing)
            .needing_at(0, Needs::Whole)
            .with_null_rest(),
    ]
}

/// One text for each place in the lists among the arguments.
fn format_list(call: &Call<'_>) -> Result<Value, CallError> {
    let arguments = &call.arguments[1..];
    let (mut count, mut unknown) = (None, false);
    for argument in arguments {
        match &argument.kind {
            Kind::Sequence(sequence) => {
                let unordered = sequence.kind == SequenceKind::Set && !argument.is_wholly_known();
                if sequence.open.is_some() || unordered {
                    unknown = true;
                } else if count.is_some_and(|count| count != sequence.items.len()) {
                    return Err(CallError::refused("all lists must have as many items as each other"));
                } else {
                    count = Some(sequence.items.len());
                }
            }
            // What is not known may be a list.
            Kind::Unknown(_, Type::String | Type::Number | Type::Bool) => {}
            Kind::Unknown(..) => unknown = true,
            _ => {}
        }
    }
    if unknown {
        return call.unknown(Type::List(Box::new(Type::String)));
    }
    let text = |at: usize| {
        let row = arguments.iter().map(|argument| match &argument.kind {
            Kind::Sequence(sequence) => &sequence.items[at],
            _ => argument,
        });
        Ok(Value::text(format(call, call.str(0), &row.collect::<Vec<_>>())?, call.origin.clone()))
    };
    let texts = (0..count.unwrap_or(1)).map(text).collect::<Result<_, CallError>>()?;
    Ok(Value::list(texts, call.origin.clone()))
}

/// A verb with its flags: `%-5.2[1]f`.
#[derive(Default)]
struct Verb {
    spelled: String,
    sharp: bool,
    zero: bool,
    minus: bool,
    plus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    mode: char,
}

fn format(call: &Call<'_>, format: &str, arguments: &[&Value]) -> Result<Text, CallError> {
    let mut out = Text::default();
    let (mut rest, mut next, mut highest) = (format, 0, 0);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("%%") {
            out.push_str("%");
            rest = after;
            continue;
        }
        let (verb, place, after) = parse(rest)?;
        rest = after;
        let place = place.unwrap_or(next);
        next = place + 1;
        highest = highest.max(next);
        let argument = arguments.get(place).ok_or_else(|| {
            let count = arguments.len();
            CallError::refused(format!(
                "`{}` needs argument {}, but there are {count}",
                verb.spelled,
                place + 1
            ))
        })?;
        write(call, &verb, argument, &mut out)?;
    }
    out.push_str(rest);
    if highest < arguments.len() {
        let count = arguments.len();
        return Err(CallError::refused(format!(
            "there are {count} arguments, but the format uses {highest}"
        )));
    }
    Ok(out)
}

/// Reads a verb; gives the place of the argument that it names, and what follows.
fn parse(text: &str) -> Result<(Verb, Option<usize>, &str), CallError> {
    let invalid = || CallError::refused(format!("`{text}` does not begin with a valid verb"));
    let mut verb = Verb::default();
    let mut rest = &text[1..];
    loop {
        match rest.as_bytes().first() {
            Some(b'#') => verb.sharp = true,
            Some(b'0') => verb.zero = true,
            Some(b'-') => verb.minus = true,
            Some(b'+') => verb.plus = true,
            Some(b' ') => verb.space = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    let number = |rest: &mut &str| -> Result<Option<usize>, CallError> {
        let digits = rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        *rest = after;
        match number.is_empty() {
            true => Ok(None),
            false => number.parse().ok().filter(|number| *number <= MAX_WIDTH).map(Some).ok_or_else(|| {
                CallError::NotKnown(format!("a width above {MAX_WIDTH} is not written by this version"))
            }),
        }
    };
    verb.width = number(&mut rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        verb.precision = Some(number(&mut rest)?.unwrap_or(0));
    }
    let mut place = None;
    if let Some(after) = rest.strip_prefix('[') {
        rest = after;
        let number = number(&mut rest)?.filter(|number| *number > 0).ok_or_else(invalid)?;
        place = Some(number - 1);
        rest = rest.strip_prefix(']').ok_or_else(invalid)?;
    }
    verb.mode = rest.chars().next().filter(char::is_ascii_alphabetic).ok_or_else(invalid)?;
    rest = &rest[1..];
    verb.spelled = text[..text.len() - rest.len()].to_owned();
    Ok((verb, place, rest))
}

fn write(call: &Call<'_>, verb: &Verb, argument: &Value, out: &mut Text) -> Result<(), CallError> {
    let refused = |why: &str| CallError::refused(format!("`{}`: {why}", verb.spelled));
    if argument.is_null() && verb.mode != 'v' {
        return Err(refused("null cannot be formatted"));
    }
    let symbol = |out: &mut Text| {
        let verb = Value::string(verb.spelled.as_str(), call.origin.clone());
        out.push_symbol(call_symbol("format", &[&verb, argument]));
    };
    // Text stays text, with its symbols, where nothing is cut or padded.
    let bare = verb.width.is_none() && verb.precision.is_none() && !verb.sharp;
    if bare && matches!(verb.mode, 's' | 'v') {
        match &argument.kind {
            Kind::String(string) => {
                out.push(&string.text);
                return Ok(());
            }
            Kind::Unknown(unknown, ty)
                if matches!(ty, Type::String | Type::Bool)
                    || verb.mode == 's' && matches!(ty, Type::Any | Type::Number) =>
            {
                out.push_symbol(unknown.clone());
                return Ok(());
            }
            _ => {}
        }
    }
    if !argument.is_wholly_known() {
        if verb.mode != 'v' && matches!(argument.kind, Kind::Sequence(_) | Kind::Mapping(_)) {
            return Err(refused("a list or map cannot be formatted so"));
        }
        symbol(out);
        return Ok(());
    }
    match verb.mode {
        'v' => {
            let text = match (&argument.kind, verb.sharp) {
                (Kind::String(string), false) => string.text.as_literal().unwrap_or_default().to_owned(),
                (Kind::Number(number), false) => general(number, None, 'e'),
                _ => json::encode(argument)?.to_string(),
            };
            out.push_str(&padded(verb, &text));
        }
        't' => match argument.convert(&Type::Bool)?.as_bool() {
            Some(value) => out.push_str(if value { "true" } else { "false" }),
            None => symbol(out),
        },
        's' | 'q' => {
            let converted = argument.convert(&Type::String)?;
            let text = converted.as_str().unwrap_or_default();
            let text: String = match verb.precision {
                Some(precision) if precision > 0 => text.graphemes(true).take(precision).collect(),
                _ => text.to_owned(),
            };
            let text = if verb.mode == 'q' { json::quoted(&text)? } else { text };
            out.push_str(&padded(verb, &text));
        }
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            let Kind::Number(number) = argument.convert(&Type::Number)?.kind else {
                symbol(out);
                return Ok(());
            };
            if verb.sharp && matches!(verb.mode, 'e' | 'E' | 'f' | 'g' | 'G') {
                return Err(CallError::NotKnown(format!(
                    "`{}` is not evaluated by this version",
                    verb.spelled
                )));
            }
            out.push_str(&match verb.mode {
                'e' | 'E' | 'f' | 'g' | 'G' => float(verb, &number),
                _ => integer(verb, &number)?,
            });
        }
        mode => return Err(refused(&format!("there is no verb `{mode}`"))),
    }
    Ok(())
}

/// Fills up to the width, counted in characters as a reader sees them.
fn padded(verb: &Verb, text: &str) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    let pad = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus { format!("{text}{pad}") } else { format!("{pad}{text}") }
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match () {
        () if negative => "-",
        () if verb.plus => "+",
        () if verb.space => " ",
        () => "",
    }
}

/// A number's digits filled up to the width: zeros go between the sign and the digits, never to the right.
fn number_padded(verb: &Verb, zero: bool, sign: &str, digits: &str) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
    if verb.minus {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else if zero {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    }
}

fn integer(verb: &Verb, number: &Number) -> Result<String, CallError> {
    if !number.is_whole() {
        return Err(CallError::refused(format!("`{}`: a whole number is required", verb.spelled)));
    }
    let whole: BigInt = number.ratio().to_integer();
    let mut digits = whole.abs().to_str_radix(match verb.mode {
        'b' => 2,
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    });
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = verb.precision {
        if precision == 0 && digits == "0" {
            digits.clear();
        }
        digits = format!("{}{digits}", "0".repeat(precision.saturating_sub(digits.len())));
    }
    let prefix = match verb.mode {
        'b' if verb.sharp => "0b",
        'o' if verb.sharp => "0",
        'x' if verb.sharp => "0x",
        'X' if verb.sharp => "0X",
        _ => "",
    };
    let sign = format!("{}{prefix}", sign(verb, whole.is_negative()));
    Ok(number_padded(verb, verb.zero && verb.precision.is_none(), &sign, &digits))
}

fn float(verb: &Verb, number: &Number) -> String {
    let text = match verb.mode {
        'e' | 'E' => exponential(number, verb.precision.unwrap_or(6), verb.mode),
        'f' => fixed(number, verb.precision.unwrap_or(6)),
        'G' => general(number, verb.precision, 'E'),
        _ => general(number, verb.precision, 'e'),
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    number_padded(verb, verb.zero, sign(verb, negative), digits)
}
