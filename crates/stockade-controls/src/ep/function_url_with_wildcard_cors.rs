//! EP-04: a function URL whose CORS settings let pages of any origin call it, or with any method.

use crate::Context;
use stockade_inventory::{FunctionUrl, Inventory};
use stockade_model::{
    Applicability, Change, Fact, Origin, Outcome, Resource, Subject, Symbol, Value, Verdict,
};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.function_urls().map(|url| judge_url(&url)));
}

/// What is wrong with a list, or what is not known of it.
enum Finding {
    Wildcard(String, Origin),
    Unknown(Symbol, Origin),
}

fn judge_url(url: &FunctionUrl) -> Verdict {
    let resource = url.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let function = url.function_name();
    let cors = resource.properties.get("Cors");
    if cors.is_absent() {
        let verdict = Verdict::new(subject, Outcome::Pass, resource.declared_at).message("none");
        return verdict.with("function", function.to_string());
    }
    let origins = cors.get("AllowOrigins");
    let methods = cors.get("AllowMethods");
    let with_credentials = matches!(cors.get("AllowCredentials").boolean(), Fact::Known(true));
    let found: Vec<(&str, Finding)> = [("origin", &*origins, true), ("method", &*methods, false)]
        .into_iter()
        .filter_map(|(what, list, bare)| Some((what, look(list, bare)?)))
        .collect();
    let wildcard = found.iter().find_map(|(what, finding)| match finding {
        Finding::Wildcard(value, origin) => Some((*what, value, origin)),
        Finding::Unknown(..) => None,
    });
    if let Some((what, value, origin)) = wildcard {
        let message = if with_credentials { "credentials" } else { what };
        let verdict = Verdict::on(subject, Outcome::Fail, origin).message(message);
        let verdict = found.iter().skip(1).fold(verdict, |verdict, (what, finding)| match finding {
            Finding::Wildcard(_, origin) => verdict.related(format!("and any {what}"), origin.place),
            Finding::Unknown(..) => verdict,
        });
        let changes = [("AllowOrigins", &origins, true), ("AllowMethods", &methods, false)]
            .into_iter()
            .filter_map(|(name, list, bare)| without_wildcards(resource, name, list, bare))
            .collect();
        return verdict.with("function", function.to_string()).with("value", value.clone()).fix(
            Applicability::Unsafe,
            "allow only what is named; no page of another origin may call it where nothing is left",
            changes,
        );
    }
    for (_, finding) in &found {
        if let Finding::Unknown(symbol, origin) = finding {
            return Verdict::on(subject, Outcome::Unknown, origin)
                .with("function", function.to_string())
                .with("symbol", symbol.name())
                .because(symbol);
        }
    }
    Verdict::on(subject, Outcome::Pass, &cors.origin).with("function", function.to_string())
}

/// The first wildcard of a list, else what may be one. A bare scheme (`https://*`) is a wildcard among origins.
fn look(list: &Value, bare_scheme: bool) -> Option<Finding> {
    let wild =
        |literal: &str| literal == "*" || (bare_scheme && (literal == "https://*" || literal == "http://*"));
    let mut unknown = None;
    for item in list.items() {
        match item.literal() {
            Fact::Known(literal) if wild(&literal) => {
                return Some(Finding::Wildcard(literal.to_string(), item.origin.clone()));
            }
            Fact::Unknown(symbol) => {
                // A name with something unknown in it (`https://${Domain}`) is not all names, but a scheme is bare.
                let whole = item.unknown().is_some();
                let allowed = symbol.allowed().unwrap_or_default();
                let wilds = allowed.iter().filter(|literal| wild(literal)).count();
                if whole && !allowed.is_empty() && wilds == allowed.len() {
                    return Some(Finding::Wildcard(symbol.to_string(), item.origin.clone()));
                }
                let named = symbol.has_known_shape() || (whole && !allowed.is_empty() && wilds == 0);
                if !named && (whole || bare_scheme) {
                    unknown.get_or_insert((symbol, item.origin.clone()));
                }
            }
            _ => {}
        }
    }
    if let Some(symbol) = list.open() {
        unknown.get_or_insert((symbol.clone(), list.origin.clone()));
    }
    unknown.map(|(symbol, origin)| Finding::Unknown(symbol, origin))
}

/// Which pages are the user's own cannot be known: what is named stays, and a list of wildcards goes.
fn without_wildcards(resource: &Resource, name: &str, list: &Value, bare_scheme: bool) -> Option<Change> {
    let named = |item: &&Value| !matches!(look(item, bare_scheme), Some(Finding::Wildcard(..)));
    let kept: Vec<&Value> = list.items().iter().filter(named).collect();
    if kept.len() == list.items().len() {
        return None;
    }
    let property = smol_str::format_smolstr!("Cors.{name}");
    let resource = resource.id.clone();
    if kept.is_empty() {
        return Some(Change::Remove { resource, property });
    }
    let value = New::Sequence(kept.into_iter().map(Value::to_new).collect::<Option<_>>()?);
    Some(Change::Set { resource, property, value })
}
