//! IAM-14: a function that may decrypt with every key of the account.

use crate::Context;
use crate::statements::{
    Judged, asks_for_values, is_everything, is_service_wildcard, judge_allowing, listed, may_be_everything,
    spelled,
};
use stockade_iam::glob;
use stockade_inventory::Inventory;
use stockade_model::Verdict;

/// What uses a key on data.
pub(crate) const CRYPTOGRAPHIC: [&str; 7] = [
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// Condition keys that leave some keys, or some data, only (KMS Developer Guide, "Condition keys for AWS KMS").
const NARROWING: [&str; 5] =
    ["kms:viaservice", "kms:resourcealiases", "kms:requestalias", "kms:encryptioncontext", "aws:resourcetag/"];

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, judge_statement);
}

fn judge_statement(judged: &Judged) -> Option<Verdict> {
    let statement = judged.statement();
    let uses_keys = |action: &String| {
        CRYPTOGRAPHIC.iter().any(|known| glob::matches_ignoring_case(action, known))
    };
    let granted: Vec<String> =
        statement.actions.iter().map(|term| spelled(&term.text)).filter(uses_keys).collect();
    if granted.is_empty() {
        return None;
    }
    let narrowed = statement.conditions.iter().any(|condition| {
        let key = condition.key.to_ascii_lowercase();
        NARROWING.iter().any(|known| key.starts_with(known)) && asks_for_values(condition)
    });
    if narrowed {
        return Some(judged.pass());
    }
    let every_key = statement.resources.iter().find(|term| is_of_every_key(&spelled(&term.text)));
    let Some(every_key) = every_key else {
        let open =
            statement.resources.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
        let more = judged.at.more_resources.as_ref().map(|symbol| (symbol, statement.place));
        return Some(match open.or(more) {
            Some((symbol, place)) => judged.unknown(symbol, place),
            None => judged.pass(),
        });
    };
    let verdict = judged.fail(every_key.place).with("actions", listed(&granted));
    let whole_service = granted.iter().any(|action| is_service_wildcard(action));
    Some(if whole_service { verdict.follows_from("IAM-03", &judged.subject) } else { verdict })
}

/// Whether a resource is that of every key of an account.
fn is_of_every_key(resource: &str) -> bool {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        [any] => is_everything(any),
        ["arn", _, service, rest @ ..] if *service == "kms" || is_everything(service) => match rest {
            [_, _, last] => is_everything(last) || last.strip_prefix("key/").is_some_and(is_everything),
            // A short ARN that ends in `*` takes any rest.
            [.., last] => is_everything(last),
            [] => is_everything(service),
        },
        _ => false,
    }
}
