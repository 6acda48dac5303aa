//! Verdicts and findings.

use crate::{Change, FileEdit, Fingerprint, FingerprintParts, Origin, Place, Symbol, ViaKind};
use smol_str::SmolStr;
use std::str::FromStr;
use std::sync::Arc;

/// What a control says of a subject. The order is that of merging: the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The control has nothing to say of the subject.
    NotApplicable,
    /// The subject is as it should be.
    Pass,
    /// It cannot be told; never counted as a pass, never shown as a violation.
    Unknown,
    /// The subject breaks the control.
    Fail,
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word in reports and on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("`{word}` is none of {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}

/// How bad a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Hygiene.
    Low,
    /// A guard is missing.
    Medium,
    /// One step from compromise.
    High,
    /// Anyone can use it now.
    Critical,
}
words!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });

/// How sure a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// It holds in a scenario that may or may not be deployed.
    Possible,
    /// It rests on a symbol inside a text being harmless.
    Medium,
    /// It follows from what is written.
    Certain,
}
words!(Confidence { Possible = "possible", Medium = "medium", Certain = "certain" });

/// Which set of controls a control belongs to; each contains the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// Own role, authenticated entry, run-time secrets, egress allow-list, structured logs.
    Minimum,
    /// The whole written baseline.
    Baseline,
    /// On top, for those who must.
    Regulated,
}
words!(Profile { Minimum = "minimum", Baseline = "baseline", Regulated = "regulated" });

/// The kinds of subject that a control judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A resource, or a part of it.
    Resource,
    /// A parameter, output, module call or provider.
    Declaration,
    /// A workflow, buildspec, Dockerfile, lock file, source tree or archive.
    Document,
    /// The deployment as a whole.
    Deployment,
    /// The account.
    Account,
}
words!(SubjectKind {
    Resource = "resource",
    Declaration = "declaration",
    Document = "document",
    Deployment = "deployment",
    Account = "account",
});

/// What a verdict is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// The kind.
    pub kind: SubjectKind,
    /// The id that AWS would see.
    pub id: SmolStr,
    /// The resource type, if it is a resource.
    pub type_name: SmolStr,
    /// The part of it: a variable's name, a method.
    pub part: Option<SmolStr>,
}

impl Subject {
    /// A whole resource.
    pub fn resource(id: impl Into<SmolStr>, type_name: impl Into<SmolStr>) -> Self {
        Self { kind: SubjectKind::Resource, id: id.into(), type_name: type_name.into(), part: None }
    }

    /// A part of it.
    #[must_use]
    pub fn part(mut self, part: impl Into<SmolStr>) -> Self {
        self.part = Some(part.into());
        self
    }
}

/// A place that a report shows beside the primary one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    /// What it has to do with the finding.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// What a verdict follows from: what a control says of a subject of the same deployment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cause {
    /// The control's id.
    pub control: &'static str,
    /// The subject's id.
    pub id: SmolStr,
    /// The part of it.
    pub part: Option<SmolStr>,
}

/// What a control says of one subject in one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Of what.
    pub subject: Subject,
    /// What.
    pub outcome: Outcome,
    /// Set where it is not the control's default.
    pub severity: Option<Severity>,
    /// How sure.
    pub confidence: Confidence,
    /// The deciding place.
    pub place: Place,
    /// The other places, in the order of the join.
    pub related: Vec<Related>,
    /// Which of the control's messages; its outcome's name unless the control has several.
    pub message: &'static str,
    /// The arguments of the message.
    pub arguments: Vec<(&'static str, String)>,
    /// What would settle an unknown.
    pub settled_by: Option<String>,
    /// The kind of thing that would settle it, for counting.
    pub reason: Option<&'static str>,
    /// The symbol that keeps it from being known, if it is one.
    pub symbol: Option<Symbol>,
    /// What would mend a failure: changes that belong together, and what they do.
    pub fix: Option<(Applicability, String, Vec<Change>)>,
    /// What tells this verdict apart from others of the same control on the same declared id.
    pub discriminator: SmolStr,
    /// Verdicts of one control that have one root and read as one: the shared role. Reporters group by it and by
    /// the primary place.
    pub root: Option<SmolStr>,
    /// The verdict that this one follows from, if the same deployment has it.
    pub cause: Option<Cause>,
    /// Where a secret may stand in the source: reports show nothing of such a place as it is written.
    pub secrets: Vec<Place>,
}

impl Verdict {
    /// A verdict with everything else at its default.
    #[must_use]
    pub fn new(subject: Subject, outcome: Outcome, place: Place) -> Self {
        Self {
            subject,
            outcome,
            severity: None,
            confidence: Confidence::Certain,
            place,
            related: Vec::new(),
            message: outcome.name(),
            arguments: Vec::new(),
            settled_by: None,
            reason: None,
            symbol: None,
            fix: None,
            discriminator: SmolStr::default(),
            root: None,
            cause: None,
            secrets: Vec::new(),
        }
    }

    /// A verdict on what a value of that origin says: shown there, with the other places that had a part in it.
    #[must_use]
    pub fn on(subject: Subject, outcome: Outcome, origin: &Origin) -> Self {
        let verdict = Self::new(subject, outcome, origin.place);
        let vias = origin.vias().filter(|via| via.kind != ViaKind::Transform);
        vias.fold(verdict, |verdict, via| verdict.related(via.kind.describe(), via.place))
    }

