//! Plans: what `terraform show -json PLAN` and `tofu show -json PLAN` write, as what a root module deploys.
//!
//! The format is HashiCorp's, <https://developer.hashicorp.com/terraform/internals/json-format>. Each resource is one entry
//! of `resource_changes`; what becomes of it is in its `change`.

mod blocks;
mod configuration;
mod placed;
mod values;

use crate::evaluation::Evaluated;
use crate::instance::{Key, ResourceInstance};
use crate::module::{Mode, Module, address};
use crate::value::{Type, Value};
use crate::{Diagnostic, DiagnosticKind};
use configuration::{Configuration, items, qualified};
use placed::placed;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use stockade_model::{Origin, Place, Symbol};
use stockade_syntax::{Data, Document, Node, Span};
use values::{Planned, Reader};

/// The major versions of the format that are read.
const VERSIONS: [&str; 2] = ["0", "1"];

/// Whether a text shows signs of a plan in JSON.
#[must_use]
pub fn shows_plan(text: &str) -> bool {
    text.contains("\"format_version\"")
        && (text.contains("\"planned_values\"") || text.contains("\"resource_changes\""))
}

/// Whether a document is a plan.
#[must_use]
pub fn is_plan(document: &Document) -> bool {
    let root = &document.root;
    let is_text = root.get("format_version").is_some_and(|version| version.as_str().is_some());
    is_text && (root.get("planned_values").is_some() || root.get("resource_changes").is_some())
}

/// Whether a plan was made of a root module: what its configuration declares is all declared there.
#[must_use]
pub fn is_plan_of(document: &Document, module: &Module) -> bool {
    let root = document.root.get("configuration").and_then(|configuration| configuration.get("root_module"));
    let calls = root.and_then(|root| root.get("module_calls")).map(Node::entries).unwrap_or_default();
    let resources = items(root.and_then(|root| root.get("resources")));
    let declared = |resource: &Node| {
        let text = |key: &str| resource.get(key).and_then(Node::as_str);
        let mode = if text("mode") == Some("data") { Mode::Data } else { Mode::Managed };
        text("type")
            .zip(text("name"))
            .is_some_and(|(kind, name)| module.declaration(mode, kind, name).is_some())
    };
    !module.is_empty()
        && resources.len() + calls.len() > 0
        && resources.iter().all(declared)
        && calls.iter().all(|call| module.calls.contains_key(&call.key))
}

/// The values that a plan was made with, of the root module's variables.
#[must_use]
pub fn plan_variables(document: &Document) -> BTreeMap<SmolStr, Value> {
    let configuration = Configuration::read(&document.root);
    let reader = Reader {
        file: document.file,
        configuration: &configuration,
        resources: &[],
        by_address: HashMap::new(),
    };
    let variables = document.root.get("variables").map(Node::entries).unwrap_or_default();
    let given = variables
        .iter()
        .filter_map(|entry| Some((entry.key.clone(), reader.bare(entry.value.get("value")?, false))));
    given.collect()
}

