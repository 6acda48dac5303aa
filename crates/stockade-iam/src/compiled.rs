//! Policies made ready for questions.

use crate::arn::{Arn, ArnPattern};
use crate::condition::CompiledCondition;
use crate::document::{Effect, PolicyDocument, Principal, Statement, Term};
use crate::pattern::{Lookup, Pattern, Reading};
use crate::request::{AwsPrincipal, AwsPrincipalKind, Context, Request, RequestPrincipal, is_account};
use smol_str::SmolStr;
use std::cell::OnceCell;
use stockade_model::{Kleene, Symbol};

/// A policy made ready for questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompiledPolicy {
    pub(crate) statements: Vec<CompiledStatement>,
    /// Set if there may be more statements than are known.
    pub(crate) open: Option<Symbol>,
}

/// A statement of a [`CompiledPolicy`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledStatement {
    /// Its index in the document.
    pub(crate) index: usize,
    pub(crate) sid: Option<SmolStr>,
    /// `None` if it is not known.
    pub(crate) allow: Option<bool>,
    /// `None` if the statement names no principal: it is for whoever the policy is attached to.
    pub(crate) principals: Option<Named<PrincipalPattern>>,
    /// In lower case.
    pub(crate) actions: Named<Pattern>,
    /// `None` if the statement names no resource: it is for what the policy is attached to.
    pub(crate) resources: Option<Named<ArnPattern>>,
    pub(crate) conditions: Vec<CompiledCondition>,
    pub(crate) open: Option<Symbol>,
}

/// What an element names, or excepts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named<T> {
    /// Whether it is the `Not…` element.
    pub(crate) except: bool,
    pub(crate) patterns: Vec<T>,
}

impl<T> Named<T> {
    pub(crate) fn holds(&self, matches: impl Fn(&T) -> Kleene) -> Kleene {
        let mut any = Kleene::False;
        for pattern in &self.patterns {
            any = any.or(matches(pattern));
            if any == Kleene::True {
                break;
            }
        }
        if self.except { !any } else { any }
    }
}

/// A principal as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrincipalPattern {
    /// `*`.
    Anyone,
    /// `arn:aws:iam::123456789012:root` or the account id: all principals of the account.
    Account(SmolStr),
    /// A user, role, session or federated user.
    Aws(AwsPrincipal),
    /// An id such as `AROA…`, which a policy shows for a principal that was deleted, or another name of the account.
    UniqueId(SmolStr),
    /// A service; `*` for any.
    Service(SmolStr),
    /// An identity provider; `*` for any.
    Federated(SmolStr),
    /// A canonical user id.
    CanonicalUser(SmolStr),
    /// Not known.
    Unknown(Symbol),
}

impl CompiledPolicy {
    /// Compiles a document.
    ///
    /// # Errors
    /// What the document has that is not in the grammar: nothing can be said of a policy that the service rejects.
    pub fn new(document: &PolicyDocument) -> Result<Self, String> {
        if let Some(problem) = document.problem() {
            return Err(problem.message.clone());
        }
        let variables = document.has_variables();
        let statements = document.statements.iter().enumerate();
        Ok(Self {
            statements: statements
                .map(|(index, statement)| CompiledStatement::new(index, statement, variables))
                .collect::<Result<_, _>>()?,
            open: document.open.clone(),
        })
    }

    /// A policy that allows everything to everyone.
    #[must_use]
    pub fn allow_all() -> Self {
        let actions = Named { except: false, patterns: vec![action_pattern(&"*".into())] };
        let statement = CompiledStatement {
            index: 0,
            sid: None,
            allow: Some(true),
            principals: None,
            actions,
            resources: None,
            conditions: Vec::new(),
            open: None,
        };
        Self { statements: vec![statement], open: None }
    }

    /// Whether a pattern of it has a policy variable.
    pub(crate) fn has_variables(&self) -> bool {
        self.patterns().any(|pattern| pattern.variables().next().is_some())
    }

    /// The patterns that may have policy variables: those of resources and of conditions.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.statements.iter().flat_map(|statement| {
            let resources = statement.resources.iter().flat_map(|named| &named.patterns);
            let conditions = statement.conditions.iter().flat_map(CompiledCondition::patterns);
            resources.flat_map(ArnPattern::parts).chain(conditions)
        })
    }

    /// The first thing in it that is not known.
    pub(crate) fn unknown(&self) -> Option<&Symbol> {
        self.open.as_ref().or_else(|| self.statements.iter().find_map(CompiledStatement::first_unknown))
    }
}

