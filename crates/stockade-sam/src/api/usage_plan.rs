//! `Auth.UsagePlan`: a usage plan with an API key, of one API or of all that share it (AWS SAM developer guide,
//! "ApiUsagePlan").

use super::Api;
use crate::SamError;
use crate::output::Output;
use crate::presence::set;
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static PLAN: Words = Words {
    rows: &[
        ("UsagePlanName", "Auth.UsagePlan.UsagePlanName"),
        ("Description", "Auth.UsagePlan.Description"),
        ("Quota", "Auth.UsagePlan.Quota"),
        ("Tags", "Auth.UsagePlan.Tags"),
        ("Throttle", "Auth.UsagePlan.Throttle"),
    ],
};
static KEY: Words = Words { rows: &[] };

const KEYS: [&str; 6] = ["CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"];
/// The condition of a shared plan: that of any of its APIs.
const SHARED_CONDITION: &str = "SharedUsagePlanCondition";

/// Adds the usage plan, its key, and what binds them.
pub(super) fn add(
    api: &Api,
    stage_id: &str,
    resources: &[SamResource],
    output: &mut Output,
) -> Result<(), SamError> {
    let auth = api.auth.as_ref();
    let Some(setting) = auth.and_then(|auth| auth.get("UsagePlan")).filter(|setting| !setting.is_null())
    else {
        return Ok(());
    };
    if !setting.is_object() {
        return Err(api.error("`UsagePlan` must be an object", setting));
    }
    if let Some(wrong) = setting.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        return Err(api
            .resource
            .error(format!("`UsagePlan` has no property `{}`", wrong.key), wrong.key_place));
    }
    let create = setting.get("CreateUsagePlan").filter(|create| !create.is_null());
    let create = create.ok_or_else(|| api.error("`UsagePlan` needs `CreateUsagePlan`", setting))?;
    let shared = match create.as_str() {
        Some("NONE") => return Ok(()),
        Some("PER_API") => false,
        Some("SHARED") => true,
        _ => return Err(api.error("`CreateUsagePlan` must be `SHARED`, `PER_API` or `NONE`", create)),
    };
    let plan = Plan { api, setting, create, stage_id, shared };
    plan.add(output);
    if shared {
        share(resources, output);
    }
    Ok(())
}

struct Plan<'a> {
    api: &'a Api<'a>,
    setting: &'a Expr,
    create: &'a Expr,
    stage_id: &'a str,
    shared: bool,
}

