//! IAM-16: a statement that allows all but what it names.

use crate::Context;
use crate::statements::{Judged, judge_allowing};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

const NEGATED: [&str; 3] = ["NotAction", "NotResource", "NotPrincipal"];

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, |judged| Some(judge_statement(judged)));
}

fn judge_statement(judged: &Judged) -> Verdict {
    let keys = &judged.statement().keys;
    match keys.iter().find(|key| NEGATED.contains(&key.name.as_str())) {
        Some(key) => judged.fail(key.place).with("element", key.name.to_string()),
        None => judged.pass(),
    }
}
