//! What AWS rejects in a web function.

use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::{Context, SamError, resolve};
use stockade_cfn::{Data, Expr};

/// Checks a web function.
pub(super) fn check(function: &SamResource, context: &Context) -> Result<(), SamError> {
    deployment(function, context)?;
    if let Some(timeout) = given(&function.properties, "Timeout")
        && let Data::Number(number) = &timeout.data
        && !number.parse().is_ok_and(|seconds: i64| (3..=900).contains(&seconds))
    {
        return Err(function.error("its `Timeout` is not between 3 and 900", timeout.origin.place));
    }
    if let Some(weights) = set(&function.properties, "RevisionWeights") {
        check_weights(function, weights)?;
    }
    let variables = set(&function.properties, "EnvironmentVariables");
    for entry in variables.filter(|all| all.intrinsic().is_none()).map(Expr::entries).unwrap_or_default() {
        let mut characters = entry.key.chars();
        let fits = characters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && characters.all(|character| character.is_ascii_alphanumeric() || character == '_');
        if !fits {
            let message = format!("its variable `{}` does not have the name of a variable", entry.key);
            return Err(function.error(message, entry.key_place));
        }
        if entry.value.as_str().is_some_and(|text| text.is_empty() || text.chars().count() > 4096) {
            let message = format!("its variable `{}` is empty or longer than 4096 characters", entry.key);
            return Err(function.error(message, entry.value.origin.place));
        }
    }
    if let Some(arn) = given(&function.properties, "EgressNetworkConnectorArn")
        && arn.as_str().is_some_and(|text| !is_connector_version(text))
    {
        let message = "its `EgressNetworkConnectorArn` is not the ARN of a network connector's version";
        return Err(function.error(message, arn.origin.place));
    }
    Ok(())
}

/// How traffic goes to revisions.
fn deployment(function: &SamResource, context: &Context) -> Result<(), SamError> {
    let properties = &function.properties;
    let resolved = |name: &str| {
        let value = set(properties, name).map(|value| resolve::parameters(value, context));
        value.filter(crate::presence::is_set)
    };
    let mode = resolved("AutoDeploymentMode");
    let place = mode.as_ref().map_or(function.id_at, |mode| mode.origin.place);
    let disabled = match mode.as_ref().map(Expr::as_str) {
        None | Some(Some("LatestRevision")) => false,
        Some(Some("Disabled")) => true,
        Some(_) => {
            let message = "its `AutoDeploymentMode` is neither `LatestRevision` nor `Disabled`";
            return Err(function.error(message, place));
        }
    };
    if set(properties, "AuthType").is_none() {
        return Err(function.error("it has no `AuthType`", function.id_at));
    }
    let regional = resolved("EndpointType")
        .is_some_and(|endpoint| matches!(endpoint.as_str(), Some("MultiRegion" | "PerRegion")));
    match (disabled, regional, set(properties, "RevisionWeights")) {
        (false, _, Some(weights)) => {
            let message = "its `RevisionWeights` need `AutoDeploymentMode` `Disabled`";
            Err(function.error(message, weights.origin.place))
        }
        (false, true, None) => {
            Err(function.error("its `EndpointType` needs `AutoDeploymentMode` `Disabled`", place))
        }
        (true, false, None) => {
            Err(function.error("its `AutoDeploymentMode` `Disabled` needs `RevisionWeights`", place))
        }
        _ => Ok(()),
    }
}

fn check_weights(function: &SamResource, weights: &Expr) -> Result<(), SamError> {
    let error = |message: &str, value: &Expr| Err(function.error(message, value.origin.place));
    if !weights.is_object() || weights.intrinsic().is_some() {
        return error("its `RevisionWeights` are not an object of revisions and weights", weights);
    }
    let mut sum = Some(0);
    for entry in weights.entries() {
        match &entry.value.data {
            Data::Number(number) => match number.parse::<i64>() {
                Ok(weight) if (1..=100).contains(&weight) => sum = sum.map(|sum| sum + weight),
                _ => {
                    return error("a weight of its `RevisionWeights` is not between 1 and 100", &entry.value);
                }
            },
            _ if entry.value.intrinsic().is_some() => sum = None,
            _ => return error("a weight of its `RevisionWeights` is not a whole number", &entry.value),
        }
    }
    if weights.entries().len() > 2 {
        return error("its `RevisionWeights` hold more than two revisions", weights);
    }
    if sum.is_some_and(|sum| sum != 100) {
        return error("its `RevisionWeights` do not sum to 100", weights);
    }
    Ok(())
}

/// Whether a text is the ARN of a network connector with a version at its end.
fn is_connector_version(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    matches!(
        parts.as_slice(),
        ["arn", partition, "lambda", _, _, "network-connector", name, version]
            if ![partition, name, version].iter().any(|part| part.is_empty())
    )
}

#[cfg(test)]
mod tests {
    use super::is_connector_version;

    #[test]
    fn a_connector_arn_needs_a_version() {
        assert!(is_connector_version("arn:aws:lambda:us-east-1:123456789012:network-connector:c:1"));
        assert!(!is_connector_version("arn:aws:lambda:us-east-1:123456789012:network-connector:c"));
        assert!(!is_connector_version("arn:aws:lambda:us-east-1:123456789012:network-connector:c:"));
    }
}
