//! Clauses that HCL has not, each with the reason. What no mutant of a clause can be in a form for the way that HCL is
//! written tells itself.

/// A control, a clause of its mutator, and why no root module can be broken so.
const CLAUSES: &[(&str, &str, &str)] = &[
    ("CC-01", "no ceiling of a web endpoint", NO_WEB_ENDPOINTS),
    ("CC-01", "a ceiling of 0 of a web endpoint", NO_WEB_ENDPOINTS),
    ("DG-11", "public, runs a function directly", NOTIFICATIONS),
    ("DG-11", "public, through a topic", NOTIFICATIONS),
    ("DG-11", "public, through a queue", NOTIFICATIONS),
    ("EP-06", "overrides that ask for nothing", "the provider has no resource for what API Gateway manages"),
    ("LG-03", "inline code without a logger", NO_INLINE_CODE),
    ("NW-03", "no rule at all", "where no rule is written the provider takes AWS's open one away"),
    ("SC-01", "a package in place of inline code", NO_INLINE_CODE),
];

const NO_WEB_ENDPOINTS: &str = "the provider has no web functions";
const NO_INLINE_CODE: &str = "the provider takes packages alone";
const NOTIFICATIONS: &str =
    "one block for several events has no way back; a notification through EventBridge has";

/// Why a clause has no mutants, if it has none.
pub fn reason(control: &str, clause: &str) -> Option<&'static str> {
    let is_it = |(of, name, _): &&(&str, &str, &str)| *of == control && *name == clause;
    CLAUSES.iter().find(is_it).map(|(.., reason)| *reason)
}
