//! Services, and what of them a catalogue tells.
//!
//! A block of services is lines of fields between tabs. Numbers of keys and resource types are those of their lines in
//! the service, from 0:
//!
//! ```text
//! =PREFIX  FLAGS                                        `r`: resource control policies reach it
//! ~TYPE NAME                                            a condition key; a capital letter means several values
//! @NAME  ARN FORMAT  KEYS                               a resource type; `*KEYS` where it has no ARN of the usual head
//! NAME  LEVEL  RESOURCES  KEYS  DEPENDENT ACTIONS       an action; a resource is NUMBER, `!` if required, `:KEYS`
//! ```

use super::ActionId;
use super::file::Block;
use std::cmp::Ordering;
use std::ops::Range;

/// Where a service stands in its block.
#[derive(Debug)]
pub(super) struct Section {
    prefix: Range<usize>,
    resource_controlled: bool,
    keys: Range<usize>,
    resources: Range<usize>,
    pub actions: Range<usize>,
    first_action: u32,
}

impl Section {
    pub fn of_block(block: &Block, mut next_action: u32) -> Option<Vec<Self>> {
        let mut sections: Vec<Self> = Vec::new();
        for at in 0..block.lines.len() {
            let line = block.line(at);
            let start = block.lines[at].start as usize;
            if let Some(head) = line.strip_prefix('=') {
                let (prefix, flags) = head.split_once('\t').unwrap_or((head, ""));
                sections.push(Self {
                    prefix: start + 1..start + 1 + prefix.len(),
                    resource_controlled: flags.contains('r'),
                    keys: at + 1..at + 1,
                    resources: at + 1..at + 1,
                    actions: at + 1..at + 1,
                    first_action: next_action,
                });
                continue;
            }
            let section = sections.last_mut()?;
            match line.as_bytes().first()? {
                b'~' => section.keys.end = at + 1,
                b'@' => section.resources.end = at + 1,
                _ => next_action += 1,
            }
            // Keys stand before resource types, those before actions.
            section.resources.start = section.keys.end;
            section.resources.end = section.resources.end.max(section.keys.end);
            section.actions = section.resources.end..at + 1;
        }
        Some(sections)
    }
}

/// A service: what stands before the colon of an action.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a> {
    block: &'a Block,
    section: &'a Section,
}

impl Block {
    pub(super) fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.sections.iter().map(|section| Service { block: self, section })
    }

    /// `prefix` is in lower case.
    pub(super) fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let at =
            self.sections.binary_search_by(|section| self.text[section.prefix.clone()].cmp(prefix)).ok()?;
        Some(Service { block: self, section: &self.sections[at] })
    }

    pub(super) fn action(&self, id: ActionId) -> Option<Action<'_>> {
        let at = self.sections.partition_point(|section| section.first_action <= id.0).checked_sub(1)?;
        let service = Service { block: self, section: &self.sections[at] };
        service.action_at((id.0 - service.section.first_action) as usize)
    }
}

