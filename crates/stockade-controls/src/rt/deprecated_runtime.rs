//! RT-01: a runtime that AWS has deprecated on the day that the run judges for.

use crate::Context;
use jiff::civil::Date;
use smol_str::SmolStr;
use foldhash::HashMap;
use std::sync::LazyLock;
use stockade_inventory::{Function, Inventory, Package};
use stockade_model::{Applicability, Change, Fact, Outcome, Subject, Verdict};
use stockade_syntax::New;

/// The lifecycle of one runtime.
struct Lifecycle {
    deprecated: Option<Date>,
    successor: Option<&'static str>,
}

static TABLE: LazyLock<HashMap<&'static str, Lifecycle>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/lambda-runtimes.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(row).collect()
});

fn row(line: &'static str) -> Option<(&'static str, Lifecycle)> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    let deprecated = columns.next()?.parse().ok();
    let successor = columns.next().filter(|name| *name != "-");
    Some((name, Lifecycle { deprecated, successor }))
}

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().filter_map(|function| judge_function(function, context)));
}

/// What the table says of a runtime on a day.
fn status(runtime: &str, as_of: Date) -> Option<(bool, &'static Lifecycle)> {
    let lifecycle = TABLE.get(runtime)?;
    Some((lifecycle.deprecated.is_some_and(|day| day <= as_of), lifecycle))
}

fn judge_function(function: Function, context: &Context) -> Option<Verdict> {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let runtime = function.get("Runtime");
    let verdict = |outcome| Verdict::on(subject.clone(), outcome, &runtime.origin).with("function", resource.id.to_string());
    match function.package() {
        Package::Image => return Some(verdict(Outcome::NotApplicable)),
        Package::Unknown(symbol) if runtime.is_absent() => {
            return Some(verdict(Outcome::Unknown).message("package").because(&symbol));
        }
        _ => {}
    }
    Some(match runtime.literal() {
        Fact::Known(name) => judge_name(&name, function, context, verdict),
        Fact::Unknown(symbol) => {
            let allowed = symbol.allowed().unwrap_or_default();
            let known: Vec<_> = allowed.iter().filter_map(|name| Some((*name, status(name, context.as_of)?.0))).collect();
            let all_known = !allowed.is_empty() && known.len() == allowed.len();
            let verdict = |outcome| verdict(outcome).with("symbol", symbol.name()).because(&symbol);
            let names = known.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            if all_known && known.iter().all(|(_, deprecated)| *deprecated) {
                verdict(Outcome::Fail).message("allowed").with("runtimes", names)
            } else if all_known && known.iter().all(|(_, deprecated)| !deprecated) {
                verdict(Outcome::Pass).with("runtime", names)
            } else {
                verdict(Outcome::Unknown)
            }
        }
        Fact::Absent | Fact::Other => {
            // Lambda refuses a zip function without a runtime, so there is nothing that could be old.
            let mut verdict = Verdict::new(subject.clone(), Outcome::Unknown, resource.declared_at);
            verdict = verdict.message("missing").with("function", resource.id.to_string());
            verdict.settled_by(format!("a value for `{}`, which a zip function needs", resource.raise.spell("Runtime")), "property missing")
        }
    })
}

fn judge_name(name: &SmolStr, function: Function, context: &Context, verdict: impl Fn(Outcome) -> Verdict) -> Verdict {
    let Some((deprecated, lifecycle)) = status(name, context.as_of) else {
        return verdict(Outcome::Unknown)
            .message("unlisted")
            .with("runtime", name.to_string())
            .settled_by(format!("a runtime that AWS lists, in place of `{name}`"), "runtime not in the table");
    };
    if !deprecated {
        return verdict(Outcome::Pass).with("runtime", name.to_string());
    }
    let day = lifecycle.deprecated.map(|day| day.to_string()).unwrap_or_default();
    let verdict = verdict(Outcome::Fail).with("runtime", name.to_string()).with("day", day);
    let Some(successor) = lifecycle.successor else { return verdict.with("successor", "a current one") };
    let change = Change::Set {
        resource: function.resource().id.clone(),
        property: "Runtime".into(),
        value: New::string(successor),
    };
    let description = format!("move to `{successor}`; the code and its dependencies must run on it");
    verdict.with("successor", successor).fix(Applicability::Unsafe, description, vec![change])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_deprecated_from_its_day_on() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(!status("nodejs20.x", day("2026-04-29")).unwrap().0);
        assert!(status("nodejs20.x", day("2026-04-30")).unwrap().0);
        assert!(!status("nodejs26.x", day("2030-01-01")).unwrap().0);
        assert!(status("custom", day("2026-01-01")).is_none());
    }

    #[test]
    fn every_successor_is_in_the_table_and_current() {
        for lifecycle in TABLE.values() {
            if let Some(successor) = lifecycle.successor {
                assert!(TABLE[successor].successor.is_none(), "{successor}");
            }
        }
    }
}
