//! What a connector grants, as a table: AWS's connector profiles.

use serde_json::Value as Json;
use std::sync::LazyLock;
use stockade_cfn::Expr;
use stockade_model::Origin;

const TABLE: &str = include_str!("../../../../data/sam-connector-profiles.tsv");

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| read(TABLE));

/// What becomes of a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A managed policy on a role.
    ManagedPolicy,
    /// A policy on an SQS queue.
    QueuePolicy,
    /// A policy on an SNS topic.
    TopicPolicy,
    /// Permissions on a Lambda function.
    LambdaPermission,
}

/// One of the two ends of a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// What acts.
    Source,
    /// What is acted on.
    Destination,
}

/// What is made only after the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Nothing.
    Nothing,
    /// The source.
    Source,
    /// The mapping of the source's events to the destination.
    EventSourceMapping,
}

/// What a connector between two types grants.
#[derive(Debug)]
pub(crate) struct Profile {
    source: &'static str,
    destination: &'static str,
    /// What becomes of it.
    pub kind: Kind,
    /// Whose role, queue, topic or function gets the policy.
    pub held_by: End,
    /// What is made only after the policy.
    pub waits: Waits,
    /// The sets of permissions that may be asked for, each sorted; none if every set may.
    pub together: Vec<Vec<&'static str>>,
    /// By permission: policy statements, or the properties of a Lambda permission.
    pub grants: Vec<(&'static str, Json)>,
}

/// The profile of a connector between two CloudFormation types.
pub(crate) fn find(source: &str, destination: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.source == source && profile.destination == destination)
}

fn read(table: &'static str) -> Vec<Profile> {
    let mut profiles: Vec<Profile> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [source, destination, kind, held_by, waits, together, permission, grants] = columns.as_slice()
        else {
            continue;
        };
        let kind = match *kind {
            "managed-policy" => Kind::ManagedPolicy,
            "queue-policy" => Kind::QueuePolicy,
            "topic-policy" => Kind::TopicPolicy,
            "lambda-permission" => Kind::LambdaPermission,
            _ => continue,
        };
        let Ok(grants) = serde_json::from_str(grants) else { continue };
        match profiles.iter_mut().find(|known| known.source == *source && known.destination == *destination) {
            Some(known) => known.grants.push((permission, grants)),
            None => profiles.push(Profile {
                source,
                destination,
                kind,
                held_by: if *held_by == "source" { End::Source } else { End::Destination },
                waits: match *waits {
                    "source" => Waits::Source,
                    "event-source-mapping" => Waits::EventSourceMapping,
                    _ => Waits::Nothing,
                },
                together: together
                    .split(' ')
                    .filter(|set| *set != "-")
                    .map(|set| set.split('+').collect())
                    .collect(),
                grants: vec![(permission, grants)],
            }),
        }
    }
    profiles
}

/// What stands for `%{Source.Arn}` and the like.
pub(crate) type Stand<'a> = [(&'static str, Option<&'a Expr>)];

/// Fills a grant with the two resources: a string that is nothing but a placeholder becomes the value, one
/// that holds a placeholder becomes an `Fn::Sub`. The error is the placeholder that has no value.
pub(crate) fn fill(grant: &Json, stand: &Stand, origin: &Origin) -> Result<Expr, &'static str> {
    match grant {
        Json::String(text) => fill_text(text, stand, origin),
        Json::Array(items) => {
            let items: Result<Vec<Expr>, _> = items.iter().map(|item| fill(item, stand, origin)).collect();
            Ok(Expr::list(items?, origin))
        }
        Json::Object(entries) => entries.iter().try_fold(Expr::object(origin), |object, (key, value)| {
            Ok(object.with(key.as_str(), fill(value, stand, origin)?))
        }),
        other => Ok(Expr::from_json(other, origin)),
    }
}

fn fill_text(text: &str, stand: &Stand, origin: &Origin) -> Result<Expr, &'static str> {
    let mut text = text.to_owned();
    let mut variables = Expr::object(origin);
    for (name, value) in stand {
        let placeholder = format!("%{{{name}}}");
        if !text.contains(&placeholder) {
            continue;
        }
        let value = value.ok_or(*name)?;
        if text == placeholder {
            return Ok(value.clone());
        }
        // A variable of `Fn::Sub` is made of letters and digits.
        let variable: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        text = text.replace(&placeholder, &format!("${{{variable}}}"));
        variables.set(variable, value.clone());
    }
    if !text.contains("${") {
        return Ok(Expr::string(text, origin));
    }
    if variables.entries().is_empty() {
        return Ok(Expr::sub(text, origin));
    }
    Ok(Expr::call("Fn::Sub", Expr::list(vec![Expr::string(text, origin), variables], origin), origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::Place;

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(PROFILES.iter().map(|profile| profile.grants.len()).sum::<usize>(), rows);
        let queue = find("AWS::SQS::Queue", "AWS::Lambda::Function").unwrap();
        assert_eq!((queue.held_by, queue.waits), (End::Destination, Waits::EventSourceMapping));
        assert_eq!(queue.together, [["Read", "Write"]]);
    }

    #[test]
    fn placeholders_are_filled() {
        let origin = Origin::at(Place::default());
        let arn = Expr::get_att("Table", "Arn", &origin);
        let stand: &Stand = &[("Source.Arn", Some(&arn)), ("Source.Name", None)];
        let fill = |text: &str| fill_text(text, stand, &origin).map(|filled| filled.to_json());
        assert_eq!(fill("%{Source.Arn}"), Ok(arn.to_json()));
        let sub = serde_json::json!({"Fn::Sub": ["${SourceArn}/*", {"SourceArn": arn.to_json()}]});
        assert_eq!(fill("%{Source.Arn}/*"), Ok(sub));
        assert_eq!(fill("${AWS::Region}"), Ok(serde_json::json!({"Fn::Sub": "${AWS::Region}"})));
        assert_eq!(fill("x:%{Source.Name}"), Err("Source.Name"));
    }
}
