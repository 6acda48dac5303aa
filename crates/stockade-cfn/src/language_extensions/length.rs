//! `Fn::Length`: how many items a list has (Template Reference, "`Fn::Length`").

use smol_str::format_smolstr;
use stockade_model::{Kind, Origin, Value};

/// The length, if the list is known to be all there is.
pub(crate) fn length(argument: &Value, origin: &Origin) -> Option<Value> {
    let Kind::List(list) = &argument.kind else { return None };
    if list.open.is_some() {
        return None;
    }
    Some(Value::new(Kind::Number(format_smolstr!("{}", list.items.len())), origin.clone()))
}