    /// Says what root it shares with other verdicts of the control.
    #[must_use]
    pub fn root(mut self, root: impl Into<SmolStr>) -> Self {
        self.root = Some(root.into());
        self
    }

    /// Says that it follows from what a control says of a subject, so that mending that mends this too.
    #[must_use]
    pub fn follows_from(mut self, control: &'static str, subject: &Subject) -> Self {
        self.cause = Some(Cause { control, id: subject.id.clone(), part: subject.part.clone() });
        self
    }

    /// Says that a value of that origin is a secret, so that no report shows it as it is written.
    #[must_use]
    pub fn secret(mut self, origin: &Origin) -> Self {
        self.secrets.push(origin.place);
        self.secrets.extend(origin.vias().filter(|via| via.kind.is_writable()).map(|via| via.place));
        self
    }

    /// Says that a symbol is what keeps it from being known.
    #[must_use]
    pub fn because(self, symbol: &Symbol) -> Self {
        let verdict = self.settled_by(symbol.settled_by(), symbol.reason());
        Self { symbol: Some(symbol.clone()), ..verdict }
    }

    /// Uses another of the control's messages.
    #[must_use]
    pub fn message(mut self, key: &'static str) -> Self {
        self.message = key;
        self
    }

    /// Gives the message an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// Shows another place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, place: Place) -> Self {
        let related = Related { message: message.into(), place };
        if related.place != self.place && !self.related.contains(&related) {
            self.related.push(related);
        }
        self
    }

    /// Says what would settle it.
    #[must_use]
    pub fn settled_by(mut self, phrase: impl Into<String>, reason: &'static str) -> Self {
        self.settled_by = Some(phrase.into());
        self.reason = Some(reason);
        self.symbol = None;
        self
    }

    /// Sets a severity other than the control's default.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Lowers the confidence.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// Says what would mend it.
    #[must_use]
    pub fn fix(
        mut self,
        applicability: Applicability,
        description: impl Into<String>,
        changes: Vec<Change>,
    ) -> Self {
        self.fix = Some((applicability, description.into(), changes));
        self
    }
}

/// Whether a fix may be applied without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Applicability {
    /// It changes nothing that callers or operators rely on.
    Safe,
    /// It does what the control asks, and something may have to follow: callers that sign, code that fetches.
    Unsafe,
    /// It is only shown.
    Display,
}
words!(Applicability { Safe = "safe", Unsafe = "unsafe", Display = "display" });

/// A way to mend a finding, in the source's own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied without looking.
    pub applicability: Applicability,
    /// What it does.
    pub description: String,
    /// The edits, all or none of which are applied.
    pub edits: Vec<FileEdit>,
}

/// Who says that a finding is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiverSource {
    /// A comment in the template: `# stockade: waive …`.
    Comment,
    /// `Metadata.Stockade` in the template.
    Metadata,
    /// `[[waivers]]` in `stockade.toml`.
    Configuration,
    /// A suppression meant for another tool, whose rule judges the same.
    Tool {
        /// The tool: `checkov`.
        name: &'static str,
        /// Its rule: `CKV_AWS_45`.
        rule: String,
    },
}

/// Why a finding is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The reason that was given.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<jiff::civil::Date>,
    /// Who says so.
    pub source: WaiverSource,
    /// Where that is written.
    pub place: Place,
}

/// A merged verdict, ready to be reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The control's id.
    pub control: &'static str,
    /// What the control says, merged over scenarios.
    pub verdict: Verdict,
    /// The severity after the verdict had its say.
    pub severity: Severity,
    /// The message, in the words of the subject's source.
    pub message: String,
    /// What to do about a failure, in the words of the subject's source. Most findings of a control share it.
    pub remediation: Arc<str>,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// The deployment's index in the run.
    pub deployment: usize,
    /// Names of the scenarios in which it holds; empty if it holds in all.
    pub scenarios: Vec<SmolStr>,
    /// Ids of the instances that one source place generated, if several.
    pub instances: Vec<SmolStr>,
    /// The fingerprint of the finding that it follows from.
    pub cause: Option<Fingerprint>,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What the identity is made of.
    pub parts: FingerprintParts,
    /// Where the subject's id is declared, if it is a resource.
    pub declared_at: Option<Place>,
    /// Set if somebody accepted it.
    pub waived: Option<Waived>,
    /// Whether it was known before: the baseline file has it, or the revision that the run compares with.
    pub baselined: bool,
}

impl Finding {
    /// A finding with everything else at its default.
    #[must_use]
    pub fn new(control: &'static str, severity: Severity, parts: FingerprintParts, verdict: Verdict) -> Self {
        Self {
            control,
            verdict,
            severity,
            message: String::new(),
            remediation: Arc::default(),
            fix: None,
            deployment: 0,
            scenarios: Vec::new(),
            instances: Vec::new(),
            cause: None,
            fingerprint: parts.fingerprint(),
            parts,
            declared_at: None,
            waived: None,
            baselined: false,
        }
    }

    /// Whether it counts: nobody accepted it, and it was not known before.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.waived.is_none() && !self.baselined
    }
}
