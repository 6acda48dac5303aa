//! Policies that are not all known, and what they may come to.
//!
//! The engine decides policies that are known. What a template leaves open is put in twice: so that the policy allows as
//! much as it may, and as little.

use crate::Inventory;
use smol_str::SmolStr;
use stockade_iam::{Comparison, Condition, Effect, Operator, PolicyDocument, Principal, Statement, Term};
use stockade_model::{Piece, Place, Symbol, SymbolKind, Text, Value};

/// An account that owns the resources of the deployment, whichever that is, and one that a parameter may name.
pub(super) const OWNER: &str = "999988887777";
const NAMED: &str = "222233334444";

/// The key of how callers of a function's URL are known, of which there are two ways (Lambda API Reference,
/// `AddPermission`).
const URL_AUTH_TYPE: &str = "lambda:FunctionUrlAuthType";

/// A policy as a template writes it.
#[derive(Debug, Clone)]
pub(super) struct PossiblePolicy {
    /// The document.
    pub document: PolicyDocument,
    /// What of each statement may hold more than is known.
    open: Vec<Open>,
    /// Where it is written.
    pub place: Place,
}

/// As much as the policy may allow, or as little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
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

impl PossiblePolicy {
    /// Reads a policy document.
    pub fn read(value: &Value) -> Self {
        let document = PolicyDocument::read(value);
        let statements = value.get("Statement");
        let known = statements.items().iter().filter(|item| item.unknown().is_none());
        let mut open: Vec<Open> = known.map(Open::of).collect();
        open.resize_with(document.statements.len(), Open::default);
        Self { document, open, place: value.origin.place }
    }

    /// Of the statements that may allow something that one alone, and those that deny; the indexes stay.
    pub fn only(&self, index: usize) -> Self {
        let mut out = self.clone();
        for (at, statement) in out.document.statements.iter_mut().enumerate() {
            if at != index && statement.effect != Effect::Deny {
                *statement = nothing(statement);
                out.open[at] = Open::default();
            }
        }
        out.document.open = None;
        out
    }

    /// With the statements of that document behind its own.
    pub fn and(mut self, document: &PolicyDocument) -> Self {
        self.document.statements.extend(document.statements.iter().cloned());
        self.open.resize_with(self.document.statements.len(), Open::default);
        self
    }

    /// The statements that may allow something to those whom they do not name.
    pub fn for_anyone<'p>(&'p self, inventory: &'p Inventory) -> impl Iterator<Item = &'p Statement> {
        let each = self.document.statements.iter().zip(&self.open);
        each.filter(|(statement, open)| may_be_for_anyone(inventory, statement, open)).map(|(one, _)| one)
    }

    /// The symbol that keeps from knowing what a statement is.
    pub fn open_part(&self, index: usize) -> Option<&Symbol> {
        let open = self.open.get(index)?;
        [&open.whole, &open.principal, &open.action, &open.condition].into_iter().flatten().next()
    }

    /// As much as it may be, or as little, and the first symbol whose value may decide.
    pub fn fill(&self, inventory: &Inventory, extent: Extent) -> (PolicyDocument, Option<Symbol>) {
        let mut filling = Filling { inventory, symbol: self.document.open.clone() };
        let document = filling.fill(&self.document, &self.open, extent);
        (document, filling.symbol)
    }
}

/// A policy document of ours, which is JSON.
pub(super) fn written(document: &'static str) -> PolicyDocument {
    let origin = stockade_model::Origin::at(Place::default());
    PolicyDocument::read(&Value::text(Text::literal(document), origin))
}

impl Inventory {
    /// A statement of an identity policy as much as it may be, or as little, and the first symbol whose value may decide;
    /// no statement if it may as well not be there.
    pub(super) fn fill_statement(
        &self,
        at: &super::IdentityStatement,
        extent: Extent,
    ) -> (Option<Statement>, Option<Symbol>) {
        let open = Open {
            action: at.more_actions.clone(),
            resource: at.more_resources.clone(),
            condition: at.more_conditions.clone(),
            ..Open::default()
        };
        let mut filling = Filling { inventory: self, symbol: None };
        let statement = filling.statement(&at.statement, &open, extent);
        (statement, filling.symbol)
    }

    /// A text of a policy with what AWS gives put in, and something that is no wildcard for what else is not known.
    pub(super) fn spelled_for_policy(&self, text: &Text) -> SmolStr {
        Filling { inventory: self, symbol: None }.spell(text, stand_in).into()
    }

