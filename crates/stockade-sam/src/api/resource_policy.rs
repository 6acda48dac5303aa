//! `ResourcePolicy`: who may call an API, by account, address or VPC (AWS SAM developer guide,
//! "ResourcePolicyStatement").

use crate::open_api::{ANY, Fault, Swagger, arn_path, branches, made, put, python};
use crate::presence::set;
use crate::resource::SamResource;
use stockade_cfn::Expr;
use stockade_model::Origin;

/// A list of accounts, and the effect for them.
const ACCOUNTS: [(&str, &str); 2] = [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")];
/// A list of addresses, and the condition under which a request is denied.
const ADDRESSES: [(&str, &str); 2] =
    [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")];

/// Lists of VPCs and endpoints, and the condition under which a request is denied.
struct VpcLists {
    literal: &'static str,
    vpcs: &'static str,
    endpoints: &'static str,
    condition: &'static str,
}

const VPC_LISTS: [VpcLists; 2] = [
    VpcLists {
        literal: "SourceVpcBlacklist",
        vpcs: "IntrinsicVpcBlacklist",
        endpoints: "IntrinsicVpceBlacklist",
        condition: "StringEquals",
    },
    VpcLists {
        literal: "SourceVpcWhitelist",
        vpcs: "IntrinsicVpcWhitelist",
        endpoints: "IntrinsicVpceWhitelist",
        condition: "StringNotEquals",
    },
];

/// Adds the statements for the methods of one path.
pub(crate) fn add(
    swagger: &mut Swagger,
    setting: &Expr,
    path: &str,
    stage: &Expr,
    resource: &SamResource,
) -> Result<(), Fault> {
    let resources = method_arns(swagger, path, stage, resource)?;
    for (name, effect) in ACCOUNTS {
        let Some(list) = set(setting, name) else { continue };
        if !list.is_object() && !list.is_list() {
            return Err(Fault::new(format!("`{name}` must be a list"), list));
        }
        let origin = made(&list.origin, resource);
        let accounts = if list.is_list() { list.clone() } else { Expr::list(vec![list.clone()], &origin) };
        let principal = Expr::object(&origin).with("AWS", accounts);
        let statement = statement(effect, &resources, principal, &origin);
        put(&mut swagger.policy, "Version", Expr::string("2012-10-17", &origin));
        match swagger.policy.get("Statement").filter(|statements| !statements.is_null()).cloned() {
            None => put(&mut swagger.policy, "Statement", statement),
            Some(before) => put(&mut swagger.policy, "Statement", joined(before, vec![statement], &origin)),
        }
    }
    for (name, operator) in ADDRESSES {
        let Some(list) = set(setting, name) else { continue };
        let origin = made(&list.origin, resource);
        let list = if list.is_list() { list.clone() } else { Expr::list(vec![list.clone()], &origin) };
        let condition = Expr::object(&origin).with("aws:SourceIp", list);
        deny_unless(swagger, &resources, operator, condition, &origin);
    }
    for lists in &VPC_LISTS {
        add_vpcs(swagger, setting, lists, &resources, resource)?;
    }
    swagger.put_policy();
    Ok(())
}

/// Adds `CustomStatements`.
pub(crate) fn add_statements(swagger: &mut Swagger, setting: &Expr, resource: &SamResource) {
    let Some(custom) = set(setting, "CustomStatements") else { return };
    let origin = made(&custom.origin, resource);
    put(&mut swagger.policy, "Version", Expr::string("2012-10-17", &origin));
    let statements = match swagger.policy.get("Statement").filter(|statements| !statements.is_null()).cloned()
    {
        None => custom.clone(),
        Some(before) => {
            let mut all = if before.is_list() { before } else { Expr::list(vec![before], &origin) };
            let custom = if custom.is_list() { custom.items().to_vec() } else { vec![custom.clone()] };
            for statement in custom {
                push_new(&mut all, statement);
            }
            all
        }
    };
    put(&mut swagger.policy, "Statement", statements);
    swagger.put_policy();
}

fn add_vpcs(
    swagger: &mut Swagger,
    setting: &Expr,
    lists: &VpcLists,
    resources: &Expr,
    resource: &SamResource,
) -> Result<(), Fault> {
    let list = |name: &str| setting.get(name).filter(|list| !list.is_null());
    let (mut vpcs, mut endpoints): (Vec<Expr>, Vec<Expr>) = (Vec::new(), Vec::new());
    if let Some(literal) = list(lists.literal) {
        for item in literal.items() {
            let Some(text) = item.as_str() else {
                let message = format!(
                    "`{}` must be a list of strings; intrinsic functions go into `{}` and `{}`",
                    lists.literal, lists.vpcs, lists.endpoints
                );
                return Err(Fault::new(message, item));
            };
            if text.starts_with("vpce-") {
                endpoints.push(item.clone());
            } else if text.starts_with("vpc-") {
                vpcs.push(item.clone());
            }
        }
    }
    vpcs.extend(list(lists.vpcs).map(Expr::items).unwrap_or_default().iter().cloned());
    endpoints.extend(list(lists.endpoints).map(Expr::items).unwrap_or_default().iter().cloned());
    if vpcs.is_empty() && endpoints.is_empty() {
        return Ok(());
    }
    let cause = list(lists.literal).or(list(lists.vpcs)).or(list(lists.endpoints)).unwrap_or(setting);
    let origin = made(&cause.origin, resource);
    let mut condition = Expr::object(&origin);
    let groups = [
        ("aws:SourceVpc", vpcs, list(lists.vpcs).is_some()),
        ("aws:SourceVpce", endpoints, list(lists.endpoints).is_some()),
    ];
    for (key, items, there) in groups {
        if there || !items.is_empty() {
            put(&mut condition, key, Expr::list(items, &origin));
        }
    }
    deny_unless(swagger, resources, lists.condition, condition, &origin);
    Ok(())
}

/// Allows everyone and denies those for whom the condition holds.
fn deny_unless(
    swagger: &mut Swagger,
    resources: &Expr,
    operator: &'static str,
    condition: Expr,
    origin: &Origin,
) {
    let everyone = || Expr::string("*", origin);
    let allow = statement("Allow", resources, everyone(), origin);
    let deny = statement("Deny", resources, everyone(), origin)
        .with("Condition", Expr::object(origin).with(operator, condition));
    put(&mut swagger.policy, "Version", Expr::string("2012-10-17", origin));
    let before = swagger.policy.get("Statement").filter(|statements| !statements.is_null()).cloned();
    let statements = match before {
        None => Expr::list(vec![allow, deny], origin),
        Some(before) => {
            let mut all = if before.is_list() { before } else { Expr::list(vec![before], origin) };
            push_new(&mut all, allow);
            push_new(&mut all, deny);
            all
        }
    };
    put(&mut swagger.policy, "Statement", statements);
}

fn joined(before: Expr, more: Vec<Expr>, origin: &Origin) -> Expr {
    let mut all = if before.is_list() { before } else { Expr::list(vec![before], origin) };
    more.into_iter().for_each(|statement| all.push(statement));
    all
}

/// Adds a statement unless the same is there.
fn push_new(all: &mut Expr, statement: Expr) {
    if !all.items().iter().any(|other| other.to_json() == statement.to_json()) {
        all.push(statement);
    }
}

fn statement(effect: &'static str, resources: &Expr, principal: Expr, origin: &Origin) -> Expr {
    Expr::object(origin)
        .with("Effect", Expr::string(effect, origin))
        .with("Action", Expr::string("execute-api:Invoke", origin))
        .with("Resource", resources.clone())
        .with("Principal", principal)
}

/// The ARNs of the methods of a path.
fn method_arns(swagger: &Swagger, path: &str, stage: &Expr, resource: &SamResource) -> Result<Expr, Fault> {
    let origin = made(&resource.origin(), resource);
    let Some(entry) = swagger.doc.get("paths").and_then(|paths| paths.entry(path)) else {
        return Ok(Expr::list(Vec::new(), &origin));
    };
    let arn_path = arn_path(path, None);
    let mut arns = Vec::new();
    for item in branches(&entry.value)? {
        for method in python::entries(item) {
            let lower = method.key.to_lowercase();
            let method =
                if lower == ANY || lower == "any" { "*".to_owned() } else { method.key.to_uppercase() };
            // A path that the user wrote makes this the user's text.
            let text = Origin::at(entry.key_place);
            let text = Expr::string(format!("execute-api:/${{__Stage__}}/{method}{arn_path}"), &text);
            let variables = Expr::object(&origin).with("__Stage__", stage.clone());
            arns.push(Expr::call("Fn::Sub", Expr::list(vec![text, variables], &origin), &origin));
        }
    }
    Ok(Expr::list(arns, &origin))
}
