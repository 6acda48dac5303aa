//! What a secret looks like: by its own shape, and by the name of what holds it.

use foldhash::HashMap;
use std::sync::LazyLock;

const WORDS: &str = include_str!("../../../data/secret-words.tsv");

struct Words {
    secret: Vec<Vec<&'static str>>,
    not: Vec<&'static str>,
}

const ATTRIBUTES: &str = include_str!("../../../data/secret-attributes.tsv");

/// Whether an attribute of a type is a secret itself.
pub(crate) fn is_secret_attribute(type_name: &str, attribute: &str) -> bool {
    ATTRIBUTES.lines().filter_map(|line| line.split_once('\t')).any(|row| row == (type_name, attribute))
}

static TABLE: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { secret: Vec::new(), not: Vec::new() };
    for line in WORDS.lines() {
        match line.split_once('\t') {
            Some(("secret", word)) => words.secret.push(word.split('+').collect()),
            Some(("not", word)) => words.not.push(word),
            _ => {}
        }
    }
    words
});

/// Prefixes of credentials that their issuers document, with the fewest characters that follow.
const PREFIXES: [(&str, usize, &str); 19] = [
    ("AKIA", 16, "an AWS access key id"),
    ("ghp_", 30, "a GitHub token"),
    ("gho_", 30, "a GitHub token"),
    ("ghs_", 30, "a GitHub token"),
    ("ghu_", 30, "a GitHub token"),
    ("github_pat_", 40, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("xapp-", 20, "a Slack token"),
    ("sk_live_", 16, "a Stripe key"),
    ("rk_live_", 16, "a Stripe key"),
    ("sk-ant-", 20, "an Anthropic key"),
    ("sk-proj-", 20, "an OpenAI key"),
    ("AIza", 35, "a Google API key"),
    ("SG.", 40, "a SendGrid key"),
    ("npm_", 30, "an npm token"),
    ("dop_v1_", 40, "a DigitalOcean token"),
    ("hf_", 30, "a Hugging Face token"),
];

/// What kind of secret a value is by its shape alone, if it is one.
pub(crate) fn shape(value: &str) -> Option<&'static str> {
    let value = value.trim();
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    for (prefix, length, what) in PREFIXES {
        if let Some(rest) = value.strip_prefix(prefix)
            && rest.len() >= length
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
            && !is_placeholder(rest)
        {
            return Some(what);
        }
    }
    if is_jwt(value) {
        return Some("a signed token (JWT)");
    }
    if url_password(value).is_some_and(|password| !is_placeholder(password)) {
        return Some("an address with a password in it");
    }
    (looks_random(value)).then_some("a random string like a key")
}

fn is_jwt(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    let base64 = |part: &str| {
        part.len() > 10
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    parts.len() == 3
        && parts[0].starts_with("eyJ")
        && parts[1].starts_with("eyJ")
        && parts.iter().all(|part| base64(part))
}

/// The password in `scheme://user:password@host`.
fn url_password(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let (_, password) = user_info.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

/// Long, without the separators of names, with upper case, lower case and digits well mixed.
fn looks_random(value: &str) -> bool {
    let alphabet = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte));
    let kinds: [fn(&u8) -> bool; 3] = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit];
    value.len() >= 32
        && value.len() <= 256
        && alphabet
        && !value.starts_with('/')
        && value.bytes().filter(|byte| b"/-_".contains(byte)).count() <= value.len() / 16
        && kinds.iter().all(|kind| value.bytes().filter(*kind).count() >= 3)
        && entropy(value) >= 4.4
        && !is_placeholder(value)
}

/// Shannon entropy in bits a character.
fn entropy(value: &str) -> f64 {
    let mut counts: HashMap<u8, u32> = HashMap::default();
    for byte in value.bytes() {
        *counts.entry(byte).or_default() += 1;
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts.values().map(|count| f64::from(*count) / length).map(|share| -share * share.log2()).sum()
}

/// Whether a variable of that name holds a secret, if it holds what its name says.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let words = split(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = TABLE
        .secret
        .iter()
        .any(|secret| words.windows(secret.len()).any(|window| window == secret.as_slice()));
    has && !words.last().is_some_and(|last| TABLE.not.contains(last))
}

/// The words of a name, in lower case.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        let starts = character.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if !character.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a literal under a secret-like name is a secret: long enough, and neither a placeholder nor a reference
/// to where the secret is kept.
pub(crate) fn is_secret_literal(value: &str) -> bool {
    let value = value.trim();
    value.chars().count() >= 8 && !is_placeholder(value) && !is_reference(value)
}

/// Whether a value stands for something that is filled in elsewhere.
fn is_placeholder(value: &str) -> bool {
    const MARKS: [&str; 21] = [
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "replace",
        "your-",
        "your_",
        "yours",
        "example",
        "dummy",
        "todo",
        "tbd",
        "xxxx",
        "****",
        "fixme",
        "insert",
        "not-set",
        "notset",
        "not_set",
        "undefined",
        "unused",
    ];
    let lower = value.to_ascii_lowercase();
    let same = value.chars().next().is_some_and(|first| value.chars().all(|character| character == first));
    let bracketed = (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']'))
        || value.contains("${")
        || value.contains("{{");
    same || bracketed || MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether a value names a place: an ARN, a path, an address, a file, a resource's or parameter's name.
