//! IAM-18: a service that may invoke a function for whoever asks it to.

use crate::Context;
use stockade_iam::{Effect, PolicyDocument, Statement, StatementName};
use stockade_inventory::Inventory;
use stockade_model::{
    Applicability, Change, Fact, Kleene, Outcome, Piece, Resource, Severity, Subject, Symbol, SymbolKind,
    Text, Value, Verdict,
};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    for (_, permission) in inventory.of_type("AWS::Lambda::Permission") {
        verdicts.extend(judge_permission(inventory, permission));
    }
    for (_, policy) in inventory.of_type("AWS::Lambda::ResourcePolicy") {
        let document = PolicyDocument::read(&policy.properties.get("PolicyDocument"));
        for (at, statement) in document.statements.iter().enumerate() {
            let name = statement.name_after(document.statements[..at].iter());
            verdicts.extend(judge_statement(inventory, policy, statement, &name));
        }
    }
}

/// How far a source binds a service.
enum Bound {
    /// To sources of one account.
    Account,
    /// To a name that another account may take.
    Name,
    /// Not at all.
    Nothing,
    /// Not known.
    Unknown(Symbol),
}

fn judge_permission(inventory: &Inventory, permission: &Resource) -> Option<Verdict> {
    let properties = &permission.properties;
    let principal = properties.get("Principal");
    let subject = Subject::resource(permission.id.clone(), permission.type_name.clone());
    let on = |outcome, value: &Value| {
        let verdict = if value.is_absent() {
            Verdict::new(subject.clone(), outcome, permission.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &value.origin)
        };
        let named = principal.as_text().map(|text| text.to_string()).unwrap_or_default();
        verdict.with("service", named).with("permission", permission.declared_id.to_string())
    };
    let source = properties.get("SourceArn");
    let account = properties.get("SourceAccount");
    let token = properties.get("EventSourceToken");
    let service = principal.as_text().map_or(Kleene::False, |text| is_service(&text));
    if service.is_false() {
        return None;
    }
    let alexa = principal.as_text().is_some_and(|text| begins(&text, "alexa-"));
    let bound = [is_given(&account), if alexa { is_given(&token) } else { Kleene::False }];
    if bound.iter().any(|bound| bound.is_true()) {
        return Some(on(Outcome::Pass, if account.is_absent() { &token } else { &account }));
    }
    let unknown = |value: &Value, symbol: &Symbol| {
        Some(on(Outcome::Unknown, value).with("symbol", symbol.name()).because(symbol))
    };
    match bound_by(inventory, &source) {
        Bound::Account => Some(on(Outcome::Pass, &source)),
        Bound::Unknown(symbol) => unknown(&source, &symbol),
        Bound::Name | Bound::Nothing if bound.contains(&Kleene::Unknown) => {
            let value = if account.open().is_some() { &account } else { &token };
            unknown(value, value.open()?)
        }
        Bound::Name | Bound::Nothing if service == Kleene::Unknown => {
            match principal.as_text()?.symbols().next() {
                Some(symbol) => unknown(&principal, symbol),
                None => None,
            }
        }
        Bound::Name => {
            let verdict = on(Outcome::Fail, &source).message("name").severity(Severity::Medium);
            Some(bind_to_account(verdict, permission, Applicability::Safe))
        }
        Bound::Nothing => {
            // What SAM makes of an event is written at the event, not at the function's id.
            let at = if source.is_absent() && permission.generated { &principal } else { &source };
            let verdict = on(Outcome::Fail, at);
            if alexa {
                return Some(verdict.message("alexa").fix(
                    Applicability::Display,
                    "name the skill's id in `EventSourceToken`",
                    Vec::new(),
                ));
            }
            Some(bind_to_account(verdict, permission, Applicability::Unsafe))
        }
    }
}

fn bind_to_account(verdict: Verdict, permission: &Resource, applicability: Applicability) -> Verdict {
    let change = Change::Set {
        resource: permission.id.clone(),
        property: "SourceAccount".into(),
        value: New::mapping([("Ref", New::string("AWS::AccountId"))]),
    };
    verdict.fix(applicability, "let only sources of this account in (`SourceAccount`)", vec![change])
}

