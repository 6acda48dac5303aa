//! LG-03: logs in plain text.

use super::mutator::{
    Break, Clause, Form, IN_ITS_RESOURCE, Mutator, NOTHING, OTHER_CLAUSE, subject, without,
};
use stockade_inventory::Inventory;
use stockade_model::{Fact, Outcome, Resource, Verdict};
use stockade_syntax::New;

const FORMAT: &str = "LoggingConfig.LogFormat";
const VARIABLES: &str = "Environment.Variables";
const CODE: &str = "Code.ZipFile";

/// What makes the logs of a pass structured.
#[derive(PartialEq)]
enum By {
    Format,
    Layer,
    /// Settings of a logger in these variables.
    Variables(Vec<String>),
    InlineCode,
}

/// The function of a pass and the one thing that makes its logs structured; none if several do.
fn structured<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(&'a Resource, By)> {
    let (_, function) = subject(inventory, verdict)?;
    let properties = &function.properties;
    let json = matches!(properties.get(FORMAT).literal(), Fact::Known(format) if format == "JSON");
    let layers = properties.get("Layers");
    let powertools = layers.items().iter().filter_map(|layer| layer.as_text());
    let powertools = powertools.map(|layer| layer.to_string()).any(|layer| layer.contains("owertools"));
    let variables = properties.get(VARIABLES);
    let settings = variables.fields().iter().filter(|field| field.key.starts_with("POWERTOOLS_LOG"));
    let settings: Vec<String> = settings.map(|field| field.key.to_string()).collect();
    let inline = !properties.get(CODE).is_absent();
    let by = match (json, powertools, settings.is_empty(), inline) {
        (true, false, true, false) => By::Format,
        (false, true, true, false) => By::Layer,
        (false, false, false, false) => By::Variables(settings),
        (false, false, true, true) => By::InlineCode,
        _ => return None,
    };
    Some((function, by))
}

pub const MUTATOR: Mutator = Mutator {
    control: "LG-03",
    clauses: &[
        Clause {
            name: "`LogFormat` is `Text`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (function, by) = structured(inventory, verdict)?;
                (by == By::Format).then(|| vec![Break::set(function, FORMAT, "Text")])
            },
            impossible: &[IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "no `LogFormat`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (function, by) = structured(inventory, verdict)?;
                (by == By::Format).then(|| vec![Break::remove(function, FORMAT)])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "no layer with a logger",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (function, by) = structured(inventory, verdict)?;
                let none = || Break::set_value(function, "Layers", New::Sequence(Vec::new()));
                (by == By::Layer).then(|| vec![Break::remove(function, "Layers"), none().shows_at(function)])
            },
            impossible: &[NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "no settings of a logger",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (function, By::Variables(names)) = structured(inventory, verdict)? else { return None };
                let (first, others) = names.split_first()?;
                let path = |name: &str| format!("{VARIABLES}.{name}");
                let others = others.iter().filter_map(|name| without(function, &path(name)));
                Some(vec![Break::remove(function, path(first)).also(others)])
            },
            impossible: &[
                (&[Form::Literal, Form::Sub], "whatever its value, the setting shows that there is a logger"),
                IN_ITS_RESOURCE,
            ],
        },
        Clause {
            name: "inline code without a logger",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (function, by) = structured(inventory, verdict)?;
                let code = "def handler(event, context): print(event)";
                (by == By::InlineCode).then(|| vec![Break::set(function, CODE, code).shows_at(function)])
            },
            impossible: &[
                (&[Form::Globals], "`Globals` has no inline code"),
                IN_ITS_RESOURCE,
                (&[Form::Absent], "a function without code is none"),
            ],
        },
    ],
};
