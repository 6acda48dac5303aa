//! What EP-05 and EP-06 have in common: the verdict on one way into an API.

use stockade_inventory::{Requirement, Route, Routes, Target};
use stockade_model::{Applicability, Change, Fact, Origin, Outcome, Subject, Symbol, SymbolKind, Verdict};
use stockade_syntax::New;

/// A verdict on each API that may have routes which are not known.
pub(crate) fn judge_open(routes: &Routes, verdicts: &mut Vec<Verdict>) {
    let mut seen = Vec::new();
    for (api, symbol) in &routes.open {
        if seen.contains(&&api.id) {
            continue;
        }
        seen.push(&api.id);
        let subject = Subject::resource(api.id.clone(), api.type_name.clone());
        let verdict = Verdict::new(subject, Outcome::Unknown, api.declared_at).message("body");
        verdicts.push(verdict.with("api", api.id.to_string()).because(symbol));
    }
}

/// The verdict on a route by its own authorization; none if it is no way in.
pub(crate) fn judge(route: &Route) -> Option<Verdict> {
    let authorization = &route.authorization;
    let verdict = |outcome| on(route, outcome, authorization.at.as_ref());
    let unknown = |symbol: &Symbol| {
        // A symbol without a name says nothing to a reader; what would settle it does.
        let named = !matches!(symbol.kind(), SymbolKind::Opaque { .. });
        let verdict = verdict(Outcome::Unknown).message(if named { "unknown" } else { "unreadable" });
        verdict.with("symbol", symbol.name()).because(symbol)
    };
    match (&authorization.requirement, &route.harmless) {
        (_, Fact::Known(true)) => None,
        (Requirement::Some, _) => Some(verdict(Outcome::Pass)),
        (_, Fact::Unknown(symbol)) => Some(unknown(symbol)),
        (Requirement::Unknown(symbol), _) => Some(unknown(symbol)),
        (Requirement::None, Fact::Absent | Fact::Other) => Some(outside(route, verdict(Outcome::Unknown))),
        (Requirement::None, Fact::Known(false)) => Some(open(route, verdict(Outcome::Fail))),
    }
}

fn on(route: &Route, outcome: Outcome, at: Option<&Origin>) -> Verdict {
    let resource = route.resource;
    let mut subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    if let Some(part) = &route.part {
        subject = subject.part(part.clone());
    }
    let mut verdict = match at {
        Some(origin) => Verdict::on(subject, outcome, origin),
        None => Verdict::new(subject, outcome, route.place),
    };
    verdict.discriminator = route.part.clone().unwrap_or_default();
    let api = route.api.as_ref().map_or_else(|_| resource.id.to_string(), |api| api.id.to_string());
    verdict.with("route", route.name.to_string()).with("api", api)
}

/// The verdict on a route of an API that is not known.
pub(crate) fn outside(route: &Route, verdict: Verdict) -> Verdict {
    let verdict = verdict.message("outside");
    match &route.api {
        Err(Target::Ambiguous(_, symbol) | Target::Unknown(symbol)) => verdict.because(symbol),
        _ => verdict
            .settled_by("the API, which lies outside the deployment", "resource outside the deployment"),
    }
}

/// Routes that nobody gave an authorizer are open for one reason, which the API has; one that says `NONE` in a body
/// is open for a reason of its own.
fn open(route: &Route, mut verdict: Verdict) -> Verdict {
    let resource = route.resource;
    verdict = match &route.authorization.at {
        Some(_) => verdict.related("declared here", route.place),
        None => verdict,
    };
    if let Some(place) = route.authorization.key_at {
        verdict = verdict.related("an API key is no authentication", place);
    }
    let Ok(api) = &route.api else { return verdict };
    let target = api.properties.get("Target");
    if !target.is_absent() && target.origin.place == route.place {
        return verdict.message("quick").fix(
            Applicability::Display,
            format!(
                "declare the integration, and routes with an authorizer, in place of `{}`",
                api.raise.spell("Target")
            ),
            Vec::new(),
        );
    }
    if route.name == "$connect" && route.part.is_some() && resource.properties.get("Body").is_absent() {
        return verdict.message("no_connect").fix(
            Applicability::Display,
            "declare the route `$connect` with an authorizer",
            Vec::new(),
        );
    }
    let of_its_own = route.part.is_some() && route.authorization.at.is_some();
    if !of_its_own {
        verdict = verdict.root(api.id.clone());
    }
    if !route.made {
        return if route.part.is_none() {
            ask_for_signatures(verdict, route)
        } else {
            ask_in_body(verdict, route)
        };
    }
    if of_its_own {
        return verdict.message("opted_out").fix(
            Applicability::Display,
            "take `Authorizer: NONE` away, so that the default authorizer of the API asks who calls",
            Vec::new(),
        );
    }
    let implicit = api.logical_id() != api.declared_id;
    if implicit {
        let section = if resource.type_name == "AWS::ApiGateway::RestApi" { "Api" } else { "HttpApi" };
        return verdict.message("implicit").with("section", section).fix(
            Applicability::Display,
            format!("give the API a default authorizer in `Globals.{section}.Auth`"),
            Vec::new(),
        );
    }
    verdict
        .message("sam")
        .related(format!("`{}` has no `Auth.DefaultAuthorizer`", api.id), api.declared_at)
        .fix(Applicability::Display, "give the API a default authorizer in its `Auth`", Vec::new())
}

const SIGNED: &str =
    "ask for AWS signatures; callers must then sign their requests and be allowed to call the API";

fn ask_for_signatures(verdict: Verdict, route: &Route) -> Verdict {
    let change = Change::Set {
        resource: route.resource.id.clone(),
        property: "AuthorizationType".into(),
        value: New::string("AWS_IAM"),
    };
    verdict.fix(Applicability::Unsafe, SIGNED, vec![change])
}

fn ask_in_body(verdict: Verdict, route: &Route) -> Verdict {
    let resource = &route.resource.id;
    // A path of keys cannot name one with a dot in it.
    let named = route.part.as_ref().filter(|part| !part.contains('.')).and_then(|part| part.split_once(' '));
    let (Some((method, path)), None) = (named, &route.authorization.at) else {
        let description = "name an authorizer in the `security` of the route";
        return verdict.fix(Applicability::Display, description, Vec::new());
    };
    let method = match method {
        "ANY" => "x-amazon-apigateway-any-method".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let set = |property: String, value| Change::Set {
        resource: resource.clone(),
        property: property.into(),
        value,
    };
    let operation = format!("Body.paths.{path}.{method}");
    let changes = if route.resource.type_name == "AWS::ApiGateway::RestApi" {
        let value = New::mapping([("type", New::string("AWS_IAM"))]);
        vec![set(format!("{operation}.x-amazon-apigateway-auth"), value)]
    } else {
        let scheme = New::mapping([
            ("type", New::string("apiKey")),
            ("name", New::string("Authorization")),
            ("in", New::string("header")),
            ("x-amazon-apigateway-authtype", New::string("awsSigv4")),
        ]);
        let security = New::Sequence(vec![New::mapping([("AWS_IAM", New::Sequence(Vec::new()))])]);
        vec![
            set("Body.components.securitySchemes.AWS_IAM".to_owned(), scheme),
            set(format!("{operation}.security"), security),
        ]
    };
    verdict.fix(Applicability::Unsafe, SIGNED, changes)
}
