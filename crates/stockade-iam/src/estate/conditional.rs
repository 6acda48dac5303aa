//! Ways that lead to a role only if something holds that no permission tells: what the function's code trusts, what a
//! deployment takes. They are told apart from paths, and no path goes on behind one.

use super::access::{Given, Grant, Memo, partition_of};
use super::edges::Edge;
use super::{Estate, Principal, Workload};
use smol_str::{SmolStr, format_smolstr};

/// What a function reads at run time that another may write: the action that writes, the one that reads, the form.
const READ_AT_RUN_TIME: [(&str, &str, &str); 2] = [
    ("ssm:PutParameter", "ssm:GetParameter", "arn:{partition}:ssm:{region}:{account}:parameter/{name}"),
    (
        "secretsmanager:PutSecretValue",
        "secretsmanager:GetSecretValue",
        "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}",
    ),
];

impl Estate {
    /// The conditional ways from a principal to the roles of functions that the estate names.
    pub(super) fn conditional_edges(&self, by: usize) -> Vec<Edge> {
        let who = &self.principals[by];
        let functions = self.workloads.iter().filter(|workload| {
            workload.kind == "function" && workload.account == who.aws.account && workload.role != by
        });
        functions.flat_map(|function| self.conditional_edges_to(who, function)).collect()
    }

    fn conditional_edges_to(&self, who: &Principal, function: &Workload) -> Vec<Edge> {
        let mut out = Vec::new();
        let mut add = |edge, grants, assumes| {
            out.push(Edge { edge, to: function.role, grants, assumes: Some(assumes) })
        };
        if self.may_on(who, "lambda:UpdateAlias", &function.arn) {
            let grants = vec![Grant::new("lambda:UpdateAlias", function.arn.clone())];
            add(
                "L12",
                grants,
                "an older version of the function that has a weakness, behind an alias in use".into(),
            );
        }
        if let Some(code) = &function.code
            && let Some((action, resource)) = writes_code(code, partition_of(&function.arn))
            && self.may_on(who, action, &resource)
        {
            let grants = vec![Grant::new(action, resource)];
            add("L14", grants, format!("a deployment that takes `{code}` anew"));
        }
        let target = &self.principals[function.role];
        for (writes, reads, form) in READ_AT_RUN_TIME {
            if let Some(resource) = self.written_and_read(who, target, writes, reads, form) {
                let grants = vec![Grant::new(writes, resource.clone())];
                add("L17", grants, format!("code that trusts what it reads from `{resource}`"));
            }
        }
        out
    }

    /// A resource that one principal may write and another read.
    fn written_and_read(
        &self,
        who: &Principal,
        reader: &Principal,
        writes: &'static str,
        reads: &'static str,
        form: &str,
    ) -> Option<SmolStr> {
        let lower = |action: &str| action.to_ascii_lowercase();
        if !self.may(who, &lower(writes)) || !self.may(reader, &lower(reads)) {
            return None;
        }
        let names =
            self.names_of(reader, &[reads], form).into_iter().chain(self.names_of(who, &[writes], form));
        let (mut written, mut read) = (Memo::default(), Memo::default());
        let mut common = names.filter(|name| {
            self.allowed(who, writes, name, &Given::default(), &mut written)
                && self.allowed(reader, reads, name, &Given::default(), &mut read)
        });
        common.next()
    }
}

/// The action and the resource that replace what a function's code is taken from: an object, or an image by a tag; an
/// image by its digest cannot be replaced.
fn writes_code(code: &str, partition: &str) -> Option<(&'static str, SmolStr)> {
    if code.contains(":s3:::") {
        return Some(("s3:PutObject", code.into()));
    }
    if code.contains('@') {
        return None;
    }
    let (registry, image) = code.split_once('/')?;
    let repository = image.split(':').next().unwrap_or(image);
    let mut parts = registry.split('.');
    let (account, region) = (parts.next()?, parts.nth(2)?);
    let arn = format_smolstr!("arn:{partition}:ecr:{region}:{account}:repository/{repository}");
    crate::request::is_account(account).then_some(("ecr:PutImage", arn))
}
