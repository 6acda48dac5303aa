//! NW-03: a function's security group that lets traffic out to everyone.

use crate::Context;
use crate::domain_allow_list::{AllowList, domain_allow_list};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_inventory::{AttachedGroup, EgressRule, Inventory, Opening, SecurityGroup, VpcAttachment};
use stockade_model::{Applicability, Change, Outcome, Resource, Subject, Symbol, SymbolKind, Value, Verdict};
use stockade_syntax::New;

/// So many resources that use a group are shown.
const SHOWN: usize = 4;

/// The blocks that lead nowhere: AWS adds the open rule only to a group that has none.
const NOWHERE: &str = "127.0.0.1/32";
const NOWHERE_V6: &str = "::1/128";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let groups: Vec<SecurityGroup> = inventory.security_groups().collect();
    let mut users: BTreeMap<usize, Vec<&Resource>> = BTreeMap::new();
    for attachment in inventory.vpc_attachments() {
        for attached in attachment.security_groups() {
            match attached {
                AttachedGroup::Declared(group) => {
                    if let Some(at) = groups.iter().position(|other| other.node() == group.node()) {
                        users.entry(at).or_default().push(attachment.resource);
                    }
                }
                AttachedGroup::Elsewhere(id, symbol) => verdicts.push(elsewhere(&attachment, &id, symbol)),
            }
        }
    }
    verdicts.extend(users.into_iter().map(|(at, users)| judge_group(inventory, groups[at], &users)));
}

/// A group whose rules are not in the deployment.
fn elsewhere(attachment: &VpcAttachment, id: &Value, symbol: Option<Symbol>) -> Verdict {
    let resource = attachment.resource;
    let name = id.as_text().map(|text| text.to_string()).unwrap_or_default();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone()).part(name.clone());
    // What an expression gives has no name that anyone wrote.
    let is_named = id.as_text().is_some_and(|text| {
        text.as_symbol()
            .is_none_or(|symbol| !matches!(symbol.kind(), SymbolKind::Call { .. } | SymbolKind::Opaque { .. }))
    });
    let mut verdict = Verdict::on(subject, Outcome::Unknown, &id.origin)
        .message(if is_named { "external" } else { "unnamed" })
        .with("user", resource.id.to_string())
        .with("group", name.clone())
        .root(name.clone());
    verdict.discriminator = SmolStr::new(&name);
    match symbol {
        Some(symbol) => verdict.because(&symbol),
        None => verdict.settled_by(
            format!("the rules of security group `{name}`, which lies outside the deployment"),
            "resource outside the deployment",
        ),
    }
}

fn judge_group(inventory: &Inventory, group: SecurityGroup, users: &[&Resource]) -> Verdict {
    let resource = group.resource();
    let (rules, more) = group.egress();
    let verdict = |outcome, value: Option<&Value>| {
        let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
        let verdict = match value.filter(|value| !value.is_absent()) {
            Some(value) => Verdict::on(subject, outcome, &value.origin),
            None => Verdict::new(subject, outcome, resource.declared_at),
        };
        let user = users.first().map(|user| user.id.to_string()).unwrap_or_default();
        let verdict = verdict.with("group", resource.id.to_string()).with("user", user);
        users.iter().take(SHOWN).fold(verdict, |verdict, user| {
            verdict.related(format!("`{}` uses the group", user.id), user.declared_at)
        })
    };
    let own = group.own_egress();
    if rules.is_empty() {
        return match more.as_ref().or_else(|| inventory.open()) {
            Some(symbol) => verdict(Outcome::Unknown, Some(&own)).because(symbol),
            None => mend(verdict(Outcome::Fail, Some(&own)).message("default"), group, &[]),
        };
    }
    let (mut everyone, mut https, mut unknown) = (Vec::new(), Vec::new(), None);
    for rule in &rules {
        match rule.opening() {
            Opening::Everyone(block) => everyone.push((rule, block)),
            Opening::Https(block) => https.push((rule, block)),
            Opening::Unknown(value, symbol) => unknown = unknown.or(Some((value, symbol))),
            Opening::Narrow => {}
        }
    }
    if let Some((_, block)) = everyone.first() {
        let failure = verdict(Outcome::Fail, Some(block)).with("block", spelled(block));
        let failure =
            everyone.iter().skip(1).take(SHOWN).fold(failure, |failure, (_, other)| {
                failure.related("so does this rule", other.origin.place)
            });
        return mend(failure, group, &everyone);
    }
    if let Some((value, symbol)) = unknown {
        return verdict(Outcome::Unknown, Some(&value)).because(&symbol);
    }
    if let Some(symbol) = &more {
        return verdict(Outcome::Unknown, Some(&own)).because(symbol);
    }
    let Some((_, block)) = https.first() else { return verdict(Outcome::Pass, Some(&own)) };
    match domain_allow_list(inventory, group) {
        AllowList::Stands => verdict(Outcome::Pass, Some(&own)),
        AllowList::Missing => {
            let failure = verdict(Outcome::Fail, Some(block)).message("https").with("block", spelled(block));
            mend(failure, group, &https)
        }
        AllowList::Unknown(symbol) => {
            let verdict = verdict(Outcome::Unknown, Some(block)).message("https_unknown");
            match symbol {
                Some(symbol) => verdict.because(&symbol),
                None => verdict.settled_by(
                    "the VPC's firewall and routes, which are not all in the deployment",
                    "resource outside the deployment",
                ),
            }
        }
    }
}

fn spelled(block: &Value) -> String {
    block.as_text().map(|text| text.to_string()).unwrap_or_default()
}

/// Closes the open rules where they are written; a group without any gets a rule that leads nowhere.
fn mend(verdict: Verdict, group: SecurityGroup, open: &[(&EgressRule, Value)]) -> Verdict {
    let mut changes: Vec<Change> = Vec::new();
    for (rule, _) in open {
        for (key, nowhere) in [("CidrIp", NOWHERE), ("CidrIpv6", NOWHERE_V6)] {
            if !rule.rule.get(key).is_absent() {
                let property = smol_str::format_smolstr!("{}{key}", rule.path);
                let resource = rule.resource.id.clone();
                changes.push(Change::Set { resource, property, value: New::string(nowhere) });
            }
        }
    }
    if open.is_empty() {
        let rule = New::mapping([
            ("Description", New::string("Nothing leaves")),
            ("IpProtocol", New::string("-1")),
            ("CidrIp", New::string(NOWHERE)),
        ]);
        changes.push(Change::Set {
            resource: group.resource().id.clone(),
            property: "SecurityGroupEgress".into(),
            value: New::Sequence(vec![rule]),
        });
    }
    let description = "close the way to everyone; add a rule for each network, endpoint or prefix list that the \
                       functions need";
    verdict.fix(Applicability::Unsafe, description, changes)
}
