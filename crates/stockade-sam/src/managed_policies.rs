//! AWS managed policies by name: `AmazonS3ReadOnlyAccess` in a SAM `Policies` list stands for its ARN
//! (AWS SAM developer guide, "AWS::Serverless::Function", `Policies`). The names are in
//! `data/aws-managed-policies.tsv`.

use crate::Context;
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use std::sync::LazyLock;
use stockade_cfn::Expr;
use stockade_model::Origin;

/// Path with name, and the partitions that have the policy.
struct Managed {
    path: &'static str,
    partitions: &'static str,
}

static POLICIES: LazyLock<HashMap<&'static str, Managed>> = LazyLock::new(|| {
    let rows = include_str!("../../../data/aws-managed-policies.tsv").lines();
    let row = |line: &'static str| {
        let (path, partitions) = line.split_once('\t')?;
        let name = path.rsplit('/').next()?;
        Some((name, Managed { path, partitions }))
    };
    rows.filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

/// The ARN of a managed policy, by its path and name below `policy/`.
pub(crate) fn arn(path: &str, context: &Context, origin: &Origin) -> Expr {
    Expr::string(text(path, context), origin)
}

/// The ARN that a name in `Policies` stands for; none if no managed policy of the partition has it, and the
/// name then stays as written. A partition that the list does not cover is taken to have every policy.
pub(crate) fn named(name: &str, context: &Context) -> Option<SmolStr> {
    let policy = POLICIES.get(name)?;
    let covered = matches!(context.partition, "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc");
    let has =
        !covered || policy.partitions == "*" || policy.partitions.split(' ').any(|p| p == context.partition);
    has.then(|| text(policy.path, context))
}

fn text(path: &str, context: &Context) -> SmolStr {
    format_smolstr!("arn:{}:iam::aws:policy/{path}", context.partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_arns_of_their_partition() {
        let context = |partition| Context { region: "", partition, parameter: &|_| None };
        let role = named("AWSLambdaBasicExecutionRole", &context("aws-cn"));
        assert_eq!(
            role.as_deref(),
            Some("arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
        );
        assert_eq!(named("AWSAccountActivityAccess", &context("aws-cn")), None);
        assert_eq!(named("NoSuchPolicy", &context("aws")), None);
    }
}
