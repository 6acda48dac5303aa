//! Hashes, and what is drawn at random.

use super::filesystem::read;
use super::{Call, CallError, Function};
use crate::value::{Type, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::String;
    let text = |name, run| Function::new(name, &[String], String, run);
    let not_known = |name, parameters: &[Type], why| Function::new(name, parameters, String, why);
    vec![
        text("md5", |call| call.string(hex(&Md5::digest(call.str(0))))),
        text("sha1", |call| call.string(hex(&Sha1::digest(call.str(0))))),
        text("sha256", |call| call.string(hex(&Sha256::digest(call.str(0))))),
        text("sha512", |call| call.string(hex(&Sha512::digest(call.str(0))))),
        text("base64sha256", |call| call.string(STANDARD.encode(Sha256::digest(call.str(0))))),
        text("base64sha512", |call| call.string(STANDARD.encode(Sha512::digest(call.str(0))))),
        text("filemd5", |call| call.string(hex(&Md5::digest(read(call)?)))),
        text("filesha1", |call| call.string(hex(&Sha1::digest(read(call)?)))),
        text("filesha256", |call| call.string(hex(&Sha256::digest(read(call)?)))),
        text("filesha512", |call| call.string(hex(&Sha512::digest(read(call)?)))),
        text("filebase64sha256", |call| call.string(STANDARD.encode(Sha256::digest(read(call)?)))),
        text("filebase64sha512", |call| call.string(STANDARD.encode(Sha512::digest(read(call)?)))),
        Function::new("uuidv5", &[String, String], String, uuidv5),
        not_known("uuid", &[], |_| Err(random("a new UUID is drawn at each run"))),
        not_known("bcrypt", &[String], |_| Err(random("the salt is drawn at each run")))
            .and_more(Type::Number),
        not_known("rsadecrypt", &[String, String], |_| Err(random("it is not decrypted by this version"))),
    ]
}

fn random(why: &str) -> CallError {
    CallError::NotKnown(why.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A UUID of a name (RFC 4122, version 5). The first argument is the namespace, or one of the four that have names.
fn uuidv5(call: &Call<'_>) -> Result<Value, CallError> {
    let namespace = match call.str(0) {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        namespace => namespace,
    };
    let digits: String = namespace.chars().filter(|character| *character != '-').collect();
    let places = [8, 13, 18, 23];
    if namespace.starts_with(['{', 'u', 'U']) {
        return Err(random("a namespace in braces or as a URN is not read by this version"));
    }
    let dashed = namespace.len() == 36 && places.iter().all(|place| namespace.as_bytes()[*place] == b'-');
    let whole = dashed || namespace.len() == 32;
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| whole && digits.len() == 32);
    let number = number.ok_or_else(|| CallError::refused(format!("`{namespace}` is not a namespace")))?;
    let digest = Sha1::new().chain_update(number.to_be_bytes()).chain_update(call.str(1)).finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    call.string(parts.join("-"))
}
