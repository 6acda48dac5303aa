//! The formats of reports: the one list of them.

use crate::{Listed, github, json, junit, markdown, sarif, text};
use stockade_check::Report;
use stockade_model::Outcome;

/// A format of reports.
pub struct Format {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// What file names end with that stand for this format.
    endings: &'static [&'static str],
    /// What its files' names may end with besides, though it stands for another format.
    also: &'static [&'static str],
    /// What is listed unless the user says otherwise.
    listed: &'static [Outcome],
    render: fn(&Report, &Listed) -> Rendered,
}

/// A report in some format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The report.
    pub text: String,
    /// What the reader should be told beside it: one sentence for each thing that the format had no room for.
    pub remarks: Vec<String>,
}

impl From<String> for Rendered {
    fn from(text: String) -> Self {
        Self { text, remarks: Vec::new() }
    }
}

const UNSETTLED: &[Outcome] = &[Outcome::Fail, Outcome::Unknown];

/// All formats. The first is the default.
pub static FORMATS: [Format; 6] = [
    Format {
        name: "text",
        about: "For people at a terminal",
        endings: &[],
        also: &[],
        listed: UNSETTLED,
        render: |report, listed| text(report, listed).into(),
    },
    Format {
        name: "json",
        about: "For tools, version 1",
        endings: &[".json"],
        also: &[],
        listed: UNSETTLED,
        render: |report, listed| json(report, listed).into(),
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0 for code scanning; failures only",
        endings: &[".sarif", ".sarif.json"],
        also: &[".json"],
        listed: &[Outcome::Fail],
        render: |report, _| sarif::sarif(report),
    },
    Format {
        name: "junit",
        about: "JUnit XML for the test views of GitLab and Jenkins; unknown is skipped",
        endings: &[".xml"],
        also: &[],
        // A passed test that is missing reads as one that was taken away.
        listed: &[Outcome::Fail, Outcome::Unknown, Outcome::Pass],
        render: |report, listed| junit::junit(report, listed).into(),
    },
    Format {
        name: "github",
        about: "Annotations of GitHub Actions, the worst first; failures only",
        endings: &[],
        also: &[],
        listed: &[Outcome::Fail],
        render: |report, _| github::github(report).into(),
    },
    Format {
        name: "markdown",
        about: "For a comment on a pull request or a step summary",
        endings: &[".md"],
        also: &[],
        listed: UNSETTLED,
        render: markdown::markdown,
    },
];

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format that the name of a file stands for.
    #[must_use]
    pub fn of_file(name: &str) -> Option<&'static Self> {
        let ending = |format: &Self| {
            let fitting = format.endings.iter().filter(|ending| has_ending(name, ending));
            fitting.map(|ending| ending.len()).max()
        };
        FORMATS.iter().filter(|format| ending(format).is_some()).max_by_key(|format| ending(format))
    }

    /// Whether a file of that name may be in this format: it stands for no other.
    #[must_use]
    pub fn suits(&self, name: &str) -> bool {
        Self::of_file(name).is_none_or(|format| format.name == self.name)
            || self.also.iter().any(|ending| has_ending(name, ending))
    }

    /// The report in this format. `listed` are the verdicts that the user asked for, if they asked.
    #[must_use]
    pub fn render(&self, report: &Report, listed: Option<&Listed>) -> Rendered {
        match listed {
            Some(listed) => (self.render)(report, listed),
            None => (self.render)(report, &Listed(self.listed.to_vec())),
        }
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_stands_for_at_most_one_format() {
        let of = |name: &str| Format::of_file(name).map(|format| format.name);
        assert_eq!(of("out/report.json"), Some("json"));
        assert_eq!(of("stockade.SARIF"), Some("sarif"));
        assert_eq!(of("stockade.sarif.json"), Some("sarif"));
        assert_eq!(of("junit.xml"), Some("junit"));
        assert_eq!(of("comment.md"), Some("markdown"));
        assert_eq!(of("report.txt"), None);
        assert_eq!(of("/dev/null"), None);
    }

    #[test]
    fn a_format_goes_to_files_that_stand_for_no_other() {
        let suits = |format: &str, name: &str| Format::named(format).unwrap().suits(name);
        assert!(suits("sarif", "a.sarif") && suits("sarif", "a.json") && suits("sarif", "a.txt"));
        assert!(suits("text", "a.txt") && suits("github", "log") && suits("json", "a.json"));
        assert!(!suits("json", "a.sarif") && !suits("text", "a.sarif") && !suits("text", "a.md"));
        assert!(!suits("sarif", "a.xml") && !suits("json", "a.sarif.json"));
    }
}
