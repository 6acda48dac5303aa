//! SC-11: a layer from an account that is not on the list of publishers.

use crate::Context;
use smol_str::SmolStr;
use std::fmt;
use stockade_inventory::{Inventory, Target};
use stockade_model::{
    Confidence, Outcome, Piece, Resource, Subject, Symbol, SymbolKind, Text, Value, Verdict,
};

/// Who publishes layers with which names: `data/layer-publishers.tsv`.
const PUBLISHERS: &str = include_str!("../../../../data/layer-publishers.tsv");

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    for function in inventory.functions() {
        let resource = function.resource();
        let layers = function.get("Layers");
        for layer in layers.items().iter().filter(|layer| !is_whole(&layers, layer)) {
            verdicts.push(judge_layer(inventory, resource, layer, &context.settings.layer_owners));
        }
        if let Some(symbol) = layers.open() {
            let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
            let verdict = Verdict::on(subject, Outcome::Unknown, &layers.origin).message("open");
            verdicts.push(verdict.with("function", resource.id.to_string()).because(symbol));
        }
    }
}

/// An unknown list counts as an item of itself; it is judged as an open list.
fn is_whole(layers: &Value, layer: &Value) -> bool {
    layers.unknown().is_some() && layer.unknown() == layers.unknown()
}

/// The parts of a layer's ARN.
struct LayerArn {
    account: Text,
    name: Text,
    version: Option<Text>,
}

impl fmt::Display for LayerArn {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}:{}", self.account, self.name)?;
        self.version.as_ref().map_or(Ok(()), |version| write!(out, ":{version}"))
    }
}

fn judge_layer(inventory: &Inventory, resource: &Resource, layer: &Value, owners: &[SmolStr]) -> Verdict {
    let canonical = layer.as_text().map(|text| inventory.canonical(&text)).unwrap_or_default();
    let own = match inventory.resolve(layer, &["AWS::Lambda::LayerVersion"]) {
        Target::Node(node) => Some(inventory.resource(node)),
        _ => None,
    };
    let arn = read(&canonical);
    // The region has no part in it: a layer is the same in the next one.
    let part = match (own, &arn) {
        (Some(layer), _) => layer.declared_id.to_string(),
        (None, Some(arn)) => arn.to_string(),
        (None, None) => canonical.to_string(),
    };
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone()).part(part.clone());
    let verdict = |outcome| {
        let mut verdict = Verdict::on(subject.clone(), outcome, &layer.origin)
            .with("layer", part.clone())
            .with("function", resource.id.to_string());
        verdict.discriminator = part.clone().into();
        verdict
    };
    if own.is_some() {
        return verdict(Outcome::Pass);
    }
    if let Some(symbol) = canonical.as_symbol() {
        return verdict(Outcome::Unknown).because(symbol);
    }
    let Some(arn) = arn else {
        return match canonical.symbols().next() {
            Some(symbol) => verdict(Outcome::Unknown).because(symbol),
            None => {
                verdict(Outcome::Unknown).settled_by("the ARN of a layer version", "value of another form")
            }
        };
    };
    if arn.version.is_none() {
        return verdict(Outcome::Fail).message("unversioned");
    }
    if arn.account.as_literal().is_some_and(|account| owners.iter().any(|owner| owner == account)) {
        return verdict(Outcome::Pass);
    }
    match listed(&arn) {
        Listed::Yes => verdict(Outcome::Pass),
        // The account may be one of the organisation's own, which the template cannot say.
        Listed::No(account) => verdict(Outcome::Fail).confidence(Confidence::Medium).with("account", account),
        Listed::Unknown(Some(symbol)) => verdict(Outcome::Unknown).because(&symbol),
        Listed::Unknown(None) => verdict(Outcome::Unknown)
            .settled_by("the account that publishes this layer in the region", "publisher not in the table"),
    }
}

enum Listed {
    Yes,
    No(String),
    Unknown(Option<Symbol>),
}

fn listed(arn: &LayerArn) -> Listed {
    let Some(account) = arn.account.as_literal() else {
        let symbol = arn.account.symbols().next();
        return match symbol.map(Symbol::kind) {
            Some(SymbolKind::Pseudo(name)) if name == "AWS::AccountId" => Listed::Yes,
            _ => Listed::Unknown(symbol.cloned()),
        };
    };
    let begins = match arn.name.pieces().first() {
        Some(Piece::Literal(literal)) => literal.as_str(),
        _ => "",
    };
    let rows = PUBLISHERS.lines().filter(|line| !line.starts_with('#')).skip(1);
    for (prefix, accounts) in rows.filter_map(|line| line.split_once('\t')) {
        if begins.starts_with(prefix) {
            if accounts.split(' ').any(|known| known == account) {
                return Listed::Yes;
            }
            if accounts.split(' ').any(|known| known == "varies") {
                return Listed::Unknown(None);
            }
        }
    }
    match arn.name.symbols().next() {
        // The name may be one that the account publishes.
        Some(symbol) if PUBLISHERS.contains(account) => Listed::Unknown(Some(symbol.clone())),
        _ => Listed::No(account.to_owned()),
    }
}

/// `arn:partition:lambda:region:account:layer:name:version`, of texts with symbols in them.
fn read(text: &Text) -> Option<LayerArn> {
    let mut parts = vec![Text::default()];
    for piece in text.pieces() {
        match piece {
            Piece::Symbol(symbol) => parts.last_mut()?.push_symbol(symbol.clone()),
            Piece::Literal(literal) => {
                let mut segments = literal.split(':');
                parts.last_mut()?.push_str(segments.next()?);
                parts.extend(segments.map(Text::literal));
            }
        }
    }
    let mut parts = parts.into_iter();
    let is = |part: Option<Text>, word: &str| part.is_some_and(|part| part.as_literal() == Some(word));
    if !is(parts.next(), "arn") {
        return None;
    }
    parts.next()?;
    if !is(parts.next(), "lambda") {
        return None;
    }
    parts.next()?;
    let account = parts.next()?;
    if !is(parts.next(), "layer") {
        return None;
    }
    Some(LayerArn {
        account,
        name: parts.next()?,
        version: parts.next().filter(|version| *version != Text::default()),
    })
}
