//! EP-05: a method of a REST API that asks nobody who they are.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, NOTHING, OTHER_CLAUSE, list, set};
use super::routes::{beside, is_default, route, says_none, says_nothing};
use stockade_inventory::{Inventory, RestApi, Route};
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const API: &str = "AWS::ApiGateway::RestApi";
const SAM_API: &str = "AWS::Serverless::Api";

const NO_DEFAULT_NONE: Impossible = (&[Form::Globals], "SAM takes no `NONE` for a default authorizer");
const IN_THE_API: Impossible = (&[Form::Separate], "it stands in the API alone");

fn method<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<Route<'a>> {
    route(inventory.rest_methods(), verdict)
}

/// The method of a pass that asks for nothing, and its API, which one thing keeps closed: its endpoint or its policy.
fn closed<'a>(
    inventory: &'a Inventory,
    verdict: &Verdict,
    by_endpoint: bool,
) -> Option<(Route<'a>, RestApi<'a>)> {
    let method = method(inventory, verdict).filter(|_| verdict.message == "closed")?;
    let api = inventory.rest_api(&method)?;
    let other = if by_endpoint { api.is_closed_by_policy() } else { api.is_private() };
    other.is_false().then_some((method, api))
}

/// A policy that lets that principal call everything.
fn policy(principal: New) -> New {
    New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement(principal)))])
}

fn statement(principal: New) -> New {
    New::mapping([
        ("Effect", New::string("Allow")),
        ("Principal", principal),
        ("Action", New::string("execute-api:Invoke")),
        ("Resource", New::string("execute-api:/*")),
    ])
}

pub const MUTATOR: Mutator = Mutator {
    control: "EP-05",
    clauses: &[
        Clause {
            name: "the method says `NONE`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let method = method(inventory, verdict).filter(|_| verdict.message != "closed")?;
                let mut breaks = says_none(inventory, &method);
                if let Some(further) = beside(&method, "HttpMethod", "PATCH") {
                    let add = move |authorization| further(Some(authorization));
                    breaks.push(Break::add_with(method.resource, "NONE", add));
                }
                Some(breaks)
            },
            impossible: &[NO_DEFAULT_NONE, OTHER_CLAUSE],
        },
        Clause {
            name: "the method says nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let method = method(inventory, verdict).filter(|_| verdict.message != "closed")?;
                let mut breaks = says_nothing(inventory, &method, SAM_API);
                if let Some(further) = beside(&method, "HttpMethod", "PATCH") {
                    breaks.push(Break::add(method.resource, further(None)));
                }
                Some(breaks)
            },
            impossible: &[NOTHING[0], NOTHING[1]],
        },
        Clause {
            name: "an API key is all that it asks for",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let method = method(inventory, verdict).filter(|_| verdict.message != "closed")?;
                if method.part.is_none() {
                    let key = set(method.resource, "ApiKeyRequired", New::Bool(true));
                    return Some(vec![Break::set(method.resource, "AuthorizationType", "NONE").also([key])]);
                }
                if !is_default(inventory, &method) {
                    return None;
                }
                let auth = New::mapping([("ApiKeyRequired", New::Bool(true))]);
                let api = method.api.as_ref().ok()?;
                let key = Break::set_value(api, "Auth", auth).written_as(SAM_API);
                Some(vec![key.only(&[Form::Literal, Form::Globals]).shows_at_place(method.place)])
            },
            impossible: &[(&[Form::Separate], "the key stands in the method or its API"), OTHER_CLAUSE],
        },
        Clause {
            name: "the API is public",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (method, api) = closed(inventory, verdict, true)?;
                let api = api.resource();
                let types = Break::set(api, "EndpointConfiguration.Types", "REGIONAL").around(list);
                let endpoint = Break::set(api, "EndpointConfiguration", "REGIONAL");
                let none = |type_name| Break::remove(api, "EndpointConfiguration").written_as(type_name);
                let breaks = [types.written_as(API), endpoint.written_as(SAM_API), none(API), none(SAM_API)];
                Some(breaks.into_iter().map(|broken| broken.shows_at_place(method.place)).collect())
            },
            impossible: &[IN_THE_API],
        },
        Clause {
            name: "the resource policy lets everyone in",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (method, api) = closed(inventory, verdict, false)?;
                let in_body = api.resource().properties.get("Policy").is_absent();
                let api = api.resource();
                let path = if in_body { "Body.x-amazon-apigateway-policy" } else { "Policy" };
                let whole = Break::set(api, path, "*").around(policy).written_as(API);
                let custom = New::mapping([("CustomStatements", list(statement(New::string("*"))))]);
                let of_sam = Break::set_value(api, "Auth.ResourcePolicy", custom).written_as(SAM_API);
                let none = |path, type_name| Break::remove(api, path).written_as(type_name);
                let breaks = [
                    whole,
                    of_sam.only(&[Form::Literal, Form::Globals]),
                    none(path, API),
                    none("Auth.ResourcePolicy", SAM_API).only(&[Form::Absent, Form::Globals]),
                ];
                Some(breaks.into_iter().map(|broken| broken.shows_at_place(method.place)).collect())
            },
            impossible: &[IN_THE_API],
        },
    ],
};
