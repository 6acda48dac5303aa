//! Whether a resource policy lets the public in, asked of the policy engine.
//!
//! The engine decides policies that are known. What a template leaves open is put in twice: so that the policy allows as
//! much as it may, and as little. If both are public, the policy is, and if the first is not, it is not; otherwise what
//! was left open decides.

use crate::Inventory;
use stockade_iam::{
    Budget, Comparison, CompiledPolicy, Condition, Effect, Operator, PolicyDocument, Principal, Proof,
    RequestPrincipal, Statement, Term, Witness, public,
};
use stockade_model::{Piece, Place, Symbol, SymbolKind, Text, Value};

/// What the engine says of a policy.
#[derive(Debug, Clone)]
pub enum Exposure {
    /// It lets the public in.
    Public(PublicAccess),
    /// It does not.
    NotPublic,
    /// It cannot be told.
    Unknown(Unsettled),
}

/// A request of the public that a policy allows.
#[derive(Debug, Clone)]
pub struct PublicAccess {
    /// Where the statement that allows it is written.
    pub place: Place,
    /// The index of that statement.
    pub statement: usize,
    /// The request, as a phrase: "`sqs:SendMessage` by anyone".
    pub request: String,
}

/// Why it cannot be told.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// Where the statement that may allow it is written, or the policy.
    pub place: Place,
    /// The symbol that decides, if one does.
    pub symbol: Option<Symbol>,
    /// What is to be known, as a phrase.
    pub phrase: String,
}

/// An account that owns the resources of the deployment, whichever that is, and one that a parameter may name.
const OWNER: &str = "999988887777";
const NAMED: &str = "222233334444";

/// A policy that takes more steps than this is left unknown: what templates hold takes some hundreds.
const STEPS: u64 = 200_000;

/// As much as the policy may allow, or as little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Most,
    Least,
}

/// Parts of a statement that may hold more than is known.
#[derive(Debug, Clone, Default)]
struct Open {
    principal: Option<Symbol>,
    action: Option<Symbol>,
    resource: Option<Symbol>,
    condition: Option<Symbol>,
    whole: Option<Symbol>,
}

impl Inventory {
    /// Whether a policy document lets in someone whom it does not single out ([`stockade_iam::public`]).
    #[must_use]
    pub fn exposure(&self, value: &Value) -> Exposure {
        let document = PolicyDocument::read(value);
        let statements = value.get("Statement");
        let known = statements.items().iter().filter(|item| item.unknown().is_none());
        let mut open: Vec<Open> = known.map(Open::of).collect();
        open.resize_with(document.statements.len(), Open::default);
        if document.open.is_none() && !document.statements.iter().zip(&open).any(may_be_for_anyone) {
            return Exposure::NotPublic;
        }
        let unsettled = |symbol: Option<Symbol>, phrase: String| {
            let mut suspects = document.statements.iter().zip(&open).filter(|each| may_be_for_anyone(*each));
            let place = suspects.next().map_or(value.origin.place, |(statement, _)| statement.place);
            Exposure::Unknown(Unsettled { place, symbol, phrase })
        };
        if let Some(problem) = document.problem() {
            return unsettled(None, format!("a policy that AWS takes: {}", problem.message));
        }
        let mut filling = Filling { inventory: self, symbol: document.open.clone() };
        let most = filling.fill(&document, &open, Extent::Most);
        match ask(&most) {
            Proof::None if document.open.is_none() => return Exposure::NotPublic,
            Proof::Unknown(reason) => return unsettled(filling.symbol, reason),
            _ => {}
        }
        let least = filling.fill(&document, &open, Extent::Least);
        match (ask(&least), &document.open) {
            (Proof::Some(witness), None) => Exposure::Public(PublicAccess::of(&document, &witness)),
            (Proof::Unknown(reason), _) => unsettled(filling.symbol, reason),
            _ => {
                let phrase = filling.symbol.as_ref().map(Symbol::settled_by).unwrap_or_default();
                unsettled(filling.symbol, phrase)
            }
        }
    }
}

fn ask(document: &PolicyDocument) -> Proof {
    match CompiledPolicy::new(document) {
        Ok(policy) => public(&policy, None, Some(OWNER), None, Budget::new(STEPS)),
        Err(reason) => Proof::Unknown(format!("a policy that AWS takes: {reason}")),
    }
}

