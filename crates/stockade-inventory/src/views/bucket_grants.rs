//! Who is let into a bucket: its policies, its access control list and the public access block over both.

use crate::{Exposure, Inventory, Node, Target};
use stockade_iam::{Effect, PolicyDocument};
use stockade_model::{Fact, Kleene, Origin, Place, Symbol, Value};

/// A grant on a bucket to everyone, or one to a service on anyone's behalf.
#[derive(Debug, Clone)]
pub struct BucketGrant {
    /// What grants it.
    pub kind: BucketGrantKind,
    /// Where it is written.
    pub origin: Origin,
    /// Whether it lets them in in the end.
    pub effective: Kleene,
    /// Whether a public access block is declared that leaves it open; without one, a bucket's own default refuses it.
    pub block_declared: bool,
    /// What keeps from knowing.
    pub symbol: Option<Symbol>,
    /// The request that proves that a policy is public, as a phrase.
    pub request: Option<String>,
}

/// What grants the public access to a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketGrantKind {
    /// A statement of a bucket policy.
    Policy,
    /// The access control list.
    Acl,
    /// A statement that lets a service write for whoever asks it to.
    Service,
}

/// Condition keys that bind a service to one account's sources; `aws:Referer` is what older SES policies use.
const SOURCES: [&str; 5] =
    ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:referer"];

impl Inventory {
    /// The grants that may let the public into a bucket.
    ///
    /// A policy is held back by `BlockPublicPolicy` and `RestrictPublicBuckets`, an access control list by
    /// `BlockPublicAcls` and `IgnorePublicAcls`; a part that is left out of a block is off (S3 User Guide, "Blocking
    /// public access to your Amazon S3 storage").
    #[must_use]
    pub fn public_bucket_grants(&self, bucket: Node) -> Vec<BucketGrant> {
        let properties = &self.resource(bucket).properties;
        let block = properties.get("PublicAccessBlockConfiguration");
        let mut grants = Vec::new();
        let acl = properties.get("AccessControl");
        let public = match acl.literal() {
            Fact::Known(acl) => {
                matches!(acl.as_str(), "PublicRead" | "PublicReadWrite" | "AuthenticatedRead").into()
            }
            Fact::Unknown(symbol) if symbol.may_be("PublicRead") || symbol.may_be("PublicReadWrite") => {
                Kleene::Unknown
            }
            _ => Kleene::False,
        };
        let blocked = is_on(&block, "BlockPublicAcls").or(is_on(&block, "IgnorePublicAcls"));
        let symbol = acl.unknown().or(block.open()).cloned();
        grants.push(BucketGrant {
            kind: BucketGrantKind::Acl,
            origin: acl.origin.clone(),
            effective: public.and(!blocked),
            block_declared: !block.is_absent(),
            symbol: symbol.or_else(|| inner_symbol(&block)),
            request: None,
        });
        let blocked = is_on(&block, "BlockPublicPolicy").or(is_on(&block, "RestrictPublicBuckets"));
        for (_, policy) in self.of_type("AWS::S3::BucketPolicy") {
            let named = policy.properties.get("Bucket");
            let (of_it, symbol) = match self.resolve(&named, &["AWS::S3::Bucket"]) {
                Target::Node(node) => ((node == bucket).into(), None),
                Target::Ambiguous(nodes, symbol) if nodes.contains(&bucket) => {
                    (Kleene::Unknown, Some(symbol))
                }
                _ => (Kleene::False, None),
            };
            if of_it.is_false() {
                continue;
            }
            let value = policy.properties.get("PolicyDocument");
            let document = PolicyDocument::read(&value);
            let (public, place, inside, request) = match self.exposure(&value) {
                Exposure::Public(access) => (Kleene::True, access.place, None, Some(access.request)),
                Exposure::NotPublic => (Kleene::False, value.origin.place, None, None),
                Exposure::Unknown(unsettled) => (Kleene::Unknown, unsettled.place, unsettled.symbol, None),
            };
            let symbol = symbol.or(inside).or_else(|| inner_symbol(&block));
            grants.push(BucketGrant {
                kind: BucketGrantKind::Policy,
                origin: Origin::at(place),
                effective: public.and(of_it).and(!blocked),
                block_declared: !block.is_absent(),
                symbol: symbol.clone(),
                request,
            });
            grants.extend(service_grant(&document, of_it, symbol));
        }
        grants.retain(|grant| !grant.effective.is_false());
        grants
    }
}

/// The first statement that lets a service write objects for sources of any account.
fn service_grant(document: &PolicyDocument, of_it: Kleene, symbol: Option<Symbol>) -> Option<BucketGrant> {
    let place: Place = document.statements.iter().find_map(|statement| {
        let service = statement.principals.iter().any(|principal| principal.kind == "Service");
        let bound = statement
            .conditions
            .iter()
            .any(|condition| SOURCES.contains(&condition.key.to_ascii_lowercase().as_str()));
        let writes = statement.covers_action("s3:PutObject");
        let certain = statement.effect == Effect::Allow && statement.open.is_none();
        (service && writes && certain && !bound).then_some(statement.place)
    })?;
    // The public access block lets services in.
    Some(BucketGrant {
        kind: BucketGrantKind::Service,
        origin: Origin::at(place),
        effective: of_it.and(Kleene::from(document.open.is_none()).or(Kleene::Unknown)),
        block_declared: true,
        symbol,
        request: None,
    })
}

fn is_on(block: &Value, part: &str) -> Kleene {
    match block.get(part).boolean() {
        Fact::Known(on) => on.into(),
        Fact::Absent => Kleene::False,
        Fact::Unknown(_) | Fact::Other => Kleene::Unknown,
    }
}

fn inner_symbol(block: &Value) -> Option<Symbol> {
    block.open().cloned().or_else(|| block.fields().iter().find_map(|field| field.value.unknown().cloned()))
}
