//! NW-01: a function outside of a VPC, where the project requires one.

use crate::Context;
use stockade_inventory::{Function, Inventory};
use stockade_model::{
    FunctionSelector, Kleene, Origin, Outcome, Subject, Symbol, Text, Value, Verdict,
};

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    let required = &context.settings.vpc_required;
    verdicts.extend(inventory.functions().map(|function| judge_function(function, required)));
}

fn judge_function(function: Function, required: &[FunctionSelector]) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let with = |verdict: Verdict| verdict.with("function", resource.id.to_string());
    let mut possible = None;
    let mut is_required = false;
    for selector in required {
        match selects(selector, function) {
            Selected::Yes => is_required = true,
            Selected::Perhaps(symbol, origin) => possible = Some((symbol, origin)),
            Selected::No => {}
        }
    }
    if !is_required && possible.is_none() {
        return with(Verdict::new(subject, Outcome::NotApplicable, resource.declared_at));
    }
    let subnets = function.get("VpcConfig.SubnetIds");
    let verdict = judge_subnets(function, &subnets, subject.clone());
    match possible {
        Some((symbol, origin)) if !is_required && verdict.outcome != Outcome::Pass => {
            with(Verdict::on(subject, Outcome::Unknown, &origin).message("selected").because(&symbol))
        }
        _ => with(verdict),
    }
}

fn judge_subnets(function: Function, subnets: &Value, subject: Subject) -> Verdict {
    let provider = function.get("CapacityProviderConfig");
    let declared_at = function.resource().declared_at;
    if let Some(symbol) = provider.unknown() {
        return Verdict::on(subject, Outcome::Unknown, &provider.origin).because(symbol);
    }
    if !provider.is_absent() {
        return Verdict::on(subject, Outcome::Pass, &provider.origin);
    }
    if subnets.is_absent() {
        return Verdict::new(subject, Outcome::Fail, declared_at);
    }
    let known = subnets.items().iter().any(|item| item.unknown() != subnets.unknown() || item.unknown().is_none());
    match subnets.open() {
        _ if known => Verdict::on(subject, Outcome::Pass, &subnets.origin),
        Some(symbol) => Verdict::on(subject, Outcome::Unknown, &subnets.origin).because(symbol),
        None => Verdict::on(subject, Outcome::Fail, &subnets.origin).message("detached"),
    }
}

/// Whether a selector means a function.
enum Selected {
    Yes,
    No,
    /// It depends on a symbol, which stands in a value of that origin.
    Perhaps(Symbol, Origin),
}

fn selects(selector: &FunctionSelector, function: Function) -> Selected {
    match selector {
        FunctionSelector::Name(glob) => {
            if glob.is_match(function.resource().logical_id()) {
                return Selected::Yes;
            }
            let name = function.get("FunctionName");
            let Some(text) = name.as_text() else { return Selected::No };
            match (text.as_literal(), text.symbols().next()) {
                (Some(literal), _) if glob.is_match(literal) => Selected::Yes,
                // What the symbols stand for may be what the glob leaves open.
                (None, Some(symbol)) => Selected::Perhaps(symbol.clone(), name.origin.clone()),
                _ => Selected::No,
            }
        }
        FunctionSelector::Tag { key, value } => tagged(function, key, value.as_deref()),
    }
}

fn tagged(function: Function, key: &str, wanted: Option<&str>) -> Selected {
    let tags = function.get("Tags");
    let mut found = match tags.open() {
        Some(symbol) => Selected::Perhaps(symbol.clone(), tags.origin.clone()),
        None => Selected::No,
    };
    for tag in tags.items() {
        let (name, value) = (tag.get("Key"), tag.get("Value"));
        match (has(&name, key), wanted.map_or(Kleene::True, |wanted| has(&value, wanted))) {
            (Kleene::True, Kleene::True) => return Selected::Yes,
            (Kleene::False, _) | (_, Kleene::False) => {}
            _ => {
                let symbolic = if name.as_text().is_some_and(|text| text.as_literal().is_some()) { value } else { name };
                if let Some(symbol) = symbolic.as_text().and_then(|text| text.symbols().next().cloned()) {
                    found = Selected::Perhaps(symbol, symbolic.origin.clone());
                }
            }
        }
    }
    found
}

/// Whether a value is a word.
fn has(value: &Value, word: &str) -> Kleene {
    value.as_text().map_or(Kleene::False, |text| text.compare(&Text::literal(word)))
}
