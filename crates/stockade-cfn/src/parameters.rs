//! Parameter files, in the two forms that AWS's tools take.

use crate::Expr;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_syntax::{Document, Span};

/// Why a file is not a parameter file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParameterFileError {
    /// The cause, lower case.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Reads parameter values: the AWS CLI's list of `{"ParameterKey", "ParameterValue"}` or of `"Key=Value"`, or
/// CodePipeline's `{"Parameters": {…}}` (AWS CLI Command Reference, `cloudformation create-stack`; CodePipeline
/// User Guide, "AWS CloudFormation artifacts").
///
/// # Errors
/// If the document has neither form.
pub fn parameter_file(document: &Document) -> Result<BTreeMap<SmolStr, SmolStr>, ParameterFileError> {
    let root = Expr::from_node(document.file, &document.root);
    let wrong = |expr: &Expr, message: &str| ParameterFileError {
        message: message.into(),
        span: expr.origin.place.span,
    };
    if let Some(parameters) = root.get("Parameters") {
        return parameters
            .entries()
            .iter()
            .map(|entry| {
                let value = scalar_or_list(&entry.value).ok_or_else(|| {
                    wrong(&entry.value, "a parameter's value is neither text nor a list of texts")
                })?;
                Ok((entry.key.clone(), value))
            })
            .collect();
    }
    if !root.is_list() {
        let message = "not a parameter file: expected a list of `ParameterKey`/`ParameterValue` objects, or an object \
                       with `Parameters`";
        return Err(wrong(&root, message));
    }
    let mut values = BTreeMap::new();
    for item in root.items() {
        if let Some((key, value)) = item.as_str().and_then(|text| text.split_once('=')) {
            values.insert(SmolStr::new(key), SmolStr::new(value));
            continue;
        }
        let key = item
            .get("ParameterKey")
            .and_then(Expr::as_str)
            .ok_or_else(|| wrong(item, "an entry has no `ParameterKey`"))?;
        match item.get("ParameterValue").and_then(scalar_or_list) {
            Some(value) => {
                values.insert(SmolStr::new(key), value);
            }
            // The deployed stack's value stays, and that is not known here.
            None if item.get("UsePreviousValue").is_some() => {}
            None => return Err(wrong(item, "an entry has no `ParameterValue`")),
        }
    }
    Ok(values)
}

fn scalar_or_list(expr: &Expr) -> Option<SmolStr> {
    if expr.is_list() {
        let items: Option<Vec<SmolStr>> = expr.items().iter().map(Expr::as_scalar).collect();
        return Some(items?.join(",").into());
    }
    expr.as_scalar()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::{FileId, Source, parse};

    fn read(text: &str) -> Result<BTreeMap<SmolStr, SmolStr>, ParameterFileError> {
        parameter_file(&parse(&Source::new(FileId(0), "p.json", text), |_| None).unwrap())
    }

    #[test]
    fn reads_both_forms() {
        let expected = BTreeMap::from([(SmolStr::new("Stage"), SmolStr::new("prod"))]);
        assert_eq!(read(r#"[{"ParameterKey": "Stage", "ParameterValue": "prod"}]"#).unwrap(), expected);
        assert_eq!(read(r#"["Stage=prod"]"#).unwrap(), expected);
        assert_eq!(read(r#"{"Parameters": {"Stage": "prod"}, "Tags": {}}"#).unwrap(), expected);
        assert!(read("{}").is_err());
        assert!(read(r#"[{"ParameterKey": "Stage"}]"#).is_err());
    }
}
