//! `samconfig.toml`, `samconfig.yaml`: the environments that `sam deploy` knows.
//!
//! An environment that overrides parameters is a scenario of its own. Settings of `deploy` win over those of `global`
//! (AWS SAM developer guide, "AWS SAM CLI configuration file"; AWS SAM CLI Command Reference, `sam deploy`,
//! `--parameter-overrides`).

use crate::files::ReadError;
use crate::{Files, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_cfn::{Expr, parameter_file};
use stockade_model::Place;
use stockade_syntax::Span;

/// An environment of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamEnvironment {
    /// Its name: `default`, `prod`.
    pub name: SmolStr,
    /// The parameters that it overrides.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// The region that it deploys to, if it says so.
    pub region: Option<SmolStr>,
}

/// A setting of either format, as far as parameters need it.
#[derive(Debug, Clone, PartialEq)]
enum Setting {
    Scalar(SmolStr),
    List(Vec<Setting>),
    Table(Vec<(SmolStr, Setting)>),
}

/// Where the configuration file of a root template may be, in the order that `sam` looks.
pub(crate) fn names(template: &Utf8Path) -> [Utf8PathBuf; 3] {
    ["samconfig.toml", "samconfig.yaml", "samconfig.yml"].map(|name| template.with_file_name(name))
}

/// The environments that override parameters, from the configuration file beside a root template; none if there is no
/// such file, or it is for another template.
///
/// # Errors
/// A file that cannot be parsed, or overrides that cannot be read.
pub(crate) fn environments(template: &Utf8Path, files: &Files) -> Result<Vec<SamEnvironment>, Problem> {
    let Some(path) = names(template).into_iter().find(|path| path.is_file()) else {
        return Ok(Vec::new());
    };
    let root = read(&path, files)?;
    let Setting::Table(sections) = &root else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (name, section) in sections {
        let setting = |option: &str| {
            ["deploy", "global"]
                .iter()
                .find_map(|command| section.get(command)?.get("parameters")?.get(option))
        };
        if !is_for(template, setting("template_file").or_else(|| setting("template"))) {
            continue;
        }
        let Some(overrides) = setting("parameter_overrides") else { continue };
        let mut parameters = BTreeMap::new();
        read_overrides(overrides, &path, files, &mut parameters)?;
        if parameters.is_empty() {
            continue;
        }
        let region = match setting("region") {
            Some(Setting::Scalar(region)) if !region.is_empty() => Some(region.clone()),
            _ => None,
        };
        found.push(SamEnvironment { name: name.clone(), parameters, region });
    }
    Ok(found)
}

/// `sam` deploys `template.yaml` unless the configuration names another file, which may be the build's output.
fn is_for(template: &Utf8Path, named: Option<&Setting>) -> bool {
    let file = template.file_name().unwrap_or_default();
    match named {
        Some(Setting::Scalar(named)) if !named.contains(".aws-sam") => {
            Utf8Path::new(named).file_name() == Some(file)
        }
        _ => template.file_stem() == Some("template"),
    }
}

impl Setting {
    fn get(&self, key: &str) -> Option<&Setting> {
        match self {
            Self::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, setting)| setting),
            _ => None,
        }
    }
}

fn read(path: &Utf8PathBuf, files: &Files) -> Result<Setting, Problem> {
    let unreadable = |error: ReadError| match error {
        ReadError::Unreadable(cause) => Problem::new(path, format!("cannot read the file: {cause}")),
        ReadError::NotText(_) => Problem::new(path, "the file is not UTF-8 text"),
        ReadError::Syntax(source, error) => {
            Problem::at(path, error.message, Place { file: source.id, span: error.span })
        }
    };
    let source = files.read(path).map_err(unreadable)?;
    if path.extension() != Some("toml") {
        let parsed = files.parse(&source).map_err(unreadable)?;
        return Ok(from_expr(&Expr::from_node(source.id, &parsed.1.root)));
    }
    match source.content().parse::<toml::Table>() {
        Ok(table) => Ok(from_toml(&toml::Value::Table(table))),
        Err(error) => {
            let offset = source.content_offset();
            let range = error.span().unwrap_or_default();
            let span = Span::new(offset + range.start, offset + range.end);
            let message = format!("invalid TOML: {}", error.message());
            Err(Problem::at(path, message, Place { file: source.id, span }))
        }
    }
}

fn from_toml(value: &toml::Value) -> Setting {
    match value {
        toml::Value::String(text) => Setting::Scalar(text.into()),
        toml::Value::Array(items) => Setting::List(items.iter().map(from_toml).collect()),
        toml::Value::Table(entries) => {
            Setting::Table(entries.iter().map(|(key, value)| (key.into(), from_toml(value))).collect())
        }
        other => Setting::Scalar(other.to_string().into()),
    }
}

fn from_expr(expr: &Expr) -> Setting {
    if expr.is_list() {
        return Setting::List(expr.items().iter().map(from_expr).collect());
    }
    match expr.as_scalar() {
        Some(text) => Setting::Scalar(text),
        None => Setting::Table(
            expr.entries().iter().map(|entry| (entry.key.clone(), from_expr(&entry.value))).collect(),
        ),
    }
}

