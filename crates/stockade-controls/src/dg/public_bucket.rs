//! DG-10: a bucket whose policy or access control list lets anyone in, or that blocks public access in part.

use crate::Context;
use crate::public_bucket::{PARTS, block_public_access};
use stockade_inventory::{BucketGrant, BucketGrantKind, Inventory, Node};
use stockade_model::{
    Applicability, Change, Confidence, Fact, Outcome, Resource, Severity, Subject, Symbol, Verdict,
};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let buckets = inventory.of_type("AWS::S3::Bucket");
    verdicts.extend(buckets.map(|(node, bucket)| judge_bucket(inventory, node, bucket)));
}

fn judge_bucket(inventory: &Inventory, node: Node, bucket: &Resource) -> Verdict {
    let subject = Subject::resource(bucket.id.clone(), bucket.type_name.clone());
    let name = bucket.declared_id.to_string();
    let mut grants = inventory.public_bucket_grants(node);
    grants.retain(|grant| grant.kind != BucketGrantKind::Service);
    let unknown = |verdict: Verdict, symbol: Option<&Symbol>| match symbol {
        Some(symbol) => verdict.with("symbol", symbol.name()).because(symbol),
        None => {
            let phrase = "whom the bucket policy lets in";
            verdict.with("symbol", phrase).settled_by(phrase, "policy not decided")
        }
    };
    if let Some(grant) = grants.iter().find(|grant| grant.effective.is_true()) {
        let verdict = Verdict::on(subject, Outcome::Fail, &grant.origin).with("bucket", name);
        return explain(verdict.related("the bucket", bucket.declared_at), bucket, grant);
    }
    if let Some(grant) = grants.first() {
        let verdict = Verdict::on(subject, Outcome::Unknown, &grant.origin).with("bucket", name);
        return unknown(verdict.related("the bucket", bucket.declared_at), grant.symbol.as_ref());
    }
    let block = bucket.properties.get("PublicAccessBlockConfiguration");
    if block.is_absent() {
        return Verdict::new(subject, Outcome::Pass, bucket.declared_at).with("bucket", name);
    }
    let mut open = block.unknown().cloned();
    for part in PARTS {
        let value = block.get(part);
        match value.boolean() {
            Fact::Known(true) => {}
            Fact::Unknown(symbol) => open = open.or(Some(symbol)),
            Fact::Known(false) | Fact::Absent | Fact::Other => {
                let origin = if value.is_absent() { &block.origin } else { &value.origin };
                return Verdict::on(subject, Outcome::Fail, origin)
                    .with("bucket", name)
                    .with("part", spelled(bucket, part))
                    .message("block")
                    .severity(Severity::Medium)
                    .fix(
                        Applicability::Unsafe,
                        "block public access in all four parts",
                        vec![block_public_access(bucket)],
                    );
            }
        }
    }
    match open {
        Some(symbol) => {
            let verdict = Verdict::on(subject, Outcome::Unknown, &block.origin).with("bucket", name);
            unknown(verdict, Some(&symbol))
        }
        None => Verdict::on(subject, Outcome::Pass, &block.origin).with("bucket", name),
    }
}

/// A part of the block as the bucket's source spells it.
fn spelled(bucket: &Resource, part: &str) -> String {
    let path = bucket.raise.spell(&format!("PublicAccessBlockConfiguration.{part}"));
    path.rsplit('.').next().unwrap_or(part).to_owned()
}

fn explain(verdict: Verdict, bucket: &Resource, grant: &BucketGrant) -> Verdict {
    // New buckets refuse public grants unless a block is declared that lets them be.
    let verdict = if grant.block_declared { verdict } else { verdict.confidence(Confidence::Medium) };
    if grant.kind == BucketGrantKind::Acl {
        let change = Change::Remove { resource: bucket.id.clone(), property: "AccessControl".into() };
        return verdict.message("acl").fix(
            Applicability::Unsafe,
            "take the public access control list away; nobody outside can read the bucket then",
            vec![change],
        );
    }
    verdict.with("request", grant.request.clone().unwrap_or_default()).fix(
        Applicability::Unsafe,
        "block public access to the bucket; take the public statement out of its policy too, which is refused then",
        vec![block_public_access(bucket)],
    )
}
