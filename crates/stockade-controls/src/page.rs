//! A control's page: front matter, prose, and the fixtures that the tests run.

use crate::{Row, Wording, catalogue};
use stockade_model::{Language, Outcome};
use stockade_syntax::{Data, FileId, Node, Source, parse};

/// A page, read.
#[derive(Debug)]
pub struct Page {
    /// The control's row in the catalogue.
    pub row: &'static Row,
    /// The finding's title.
    pub title: String,
    /// What to do about a failure, in one sentence; by language, where the words alone do not say it.
    remediations: Vec<(Option<Language>, String)>,
    /// The version that brought the control.
    pub since: String,
    /// Message templates by key: `fail`, `unknown`, `pass`, ….
    messages: Vec<(String, String)>,
    /// Why the control has no form in Terraform, if it has none.
    pub no_terraform: Option<String>,
    /// Rules of other tools that judge the same thing: tool and rule.
    pub equivalent: Vec<(String, String)>,
    /// The prose and fixtures below the front matter.
    pub body: &'static str,
}

/// A template on a page and what the control must say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// The file name that it is judged under: `template.yaml`, `template.json` or `main.tf`.
    pub name: &'static str,
    /// The template.
    pub text: String,
    /// Its first line on the page, from 1.
    pub line: usize,
    /// The outcome that the fence names: the highest of all subjects.
    pub outcome: Outcome,
    /// The lines that marks name, from 1 within the template: `# <- fail`.
    pub expected: Vec<Expectation>,
}

/// The keys of a page's remediations.
const REMEDIATIONS: [(&str, Option<Language>); 3] = [
    ("remediation", None),
    ("remediation-sam", Some(Language::Sam)),
    ("remediation-terraform", Some(Language::Terraform)),
];

/// The file name of a Terraform fixture.
const TERRAFORM: &str = "main.tf";

impl Fixture {
    /// Whether it is of Terraform.
    #[must_use]
    pub fn is_terraform(&self) -> bool {
        self.name == TERRAFORM
    }
}

/// A mark on a line of a fixture: the primary place of a verdict of that outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// The line, from 1 within the template.
    pub line: u32,
    /// The outcome.
    pub outcome: Outcome,
}

impl Page {
    /// Reads a page. A page that is not well-formed gives empty parts, which the tests refuse.
    pub(crate) fn read(text: &'static str) -> Self {
        let (front, body) = split(text);
        let source = Source::new(FileId(0), "page.yaml", front);
        let root = parse(&source, |_| None).map(|document| document.root).ok();
        let get = |key: &str| root.as_ref().and_then(|root| root.get(key));
        let string = |key: &str| get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let messages = get("messages").map(Node::entries).unwrap_or_default().iter();
        let equivalent = get("equivalent").map(Node::entries).unwrap_or_default().iter();
        Self {
            row: row(text),
            title: string("title"),
            remediations: REMEDIATIONS
                .iter()
                .map(|(key, language)| (*language, string(key)))
                .filter(|(_, text)| !text.is_empty())
                .collect(),
            since: get("since").map_or_else(String::new, |node| match &node.data {
                Data::String(text) | Data::Number(text) => text.to_string(),
                _ => String::new(),
            }),
            messages: messages
                .map(|entry| (entry.key.to_string(), entry.value.as_str().unwrap_or_default().to_owned()))
                .collect(),
            equivalent: equivalent
                .flat_map(|entry| {
                    let rules = match &entry.value.data {
                        Data::Sequence(items) => items.iter().filter_map(Node::as_str).collect(),
                        _ => entry.value.as_str().into_iter().collect::<Vec<_>>(),
                    };
                    rules.into_iter().map(|rule| (entry.key.to_string(), rule.to_owned())).collect::<Vec<_>>()
                })
                .collect(),
            no_terraform: get("no-terraform").and_then(Node::as_str).map(str::to_owned),
            body,
        }
    }

