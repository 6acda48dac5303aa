//! What a setting says where a parameter lists the values that it may have.

use smol_str::SmolStr;
use stockade_model::{Fact, Symbol, Value};

/// Whether a setting is as `good` asks.
pub(crate) enum Setting {
    /// In every value that it may have.
    Good,
    /// In none.
    Bad,
    /// Not there.
    Absent,
    /// Not known.
    Unknown(Symbol),
}

/// Judges a setting by its literal, or by all those that `AllowedValues` lists.
pub(crate) fn setting(value: &Value, good: impl Fn(&str) -> bool) -> Setting {
    match value.literal() {
        Fact::Known(literal) if good(&literal) => Setting::Good,
        Fact::Known(_) | Fact::Other => Setting::Bad,
        Fact::Absent => Setting::Absent,
        Fact::Unknown(symbol) => {
            let whole = value.unknown().is_some();
            let allowed: Vec<&SmolStr> = symbol.allowed().filter(|_| whole).unwrap_or_default();
            let passing = allowed.iter().filter(|literal| good(literal)).count();
            match (allowed.len(), passing) {
                (0, _) => Setting::Unknown(symbol),
                (_, 0) => Setting::Bad,
                (all, passing) if all == passing => Setting::Good,
                _ => Setting::Unknown(symbol),
            }
        }
    }
}
