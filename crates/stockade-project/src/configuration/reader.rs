//! From the text of `stockade.toml` to a [`Configuration`]. Every fault is told; what is not faulty counts.

use super::glob::matcher;
use super::table::{Faults, Item, entries};
use super::{
    Configuration, ConfiguredDeployment, ConfiguredEnvironment, ConfiguredWaiver, ControlRule, Glob, Rule,
};
use crate::Problem;
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_model::{FunctionSelector, Settings};
use stockade_syntax::Source;
use toml::de::DeTable;

const KEYS: [&str; 13] = [
    "profile",
    "fail-on",
    "strict",
    "region",
    "baseline",
    "exclude",
    "controls",
    "allow",
    "limits",
    "network",
    "environments",
    "deployments",
    "waivers",
];

pub(super) fn read(source: &Source, root: &Utf8Path) -> (Configuration, Vec<Problem>) {
    let mut configuration =
        Configuration { path: source.path.clone(), root: root.to_owned(), ..Configuration::default() };
    let mut settings = Settings::default();
    let faults = Faults::new(source);
    let (document, errors) = DeTable::parse_recoverable(source.content());
    for error in errors {
        let message = format!("invalid TOML: {}", error.message().trim());
        faults.add(error.span().unwrap_or_default(), message);
    }
    for item in entries(document.get_ref(), &faults) {
        match item.name {
            "profile" => configuration.profile = item.word(),
            "fail-on" => configuration.fail_on = item.word(),
            "strict" => configuration.strict = item.boolean(),
            "region" => configuration.region = item.string().map(SmolStr::new),
            "baseline" => configuration.baseline = baseline(&item),
            "exclude" => configuration.exclude = globs(&item),
            "controls" => configuration.controls = item.table().iter().filter_map(control).collect(),
            "allow" => allow(&item, &mut settings),
            "limits" => limits(&item, &mut settings),
            "network" => network(&item, &mut settings),
            "environments" => {
                configuration.environments = item.table().iter().map(environment).collect();
            }
            "deployments" => {
                configuration.deployments = item.table().iter().filter_map(deployment).collect();
            }
            "waivers" => configuration.waivers = item.list().iter().filter_map(waiver).collect(),
            _ => item.unknown_key(&KEYS),
        }
    }
    configuration.settings = Arc::new(settings);
    (configuration, faults.finish())
}

fn baseline(item: &Item) -> Option<Utf8PathBuf> {
    let path = Utf8Path::new(item.string()?);
    let leaves = path.is_absolute() || path.components().any(|part| part.as_str() == "..");
    if leaves || path.as_str().is_empty() {
        item.fault(format!("`{path}` does not lie in the project: name a file below this folder"));
        return None;
    }
    Some(path.to_owned())
}

fn glob(item: &Item) -> Option<Glob> {
    let text = item.string()?;
    Glob::new(text, item.place()).map_err(|message| item.fault(message)).ok()
}

fn globs(item: &Item) -> Vec<Glob> {
    item.one_or_more().iter().filter_map(glob).collect()
}

fn control(item: &Item) -> Option<ControlRule> {
    let rule = match item.string()? {
        "off" => Rule::Off,
        "on" => Rule::On,
        word => match word.parse() {
            Ok(severity) => Rule::Severity(severity),
            Err(_) => {
                item.fault(format!("`{word}` is none of on, off, low, medium, high, critical"));
                return None;
            }
        },
    };
    let (start, end) = item.key;
    Some(ControlRule { name: item.name.into(), place: item.place_of(start..end), rule })
}

fn allow(item: &Item, settings: &mut Settings) {
    for item in item.table() {
        match item.name {
            "accounts" => settings.accounts = item.list().iter().filter_map(account).collect(),
            "organizations" => {
                settings.organizations = item.list().iter().filter_map(organization).collect();
            }
            "layer-owners" => settings.layer_owners = item.list().iter().filter_map(account).collect(),
            _ => item.unknown_key(&["accounts", "organizations", "layer-owners"]),
        }
    }
}

fn account(item: &Item) -> Option<SmolStr> {
    let text = item.string()?;
    if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        item.fault(format!("`{text}` is no account id: it has 12 digits"));
        return None;
    }
    Some(text.into())
}