fn judge_statement(
    inventory: &Inventory,
    policy: &Resource,
    statement: &Statement,
    name: &StatementName,
) -> Option<Verdict> {
    let services: Vec<&Text> = statement
        .principals
        .iter()
        .filter(|principal| principal.kind == "Service")
        .map(|principal| &principal.id)
        .collect();
    let service = services.first()?;
    if statement.effect == Effect::Deny {
        return None;
    }
    let subject = Subject::resource(policy.id.clone(), policy.type_name.clone()).part(name.label.clone());
    let on = |outcome| {
        let mut verdict = Verdict::new(subject.clone(), outcome, statement.place);
        verdict.discriminator = name.identity.clone();
        verdict.with("service", service.to_string()).with("permission", policy.declared_id.to_string())
    };
    let mut bound = Bound::Nothing;
    for condition in &statement.conditions {
        match condition.key.to_ascii_lowercase().as_str() {
            "aws:sourceaccount" | "aws:sourceorgid" | "aws:sourceorgpaths" | "lambda:eventsourcetoken" => {
                return Some(on(Outcome::Pass));
            }
            "aws:sourcearn" => {
                // One of the values lets a source in: the widest of them counts.
                let widest = condition.values.iter().map(|value| account_of(inventory, &value.text));
                bound = widest.fold(Bound::Account, |one, other| match (&one, &other) {
                    (Bound::Nothing, _) | (Bound::Name, Bound::Account | Bound::Unknown(_)) => one,
                    (Bound::Unknown(_), Bound::Account) => one,
                    _ => other,
                });
            }
            _ => {}
        }
    }
    let unknown =
        |symbol: &Symbol| Some(on(Outcome::Unknown).with("symbol", symbol.name()).because(symbol));
    match (bound, &statement.open, &statement.effect) {
        (Bound::Account, ..) => Some(on(Outcome::Pass)),
        (Bound::Unknown(symbol), ..) => unknown(&symbol),
        (_, Some(symbol), _) | (_, _, Effect::Unknown(symbol)) => unknown(symbol),
        (Bound::Name, ..) => Some(on(Outcome::Fail).message("name").severity(Severity::Medium)),
        (Bound::Nothing, ..) => Some(on(Outcome::Fail)),
    }
    .map(|verdict| match verdict.outcome {
        Outcome::Fail => verdict.fix(
            Applicability::Display,
            "add a condition on `aws:SourceAccount` to the statement",
            Vec::new(),
        ),
        _ => verdict,
    })
}

/// Whether a principal is a service: a domain name, neither an account nor an ARN nor everyone.
fn is_service(principal: &Text) -> Kleene {
    match principal.pieces().first() {
        Some(Piece::Literal(literal)) => {
            let literal = literal.as_str();
            let service = literal.contains('.') && !literal.starts_with("arn:");
            // `logs-${Region}` has its dot behind the symbol.
            let may_be =
                principal.as_literal().is_none() && !literal.starts_with("arn:") && !literal.contains(':');
            if service { Kleene::True } else { Kleene::from(may_be).and(Kleene::Unknown) }
        }
        Some(Piece::Symbol(symbol)) => match symbol.kind() {
            SymbolKind::Pseudo(_) | SymbolKind::Attribute { .. } => Kleene::False,
            _ => match symbol.allowed().filter(|allowed| !allowed.is_empty()) {
                Some(allowed) if allowed.iter().all(|value| !value.contains('.')) => Kleene::False,
                _ => Kleene::Unknown,
            },
        },
        None => Kleene::False,
    }
}

fn begins(text: &Text, with: &str) -> bool {
    matches!(text.pieces().first(), Some(Piece::Literal(literal)) if literal.starts_with(with))
}

/// Whether a value is there: one that a parameter gives is, whatever it is.
fn is_given(value: &Value) -> Kleene {
    match value.unknown().map(Symbol::kind) {
        Some(SymbolKind::Opaque { .. }) => Kleene::Unknown,
        _ => (!matches!(value.literal(), Fact::Absent)).into(),
    }
}

fn bound_by(inventory: &Inventory, source: &Value) -> Bound {
    match source.as_text() {
        Some(text) => account_of(inventory, &text),
        None => Bound::Nothing,
    }
}

/// Whether an ARN holds an account. That of a bucket has none: it is a name that others may take once it is free.
fn account_of(inventory: &Inventory, arn: &Text) -> Bound {
    if let Some(symbol) = arn.as_symbol()
        && let SymbolKind::Attribute { resource, .. } = symbol.kind()
        && let Some(node) = inventory.node(resource)
    {
        return match inventory.resource(node).type_name.as_str() {
            "AWS::S3::Bucket" => Bound::Name,
            "AWS::CloudFormation::Stack" => Bound::Unknown(symbol.clone()),
            name if name.starts_with("AWS::") => Bound::Account,
            _ => Bound::Unknown(symbol.clone()),
        };
    }
    let canonical = inventory.canonical(arn);
    // A symbol in the frame of an ARN holds no colon; one that the text begins with may be a whole ARN.
    let mut spelled = String::new();
    for piece in canonical.pieces() {
        match piece {
            Piece::Literal(literal) => spelled.push_str(literal),
            Piece::Symbol(symbol) if spelled.is_empty() => return Bound::Unknown(symbol.clone()),
            Piece::Symbol(_) => spelled.push('\u{fffc}'),
        }
    }
    let parts: Vec<&str> = spelled.splitn(6, ':').collect();
    let first_symbol = || canonical.symbols().next().cloned();
    match parts.as_slice() {
        ["arn", _, _, _, account, rest] => match (*account, *rest) {
            ("" | "*", _) if parts[2] == "execute-api" && !rest.starts_with('*') => Bound::Account,
            ("", _) => Bound::Name,
            ("*", _) => Bound::Nothing,
            _ => Bound::Account,
        },
        _ => first_symbol().map_or(Bound::Nothing, Bound::Unknown),
    }
}
