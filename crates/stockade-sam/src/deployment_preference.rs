//! `DeploymentPreference`: gradual deployment with CodeDeploy, one application and role for all functions of
//! a template and one deployment group for each (AWS SAM developer guide, "DeploymentPreference").

use crate::events::Target;
use crate::output::Output;
use crate::policies::branches_of;
use crate::presence::{given, is_set, set};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, managed_policies, resolve, role, tags};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::Origin;

const APPLICATION: &str = "ServerlessDeploymentApplication";
const SERVICE_ROLE: &str = "CodeDeployServiceRole";
const ANY_CONDITION: &str = "ServerlessCodeDeployCondition";

/// CloudFormation takes at most so many conditions in one `Fn::Or`.
const MOST_IN_OR: usize = 10;

/// Deployment types that CodeDeploy brings along.
const PREDEFINED: [&str; 9] = [
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

static GROUP_WORDS: Words = Words {
    rows: &[
        ("ServiceRoleArn", "DeploymentPreference.Role"),
        ("TriggerConfigurations", "DeploymentPreference.TriggerConfigurations"),
    ],
};

static NO_WORDS: Words = Words { rows: &[] };

/// A function that is deployed gradually.
#[derive(Debug)]
pub(crate) struct Deployment {
    function: SamResource,
    group: Expr,
    has_role: bool,
    condition: Option<Expr>,
    tags: Option<Expr>,
}

/// Notes a function's preference and lets its alias be updated by CodeDeploy.
pub(crate) fn lower(target: &Target, context: &Context, output: &mut Output) -> Result<(), SamError> {
    let resource = target.function;
    let Some(preference) = set(&resource.properties, "DeploymentPreference") else { return Ok(()) };
    let resolved = |key: &str| {
        let value = preference.get(key)?;
        Some(resolve::mappings(&resolve::parameters(value, context), output.mappings.as_ref()))
    };
    let passes = match resolved("PassthroughCondition") {
        Some(value) => value.as_bool().ok_or_else(|| {
            let message =
                "`PassthroughCondition` should be `true` or `false`, or refer to a parameter or mapping";
            resource.error(message, value.origin.place)
        })?,
        None => false,
    };
    let off = |enabled: &Expr| !is_set(enabled) || matches!(enabled.as_str(), Some("false" | "False"));
    if resolved("Enabled").is_some_and(|enabled| off(&enabled)) {
        return Ok(());
    }
    let at = preference.origin.place;
    let Some(kind) = resolved("Type").filter(|kind| !kind.is_null()) else {
        return Err(resource.error("`DeploymentPreference` needs a `Type`", at));
    };
    let hooks = preference.get("Hooks");
    if let Some(hooks) = hooks.filter(|hooks| !hooks.is_object()) {
        return Err(resource.error("`DeploymentPreference.Hooks` should be a map", hooks.origin.place));
    }
    let Some(alias) = &target.alias else {
        return Err(resource.error("`DeploymentPreference` needs `AutoPublishAlias`", at));
    };
    let tagged = set(&resource.properties, "PropagateTags").and_then(|_| set(&resource.properties, "Tags"));
    let role = set(preference, "Role");
    let deployment = Deployment {
        function: resource.clone(),
        group: group(preference, &kind, tagged, resource)?,
        has_role: role.is_some(),
        condition: resource.condition().filter(|_| passes).cloned(),
        tags: tagged.cloned(),
    };
    let hook = |name: &str| hooks.and_then(|hooks| given(hooks, name)).cloned();
    let origin = &preference.origin;
    let update = Expr::object(origin)
        .with("ApplicationName", Expr::reference(APPLICATION, origin))
        .with("DeploymentGroupName", Expr::reference(group_id(resource), origin))
        .with_some("BeforeAllowTrafficHook", hook("PreTraffic"))
        .with_some("AfterAllowTrafficHook", hook("PostTraffic"));
    if let Some(body) = output.body_mut(alias) {
        body.set("UpdatePolicy", Expr::object(origin).with("CodeDeployLambdaAliasUpdate", update));
    }
    output.deployments.push(deployment);
    Ok(())
}

/// Adds the application, the service role and the groups that the functions need.
pub(crate) fn finish(context: &Context, output: &mut Output) {
    let deployments = std::mem::take(&mut output.deployments);
    let Some(first) = deployments.first() else { return };
    let condition = common_condition(&deployments, output);
    let origin = Origin::at(first.function.id_at);
    let tags = all_tags(&deployments).map(|tags| Expr::list(tags::items(&tags), &origin));
    let application = Expr::object(&origin)
        .with("ComputePlatform", Expr::string("Lambda", &origin))
        .with_some("Tags", tags.clone());
    add(APPLICATION, "AWS::CodeDeploy::Application", application, first, condition.clone(), output);
    if !deployments.iter().all(|deployment| deployment.has_role) {
        let isolated = matches!(context.partition, "aws-iso" | "aws-iso-b");
        let policy =
            format!("service-role/AWSCodeDeployRoleForLambda{}", if isolated { "Limited" } else { "" });
        let role = Expr::object(&origin)
            .with("AssumeRolePolicyDocument", role::trust("codedeploy.amazonaws.com", &origin))
            .with(
                "ManagedPolicyArns",
                Expr::list(vec![managed_policies::arn(&policy, context, &origin)], &origin),
            )
            .with_some("Tags", tags);
        add(SERVICE_ROLE, "AWS::IAM::Role", role, first, condition, output);
    }
    for deployment in &deployments {
        let id = group_id(&deployment.function);
        let (group, condition) = (deployment.group.clone(), deployment.condition.clone());
        add(&id, "AWS::CodeDeploy::DeploymentGroup", group, deployment, condition, output);
    }
}

/// Adds a resource with that condition and no other attribute.
fn add(
    id: &str,
    type_name: &'static str,
    properties: Expr,
    from: &Deployment,
    condition: Option<Expr>,
    output: &mut Output,
) {
    let words = if type_name == "AWS::CodeDeploy::DeploymentGroup" { &GROUP_WORDS } else { &NO_WORDS };
    // AWS does not look whether the template has a resource of that name.
    output.free(id);
    output.add_generated(id, type_name, properties, &from.function, words);
    if let Some(body) = output.body_mut(id) {
        for attribute in ["Condition", "DeletionPolicy", "UpdateReplacePolicy"] {
            body.remove(attribute);
        }
        if let Some(condition) = condition {
            body.set("Condition", condition);
        }
    }
}

fn group_id(function: &SamResource) -> SmolStr {
    format_smolstr!("{}DeploymentGroup", function.id)
}

fn group(
    preference: &Expr,
    kind: &Expr,
    tagged: Option<&Expr>,
    resource: &SamResource,
) -> Result<Expr, SamError> {
    let origin = &preference.origin;
    let text = |text: &'static str| Expr::string(text, origin);
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"].map(text);
    let rollback = Expr::object(origin)
        .with("Enabled", Expr::bool(true, origin))
        .with("Events", Expr::list(events.to_vec(), origin));
    let style = Expr::object(origin)
        .with("DeploymentType", text("BLUE_GREEN"))
        .with("DeploymentOption", text("WITH_TRAFFIC_CONTROL"));
    let role = set(preference, "Role").cloned();
    Ok(Expr::object(origin)
        .with_some("AlarmConfiguration", alarms(preference, resource)?)
        .with("ApplicationName", Expr::reference(APPLICATION, origin))
        .with("AutoRollbackConfiguration", rollback)
        .with("DeploymentConfigName", config_name(kind, false))
        .with("DeploymentStyle", style)
        .with("ServiceRoleArn", role.unwrap_or_else(|| Expr::get_att(SERVICE_ROLE, "Arn", origin)))
        .with_some("TriggerConfigurations", set(preference, "TriggerConfigurations").cloned())
        .with_some("Tags", tagged.map(|tags| Expr::list(tags::items(tags), &tags.origin))))
}

/// The alarms that stop a deployment, in CodeDeploy's form.
fn alarms(preference: &Expr, resource: &SamResource) -> Result<Option<Expr>, SamError> {
    let Some(alarms) = set(preference, "Alarms").filter(|alarms| !alarms.is_no_value()) else {
        return Ok(None);
    };
    let configured = |alarms: &Expr| {
        if !alarms.is_list() {
            return Err(resource.error("`DeploymentPreference.Alarms` should be a list", alarms.origin.place));
        }
        let origin = &alarms.origin;
        if alarms.items().first().is_none_or(Expr::is_no_value) {
            return Ok(Expr::object(origin));
        }
        let named =
            alarms.items().iter().map(|alarm| Expr::object(&alarm.origin).with("Name", alarm.clone()));
        Ok(Expr::object(origin)
            .with("Enabled", Expr::bool(true, origin))
            .with("Alarms", Expr::list(named.collect(), origin)))
    };
    if alarms.intrinsic().is_some_and(|(name, _)| name == "Fn::If") {
        let Some([condition, yes, no]) = branches_of(alarms) else {
            return Err(resource.error("the `Fn::If` of `Alarms` takes three arguments", alarms.origin.place));
        };
        let arguments = vec![condition.clone(), configured(yes)?, configured(no)?];
        return Ok(Some(Expr::call("Fn::If", Expr::list(arguments, &alarms.origin), &alarms.origin)));
    }
    configured(alarms).map(Some)
}

/// A deployment type with the names that CodeDeploy brings along written out, wherever they stand.
fn config_name(kind: &Expr, in_sub: bool) -> Expr {
    let origin = &kind.origin;
    if kind.is_list() {
        return resolve::map_children(kind, &|item| config_name(item, false));
    }
    if let Some((function, _)) = kind.intrinsic() {
        let in_sub = function == "Fn::Sub";
        return resolve::map_children(kind, &|argument| config_name(argument, in_sub));
    }
    if !kind.as_str().is_some_and(|name| PREDEFINED.contains(&name)) {
        return kind.clone();
    }
    let name = Expr::object(origin).with("ConfigName", kind.clone());
    let arguments = vec![Expr::string("CodeDeployDefault.Lambda${ConfigName}", origin), name];
    let arguments = Expr::list(arguments, origin);
    if in_sub { arguments } else { Expr::call("Fn::Sub", arguments, origin) }
}

/// The tags of all functions that propagate them; of a key that stands twice, the last value counts.
fn all_tags(deployments: &[Deployment]) -> Option<Expr> {
    deployments.iter().filter_map(|deployment| deployment.tags.as_ref()).fold(None, |all, tags| {
        let mut all = all.unwrap_or_else(|| Expr::object(&tags.origin));
        tags.entries().iter().for_each(|entry| all.set_entry(entry.clone()));
        Some(all)
    })
}

/// If every function hands its condition on: the condition for what they share.
fn common_condition(deployments: &[Deployment], output: &mut Output) -> Option<Expr> {
    let mut names: Vec<Expr> = Vec::new();
    for deployment in deployments {
        let condition = deployment.condition.as_ref()?;
        if !names.iter().any(|name| name.as_str() == condition.as_str()) {
            names.push(condition.clone());
        }
    }
    let origin = names.first()?.origin.clone();
    let mut numbered = names.len().saturating_sub(2) / (MOST_IN_OR - 1);
    while names.len() > 1 {
        let rest = names.split_off(names.len().min(MOST_IN_OR));
        let parts = names.into_iter().map(|name| Expr::call("Condition", name, &origin)).collect();
        let id = match numbered {
            0 => SmolStr::new_static(ANY_CONDITION),
            number => format_smolstr!("{ANY_CONDITION}{number}"),
        };
        numbered = numbered.saturating_sub(1);
        output.conditions.insert(id.clone(), Expr::call("Fn::Or", Expr::list(parts, &origin), &origin));
        names = rest;
        names.push(Expr::string(id, &origin));
    }
    names.pop()
}
