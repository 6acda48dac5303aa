//! What a principal of an estate may do.

use super::{Estate, Principal};
use crate::arn::{Arn, ArnPattern};
use crate::compiled::{CompiledPolicy, CompiledStatement};
use crate::request::{Context, Request, RequestPrincipal};
use crate::services;
use crate::symbolic::{Budget, Proof, can};
use foldhash::HashMap;
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_model::{Kleene, Text};

/// Why a question about an estate has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered(pub String);

/// Keys that a request is known to have, or not to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given(pub(crate) Vec<(&'static str, Option<SmolStr>)>);

/// What makes an action allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) action: &'static str,
    pub(crate) resource: SmolStr,
    /// The keys that the request has.
    pub(crate) given: Given,
}

/// Answers of one question that many targets share.
#[derive(Default)]
pub(crate) struct Memo {
    by_signature: HashMap<Vec<u64>, bool>,
}

impl Estate {
    /// Whether a principal can do something: the proof, by the policies that the estate has.
    ///
    /// # Errors
    /// If the principal is not in the estate.
    pub fn can(
        &self,
        principal: &str,
        action: &str,
        resource: &str,
        context: Context,
        closed: bool,
        budget: Budget,
    ) -> Result<Proof, Unanswered> {
        let Some(at) = self.index(principal) else {
            return Err(Unanswered(format!("the principal `{principal}` is not in the estate")));
        };
        let who = &self.principals[at];
        let mut request = Request {
            principal: RequestPrincipal::parse(principal),
            action: action.into(),
            resource: resource.into(),
            context,
        };
        for (key, value) in &who.tags {
            let key = format!("aws:PrincipalTag/{key}");
            if request.context.get(&key).is_none() {
                request.context.set(&key, vec![value.clone()]);
            }
        }
        if request.context.get("aws:principalarn").is_none() {
            request.context.set("aws:principalarn", vec![who.aws.arn.clone()]);
        }
        let mut set = who.set.clone();
        set.resource = self.resource_policy(resource);
        let arn = Arn::parse(resource);
        let lower = action.to_ascii_lowercase();
        let account = self.owner_of(resource);
        let proof = can(&request, &set, account, closed, budget);
        let refused = !matches!(proof, Proof::Some(_));
        if refused && let Some(unknown) = &who.unknown {
            return Ok(Proof::Unknown(unknown.clone()));
        }
        if refused && set.resource.is_none() && services::resource_policy_decides(&lower, arn.as_ref()) {
            return Ok(Proof::Unknown(format!("the estate has no policy of `{resource}`")));
        }
        Ok(proof)
    }

    /// The policy of a resource: a role's trust policy, or one that the estate gives; a bucket's counts for its objects.
    pub(crate) fn resource_policy(&self, resource: &str) -> Option<Arc<CompiledPolicy>> {
        if let Some(at) = self.index(resource)
            && let Some(trust) = &self.principals[at].trust
        {
            return Some(trust.clone());
        }
        let bucket = resource.starts_with("arn:").then(|| resource.split_once('/').map(|(bucket, _)| bucket));
        self.resource_policies
            .get(resource)
            .or_else(|| {
                let bucket = bucket.flatten().filter(|bucket| bucket.contains(":s3:::"))?;
                self.resource_policies.get(bucket)
            })
            .cloned()
    }

