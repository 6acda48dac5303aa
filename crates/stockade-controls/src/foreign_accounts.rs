//! Accounts and organisations that a policy lets in, and whether the project lists them.

use smol_str::SmolStr;
use stockade_inventory::{OutsideAccess, Outsider};
use stockade_model::{Settings, Symbol};

/// What a project says of someone whom a policy lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listed {
    /// It lists the account or the organisation.
    Yes,
    /// It does not list this account.
    Account(SmolStr),
    /// It lists organisations, but not this one.
    Organization(SmolStr),
    /// It lists no organisations: whether this one is its own is not known.
    Unsaid(SmolStr),
    /// The account or organisation is not known.
    Unknown(Symbol),
    /// It is for anyone, or bound by something else.
    Anyone,
}

/// Judges someone whom a policy lets in by `allow.accounts` and `allow.organizations`.
pub(crate) fn listed(access: &OutsideAccess, settings: &Settings) -> Listed {
    if let Outsider::Account(account) = &access.who
        && settings.accounts.contains(account)
    {
        return Listed::Yes;
    }
    match (organization(access), &access.who) {
        (Some(Organization::Known(id)), _) if settings.organizations.contains(&id) => Listed::Yes,
        (Some(Organization::Known(id)), _) if settings.organizations.is_empty() => Listed::Unsaid(id),
        (Some(Organization::Known(id)), _) => Listed::Organization(id),
        (Some(Organization::Unknown(symbol)), _) => Listed::Unknown(symbol),
        (None, Outsider::Unknown(symbol)) => Listed::Unknown(symbol.clone()),
        (None, Outsider::Account(account)) => Listed::Account(account.clone()),
        (None, Outsider::Anyone) => Listed::Anyone,
    }
}

enum Organization {
    Known(SmolStr),
    Unknown(Symbol),
}

/// The organisation that the request must come from.
fn organization(access: &OutsideAccess) -> Option<Organization> {
    let asks = |key: &str| {
        ["aws:principalorgid", "aws:principalorgpaths"].contains(&key.to_ascii_lowercase().as_str())
    };
    access.conditions.iter().filter(|(key, _)| asks(key)).find_map(|(_, value)| match value.as_literal() {
        Some(text) => {
            let id = text.split('/').next()?;
            (id.starts_with("o-") && !id.contains(['*', '?'])).then(|| Organization::Known(id.into()))
        }
        None => Some(Organization::Unknown(value.symbols().next()?.clone())),
    })
}
