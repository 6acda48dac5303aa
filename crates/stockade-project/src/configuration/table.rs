//! A TOML table whose every fault is told at its place.

use crate::Problem;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;
use stockade_model::Place;
use stockade_syntax::{Source, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where faults go, and how a range of the text becomes a place.
pub(super) struct Faults<'a> {
    source: &'a Source,
    found: RefCell<Vec<Problem>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, found: RefCell::default() }
    }

    pub(super) fn place(&self, range: Range<usize>) -> Place {
        let offset = self.source.content_offset();
        Place { file: self.source.id, span: Span::new(offset + range.start, offset + range.end) }
    }

    pub(super) fn add(&self, range: Range<usize>, message: String) {
        let problem = Problem::at(self.source.path.clone(), message, self.place(range));
        self.found.borrow_mut().push(problem);
    }

    pub(super) fn finish(self) -> Vec<Problem> {
        self.found.into_inner()
    }
}

/// A value, with what it is called in messages.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub name: &'a str,
    pub key: (usize, usize),
    value: &'a Spanned<DeValue<'a>>,
    faults: &'a Faults<'a>,
}

impl<'a> Item<'a> {
    pub(super) fn range(&self) -> Range<usize> {
        self.value.span()
    }

    pub(super) fn place(&self) -> Place {
        self.faults.place(self.range())
    }

    pub(super) fn place_of(&self, range: Range<usize>) -> Place {
        self.faults.place(range)
    }

    pub(super) fn fault(&self, message: impl Into<String>) {
        self.faults.add(self.range(), message.into());
    }

    fn expected<T>(&self, what: &str) -> Option<T> {
        let found = match self.value.get_ref().type_str() {
            "array" => "a list",
            "integer" | "float" => "a number",
            "boolean" => "true or false",
            "datetime" => "a date",
            "table" => "a table",
            _ => "a string",
        };
        self.fault(format!("`{}` is {what}, not {found}", self.name));
        None
    }

    pub(super) fn string(&self) -> Option<&'a str> {
        self.value.get_ref().as_str().or_else(|| self.expected("a string"))
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.value.get_ref().as_bool().or_else(|| self.expected("true or false"))
    }

    /// A whole number above 0.
    pub(super) fn count(&self) -> Option<u32> {
        let Some(number) = self.value.get_ref().as_integer() else { return self.expected("a whole number") };
        let parsed = u32::from_str_radix(&number.as_str().replace('_', ""), number.radix());
        let count = parsed.ok().filter(|count| *count > 0);
        if count.is_none() {
            self.fault(format!("`{}` is a whole number above 0", self.name));
        }
        count
    }

    /// One of a type's words.
    pub(super) fn word<T: FromStr<Err = String>>(&self) -> Option<T> {
        self.string()?.parse().map_err(|message: String| self.fault(message)).ok()
    }

    /// A date, in TOML's own form or as a string.
    pub(super) fn date(&self) -> Option<jiff::civil::Date> {
        let text = match self.value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.expected("a date"),
        };
        if text.is_empty() {
            // TOML's own reader has said what is wrong with it.
            return None;
        }
        let date = text.parse();
        if date.is_err() || text.len() != 10 {
            self.fault(format!("`{text}` is no day: write `{} = 2027-03-01`", self.name));
            return None;
        }
        date.ok()
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Vec<Item<'a>> {
        match self.value.get_ref().as_array() {
            Some(items) => items.iter().map(|value| Item { value, ..*self }).collect(),
            None => self.expected::<()>("a list").map(|()| Vec::new()).unwrap_or_default(),
        }
    }

    /// A string, or a list of strings.
    pub(super) fn one_or_more(&self) -> Vec<Item<'a>> {
        if self.value.get_ref().is_str() { vec![*self] } else { self.list() }
    }

    /// A text for each key: strings, numbers and booleans, as parameters have them.
    pub(super) fn values(&self) -> BTreeMap<SmolStr, SmolStr> {
        let mut values = BTreeMap::new();
        for item in self.table() {
            let text = match item.value.get_ref() {
                DeValue::String(text) => SmolStr::new(text),
                DeValue::Integer(number) => SmolStr::new(number.as_str()),
                DeValue::Float(number) => SmolStr::new(number.as_str()),
                DeValue::Boolean(truth) => SmolStr::new(truth.to_string()),
                // A list parameter is given as CloudFormation takes it.
                DeValue::Array(_) => {
                    let parts: Vec<&str> = item.list().iter().filter_map(Item::string).collect();
                    SmolStr::new(parts.join(","))
                }
                _ => {
                    let _: Option<()> = item.expected("a string, a number, true, false or a list of strings");
                    continue;
                }
            };
            values.insert(SmolStr::new(item.name), text);
        }
        values
    }

    /// The entries of a table.
    pub(super) fn table(&self) -> Vec<Item<'a>> {
        match self.value.get_ref().as_table() {
            Some(table) => entries(table, self.faults),
            None => self.expected::<()>("a table").map(|()| Vec::new()).unwrap_or_default(),
        }
    }

    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// Says that the key is none of those that there are.
    pub(super) fn unknown_key(&self, known: &[&str]) {
        let near = known.iter().filter(|other| strsim::damerau_levenshtein(other, self.name) <= 2);
        let near = near.min_by_key(|other| strsim::damerau_levenshtein(other, self.name));
        let hint = match near {
            Some(other) => format!("did you mean `{other}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.faults.add(self.key.0..self.key.1, format!("unknown key `{}`: {hint}", self.name));
    }
}

/// The entries of a table, in the order written.
pub(super) fn entries<'a>(table: &'a DeTable<'a>, faults: &'a Faults<'a>) -> Vec<Item<'a>> {
    table
        .iter()
        .map(|(key, value)| {
            let name = key.get_ref().as_ref();
            Item { name, key: (key.span().start, key.span().end), value, faults }
        })
        .collect()
}