    /// The message of that key, in the words of the subject's source and with its arguments put in.
    #[must_use]
    pub fn message(&self, key: &str, arguments: &[(&'static str, String)], wording: &Wording) -> String {
        let template =
            self.messages.iter().find(|(name, _)| name == key).map_or(self.title.as_str(), |(_, text)| text);
        arguments
            .iter()
            .fold(wording.fill(template), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// What to do about a failure, in one sentence and in the words of the subject's source.
    #[must_use]
    pub fn remediation(&self, wording: &Wording) -> String {
        let of = |language| self.remediations.iter().find(|(known, _)| *known == language);
        of(Some(wording.language()))
            .or_else(|| of(None))
            .map_or_else(String::new, |(_, text)| wording.fill(text))
    }

    /// All that a user may read of the front matter: messages and remediations, as they are written on the page.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        let messages = self.messages.iter().map(|(_, text)| text.as_str());
        messages.chain(self.remediations.iter().map(|(_, text)| text.as_str()))
    }

    /// The front matter's values that must equal the catalogue's: id, slug, severity, profile, scope, subject, basis.
    #[must_use]
    pub fn declared(text: &'static str, key: &str) -> String {
        let source = Source::new(FileId(0), "page.yaml", split(text).0);
        let document = parse(&source, |_| None).ok();
        document.and_then(|document| Some(document.root.get(key)?.as_str()?.to_owned())).unwrap_or_default()
    }

    /// The keys of the messages.
    pub fn message_keys(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|(key, _)| key.as_str())
    }

    /// The configuration that the templates on the page are judged with: the fence ```` ```toml stockade.toml ````.
    #[must_use]
    pub fn configuration(text: &'static str) -> Option<&'static str> {
        let (_, rest) = text.split_once("```toml stockade.toml\n")?;
        rest.split_once("```").map(|(configuration, _)| configuration)
    }

    /// The templates on the page: fences such as ```` ```yaml fail ````.
    #[must_use]
    pub fn fixtures(&self, text: &str) -> Vec<Fixture> {
        let mut fixtures = Vec::new();
        let mut open: Option<Fixture> = None;
        for (at, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (Some(_), Some(_)) => fixtures.extend(open.take()),
                (Some(fixture), None) => {
                    let within = u32::try_from(fixture.text.lines().count() + 1).unwrap_or(u32::MAX);
                    if let Some(outcome) =
                        line.split("<- ").nth(1).and_then(|mark| outcome(mark.trim_end_matches('"').trim()))
                    {
                        fixture.expected.push(Expectation { line: within, outcome });
                    }
                    fixture.text.push_str(line);
                    fixture.text.push('\n');
                }
                (None, Some(info)) => {
                    let mut words = info.split_whitespace();
                    let name = match words.next() {
                        Some("json") => "template.json",
                        Some("hcl") => TERRAFORM,
                        _ => "template.yaml",
                    };
                    if let Some(outcome) = words.next().and_then(outcome) {
                        let expected = Vec::new();
                        open = Some(Fixture { name, text: String::new(), line: at + 2, outcome, expected });
                    }
                }
                (None, None) => {}
            }
        }
        fixtures
    }
}

fn outcome(word: &str) -> Option<Outcome> {
    match word {
        "fail" => Some(Outcome::Fail),
        "unknown" => Some(Outcome::Unknown),
        "pass" => Some(Outcome::Pass),
        _ => None,
    }
}

/// The catalogue's row of a page: the one that its `id:` line names.
pub(crate) fn row(text: &'static str) -> &'static Row {
    let id = split(text).0.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default().trim();
    catalogue().iter().find(|row| row.id == id).unwrap_or(&catalogue()[0])
}

fn split(text: &'static str) -> (&'static str, &'static str) {
    let rest = text.strip_prefix("---\n").unwrap_or(text);
    rest.split_once("\n---\n").unwrap_or(("", text))
}
