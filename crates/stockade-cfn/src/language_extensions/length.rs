//! `Fn::Length`: how many items a list has (Template Reference, "`Fn::Length`").

use crate::{Expr, Scope};
use smol_str::format_smolstr;
use stockade_model::{Kind, Origin, Value};

impl Scope<'_> {
    /// The length, if the list is known to be all there is.
    pub(crate) fn length(&self, argument: &Expr, origin: &Origin) -> Option<Value> {
        let value = self.evaluate(argument)?;
        let Kind::List(list) = &value.kind else { return None };
        if list.open.is_some() {
            return None;
        }
        Some(Value::new(Kind::Number(format_smolstr!("{}", list.items.len())), origin.clone()))
    }
}
