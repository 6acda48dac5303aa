//! The way back: changes in CloudFormation's words as edits of HCL.

use super::insert::{edit, entry, indent, insert, over_null};
use super::row::{Form, Row, Target, Word};
use super::write::{
    Properties, arguments, expression, first_left, is_identifier, put, quoted, render, resource, satellites,
};
use super::{SERVICES, row};
use smol_str::{SmolStr, format_smolstr};
use stockade_model::{Documents, FileEdit, Language, Place, Raise, RaiseError, Slot};
use stockade_syntax::{New, Source, Span};

/// A step of a path in the provider's words.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Block(SmolStr),
    Argument(SmolStr),
    Key(SmolStr),
}

impl Raise for Row {
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        let source = hcl(slot.place, documents)?;
        let text = source.slice(slot.place.span);
        if text.starts_with("<<") || is_in_heredoc(&source.text[..slot.place.span.start as usize]) {
            return Err(RaiseError::NotWritten);
        }
        match (slot.path.is_empty(), header(text)) {
            // What a downloaded module says stands at its call: there is nothing of the user's to change.
            _ if is_label_of_module(source, slot.place.span) => Err(RaiseError::NotWritten),
            (true, None) => {
                let text = match self.word_of(property) {
                    Some(word) if !(matches!(word.form, Form::Json) && is_object(text)) => {
                        expression(word, value, indent(source, slot.place))?
                    }
                    // What is within a text of JSON has no place of its own.
                    None if is_text_of_json(text) || self.is_whole_json(source, slot.place) => {
                        return Err(RaiseError::NotWritten);
                    }
                    _ => render(value, indent(source, slot.place))?,
                };
                Ok(edit(slot.place, slot.place.span, text))
            }
            // A value that the table wrote out, or one that is absent: both stand for an argument of the block.
            (written_out, Some(header)) => {
                let path = if written_out { property } else { &slot.path.join(".") };
                if let Some(edit) = self.in_place_of(&header, slot, property, value)? {
                    return Ok(edit);
                }
                let words = self.words_of(&header).ok_or_else(|| RaiseError::NoForm(property.into()))?;
                if let Some(edit) = over_null(source, slot.place, words, path, value)? {
                    return Ok(edit);
                }
                let inserted = insert(source, slot.place, |indent| {
                    said(words, path, value, indent).or_else(|error| {
                        // Of a value written out, the block may be a nested one.
                        let Some((_, below)) = path.rsplit_once('.').filter(|_| written_out) else {
                            return Err(error);
                        };
                        said(words, below, value, indent)
                    })
                });
                inserted.or_else(|error| self.satellite(source, slot.place, &header, path, value, error))
            }
            (false, None) => entry(source, slot.place, &slot.path, value),
        }
    }

    fn remove(&self, slot: &Slot, documents: &dyn Documents) -> Result<FileEdit, RaiseError> {
        let source = hcl(slot.place, documents)?;
        let span = slot.place.span;
        let before = &source.text[..span.start as usize];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let written = before[line..].trim();
        let is_argument = written
            .strip_suffix('=')
            .is_some_and(|name| name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        if !is_argument || header(source.slice(span)).is_some() || !self.is_in_its_block(&source.text[..line])
        {
            return Err(RaiseError::NotWritten);
        }
        let rest = &source.text[span.end as usize..];
        let end = rest.find('\n').map_or(source.text.len(), |at| span.end as usize + at + 1);
        if !source.text[span.end as usize..end].trim().is_empty() {
            return Err(RaiseError::NotWritten);
        }
        Ok(edit(slot.place, Span::new(line, end), String::new()))
    }

    fn add_resource(
        &self,
        resources: Place,
        id: &str,
        body: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        let source = hcl(resources, documents)?;
        let text = added(id, body)?;
        let header = text.lines().next().unwrap_or_default();
        if source.text.contains(header) {
            return Err(RaiseError::NotWritten);
        }
        let end = source.text.len();
        let between = if source.text.ends_with('\n') { "\n" } else { "\n\n" };
        Ok(edit(resources, Span::new(end, end), format!("{between}{text}")))
    }

    fn address(&self, id: &str, body: &New) -> SmolStr {
        let text = added(id, body).unwrap_or_default();
        let mut labels = text.split('"').skip(1).step_by(2);
        match (labels.next(), labels.next()) {
            (Some(type_name), Some(label)) => format_smolstr!("{type_name}.{label}"),
            // What cannot be written is referred to by nothing.
            _ => SmolStr::new(id),
        }
    }

    fn spell(&self, property: &str) -> SmolStr {
        let steps = translate(self.words, property).or_else(|| self.steps_of_part(property));
        let Some(steps) = steps else {
            // What cannot be written from here has its name all the same.
            let word = self.words.iter().find(|word| word.property == property);
            return SmolStr::new(word.map_or(property, |word| word.argument));
        };
        let names = steps.iter().map(|step| match step {
            Step::Block(name) | Step::Argument(name) | Step::Key(name) => name.as_str(),
        });
        names.collect::<Vec<_>>().join(".").into()
    }

    fn spell_of(&self, type_name: &str, property: &str) -> SmolStr {
        row_of(type_name).map_or_else(|| SmolStr::new(property), |row| row.spell(property))
    }

    fn spell_type(&self, type_name: &str) -> SmolStr {
        SmolStr::new(row_of(type_name).map_or(type_name, |row| row.source))
    }

    fn assign(&self, argument: &str, value: &str) -> String {
        let is_bare = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
        let value = if is_bare { value.to_owned() } else { quoted(value) };
        format!("{argument} = {value}")
    }

    fn language(&self) -> Language {
        Language::Terraform
    }
}