    /// Whether AWS gives the value of a symbol: what a custom resource or a nested stack gives is somebody's own.
    pub(super) fn is_given_by_aws(&self, symbol: &Symbol) -> bool {
        match symbol.kind() {
            SymbolKind::Pseudo(_) => true,
            SymbolKind::Attribute { resource, attribute } => {
                let resource = self.node(resource).map(|node| self.resource(node).type_name.as_str());
                let of_aws = resource.is_none_or(|name| {
                    name.starts_with("AWS::")
                        && !["AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource"]
                            .contains(&name)
                });
                of_aws && !attribute.starts_with("Outputs.")
            }
            _ => false,
        }
    }

    /// Whether a symbol may be `*`.
    pub(super) fn may_be_anyone(&self, symbol: &Symbol) -> bool {
        !self.is_given_by_aws(symbol) && symbol.may_be("*")
    }
}

fn may_be_for_anyone(inventory: &Inventory, statement: &Statement, open: &Open) -> bool {
    let may_be = |principal: &Principal| {
        principal.id.as_symbol().is_some_and(|symbol| inventory.may_be_anyone(symbol))
    };
    let anyone = statement.is_for_anyone()
        || !statement.not_principals.is_empty()
        || statement.principals.iter().any(may_be);
    statement.effect != Effect::Deny && (anyone || open.principal.is_some() || open.whole.is_some())
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
            let conditions = statement.conditions.iter();
            out.conditions = conditions.filter_map(|condition| self.condition(condition, wide)).collect();
        }
        Some(out)
    }

    fn note(&mut self, symbol: &Symbol) {
        self.symbol.get_or_insert_with(|| symbol.clone());
    }

    fn principal(&mut self, principal: &Principal, wide: bool) -> Principal {
        let id = match principal.id.as_symbol() {
            // `*` in a part of an ARN names nobody: only what is one symbol may be everyone.
            Some(symbol) if self.inventory.may_be_anyone(symbol) => {
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

    /// None if it binds nothing.
    fn condition(&mut self, condition: &Condition, wide: bool) -> Option<Condition> {
        let Some(operator) = Operator::parse(&condition.operator) else { return Some(condition.clone()) };
        let whole = condition.values.iter().find_map(|value| value.text.as_symbol());
        if let Some(symbol) = whole.filter(|symbol| matches!(symbol.kind(), SymbolKind::Opaque { .. })) {
            // It may be nothing, and then the condition is not there.
            self.note(symbol);
            if wide {
                return None;
            }
        }
        let wide = wide != operator.negated;
        let mut values = Vec::with_capacity(condition.values.len());
        for value in &condition.values {
            let symbol = value.text.symbols().find(|symbol| !self.inventory.is_given_by_aws(symbol)).cloned();
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
                (_, Some(symbol)) if condition.key.eq_ignore_ascii_case(URL_AUTH_TYPE) => {
                    self.note(&symbol);
                    if wide { "NONE".to_owned() } else { "AWS_IAM".to_owned() }
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
        Some(Condition { values, ..condition.clone() })
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
                Piece::Symbol(symbol) if self.inventory.is_given_by_aws(symbol) => {
                    let value = match symbol.kind() {
                        SymbolKind::Pseudo(name) if name == "AWS::AccountId" => OWNER.to_owned(),
                        SymbolKind::Pseudo(name) if name == "AWS::Partition" => {
                            self.inventory.partition().to_owned()
                        }
                        SymbolKind::Pseudo(name) if name == "AWS::Region" => {
                            self.inventory.region().to_owned()
                        }
                        SymbolKind::Attribute { .. } if self.inventory.is_arn(symbol) && out.is_empty() => {
                            format!("arn:aws:any::{OWNER}:{}", stand_in(symbol))
                        }
                        // CloudFormation begins the names that it makes with the stack's.
                        SymbolKind::Attribute { .. } if self.inventory.is_generated_name(symbol) => {
                            let stack = Symbol::new(SymbolKind::Pseudo("AWS::StackName".into()));
                            format!("{}-{}", stand_in(&stack), stand_in(symbol))
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
        principals: vec![Principal { kind: "AWS".into(), id: Text::literal(OWNER), place: statement.place }],
        not_principals: Vec::new(),
        conditions: Vec::new(),
        actions: vec!["none:None".into()],
        not_actions: Vec::new(),
        open: None,
        effect: Effect::Allow,
        ..statement.clone()
    }
}
