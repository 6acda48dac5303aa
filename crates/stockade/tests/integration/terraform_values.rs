//! How much of what the controls read of real Terraform is known.

use crate::run::{root, shared};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};
use stockade_model::{Kind, Resource, Symbol, SymbolKind, Text, Value};
use stockade_project::{DeploymentKind, Options, load};

/// The most of the values that may not be known.
const SHARE: f64 = 0.15;

/// The string literals of the controls and of the views that they ask: what they read, by types and names.
fn literals() -> BTreeSet<String> {
    let mut folders: Vec<Utf8PathBuf> = ["stockade-controls", "stockade-inventory"]
        .map(|name| root().join("crates").join(name).join("src"))
        .into();
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some("rs") {
                let text = std::fs::read_to_string(path).unwrap();
                // The code between two literals is no name of a type or property.
                found.extend(text.split('"').map(str::to_owned));
            }
        }
    }
    found
}

/// The values of one resource.
struct Counts<'a> {
    ids: &'a BTreeSet<&'a str>,
    known: usize,
    unknown: usize,
    why: BTreeMap<&'static str, usize>,
}

impl Counts<'_> {
    /// A symbol for what another resource of the deployment is, or for the account and the region, is as good as a value:
    /// the controls follow the one and fill in the other.
    fn is_resolved(&self, symbol: &Symbol) -> bool {
        match symbol.kind() {
            SymbolKind::Attribute { resource, .. } => self.ids.contains(resource.as_str()),
            SymbolKind::Pseudo(_) => true,
            _ => false,
        }
    }

    fn count(&mut self, symbols: &[&Symbol]) {
        match symbols.iter().find(|symbol| !self.is_resolved(symbol)) {
            None => self.known += 1,
            Some(symbol) => {
                self.unknown += 1;
                *self.why.entry(symbol.reason()).or_default() += 1;
            }
        }
    }

    /// Each leaf counts once, and so does the part of an object or list that is not known.
    fn walk(&mut self, value: &Value) {
        match &value.kind {
            Kind::Object(object) => {
                object.fields.iter().for_each(|field| self.walk(&field.value));
                object.open.iter().for_each(|symbol| self.count(&[symbol]));
            }
            Kind::List(list) => {
                list.items.iter().for_each(|item| self.walk(item));
                list.open.iter().for_each(|symbol| self.count(&[symbol]));
            }
            Kind::Text(text) => self.count(&Text::symbols(text).collect::<Vec<_>>()),
            Kind::Unknown(symbol) => self.count(&[symbol]),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => self.known += 1,
            Kind::Absent(_) => {}
        }
    }
}

#[test]
fn most_of_what_the_controls_read_is_known() {
    let Some(corpus) = shared("corpus") else { return };
    let literals = literals();
    let is_read = |resource: &Resource, property: &str| {
        let below = format!("{property}.");
        literals.contains(resource.type_name.as_str())
            && literals.iter().any(|literal| literal == property || literal.starts_with(&below))
    };
    let project = load(&[corpus], &Options::default());
    let (mut known, mut unknown, mut resources, mut roots) = (0, 0, 0, 0);
    let mut why: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_type: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for deployment in project.deployments.iter().filter(|one| one.kind == DeploymentKind::Terraform) {
        roots += 1;
        for deployed in &deployment.deployed {
            let ids: BTreeSet<&str> =
                deployed.resources.iter().map(|resource| resource.id.as_str()).collect();
            for resource in &deployed.resources {
                resources += 1;
                let mut counts = Counts { ids: &ids, known: 0, unknown: 0, why: BTreeMap::new() };
                for field in resource.properties.fields() {
                    if is_read(resource, &field.key) {
                        counts.walk(&field.value);
                    }
                }
                known += counts.known;
                unknown += counts.unknown;
                let entry = by_type.entry(resource.type_name.to_string()).or_default();
                *entry = (entry.0 + counts.known, entry.1 + counts.unknown);
                for (reason, count) in counts.why {
                    *why.entry(reason).or_default() += count;
                }
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let share = unknown as f64 / (known + unknown) as f64;
    println!(
        "{roots} root modules, {resources} resources: {known} values known, {unknown} not ({:.1} %)",
        share * 100.0
    );
    println!("not known: {why:?}");
    let mut types: Vec<_> = by_type.into_iter().filter(|(_, (_, unknown))| *unknown > 0).collect();
    types.sort_by_key(|(_, (_, unknown))| std::cmp::Reverse(*unknown));
    for (type_name, (known, unknown)) in types.iter().take(12) {
        println!("  {type_name}: {known} known, {unknown} not");
    }
    assert!(known > 2_000, "the corpus is smaller than it was: {known} values are known");
    assert!(share <= SHARE, "{share} of the values that the controls read are not known");
}
