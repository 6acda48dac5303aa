//! Source texts as a report may show them: where a secret stands, only its first characters are left.

use std::collections::{HashMap, HashSet};
use stockade_check::Report;
use stockade_model::Place;
use stockade_project::Snapshot;
use stockade_syntax::FileId;

/// So many characters of a secret are shown.
const SHOWN: usize = 2;

/// What a value that only refers to something else begins with: it holds no secret itself.
const REFERENCES: [&str; 12] = [
    "!Ref ",
    "!GetAtt ",
    "!FindInMap ",
    "!ImportValue ",
    "Ref:",
    "Fn::GetAtt:",
    "Fn::FindInMap:",
    "Fn::ImportValue:",
    "{\"Ref\"",
    "{\"Fn::GetAtt\"",
    "{\"Fn::FindInMap\"",
    "{\"Fn::ImportValue\"",
];

/// The texts of the files with secrets in them, each as long as its file.
#[derive(Debug, Default)]
pub(crate) struct Concealed {
    texts: HashMap<FileId, String>,
    /// The parts of the secrets that are hidden.
    hidden: HashSet<String>,
}

impl Concealed {
    pub(crate) fn of(report: &Report) -> Self {
        let mut concealed = Self::default();
        for place in report.findings.iter().flat_map(|finding| &finding.verdict.secrets) {
            concealed.hide(*place, &report.snapshot);
        }
        concealed
    }

    /// The text to show in place of a file's own, if there is a secret in that.
    pub(crate) fn text(&self, file: FileId) -> Option<&str> {
        self.texts.get(&file).map(String::as_str)
    }

    /// Whether a text from elsewhere, such as that of a fix, would show a part of a secret.
    pub(crate) fn is_shown_by(&self, text: &str) -> bool {
        self.hidden.iter().any(|part| text.contains(part.as_str()))
    }

    fn hide(&mut self, place: Place, snapshot: &Snapshot) {
        let Some(source) = snapshot.source(place.file) else { return };
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        let Some(written) = source.text.get(start..end) else { return };
        let compact: String = written.chars().filter(|character| *character != ' ').take(20).collect();
        if REFERENCES.iter().any(|prefix| written.starts_with(prefix) || compact.starts_with(prefix)) {
            return;
        }
        let masked = masked(written);
        let parts =
            written.split(|character: char| character.is_whitespace() || "\"'[],".contains(character));
        self.hidden
            .extend(parts.filter(|part| part.len() > SHOWN && !part.starts_with('!')).map(str::to_owned));
        let text = self.texts.entry(place.file).or_insert_with(|| source.text.clone());
        text.replace_range(start..end, &masked);
    }
}

/// The same number of bytes and lines, with a tag and the first characters left.
fn masked(written: &str) -> String {
    let tag = match written.split_once(' ') {
        Some((tag, _)) if tag.starts_with('!') => tag.len() + 1,
        _ => 0,
    };
    // In a list, brackets and commas are syntax.
    let kept = if written[tag..].starts_with('[') { "\"'[]," } else { "\"'" };
    let mut shown = SHOWN;
    let mut out = written[..tag].to_owned();
    for character in written[tag..].chars() {
        if character.is_whitespace() || kept.contains(character) {
            out.push(character);
        } else if shown > 0 {
            shown -= 1;
            out.push(character);
        } else {
            out.extend(std::iter::repeat_n('*', character.len_utf8()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_secret_keeps_its_first_characters_and_its_length() {
        for (written, shown) in [
            ("hunter2", "hu*****"),
            ("'hunter2'", "'hu*****'"),
            ("!Sub db:${P}:x", "!Sub db*******"),
            ("!Join ['-', [ab, cd]]", "!Join ['-', [a*, **]]"),
            ("비밀-1", "비밀**"),
            ("비밀번호", "비밀******"),
            ("|\n  one\n  two", "|\n  o**\n  ***"),
        ] {
            assert_eq!(masked(written), shown, "{written}");
            assert_eq!(masked(written).len(), written.len());
        }
    }
}
