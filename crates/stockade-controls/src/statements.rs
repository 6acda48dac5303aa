//! Statements of identity policies as controls judge them.

use smol_str::SmolStr;
use stockade_iam::{Condition, Effect, Operator, Statement, Term};
use stockade_inventory::{IdentityStatement, Inventory, Node};
use stockade_model::{Outcome, Piece, Place, Subject, Symbol, SymbolKind, Text, Verdict};

/// The action and resource that stand for all.
pub(crate) const EVERYTHING: &str = "*";

/// Stands for a part of a text that is not known: no wildcard matches but `*` and `?`.
pub(crate) const SOMETHING: char = '\u{fffc}';

/// A statement under judgement.
pub(crate) struct Judged<'a> {
    inventory: &'a Inventory,
    /// The statement and where it stands.
    pub at: &'a IdentityStatement,
    /// What the verdict is about.
    pub subject: Subject,
}

impl<'a> Judged<'a> {
    /// Of a statement.
    pub fn new(inventory: &'a Inventory, at: &'a IdentityStatement) -> Self {
        Self { inventory, at, subject: part_of(inventory, at.written_in, &at.part) }
    }

    /// The statement.
    pub fn statement(&self) -> &'a Statement {
        &self.at.statement
    }

    /// Whether a transform made the role or policy that it is written in.
    pub fn is_generated(&self) -> bool {
        self.inventory.resource(self.at.written_in).generated
    }

    /// Nothing is wrong with it.
    pub fn pass(&self) -> Verdict {
        self.verdict(Outcome::Pass, self.at.statement.place)
    }

    /// It is wrong there; not known where the statement may not allow anything, or only under conditions that are not
    /// known, or where none of its roles is a function's for certain.
    pub fn fail(&self, place: Place) -> Verdict {
        match (&self.at.statement.effect, &self.at.more_conditions) {
            (Effect::Unknown(symbol), _) | (_, Some(symbol)) => self.unknown(symbol, place),
            _ if may_be_no_function_s(self.inventory, &self.at.roles) => {
                trust_not_known(self.verdict(Outcome::Unknown, place))
            }
            _ => {
                let verdict = self.verdict(Outcome::Fail, place);
                self.at.roles.iter().fold(verdict, |verdict, role| {
                    let role = self.inventory.resource(*role);
                    let own = role.generated || *role.id == *self.subject.id;
                    if own { verdict } else { verdict.related("a role that it stands on", role.declared_at) }
                })
            }
        }
    }

    /// As [`Judged::fail`], in the words of another of the control's messages.
    pub fn fail_as(&self, message: &'static str, place: Place) -> Verdict {
        let verdict = self.fail(place);
        if verdict.outcome == Outcome::Fail { verdict.message(message) } else { verdict }
    }

    /// It is not known because the catalogue does not have an action.
    pub fn not_in_catalogue(&self, action: &str, place: Place) -> Verdict {
        self.verdict(Outcome::Unknown, place)
            .with("symbol", format!("`{action}`, which the catalogue of actions does not have"))
            .settled_by(format!("a catalogue of actions that has `{action}`"), "action not in the catalogue")
    }

    /// It is not known because of a symbol there.
    pub fn unknown(&self, symbol: &Symbol, place: Place) -> Verdict {
        self.verdict(Outcome::Unknown, place).with("symbol", symbol.name()).because(symbol)
    }

    fn verdict(&self, outcome: Outcome, place: Place) -> Verdict {
        let mut verdict = Verdict::new(self.subject.clone(), outcome, place);
        verdict.discriminator = self.at.identity.clone();
        verdict.with("role", roles(self.inventory, &self.at.roles))
    }
}

/// Judges each statement that may allow something, and says of each policy whose statements are not known that they are
/// not.
pub(crate) fn judge_allowing(
    inventory: &Inventory,
    verdicts: &mut Vec<Verdict>,
    judge: impl Fn(&Judged) -> Option<Verdict>,
) {
    let policies = inventory.identity_policies();
    let allowing = policies.statements.iter().filter(|at| at.statement.effect != Effect::Deny);
    verdicts.extend(allowing.filter_map(|at| judge(&Judged::new(inventory, at))));
    judge_unknown_policies(inventory, verdicts);
}

/// Says of each policy whose statements are not known that they are not.
pub(crate) fn judge_unknown_policies(inventory: &Inventory, verdicts: &mut Vec<Verdict>) {
    let policies = inventory.identity_policies();
    for policy in &policies.unknown {
        let subject = part_of(inventory, policy.written_in, &policy.part);
        let mut verdict = Verdict::new(subject, Outcome::Unknown, policy.place)
            .with("role", roles(inventory, &policy.roles))
            .with("symbol", policy.symbol.name())
            .because(&policy.symbol);
        verdict.discriminator = policy.part.clone();
        verdicts.push(verdict);
    }
}

fn part_of(inventory: &Inventory, written_in: Node, part: &SmolStr) -> Subject {
    let resource = inventory.resource(written_in);
    Subject::resource(resource.id.clone(), resource.type_name.clone()).part(part.clone())
}

