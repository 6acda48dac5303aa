//! The words against CloudFormation's published schemas.

use super::super::property_paths;
use std::collections::{BTreeMap, BTreeSet};

const SCHEMAS: &str = include_str!("../../../../../data/cloudformation/property-paths.txt");

/// Types that only this mapping has, for what CloudFormation has none.
const OWN_TYPES: [&str; 2] = ["Terraform::Inspector2::Enabler", "Terraform::S3::AccountPublicAccessBlock"];

/// What no schema has, and why it is there all the same.
const BESIDE: &[(&str, &str)] = &[
    // What the rows' code takes apart.
    ("AWS::ApiGateway::Stage", "MethodSettings.MethodPath"),
    ("AWS::Budgets::Budget", "NotificationsWithSubscribers.Emails"),
    ("AWS::Budgets::Budget", "NotificationsWithSubscribers.Topics"),
    ("AWS::CodeBuild::Project", "Triggers.FilterGroups.FilterGroups.ExcludeMatchedPattern"),
    ("AWS::CodeBuild::Project", "Triggers.FilterGroups.FilterGroups.Pattern"),
    ("AWS::CodeBuild::Project", "Triggers.FilterGroups.FilterGroups.Type"),
    ("AWS::Lambda::LayerVersionPermission", "VersionNumber"),
    ("AWS::Lambda::Permission", "Qualifier"),
    ("AWS::SNS::Topic", "Policy"),
    ("AWS::SQS::Queue", "Policy"),
    // The default behaviour is written with the words of all, and has no pattern.
    ("AWS::CloudFront::Distribution", "DistributionConfig.DefaultCacheBehavior.PathPattern"),
    // CloudFormation makes no SecureString, Terraform does.
    ("AWS::SSM::Parameter", "KeyId"),
];

fn known() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut out: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let (mut type_name, mut steps) = ("", Vec::new());
    for line in SCHEMAS.lines().filter(|line| !line.starts_with('#')) {
        let name = line.trim_start();
        match line.len() - name.len() {
            0 => type_name = name,
            depth => {
                steps.truncate(depth - 1);
                steps.push(name);
                out.entry(type_name).or_default().insert(steps.join("."));
            }
        }
    }
    out
}

#[test]
fn every_property_that_a_word_writes_is_one_of_cloudformation() {
    let known = known();
    let mut unknown = Vec::new();
    for (type_name, paths) in property_paths().into_iter().filter(|(name, _)| !OWN_TYPES.contains(name)) {
        let schema = known.get(type_name);
        let is_known = |path: &String| schema.is_some_and(|schema| schema.contains(path));
        // Words that rules of web ACLs and rule groups share: each has some that the other has not.
        let is_shared = |_: &String| type_name.starts_with("AWS::WAFv2::");
        unknown.extend(
            paths
                .into_iter()
                .filter(|path| !is_known(path) && !is_shared(path))
                .map(|path| format!("{type_name} {path}")),
        );
    }
    let beside: Vec<String> = BESIDE.iter().map(|(name, path)| format!("{name} {path}")).collect();
    unknown.retain(|path| !beside.contains(path));
    assert!(
        unknown.is_empty(),
        "no schema has these; if they are right, `cargo xtask data cloudformation`:\n{}",
        unknown.join("\n")
    );
}

#[test]
fn rules_of_web_acls_and_rule_groups_have_what_one_of_the_two_has() {
    let (known, paths) = (known(), property_paths());
    let of = |name: &str| known.get(name).cloned().unwrap_or_default();
    let rules: BTreeSet<String> =
        of("AWS::WAFv2::WebACL").union(&of("AWS::WAFv2::RuleGroup")).cloned().collect();
    for name in ["AWS::WAFv2::WebACL", "AWS::WAFv2::RuleGroup"] {
        for path in paths[name].iter().filter(|path| path.starts_with("Rules.")) {
            assert!(rules.contains(path), "{name} {path}");
        }
    }
}
