//! From the events of CloudTrail to actions.

use crate::Catalogue;

/// What an event stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventAction {
    /// The actions that the operation needs, `lambda:InvokeFunction`; the first is the one that it is for.
    pub actions: Vec<String>,
    /// Whether the catalogue has them; if not, the names are those of the event.
    pub known: bool,
}

/// The actions behind an event of CloudTrail: `lambda.amazonaws.com` and `UpdateFunctionCode20150331v2` give
/// `lambda:UpdateFunctionCode`.
///
/// The prefix is the source's without `.amazonaws.com`, the name the event's without the version of the API that some
/// services put behind it, unless the catalogue knows better. `iam:PassRole` is never an event: a role that a request
/// passes is in its parameters alone.
#[must_use]
pub fn event_action(catalogue: &Catalogue, source: &str, event: &str) -> EventAction {
    let source = source.trim().to_ascii_lowercase();
    let event = event.trim();
    let label = source.strip_suffix(".amazonaws.com").unwrap_or(&source);
    let mut prefixes = vec![label];
    prefixes.extend(catalogue.prefix_of_source(&format!("{label}.amazonaws.com")));
    // `api.ecr` and `streams.dynamodb` are endpoints of the service that stands last.
    prefixes.extend(label.rsplit('.').next());

    let unversioned = without_version(event);
    for prefix in &prefixes {
        for name in [event, unversioned] {
            if let Some(actions) = catalogue.actions_of_operation(&format!("{prefix}:{name}")) {
                let actions = actions.into_iter().map(str::to_owned).collect();
                return EventAction { actions, known: true };
            }
            if let Some(action) = catalogue.service(prefix).and_then(|service| service.action(name)) {
                return EventAction { actions: vec![action.full_name()], known: true };
            }
        }
    }
    let prefix = prefixes.iter().find(|prefix| catalogue.service(prefix).is_some()).unwrap_or(&label);
    EventAction { actions: vec![format!("{prefix}:{unversioned}")], known: false }
}

/// A name without the version of an API behind it: `20150331`, `20150331v2`, `2020_05_31`.
fn without_version(name: &str) -> &str {
    let body = match name.rsplit_once('v') {
        Some((body, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => {
            body
        }
        _ => name,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    for length in [8, 10] {
        let Some(at) = body.len().checked_sub(length) else { continue };
        let Some((stem, date)) = body.split_at_checked(at) else { continue };
        let parts: Vec<&str> = date.split('_').collect();
        let is_date = match parts.as_slice() {
            [day] => day.len() == 8 && digits(day),
            [year, month, day] => {
                year.len() == 4 && month.len() == 2 && parts.iter().all(|part| digits(part)) && day.len() == 2
            }
            _ => false,
        };
        if is_date && !stem.is_empty() {
            return stem;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_give_actions() {
        for (source, event, expected) in [
            ("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"),
            ("lambda.amazonaws.com", "AddPermission20150331v2", "lambda:AddPermission"),
            ("lambda.amazonaws.com", "PublishLayerVersion20181031", "lambda:PublishLayerVersion"),
            ("lambda.amazonaws.com", "CreateFunctionUrlConfig", "lambda:CreateFunctionUrlConfig"),
            ("lambda.amazonaws.com", "Invoke", "lambda:InvokeFunction"),
            ("cloudfront.amazonaws.com", "UpdateDistribution2020_05_31", "cloudfront:UpdateDistribution"),
            (
                "cloudfront.amazonaws.com",
                "CreateDistributionWithTags2020_05_31",
                "cloudfront:CreateDistribution",
            ),
            ("monitoring.amazonaws.com", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
            ("email.amazonaws.com", "SendEmail", "ses:SendEmail"),
            ("ses.amazonaws.com", "SendEmail", "ses:SendEmail"),
            ("tagging.amazonaws.com", "TagResources", "tag:TagResources"),
            ("streams.dynamodb.amazonaws.com", "GetRecords", "dynamodb:GetRecords"),
            ("SNS.amazonaws.com", "publish", "sns:Publish"),
            ("s3.amazonaws.com", "PutBucketEncryption", "s3:PutEncryptionConfiguration"),
            ("s3.amazonaws.com", "PutBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
            ("s3.amazonaws.com", "PutBucketCors", "s3:PutBucketCORS"),
            ("s3.amazonaws.com", "ListObjectVersions", "s3:ListBucketVersions"),
            ("apigateway.amazonaws.com", "CreateRestApi", "apigateway:POST"),
            ("apigateway.amazonaws.com", "UpdateStage", "apigateway:PATCH"),
            ("apigateway.amazonaws.com", "GetRestApis", "apigateway:GET"),
            ("sts.amazonaws.com", "AssumeRole", "sts:AssumeRole"),
            ("sqs.amazonaws.com", "SendMessageBatch", "sqs:SendMessage"),
            ("kms.amazonaws.com", "ReEncrypt", "kms:ReEncryptFrom"),
        ] {
            let answer = event_action(Catalogue::built_in(), source, event);
            assert_eq!(answer.actions[0], expected, "{source} {event}");
            assert!(answer.known, "{source} {event}");
        }
        let unknown = event_action(Catalogue::built_in(), "signin.amazonaws.com", "ConsoleLogin");
        assert_eq!((unknown.actions[0].as_str(), unknown.known), ("signin:ConsoleLogin", false));
    }

    #[test]
    fn versions_are_taken_off() {
        for (name, expected) in [
            ("Get20150331", "Get"),
            ("Get20150331v2", "Get"),
            ("Get2020_05_31", "Get"),
            ("GetFindingsV2", "GetFindingsV2"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("20150331", "20150331"),
            ("ActivationEvent2", "ActivationEvent2"),
            ("é2015_03_1", "é2015_03_1"),
            ("", ""),
        ] {
            assert_eq!(without_version(name), expected);
        }
    }
}
