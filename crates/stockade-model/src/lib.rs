//! What every layer of Stockade hands on: values that know where they came from, symbols for what is not known,
//! resources, scenarios, verdicts and findings.
//!
//! # Laws
//!
//! These hold for everything that is built on the crate; the tests beside each type check them.
//!
//! 1. **Unknown is never invented away.** No operation turns a [`Symbol`] into a known value.
//! 2. **Equal symbols are equal.** Identity is what a symbol stands for, not where it was read.
//! 3. **Comparison is sound.** [`Text::compare`] says `True` only if the texts are equal for every meaning of the
//!    symbols in them, `False` only if they are equal for none.
//! 4. **Opening decides nothing new.** A key that is missing is [`Kind::Absent`] in a closed object and unknown in
//!    an open one; opening an object never turns unknown or pass into fail.
//! 5. **Every value has a slot**: a place where it is, or could be, written.
//! 6. **Verdicts merge in any order**: fail > unknown > pass > not applicable.

mod finding;
mod fingerprint;
mod kleene;
mod origin;
mod raise;
mod resource;
mod scenario;
mod settings;
mod slot;
mod symbol;
mod text;
mod value;

pub use finding::{
    Applicability, Cause, Confidence, Finding, Fix, Outcome, Profile, Related, Severity, Subject,
    SubjectKind, Verdict, Waived, WaiverSource,
};
pub use fingerprint::{Fingerprint, FingerprintParts};
pub use kleene::Kleene;
pub use origin::{Origin, Place, Via, ViaKind};
pub use raise::{Language, Raise, insert, remove, renamed, render_for, replace, short_tag};
pub use resource::{Asset, AssetKind, Construct, Resource};
pub use scenario::{Choice, Scenario, ScenarioKind, merge};
pub use settings::{FunctionSelector, Settings};
pub use slot::{Change, Documents, FileEdit, RaiseError, Slot};
pub use symbol::{Secrecy, Symbol, SymbolKind};
pub use text::{Piece, Text};
pub use value::{Container, Containers, Fact, Field, Kind, List, Object, Value};