fn action_pattern(term: &Term) -> Pattern {
    Pattern::new(&term.text, Reading { wildcards: true, variables: false, fold: true })
}

fn named<T>(
    statement: &Statement,
    (key, patterns): (&str, &[Term]),
    except: &[Term],
    compile: impl Fn(&Term) -> T,
) -> Named<T> {
    let except_is_written = !statement.has(key) && patterns.is_empty();
    let terms = if except_is_written { except } else { patterns };
    Named { except: except_is_written, patterns: terms.iter().map(compile).collect() }
}

impl CompiledStatement {
    fn new(index: usize, statement: &Statement, variables: bool) -> Result<Self, String> {
        let principals = if statement.has("Principal") || !statement.principals.is_empty() {
            Some(Named {
                except: false,
                patterns: statement.principals.iter().map(PrincipalPattern::new).collect(),
            })
        } else if statement.has("NotPrincipal") || !statement.not_principals.is_empty() {
            Some(Named {
                except: true,
                patterns: statement.not_principals.iter().map(PrincipalPattern::new).collect(),
            })
        } else {
            None
        };
        let without_actions = !statement.has("Action") && !statement.has("NotAction");
        let actions = if without_actions {
            Named { except: false, patterns: Vec::new() }
        } else {
            named(statement, ("Action", &statement.actions), &statement.not_actions, action_pattern)
        };
        let resources = (statement.has("Resource") || statement.has("NotResource")).then(|| {
            named(statement, ("Resource", &statement.resources), &statement.not_resources, |term| {
                ArnPattern::of_resources(&term.text, variables)
            })
        });
        Ok(Self {
            index,
            sid: statement.sid.clone(),
            allow: match statement.effect {
                Effect::Allow => Some(true),
                Effect::Deny => Some(false),
                Effect::Unknown(_) => None,
            },
            principals,
            actions,
            resources,
            conditions: statement
                .conditions
                .iter()
                .map(|condition| CompiledCondition::new(condition, variables))
                .collect::<Result<_, _>>()?,
            open: match &statement.effect {
                Effect::Unknown(symbol) => Some(symbol.clone()),
                _ => statement.open.clone(),
            },
        })
    }

    /// Whether another statement differs in nothing but its place and name.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.allow == other.allow
            && self.principals == other.principals
            && self.actions == other.actions
            && self.resources == other.resources
            && self.conditions == other.conditions
            && self.open == other.open
    }

    /// Whether the statement is for a request.
    pub(crate) fn applies(&self, request: &Prepared) -> Kleene {
        let lookup = |key: &str| request.single(key);
        let mut all = self.matches_action(request.action);
        if all == Kleene::False {
            return all;
        }
        all = all.and(self.matches_resource(request.resource, request.arn.as_ref(), &lookup));
        if all == Kleene::False {
            return all;
        }
        all = all.and(self.matches_principal(request.principal, request.context));
        for condition in &self.conditions {
            if all == Kleene::False {
                return all;
            }
            all = all.and(condition.holds(request.values(&condition.key), &lookup));
        }
        if self.open.is_some() { all.and(Kleene::Unknown) } else { all }
    }

    /// Whether the action, in lower case, is one of the statement's.
    pub(crate) fn matches_action(&self, action: &str) -> Kleene {
        self.actions.holds(|pattern| pattern.matches(action, &|_| None))
    }

    pub(crate) fn matches_resource(&self, resource: &str, arn: Option<&Arn>, lookup: Lookup) -> Kleene {
        match &self.resources {
            // What a variable without a value excepts is not known: the service takes such a statement as invalid.
            Some(named)
                if named.except
                    && named.patterns.iter().any(|pattern| pattern.hangs(resource, arn, lookup)) =>
            {
                Kleene::False
            }
            Some(named) => named.holds(|pattern| pattern.matches(resource, arn, lookup)),
            None => Kleene::True,
        }
    }

    pub(crate) fn matches_principal(&self, principal: &RequestPrincipal, context: &Context) -> Kleene {
        match &self.principals {
            Some(named) => named.holds(|pattern| pattern.matches(principal, context)),
            None => Kleene::True,
        }
    }

    /// The first thing in it that is not known.
    pub(crate) fn first_unknown(&self) -> Option<&Symbol> {
        let principals = self.principals.iter().flat_map(|named| &named.patterns);
        let resources = self.resources.iter().flat_map(|named| &named.patterns);
        self.open
            .as_ref()
            .or_else(|| {
                principals.into_iter().find_map(|pattern| match pattern {
                    PrincipalPattern::Unknown(symbol) => Some(symbol),
                    _ => None,
                })
            })
            .or_else(|| self.actions.patterns.iter().find_map(Pattern::unknown))
            .or_else(|| resources.into_iter().find_map(ArnPattern::unknown))
            .or_else(|| self.conditions.iter().find_map(CompiledCondition::unknown))
    }
}

