//! EP-04: a function URL whose CORS settings let any page call it.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, list, resource, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const LETS_NONE_IN: Impossible =
    (&[Form::Absent], "without the setting browsers let no page of another origin in");

/// `Globals` gives a URL to every function, which must then have the rest of it.
fn forms(inventory: &Inventory) -> &'static [Form] {
    let others = inventory.functions().count() > inventory.function_urls().count();
    if others { &[Form::Literal, Form::Ref, Form::Sub, Form::Condition] } else { &Form::ALL }
}

/// The URL of a pass, and a second one, with that in one of its lists.
fn allowing(
    inventory: &Inventory,
    verdict: &Verdict,
    property: &'static str,
    value: &str,
) -> Option<Vec<Break>> {
    let (_, url) = subject(inventory, verdict)?;
    let own = Break::set(url, format!("Cors.{property}"), value).around(list);
    let mut breaks = vec![own.only(forms(inventory))];
    if let Some(function) = url.properties.get("TargetFunctionArn").to_new() {
        // Of an alias that need not be there.
        breaks.push(Break::add_with(url, value, move |value| {
            let properties = [
                ("TargetFunctionArn", function.clone()),
                ("Qualifier", New::string("live")),
                ("AuthType", New::string("AWS_IAM")),
                ("Cors", New::mapping([(property, list(value))])),
            ];
            resource("AWS::Lambda::Url", properties)
        }));
    }
    Some(breaks)
}

/// All CORS settings of the URL of a pass: credentials, and that in one of the lists.
fn with_credentials(
    inventory: &Inventory,
    verdict: &Verdict,
    property: &'static str,
    value: &str,
) -> Option<Vec<Break>> {
    let (_, url) = subject(inventory, verdict)?;
    let cors = move |value: New| {
        let origins = list(New::string("https://shop.example.com"));
        let entries = [("AllowCredentials", New::Bool(true)), ("AllowOrigins", origins)];
        let others = entries.into_iter().filter(move |(key, _)| *key != property);
        New::mapping(others.chain([(property, list(value))]))
    };
    let mut breaks = vec![Break::set(url, "Cors", value).around(cors).only(forms(inventory))];
    if let Some(function) = url.properties.get("TargetFunctionArn").to_new() {
        breaks.push(Break::add_with(url, value, move |value| {
            let properties = [
                ("TargetFunctionArn", function.clone()),
                ("Qualifier", New::string("live")),
                ("AuthType", New::string("AWS_IAM")),
                ("Cors", cors(value)),
            ];
            resource("AWS::Lambda::Url", properties)
        }));
    }
    Some(breaks)
}

pub const MUTATOR: Mutator = Mutator {
    control: "EP-04",
    clauses: &[
        Clause {
            name: "any origin",
            from: Outcome::Pass,
            breaks: |inventory, verdict| allowing(inventory, verdict, "AllowOrigins", "*"),
            impossible: &[LETS_NONE_IN],
        },
        Clause {
            name: "any origin of a scheme",
            from: Outcome::Pass,
            breaks: |inventory, verdict| allowing(inventory, verdict, "AllowOrigins", "https://*"),
            impossible: &[LETS_NONE_IN],
        },
        Clause {
            name: "any method",
            from: Outcome::Pass,
            breaks: |inventory, verdict| allowing(inventory, verdict, "AllowMethods", "*"),
            impossible: &[LETS_NONE_IN],
        },
        Clause {
            name: "credentials with any origin",
            from: Outcome::Pass,
            breaks: |inventory, verdict| with_credentials(inventory, verdict, "AllowOrigins", "*"),
            impossible: &[LETS_NONE_IN],
        },
        Clause {
            name: "credentials with any method",
            from: Outcome::Pass,
            breaks: |inventory, verdict| with_credentials(inventory, verdict, "AllowMethods", "*"),
            impossible: &[LETS_NONE_IN],
        },
    ],
};
