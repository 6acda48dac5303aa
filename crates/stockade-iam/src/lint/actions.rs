//! `Action` and `NotAction`.

use super::{ErrorClass, Linter};
use crate::PolicyType;
use stockade_syntax::{Node, Span};

impl Linter<'_> {
    pub(super) fn actions(&mut self, statement: &Node) {
        let written: Vec<_> =
            ["Action", "NotAction"].into_iter().filter_map(|key| statement.entry(key)).collect();
        if written.is_empty() {
            return self.error(
                ErrorClass::MissingAction,
                statement.span,
                "a statement has `Action` or `NotAction`",
            );
        }
        for entry in written {
            let key = entry.key.as_str();
            if key == "NotAction" && self.policy_type == PolicyType::ResourceControl {
                let message = "a resource control policy has no `NotAction`";
                self.error(ErrorClass::ActionNotAllowed, entry.key_span, message);
            }
            let Some(actions) = self.texts(&entry.value, key) else { continue };
            if actions.is_empty() {
                self.error(
                    ErrorClass::MissingAction,
                    entry.value.span,
                    format!("`{key}` has at least one action"),
                );
            }
            for (action, span) in actions {
                self.action(action, span);
            }
        }
    }

    /// The service takes any name behind the colon, and any service that reads like one, whether they exist or not.
    fn action(&mut self, action: &str, span: Span) {
        let policy_type = self.policy_type;
        let mut error = |class, message: String| self.error(class, span, message);
        if action == "*" {
            if policy_type == PolicyType::ResourceControl {
                let message =
                    "a resource control policy names a service in each action, as in `s3:*`".to_owned();
                error(ErrorClass::ActionNotAllowed, message);
            }
            return;
        }
        let Some((vendor, name)) = action.split_once(':') else {
            let message =
                format!("the action `{action}` has no service before it, as in `lambda:InvokeFunction`");
            return error(ErrorClass::ActionVendor, message);
        };
        if name.contains(':') {
            error(ErrorClass::ActionVendor, format!("the action `{action}` has more than one colon"));
        } else if vendor.contains(['*', '?']) {
            let message = format!(
                "the service of the action `{action}` cannot have wildcards; write `*` for all actions"
            );
            error(ErrorClass::ActionVendor, message);
        } else if vendor.is_empty()
            || !vendor.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        {
            error(ErrorClass::ActionVendor, format!("`{vendor}` in the action `{action}` is no service"));
        } else {
            self.action_of_type(action, vendor, span);
        }
    }

    fn action_of_type(&mut self, action: &str, vendor: &str, span: Span) {
        match self.policy_type {
            // "AssumeRole policy may only specify STS AssumeRole actions."
            PolicyType::Trust if !vendor.eq_ignore_ascii_case("sts") => {
                let message = format!("a trust policy has actions of `sts` alone, not `{action}`");
                self.error(ErrorClass::ActionNotAllowed, span, message);
            }
            PolicyType::ResourceControl => {
                let reached =
                    self.catalogue.service(vendor).map(|service| service.has_resource_control_policies());
                if reached == Some(false) {
                    let message = format!("resource control policies do not reach `{vendor}`");
                    self.error(ErrorClass::ActionNotAllowed, span, message);
                }
            }
            _ => {}
        }
    }
}
