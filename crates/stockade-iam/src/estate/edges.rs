//! How a principal can become another: the edges of the escalation graph that leave it.

use super::access::{Given, Grant, Memo};
use super::existing_workloads::EXISTING;
use super::gain::short_name;
use super::new_workloads::NEW;
use super::workloads::{COGNITO, ExistingWorkload, Gains};
use super::{Estate, Principal, Workload};
use crate::compiled::CompiledPolicy;
use crate::evaluate::PolicySet;
use crate::request::{Context, Request, RequestPrincipal};
use crate::symbolic::{Budget, Proof, can};
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};

/// A way from one principal to another.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) edge: &'static str,
    pub(super) to: usize,
    pub(super) grants: Vec<Grant>,
    /// What it takes that the estate does not tell of.
    pub(super) assumes: Option<String>,
}

/// Which roles trust which services, asked once.
#[derive(Default)]
pub(super) struct Trusts {
    known: HashMap<(usize, &'static str, &'static str), bool>,
}

impl Trusts {
    /// Whether a service can assume a role.
    pub(super) fn service(&mut self, estate: &Estate, role: usize, service: &'static str) -> bool {
        let action = if service == COGNITO { "sts:AssumeRoleWithWebIdentity" } else { "sts:AssumeRole" };
        self.lets(estate, role, service, action)
    }

    /// Whether a role lets services do all of some actions.
    fn all(&mut self, estate: &Estate, role: usize, needed: &[(&'static str, &'static str)]) -> bool {
        needed.iter().all(|(service, action)| self.lets(estate, role, service, action))
    }

    fn lets(&mut self, estate: &Estate, role: usize, service: &'static str, action: &'static str) -> bool {
        *self.known.entry((role, service, action)).or_insert_with(|| {
            let Some(trust) = &estate.principals[role].trust else { return false };
            lets(&estate.principals[role], trust, service, action)
        })
    }
}

fn lets(role: &Principal, trust: &std::sync::Arc<CompiledPolicy>, service: &str, action: &str) -> bool {
    let principal = match service {
        COGNITO => RequestPrincipal::Federated(service.into()),
        service => RequestPrincipal::Service(service.into()),
    };
    let request = Request {
        principal,
        action: action.into(),
        resource: role.aws.arn.clone(),
        context: Context::default(),
    };
    let set = PolicySet { resource: Some(trust.clone()), ..PolicySet::default() };
    matches!(can(&request, &set, Some(&role.aws.account), false, Budget::default()), Proof::Some(_))
}

impl Estate {
    /// The ways from a principal to others, the simplest to each.
    pub(super) fn edges(&self, by: usize, trusts: &mut Trusts) -> Vec<Edge> {
        let who = &self.principals[by];
        let mut out: Vec<Edge> = Vec::new();
        let mut reached = vec![false; self.principals.len()];
        reached[by] = true;
        for (of, known) in reached.iter_mut().enumerate() {
            if !*known && let Some(change) = self.take(by, of) {
                *known = true;
                out.push(Edge { edge: change.edge, to: of, grants: change.grants, assumes: None });
            }
        }
        let mut add = |edge: Edge| {
            if !std::mem::replace(&mut reached[edge.to], true) {
                out.push(edge);
            }
        };
        let passes = self.may(who, "iam:passrole");
        if passes {
            self.by_new_workload(who, trusts, &mut add);
        }
        for way in EXISTING {
            self.by_existing_workload(who, way, passes, trusts, &mut add);
        }
        out
    }

    /// The roles that a principal can pass to a service.
    fn passable(&self, who: &Principal, service: &'static str, trusts: &mut Trusts) -> Vec<(usize, Grant)> {
        let given = Given(vec![("iam:passedtoservice", Some(service.into()))]);
        let mut memo = Memo::default();
        (0..self.principals.len())
            .filter(|role| {
                let target = &self.principals[*role];
                target.trust.is_some()
                    && target.aws.account == who.aws.account
                    && trusts.service(self, *role, service)
            })
            .filter(|role| {
                self.allowed(who, "iam:PassRole", &self.principals[*role].aws.arn, &given, &mut memo)
            })
            .map(|role| (role, Grant::with("iam:PassRole", self.principals[role].aws.arn.clone(), &given)))
            .collect()
    }

    fn by_new_workload(&self, who: &Principal, trusts: &mut Trusts, add: &mut dyn FnMut(Edge)) {
        let mut by_service: HashMap<&'static str, Vec<(usize, Grant)>> = HashMap::default();
        for way in NEW {
            let Some(grants) = self.all_allowed(who, way.actions, &Given::default()) else { continue };
            for service in way.services {
                let roles = by_service.entry(service).or_insert_with(|| self.passable(who, service, trusts));
                for (role, pass) in roles.iter() {
                    let target = &self.principals[*role];
                    let able = way.role_needs.is_empty()
                        || target.unknown.is_some()
                        || way.role_needs.iter().any(|need| self.may(target, &need.to_ascii_lowercase()));
                    if able && trusts.all(self, *role, way.trusts_too) {
                        let grants = std::iter::once(pass.clone()).chain(grants.iter().cloned()).collect();
                        let assumes = way.assumes.map(str::to_owned);
                        add(Edge { edge: way.id, to: *role, grants, assumes });
                    }
                }
            }
        }
    }

