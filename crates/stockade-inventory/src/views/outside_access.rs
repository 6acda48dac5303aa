//! Whom a policy lets in from outside the account, asked of the policy engine.

use super::exposure::STEPS;
use super::possible_policy::{Extent, OWNER, PossiblePolicy};
use crate::{Inventory, Unsettled};
use smol_str::SmolStr;
use stockade_iam::{Budget, Condition, Statement, findings};
use stockade_model::{Piece, Symbol, SymbolKind, Text, Value};

/// Someone outside the account whom a statement lets in.
#[derive(Debug, Clone)]
pub struct OutsideAccess {
    /// Who.
    pub who: Outsider,
    /// The conditions that the request must meet, key and value; the value is empty where it is not one text.
    pub conditions: Vec<(SmolStr, Text)>,
}

/// Someone outside the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outsider {
    /// An account, or a principal of it.
    Account(SmolStr),
    /// Anyone who meets the conditions.
    Anyone,
    /// An account that is not known.
    Unknown(Symbol),
}

impl Inventory {
    /// Whom a statement of a policy lets in, by account and identity: services are not asked for.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn outside_access(
        &self,
        document: &Value,
        statement: usize,
    ) -> Result<Vec<OutsideAccess>, Unsettled> {
        let mut possible = PossiblePolicy::read(document).only(statement);
        let written = possible.document.statements[statement].clone();
        let unsettled = |symbol: Option<&Symbol>, phrase: String| Unsettled {
            place: written.place,
            symbol: symbol.cloned(),
            phrase,
        };
        let action = written.actions.iter().find_map(|action| action.text.symbols().next());
        if let Some(symbol) = possible.open_part(statement).or(action) {
            return Err(unsettled(Some(symbol), symbol.settled_by()));
        }
        if let Some(problem) = possible.document.problem() {
            return Err(unsettled(None, format!("a policy that AWS takes: {}", problem.message)));
        }
        let unknown = self.name_unknown_accounts(&mut possible.document.statements[statement]);
        let (filled, symbol) = possible.fill(self, Extent::Most);
        let found = findings(&filled, None, Some(OWNER), Budget::new(STEPS))
            .map_err(|reason| unsettled(symbol.as_ref(), reason))?;
        let mut out = Vec::new();
        for finding in found {
            let conditions = finding
                .condition
                .iter()
                .map(|(key, value)| (key.clone(), written_value(&written, key, value)));
            let conditions: Vec<(SmolStr, Text)> = conditions.collect();
            let who = match finding.principal {
                (kind, id) if kind == "AWS" && id == "*" => of_condition(&conditions),
                (kind, id) if kind == "AWS" => account_of(&id),
                _ => None,
            };
            match who {
                Some(account) if account == OWNER => {}
                Some(account) => {
                    let who = match unknown.iter().find(|(stand_in, _)| *stand_in == account) {
                        Some((_, symbol)) => Outsider::Unknown(symbol.clone()),
                        None => Outsider::Account(account),
                    };
                    out.push(OutsideAccess { who, conditions });
                }
                None => out.push(OutsideAccess { who: Outsider::Anyone, conditions }),
            }
        }
        Ok(out)
    }

    /// Puts an account of its own in for each that is not known, and returns them.
    fn name_unknown_accounts(&self, statement: &mut Statement) -> Vec<(SmolStr, Symbol)> {
        let mut unknown: Vec<(SmolStr, Symbol)> = Vec::new();
        let mut stand_in = |symbol: &Symbol| {
            let known = unknown.iter().find(|(_, other)| other == symbol);
            known.map(|(account, _)| account.clone()).unwrap_or_else(|| {
                let account = SmolStr::new(format!("7777000000{:02}", unknown.len()));
                unknown.push((account.clone(), symbol.clone()));
                account
            })
        };
        for principal in statement.principals.iter_mut().filter(|one| one.kind == "AWS") {
            let text = self.canonical(&principal.id);
            if text.as_literal().is_some() {
                continue;
            }
            if let Some(symbol) = text.as_symbol() {
                let own = matches!(symbol.kind(), SymbolKind::Pseudo(name) if name == "AWS::AccountId");
                let account =
                    if own || self.is_given_by_aws(symbol) { OWNER.into() } else { stand_in(symbol) };
                principal.id = Text::literal(account);
                continue;
            }
            principal.id = match account_field(&text) {
                Some(symbol) if !self.is_given_by_aws(symbol) => Text::literal(stand_in(symbol)),
                _ => {
                    let spelled = self.spelled_for_policy(&text);
                    match account_of(&spelled) {
                        Some(account) => Text::literal(account),
                        None => match text.symbols().find(|symbol| !self.is_given_by_aws(symbol)) {
                            Some(symbol) => Text::literal(stand_in(symbol)),
                            None => Text::literal(OWNER),
                        },
                    }
                }
            };
        }
        unknown
    }
}

/// The symbol in the place of the account of an ARN.
fn account_field(text: &Text) -> Option<&Symbol> {
    let mut colons = 0;
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => colons += literal.matches(':').count(),
            Piece::Symbol(symbol) if colons == 4 => return Some(symbol),
            Piece::Symbol(_) => {}
        }
    }
    None
}

/// The account of a principal, by its ARN or id.
fn account_of(principal: &str) -> Option<SmolStr> {
    let fields: Vec<&str> = principal.split(':').collect();
    let account = match fields.as_slice() {
        ["arn", _, "iam" | "sts", _, account, ..] => account,
        [account] => account,
        _ => return None,
    };
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then(|| SmolStr::new(account))
}

/// The account that a condition leaves.
fn of_condition(conditions: &[(SmolStr, Text)]) -> Option<SmolStr> {
    let asks =
        |key: &str| ["aws:principalaccount", "aws:principalarn"].contains(&key.to_ascii_lowercase().as_str());
    let mut values = conditions.iter().filter(|(key, _)| asks(key));
    values.find_map(|(_, value)| account_of(value.as_literal()?))
}

/// A value of a condition as it is written, which the policy that was asked may spell otherwise.
fn written_value(statement: &Statement, key: &str, value: &str) -> Text {
    let on_key = |condition: &&Condition| condition.key.eq_ignore_ascii_case(key);
    let mut values = statement.conditions.iter().filter(on_key).flat_map(|condition| &condition.values);
    let first_unknown = values.clone().find(|written| written.text.as_literal().is_none());
    match (values.any(|written| written.text.as_literal() == Some(value)), first_unknown) {
        (false, Some(written)) => written.text.clone(),
        _ => Text::literal(value),
    }
}