fn is_reference(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let boolean = ["true", "false", "enabled", "disabled", "required", "optional"].contains(&lower.as_str());
    let number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let address = lower.contains("://") && url_password(value).is_none();
    let mail = value.contains('@') && value.contains('.') && !value.contains(':');
    boolean
        || number
        || address
        || mail
        || lower.starts_with("arn:")
        || value.contains('/')
        || value.contains('\\')
        || value.contains(' ')
        || is_name(value)
}

/// Whether a value is a name: words of letters (a digit may end one) joined by `-`, `_`, `.` or `:`, or by capitals.
/// What mixes upper case, lower case and digits keeps the rule of a password policy rather than that of names.
fn is_name(value: &str) -> bool {
    let kinds: [fn(&u8) -> bool; 3] = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit];
    if kinds.iter().all(|kind| value.bytes().any(|byte| kind(&byte))) {
        return false;
    }
    let separated: Vec<&str> = value.split(['-', '_', '.', ':']).collect();
    let word = |word: &str| {
        let letters = word.trim_end_matches(|character: char| character.is_ascii_digit());
        let one_case = letters.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
            || letters.bytes().all(|byte| byte.is_ascii_uppercase());
        word.len() - letters.len() <= 2 && one_case && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    if separated.len() > 1 {
        return separated.iter().all(|part| part.is_empty() || word(part) || camel(part));
    }
    camel(value)
}

/// Two or more words that begin with capitals: `DatabaseSecret`, `dbPassword`.
fn camel(value: &str) -> bool {
    let capitals = value.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
    let letters = value.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters
        && capitals >= 1
        && capitals * 3 <= value.len()
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// A secret as a report may show it: its first two characters and its length.
pub(crate) fn masked(value: &str) -> String {
    let shown: String = value.chars().take(2).collect();
    format!("{shown}… ({} characters)", value.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        for name in [
            "DB_PASSWORD",
            "dbPassword",
            "API_KEY",
            "apiKey",
            "STRIPE_SECRET_KEY",
            "GITHUB_TOKEN",
            "ClientSecret",
            "SLACK_BOT_TOKEN",
            "AMHO",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "SECRET_NAME",
            "SECRET_ARN",
            "DB_SECRET_ID",
            "TOKEN_TABLE",
            "PASSWORD_LENGTH",
            "TABLE_NAME",
            "KEY",
            "PARTITION_KEY",
            "S3_KEY",
            "tokenizer",
            "API_KEY_PARAMETER",
            "SECRETS_MANAGER_ENDPOINT",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn literals_under_a_secret_name() {
        for value in [
            "hunter2hunter2",
            "S3cr3t!Passw0rd",
            "password",
            "Tr0ub4dor&3xyz",
            "a8f5f167f44f4964e6c998dee827110c",
            "plum-Tractor-42",
        ] {
            assert!(is_secret_literal(value), "{value}");
        }
        for value in [
            "changeme",
            "your-api-key",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
            "/prod/db/password",
            "prod/db/password",
            "https://example.com/x",
            "true",
            "short",
            "db-password",
            "MyDatabaseSecret",
            "<password>",
            "12345678",
            "${PASSWORD}",
            "dev-db-secret-01",
        ] {
            assert!(!is_secret_literal(value), "{value}");
        }
    }

    // Put together at run time, so that nothing in this file looks like a credential to a scanner.
    #[test]
    fn shapes_are_secrets_under_any_name() {
        let letters = "Zx9Kq2Lm8Wp4Rt7Yb3Nc6Vd1";
        for value in [
            format!("AKIA{}", "Z7QK4W2M9P3R8T6Y"),
            format!("ghp_{letters}{letters}"),
            format!("postgres://app:{}@db.internal/app", "k3Jd82ks"),
            format!("{letters}qW5eRt6Yu7"),
        ] {
            assert!(shape(&value).is_some(), "{value}");
        }
        for value in [
            "my-function-name-with-many-words-in-it",
            "arn:aws:lambda:us-east-1:123456789012:layer:x:1",
            "123e4567-e89b-12d3-a456-426614174000",
            "us-east-1_AbCdEfGhI",
            "https://sqs.us-east-1.amazonaws.com/1/q",
            "d41d8cd98f00b204e9800998ecf8427e",
            "AKIAIOSFODNN7EXAMPLE",
            "postgres://localhost/app",
            "com.amazonaws.services.lambda.runtime.events.SomeVeryLongName1",
        ] {
            assert_eq!(shape(value), None, "{value}");
        }
    }

    #[test]
    fn a_secret_is_never_shown_whole() {
        assert_eq!(masked("hunter2hunter2"), "hu… (14 characters)");
    }
}