/// Whether a statement may allow something to those whom it does not name.
fn may_be_for_anyone((statement, open): (&Statement, &Open)) -> bool {
    let anyone = statement.is_for_anyone()
        || !statement.not_principals.is_empty()
        || statement.principals.iter().any(|principal| principal.id.as_symbol().is_some_and(may_be_anyone));
    statement.effect != Effect::Deny && (anyone || open.principal.is_some() || open.whole.is_some())
}

/// Whether a symbol may be `*`: what AWS gives is not.
fn may_be_anyone(symbol: &Symbol) -> bool {
    !is_given_by_aws(symbol) && symbol.may_be("*")
}

fn is_given_by_aws(symbol: &Symbol) -> bool {
    match symbol.kind() {
        SymbolKind::Pseudo(_) => true,
        SymbolKind::Attribute { attribute, .. } => !attribute.starts_with("Outputs."),
        _ => false,
    }
}

impl Open {
    fn of(statement: &Value) -> Self {
        let part = |name: &str, other: &str| {
            let (one, other) = (statement.get(name).into_owned(), statement.get(other).into_owned());
            let whole = |value: &Value| value.open().filter(|_| value.unknown().is_none()).cloned();
            let within = |value: &Value| {
                let inside = value.fields().iter().map(|field| &field.value);
                inside.filter(|value| value.unknown().is_none()).find_map(|value| value.open().cloned())
            };
            whole(&one).or_else(|| whole(&other)).or_else(|| within(&one)).or_else(|| within(&other))
        };
        let condition = statement.get("Condition");
        let inside = condition.fields().iter().find_map(|operator| {
            let keys = operator.value.fields().iter().map(|key| &key.value);
            let mut lists = keys.filter(|value| value.unknown().is_none());
            operator.value.open().or_else(|| lists.find_map(Value::open))
        });
        Self {
            principal: part("Principal", "NotPrincipal"),
            action: part("Action", "NotAction"),
            resource: part("Resource", "NotResource"),
            condition: condition.open().or(inside).cloned(),
            whole: statement.open().cloned(),
        }
    }
}

/// Puts something in for what is not known.
struct Filling<'a> {
    inventory: &'a Inventory,
    /// The first symbol whose value may decide.
    symbol: Option<Symbol>,
}