    /// The account that a resource's ARN names.
    pub(crate) fn owner_of<'r>(&self, resource: &'r str) -> Option<&'r str> {
        Arn::parse(resource).map(|arn| arn.account()).filter(|account| crate::request::is_account(account))
    }

    /// Whether some allow statement of a principal is for an action: what rules most questions out at once.
    pub(crate) fn may(&self, who: &Principal, action: &str) -> bool {
        let mut statements = who.set.identity.iter().flat_map(|policy| &policy.statements);
        statements.any(|statement| {
            statement.allow == Some(true) && statement.matches_action(action) == Kleene::True
        })
    }

    /// Whether a principal can do something to a resource of which all is given that `given` and its tags say.
    pub(crate) fn allowed(
        &self,
        who: &Principal,
        action: &'static str,
        resource: &str,
        given: &Given,
        memo: &mut Memo,
    ) -> bool {
        let lower = action.to_ascii_lowercase();
        if !self.may(who, &lower) {
            return false;
        }
        let policies = || {
            let levels = who.set.scp.iter().flatten();
            who.set.identity.iter().chain(&who.set.boundary).chain(levels)
        };
        let arn = Arn::parse(resource);
        let lookup = |_: &str| None;
        let relevant: Vec<&CompiledStatement> = policies()
            .flat_map(|policy| &policy.statements)
            .filter(|statement| statement.matches_action(&lower) != Kleene::False)
            .collect();
        // Which statements are for the resource decides, unless they look at more of it than its ARN.
        let plain = relevant.iter().all(|statement| {
            let tags = statement.conditions.iter().any(|condition| condition.key.contains("resourcetag/"));
            let variables = statement
                .resources
                .iter()
                .flat_map(|named| &named.patterns)
                .flat_map(ArnPattern::parts)
                .any(|pattern| pattern.variables().next().is_some());
            !tags && !variables
        });
        let signature = plain.then(|| {
            let mut bits = vec![0u64; relevant.len().div_ceil(64).max(1)];
            for (at, statement) in relevant.iter().enumerate() {
                if statement.matches_resource(resource, arn.as_ref(), &lookup) == Kleene::True {
                    bits[at / 64] |= 1 << (at % 64);
                }
            }
            bits
        });
        if let Some(known) = signature.as_ref().and_then(|signature| memo.by_signature.get(signature)) {
            return *known;
        }
        let answer = self.decide(who, action, resource, given);
        if let Some(signature) = signature {
            memo.by_signature.insert(signature, answer);
        }
        answer
    }

    fn decide(&self, who: &Principal, action: &str, resource: &str, given: &Given) -> bool {
        let request = self.request(who, action, resource, given);
        let account = self.owner_of(resource).or(Some(who.aws.account.as_str()));
        matches!(can(&request, &who.set, account, false, Budget::default()), Proof::Some(_))
    }

    pub(super) fn request(&self, who: &Principal, action: &str, resource: &str, given: &Given) -> Request {
        let mut context = Context::default();
        for (key, value) in &given.0 {
            context.set(key, value.iter().cloned().collect());
        }
        // The estate tells all tags, so that those which policies ask for and it does not have are absent.
        let levels = who.set.scp.iter().flatten();
        for condition in who
            .set
            .identity
            .iter()
            .chain(&who.set.boundary)
            .chain(levels)
            .flat_map(|policy| policy.statements.iter().flat_map(|statement| &statement.conditions))
        {
            let own = condition.key.starts_with("aws:principaltag/");
            let target = ["aws:resourcetag/", "iam:resourcetag/"];
            let of_target = target.iter().any(|prefix| condition.key.starts_with(prefix));
            if own || (of_target && self.index(resource).is_some()) {
                context.set(&condition.key, Vec::new());
            }
        }
        for (key, value) in &who.tags {
            context.set(&format!("aws:PrincipalTag/{key}"), vec![value.clone()]);
        }
        if let Some(target) = self.index(resource).map(|at| &self.principals[at]) {
            for (key, value) in &target.tags {
                context.set(&format!("aws:ResourceTag/{key}"), vec![value.clone()]);
                context.set(&format!("iam:ResourceTag/{key}"), vec![value.clone()]);
            }
        }
        Request {
            principal: RequestPrincipal::Aws(who.aws.clone()),
            action: action.into(),
            resource: resource.into(),
            context,
        }
    }

    /// Whether a principal can assume a role under a trust policy.
    pub(crate) fn can_assume(&self, who: &Principal, role: &Principal, trust: &Arc<CompiledPolicy>) -> bool {
        let principal = RequestPrincipal::Aws(who.aws.clone());
        let named = trust.statements.iter().any(|statement| {
            statement.allow == Some(true)
                && statement.matches_principal(&principal, &Context::default()) == Kleene::True
        });
        if !named {
            return false;
        }
        let mut set = who.set.clone();
        set.resource = Some(trust.clone());
        let request = self.request(who, "sts:AssumeRole", &role.aws.arn, &Given::default());
        matches!(can(&request, &set, Some(&role.aws.account), false, Budget::default()), Proof::Some(_))
    }

    /// A resource of a form on which all of the actions are allowed, in the principal's own account. Each action comes
    /// with the form of the resources that it is about: an ARN pattern, or `*` for an action that has none.
    pub(crate) fn all_allowed(
        &self,
        who: &Principal,
        actions: &[(&'static str, &'static str)],
        given: &Given,
    ) -> Option<Vec<Grant>> {
        if actions.iter().any(|(action, _)| !self.may(who, &action.to_ascii_lowercase())) {
            return None;
        }
        let mut grants: Vec<Grant> = Vec::new();
        // Actions on the same form are about the same thing: one name must do for all of them.
        let mut forms: Vec<&'static str> = actions.iter().map(|(_, form)| *form).collect();
        forms.sort_unstable();
        forms.dedup();
        for form in forms {
            let of_form: Vec<&'static str> =
                actions.iter().filter(|(_, other)| *other == form).map(|(action, _)| *action).collect();
            let resource = self.names_of(who, &of_form, form).into_iter().find(|resource| {
                of_form.iter().all(|action| self.allowed(who, action, resource, given, &mut Memo::default()))
            })?;
            grants.extend(of_form.into_iter().map(|action| Grant::with(action, resource.clone(), given)));
        }
        Some(grants)
    }

    /// Resources of a form that stand for all that the policies tell apart.
    pub(super) fn names_of(&self, who: &Principal, actions: &[&str], form: &str) -> Vec<SmolStr> {
        if form == "*" {
            return vec!["*".into()];
        }
        let spelled = super::read::spell(form, partition_of(&who.aws.arn), &who.aws.account, "*");
        let form = ArnPattern::new(&Text::literal(spelled.replace("{region}", "*")), false);
        let lower: Vec<String> = actions.iter().map(|action| action.to_ascii_lowercase()).collect();
        let levels = who.set.scp.iter().flatten();
        let policies = who.set.identity.iter().chain(&who.set.boundary).chain(levels);
        let mut patterns: Vec<ArnPattern> = vec![form.clone()];
        for statement in policies.flat_map(|policy| &policy.statements) {
            if lower.iter().any(|action| statement.matches_action(action) != Kleene::False) {
                let named = statement.resources.iter().flat_map(|named| &named.patterns);
                let plain = named
                    .filter(|pattern| pattern.parts().iter().all(|part| part.variables().next().is_none()));
                patterns.extend(plain.cloned());
            }
        }
        patterns.dedup();
        let patterns: Vec<&ArnPattern> = patterns.iter().collect();
        let found = crate::symbolic::arn_classes_of(&patterns, &mut Budget::default());
        let is_of_form =
            |arn: &String| form.matches(arn, Arn::parse(arn).as_ref(), &|_| None) == Kleene::True;
        found.into_iter().filter(is_of_form).map(SmolStr::from).collect()
    }
}

/// The partition of an ARN: `aws`, `aws-cn`, `aws-us-gov`.
pub(super) fn partition_of(arn: &str) -> &str {
    arn.split(':').nth(1).filter(|partition| partition.starts_with("aws")).unwrap_or("aws")
}

impl Grant {
    /// The grant of an action on a resource.
    pub(crate) fn new(action: &'static str, resource: impl Into<SmolStr>) -> Self {
        Self { action, resource: resource.into(), given: Given::default() }
    }

    /// The grant of an action on a resource in a request that has these keys.
    pub(crate) fn with(action: &'static str, resource: impl Into<SmolStr>, given: &Given) -> Self {
        Self { action, resource: resource.into(), given: given.clone() }
    }
}