/// The first row that makes resources of a type.
fn row_of(type_name: &str) -> Option<&'static Row> {
    let mut rows = SERVICES.iter().flat_map(|rows| rows.iter());
    rows.find(|row| matches!(row.target, Target::Resource(target) if target == type_name))
}

impl Row {
    /// The word that is that property as a whole, of the resource or of one that is a part of it.
    fn word_of(&self, property: &str) -> Option<&'static Word> {
        word_of(self.words, property).or_else(|| {
            SERVICES.iter().flat_map(|rows| rows.iter()).find_map(|row| {
                let Target::Part(part) = row.target else { return None };
                let within = match part.at {
                    "" => property,
                    at => property.strip_prefix(at)?.strip_prefix('.')?,
                };
                part.owners.contains(&self.source).then(|| word_of(row.words, within))?
            })
        })
    }

    /// Whether the expression there is all of an argument that is a text of JSON: a reference to one, or a call.
    fn is_whole_json(&self, source: &Source, place: Place) -> bool {
        let before = source.text[..place.span.start as usize].trim_end();
        let Some(before) = before.strip_suffix('=').map(str::trim_end) else { return false };
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let name = &before[before.trim_end_matches(is_name).len()..];
        let is_it = |word: &Word| word.argument == name && matches!(word.form, Form::Json);
        let parts = SERVICES.iter().flat_map(|rows| rows.iter()).filter(|row| match row.target {
            Target::Part(part) | Target::Keyed(part, _) | Target::KeyedOr(part, ..) => {
                part.owners.contains(&self.source)
            }
            Target::Parts(parts) => parts.iter().any(|part| part.owners.contains(&self.source)),
            Target::Resource(_) => false,
        });
        let mut words = parts.map(|row| row.words).chain([self.words]).flatten();
        words.any(|word| match word.form {
            Form::Block(inner) | Form::Blocks(inner) => inner.iter().any(is_it),
            _ => is_it(word),
        })
    }

    /// Writes over a nested block that is the property as a whole.
    fn in_place_of(
        &self,
        header: &Header<'_>,
        slot: &Slot,
        property: &str,
        value: &New,
    ) -> Result<Option<FileEdit>, RaiseError> {
        let is_it = |word: &&Word| {
            word.property == property && word.argument == header.kind && matches!(word.form, Form::Block(_))
        };
        if !slot.path.is_empty() || !self.words.iter().any(|word| is_it(&word)) {
            return Ok(None);
        }
        let text = said(self.words, property, value, 2)?;
        Ok(Some(edit(slot.place, slot.place.span, text.trim().to_owned())))
    }

    /// A resource behind the one in that block that says a property which its own arguments have no word for.
    fn satellite(
        &self,
        source: &Source,
        block: Place,
        header: &Header<'_>,
        path: &str,
        value: &New,
        error: RaiseError,
    ) -> Result<FileEdit, RaiseError> {
        let Some((Some(owner), name)) = header.resource.map(row).zip(header.name) else { return Err(error) };
        let text = source.slice(block.span);
        let is_repeated = ["count", "for_each"].iter().any(|word| {
            text.lines().any(|line| {
                line.trim_start().strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('='))
            })
        });
        if is_repeated {
            return Err(error);
        }
        let mut properties = Properties::new();
        put(&mut properties, path, value.clone());
        let is_free = |header: &str| !source.text.contains(header);
        let written = satellites(owner, name, name, &mut properties)?;
        let mut headers = written.lines().filter(|line| line.starts_with("resource "));
        if written.is_empty() || !properties.is_empty() || !headers.all(is_free) {
            return Err(error);
        }
        let end = block.span.end as usize;
        Ok(edit(block, Span::new(end, end), format!("\n{}", written.trim_end_matches('\n'))))
    }

    /// Whether what follows the text is in a block of a resource: not in a variable, a local value or a map, of which
    /// others read what is there.
    fn is_in_its_block(&self, before: &str) -> bool {
        let mut depth = 0_usize;
        let opens = |(_, byte): &(usize, u8)| {
            match byte {
                b'}' => depth += 1,
                b'{' if depth == 0 => return true,
                b'{' => depth -= 1,
                _ => {}
            }
            false
        };
        let Some((at, _)) = before.bytes().enumerate().collect::<Vec<_>>().into_iter().rev().find(opens)
        else {
            return false;
        };
        let line = before[..at].rfind('\n').map_or(0, |at| at + 1);
        let empty = format!("{}{{}}", &before[line..at]);
        let Some(header) = header(&empty) else { return false };
        header.resource.is_some() || header.kind == "content" || self.words_of(&header).is_some()
    }

    /// The steps to a property within the resource that is a part of this one.
    fn steps_of_part(&self, property: &str) -> Option<Vec<Step>> {
        SERVICES.iter().flat_map(|rows| rows.iter()).find_map(|row| {
            let parts = match row.target {
                Target::Part(part) => std::slice::from_ref(part),
                Target::Parts(parts) => parts,
                Target::Resource(_) | Target::Keyed(..) | Target::KeyedOr(..) => return None,
            };
            let part = parts.iter().find(|part| part.owners.contains(&self.source))?;
            let within = property.strip_prefix(part.at)?.trim_start_matches('.');
            translate(row.words, within)
        })
    }

    /// The words of the block with that header: the resource's own, another resource's that is joined to it, or those of
    /// a nested block.
    fn words_of(&self, header: &Header<'_>) -> Option<&'static [Word]> {
        if let Some(type_name) = header.resource {
            return row(type_name).map(|row| row.words);
        }
        fn within(words: &'static [Word], name: &str) -> Option<&'static [Word]> {
            words.iter().find_map(|word| match word.form {
                Form::Block(inner) | Form::Blocks(inner) if word.argument == name => Some(inner),
                Form::Block(inner) | Form::Blocks(inner) => within(inner, name),
                _ => None,
            })
        }
        within(self.words, header.kind)
    }
}

/// Whether a place is the label of a module's call.
fn is_label_of_module(source: &Source, span: Span) -> bool {
    let before = &source.text[..span.start as usize];
    before.rsplit('\n').next().is_some_and(|line| line.trim() == "module")
}

/// The first line of a block.
struct Header<'t> {
    kind: &'t str,
    /// The type, if it is a resource.
    resource: Option<&'t str>,
    /// The resource's name.
    name: Option<&'t str>,
}

