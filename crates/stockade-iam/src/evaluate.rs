//! What AWS answers to a request (IAM User Guide, "Policy evaluation logic").

use crate::arn::Arn;
use crate::compiled::{CompiledPolicy, CompiledStatement, Named, Prepared, PrincipalPattern};
use crate::request::{AwsPrincipalKind, Context, Request, RequestPrincipal};
use crate::{PolicyType, services};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_model::{Kleene, Symbol};

/// Every policy that has a say in a request. Empty lists of bounding policies bound nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolicySet {
    /// Identity policies of the principal and its groups.
    pub identity: Vec<Arc<CompiledPolicy>>,
    /// The resource's policy; the trust policy for `sts:AssumeRole`, the key policy for KMS.
    pub resource: Option<Arc<CompiledPolicy>>,
    /// Permissions boundary.
    pub boundary: Vec<Arc<CompiledPolicy>>,
    /// Service control policies, from the root of the organisation down; each level must allow.
    pub scp: Vec<Vec<Arc<CompiledPolicy>>>,
    /// Resource control policies by level. `RCPFullAWSAccess`, which AWS attaches everywhere, counts as there.
    pub rcp: Vec<Vec<Arc<CompiledPolicy>>>,
    /// Session policies.
    pub session: Vec<Arc<CompiledPolicy>>,
    /// The policy of the VPC endpoint that the request comes through.
    pub endpoint: Option<Arc<CompiledPolicy>>,
}

/// What AWS answers, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The answer.
    pub answer: Answer,
    /// The statements that decide: those that allow, or those that deny.
    pub statements: Vec<DecidingStatement>,
    /// The types of policy that keep an allowed answer from being given.
    pub blocked_by: Vec<PolicyType>,
    /// Why it is not known, if it is not.
    pub reason: Option<Symbol>,
}

/// The answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It is allowed.
    Allowed,
    /// Nothing that must allow it does.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
    /// It depends on something that is not known.
    Unknown,
}

/// A statement that had a part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidingStatement {
    /// The type of its policy.
    pub policy_type: PolicyType,
    /// The level of the organisation, for service and resource control policies.
    pub level: Option<usize>,
    /// Which of the policies of that type (at that level) it stands in.
    pub policy: usize,
    /// Its index in the policy.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<SmolStr>,
}

impl Answer {
    /// The answer's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicit_deny",
            Self::ExplicitDeny => "explicit_deny",
            Self::Unknown => "unknown",
        }
    }
}

/// What some policies say of a request.
#[derive(Debug, Default)]
struct Said {
    allows: Option<Kleene>,
    denies: Option<Kleene>,
    /// Those that allow or may.
    allowing: Vec<DecidingStatement>,
    denying: Vec<DecidingStatement>,
    reason: Option<Symbol>,
}

impl Said {
    fn allows(&self) -> Kleene {
        self.allows.unwrap_or(Kleene::False)
    }

    fn denies(&self) -> Kleene {
        self.denies.unwrap_or(Kleene::False)
    }
}

/// Who a resource policy lets in, beyond whether it does.
#[derive(Debug, Clone, Copy)]
struct ResourceGrant {
    /// It names the user or session itself, or anyone: no boundary or session policy stands in the way.
    direct: Kleene,
    /// It names the role.
    role: Kleene,
    /// It names the account, whose administrators decide by identity policies.
    account: Kleene,
}

/// Decides a request. `resource_account` owns the resource; without it the ARN's account does, or else the
/// principal's.
#[must_use]
pub fn evaluate(request: &Request, policies: &PolicySet, resource_account: Option<&str>) -> Decision {
    let action = request.action.to_ascii_lowercase();
    decide(&Prepared::new(request, &action, resource_account), policies, resource_account)
}

