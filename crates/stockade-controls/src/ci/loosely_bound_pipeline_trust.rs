//! CI-04: a role that pipelines of others may assume, or that lets its own do everything.

use crate::Context;
use crate::iam::administrator_policy_on_role;
use crate::managed_policies::broad;
use crate::statements::{Judged, SOMETHING, asks_for_values, is_everything, spelled};
use stockade_iam::{Comparison, Condition, Effect, Operator, PolicyDocument, Quantifier, Statement, Term};
use stockade_inventory::{Inventory, Node, PolicyOwner};
use stockade_model::{Outcome, Place, Resource, Severity, Subject, Symbol, SymbolKind, Text, Verdict};

const ROLE: &str = "AWS::IAM::Role";
const PROVIDER: &str = "AWS::IAM::OIDCProvider";

/// Providers and the claims of which one must say whose a token is.
const TABLE: &str = include_str!("../../../../data/shared-oidc-providers.tsv");

/// What the issuers of EKS clusters begin with: their tokens are those of pods, not of pipelines.
const CLUSTERS: &str = "oidc.eks.";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let roles = inventory.of_type(ROLE);
    verdicts.extend(roles.filter_map(|(node, role)| judge_role(inventory, node, role)));
}

fn judge_role(inventory: &Inventory, node: Node, role: &Resource) -> Option<Verdict> {
    let document = PolicyDocument::read(&role.properties.get("AssumeRolePolicyDocument"));
    let mut verdicts: Vec<Verdict> = document
        .statements
        .iter()
        .filter(|statement| statement.effect != Effect::Deny)
        .flat_map(|statement| judge_statement(inventory, role, statement))
        .collect();
    let first = verdicts.first()?.clone();
    verdicts.extend(judge_policies(inventory, node, role, first.place));
    // What is found first stands, among what is as bad.
    let worst = verdicts.iter().map(|verdict| (verdict.outcome, verdict.severity)).max()?;
    verdicts.into_iter().find(|verdict| (verdict.outcome, verdict.severity) == worst)
}

fn on(role: &Resource, outcome: Outcome, place: Place) -> Verdict {
    let subject = Subject::resource(role.id.clone(), role.type_name.clone());
    Verdict::new(subject, outcome, place).with("role", role.declared_id.to_string())
}

fn failure(role: &Resource, place: Place, message: &'static str, severity: Severity) -> Verdict {
    on(role, Outcome::Fail, place).message(message).severity(severity)
}

fn unknown(role: &Resource, place: Place, symbol: &Symbol) -> Verdict {
    on(role, Outcome::Unknown, place).with("symbol", symbol.name()).because(symbol)
}

/// One verdict for each provider that a statement of a trust policy lets in.
fn judge_statement(inventory: &Inventory, role: &Resource, statement: &Statement) -> Vec<Verdict> {
    if !statement.covers_action("sts:AssumeRoleWithWebIdentity") {
        return Vec::new();
    }
    let federated = statement.principals.iter().filter(|principal| principal.kind == "Federated");
    let judged = federated.filter_map(|principal| {
        Some(match issuer(inventory, &principal.id, statement)? {
            Ok(issuer) => judge_provider(role, statement, &issuer, principal.place),
            Err(symbol) => unknown(role, principal.place, &symbol),
        })
    });
    judged.collect()
}

/// The issuer that a principal stands for, without `https://`; none if it is no OIDC provider of the account.
///
/// # Errors
/// What keeps from knowing it.
fn issuer(inventory: &Inventory, principal: &Text, statement: &Statement) -> Option<Result<String, Symbol>> {
    let spelled = spelled(principal);
    let named = spelled.split_once(":oidc-provider/").map(|(_, issuer)| issuer);
    if let Some(issuer) = named.filter(|issuer| !issuer.contains(SOMETHING)) {
        return Some(Ok(issuer.to_ascii_lowercase()));
    }
    let symbol = principal.symbols().last()?;
    if let SymbolKind::Attribute { resource, .. } = symbol.kind() {
        let provider = inventory.resource(inventory.node(resource)?);
        if provider.type_name != PROVIDER {
            return None;
        }
        let url = provider.properties.get("Url").as_text()?;
        return Some(match (url.as_literal(), url.symbols().next()) {
            (Some(url), _) => {
                let url = url.trim_start_matches("https://").trim_end_matches('/');
                Ok(url.to_ascii_lowercase())
            }
            (None, symbol) => Err(symbol?.clone()),
        });
    }
    // Its conditions say whose claims they are.
    let named = statement.conditions.iter().find_map(|condition| {
        let (issuer, _) = condition.key.rsplit_once(':')?;
        claims(issuer).map(|_| issuer.to_ascii_lowercase())
    });
    Some(named.ok_or_else(|| symbol.clone()))
}

/// The claims of which one must say whose a token of that issuer is, if it issues them to many.
fn claims(issuer: &str) -> Option<Vec<&'static str>> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let row = rows.into_iter().find(|(provider, _)| provider.eq_ignore_ascii_case(issuer));
    row.map(|(_, claims)| claims.split(' ').collect())
}