impl<'a> Service<'a> {
    /// `lambda`.
    #[must_use]
    pub fn prefix(self) -> &'a str {
        &self.block.text[self.section.prefix.clone()]
    }

    /// Whether resource control policies reach its resources (AWS Organizations User Guide, "List of AWS services
    /// that support RCPs").
    #[must_use]
    pub fn has_resource_control_policies(self) -> bool {
        self.section.resource_controlled
    }

    /// Its actions, by name.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action<'a>> {
        (0..self.section.actions.len()).map(move |at| self.action_unchecked(at))
    }

    /// Its resource types.
    pub fn resource_types(self) -> impl ExactSizeIterator<Item = ResourceType<'a>> {
        (0..self.section.resources.len()).map(move |at| self.resource_type_at(at))
    }

    /// Its condition keys, and those of AWS's global keys that it names.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey<'a>> {
        (0..self.section.keys.len()).map(move |at| self.condition_key_at(at))
    }

    /// The action of a name without prefix, without regard to case.
    #[must_use]
    pub fn action(self, name: &str) -> Option<Action<'a>> {
        let at = self.first_not_below(name);
        self.action_at(at).filter(|action| action.name().eq_ignore_ascii_case(name))
    }

    /// The condition key of a full name, without regard to case; a `${…}` of the catalogue stands for any text.
    #[must_use]
    pub fn condition_key(self, name: &str) -> Option<ConditionKey<'a>> {
        self.condition_keys().find(|key| key.is_named(name))
    }

    /// The first of its actions whose name is not below `name`, without regard to case.
    pub(super) fn first_not_below(self, name: &str) -> usize {
        let (mut low, mut high) = (0, self.section.actions.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if compare_ignoring_case(self.action_unchecked(middle).name(), name) == Ordering::Less {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn action_at(self, at: usize) -> Option<Action<'a>> {
        (at < self.section.actions.len()).then(|| self.action_unchecked(at))
    }

    fn action_unchecked(self, at: usize) -> Action<'a> {
        Action { service: self, line: self.block.line(self.section.actions.start + at), at }
    }

    fn resource_type_at(self, at: usize) -> ResourceType<'a> {
        ResourceType { service: self, line: self.block.line(self.section.resources.start + at) }
    }

    fn condition_key_at(self, at: usize) -> ConditionKey<'a> {
        let line = self.block.line(self.section.keys.start + at);
        let (letter, name) = line.get(1..2).zip(line.get(2..)).unwrap_or_default();
        ConditionKey { name, key_type: KeyType::of_letter(letter) }
    }

    /// Keys by their numbers, `0,3,4`.
    fn keys_of(self, numbers: &'a str) -> impl Iterator<Item = ConditionKey<'a>> {
        let count = self.section.keys.len();
        let numbers = numbers.split(',').filter_map(|number| number.parse().ok());
        numbers.filter(move |at| *at < count).map(move |at| self.condition_key_at(at))
    }
}

/// A field of a line. Byte by byte, since most are short and stand at the front.
fn field(line: &str, at: usize) -> &str {
    let mut rest = line;
    for _ in 0..at {
        let Some(tab) = rest.bytes().position(|byte| byte == b'\t') else { return "" };
        rest = &rest[tab + 1..];
    }
    &rest[..rest.bytes().position(|byte| byte == b'\t').unwrap_or(rest.len())]
}

fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// What an action lets its caller do (Service Authorization Reference, "Access level"). Those with several levels have the
/// most telling one: permissions management, then tagging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessLevel {
    /// See that resources exist.
    List,
    /// Read what is in them.
    Read,
    /// Change tags alone.
    Tagging,
    /// Create, change, delete.
    Write,
    /// Change who may do what.
    PermissionsManagement,
}

/// An action of a service.
#[derive(Debug, Clone, Copy)]
pub struct Action<'a> {
    service: Service<'a>,
    line: &'a str,
    at: usize,
}

impl<'a> Action<'a> {
    fn field(self, at: usize) -> &'a str {
        field(self.line, at)
    }

    #[cfg(test)]
    pub(super) fn field_count(self, at: usize, between: char) -> usize {
        self.field(at).split(between).filter(|word| !word.is_empty()).count()
    }

    /// Its service.
    #[must_use]
    pub fn service(self) -> Service<'a> {
        self.service
    }

    /// The name without prefix, in AWS's spelling: `InvokeFunction`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.field(0)
    }

    /// The name with its prefix: `lambda:InvokeFunction`.
    #[must_use]
    pub fn full_name(self) -> String {
        format!("{}:{}", self.service.prefix(), self.name())
    }

    /// Its number.
    #[must_use]
    pub fn id(self) -> ActionId {
        ActionId(self.service.section.first_action + self.at as u32)
    }

    /// What it lets its caller do.
    #[must_use]
    pub fn access_level(self) -> AccessLevel {
        match self.field(1) {
            "L" => AccessLevel::List,
            "R" => AccessLevel::Read,
            "T" => AccessLevel::Tagging,
            "P" => AccessLevel::PermissionsManagement,
            _ => AccessLevel::Write,
        }
    }

    /// The resource types that it acts on.
    pub fn resource_types(self) -> impl Iterator<Item = ActionResource<'a>> {
        let service = self.service;
        self.field(2).split(' ').filter_map(move |word| {
            let (head, keys) = word.split_once(':').unwrap_or((word, ""));
            let required = head.ends_with('!');
            let at = head.trim_end_matches('!').parse::<usize>().ok()?;
            (at < service.section.resources.len()).then(|| ActionResource {
                resource_type: service.resource_type_at(at),
                required,
                keys,
            })
        })
    }

    /// Whether it acts on no resource type, so that a policy can grant it on `*` alone.
    #[must_use]
    pub fn is_on_all_resources_only(self) -> bool {
        self.field(2).is_empty()
    }

    /// The condition keys that it takes whatever the resource.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.service.keys_of(self.field(3))
    }

    /// Whether a condition key can be there in its requests: a global key, one of its own, or one of a resource type that
    /// it acts on.
    #[must_use]
    pub fn takes_condition_key(self, name: &str) -> bool {
        super::global_key(name).is_some()
            || self.condition_keys().any(|key| key.is_named(name))
            || self.resource_types().any(|resource| {
                resource.condition_keys().any(|key| key.is_named(name))
                    || resource.resource_type.condition_keys().any(|key| key.is_named(name))
            })
    }

    /// The actions that a caller needs besides, for some requests at least: `iam:PassRole` for `lambda:CreateFunction`.
    pub fn dependent_actions(self) -> impl Iterator<Item = &'a str> {
        self.field(4).split(',').filter(|name| !name.is_empty())
    }
}

