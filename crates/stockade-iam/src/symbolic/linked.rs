//! What keys tell of each other: combinations that no request has.

use super::boxes::Cube;
use super::space::{KEYS, PRINCIPAL, Scope, Space};
use crate::catalogue::Catalogue;
use crate::condition::parse_time;
use crate::request::RequestPrincipal;

/// The address that a request comes from is in its context unless it came through a VPC endpoint.
///
/// Source: IAM User Guide, "AWS global condition context keys", availability of `aws:SourceIp`.
const PUBLIC_ADDRESS: &str = "aws:sourceip";

/// Keys that a request has only if it came through a VPC endpoint (same source).
const THROUGH_ENDPOINT: [&str; 3] = ["aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"];

/// Keys that a request has only if a principal of some account signed it (same source).
fn is_of_signer(key: &str) -> bool {
    matches!(key, "aws:principalorgid" | "aws:principalorgpaths") || key.starts_with("aws:principaltag/")
}

/// The first time that a request can have, in seconds of the epoch: what was allowed until a day that has passed is not
/// allowed any more. It is the date of the catalogue, so that answers depend on the version alone.
pub(super) fn not_before() -> Option<f64> {
    parse_time(Catalogue::built_in().date())
}

/// Boxes of requests that nobody can make. What is given in the question is not doubted.
pub(super) fn impossible(space: &Space, scope: &Scope) -> Vec<Cube> {
    let varies = |key: &str| !scope.context.contains_key(key);
    let mut out = Vec::new();
    if let Some(address) = space.dimension(PUBLIC_ADDRESS) {
        for key in THROUGH_ENDPOINT {
            if let Some(other) = space.dimension(key)
                && (varies(PUBLIC_ADDRESS) || varies(key))
            {
                out.extend(space.layout.and(&space.present(address), &space.present(other)));
            }
        }
    }
    if scope.principal.is_none() {
        let unsigned =
            space.where_in(PRINCIPAL, |at| !matches!(space.principals[at].0, RequestPrincipal::Aws(_)));
        for (at, (key, _)) in space.keys.iter().enumerate() {
            if is_of_signer(key) && varies(key) {
                out.extend(space.layout.and(&unsigned, &space.present(KEYS + at)));
            }
        }
    }
    out
}

impl Space {
    /// The requests that have a key.
    fn present(&self, dimension: usize) -> Cube {
        self.where_in(dimension, |at| !self.keys[dimension - KEYS].1[at].is_empty())
    }
}

#[cfg(test)]
mod tests {
    use crate::symbolic::{Budget, Proof, can, compare, grants, public};
    use crate::{CompiledPolicy, Context, PolicyDocument, PolicySet, PolicyType, Request, RequestPrincipal};
    use serde_json::{Value as Json, json};
    use std::sync::Arc;

    fn policy(condition: &Json) -> CompiledPolicy {
        let document = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
            "Principal": "*", "Resource": "*", "Condition": condition}});
        CompiledPolicy::new(&PolicyDocument::from_json(&document)).unwrap()
    }

    /// Whether some request for an object is allowed; the context is given.
    fn possible(condition: &Json, given: &[(&str, &str)]) -> bool {
        let mut context = Context::default();
        for (key, value) in given {
            context.set(key, vec![(*value).into()]);
        }
        let request = Request {
            principal: RequestPrincipal::parse("arn:aws:iam::111111111111:user/a"),
            action: "s3:GetObject".into(),
            resource: "arn:aws:s3:::b/k".into(),
            context,
        };
        let set = PolicySet { identity: vec![Arc::new(policy(condition))], ..PolicySet::default() };
        let proof = can(&request, &set, Some("111111111111"), false, Budget::default());
        let granted = grants(&policy(condition), &[], &[], PolicyType::Identity, Budget::default());
        if given.is_empty() {
            assert_eq!(std::mem::discriminant(&proof), std::mem::discriminant(&granted), "{condition}");
        }
        assert!(!matches!(proof, Proof::Unknown(_)), "{proof:?}");
        matches!(proof, Proof::Some(_))
    }

    #[test]
    fn no_address_through_an_endpoint() {
        let address = json!({"aws:SourceIp": "10.0.0.0/8"});
        for key in ["aws:SourceVpc", "aws:SourceVpce"] {
            let both = json!({"IpAddress": address, "StringEquals": {key: "vpc-1"}});
            assert!(!possible(&both, &[]), "{key}");
            // Who says both means it.
            assert!(possible(&both, &[("aws:SourceIp", "10.1.1.1"), (key, "vpc-1")]));
            assert!(!possible(&both, &[("aws:SourceIp", "10.1.1.1")]));
            // The usual way to let in both: not from elsewhere, unless through the endpoint.
            assert!(possible(&json!({"NotIpAddress": address, "StringEquals": {key: "vpc-1"}}), &[]));
            assert!(possible(&json!({"IpAddress": address, "StringNotEquals": {key: "vpc-1"}}), &[]));
            // Access Analyzer compares as if they were free.
            let nothing = policy(&json!({"StringEquals": {"aws:SourceVpc": "none"}}));
            let proof = compare(&nothing, &policy(&both), PolicyType::Identity, Budget::default());
            assert!(matches!(proof, Proof::Some(_)));
        }
        assert!(!possible(
            &json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8", "aws:VpcSourceIp": "10.0.0.0/8"}}),
            &[]
        ));
    }

    #[test]
    fn the_past_is_over() {
        for (operator, key, value, answer) in [
            ("DateLessThan", "aws:CurrentTime", "2020-06-30T00:00:00Z", false),
            ("DateLessThan", "aws:CurrentTime", "2126-06-30T00:00:00Z", true),
            ("DateGreaterThan", "aws:CurrentTime", "2020-06-30T00:00:00Z", true),
            ("NumericLessThan", "aws:EpochTime", "1593475200", false),
            ("NumericGreaterThan", "aws:EpochTime", "1593475200", true),
            ("DateEquals", "aws:CurrentTime", "2020-06-30T00:00:00Z", false),
            ("DateNotEquals", "aws:CurrentTime", "2020-06-30T00:00:00Z", true),
            // Another time than that of the request.
            ("DateLessThan", "aws:TokenIssueTime", "2020-06-30T00:00:00Z", true),
        ] {
            assert_eq!(possible(&json!({operator: {key: value}}), &[]), answer, "{operator} {key} {value}");
        }
        let condition = json!({"DateLessThan": {"aws:CurrentTime": "2020-06-30T00:00:00Z"}});
        assert!(possible(&condition, &[("aws:CurrentTime", "2019-01-01T00:00:00Z")]));
        // The two names of the time are one time.
        let both = json!({"DateGreaterThan": {"aws:CurrentTime": "2130-01-01T00:00:00Z"},
            "NumericLessThan": {"aws:EpochTime": "4102444800"}});
        assert!(!possible(&both, &[]));
    }

    #[test]
    fn only_signers_have_an_organisation() {
        let of = |condition: &Json| {
            public(&policy(condition), None, Some("111111111111"), None, Budget::default())
        };
        // Everyone of some organisation is many, but nobody who does not sign.
        for key in ["aws:PrincipalOrgID", "aws:PrincipalTag/team"] {
            let Proof::Some(witness) = of(&json!({"StringLike": {key: "*"}})) else { continue };
            assert!(matches!(witness.request.principal, RequestPrincipal::Aws(_)), "{witness:?}");
        }
        let condition = json!({"StringLike": {"aws:PrincipalOrgID": "*"}, "StringEquals": {"aws:PrincipalType": "Anonymous"}});
        assert!(matches!(of(&condition), Proof::None));
    }
}
