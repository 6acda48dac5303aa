//! EP-06: a route of an HTTP API, or `$connect` of a WebSocket API, that asks nobody who they are.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, NOTHING, OTHER_CLAUSE, resource, subject};
use super::routes::{beside, route, says_none, says_nothing};
use stockade_inventory::{Inventory, Route};
use stockade_model::{Outcome, Verdict};
use stockade_syntax::New;

const SAM_API: &str = "AWS::Serverless::HttpApi";
const SAM_WEB_SOCKETS: &str = "AWS::Serverless::WebSocketApi";

const NO_DEFAULT_NONE: Impossible = (&[Form::Globals], "SAM takes no `NONE` for a default authorizer");
const NO_GLOBALS: Impossible = (&[Form::Globals], "`Globals` has no authorization of WebSocket APIs");
const ONE_CONNECT: Impossible = (&[Form::Separate], "a WebSocket API has one `$connect`");

/// The route of a pass: `$connect`, or another.
fn known<'a>(inventory: &'a Inventory, verdict: &Verdict, connect: bool) -> Option<Route<'a>> {
    route(inventory.http_routes(), verdict).filter(|route| (route.name == "$connect") == connect)
}

pub const MUTATOR: Mutator = Mutator {
    control: "EP-06",
    clauses: &[
        Clause {
            name: "the route says `NONE`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let route = known(inventory, verdict, false)?;
                let mut breaks = says_none(inventory, &route);
                if let Some(further) = beside(&route, "RouteKey", "PATCH /mutant") {
                    let add = move |authorization| further(Some(authorization));
                    breaks.push(Break::add_with(route.resource, "NONE", add));
                }
                Some(breaks)
            },
            impossible: &[NO_DEFAULT_NONE, OTHER_CLAUSE],
        },
        Clause {
            name: "the route says nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let route = known(inventory, verdict, false)?;
                let mut breaks = says_nothing(inventory, &route, SAM_API);
                if let Some(further) = beside(&route, "RouteKey", "PATCH /mutant") {
                    breaks.push(Break::add(route.resource, further(None)));
                }
                Some(breaks)
            },
            impossible: &[NOTHING[0], NOTHING[1]],
        },
        Clause {
            name: "`Target` makes an open route",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, subject) = subject(inventory, verdict)?;
                let function = "arn:aws:lambda:us-east-1:123456789012:function:mutant";
                let quick = |target| {
                    let properties = [
                        ("Name", New::string("mutant")),
                        ("ProtocolType", New::string("HTTP")),
                        ("Target", target),
                    ];
                    resource("AWS::ApiGatewayV2::Api", properties)
                };
                let mut breaks = vec![Break::add_with(subject, function, quick)];
                let api = known(inventory, verdict, false)?.api.ok()?;
                if !api.generated && api.properties.get("Target").is_absent() {
                    let own = Break::set(api, "Target", function);
                    breaks.push(own.written_as("AWS::ApiGatewayV2::Api"));
                }
                Some(breaks)
            },
            impossible: &[
                (&[Form::Globals], "SAM has no `Target`"),
                (&[Form::Absent], "without `Target` no route is made"),
            ],
        },
        Clause {
            name: "overrides that ask for nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, api) = subject(inventory, verdict)?;
                if api.properties.get("Target").is_absent() {
                    return None;
                }
                let overrides = inventory.of_type("AWS::ApiGatewayV2::ApiGatewayManagedOverrides");
                let breaks = overrides.flat_map(|(_, overrides)| {
                    let path = "Route.AuthorizationType";
                    let removed = Break::remove(overrides, path);
                    let removed = removed.shows_at_place(api.properties.get("Target").origin.place);
                    [Break::set(overrides, path, "NONE"), removed]
                });
                Some(breaks.collect())
            },
            impossible: &[
                (&[Form::Globals], "SAM has no overrides of what API Gateway manages"),
                (&[Form::Separate], "the overrides are a resource of their own already; see `literal`"),
            ],
        },
        Clause {
            name: "`$connect` says `NONE`",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let route = known(inventory, verdict, true)?;
                let none = Break::set(route.resource, "AuthorizationType", "NONE");
                let auth = New::mapping([("AuthType", New::string("NONE"))]);
                let api = route.api.as_ref().ok()?;
                let of_sam = Break::set_value(api, "Auth", auth).written_as(SAM_WEB_SOCKETS);
                Some(vec![none.written_as("AWS::ApiGatewayV2::Route"), of_sam.only(&[Form::Literal])])
            },
            impossible: &[NO_GLOBALS, ONE_CONNECT, OTHER_CLAUSE],
        },
        Clause {
            name: "`$connect` says nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let route = known(inventory, verdict, true)?;
                let none = Break::remove(route.resource, "AuthorizationType");
                let of_sam = Break::remove(route.api.as_ref().ok()?, "Auth").written_as(SAM_WEB_SOCKETS);
                Some(vec![
                    none.written_as("AWS::ApiGatewayV2::Route").shows_at_place(route.place),
                    of_sam.only(&[Form::Absent]).shows_at_place(route.place),
                ])
            },
            impossible: &[NOTHING[0], NOTHING[1], NO_GLOBALS, ONE_CONNECT],
        },
    ],
};
