//! IAM-03: a statement that allows all that a service can do.

use crate::Context;
use crate::statements::{
    Judged, is_every_action, is_service_wildcard, judge_allowing, listed, may_be_everything, spelled,
};
use stockade_inventory::Inventory;
use stockade_model::Verdict;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, |judged| Some(judge_statement(judged)));
}

fn judge_statement(judged: &Judged) -> Verdict {
    let actions = &judged.statement().actions;
    let wide: Vec<_> = actions.iter().filter(|term| is_service_wildcard(&spelled(&term.text))).collect();
    let Some(first) = wide.first() else {
        let open = actions.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
        let more = judged.at.more_actions.as_ref().map(|symbol| (symbol, judged.statement().place));
        return open.or(more).map_or_else(|| judged.pass(), |(symbol, place)| judged.unknown(symbol, place));
    };
    let names: Vec<String> = wide.iter().map(|term| term.text.to_string()).collect();
    if is_every_action(&spelled(&first.text)) {
        judged.fail_as("everything", first.place).follows_from("IAM-02", &judged.subject)
    } else {
        judged.fail(first.place).with("actions", listed(&names))
    }
}
