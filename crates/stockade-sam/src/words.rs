//! How the properties of a CloudFormation resource are spelled in SAM: one table, both ways.

use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::{Documents, FileEdit, Language, Origin, Raise, RaiseError, Slot, insert, replace};
use stockade_syntax::New;

/// A table of property paths.
#[derive(Debug)]
pub(crate) struct Words {
    /// `(path in CloudFormation, path in SAM)`, both below `Properties`.
    pub rows: &'static [(&'static str, &'static str)],
}

impl Words {
    /// Builds CloudFormation properties out of SAM ones: each row whose SAM path has a value gives one property.
    /// An intrinsic function passes as it is, and so does an explicit `AWS::NoValue`.
    pub fn lower(&self, sam: &Expr, origin: &Origin) -> Expr {
        let mut out = Expr::object(origin);
        self.lower_into(sam, &mut out);
        out
    }

    /// As [`Words::lower`], into properties that are there already.
    pub fn lower_into(&self, sam: &Expr, out: &mut Expr) {
        for (cloudformation, path) in self.rows {
            if let Some(value) = sam.path(path).filter(|value| !value.is_null()) {
                set_path(out, cloudformation, value.clone());
            }
        }
    }

    /// The SAM path of a CloudFormation path: that of the longest row that contains it.
    pub(crate) fn translate(&self, property: &str) -> Option<SmolStr> {
        let below = |row: &str| {
            let rest = property.strip_prefix(row)?;
            (rest.is_empty() || rest.starts_with('.')).then_some(rest)
        };
        let (row, rest) = self
            .rows
            .iter()
            .filter_map(|row| below(row.0).map(|rest| (row, rest)))
            .max_by_key(|(row, _)| row.0.len())?;
        Some(smol_str::format_smolstr!("{}{rest}", row.1))
    }
}

impl Raise for Words {
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        if slot.path.is_empty() {
            return replace(slot.place, value, documents);
        }
        // A path as long as the property (beside a missing `Properties`) starts at the SAM resource's own
        // properties and needs SAM's words; a shorter one starts in an object that SAM hands through.
        let missing = slot.path.first().is_some_and(|key| key == "Properties");
        let keys = &slot.path[usize::from(missing)..];
        if keys.len() < property.split('.').count() {
            return insert(slot.place, &slot.path, value, documents);
        }
        let spelled = self.translate(property).ok_or_else(|| RaiseError::NoForm(SmolStr::new(property)))?;
        let head = missing.then(|| SmolStr::new_static("Properties"));
        let path: Vec<SmolStr> = head.into_iter().chain(spelled.split('.').map(SmolStr::new)).collect();
        insert(slot.place, &path, value, documents)
    }

    fn spell(&self, property: &str) -> SmolStr {
        self.translate(property).unwrap_or_else(|| SmolStr::new(property))
    }

    fn language(&self) -> Language {
        Language::Sam
    }
}

/// Sets the value at a path of keys, making the objects on the way.
pub(crate) fn set_path(object: &mut Expr, path: &str, value: Expr) {
    match path.split_once('.') {
        None => object.set(path, value),
        Some((key, rest)) => {
            if object.get(key).is_none() {
                object.set(key, Expr::object(&value.origin));
            }
            if let Some(inner) = object.get_mut(key) {
                set_path(inner, rest, value);
            }
        }
    }
}