/// Decides a request that was prepared once for many policies.
pub(crate) fn decide(request: &Prepared, policies: &PolicySet, resource_account: Option<&str>) -> Decision {
    let service = request.action.split(':').next().unwrap_or_default();
    let (bound_by_scp, bound_by_rcp) = bound_by_organization(request.principal, service);
    let (root, anonymous_or_service) = match request.principal {
        RequestPrincipal::Aws(aws) => (aws.kind == AwsPrincipalKind::Root, false),
        _ => (false, true),
    };

    let said = |policy_type, policies: &[Arc<CompiledPolicy>]| say(request, policy_type, None, policies);
    let identity = said(PolicyType::Identity, &policies.identity);
    let boundary = said(PolicyType::Boundary, &policies.boundary);
    let session = said(PolicyType::Session, &policies.session);
    let resource = said(PolicyType::Resource, policies.resource.as_slice());
    let endpoint = said(PolicyType::Endpoint, policies.endpoint.as_slice());
    let levels = |policy_type, levels: &[Vec<Arc<CompiledPolicy>>], bound: bool| -> Vec<Said> {
        let levels = if bound { levels } else { &[] };
        levels.iter().enumerate().map(|(at, level)| say(request, policy_type, Some(at), level)).collect()
    };
    let scp = levels(PolicyType::ServiceControl, &policies.scp, bound_by_scp);
    let rcp = levels(PolicyType::ResourceControl, &policies.rcp, bound_by_rcp);

    let mut everything = vec![
        (PolicyType::Identity, &identity),
        (PolicyType::Boundary, &boundary),
        (PolicyType::Session, &session),
        (PolicyType::Resource, &resource),
        (PolicyType::Endpoint, &endpoint),
    ];
    everything.extend(scp.iter().map(|said| (PolicyType::ServiceControl, said)));
    everything.extend(rcp.iter().map(|said| (PolicyType::ResourceControl, said)));
    let denying: Vec<_> = everything.iter().filter(|(_, said)| said.denies() == Kleene::True).collect();
    if !denying.is_empty() {
        let mut blocked_by: Vec<PolicyType> = denying.iter().map(|(policy_type, _)| *policy_type).collect();
        blocked_by.dedup();
        let statements = denying.iter().flat_map(|(_, said)| said.denying.iter().cloned()).collect();
        return Decision { answer: Answer::ExplicitDeny, statements, blocked_by, reason: None };
    }

    let mut blocked = Vec::new();
    let mut require = |policy_type, holds: Kleene| {
        if holds != Kleene::True {
            blocked.push(policy_type);
        }
        holds
    };
    let mut allowed = Kleene::True;
    for level in &scp {
        allowed = allowed.and(require(PolicyType::ServiceControl, level.allows()));
    }
    if policies.endpoint.is_some() {
        allowed = allowed.and(require(PolicyType::Endpoint, endpoint.allows()));
    }
    let bounded = |list: &[Arc<CompiledPolicy>], said: &Said| {
        if list.is_empty() { Kleene::True } else { said.allows() }
    };
    let in_boundary = bounded(&policies.boundary, &boundary);
    let in_session = bounded(&policies.session, &session);
    let by_identity = if root { Kleene::True } else { identity.allows() };
    let grant = resource_grant(request, policies.resource.as_deref());
    let same_account = is_same_account(request.principal, request.arn.as_ref(), resource_account);
    if anonymous_or_service {
        allowed = allowed.and(require(PolicyType::Resource, resource.allows()));
    } else if !same_account {
        allowed = allowed.and(require(PolicyType::Resource, resource.allows()));
        allowed = allowed.and(require(PolicyType::Identity, by_identity));
        allowed = allowed.and(require(PolicyType::Boundary, in_boundary));
        allowed = allowed.and(require(PolicyType::Session, in_session));
    } else {
        let needs_resource_policy = services::resource_policy_decides(request.action, request.arn.as_ref());
        let identity_counts = if needs_resource_policy { grant.account } else { Kleene::True };
        let bounds = in_boundary.and(in_session);
        let by_identity_policies = by_identity.and(identity_counts).and(bounds);
        let by_role = grant.role.and(bounds);
        let holds = grant.direct.or(by_role).or(by_identity_policies);
        if holds != Kleene::True {
            if identity_counts != Kleene::True && grant.role != Kleene::True {
                blocked.push(PolicyType::Resource);
            } else if by_identity != Kleene::True && grant.role != Kleene::True {
                blocked.push(PolicyType::Identity);
            }
            for (policy_type, holds) in
                [(PolicyType::Boundary, in_boundary), (PolicyType::Session, in_session)]
            {
                if holds != Kleene::True {
                    blocked.push(policy_type);
                }
            }
        }
        allowed = allowed.and(holds);
    }
    let may_deny = everything.iter().any(|(_, said)| said.denies() == Kleene::Unknown);
    if may_deny {
        allowed = allowed.and(Kleene::Unknown);
    }
    blocked.dedup();
    match allowed {
        Kleene::True => {
            let statements = everything.iter().flat_map(|(_, said)| said.allowing.iter().cloned()).collect();
            Decision { answer: Answer::Allowed, statements, blocked_by: Vec::new(), reason: None }
        }
        Kleene::False => Decision {
            answer: Answer::ImplicitDeny,
            statements: Vec::new(),
            blocked_by: blocked,
            reason: None,
        },
        Kleene::Unknown => Decision {
            answer: Answer::Unknown,
            statements: Vec::new(),
            blocked_by: blocked,
            reason: everything.iter().find_map(|(_, said)| said.reason.clone()),
        },
    }
}