/// The header of a text that is a block, not an expression.
fn header(text: &str) -> Option<Header<'_>> {
    let (head, _) = text.split_once('{')?;
    let mut words = head.split_whitespace();
    let kind = words.next()?;
    let is_name =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let labels: Vec<&str> = words.collect();
    let quoted = |label: &&str| label.len() > 2 && label.starts_with('"') && label.ends_with('"');
    if !is_name(kind) || !text.ends_with('}') || !labels.iter().all(|label| quoted(label) || is_name(label)) {
        return None;
    }
    let resource = labels.first().filter(|_| kind == "resource").map(|label| label.trim_matches('"'));
    // `dynamic "x" { … content { … } }` is a block whose arguments are those of `x`.
    let name = labels.get(1).filter(|_| resource.is_some()).map(|label| label.trim_matches('"'));
    Some(Header { kind, resource, name })
}

/// The text of a resource that is added. What each of several instances would have of its own cannot be.
fn added(id: &str, body: &New) -> Result<String, RaiseError> {
    let no_form = |name: &str| RaiseError::NoForm(SmolStr::new(name));
    let New::Mapping(entries) = body else { return Err(no_form(id)) };
    let (mut type_name, mut properties) = (None, Properties::new());
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("Type", New::String(name)) => type_name = Some(name),
            ("Properties", New::Mapping(entries)) => properties.clone_from(entries),
            // Policies of deletion and update, conditions and what it depends on have no word.
            (other, _) => return Err(no_form(other)),
        }
    }
    let type_name = type_name.filter(|_| !id.contains('[')).ok_or_else(|| no_form(id))?;
    resource(type_name, &label(id), &properties)
}