/// What a plan deploys: the resources as they are once it is applied. What it deletes or forgets is left out; what it only
/// reads or leaves as it is counts. With the source, which is the same root module evaluated with the values of the plan's
/// variables, values come from the plan and places from the source.
///
/// # Errors
/// A format of which the version is not known; an entry without an address or values.
pub fn read_plan(
    document: &Document,
    source: Option<&Evaluated>,
    region: &SmolStr,
) -> Result<Evaluated, Diagnostic> {
    let root = &document.root;
    let place = |span: Span| Place { file: document.file, span };
    check_version(document)?;
    let configuration = Configuration::read(root);
    let resources = planned(document, &configuration)?;
    let by_address =
        resources.iter().enumerate().map(|(at, planned)| (planned.address.as_str(), at)).collect();
    let reader =
        Reader { file: document.file, configuration: &configuration, resources: &resources, by_address };
    let written: HashMap<&str, &Rc<ResourceInstance>> = source
        .iter()
        .flat_map(|source| &source.resources)
        .map(|instance| (instance.address.as_str(), instance))
        .collect();
    let values: Vec<Value> = resources
        .iter()
        .map(|planned| reader.attributes(planned, written.contains_key(planned.address.as_str())))
        .collect();
    let attributes = resources.iter().map(|planned| &planned.address).zip(&values).collect();
    let mut instances = Vec::with_capacity(resources.len());
    for (planned, value) in resources.iter().zip(&values) {
        let own = written.get(planned.address.as_str());
        let value = with_all_tags(value.clone());
        let value = match own {
            Some(own) => placed(value, &own.value, &attributes),
            None => value,
        };
        instances.push(Rc::new(ResourceInstance {
            address: planned.address.clone(),
            mode: if planned.is_managed { Mode::Managed } else { Mode::Data },
            type_name: planned.type_name.clone(),
            key: planned.key.clone(),
            value,
            declared_at: own.map_or(place(planned.named_at), |own| own.declared_at),
            file_at: own.map_or(place(root.span), |own| own.file_at),
            default_tags: own.and_then(|own| own.default_tags.clone()),
            block_address: own.map_or_else(
                || qualified(&without_keys(&planned.module), &planned.block),
                |own| own.block_address.clone(),
            ),
            folder: own.map(|own| own.folder.clone()).unwrap_or_default(),
            downloaded: own.and_then(|own| own.downloaded),
        }));
    }
    let mut diagnostics = Vec::new();
    let mut open = None;
    if is(root.get("errored"), true) || is(root.get("complete"), false) {
        let at = place(root.get("errored").or(root.get("complete")).map_or(root.span, |node| node.span));
        open = Some(Symbol::opaque(at, "the plan is not complete"));
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::NotEvaluated,
            path: None,
            place: Some(at),
            message: "the plan is not complete, so there may be more than is judged: plan again".into(),
        });
    }
    let known: HashSet<&str> = resources.iter().map(|planned| planned.address.as_str()).collect();
    for instance in written.values().filter(|instance| instance.mode == Mode::Managed) {
        if instance.key != Key::Any && !known.contains(instance.address.as_str()) {
            diagnostics.push(Diagnostic {
                kind: DiagnosticKind::NotPlanned,
                path: None,
                place: Some(instance.declared_at),
                message: format!(
                    "`{}` is in the source and not in the plan, so it is not judged: plan again",
                    instance.address
                ),
            });
        }
    }
    diagnostics.sort();
    Ok(Evaluated {
        resources: instances,
        outputs: outputs(document, &reader),
        open,
        region: planned_region(document, &configuration).unwrap_or_else(|| region.clone()),
        diagnostics,
        files: source.map(|source| source.files.clone()).unwrap_or_default(),
        heredocs: source.map(|source| source.heredocs.clone()).unwrap_or_default(),
    })
}

fn check_version(document: &Document) -> Result<(), Diagnostic> {
    let Some(version) = document.root.get("format_version") else {
        let place = Place { file: document.file, span: document.root.span };
        return Err(Diagnostic::error(place, "the plan has no `format_version`"));
    };
    let text = version.as_str().unwrap_or_default();
    let major = text.split('.').next().unwrap_or_default();
    if VERSIONS.contains(&major) {
        return Ok(());
    }
    let message = format!(
        "the plan's format is `{text}`, which this version does not read: it reads 0.x and 1.x, which Terraform 0.12 and later and OpenTofu write"
    );
    Err(Diagnostic::error(Place { file: document.file, span: version.span }, message))
}

/// The resources that are there once the plan is applied.
fn planned<'d>(
    document: &'d Document,
    configuration: &Configuration<'d>,
) -> Result<Vec<Planned<'d>>, Diagnostic> {
    let root = &document.root;
    let mut out: Vec<Planned<'d>> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let error = |node: &Node, message: &str| {
        Diagnostic::error(Place { file: document.file, span: node.span }, message.to_owned())
    };
    for entry in items(root.get("resource_changes")) {
        let Some(address) = entry.get("address") else {
            return Err(error(entry, "an entry of the plan's `resource_changes` has no `address`"));
        };
        let Some(change) = entry.get("change") else {
            return Err(error(entry, "an entry of the plan's `resource_changes` has no `change`"));
        };
        // An object that waits to be deleted.
        if entry.get("deposed").is_some() {
            continue;
        }
        seen.extend(address.as_str());
        let Some(after) = change.get("after").filter(|after| matches!(after.data, Data::Mapping(_))) else {
            continue;
        };
        let unknown = change.get("after_unknown");
        let sensitive = change.get("after_sensitive");
        let module = entry.get("module_address").and_then(Node::as_str).unwrap_or_default();
        let one = resource(entry, module, after, unknown, sensitive, configuration);
        out.push(one.ok_or_else(|| error(entry, "a resource of the plan has no `type` or `name`"))?);
    }
    // What a plan shows as it is and does not list as a change: all resources of one that only refreshes.
    let mut open: Vec<(&str, &Node)> = Vec::new();
    let planned = root.get("planned_values").and_then(|values| values.get("root_module"));
    let read = root.get("prior_state").and_then(|state| state.get("values")?.get("root_module"));
    open.extend(planned.into_iter().chain(read).map(|module| ("", module)));
    while let Some((module, node)) = open.pop() {
        for entry in items(node.get("resources")) {
            let Some(address) = entry.get("address").and_then(Node::as_str) else { continue };
            let is_data = entry.get("mode").and_then(Node::as_str) == Some("data");
            let is_planned = planned.is_some_and(|planned| planned.span.contains(entry.span));
            let Some(values) = entry.get("values").filter(|_| is_data || is_planned) else { continue };
            if seen.insert(address) {
                let sensitive = entry.get("sensitive_values");
                out.extend(resource(entry, module, values, None, sensitive, configuration));
            }
        }
        for child in items(node.get("child_modules")) {
            let address = child.get("address").and_then(Node::as_str).unwrap_or_default();
            open.push((address, child));
        }
    }
    Ok(out)
}