/// Overrides are a text of pairs, a list of such texts, a table, or the name of a file (`file://…`).
fn read_overrides(
    setting: &Setting,
    config: &Utf8Path,
    files: &Files,
    into: &mut BTreeMap<SmolStr, SmolStr>,
) -> Result<(), Problem> {
    match setting {
        Setting::Table(entries) => {
            for (name, value) in entries {
                let value = match value {
                    Setting::Scalar(text) => text.clone(),
                    Setting::List(items) => {
                        let items: Vec<&str> = items
                            .iter()
                            .filter_map(|item| {
                                if let Setting::Scalar(text) = item { Some(text.as_str()) } else { None }
                            })
                            .collect();
                        items.join(",").into()
                    }
                    Setting::Table(_) => {
                        let message =
                            format!("the override of parameter `{name}` is neither text nor a list");
                        return Err(Problem::new(config, message));
                    }
                };
                into.insert(name.clone(), value);
            }
        }
        Setting::List(items) => {
            for item in items {
                read_overrides(item, config, files, into)?;
            }
        }
        Setting::Scalar(text) => match text.strip_prefix("file://") {
            Some(location) => into.extend(read_file(location, config, files)?),
            None => {
                for (name, value) in pairs(text) {
                    into.insert(name, value);
                }
            }
        },
    }
    Ok(())
}

fn read_file(
    location: &str,
    config: &Utf8Path,
    files: &Files,
) -> Result<BTreeMap<SmolStr, SmolStr>, Problem> {
    let path = config.parent().unwrap_or(Utf8Path::new("")).join(location);
    let setting = read(&path, files);
    // A plain map of names to values is what SAM takes; the AWS CLI's list is taken too.
    if let Ok(Setting::Table(_)) = &setting
        && let Ok(table) = setting
    {
        let mut values = BTreeMap::new();
        let table = table.get("Parameters").cloned().unwrap_or(table);
        read_overrides(&table, &path, files, &mut values)?;
        return Ok(values);
    }
    let parsed = files
        .open(&path)
        .map_err(|_| Problem::new(config, format!("cannot read the overrides in `{location}`")))?;
    parameter_file(&parsed.1)
        .map_err(|error| Problem::at(&path, error.message, Place { file: parsed.0.id, span: error.span }))
}

/// The pairs of a text: `Key=Value` or `ParameterKey=Key,ParameterValue=Value`, separated by spaces; values may be in
/// double or single quotes, and a backslash keeps the character behind it.
fn pairs(text: &str) -> Vec<(SmolStr, SmolStr)> {
    let mut pairs = Vec::new();
    for word in words(text) {
        let pair = match word.strip_prefix("ParameterKey=") {
            Some(rest) => rest.split_once(",ParameterValue="),
            None => word.split_once('='),
        };
        if let Some((name, value)) = pair {
            pairs.push((SmolStr::new(name.trim()), SmolStr::new(value)));
        }
    }
    pairs
}

/// Words separated by spaces outside quotes, the quotes taken away.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quote, mut any) = (None, false);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                word.extend(characters.next());
                any = true;
            }
            _ if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => {
                quote = Some(character);
                any = true;
            }
            _ if character.is_whitespace() && quote.is_none() => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => {
                word.push(character);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_pairs(text: &str) -> Vec<(String, String)> {
        pairs(text).into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn overrides_of_every_spelling_are_read() {
        let expected = vec![("Stage".to_owned(), "prod".to_owned()), ("Names".to_owned(), "a, b".to_owned())];
        assert_eq!(read_pairs(r#"Stage=prod Names="a, b""#), expected);
        assert_eq!(read_pairs(r#"Stage="prod" Names='a, b'"#), expected);
        assert_eq!(read_pairs(r"Stage=prod Names=a,\ b"), expected);
        assert_eq!(
            read_pairs(r#"ParameterKey=Stage,ParameterValue=prod ParameterKey=Names,ParameterValue="a, b""#),
            expected
        );
        assert_eq!(
            read_pairs(r#"Url="https://x/?a=b" Empty="""#),
            [("Url".to_owned(), "https://x/?a=b".to_owned()), ("Empty".to_owned(), String::new())]
        );
    }

    fn project(config: &str, name: &str) -> (tempfile::TempDir, Result<Vec<SamEnvironment>, Problem>) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        std::fs::write(root.join(name), config).unwrap();
        std::fs::write(root.join("params.json"), r#"{"Stage": "qa"}"#).unwrap();
        let files = Files::new(std::slice::from_ref(&root), &Default::default());
        let found = environments(&root.join("template.yaml"), &files);
        (folder, found)
    }

    #[test]
    fn environments_that_override_parameters_are_scenarios() {
        let toml = r#"
version = 0.1
[default.deploy.parameters]
stack_name = "x"
parameter_overrides = "Stage=dev"
[prod.global.parameters]
region = "eu-west-1"
parameter_overrides = ["Stage=ignored"]
[prod.deploy.parameters]
parameter_overrides = ["Stage=prod", "Size=3"]
[qa.deploy.parameters]
parameter_overrides = "file://params.json"
[plain.deploy.parameters]
stack_name = "y"
"#;
        let yaml =
            "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: {Stage: dev}\n";
        let (_guard, found) = project(toml, "samconfig.toml");
        let found = found.unwrap();
        let names: Vec<&str> = found.iter().map(|environment| environment.name.as_str()).collect();
        assert_eq!(names, ["default", "prod", "qa"]);
        assert_eq!(found[1].parameters["Stage"], "prod");
        assert_eq!(found[1].parameters["Size"], "3");
        assert_eq!(found[1].region.as_deref(), Some("eu-west-1"));
        assert_eq!(found[2].parameters["Stage"], "qa");
        let (_guard, found) = project(yaml, "samconfig.yaml");
        assert_eq!(found.unwrap()[0].parameters["Stage"], "dev");
    }

    #[test]
    fn a_broken_file_is_named_with_its_place() {
        let (_guard, found) = project("[default\n", "samconfig.toml");
        let problem = found.unwrap_err();
        assert!(problem.message.starts_with("invalid TOML"), "{}", problem.message);
        assert!(problem.place.is_some());
    }
}