/// Roles as a reader knows them: one that SAM makes is that of its function.
pub(crate) fn roles(inventory: &Inventory, roles: &[Node]) -> String {
    let Some(first) = roles.first().map(|role| inventory.resource(*role)) else { return String::new() };
    let named = if first.generated {
        format!("the role of `{}`", first.declared_id)
    } else {
        format!("role `{}`", first.id)
    };
    match roles.len() - 1 {
        0 => named,
        1 => format!("{named} and another role"),
        more => format!("{named} and {more} more roles"),
    }
}

/// Whether roles are functions' only if their trust policies, which are not known, let Lambda in.
pub(crate) fn may_be_no_function_s(inventory: &Inventory, roles: &[Node]) -> bool {
    let uncertain =
        |role: &Node| inventory.function_roles().iter().any(|known| known.node == *role && !known.certain);
    !roles.is_empty() && roles.iter().all(uncertain)
}

/// A verdict that is not known because a trust policy is not.
pub(crate) fn trust_not_known(verdict: Verdict) -> Verdict {
    verdict
        .with("symbol", "who may assume it")
        .settled_by("a trust policy that says who may assume the role", "trust policy not known")
}

/// A text with something in place of what is not known.
pub(crate) fn spelled(text: &Text) -> String {
    let mut out = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => out.push_str(literal),
            Piece::Symbol(_) => out.push(SOMETHING),
        }
    }
    out
}

/// Whether a text is `*`.
pub(crate) fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// The symbol that a text is, if it may be `*`: what `Ref` and `Fn::GetAtt` of a resource give is not, nor what another
/// stack exports, which is there for the names and ARNs of its resources.
pub(crate) fn may_be_everything(text: &Text) -> Option<&Symbol> {
    text.as_symbol().filter(|symbol| {
        !matches!(symbol.kind(), SymbolKind::Attribute { .. } | SymbolKind::Pseudo(_) | SymbolKind::Import(_))
            && symbol.may_be(EVERYTHING)
    })
}

/// Whether an action is all of a service, or all that there is: `s3:*`, `*`, `*:*`.
pub(crate) fn is_service_wildcard(action: &str) -> bool {
    match action.split_once(':') {
        Some((_, name)) => is_everything(name),
        None => is_everything(action),
    }
}

/// Whether an action is all that there is: `*`, `*:*`.
pub(crate) fn is_every_action(action: &str) -> bool {
    action.split(':').all(is_everything) && action.split(':').count() <= 2
}

/// The resources that a statement names, with something in place of what is not known.
pub(crate) fn resources(statement: &Statement) -> Vec<String> {
    statement.resources.iter().map(|term| spelled(&term.text)).collect()
}

/// Whether a pattern may cover a whole type: cheaper than to ask the catalogue. What names an account or region does not.
pub(crate) fn may_be_wide(pattern: &str) -> bool {
    let mut fields = pattern.splitn(6, ':').skip(3);
    let (region, account) = (fields.next(), fields.next());
    pattern.contains('*')
        && [region, account].into_iter().flatten().all(|field| field.is_empty() || is_everything(field))
}

/// Where the statement names a resource that may cover a whole type, else the statement.
pub(crate) fn place_of_wide(judged: &Judged) -> Place {
    let statement = judged.statement();
    let wide = statement.resources.iter().find(|term| term.text.as_literal().is_some_and(may_be_wide));
    wide.map_or(statement.place, |term| term.place)
}

/// Whether a condition leaves only some resources: it asks for a key of the resource or of the service, for values that
/// are not `*` alone. `iam:PassedToService` and `iam:AssociatedResourceArn` say for what a role is passed, not which.
pub(crate) fn narrows(condition: &Condition) -> bool {
    const RESOURCE_KEYS: [&str; 5] = [
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:resourcetag/",
        "aws:requesttag/",
    ];
    const NOT: [&str; 2] = ["iam:passedtoservice", "iam:associatedresourcearn"];
    let key = condition.key.to_ascii_lowercase();
    let of_resource = RESOURCE_KEYS.iter().any(|known| key.starts_with(known));
    let of_service = key.contains(':') && !key.starts_with("aws:") && !NOT.contains(&key.as_str());
    (of_resource || of_service) && asks_for_values(condition)
}

/// Whether a condition is met by some values of its key alone, and not where the key is missing.
pub(crate) fn asks_for_values(condition: &Condition) -> bool {
    let positive = Operator::parse(&condition.operator).is_some_and(|operator| {
        !operator.negated && !operator.if_exists && operator.comparison != stockade_iam::Comparison::Null
    });
    positive && !condition.values.iter().any(|value| is_everything(&spelled(&value.text)))
}

/// Whether any condition of a statement leaves only some resources.
pub(crate) fn is_narrowed(statement: &Statement) -> bool {
    statement.conditions.iter().any(narrows)
}

/// Whether an action is among those of a statement, and the first of its terms that says so.
pub(crate) fn granting<'a>(statement: &'a Statement, action: &str) -> Option<&'a Term> {
    statement.actions.iter().find(|term| {
        term.text
            .as_literal()
            .is_some_and(|pattern| stockade_iam::glob::matches_ignoring_case(pattern, action))
    })
}

/// Names for a message: the first few in backticks, then how many more.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{}`", name.as_ref())).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