impl Filling<'_> {
    fn fill(&mut self, document: &PolicyDocument, open: &[Open], extent: Extent) -> PolicyDocument {
        let each = document.statements.iter().zip(open);
        let statements = each
            .map(|(one, open)| self.statement(one, open, extent).unwrap_or_else(|| nothing(one)))
            .collect();
        PolicyDocument { statements, open: None, ..document.clone() }
    }

    /// None if the statement may as well not be there.
    fn statement(&mut self, statement: &Statement, open: &Open, extent: Extent) -> Option<Statement> {
        let effect = match (&statement.effect, extent) {
            (Effect::Unknown(symbol), _) => {
                self.note(symbol);
                if extent == Extent::Most { Effect::Allow } else { Effect::Deny }
            }
            (effect, _) => effect.clone(),
        };
        let wide = (effect == Effect::Allow) == (extent == Extent::Most);
        for symbol in [&open.whole, &open.condition, &open.principal, &open.action, &open.resource]
            .into_iter()
            .flatten()
        {
            self.note(symbol);
        }
        if !wide && (open.whole.is_some() || open.condition.is_some()) {
            return None;
        }
        let mut out = Statement { effect, open: None, ..statement.clone() };
        let anyone = |place| Principal { kind: "AWS".into(), id: Text::literal("*"), place };
        out.principals = statement.principals.iter().map(|one| self.principal(one, wide)).collect();
        out.not_principals = statement.not_principals.iter().map(|one| self.principal(one, !wide)).collect();
        let excepts = statement.has("NotPrincipal");
        match (&open.principal, excepts) {
            (Some(_), false) if wide => out.principals.push(anyone(statement.place)),
            (Some(_), true) if !wide => return None,
            _ => {}
        }
        let any = |place| Term { text: Text::literal("*"), place };
        out.actions = self.terms(&statement.actions, wide);
        out.not_actions = self.terms(&statement.not_actions, !wide);
        if wide && open.action.is_some() && !statement.has("NotAction") {
            out.actions.push(any(statement.place));
        }
        out.resources = self.resources(&statement.resources, wide);
        out.not_resources = self.resources(&statement.not_resources, !wide);
        if wide && open.resource.is_some() && !statement.has("NotResource") {
            out.resources.push(any(statement.place));
        }
        if open.condition.is_some() {
            // More values of a key may let more in, more keys less: none of them is taken to bind.
            out.conditions.clear();
        } else {
            out.conditions =
                statement.conditions.iter().map(|condition| self.condition(condition, wide)).collect();
        }
        Some(out)
    }

    fn note(&mut self, symbol: &Symbol) {
        self.symbol.get_or_insert_with(|| symbol.clone());
    }

    fn principal(&mut self, principal: &Principal, wide: bool) -> Principal {
        let id = match principal.id.as_symbol() {
            // `*` in a part of an ARN names nobody: only what is one symbol may be everyone.
            Some(symbol) if may_be_anyone(symbol) => {
                self.note(symbol);
                if wide { "*".into() } else { NAMED.to_owned() }
            }
            Some(symbol) if symbol.allowed().is_some_and(|allowed| allowed.iter().all(|id| *id == "*")) => {
                "*".into()
            }
            _ => self.spell(&principal.id, |_| NAMED.to_owned()),
        };
        // The account's own id may be written with its symbol.
        Principal { id: Text::literal(id), ..principal.clone() }
    }

    fn terms(&mut self, terms: &[Term], wide: bool) -> Vec<Term> {
        let fill = |symbol: &Symbol| if wide { "*".to_owned() } else { stand_in(symbol) };
        let spell =
            |term: &Term| Term { text: Text::literal(self.spell(&term.text, fill)), place: term.place };
        terms.iter().map(spell).collect()
    }

    fn resources(&mut self, terms: &[Term], wide: bool) -> Vec<Term> {
        let mut resources = self.terms(terms, wide);
        for term in &mut resources {
            // API Gateway puts the API's ARN before `execute-api:/stage/method/path` (API Gateway developer guide,
            // "Access policy language overview for Amazon API Gateway").
            let path = term.text.as_literal().and_then(|text| text.strip_prefix("execute-api:/"));
            if let Some(path) = path {
                let arn = format!("arn:aws:execute-api:us-east-1:{OWNER}:api/{path}");
                term.text = Text::literal(arn);
            }
        }
        resources
    }

    fn condition(&mut self, condition: &Condition, wide: bool) -> Condition {
        let Some(operator) = Operator::parse(&condition.operator) else { return condition.clone() };
        let wide = wide != operator.negated;
        let mut values = Vec::with_capacity(condition.values.len());
        for value in &condition.values {
            let symbol = value.text.symbols().find(|symbol| !is_given_by_aws(symbol)).cloned();
            let text = match (operator.comparison, symbol) {
                (_, None) => self.spell(&value.text, stand_in),
                (Comparison::StringLike | Comparison::ArnLike, Some(symbol)) => {
                    self.note(&symbol);
                    let arn = operator.comparison == Comparison::ArnLike;
                    match (wide, value.text.as_symbol().is_some()) {
                        (true, whole) if arn && whole => "arn:*:*:*:*:*".to_owned(),
                        (true, _) => self.spell(&value.text, |_| "*".to_owned()),
                        (false, true) if arn => format!("arn:aws:any:::{NAMED}"),
                        (false, _) => self.spell(&value.text, |_| NAMED.to_owned()),
                    }
                }
                // Whatever it is, it is one value.
                (Comparison::StringEquals | Comparison::StringEqualsIgnoreCase, Some(_)) => {
                    self.spell(&value.text, stand_in)
                }
                (Comparison::IpAddress, Some(symbol)) => {
                    self.note(&symbol);
                    if wide { "0.0.0.0/0".to_owned() } else { "192.0.2.0/24".to_owned() }
                }
                (_, Some(symbol)) => {
                    // What it is compared with says nothing of where a request comes from: the engine says unknown.
                    self.note(&symbol);
                    values.push(value.clone());
                    continue;
                }
            };
            values.push(Term { text: Text::literal(text), place: value.place });
        }
        Condition { values, ..condition.clone() }
    }

    /// The text with what AWS gives put in as a value that nothing else has, and `fill` for the rest.
    fn spell(&mut self, text: &Text, fill: impl Fn(&Symbol) -> String) -> String {
        if let Some(literal) = text.as_literal() {
            return literal.to_owned();
        }
        let mut out = String::new();
        for piece in self.inventory.canonical(text).pieces() {
            match piece {
                Piece::Literal(literal) => out.push_str(literal),
                Piece::Symbol(symbol) if is_given_by_aws(symbol) => {
                    let value = match symbol.kind() {
                        SymbolKind::Pseudo(name) if name == "AWS::AccountId" => OWNER.to_owned(),
                        SymbolKind::Pseudo(name) if name == "AWS::Partition" => {
                            self.inventory.partition().to_owned()
                        }
                        SymbolKind::Pseudo(name) if name == "AWS::Region" => {
                            self.inventory.region().to_owned()
                        }
                        SymbolKind::Attribute { attribute, .. }
                            if attribute.ends_with("Arn") && out.is_empty() =>
                        {
                            format!("arn:aws:any::{OWNER}:{}", stand_in(symbol))
                        }
                        _ => stand_in(symbol),
                    };
                    out.push_str(&value);
                }
                Piece::Symbol(symbol) => {
                    self.note(symbol);
                    out.push_str(&fill(symbol));
                }
            }
        }
        out
    }
}

