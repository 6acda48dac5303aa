//! The document as a whole.

use super::{ErrorClass, Linter, WarningClass, kind};
use crate::PolicyType;
use foldhash::HashMap;
use stockade_syntax::{Data, Node, NoticeKind, Span};

const KEYS: [&str; 3] = ["Version", "Id", "Statement"];
const VERSIONS: [&str; 2] = ["2008-10-17", "2012-10-17"];

impl Linter<'_> {
    pub(super) fn document(&mut self) {
        let source = self.source;
        let text = source.content();
        // The service does not skip white space before the brace (it answers that legacy parsing failed).
        if text.starts_with(char::is_whitespace) && !text.trim().is_empty() {
            self.error(
                ErrorClass::LegacyParsing,
                Span::new(0, 1),
                "a policy document begins with `{`, not with white space",
            );
        }
        let document = match stockade_syntax::parse(source, |_| None) {
            Ok(document) => document,
            Err(error) => return self.error(ErrorClass::Json, error.span, error.message),
        };
        for notice in document.notices.iter().filter(|notice| notice.kind == NoticeKind::DuplicateKey) {
            self.error(ErrorClass::DuplicateKey, notice.span, notice.message.clone());
        }
        let root = &document.root;
        if !matches!(root.data, Data::Mapping(_)) {
            return self.error(
                ErrorClass::Syntax,
                root.span,
                format!("a policy document is an object, not {}", kind(root)),
            );
        }
        self.size(text, root.span);
        for entry in root.entries().iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
            let message = format!(
                "a policy document has no element `{}`; it has `Version`, `Id` and `Statement`",
                entry.key
            );
            self.error(ErrorClass::Syntax, entry.key_span, message);
        }
        self.version(root);
        if let Some(id) = root.get("Id").filter(|id| !matches!(id.data, Data::String(_))) {
            self.error(ErrorClass::Syntax, id.span, format!("`Id` is a text, not {}", kind(id)));
        }
        self.statements(root);
    }

    fn version(&mut self, root: &Node) {
        let managed = matches!(self.policy_type, PolicyType::Identity | PolicyType::Boundary);
        let hint = "a managed policy has the version `2012-10-17`";
        match root.get("Version") {
            None if managed => {
                self.error(ErrorClass::Version, root.span, format!("there is no `Version`: {hint}"))
            }
            None => {}
            Some(version) => match version.as_str() {
                Some("2008-10-17") if managed => {
                    self.error(ErrorClass::Version, version.span, format!("`2008-10-17` is too old: {hint}"));
                }
                Some(text) if VERSIONS.contains(&text) => {}
                Some(text) => {
                    let message =
                        format!("`{text}` is no version of the policy language; write `2012-10-17`");
                    self.error(ErrorClass::Syntax, version.span, message);
                }
                None => {
                    let message =
                        format!("`Version` is a text, not {}; write `\"2012-10-17\"`", kind(version));
                    self.error(ErrorClass::Syntax, version.span, message);
                }
            },
        }
    }

    fn statements(&mut self, root: &Node) {
        let Some(statements) = root.get("Statement") else {
            return self.error(ErrorClass::Syntax, root.span, "a policy document has `Statement`");
        };
        let statements = match &statements.data {
            Data::Sequence(items) if items.is_empty() => {
                return self.error(
                    ErrorClass::Syntax,
                    statements.span,
                    "`Statement` has at least one statement",
                );
            }
            Data::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(statements),
        };
        let variables = root.get("Version").and_then(Node::as_str) == Some("2012-10-17");
        let mut sids: HashMap<&str, u32> = HashMap::default();
        for statement in statements {
            self.statement(statement, variables);
            let Some(sid) = statement.get("Sid") else { continue };
            let Some(text) = sid.as_str().filter(|text| !text.is_empty()) else { continue };
            let line = self.source.position(sid.span.start).line;
            if let Some(first) = sids.get(text) {
                let message = format!("the `Sid` `{text}` is that of the statement on line {first} already");
                self.error(ErrorClass::DuplicateSid, sid.span, message);
            } else {
                sids.insert(text, line);
            }
        }
    }

    /// IAM User Guide, "IAM and AWS STS quotas": white space does not count in the policies of IAM. AWS Organizations User
    /// Guide, "Quotas and service limits"; VPC User Guide, "Amazon VPC quotas".
    fn size(&mut self, text: &str, span: Span) {
        let without_space = || text.chars().filter(|character| !character.is_whitespace()).count();
        // (characters, most, limit that some have)
        let (size, most, low) = match self.policy_type {
            PolicyType::Identity | PolicyType::Boundary => (without_space(), 6_144, 6_144),
            PolicyType::Trust => (without_space(), 8_192, 2_048),
            PolicyType::Session => (text.chars().count(), 2_048, 2_048),
            PolicyType::ServiceControl | PolicyType::ResourceControl => {
                (text.trim().chars().count(), 10_240, 5_120)
            }
            PolicyType::Endpoint => (text.chars().count(), 20_480, 20_480),
            PolicyType::Resource => return,
        };
        let name = self.policy_type.name();
        if size > most {
            let message =
                format!("the document has {size} characters; a policy of type `{name}` has {most} at most");
            self.error(ErrorClass::Size, span, message);
        } else if size > low {
            let message =
                format!("the document has {size} characters; above {low} the quota has to be raised first");
            self.warn(WarningClass::Size, span, message);
        }
    }
}
