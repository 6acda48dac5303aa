//! The way back: changes in CloudFormation's words as edits of HCL.

use super::row::{Form, Row, Target, Word};
use super::{SERVICES, row, type_of};
use smol_str::SmolStr;
use stockade_model::{Documents, FileEdit, Language, Place, Raise, RaiseError, Slot};
use stockade_syntax::{Edit, New, Source, Span};

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
        let header = header(text);
        match (slot.path.is_empty(), header) {
            (true, None) => {
                let text = render(value, 0)?;
                Ok(edit(slot.place, slot.place.span, text))
            }
            // A value that the table wrote out, or one that is absent: both stand for an argument of the block.
            (written_out, Some(header)) => {
                let path = if written_out { property } else { &slot.path.join(".") };
                let no_form = || RaiseError::NoForm(SmolStr::new(property));
                let words = self.words_of(&header).ok_or_else(no_form)?;
                let steps = translate(words, path).or_else(|| {
                    // Of a value written out, the block may be a nested one.
                    let (_, below) = path.rsplit_once('.').filter(|_| written_out)?;
                    translate(words, below)
                });
                insert(source, slot.place, &steps.ok_or_else(no_form)?, value)
            }
            (false, None) => Err(RaiseError::NotWritten),
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

    fn add_resource(&self, _: Place, _: &str, body: &New, _: &dyn Documents) -> Result<FileEdit, RaiseError> {
        let kind = match body {
            New::Mapping(entries) => entries.iter().find_map(|(key, value)| match value {
                New::String(name) if key == "Type" => Some(SmolStr::new(name)),
                _ => None,
            }),
            _ => None,
        };
        Err(RaiseError::NoForm(kind.unwrap_or_default()))
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

/// The first line of a block.
struct Header<'t> {
    kind: &'t str,
    /// The type, if it is a resource.
    resource: Option<&'t str>,
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
    Some(Header { kind, resource })
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

fn edit(place: Place, span: Span, text: String) -> FileEdit {
    FileEdit { file: place.file, edit: Edit { span, text } }
}

/// Writes an argument before the end of a block.
fn insert(source: &Source, block: Place, steps: &[Step], value: &New) -> Result<FileEdit, RaiseError> {
    let text = source.slice(block.span);
    let start = source.text[..block.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let indent = source.text[start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let end = block.span.end as usize - 1;
    let mut out = String::new();
    let one_line = !text.contains('\n');
    // What stands between the last argument and the brace is kept.
    let trimmed = source.text[..end].trim_end_matches([' ', '\t']).len();
    let at = if one_line { end } else { trimmed };
    if one_line {
        out.push('\n');
    }
    write_steps(steps, value, indent + 2, &mut out)?;
    if one_line {
        out.push_str(&" ".repeat(indent));
    }
    Ok(edit(block, Span::new(at, at), out))
}

fn write_steps(steps: &[Step], value: &New, indent: usize, out: &mut String) -> Result<(), RaiseError> {
    let margin = " ".repeat(indent);
    match steps {
        [Step::Block(name), rest @ ..] => {
            out.push_str(&format!("{margin}{name} {{\n"));
            match (rest, value) {
                ([], _) => return Err(RaiseError::NoForm(name.clone())),
                (rest, value) => write_steps(rest, value, indent + 2, out)?,
            }
            out.push_str(&format!("{margin}}}\n"));
        }
        [Step::Argument(name), keys @ ..] => {
            let value = keys.iter().rev().fold(value.clone(), |inner, key| match key {
                Step::Key(key) | Step::Block(key) | Step::Argument(key) => {
                    New::Mapping(vec![(key.clone(), inner)])
                }
            });
            out.push_str(&format!("{margin}{name} = {}\n", render(&value, indent)?));
        }
        _ => return Err(RaiseError::NotWritten),
    }
    Ok(())
}

/// A value as HCL. Intrinsics become references where they name a resource of the module.
fn render(value: &New, indent: usize) -> Result<String, RaiseError> {
    Ok(match value {
        New::Bool(value) => value.to_string(),
        New::Number(number) => number.to_string(),
        New::String(text) => quoted(text),
        New::Sequence(items) => {
            let items = items.iter().map(|item| render(item, indent)).collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", items.join(", "))
        }
        New::Mapping(entries) => {
            if let [(key, inner)] = entries.as_slice()
                && (key == "Ref" || key.starts_with("Fn::"))
            {
                return reference(key, inner);
            }
            let mut out = String::from("{\n");
            for (key, value) in entries {
                let name = if is_identifier(key) { key.to_string() } else { quoted(key) };
                out.push_str(&format!("{}{name} = {}\n", " ".repeat(indent + 2), render(value, indent + 2)?));
            }
            out.push_str(&format!("{}}}", " ".repeat(indent)));
            out
        }
    })
}

fn reference(function: &str, inner: &New) -> Result<String, RaiseError> {
    let no_form = || RaiseError::NoForm(SmolStr::new(function));
    let (id, attribute) = match inner {
        New::String(id) if function == "Ref" => (id, "Ref"),
        New::Sequence(parts) if function == "Fn::GetAtt" => match parts.as_slice() {
            [New::String(id), New::String(attribute)] => (id, attribute.as_str()),
            _ => return Err(no_form()),
        },
        _ => return Err(no_form()),
    };
    let row = type_of(id).and_then(row).filter(|_| !id.starts_with("module."));
    let name =
        row.and_then(|row| row.attributes.iter().find(|(_, to)| *to == attribute)).map(|(name, _)| name);
    name.map(|name| format!("{id}.{name}")).ok_or_else(no_form)
}

fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}