impl Plan<'_> {
    fn add(&self, output: &mut Output) {
        let origin = &self.create.origin;
        let api = &self.api.resource.id;
        let prefix = if self.shared { "Serverless" } else { api.as_str() };
        let [plan_id, key_id, bound_id] =
            ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|kind| format_smolstr!("{prefix}{kind}"));
        let reference = |id: &str| Expr::reference(id, origin);
        let holder =
            Expr::object(origin).with("Auth", Expr::object(origin).with("UsagePlan", self.setting.clone()));
        let mut plan = PLAN.lower(&holder, origin);
        for name in KEYS {
            if set(&plan, name).is_none() {
                plan.remove(name);
            }
        }
        let resource = self.api.resource;
        let propagated =
            set(&resource.properties, "PropagateTags").and_then(|_| set(&resource.properties, "Tags"));
        let tags = propagated.map(super::tag_list);
        let plan = plan.with_some("Tags", tags.clone());
        let stage =
            Expr::object(origin).with("ApiId", reference(api)).with("Stage", reference(self.stage_id));
        let plan = plan.with("ApiStages", self.collected(&plan_id, "ApiStages", stage, output));
        let depends = self.depends(&plan_id, output);
        super::refer(resource, "UsagePlan", &plan_id, output);
        super::refer(resource, "ApiKey", &key_id, output);
        super::refer(resource, "UsagePlanKey", &bound_id, output);
        self.add_one(&plan_id, "AWS::ApiGateway::UsagePlan", plan, depends, &PLAN, output);

        let stage = Expr::object(origin)
            .with("RestApiId", reference(api))
            .with("StageName", reference(self.stage_id));
        let key = Expr::object(origin)
            .with("Enabled", Expr::bool(true, origin))
            .with("StageKeys", self.collected(&key_id, "StageKeys", stage, output))
            .with_some("Tags", tags);
        let depends = Expr::list(vec![Expr::string(plan_id.clone(), origin)], origin);
        self.add_one(&key_id, "AWS::ApiGateway::ApiKey", key, depends, &KEY, output);

        let bound = Expr::object(origin)
            .with("KeyId", reference(&key_id))
            .with("KeyType", Expr::string("API_KEY", origin))
            .with("UsagePlanId", reference(&plan_id));
        let depends = Expr::list(vec![Expr::string(key_id, origin)], origin);
        self.add_one(&bound_id, "AWS::ApiGateway::UsagePlanKey", bound, depends, &KEY, output);
    }

    /// A list with one more item; that of a shared resource holds those of the other APIs too.
    fn collected(&self, id: &str, property: &str, item: Expr, output: &mut Output) -> Expr {
        let before = output.body_mut(id).and_then(|body| body.get("Properties")?.get(property)).cloned();
        let mut list =
            before.filter(|_| self.shared).unwrap_or_else(|| Expr::list(Vec::new(), &self.create.origin));
        list.push(item);
        list
    }

    fn depends(&self, id: &str, output: &mut Output) -> Expr {
        let before = output.body_mut(id).and_then(|body| body.get("DependsOn")).cloned();
        let mut list =
            before.filter(|_| self.shared).unwrap_or_else(|| Expr::list(Vec::new(), &self.create.origin));
        list.push(Expr::string(self.api.resource.id.clone(), &self.create.origin));
        list
    }

    fn add_one(
        &self,
        id: &str,
        type_name: &'static str,
        properties: Expr,
        depends: Expr,
        raise: &'static Words,
        output: &mut Output,
    ) {
        output.add_generated(id, type_name, properties, self.api.resource, raise);
        if let Some(body) = output.body_mut(id) {
            body.set("DependsOn", depends);
        }
    }
}

/// Whether an API shares the usage plan.
fn shares(api: &&SamResource) -> bool {
    api.type_name == "AWS::Serverless::Api"
        && api.properties.path("Auth.UsagePlan.CreateUsagePlan").and_then(Expr::as_str) == Some("SHARED")
}

/// Gives what is shared the conditions and policies of all APIs that share it.
fn share(resources: &[SamResource], output: &mut Output) {
    let apis: Vec<&SamResource> = resources.iter().filter(shares).collect();
    let mut conditions: Vec<Expr> = Vec::new();
    for condition in apis.iter().filter_map(|api| api.condition()) {
        if !conditions.iter().any(|other| other.as_str() == condition.as_str()) {
            conditions.push(condition.clone());
        }
    }
    let unconditional = apis.iter().any(|api| api.condition().is_none());
    let condition = conditions.first().filter(|_| !unconditional).map(|first| first.origin.clone());
    if let Some(origin) = &condition {
        let call = |condition: Expr| Expr::call("Condition", condition, origin);
        let combined = match conditions.as_slice() {
            [only] => only.clone(),
            _ => Expr::call("Fn::Or", Expr::list(conditions.into_iter().map(call).collect(), origin), origin),
        };
        output.conditions.insert(SmolStr::new_static(SHARED_CONDITION), combined);
    }
    let policies =
        [("DeletionPolicy", &["Retain"][..]), ("UpdateReplacePolicy", &["Retain", "Snapshot"][..])];
    let policies = policies.map(|(attribute, stronger)| {
        let all: Vec<&Expr> = apis.iter().filter_map(|api| api.body.get(attribute)).collect();
        let strongest =
            stronger.iter().find_map(|wanted| all.iter().find(|policy| policy.as_str() == Some(wanted)));
        (attribute, strongest.or(all.first()).map(|policy| (*policy).clone()))
    });
    for id in ["ServerlessUsagePlan", "ServerlessApiKey", "ServerlessUsagePlanKey"] {
        let Some(body) = output.body_mut(id) else { continue };
        body.remove("Condition");
        if let Some(origin) = &condition {
            body.set("Condition", Expr::string(SHARED_CONDITION, origin));
        }
        for (attribute, policy) in &policies {
            body.remove(attribute);
            if let Some(policy) = policy {
                body.set(*attribute, policy.clone());
            }
        }
    }
}
