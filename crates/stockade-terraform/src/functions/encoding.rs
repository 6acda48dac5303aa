//! Functions that encode and decode.

use super::{Call, CallError, Function, Needs, csv, json, yaml};
use crate::value::{Kind, Str, Type, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Read as _;
use std::sync::Arc;

/// The most bytes that a compressed text is unpacked to.
const MAX_UNPACKED: u64 = 16 * 1024 * 1024;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::String;
    let text = |name, run| Function::new(name, &[String], String, run);
    let any =
        |name, run| Function::new(name, &[Type::Any], String, run).needing(Needs::Nothing).taking_null();
    vec![
        text("base64encode", |call| call.string(STANDARD.encode(call.str(0)))),
        text("base64decode", |call| utf8(call, unbase64(call.str(0))?)),
        text("base64gunzip", gunzip),
        text("base64gzip", |_| {
            Err(CallError::NotKnown("the bytes depend on the compressor of the Terraform release".to_owned()))
        }),
        text("urlencode", |call| call.string(urlencode(call.str(0)))),
        text("urldecode", |call| {
            let plain = call.str(0).replace('+', " ");
            if !percents_are_whole(&plain) {
                return Err(CallError::refused("a `%` is not followed by two hexadecimal digits"));
            }
            utf8(call, percent_encoding::percent_decode_str(&plain).collect())
        }),
        Function::new("textencodebase64", &[String, String], String, |call| {
            call.string(STANDARD.encode(encode_text(call.str(0), call.str(1))?))
        }),
        Function::new("textdecodebase64", &[String, String], String, |call| {
            call.string(decode_text(&unbase64(call.str(0))?, call.str(1))?)
        }),
        Function::new("csvdecode", &[String], csv::result(), csv::decode),
        any("jsonencode", json_encode),
        any("yamlencode", |call| {
            if !call.arguments[0].is_wholly_known() {
                return call.unknown(String);
            }
            call.string(super::yaml_encode::encode(&call.arguments[0])?)
        }),
        Function::new("jsondecode", &[String], Type::Any, json_decode).needing(Needs::Nothing),
        Function::new("yamldecode", &[String], Type::Any, |call| yaml::decode(call.str(0), &call.origin)),
    ]
}

fn unbase64(text: &str) -> Result<Vec<u8>, CallError> {
    // Go's decoder skips line breaks.
    let text: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    STANDARD.decode(text).map_err(|error| CallError::refused(format!("invalid base64: {error}")))
}

fn utf8(call: &Call<'_>, bytes: Vec<u8>) -> Result<Value, CallError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| CallError::refused("the decoded bytes are not text in UTF-8"))?;
    call.string(text)
}

fn gunzip(call: &Call<'_>) -> Result<Value, CallError> {
    let packed = unbase64(call.str(0))?;
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(packed.as_slice())
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CallError::refused(format!("invalid gzip: {error}")))?;
    if bytes.len() as u64 > MAX_UNPACKED {
        return Err(CallError::NotKnown(format!("the text is larger than {MAX_UNPACKED} bytes")));
    }
    utf8(call, bytes)
}

/// As Go's `url.QueryEscape`.
fn urlencode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn percents_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let rest = rest.as_bytes();
        rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

/// The encodings of the IANA registry that are computed here.
fn encode_text(text: &str, encoding: &str) -> Result<Vec<u8>, CallError> {
    let unicode = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => Ok(text.as_bytes().to_vec()),
        "UTF-16LE" => Ok(unicode(u16::to_le_bytes)),
        "UTF-16BE" => Ok(unicode(u16::to_be_bytes)),
        _ => Err(CallError::NotKnown(format!("the encoding `{encoding}` is not computed by this version"))),
    }
}

fn decode_text(bytes: &[u8], encoding: &str) -> Result<String, CallError> {
    let invalid = || CallError::refused(format!("the bytes are not text in {encoding}"));
    let unicode = |unit: fn([u8; 2]) -> u16| {
        if !bytes.len().is_multiple_of(2) {
            return Err(invalid());
        }
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| invalid())
    };
    match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8(bytes.to_vec()).map_err(|_| invalid()),
        "UTF-16LE" => unicode(u16::from_le_bytes),
        "UTF-16BE" => unicode(u16::from_be_bytes),
        _ => Err(CallError::NotKnown(format!("the encoding `{encoding}` is not computed by this version"))),
    }
}

/// The text, and the value that it is the JSON of.
fn json_encode(call: &Call<'_>) -> Result<Value, CallError> {
    let value = &call.arguments[0];
    let text = json::encode(value)?;
    if text.as_symbol().is_some() && value.symbol().is_some() {
        return call.unknown(Type::String);
    }
    let string = Str { text, json_of: Some(Arc::new(value.clone())) };
    Ok(Value::new(Kind::String(string), call.origin.clone()))
}

fn json_decode(call: &Call<'_>) -> Result<Value, CallError> {
    let Kind::String(string) = &call.arguments[0].kind else { return call.unknown(Type::Any) };
    match (string.text.as_literal(), &string.json_of) {
        (Some(text), _) => json::decode(text, &call.origin),
        (None, Some(value)) => json::round_trip(value).map_or_else(|| call.unknown(Type::Any), Ok),
        (None, None) => call.unknown(Type::Any),
    }
}