fn resource<'d>(
    entry: &'d Node,
    module: &str,
    after: &'d Node,
    unknown: Option<&'d Node>,
    sensitive: Option<&'d Node>,
    configuration: &Configuration<'d>,
) -> Option<Planned<'d>> {
    let full = entry.get("address")?;
    let type_name: SmolStr = entry.get("type")?.as_str()?.into();
    let is_managed = entry.get("mode").and_then(Node::as_str) != Some("data");
    let mode = if is_managed { Mode::Managed } else { Mode::Data };
    let block = SmolStr::new(address(mode, &type_name, entry.get("name")?.as_str()?));
    Some(Planned {
        address: full.as_str()?.into(),
        module: module.into(),
        type_name,
        key: match entry.get("index").map(|index| &index.data) {
            Some(Data::Number(index)) => index.parse().map_or(Key::Name(index.clone()), Key::Index),
            Some(Data::String(name)) => Key::Name(name.clone()),
            _ => Key::None,
        },
        is_managed,
        named_at: full.span,
        after,
        unknown,
        sensitive,
        expressions: configuration.expressions(module, &block),
        block,
    })
}

/// The address of a module instance without the keys in it.
fn without_keys(module: &str) -> String {
    let (mut out, mut depth, mut quoted) = (String::new(), 0usize, false);
    for character in module.chars() {
        match character {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            character if depth == 0 => out.push(character),
            _ => {}
        }
    }
    out
}

/// A resource with the tags of its provider among its own, where the plan knows them.
fn with_all_tags(value: Value) -> Value {
    use crate::value::{Entry, Kind, Mapping};
    let Kind::Mapping(mapping) = &value.kind else { return value };
    let all = mapping.entries.get("tags_all").filter(|entry| matches!(entry.value.kind, Kind::Mapping(_)));
    let Some(Entry { key_place, value: all }) = all.cloned() else { return value };
    let mut entries = mapping.entries.as_ref().clone();
    entries
        .entry("tags".into())
        .and_modify(|own| own.value.kind = all.kind.clone())
        .or_insert(Entry { key_place, value: all });
    let mapping = Mapping { entries: entries.into(), ..mapping.clone() };
    Value { kind: Kind::Mapping(mapping), ..value }
}

fn outputs(document: &Document, reader: &Reader<'_, '_>) -> BTreeMap<SmolStr, Value> {
    let planned = document.root.get("planned_values").and_then(|values| values.get("outputs"));
    let value = |entry: &stockade_syntax::Entry| {
        let sensitive = is(entry.value.get("sensitive"), true);
        let place = Place { file: document.file, span: entry.value.span };
        let changes = document.root.get("output_changes").and_then(|changes| changes.get(&entry.key));
        let unknown = changes.and_then(|change| change.get("after_unknown"));
        let value = match entry.value.get("value") {
            Some(value) if unknown.is_none_or(|node| is(Some(node), false)) => reader.bare(value, sensitive),
            _ => {
                let symbol = Symbol::opaque(place, "it is not known before the plan is applied");
                Value::unknown(symbol, Type::Any, Origin::at(place)).hidden(sensitive)
            }
        };
        (entry.key.clone(), value)
    };
    planned.map(Node::entries).unwrap_or_default().iter().map(value).collect()
}

/// The region of the default provider: a constant, or a variable of the root module.
fn planned_region(document: &Document, configuration: &Configuration<'_>) -> Option<SmolStr> {
    let expression = configuration.provider("region")?;
    if let Some(constant) = expression.get("constant_value") {
        return constant.as_str().map(SmolStr::new);
    }
    let [reference] = items(expression.get("references")) else { return None };
    let variable = reference.as_str()?.strip_prefix("var.")?;
    let value = document.root.get("variables")?.get(variable)?.get("value")?;
    value.as_str().map(SmolStr::new)
}

fn is(node: Option<&Node>, value: bool) -> bool {
    matches!(node.map(|node| &node.data), Some(Data::Bool(found)) if *found == value)
}