    fn by_existing_workload(
        &self,
        who: &Principal,
        way: &ExistingWorkload,
        passes: bool,
        trusts: &mut Trusts,
        add: &mut dyn FnMut(Edge),
    ) {
        if way.actions.iter().any(|(action, _)| !self.may(who, &action.to_ascii_lowercase())) {
            return;
        }
        let spelled = |value: &str| Some(value.replace("{account}", &who.aws.account).into());
        let given = Given(way.given.iter().map(|(key, value)| (*key, spelled(value))).collect());
        let named: Vec<&Workload> =
            self.workloads.iter().filter(|workload| workload.kind == way.kind).collect();
        if named.is_empty() {
            let Some(grants) = self.all_allowed(who, way.actions, &given) else { return };
            let roles: Vec<(usize, Option<Grant>)> = match way.gains {
                Gains::Passed if !passes => Vec::new(),
                Gains::Passed => {
                    let passable = self.passable(who, way.service, trusts);
                    passable.into_iter().map(|(role, pass)| (role, Some(pass))).collect()
                }
                Gains::Own | Gains::Any => (0..self.principals.len())
                    .filter(|role| self.principals[*role].aws.account == who.aws.account)
                    .filter(|role| {
                        trusts.service(self, *role, way.service) && trusts.all(self, *role, way.trusts_too)
                    })
                    .map(|role| (role, None))
                    .collect(),
            };
            for (role, pass) in roles {
                let grants = pass.into_iter().chain(grants.iter().cloned()).collect();
                let mut assumes = match way.gains {
                    Gains::Own => format!("{} with this role", way.noun),
                    Gains::Passed | Gains::Any => way.noun.to_owned(),
                };
                if let Some(through) = way.through {
                    assumes = format!("{assumes}, {through}");
                }
                add(Edge { edge: way.id, to: role, grants, assumes: Some(assumes) });
            }
            return;
        }
        let mut memos: HashMap<&'static str, Memo> = HashMap::default();
        for workload in named {
            if workload.account != who.aws.account {
                continue;
            }
            let Some(mut grants) = self.on_workload(who, way, workload, &given, &mut memos) else { continue };
            let mut edge = way.id;
            if brings_code(way)
                && let Some(signing) = &workload.code_signing
            {
                // Code of others is refused until the gate is gone.
                let Some(gate) = self.without_signing(who, workload, signing) else { continue };
                grants.insert(0, gate);
                edge = "L13";
            }
            let assumes = way.through.map(str::to_owned);
            match way.gains {
                Gains::Own => add(Edge { edge, to: workload.role, grants, assumes }),
                Gains::Passed if !passes => {}
                Gains::Passed => {
                    for (role, pass) in self.passable(who, way.service, trusts) {
                        let grants = std::iter::once(pass).chain(grants.iter().cloned()).collect();
                        add(Edge { edge, to: role, grants, assumes: assumes.clone() });
                    }
                }
                Gains::Any => {
                    for role in 0..self.principals.len() {
                        if self.principals[role].aws.account == who.aws.account
                            && trusts.service(self, role, way.service)
                        {
                            add(Edge { edge, to: role, grants: grants.clone(), assumes: assumes.clone() });
                        }
                    }
                }
            }
        }
    }

    /// What takes away that a function's code must be signed.
    fn without_signing(&self, who: &Principal, function: &Workload, signing: &str) -> Option<Grant> {
        let of_function = ["lambda:DeleteFunctionCodeSigningConfig", "lambda:PutFunctionCodeSigningConfig"];
        let mut ways = of_function
            .into_iter()
            .map(|action| (action, function.arn.as_str()))
            .chain([("lambda:UpdateCodeSigningConfig", signing)]);
        ways.find(|(action, resource)| self.may_on(who, action, resource))
            .map(|(action, resource)| Grant::new(action, resource))
    }

    /// What it takes to take over a workload, if a principal has all of it.
    fn on_workload(
        &self,
        who: &Principal,
        way: &ExistingWorkload,
        workload: &Workload,
        given: &Given,
        memos: &mut HashMap<&'static str, Memo>,
    ) -> Option<Vec<Grant>> {
        let mut grants = Vec::new();
        let own_form = way.actions.last().map(|(_, form)| *form).unwrap_or_default();
        for (action, form) in way.actions {
            let memo = memos.entry(action).or_default();
            if way.through.is_some() || *form != own_form && !about_the_same(form, own_form) {
                let found = self.all_allowed(who, &[(action, form)], given)?;
                grants.extend(found);
                continue;
            }
            let candidates = [workload.arn.clone(), spelled(form, workload)];
            let resource =
                candidates.into_iter().find(|resource| self.allowed(who, action, resource, given, memo))?;
            grants.push(Grant::with(action, resource, given));
        }
        Some(grants)
    }
}

/// Whether a way puts code into a function, which a code signing configuration stops: a layer's too.
fn brings_code(way: &ExistingWorkload) -> bool {
    way.kind == "function"
        && (way.actions.iter().any(|(action, _)| *action == "lambda:UpdateFunctionCode")
            || way.given.iter().any(|(key, _)| *key == "lambda:layer"))
}

/// Whether two forms are of the same type of resource.
fn about_the_same(form: &str, other: &str) -> bool {
    let kind = |form: &str| form.rsplit_once('{').map(|(before, _)| before.to_owned());
    kind(form) == kind(other)
}

/// The ARN that a workload has by its type, whatever the estate calls it.
fn spelled(form: &str, workload: &Workload) -> SmolStr {
    let partition = super::access::partition_of(&workload.arn);
    let region = workload.arn.split(':').nth(3).filter(|region| !region.is_empty()).unwrap_or("us-east-1");
    let arn = super::read::spell(form, partition, &workload.account, &short_name(&workload.arn));
    format_smolstr!("{}", arn.replace("{region}", region))
}