/// Whether an expression is an object as it is: what a text of JSON was made of.
fn is_object(text: &str) -> bool {
    text.starts_with(['{', '['])
}

/// Whether an expression gives a text that JSON may stand in.
fn is_text_of_json(text: &str) -> bool {
    ["<<", "\"{", "\"[", "file(", "templatefile("].iter().any(|start| text.starts_with(start))
}

/// The name of a resource: the last part of an address, or a logical id in the provider's style.
fn label(id: &str) -> SmolStr {
    let id = id.rsplit('.').next().unwrap_or(id);
    let mut out = String::new();
    let mut before = None;
    for character in id.chars() {
        if character.is_ascii_uppercase() && before.is_some_and(|before: char| before.is_ascii_lowercase()) {
            out.push('_');
        }
        let is_plain = character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        out.push(if is_plain { character.to_ascii_lowercase() } else { '_' });
        before = Some(character);
    }
    out.into()
}

/// A path of properties in the provider's words.
fn translate(words: &[Word], property: &str) -> Option<Vec<Step>> {
    let below = |word: &Word| {
        if word.property.is_empty() {
            return None;
        }
        let rest = property.strip_prefix(word.property)?;
        (rest.is_empty() || rest.starts_with('.')).then(|| rest.trim_start_matches('.').to_owned())
    };
    let found = words
        .iter()
        .filter_map(|word| below(word).map(|rest| (word, rest)))
        .max_by_key(|(word, _)| word.property.len());
    let Some((word, rest)) = found else {
        // A block whose properties stand where it stands.
        return words.iter().filter(|word| word.property.is_empty()).find_map(|word| match word.form {
            Form::Block(inner) => {
                let steps = translate(inner, property)?;
                Some(std::iter::once(Step::Block(word.argument.into())).chain(steps).collect())
            }
            _ => None,
        });
    };
    match word.form {
        Form::Block(inner) => {
            let mut steps = vec![Step::Block(word.argument.into())];
            if !rest.is_empty() {
                steps.extend(translate(inner, &rest)?);
            }
            Some(steps)
        }
        Form::Same | Form::Unless(_) | Form::NullAt(_) => {
            let keys = rest.split('.').filter(|key| !key.is_empty()).map(|key| Step::Key(key.into()));
            Some(std::iter::once(Step::Argument(word.argument.into())).chain(keys).collect())
        }
        Form::Values(_)
        | Form::Only
        | Form::Json
        | Form::Tags
        | Form::Pairs(..)
        | Form::Each(_)
        | Form::Blocks(_) => None,
    }
}

/// Whether what follows the text stands in a heredoc.
pub(super) fn is_in_heredoc(before: &str) -> bool {
    let mut marker: Option<&str> = None;
    for line in before.split_inclusive('\n') {
        match marker {
            Some(open) if line.trim() == open => marker = None,
            Some(_) => {}
            None => {
                let named = line.split_once("<<").map(|(_, name)| name.trim_start_matches('-').trim());
                marker = named.filter(|name| line.ends_with('\n') && !name.is_empty() && is_identifier(name));
            }
        }
    }
    marker.is_some()
}

fn hcl(place: Place, documents: &dyn Documents) -> Result<&Source, RaiseError> {
    let source = documents.source(place.file).ok_or(RaiseError::NotWritten)?;
    let is_hcl = matches!(source.path.extension(), Some("tf" | "tofu"));
    if is_hcl { Ok(source) } else { Err(RaiseError::NotWritten) }
}

/// The arguments that say the property at that path; none if the words cannot say all of it.
fn said(words: &'static [Word], path: &str, value: &New, indent: usize) -> Result<String, RaiseError> {
    let mut properties = Properties::new();
    put(&mut properties, path, value.clone());
    let text = arguments(words, &mut properties, indent)?;
    match first_left(&properties) {
        None => Ok(text),
        Some(left) => Err(RaiseError::NoForm(left)),
    }
}

/// The word that is that property as a whole, of these words and of those of nested blocks.
fn word_of<'w>(words: &'w [Word], property: &str) -> Option<&'w Word> {
    words.iter().find_map(|word| {
        let below = match word.property {
            "" => Some(property),
            whole if whole == property => Some(""),
            whole => property.strip_prefix(whole).and_then(|rest| rest.strip_prefix('.')),
        }?;
        match word.form {
            Form::Block(inner) => word_of(inner, below),
            // Behind the index of the block.
            Form::Blocks(inner) => word_of(inner, below.split_once('.')?.1),
            _ => below.is_empty().then_some(word),
        }
    })
}
