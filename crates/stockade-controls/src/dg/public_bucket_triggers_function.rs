//! DG-11: a bucket that anyone may write to or read from runs a function.

use crate::Context;
use crate::public_bucket::block_public_access;
use stockade_inventory::{BucketGrant, BucketGrantKind, BucketTrigger, Inventory, Node};
use stockade_model::{
    Applicability, Change, Confidence, Kleene, Outcome, Resource, Subject, Symbol, Verdict,
};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    for (node, bucket) in inventory.of_type("AWS::S3::Bucket") {
        verdicts.extend(judge_bucket(inventory, node, bucket));
    }
}

fn judge_bucket(inventory: &Inventory, node: Node, bucket: &Resource) -> Option<Verdict> {
    let (ways, open) = inventory.bucket_triggers(node);
    if ways.is_empty() && open.is_none() {
        return None;
    }
    let grants = inventory.public_bucket_grants(node);
    let way = ways.iter().find(|way| way.function.is_some()).or_else(|| ways.first());
    let certain = grants.iter().find(|grant| grant.effective.is_true());
    let grant = certain.or_else(|| grants.first());
    let subject = Subject::resource(bucket.id.clone(), bucket.type_name.clone());
    let Some(way) = way else {
        // A bucket that may run a function is of interest only if the public is let in.
        let (symbol, grant) = (open?, certain?);
        return Some(unknown(
            Verdict::on(subject, Outcome::Unknown, &grant.origin),
            bucket,
            None,
            Some(&symbol),
        ));
    };
    let name = way
        .function
        .map_or_else(|| "a function".to_owned(), |function| format!("`{}`", function.resource().id));
    let Some(grant) = grant else {
        let verdict = Verdict::new(subject, Outcome::Pass, bucket.declared_at);
        return Some(match inventory.open() {
            Some(symbol) => {
                let verdict = Verdict { outcome: Outcome::Unknown, message: "unknown", ..verdict };
                unknown(verdict, bucket, Some(way), Some(symbol))
            }
            None => verdict.with("bucket", bucket.id.to_string()).with("function", name),
        });
    };
    if grant.effective == Kleene::Unknown {
        let verdict = Verdict::on(subject, Outcome::Unknown, &grant.origin);
        return Some(unknown(verdict, bucket, Some(way), grant.symbol.as_ref()));
    }
    let verdict = Verdict::on(subject, Outcome::Fail, &grant.origin)
        .with("bucket", bucket.id.to_string())
        .with("function", name);
    let verdict = related(verdict, bucket, way);
    let verdict = match grant.kind {
        BucketGrantKind::Service => verdict,
        // What lets the public in is that control's to report.
        BucketGrantKind::Acl | BucketGrantKind::Policy => {
            let public = verdict.subject.clone();
            verdict.follows_from("DG-10", &public)
        }
    };
    Some(explain(verdict, bucket, grant))
}

fn unknown(
    verdict: Verdict,
    bucket: &Resource,
    way: Option<&BucketTrigger>,
    symbol: Option<&Symbol>,
) -> Verdict {
    let name = way.and_then(|way| way.function);
    let name =
        name.map_or_else(|| "a function".to_owned(), |function| format!("`{}`", function.resource().id));
    let verdict = verdict.with("bucket", bucket.id.to_string()).with("function", name);
    let verdict = way.map_or_else(|| verdict.clone(), |way| related(verdict.clone(), bucket, way));
    match symbol {
        Some(symbol) => verdict.because(symbol),
        None => verdict.settled_by("whom the conditions of the bucket policy let in", "policy not evaluated"),
    }
}

fn related(verdict: Verdict, bucket: &Resource, way: &BucketTrigger) -> Verdict {
    let verdict = verdict.related("the bucket", bucket.declared_at);
    way.path.iter().fold(verdict, |verdict, (message, place)| verdict.related(message.clone(), *place))
}

fn explain(verdict: Verdict, bucket: &Resource, grant: &BucketGrant) -> Verdict {
    // New buckets refuse public grants unless a block is declared that lets them be.
    let verdict = if grant.block_declared { verdict } else { verdict.confidence(Confidence::Medium) };
    match grant.kind {
        BucketGrantKind::Acl => {
            let change = Change::Remove { resource: bucket.id.clone(), property: "AccessControl".into() };
            verdict.message("acl").fix(
                Applicability::Unsafe,
                "take the public access control list away; nobody outside can read the bucket then",
                vec![change],
            )
        }
        BucketGrantKind::Policy => {
            let request = grant.request.clone().unwrap_or_default();
            verdict.with("request", request).fix(
                Applicability::Unsafe,
                "block public access to the bucket; take the public statement out of its policy too, which is refused then",
                vec![block_public_access(bucket)],
            )
        }
        BucketGrantKind::Service => verdict.message("service").fix(
            Applicability::Display,
            "add a condition on `aws:SourceAccount` to the statement",
            Vec::new(),
        ),
    }
}
