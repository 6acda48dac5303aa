//! The function library: one table from a name to how it is called.

mod collection;
mod conversion;
mod csv;
mod date;
mod encoding;
mod filesystem;
mod format;
mod gather;
mod hash;
mod ip;
mod json;
mod mapping;
mod numeric;
mod power;
mod regex;
mod set;
mod string;
mod trim;
mod yaml;
mod yaml_encode;

#[cfg(test)]
mod tests;

use crate::value::{ConvertError, Kind, Number, Type, Value, call_symbol};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::sync::LazyLock;
use stockade_model::{Origin, Text};

/// Access to the files of the module that calls, within the project's root.
pub trait ModuleFiles {
    /// The folder of the module, relative to the root module's: what `path.module` gives.
    fn module_path(&self) -> &Utf8Path;

    /// The bytes of a file; a relative path is taken from where Terraform runs, the root module's folder.
    ///
    /// # Errors
    /// A phrase that says why: it lies outside of the root, it is not there, it is too large.
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, String>;

    /// The files below a folder, relative to it, in order.
    ///
    /// # Errors
    /// As for [`ModuleFiles::read`].
    fn list(&self, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String>;
}

/// A call: its arguments are known as far as the function asks for it.
pub struct Call<'a> {
    /// The function's name.
    pub name: &'static str,
    /// The arguments.
    pub arguments: &'a [Value],
    /// Where the call was written.
    pub origin: Origin,
    /// The files that it may read.
    pub files: &'a dyn ModuleFiles,
}

impl Call<'_> {
    /// The result as a string.
    fn string(&self, text: impl Into<smol_str::SmolStr>) -> Result<Value, CallError> {
        Ok(Value::string(text, self.origin.clone()))
    }

    /// The result as a boolean.
    fn bool(&self, value: bool) -> Result<Value, CallError> {
        Ok(Value::bool(value, self.origin.clone()))
    }

    /// A result of that type that is not known: what the function gives for these arguments.
    fn unknown(&self, ty: Type) -> Result<Value, CallError> {
        let arguments: Vec<&Value> = self.arguments.iter().collect();
        Ok(Value::unknown(call_symbol(self.name, &arguments), ty, self.origin.clone()))
    }

    /// An argument as text, if it is a string, known or not.
    fn text(&self, at: usize) -> Option<Text> {
        let argument = self.arguments.get(at)?;
        matches!(argument.kind, Kind::String(_) | Kind::Unknown(..)).then(|| argument.to_text()).flatten()
    }

    /// A string argument that is known whole; empty for anything else, which a row's types and needs rule out.
    fn str(&self, at: usize) -> &str {
        self.arguments.get(at).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number argument that is known.
    fn number(&self, at: usize) -> Result<&Number, CallError> {
        match self.arguments.get(at).map(|argument| &argument.kind) {
            Some(Kind::Number(number)) => Ok(number),
            _ => Err(CallError::refused(format!("argument {} must be a number", at + 1))),
        }
    }

    /// A number argument that is whole and of at most 64 bits, as Terraform asks for wherever it counts.
    fn int(&self, at: usize) -> Result<i64, CallError> {
        self.number(at)?.as_int().ok_or_else(|| {
            CallError::refused(format!("argument {} must be a whole number of at most 64 bits", at + 1))
        })
    }
}

/// Why a call has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Terraform refuses it.
    #[error("{0}")]
    Refused(String),
    /// It has a value that is not computed here, for this reason.
    #[error("{0}")]
    NotKnown(String),
}

impl CallError {
    /// Terraform refuses it.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }
}

impl From<ConvertError> for CallError {
    fn from(error: ConvertError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// What a parameter takes.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// The type that an argument is converted to.
    ty: Type,
    /// Whether null is taken.
    null: bool,
    /// How much of the argument must be known for the function to be called; otherwise its result is a symbol.
    needs: Needs,
}

/// How much of an argument must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// All of it.
    Whole,
    /// That it is not wholly a symbol: the function copes with parts that are not known, and with open collections.
    Shape,
    /// Nothing: the function copes with a symbol.
    Nothing,
}

