//! Numbers in the settings that AWS reads as typed ones: `70` for a ratio becomes `70.0`, `"10"` and `10.0`
//! for a count become `10`.

use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Expr};

/// A count: fractions are cut off, digits in a string are read.
pub(crate) fn whole(value: &Expr) -> Expr {
    let number = match &value.data {
        Data::Number(text) => text.parse::<f64>().ok().filter(|number| number.abs() < 1e15).map(f64::trunc),
        Data::String(text) => text.trim().parse::<i32>().ok().map(f64::from),
        _ => None,
    };
    number.map_or_else(|| value.clone(), |number| with_text(value, format_smolstr!("{number}")))
}

/// A ratio.
pub(crate) fn real(value: &Expr) -> Expr {
    let number = match &value.data {
        Data::Number(text) | Data::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite() && number.abs() < 1e15);
    number.map_or_else(|| value.clone(), |number| with_text(value, format_smolstr!("{number:?}")))
}

fn with_text(value: &Expr, text: SmolStr) -> Expr {
    Expr { data: Data::Number(text), origin: value.origin.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use stockade_model::{Origin, Place};

    #[test]
    fn numbers_take_the_type_that_aws_reads() {
        let read = |change: fn(&Expr) -> Expr, json: Value| {
            change(&Expr::from_json(&json, &Origin::at(Place::default()))).to_json().to_string()
        };
        assert_eq!(read(whole, json!(10.0)), "10");
        assert_eq!(read(whole, json!("10")), "10");
        assert_eq!(read(real, json!(70)), "70.0");
        assert_eq!(read(real, json!({"Ref": "A"})), r#"{"Ref":"A"}"#);
    }
}
