//! How fast questions about policies are answered, beside the targets of the policy engine.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use stockade_iam::{
    Budget, Catalogue, CompiledPolicy, Context, Estate, PolicyDocument, PolicySet, PolicyType, Proof,
    Request, RequestPrincipal, compare, compare_typed, evaluate, findings,
};

type Compare = fn(&CompiledPolicy, &CompiledPolicy, PolicyType, Budget) -> Proof;

const CASES: &str = "../shared/iam-cases";

/// Prints each figure beside its target. The targets are of the release build, so that another one hands over to it.
pub fn run() -> Result<()> {
    if cfg!(debug_assertions) {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let release = ["run", "--release", "--locked", "--package", "xtask", "--", "bench", "iam"];
        if !Command::new(cargo).args(release).status().context("cannot run cargo")?.success() {
            bail!("the benchmark failed");
        }
        return Ok(());
    }
    decisions()?;
    comparisons()?;
    external_access()?;
    escalation()?;
    Ok(())
}

fn compile(json: &Json) -> Result<CompiledPolicy> {
    CompiledPolicy::new(&PolicyDocument::from_json(json)).map_err(anyhow::Error::msg)
}

/// A role with two policies of AWS and one of its own, asked for one thing that it may and one that it may not.
fn decisions() -> Result<()> {
    let managed = |name: &str| -> Result<Arc<CompiledPolicy>> {
        let policy = Catalogue::built_in().managed_policy(name).context("no such managed policy")?;
        Ok(Arc::new(compile(&policy.document)?))
    };
    let own = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
         "Resource": "arn:aws:dynamodb:*:111111111111:table/orders-*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
    ]});
    let set = PolicySet {
        identity: vec![
            managed("service-role/AWSLambdaBasicExecutionRole")?,
            managed("AmazonSQSReadOnlyAccess")?,
            Arc::new(compile(&own)?),
        ],
        ..PolicySet::default()
    };
    let mut context = Context::default();
    context.set("aws:RequestedRegion", vec!["eu-west-1".into()]);
    let request = |action: &str, resource: &str| Request {
        principal: RequestPrincipal::parse("arn:aws:iam::111111111111:role/worker"),
        action: action.into(),
        resource: resource.into(),
        context: context.clone(),
    };
    let requests = [
        request("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111111111111:table/orders-2026"),
        request("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ];
    let rounds = 500_000u32;
    let start = Instant::now();
    let mut allowed = 0u32;
    for at in 0..rounds {
        let decision = evaluate(&requests[at as usize % 2], &set, Some("111111111111"));
        allowed += u32::from(decision.blocked_by.is_empty());
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "policy evaluation: {:.2} million decisions/s on one core, {allowed} of {rounds} allowed (target: 2)",
        f64::from(rounds) / seconds / 1e6
    );
    Ok(())
}

fn recorded(name: &str) -> Result<Option<Json>> {
    let path = Path::new(CASES).join(name);
    if !path.is_file() {
        println!("SKIPPED: {} is not beside the project", path.display());
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&std::fs::read_to_string(path)?)?))
}

/// The recorded pairs of policies, each compared alone; the best of several runs of each counts.
fn comparisons() -> Result<()> {
    let mut pairs = Vec::new();
    if let Some(file) = recorded("subset_pairs.json")? {
        for case in file["cases"].as_array().into_iter().flatten() {
            let policy = |key: &str| {
                let at = usize::try_from(case[key].as_u64().unwrap_or_default()).unwrap_or_default();
                compile(&file["policies"][at]["policy"])
            };
            pairs.push((policy("q")?, policy("p")?, PolicyType::Resource));
        }
    }
    if let Some(file) = recorded("no_new_access.json")? {
        for case in file["cases"].as_array().into_iter().flatten() {
            let resource = case["policy_type"] == "RESOURCE";
            let policy_type = if resource { PolicyType::Resource } else { PolicyType::Identity };
            pairs.push((compile(&case["existing"])?, compile(&case["new"])?, policy_type));
        }
    }
    if pairs.is_empty() {
        return Ok(());
    }
    let typed: Compare = |existing, new, policy_type, budget| {
        compare_typed(existing, new, policy_type, Catalogue::built_in(), budget)
    };
    let ways = [
        ("comparison of policies", compare as Compare, "30 µs, 1 ms"),
        ("comparison over the catalogue's actions", typed, "200 µs"),
    ];
    for (name, compare, target) in ways {
        let mut times: Vec<f64> = Vec::new();
        let mut unknown = 0;
        for (existing, new, policy_type) in &pairs {
            let mut best = f64::MAX;
            for _ in 0..5 {
                let start = Instant::now();
                let proof = compare(existing, new, *policy_type, Budget::default());
                best = best.min(start.elapsed().as_secs_f64() * 1e6);
                unknown += u32::from(matches!(proof, Proof::Unknown(_)));
            }
            times.push(best);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{name}: median {:.1} µs, 99 % {:.0} µs, most {:.0} µs, {unknown} unknown, over {} pairs (target: {target})",
            times[times.len() / 2],
            times[times.len() * 99 / 100],
            times[times.len() - 1],
            times.len()
        );
    }
    Ok(())
}

