//! Patterns of ARNs against resource types.

use super::{Action, ActionResource, ResourceType};
use crate::generate::can_be;
use crate::glob;
use crate::lint::arn_parts;

/// Characters that no ARN has: wildcards alone match what they stand for.
const ANYTHING: &str = "\u{e000}\u{e001}\u{e002}";

impl ResourceType<'_> {
    /// Whether a pattern matches every ARN of the type, in every account and region of the partition that it names: `*`,
    /// `arn:aws:dynamodb:*:*:table/*`.
    #[must_use]
    pub fn is_covered_by(self, pattern: &str) -> bool {
        if is_any(pattern) {
            return true;
        }
        let parts = arn_parts(pattern);
        let partition = parts.get(1).filter(|partition| !partition.contains(['*', '?'])).unwrap_or(&"aws");
        let format = self.arn_format().replace("${Partition}", partition);
        let mut sample = String::with_capacity(format.len());
        let mut rest = format.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            sample.push_str(before);
            sample.push_str(ANYTHING);
            rest = after.split_once('}').map_or("", |(_, behind)| behind);
        }
        sample.push_str(rest);
        let fields = arn_parts(&sample);
        // A short pattern that ends in `*` takes any rest.
        glob::matches(pattern, &sample)
            && (parts.len() < fields.len()
                || parts.into_iter().zip(fields).all(|(part, field)| glob::matches(part, field)))
    }

    /// Whether a pattern can match an ARN of the type.
    #[must_use]
    pub fn can_match(self, pattern: &str) -> bool {
        can_be(pattern, self.arn_format())
    }
}

impl Action<'_> {
    /// Whether patterns let it act on everything that it can act on: each type that its requests must name, or each of its
    /// types if there are none such, is covered whole by one of them. An action without resource types is never narrowed,
    /// so nothing is said of it.
    #[must_use]
    pub fn is_unrestricted_by(self, patterns: &[&str]) -> bool {
        if patterns.iter().any(|pattern| is_any(pattern)) {
            return !self.is_on_all_resources_only();
        }
        // An access point is another name for what lies in a bucket.
        let is_alias = |on: &ActionResource| on.resource_type.arn_format().contains(":accesspoint/");
        let mut types: Vec<ActionResource> = self.resource_types().collect();
        if types.iter().any(|on| !is_alias(on)) {
            types.retain(|on| !is_alias(on));
        }
        let must_name = types.iter().any(|on| on.required);
        !self.is_on_all_resources_only()
            && types
                .iter()
                .filter(|on| on.required || !must_name)
                .all(|on| patterns.iter().any(|pattern| on.resource_type.is_covered_by(pattern)))
    }
}

/// Whether a pattern is `*`.
fn is_any(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;

    #[test]
    fn a_pattern_covers_a_type_where_only_wildcards_stand_for_what_varies() {
        for (action, patterns, expected) in [
            ("dynamodb:GetItem", &["*"][..], true),
            ("dynamodb:GetItem", &["arn:aws:dynamodb:*:*:table/*"], true),
            ("dynamodb:GetItem", &["arn:aws-cn:dynamodb:*"], true),
            ("dynamodb:GetItem", &["arn:*:dynamodb:*:*:*"], true),
            ("dynamodb:GetItem", &["arn:aws:dynamodb:us-east-1:111122223333:table/*"], false),
            ("dynamodb:GetItem", &["arn:aws:dynamodb:*:*:table/orders-*"], false),
            ("dynamodb:GetItem", &["arn:aws:s3:::*"], false),
            ("s3:GetObject", &["arn:aws:s3:::bucket/*"], false),
            ("s3:GetObject", &["arn:aws:s3:::*/*"], true),
            ("s3:GetObject", &["arn:aws:s3:::*"], true),
            ("s3:ListBucket", &["arn:aws:s3:::*"], true),
            ("s3:PutAccessPointPolicy", &["arn:aws:s3:::*"], false),
            ("s3:PutAccessPointPolicy", &["*"], true),
            ("lambda:InvokeFunction", &["arn:aws:lambda:*:*:function:*"], true),
            ("lambda:ListFunctions", &["*"], false),
            // The subnet narrows it, whatever the interface.
            (
                "ec2:CreateNetworkInterface",
                &["arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:subnet/subnet-1"],
                false,
            ),
        ] {
            let found = Catalogue::built_in().action(action).expect(action);
            assert_eq!(found.is_unrestricted_by(patterns), expected, "{action} {patterns:?}");
        }
    }
}