/// `o-` with 10 to 32 lower-case letters or digits (Organizations API Reference, `Organization`).
fn organization(item: &Item) -> Option<SmolStr> {
    let text = item.string()?;
    let is_word = |rest: &str| {
        (10..=32).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !text.strip_prefix("o-").is_some_and(is_word) {
        item.fault(format!("`{text}` is no organisation id: write one such as `o-a1b2c3d4e5`"));
        return None;
    }
    Some(text.into())
}

fn limits(item: &Item, settings: &mut Settings) {
    for item in item.table() {
        match item.name {
            "action-catalogue-days" => settings.action_catalogue_days = item.count(),
            "log-retention-days" => settings.log_retention_days = item.count(),
            _ => item.unknown_key(&["action-catalogue-days", "log-retention-days"]),
        }
    }
}

fn network(item: &Item, settings: &mut Settings) {
    for item in item.table() {
        match item.name {
            "vpc-required" => settings.vpc_required = item.list().iter().filter_map(selector).collect(),
            _ => item.unknown_key(&["vpc-required"]),
        }
    }
}

fn selector(item: &Item) -> Option<FunctionSelector> {
    let (mut name, mut tag, mut value) = (None, None, None);
    for item in item.table() {
        match item.name {
            "name" => {
                name =
                    item.string().and_then(|text| matcher(text).map_err(|message| item.fault(message)).ok());
            }
            "tag" => tag = item.string(),
            "value" => value = item.string(),
            _ => item.unknown_key(&["name", "tag", "value"]),
        }
    }
    match (name, tag) {
        (Some(name), None) if value.is_none() => Some(FunctionSelector::Name(name)),
        (None, Some(key)) => Some(FunctionSelector::Tag { key: key.into(), value: value.map(SmolStr::new) }),
        _ => {
            if item.is_table() {
                item.fault(
                    "say which functions: `{ name = \"GLOB\" }`, or `{ tag = \"KEY\", value = \"VALUE\" }`",
                );
            }
            None
        }
    }
}

fn environment(item: &Item) -> ConfiguredEnvironment {
    let mut environment = ConfiguredEnvironment {
        name: item.name.into(),
        parameters: Default::default(),
        region: None,
        templates: Vec::new(),
    };
    for item in item.table() {
        match item.name {
            "parameters" => environment.parameters = item.values(),
            "region" => environment.region = item.string().map(SmolStr::new),
            "templates" => environment.templates = globs(&item),
            _ => item.unknown_key(&["parameters", "region", "templates"]),
        }
    }
    environment
}

fn deployment(item: &Item) -> Option<ConfiguredDeployment> {
    let (start, end) = item.key;
    let templates = match Glob::new(item.name, item.place_of(start..end)) {
        Ok(glob) => glob,
        Err(message) => {
            item.fault(message);
            return None;
        }
    };
    let mut deployment = ConfiguredDeployment {
        templates,
        parameters: Default::default(),
        region: None,
        imports_from: Vec::new(),
    };
    for item in item.table() {
        match item.name {
            "parameters" => deployment.parameters = item.values(),
            "region" => deployment.region = item.string().map(SmolStr::new),
            "imports-from" => deployment.imports_from = globs(&item),
            _ => item.unknown_key(&["parameters", "region", "imports-from"]),
        }
    }
    Some(deployment)
}

fn waiver(item: &Item) -> Option<ConfiguredWaiver> {
    let mut waiver = ConfiguredWaiver {
        place: item.place(),
        controls: Vec::new(),
        path: None,
        subject: None,
        until: None,
        reason: String::new(),
        is_void: false,
    };
    let mut until = true;
    for item in item.table() {
        match item.name {
            "control" | "controls" => {
                let items = item.one_or_more();
                let named = items.iter().filter_map(|item| Some((item.string()?.into(), item.place())));
                waiver.controls = named.collect();
            }
            "path" => waiver.path = glob(&item),
            "subject" => waiver.subject = glob(&item),
            "until" => {
                waiver.until = item.date();
                until = waiver.until.is_some();
            }
            "reason" => waiver.reason = item.string().unwrap_or_default().trim().to_owned(),
            _ => item.unknown_key(&["control", "path", "subject", "until", "reason"]),
        }
    }
    if !item.is_table() {
        return None;
    }
    if waiver.controls.is_empty() {
        item.fault("the waiver names no control: add `control = \"ID\"`");
        return None;
    }
    if waiver.reason.is_empty() {
        item.fault("the waiver has no reason: add `reason = \"…\"`");
        return None;
    }
    if waiver.path.is_none() && waiver.subject.is_none() {
        item.fault(
            "the waiver holds for the whole project: add `path` or `subject`, or turn the control off in `[controls]`",
        );
        return None;
    }
    // A day that cannot be read must not make it hold for ever: it holds for nothing.
    waiver.is_void = !until;
    Some(waiver)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::FileId;

    fn faults(text: &str) -> Vec<String> {
        let source = Source::new(FileId(0), "stockade.toml", text);
        let (_, problems) = read(&source, Utf8Path::new("/project"));
        problems
            .iter()
            .map(|problem| {
                let at = source.position(problem.place.unwrap().span.start);
                format!("{}:{}: {}", at.line, at.column, problem.message)
            })
            .collect()
    }

    #[test]
    fn each_fault_is_told_at_its_place() {
        for (text, expected) in [
            ("profil = \"minimum\"", "1:1: unknown key `profil`: did you mean `profile`?"),
            ("profile = \"strict\"", "1:11: `strict` is none of minimum, baseline, regulated"),
            ("fail-on = 3", "1:11: `fail-on` is a string, not a number"),
            ("exclude = [\"a\", 3]", "1:17: `exclude` is a string, not a number"),
            ("exclude = \"[\"", "1:11: not a glob: unclosed character class; missing ']'"),
            (
                "baseline = \"../b.json\"",
                "1:12: `../b.json` does not lie in the project: name a file below this folder",
            ),
            ("[controls]\nEP-01 = \"no\"", "2:9: `no` is none of on, off, low, medium, high, critical"),
            ("[allow]\nlayer-owners = [\"12\"]", "2:17: `12` is no account id: it has 12 digits"),
            (
                "[allow]\naccounts = [\"1234-5678-9012\"]",
                "2:13: `1234-5678-9012` is no account id: it has 12 digits",
            ),
            (
                "[allow]\norganizations = [\"a1b2c3d4e5\"]",
                "2:18: `a1b2c3d4e5` is no organisation id: write one such as `o-a1b2c3d4e5`",
            ),
            (
                "[allow]\norganisations = []",
                "2:1: unknown key `organisations`: did you mean `organizations`?",
            ),
            ("[limits]\nlog-retention-days = 0", "2:22: `log-retention-days` is a whole number above 0"),
            (
                "[network]\nvpc-required = [{ value = \"x\" }]",
                "2:17: say which functions: `{ name = \"GLOB\" }`, or `{ tag = \"KEY\", value = \"VALUE\" }`",
            ),
            (
                "[[waivers]]\ncontrol = \"EP-01\"\npath = \"a\"\nreason = \"r\"\nuntil = \"2027-13-01\"",
                "5:9: `2027-13-01` is no day: write `until = 2027-03-01`",
            ),
            (
                "[[waivers]]\ncontrol = \"EP-01\"\npath = \"a\"",
                "1:1: the waiver has no reason: add `reason = \"…\"`",
            ),
            ("x = \n", "1:5: invalid TOML: string values must be quoted, expected literal string"),
        ] {
            assert_eq!(faults(text).first().map(String::as_str), Some(expected), "{text}");
        }
    }

    #[test]
    fn several_faults_are_all_told() {
        assert_eq!(faults("a = 1\nb = 2\nprofile = 3").len(), 3);
    }

    #[test]
    fn what_is_not_faulty_counts() {
        let source = Source::new(
            FileId(0),
            "stockade.toml",
            "wrong = 1\nprofile = \"minimum\"\n[controls]\nEP-02 = \"on\"\nCC-01 = \"low\"\n\
             [environments.prod]\nregion = \"eu-west-1\"\nparameters = { Stage = \"prod\", Size = 3, Zones = [\"a\", \"b\"] }\n\
             [[waivers]]\ncontrol = [\"EP-01\", \"CC-01\"]\nsubject = \"Fn*\"\nuntil = 2027-03-01\nreason = \"r\"\n",
        );
        let (configuration, problems) = read(&source, Utf8Path::new("/project"));
        assert_eq!(problems.len(), 1);
        assert_eq!(configuration.profile, Some(stockade_model::Profile::Minimum));
        assert_eq!(configuration.controls.len(), 2);
        let prod = &configuration.environments[0];
        assert_eq!(prod.parameters["Zones"], "a,b");
        assert_eq!(prod.parameters["Size"], "3");
        let waiver = &configuration.waivers[0];
        assert_eq!(waiver.controls.len(), 2);
        assert_eq!(waiver.until, Some("2027-03-01".parse().unwrap()));
    }
}
