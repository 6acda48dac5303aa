//! `AWS::Serverless::Function`: a Lambda function with its role, version, alias, URL and what its events
//! bring (AWS SAM developer guide, "AWS::Serverless::Function").

mod alias;
mod code;
mod event_invoke;
mod properties;
mod rules;
mod url;

use crate::events::{self, Target};
use crate::output::Output;
use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::role::{self, Role, document};
use crate::{Context, SamError, deployment_preference, policies, resolve, tags};
use smol_str::format_smolstr;
use stockade_cfn::Expr;

/// Lowers a function. One that AWS would reject leaves nothing behind.
pub(crate) fn lower(
    resource: &SamResource,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let (before, deployments) = (output.resources.len(), output.deployments.len());
    let result = expand(resource, resources, context, output);
    if result.is_err() {
        output.resources.truncate(before);
        output.deployments.truncate(deployments);
    }
    result
}

fn expand(
    resource: &SamResource,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let before = output.resources.len();
    rules::check(resource)?;
    let mut function = properties::lower(resource, context)?;
    let alias = alias::plan(resource, resources, &mut function, context, output)?;
    let own_role = given(&resource.properties, "Role").cloned();
    let mut role = implicit_role(resource, context);
    let role_arn = Expr::get_att(role.id.clone(), "Arn", &resource.origin());
    let chosen = match &own_role {
        Some(own) if own.intrinsic().is_some_and(|(name, _)| name == "Fn::If") => {
            let own = resolve::parameters(own, context);
            let choice = role::choice(&own, role_arn, resource)?;
            function.set("Role", choice.as_ref().map_or(own, |choice| choice.value.clone()));
            choice
        }
        Some(_) => None,
        None => {
            function.set("Role", role_arn.clone());
            Some(role::Choice { value: role_arn, condition: None, negated: None })
        }
    };
    output.add_main(resource.id.clone(), "AWS::Lambda::Function", function, resource, &properties::WORDS);
    let alias_id = alias.as_ref().map(|alias| alias.id.clone());
    if let Some(alias) = &alias {
        alias.add(resource, output);
    }
    let target = Target { function: resource, alias: alias_id };
    url::lower(&target, output)?;
    deployment_preference::lower(&target, context, output)?;
    let destinations =
        event_invoke::lower(&target, alias.as_ref().map(|alias| &alias.name), context, output)?;
    destinations.into_iter().for_each(|policy| role.add_inline(policy));
    role.add_policies(resource, context)?;
    let grants = events::lower(&target, resources, context, output)?;
    for path in grants.managed {
        role.attach_aws(path, context, &resource.origin());
    }
    grants.inline.into_iter().for_each(|policy| role.add_inline(policy));
    let tags = tags::list(resource)?;
    if let Some(choice) = chosen {
        let id = role.id.clone();
        output.add_generated(
            id.clone(),
            "AWS::IAM::Role",
            role.into_properties(resource, tags),
            resource,
            &role::WORDS,
        );
        if let (Some(condition), Some(body)) = (choice.condition, output.body_mut(&id)) {
            body.set("Condition", condition);
        }
        output.conditions.extend(choice.negated);
    }
    tags::propagate(resource, before, output);
    refer(resource, before, output);
    Ok(())
}