/// A row of the table.
pub(crate) struct Function {
    name: &'static str,
    parameters: Vec<Parameter>,
    /// What any further arguments take, if there may be some.
    rest: Option<Parameter>,
    /// The type of the result, where it does not depend on the arguments.
    result: Type,
    run: fn(&Call<'_>) -> Result<Value, CallError>,
}

impl Function {
    /// A function whose parameters are all of those types and must be wholly known.
    fn new(
        name: &'static str,
        parameters: &[Type],
        result: Type,
        run: fn(&Call<'_>) -> Result<Value, CallError>,
    ) -> Self {
        let parameter = |ty: &Type| Parameter { ty: ty.clone(), null: false, needs: Needs::Whole };
        Self { name, parameters: parameters.iter().map(parameter).collect(), rest: None, result, run }
    }

    /// The same with any number of further arguments of that type.
    fn and_more(mut self, ty: Type) -> Self {
        self.rest = Some(Parameter { ty, null: false, needs: Needs::Whole });
        self
    }

    /// The same, needing no more than that of each argument.
    fn needing(mut self, needs: Needs) -> Self {
        for parameter in self.parameters.iter_mut().chain(self.rest.as_mut()) {
            parameter.needs = needs;
        }
        self
    }

    /// The same, needing no more than that of one argument.
    fn needing_at(mut self, at: usize, needs: Needs) -> Self {
        if let Some(parameter) = self.parameters.get_mut(at) {
            parameter.needs = needs;
        }
        self
    }

    /// The same, taking null for any further argument.
    fn with_null_rest(mut self) -> Self {
        if let Some(rest) = &mut self.rest {
            rest.null = true;
        }
        self
    }

    /// The same, taking null for each argument.
    fn taking_null(mut self) -> Self {
        for parameter in self.parameters.iter_mut().chain(self.rest.as_mut()) {
            parameter.null = true;
        }
        self
    }
}

static TABLE: LazyLock<HashMap<&'static str, Function>> = LazyLock::new(|| {
    let families = [
        collection::functions(),
        conversion::functions(),
        date::functions(),
        encoding::functions(),
        filesystem::functions(),
        format::functions(),
        gather::functions(),
        hash::functions(),
        ip::functions(),
        mapping::functions(),
        numeric::functions(),
        regex::functions(),
        set::functions(),
        string::functions(),
        trim::functions(),
    ];
    families.into_iter().flatten().map(|function| (function.name, function)).collect()
});

/// Whether there is a function of that name.
#[must_use]
pub fn is_function(name: &str) -> bool {
    TABLE.contains_key(bare(name))
}

/// The type of what a function gives, where that does not depend on its arguments.
pub(crate) fn result_type(name: &str) -> Type {
    TABLE.get(bare(name)).map(|function| function.result.clone()).unwrap_or_default()
}

/// OpenTofu and Terraform since 1.8 spell a built-in function `core::NAME` as well.
fn bare(name: &str) -> &str {
    name.strip_prefix("core::").unwrap_or(name)
}

/// How much a call goes through or makes at most, as [`Value::size`] has it: its arguments, or for some functions one
/// argument times another.
pub(crate) fn work(name: &str, arguments: &[Value]) -> usize {
    let sizes = || arguments.iter().map(Value::size);
    match bare(name) {
        "distinct" => sizes().sum::<usize>().saturating_mul(sizes().sum()) / 8,
        "matchkeys" => sizes().skip(1).fold(1, usize::saturating_mul),
        // Each character may become the whole replacement.
        "replace" => sizes().fold(16, usize::saturating_mul),
        "formatlist" | "join" | "setintersection" | "setsubtract" => sizes().fold(1, usize::saturating_mul),
        _ => sizes().sum(),
    }
}

/// Calls a function: converts the arguments, gives a symbol where one that must be known is not, and hides the result
/// if an argument is hidden.
///
/// # Errors
/// [`CallError`] if Terraform refuses the call or its value is not computed here.
pub fn call(
    name: &str,
    arguments: Vec<Value>,
    origin: Origin,
    files: &dyn ModuleFiles,
) -> Result<Value, CallError> {
    if name.starts_with("provider::") {
        return Err(CallError::NotKnown(format!("`{name}` is computed by its provider, which is not run")));
    }
    let function =
        TABLE.get(bare(name)).ok_or_else(|| CallError::refused(format!("there is no function `{name}`")))?;
    let fixed = function.parameters.len();
    if arguments.len() < fixed || (arguments.len() > fixed && function.rest.is_none()) {
        let least = if function.rest.is_some() { "at least " } else { "" };
        let plural = if fixed == 1 { "" } else { "s" };
        return Err(CallError::refused(format!(
            "`{name}` takes {least}{fixed} argument{plural}, but is given {}",
            arguments.len()
        )));
    }
    let sensitive = arguments.iter().any(Value::holds_sensitive);
    let mut converted = Vec::with_capacity(arguments.len());
    let mut known = true;
    for (at, argument) in arguments.iter().enumerate() {
        let Some(parameter) = function.parameters.get(at).or(function.rest.as_ref()) else { continue };
        if argument.is_null() && !parameter.null {
            return Err(CallError::refused(format!("argument {} of `{name}` must not be null", at + 1)));
        }
        known &= match parameter.needs {
            Needs::Whole => argument.is_wholly_known(),
            Needs::Shape => argument.symbol().is_none(),
            Needs::Nothing => true,
        };
        let value = argument
            .convert(&parameter.ty)
            .map_err(|error| CallError::refused(format!("argument {} of `{name}`: {error}", at + 1)))?;
        converted.push(value);
    }
    if !known {
        let arguments: Vec<&Value> = arguments.iter().collect();
        let symbol = call_symbol(function.name, &arguments);
        return Ok(Value::unknown(symbol, function.result.clone(), origin).hidden(sensitive));
    }
    let call = Call { name: function.name, arguments: &converted, origin, files };
    let result = (function.run)(&call)?;
    let result = match &function.result {
        Type::List(of) | Type::Set(of) | Type::Map(of) if **of != Type::Any => result.of(Type::clone(of)),
        _ => result,
    };
    // Only `nonsensitive` takes the mark away.
    Ok(if function.name == "nonsensitive" { result } else { result.hidden(sensitive) })
}
