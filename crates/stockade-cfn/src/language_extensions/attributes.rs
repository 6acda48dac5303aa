//! Intrinsic functions in a resource's own attributes: `DeletionPolicy`, `UpdateReplacePolicy` and `Condition`.

use super::{Walk, literal};
use crate::Expr;

/// The attributes that take functions under the transform (User Guide, "Intrinsic function references in
/// `DeletionPolicy` and `UpdateReplacePolicy` attributes"; the `Fn::ForEach` proposal for `Condition`).
const ATTRIBUTES: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

impl Walk<'_> {
    /// A resource with the functions in its attributes resolved; one that gives `AWS::NoValue` takes the attribute
    /// away.
    pub(super) fn attributes(&self, resource: &Expr) -> Expr {
        let mut out = resource.clone();
        for name in ATTRIBUTES {
            let Some(entry) = resource.entry(name).filter(|entry| entry.value.intrinsic().is_some()) else {
                continue;
            };
            match self.scope.evaluate(&entry.value) {
                None => {
                    out.remove(name);
                }
                Some(value) => {
                    if let Some(value) = literal(&value) {
                        let mut entry = entry.clone();
                        entry.value = value;
                        out.set_entry(entry);
                    }
                }
            }
        }
        out
    }
}