/// The role as far as the function's own properties make it; `Policies` and events add to it.
fn implicit_role(resource: &SamResource, context: &Context) -> Role {
    let mut role = Role::of(resource, "lambda.amazonaws.com");
    let properties = &resource.properties;
    let origin = resource.origin();
    match set(properties, "DurableConfig") {
        Some(durable) => {
            role.attach_aws(
                "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
                context,
                &durable.origin,
            );
        }
        None => role.attach_aws("service-role/AWSLambdaBasicExecutionRole", context, &origin),
    }
    if let Some(tracing) = properties::tracing(resource, context) {
        let name =
            if context.partition == "aws" { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" };
        role.attach_aws(name, context, &tracing.origin);
    }
    if let Some(vpc) = set(properties, "VpcConfig") {
        role.attach_aws("service-role/AWSLambdaVPCAccessExecutionRole", context, &vpc.origin);
    }
    if let Some(queue) = set(properties, "DeadLetterQueue")
        && let Some(action) = queue.get("Type").and_then(Expr::as_str).and_then(rules::dead_letter_action)
        && let Some(target) = queue.get("TargetArn")
    {
        let statement = role::allow(action, target.clone());
        let document = document(vec![statement], &target.origin)
            .with("Version", Expr::string("2012-10-17", &target.origin));
        role.add_inline(role::inline("DeadLetterQueuePolicy", document));
    }
    role
}

/// Lets `MyFunction.Alias` and the like refer to what the function has brought.
fn refer(resource: &SamResource, before: usize, output: &mut Output) {
    const NAMES: [(&str, &str); 4] = [
        ("AWS::Lambda::Alias", "Alias"),
        ("AWS::Lambda::Version", "Version"),
        ("AWS::SNS::Topic", "DestinationTopic"),
        ("AWS::SQS::Queue", "DestinationQueue"),
    ];
    for (id, declaration) in output.resources.iter().skip(before) {
        if let Some((_, name)) = NAMES.iter().find(|(type_name, _)| *type_name == declaration.type_name) {
            output.references.generated.insert(format_smolstr!("{}.{name}", resource.id), id.clone());
        }
    }
}

/// The condition and branches of a `Fn::If` of which one branch is `AWS::NoValue`.
fn optional_branch(expr: &Expr) -> Option<(&Expr, bool, &Expr)> {
    let [condition, yes, no] = policies::branches_of(expr)?;
    match (yes.is_no_value(), no.is_no_value()) {
        (true, false) => Some((condition, true, no)),
        (false, true) => Some((condition, false, yes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Context, Transformed, transform};
    use serde_json::json;
    use stockade_cfn::{Template, tag_meaning};
    use stockade_model::{Containers, Place};
    use stockade_syntax::{FileId, Source, parse};

    const TEMPLATE: &str = "\
Conditions:
  C: !Equals [a, b]
  D: !Equals [a, b]
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: C
    Properties:
      Handler: a.b
      Runtime: python3.13
      CodeUri: s3://bucket/key
      Role: !If [D, arn:aws:iam::1:role/x, !Ref AWS::NoValue]
      FunctionUrlConfig: {AuthType: NONE}
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: {Type: SNS, Destination: !If [D, x, !Ref AWS::NoValue]}
";

    fn transformed(text: &str) -> Transformed {
        let document = parse(&Source::new(FileId(0), "template.yaml", text), tag_meaning).expect("YAML");
        let template = Template::read(&document).expect("a template");
        transform(&template, &Context { region: "eu-west-1", partition: "aws", parameter: &|_| None })
    }

    fn written(place: Place) -> &'static str {
        &TEMPLATE[place.span.start as usize..place.span.end as usize]
    }

    #[test]
    fn what_is_made_under_a_condition_has_it() {
        let out = transformed(TEMPLATE);
        assert!(out.errors.is_empty(), "{:?}", out.errors);
        let condition = |id: &str| out.template.resources[id].condition().map(str::to_owned);
        assert_eq!(condition("FUrl").as_deref(), Some("C"));
        assert_eq!(condition("FRole").as_deref(), Some("NOTD"));
        let topic = condition("FEventInvokeConfigOnFailureTopic").expect("a condition");
        assert_eq!(topic, "CANDNOTD33ddb54c8ae69f20e9f6");
        let not = json!({"Fn::Not": [{"Condition": "D"}]});
        assert_eq!(out.template.conditions["NOTD"].to_json(), not);
        assert_eq!(out.template.conditions["NOTD33ddb54c8a"].to_json(), not);
        let and = json!({"Fn::And": [{"Condition": "C"}, {"Condition": "NOTD33ddb54c8a"}]});
        assert_eq!(out.template.conditions[topic.as_str()].to_json(), and);
    }

    #[test]
    fn what_is_made_keeps_the_place_that_caused_it() {
        let out = transformed(TEMPLATE);
        let permission = out.template.resources["FUrlPublicPermissions"].properties().expect("properties");
        assert_eq!(permission.get("Principal").map(|it| written(it.origin.place)), Some("NONE"));
        let function = out.template.resources["F"].body.get("Properties").expect("properties");
        let stockade_cfn::Data::Object(map) = &function.data else { panic!("an object") };
        let Containers::At(containers) = &map.containers else { panic!("containers") };
        assert!(written(containers[0].place).starts_with("Handler"));
    }

    #[test]
    fn a_rejected_function_leaves_nothing_behind() {
        let out = transformed(&TEMPLATE.replace("Type: SNS", "Type: Kafka"));
        assert_eq!(out.errors.len(), 1);
        assert!(out.template.resources.is_empty());
    }
}
