//! RT-06: a secret that is frozen into a snapshot of the running function.

use crate::Context;
use crate::allowed::{Setting, setting};
use crate::se::{deploy_resolved_secret_in_environment, secret_in_environment};
use stockade_inventory::{Environment, Inventory};
use stockade_model::{Applicability, Change, Outcome, Subject, Symbol, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(
        inventory.environments().filter_map(|environment| judge_environment(inventory, &environment)),
    );
}

fn judge_environment(inventory: &Inventory, environment: &Environment) -> Option<Verdict> {
    let resource = environment.resource;
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let snapshot = match resource.type_name.as_str() {
        "AWS::Lambda::Function" => {
            let when = resource.properties.get("SnapStart.ApplyOn");
            match setting(&when, |when| when == "PublishedVersions") {
                Setting::Good => Ok(when.origin.place),
                Setting::Unknown(symbol) => Err(symbol),
                Setting::Bad | Setting::Absent => {
                    return Some(Verdict::new(subject, Outcome::NotApplicable, resource.declared_at));
                }
            }
        }
        // A MicroVM image is a snapshot taken while it is built.
        "AWS::Lambda::MicrovmImage" => Ok(resource.declared_at),
        _ => return None,
    };
    let judged: Vec<(&'static str, Verdict)> = environment
        .variables
        .iter()
        .flat_map(|variable| {
            [
                ("SE-01", secret_in_environment::judge_variable(inventory, resource, variable)),
                ("SE-03", deploy_resolved_secret_in_environment::judge_variable(resource, variable)),
            ]
        })
        .collect();
    let verdicts: Vec<&Verdict> = judged.iter().map(|(_, verdict)| verdict).collect();
    let failing: Vec<&Verdict> =
        verdicts.iter().copied().filter(|verdict| verdict.outcome == Outcome::Fail).collect();
    // Where one variable alone fails, mending it mends the snapshot.
    let causes: Vec<&(&'static str, Verdict)> =
        judged.iter().filter(|(_, verdict)| verdict.outcome == Outcome::Fail).collect();
    let names = |verdicts: &[&Verdict]| {
        let names = verdicts.iter().filter_map(|verdict| verdict.subject.part.clone());
        names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let with = |verdict: Verdict| verdict.with("resource", resource.id.to_string());
    let because = |verdict: Verdict, symbol: &Symbol| with(verdict).because(symbol);
    if let Some(first) = failing.first() {
        let at =
            |outcome| Verdict::new(subject.clone(), outcome, first.place).with("variables", names(&failing));
        return Some(match snapshot {
            Err(symbol) => because(at(Outcome::Unknown), &symbol),
            Ok(place) => {
                let mut verdict = with(at(Outcome::Fail)).related("the snapshot that holds it", place);
                if let [(control, only)] = causes.as_slice() {
                    verdict = verdict.follows_from(control, &only.subject);
                }
                for other in failing.iter().skip(1) {
                    verdict = verdict.related("another secret in it", other.place);
                }
                verdict.secrets = failing.iter().flat_map(|failure| failure.secrets.clone()).collect();
                mend(verdict, &failing)
            }
        });
    }
    let unknown: Option<&Verdict> = verdicts.iter().copied().find(|verdict| verdict.outcome == Outcome::Unknown);
    if let Some(unknown) = unknown {
        let mut verdict = with(Verdict::new(subject, Outcome::Unknown, unknown.place));
        verdict = verdict.with("variables", names(&[unknown]));
        (verdict.settled_by, verdict.reason) = (unknown.settled_by.clone(), unknown.reason);
        return Some(verdict);
    }
    if let Some(symbol) = &environment.open {
        let verdict = Verdict::on(subject, Outcome::Unknown, &environment.holder.origin);
        return Some(because(verdict.with("variables", "its variables"), symbol));
    }
    Some(with(Verdict::new(subject, Outcome::Pass, resource.declared_at)))
}

/// What mends each secret, together.
fn mend(verdict: Verdict, failing: &[&Verdict]) -> Verdict {
    let mut changes: Vec<Change> = Vec::new();
    for failure in failing {
        let Some((_, _, wanted)) = &failure.fix else { return verdict };
        for change in wanted {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
    }
    let description = "hand the function where its secrets are kept; its code must fetch them after the snapshot is restored, \
                       and what was frozen must be replaced";
    verdict.fix(Applicability::Unsafe, description, changes)
}