impl PrincipalPattern {
    fn new(principal: &Principal) -> Self {
        let Some(id) = principal.id.as_literal() else {
            let symbol = principal.id.symbols().next().cloned();
            return symbol.map_or_else(|| Self::UniqueId(SmolStr::default()), Self::Unknown);
        };
        match (principal.kind.as_str(), id) {
            ("*" | "AWS", "*") => Self::Anyone,
            ("Service", _) => Self::Service(id.into()),
            ("Federated", _) => Self::Federated(id.into()),
            ("CanonicalUser", _) => Self::CanonicalUser(id.into()),
            _ if is_account(id) => Self::Account(id.into()),
            _ => match AwsPrincipal::parse(id) {
                Some(aws) if aws.kind == AwsPrincipalKind::Root => Self::Account(aws.account),
                Some(aws) => Self::Aws(aws),
                None => Self::UniqueId(id.into()),
            },
        }
    }

    /// Whether a principal is meant.
    pub(crate) fn matches(&self, principal: &RequestPrincipal, context: &Context) -> Kleene {
        use RequestPrincipal as Who;
        let same = |named: &SmolStr, id: &SmolStr| named == "*" || named == id;
        Kleene::from(match (self, principal) {
            (Self::Unknown(_), _) => return Kleene::Unknown,
            (Self::Anyone, _) => true,
            (Self::Account(account), Who::Aws(aws)) => *account == aws.account,
            (Self::Aws(named), Who::Aws(aws)) => named.is(aws),
            (Self::UniqueId(id), Who::Aws(_)) => {
                // `aws:userid` is `AROA…:session` for a session, the id alone otherwise.
                let ids = context.get("aws:userid").unwrap_or_default();
                ids.iter().any(|user| user.split(':').next() == Some(id))
            }
            (Self::Service(named), Who::Service(id)) => same(named, id),
            (Self::Federated(named), Who::Federated(id)) => same(named, id),
            (Self::CanonicalUser(named), Who::CanonicalUser(id)) => named == id,
            _ => false,
        })
    }
}

impl AwsPrincipal {
    /// Whether a principal that a policy names is the one that asks: the same, or the role of its session.
    fn is(&self, asking: &Self) -> bool {
        if self.arn == asking.arn {
            return true;
        }
        let role = self.kind == AwsPrincipalKind::Role && asking.kind == AwsPrincipalKind::Session;
        role && self.account == asking.account && self.name == asking.name
    }
}

/// A request made ready for policies.
#[derive(Debug, Clone)]
pub(crate) struct Prepared<'a> {
    pub(crate) principal: &'a RequestPrincipal,
    /// In lower case.
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) arn: Option<Arn<'a>>,
    pub(crate) context: &'a Context,
    pub(crate) resource_account: Option<&'a str>,
    /// The keys that follow from the principal and the resource, once one is asked for.
    derived: OnceCell<Context>,
}

impl<'a> Prepared<'a> {
    /// Prepares a request; `action` is the request's in lower case.
    pub(crate) fn new(request: &'a Request, action: &'a str, resource_account: Option<&'a str>) -> Self {
        Self {
            principal: &request.principal,
            action,
            resource: &request.resource,
            arn: Arn::parse(&request.resource),
            context: &request.context,
            resource_account,
            derived: OnceCell::new(),
        }
    }

    /// The values of a key, whose name is in lower case.
    pub(crate) fn values(&self, key: &str) -> Option<&[SmolStr]> {
        if let Some(values) = self.context.get(key) {
            return Some(values);
        }
        if !key.starts_with("aws:") {
            return None;
        }
        let derive = || Context::derived(self.principal, self.resource_account);
        self.derived.get_or_init(derive).get(key)
    }

    /// The one value of a key.
    pub(crate) fn single(&self, key: &str) -> Option<SmolStr> {
        match self.values(key)? {
            [value] => Some(value.clone()),
            _ => None,
        }
    }
}
