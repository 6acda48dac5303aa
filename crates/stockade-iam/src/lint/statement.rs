//! Statements: which elements there are, `Sid` and `Effect`.

use super::{ErrorClass, Linter, kind};
use crate::PolicyType;
use crate::document::STATEMENT_KEYS;
use stockade_syntax::{Data, Node};

impl Linter<'_> {
    /// `variables`: whether `${…}` are policy variables in this document.
    pub(super) fn statement(&mut self, statement: &Node, variables: bool) {
        if !matches!(statement.data, Data::Mapping(_)) {
            let message = format!("a statement is an object, not {}", kind(statement));
            return self.error(ErrorClass::Syntax, statement.span, message);
        }
        for entry in statement.entries() {
            let key = entry.key.as_str();
            if STATEMENT_KEYS.contains(&key) {
                continue;
            }
            let near = STATEMENT_KEYS.into_iter().find(|known| known.eq_ignore_ascii_case(key));
            let hint = near.map_or_else(String::new, |known| format!("; it is written `{known}`"));
            self.error(
                ErrorClass::Syntax,
                entry.key_span,
                format!("a statement has no element `{key}`{hint}"),
            );
        }
        for (one, other) in
            [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")]
        {
            if let (Some(_), Some(second)) = (statement.entry(one), statement.entry(other)) {
                let message = format!("a statement has either `{one}` or `{other}`, not both");
                self.error(ErrorClass::Syntax, second.key_span, message);
            }
        }
        self.sid(statement);
        let effect = self.effect(statement);
        self.principals(statement, effect);
        self.actions(statement);
        self.resources(statement);
        self.conditions(statement);
        self.advise(statement, variables);
    }

    /// Services other than IAM and Organizations let a `Sid` have other characters (IAM User Guide, "IAM JSON policy
    /// elements: Sid").
    fn sid(&mut self, statement: &Node) {
        let Some(sid) = statement.get("Sid") else { return };
        match sid.as_str() {
            None => self.error(ErrorClass::Syntax, sid.span, format!("`Sid` is a text, not {}", kind(sid))),
            Some(text) => {
                let free = matches!(self.policy_type, PolicyType::Resource | PolicyType::Endpoint);
                if !free && !text.chars().all(|character| character.is_ascii_alphanumeric()) {
                    let message = format!("the `Sid` `{text}` has other characters than A–Z, a–z and 0–9");
                    self.error(ErrorClass::Sid, sid.span, message);
                }
            }
        }
    }

    fn effect<'n>(&mut self, statement: &'n Node) -> Option<&'n str> {
        let Some(effect) = statement.get("Effect") else {
            self.error(ErrorClass::Syntax, statement.span, "a statement has `Effect`: `Allow` or `Deny`");
            return None;
        };
        let text = effect.as_str();
        match text {
            Some("Allow") if self.policy_type == PolicyType::ResourceControl => {
                let message = "a resource control policy has `Deny` alone; AWS attaches what allows";
                self.error(ErrorClass::EffectNotAllowed, effect.span, message);
            }
            Some("Allow" | "Deny") => {}
            Some(text) if ["Allow", "Deny"].iter().any(|word| word.eq_ignore_ascii_case(text)) => {
                let message =
                    format!("`Effect` is `Allow` or `Deny`, in this case of letters; it is `{text}`");
                self.error(ErrorClass::LegacyParsing, effect.span, message);
            }
            Some(text) => {
                let message = format!("`Effect` is `Allow` or `Deny`, not `{text}`");
                self.error(ErrorClass::Syntax, effect.span, message);
            }
            None => {
                let message = format!("`Effect` is `Allow` or `Deny`, not {}", kind(effect));
                self.error(ErrorClass::Syntax, effect.span, message);
            }
        }
        text
    }
}