/// A text that names a symbol and has nothing that a policy reads otherwise.
fn stand_in(symbol: &Symbol) -> String {
    symbol.to_string().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A statement that is for nobody, so that the indexes of the others stay.
fn nothing(statement: &Statement) -> Statement {
    Statement {
        principals: vec![Principal { kind: "AWS".into(), id: Text::literal(NAMED), place: statement.place }],
        not_principals: Vec::new(),
        conditions: Vec::new(),
        actions: vec!["none:None".into()],
        not_actions: Vec::new(),
        open: None,
        effect: Effect::Allow,
        ..statement.clone()
    }
}

impl PublicAccess {
    fn of(document: &PolicyDocument, witness: &Witness) -> Self {
        let statement = witness.statements.first().copied().unwrap_or_default();
        let written = &document.statements[statement];
        Self { place: written.place, statement, request: phrase(written, witness) }
    }
}

/// The request in a few words, the action as the statement writes it.
fn phrase(statement: &Statement, witness: &Witness) -> String {
    let request = &witness.request;
    let covering = statement.actions.iter().find(|term| {
        let pattern = term.text.as_literal();
        pattern.is_some_and(|pattern| stockade_iam::glob::matches_ignoring_case(pattern, &request.action))
    });
    let action = covering.map_or_else(|| request.action.to_string(), |term| term.text.to_string());
    let who = match &request.principal {
        RequestPrincipal::Aws(_) => "any AWS account",
        _ => "anyone, without credentials",
    };
    let mut out = format!("`{action}` by {who}");
    let mut joint = " with";
    for (key, values) in request.context.iter() {
        let given = statement.conditions.iter().find(|condition| condition.key.eq_ignore_ascii_case(key));
        let Some(condition) = given else { continue };
        let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
        out.push_str(&format!("{joint} `{}` `{}`", condition.key, values.join(", ")));
        joint = " and";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::Origin;

    #[test]
    fn the_short_form_of_an_api_is_of_that_api() {
        let statement = r#"{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*/*/*"}"#;
        assert!(matches!(exposure(statement), Exposure::Public(_)), "{:?}", exposure(statement));
    }

    fn exposure(statements: &str) -> Exposure {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let inventory = Inventory::new(Vec::new(), None, "us-east-1".into(), "aws".into());
        inventory.exposure(&Value::text(Text::literal(text), Origin::at(Place::default())))
    }

    #[test]
    fn a_policy_is_public_unless_it_names_who_or_whence() {
        let one = |effect: &str, principal: &str, condition: &str| {
            format!(
                r#"{{"Effect": "{effect}", "Principal": {{"AWS": "{principal}"}}, "Action": "s3:*", "Resource": "*",
                "Condition": {{{condition}}}}}"#
            )
        };
        let allow = |condition: &str| one("Allow", "*", condition);
        let deny = |condition: &str| one("Deny", "*", condition);
        let ip = r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#;
        let all = r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#;
        let not_ip = r#""NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#;
        let tls = r#""Bool": {"aws:SecureTransport": "false"}"#;
        let tag = r#""StringEquals": {"s3:ExistingObjectTag/public": "yes"}"#;
        for (statements, public) in [
            (allow(""), true),
            (allow(ip), false),
            (allow(all), true),
            (allow(tag), true),
            (format!("{},{}", allow(""), deny(not_ip)), false),
            (format!("{},{}", allow(""), deny(ip)), true),
            (format!("{},{}", allow(""), deny(tls)), true),
            (one("Allow", "arn:aws:iam::123456789012:root", ""), false),
            (String::new(), false),
        ] {
            match exposure(&statements) {
                Exposure::Public(_) => assert!(public, "{statements}"),
                Exposure::NotPublic => assert!(!public, "{statements}"),
                Exposure::Unknown(unsettled) => panic!("{statements}: {unsettled:?}"),
            }
        }
    }
}