/// A resource type that an action acts on.
#[derive(Debug, Clone, Copy)]
pub struct ActionResource<'a> {
    /// The type.
    pub resource_type: ResourceType<'a>,
    /// Whether each request names a resource of it (the star of the Service Authorization Reference).
    pub required: bool,
    keys: &'a str,
}

impl<'a> ActionResource<'a> {
    /// The condition keys that the action takes with this type.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.resource_type.service.keys_of(self.keys)
    }
}

/// A resource type of a service.
#[derive(Debug, Clone, Copy)]
pub struct ResourceType<'a> {
    service: Service<'a>,
    line: &'a str,
}

impl<'a> ResourceType<'a> {
    fn field(self, at: usize) -> &'a str {
        field(self.line, at)
    }

    /// `function`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.field(0).trim_start_matches('@')
    }

    /// The format of its ARNs, with `${…}` for what varies:
    /// `arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}`.
    #[must_use]
    pub fn arn_format(self) -> &'a str {
        self.field(1)
    }

    /// Its ARNs as a pattern, with `*` for what varies: `arn:*:lambda:*:*:function:*`.
    #[must_use]
    pub fn arn_pattern(self) -> String {
        with_stars(self.arn_format())
    }

    /// The condition keys that tell of it.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.service.keys_of(self.field(2))
    }
}

/// What kind of values a condition key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyType {
    /// The kind of each value.
    pub kind: KeyKind,
    /// Whether a request can have several.
    pub several: bool,
}

/// The kind of a condition key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Text.
    Text,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A time.
    Date,
    /// An IP address.
    IpAddress,
    /// Bytes.
    Binary,
}

impl KeyType {
    /// `s` is a text, `S` several.
    pub(super) fn of_letter(letter: &str) -> Self {
        let kind = match letter.to_ascii_lowercase().as_str() {
            "a" => KeyKind::Arn,
            "b" => KeyKind::Bool,
            "n" => KeyKind::Number,
            "d" => KeyKind::Date,
            "i" => KeyKind::IpAddress,
            "y" => KeyKind::Binary,
            _ => KeyKind::Text,
        };
        Self { kind, several: letter.chars().any(char::is_uppercase) }
    }
}

/// A condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey<'a> {
    /// In AWS's spelling, with `${…}` for what varies: `aws:RequestTag/${TagKey}`.
    pub name: &'a str,
    /// What values it has.
    pub key_type: KeyType,
}

impl ConditionKey<'_> {
    /// Whether a policy's key is this one, without regard to case.
    #[must_use]
    pub fn is_named(self, name: &str) -> bool {
        if self.name.contains("${") {
            crate::glob::matches_ignoring_case(&with_stars(self.name), name)
        } else {
            self.name.eq_ignore_ascii_case(name)
        }
    }
}

/// A text with `*` for each `${…}`.
pub(super) fn with_stars(format: &str) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}