fn judge_provider(role: &Resource, statement: &Statement, issuer: &str, at: Place) -> Verdict {
    let explain = |verdict: Verdict| verdict.with("provider", issuer.to_owned());
    if let Some(symbol) = &statement.open {
        return explain(unknown(role, at, symbol));
    }
    let of_claim = |claim: &str| {
        let key = format!("{issuer}:{claim}");
        statement.conditions.iter().filter(move |condition| condition.key.eq_ignore_ascii_case(&key))
    };
    let audience = of_claim("aud").any(|condition| asks_for_values(condition) && !is_vacuous(condition));
    let no_audience = || explain(failure(role, at, "audience", Severity::Medium));
    let Some(claims) = claims(issuer) else {
        let asked = audience || issuer.starts_with(CLUSTERS);
        return if asked { explain(on(role, Outcome::Pass, at)) } else { no_audience() };
    };
    let mut loose = None;
    for claim in &claims {
        for condition in of_claim(claim) {
            match binds(claim, condition) {
                Bound::Yes if !audience => return no_audience(),
                Bound::Yes => return explain(on(role, Outcome::Pass, at)),
                bound => loose = loose.or(Some((condition, bound))),
            }
        }
    }
    let said = claims.iter().take(2).map(|claim| format!("`{issuer}:{claim}`"));
    let said = said.collect::<Vec<_>>().join(" or ");
    explain(match loose {
        Some((condition, Bound::Unknown(symbol))) => unknown(role, condition.place, &symbol),
        Some((condition, Bound::AbsentToo)) => {
            let verdict = failure(role, condition.place, "absent", Severity::High);
            verdict.with("operator", condition.operator.to_string()).with("key", condition.key.to_string())
        }
        Some((_, Bound::Loosely(value))) => {
            let verdict = failure(role, value.place, "wildcard", Severity::High);
            verdict.with("value", value.text.to_string())
        }
        _ => failure(role, at, "fail", Severity::High).with("claims", said),
    })
}

/// Whether a condition on a claim says whose a token is.
enum Bound {
    Yes,
    /// It is met by a token that lacks the claim.
    AbsentToo,
    /// It is met by tokens of others: by this value.
    Loosely(Term),
    /// It is no condition for certain values.
    No,
    Unknown(Symbol),
}

fn binds(claim: &str, condition: &Condition) -> Bound {
    let Some(operator) = Operator::parse(&condition.operator) else { return Bound::No };
    if is_vacuous(condition) || operator.if_exists {
        return Bound::AbsentToo;
    }
    let text = matches!(
        operator.comparison,
        Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
    );
    if operator.negated || !text || condition.values.is_empty() {
        return Bound::No;
    }
    let patterns = operator.comparison == Comparison::StringLike;
    for value in &condition.values {
        if patterns && let Some(symbol) = value.text.as_symbol() {
            return Bound::Unknown(symbol.clone());
        }
        if patterns && !names_owner(claim, &spelled(&value.text)) {
            return Bound::Loosely(value.clone());
        }
    }
    Bound::Yes
}

/// `ForAllValues` is true where the claim is absent.
fn is_vacuous(condition: &Condition) -> bool {
    Operator::parse(&condition.operator)
        .is_some_and(|operator| operator.quantifier == Some(Quantifier::AllValues))
}

/// Whether a pattern says whole whose the token is, before its first wildcard: `repo:acme/*`, `acme/orders`; but not
/// `repo:acme*`, which begins the names of others too.
fn names_owner(claim: &str, pattern: &str) -> bool {
    let Some(at) = pattern.find(['*', '?']) else { return !pattern.is_empty() };
    let before = &pattern[..at];
    // Subjects begin with what they are: `repo:`, `organization:`, `project_path:`.
    let owner = if claim == "sub" { before.split_once(':').map_or("", |(_, rest)| rest) } else { before };
    owner.find(['/', ':']).is_some_and(|end| end > 0) && !is_everything(owner)
}

/// What the policies of the role add: that it may do everything, or that it has a broad policy of AWS.
fn judge_policies(inventory: &Inventory, node: Node, role: &Resource, trust: Place) -> Vec<Verdict> {
    let policies = inventory.identity_policies_on(&[node]);
    let mut verdicts = Vec::new();
    for at in policies.statements.iter().filter(|at| at.statement.effect != Effect::Deny) {
        let judged = administrator_policy_on_role::judge_statement(&Judged::new(inventory, at));
        if judged.outcome == Outcome::Fail {
            verdicts.push(failure(role, judged.place, "administrator", Severity::High));
        }
    }
    for policy in &policies.attachments {
        let place = policy.origin.place;
        match &policy.owner {
            PolicyOwner::Aws(name) => {
                let severity = if name == "AdministratorAccess" { Severity::High } else { Severity::Medium };
                verdicts.extend(broad(name).map(|allows| {
                    let verdict = failure(role, place, "broad", severity).with("allows", allows);
                    verdict.with("policy", policy.arn.to_string())
                }));
            }
            PolicyOwner::Outside => verdicts.push(
                on(role, Outcome::Unknown, place)
                    .message("outside")
                    .with("policy", policy.arn.to_string())
                    .settled_by("the policy, which lies outside the deployment", "policy outside the deployment"),
            ),
            PolicyOwner::Unknown(symbol) => verdicts.push(unknown(role, place, symbol)),
            PolicyOwner::Deployment(_) => {}
        }
    }
    let trusted = |verdict: Verdict| verdict.related("whom it trusts", trust);
    verdicts.into_iter().map(trusted).collect()
}