/// Whether the resource belongs to the principal's account, or is not known to belong to another.
pub(crate) fn is_same_account(
    principal: &RequestPrincipal,
    arn: Option<&Arn>,
    resource_account: Option<&str>,
) -> bool {
    let of_arn = || arn.map(Arn::account).filter(|account| !account.is_empty() && *account != "aws");
    let owner = resource_account.or_else(of_arn).or_else(|| principal.account());
    principal.account() == owner
}

/// Whether service, and resource, control policies bind a principal's requests to a service: they do not bind
/// service-linked roles, and service control policies only the principals of accounts.
pub(crate) fn bound_by_organization(principal: &RequestPrincipal, service: &str) -> (bool, bool) {
    let takes = || services::takes_resource_control_policies(service);
    match principal {
        RequestPrincipal::Aws(aws) if aws.is_service_linked() => (false, false),
        RequestPrincipal::Aws(_) => (true, takes()),
        _ => (false, takes()),
    }
}

fn say(
    request: &Prepared,
    policy_type: PolicyType,
    level: Option<usize>,
    policies: &[Arc<CompiledPolicy>],
) -> Said {
    let mut said = Said::default();
    for (at, policy) in policies.iter().enumerate() {
        for statement in &policy.statements {
            let applies = statement.applies(request);
            if applies == Kleene::False {
                continue;
            }
            let deciding = || DecidingStatement {
                policy_type,
                level,
                policy: at,
                statement: statement.index,
                sid: statement.sid.clone(),
            };
            if applies == Kleene::Unknown {
                said.reason = said.reason.or_else(|| statement.first_unknown().cloned());
            }
            match statement.allow {
                Some(true) => {
                    said.allows = Some(said.allows().or(applies));
                    if applies == Kleene::True {
                        said.allowing.push(deciding());
                    }
                }
                Some(false) => {
                    said.denies = Some(said.denies().or(applies));
                    if applies == Kleene::True {
                        said.denying.push(deciding());
                    }
                }
                None => {
                    said.allows = Some(said.allows().or(Kleene::Unknown));
                    said.denies = Some(said.denies().or(Kleene::Unknown));
                    said.reason = said.reason.or_else(|| statement.first_unknown().cloned());
                }
            }
        }
        if let Some(symbol) = &policy.open {
            said.allows = Some(said.allows().or(Kleene::Unknown));
            said.denies = Some(said.denies().or(Kleene::Unknown));
            said.reason.get_or_insert_with(|| symbol.clone());
        }
    }
    said
}

/// How a resource policy lets the principal in.
fn resource_grant(request: &Prepared, policy: Option<&CompiledPolicy>) -> ResourceGrant {
    let mut grant = ResourceGrant { direct: Kleene::False, role: Kleene::False, account: Kleene::False };
    let Some(policy) = policy else { return grant };
    for statement in policy.statements.iter().filter(|statement| statement.allow != Some(false)) {
        let applies = match statement.allow {
            Some(_) => statement.applies(request),
            None => statement.applies(request).and(Kleene::Unknown),
        };
        if applies == Kleene::False {
            continue;
        }
        let how = how_named(statement, request.principal, request.context);
        match how {
            HowNamed::Directly => grant.direct = grant.direct.or(applies),
            HowNamed::AsRole => grant.role = grant.role.or(applies),
            HowNamed::AsAccount => grant.account = grant.account.or(applies),
        }
    }
    if policy.open.is_some() {
        grant.direct = grant.direct.or(Kleene::Unknown);
        grant.account = grant.account.or(Kleene::Unknown);
    }
    grant
}

/// How a statement that applies names a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HowNamed {
    /// Itself, or as one of anyone.
    Directly,
    /// By its role.
    AsRole,
    /// By its account alone.
    AsAccount,
}

pub(crate) fn how_named(
    statement: &CompiledStatement,
    principal: &RequestPrincipal,
    context: &Context,
) -> HowNamed {
    let Some(Named { except: false, patterns }) = &statement.principals else {
        return HowNamed::Directly;
    };
    let mut how = HowNamed::AsAccount;
    for pattern in patterns.iter().filter(|pattern| pattern.matches(principal, context) != Kleene::False) {
        match pattern {
            PrincipalPattern::Account(_) => {
                let root =
                    matches!(principal, RequestPrincipal::Aws(aws) if aws.kind == AwsPrincipalKind::Root);
                if root {
                    return HowNamed::Directly;
                }
            }
            PrincipalPattern::Aws(aws) if aws.kind == AwsPrincipalKind::Role => how = HowNamed::AsRole,
            PrincipalPattern::UniqueId(id) if id.starts_with("AROA") => how = HowNamed::AsRole,
            _ => return HowNamed::Directly,
        }
    }
    how
}