/// A bucket policy of 15 statements with five keys, whose patterns overlap.
fn external_access() -> Result<()> {
    let letters = "abcdefghijklmnopqrs";
    let statements: Vec<Json> = (0..15)
        .map(|at| {
            let user = format!("arn:aws:iam::123456789012:user/{}*{}", &letters[..at], &letters[at + 1..]);
            json!({
                "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::bucket",
                "Condition": {
                    "StringLike": {"aws:PrincipalArn": user},
                    "ArnLike": {"aws:SourceArn": format!("arn:aws:sns:eu-west-1:123456789012:topic{at}")},
                    "IpAddress": {"aws:SourceIp": format!("200.10.0.0/{}", 16 + at % 12)},
                    "StringEquals": {"aws:SourceVpc": format!("vpc-{at}"), "aws:PrincipalOrgID": format!("o-{at}")},
                },
            })
        })
        .collect();
    let document = PolicyDocument::from_json(&json!({"Version": "2012-10-17", "Statement": statements}));
    let mut best = f64::MAX;
    let mut count = 0;
    for _ in 0..5 {
        let start = Instant::now();
        let found = findings(&document, None, Some("999999999999"), Budget::default());
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
        count = found.map_err(anyhow::Error::msg)?.len();
    }
    println!("external access, 15 statements with 5 keys: {best:.1} ms, {count} findings (target: 10 ms)");
    Ok(())
}

/// 500 roles and 500 functions: every role may change the code of some functions and pass some roles.
fn escalation() -> Result<()> {
    let account = "111111111111";
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let roles: Vec<Json> = (0..500)
        .map(|at| {
            let statements = json!([
                {"Effect": "Allow", "Action": ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
                 "Resource": format!("arn:aws:lambda:*:{account}:function:fn-{}*", (at / 10 + 1) % 50)},
                {"Effect": "Allow", "Action": "iam:PassRole",
                 "Resource": format!("arn:aws:iam::{account}:role/role-{}", (at + 1) % 500)},
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::bucket-{at}/*")},
            ]);
            json!({
                "RoleName": format!("role-{at}"), "Arn": format!("arn:aws:iam::{account}:role/role-{at}"),
                "AssumeRolePolicyDocument": trust, "AttachedManagedPolicies": [], "InstanceProfileList": [],
                "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
            })
        })
        .collect();
    let functions: Vec<Json> = (0..500)
        .map(|at| {
            json!({
                "FunctionArn": format!("arn:aws:lambda:eu-west-1:{account}:function:fn-{at}"),
                "Role": format!("arn:aws:iam::{account}:role/role-{at}"),
            })
        })
        .collect();
    let estate = json!({
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [], "Functions": functions,
    });
    let start = Instant::now();
    let estate = Estate::read(&estate).map_err(anyhow::Error::msg)?;
    let read = start.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let from = format!("arn:aws:iam::{account}:role/role-0");
    let paths = estate.escalate(&from).map_err(|unanswered| anyhow::anyhow!(unanswered.0))?.paths;
    let seconds = start.elapsed().as_secs_f64();
    if paths.is_empty() {
        bail!("the estate of the benchmark has no path");
    }
    println!(
        "escalation over 500 roles and 500 functions: {seconds:.2} s, {} paths; read in {read:.0} ms (target: 1 s)",
        paths.len()
    );
    Ok(())
}
