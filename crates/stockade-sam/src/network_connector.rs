//! `AWS::Serverless::NetworkConnector`: a way for Lambda compute into a VPC, with the role that operates it
//! (AWS SAM developer guide, "AWS::Serverless::NetworkConnector").

use crate::output::Output;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, managed_policies, role, tags};
use smol_str::format_smolstr;
use stockade_cfn::Expr;

const PROPERTIES: &[Property] = &[
    optional("Name", Kind::StringOrMap),
    required("VpcConfig", Kind::LiteralMap),
    optional("ComputeTypes", Kind::LiteralList),
    optional("OperatorRole", Kind::StringOrMap),
    optional("Tags", Kind::LiteralMap),
    optional("PropagateTags", Kind::LiteralBool),
];

const VPC: &[Property] = &[
    required("SubnetIds", Kind::LiteralList),
    required("SecurityGroupIds", Kind::LiteralList),
    required("NetworkProtocol", Kind::StringOrMap),
];

static CONNECTOR: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("Configuration.VpcEgressConfiguration", "VpcConfig"),
        ("Configuration.VpcEgressConfiguration.AssociatedComputeResourceTypes", "ComputeTypes"),
        ("OperatorRole", "OperatorRole"),
    ],
};

static GENERATED: Words = Words { rows: &[] };

/// What may use a connector; the first is the default.
const COMPUTE_TYPES: [&str; 2] = ["MicroVm", "WebFunction"];

/// Lowers a network connector.
pub(crate) fn lower(
    connector: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    check(connector, PROPERTIES)?;
    let properties = &connector.properties;
    let origin = connector.origin();
    check_compute_types(connector)?;
    if let Some(vpc) = given(properties, "VpcConfig") {
        check_at(vpc, VPC, &connector.id, vpc.origin.place)?;
        if let Some(protocol) = vpc.get("NetworkProtocol").filter(|protocol| !protocol.is_object())
            && !matches!(protocol.as_str(), Some("IPv4" | "DualStack"))
        {
            let message = "the `NetworkProtocol` of its `VpcConfig` is neither `IPv4` nor `DualStack`";
            return Err(connector.error(message, protocol.origin.place));
        }
    }
    let mut out = CONNECTOR.lower(properties, &origin);
    if given(properties, "ComputeTypes").is_none() {
        let types = Expr::list(vec![Expr::string(COMPUTE_TYPES[0], &origin)], &origin);
        let path = "Configuration.VpcEgressConfiguration.AssociatedComputeResourceTypes";
        crate::words::set_path(&mut out, path, types);
    }
    if set(properties, "Name").is_none() {
        out.remove("Name");
    }
    let written = given(properties, "Tags");
    out.set("Tags", tags_with_sam(written, &origin));
    if set(properties, "OperatorRole").is_none() {
        let policy = managed_policies::arn("AWSLambdaNetworkConnectorOperatorPolicy", context, &origin);
        let propagated = written.filter(|_| set(properties, "PropagateTags").is_some());
        let role = Expr::object(&origin)
            .with("AssumeRolePolicyDocument", role::trust("lambda.amazonaws.com", &origin))
            .with("ManagedPolicyArns", Expr::list(vec![policy], &origin))
            .with("Tags", tags_with_sam(propagated, &origin));
        let id = format_smolstr!("{}OperatorRole", connector.id);
        let role = Piece::new(id, "AWS::IAM::Role", role, &GENERATED);
        out.set("OperatorRole", role.arn(&origin));
        role.add(connector, output);
    }
    output.add_main(connector.id.clone(), "AWS::Lambda::NetworkConnector", out, connector, &CONNECTOR);
    Ok(())
}

/// The tags written, and SAM's own, which nobody can take over.
pub(crate) fn tags_with_sam(written: Option<&Expr>, origin: &stockade_model::Origin) -> Expr {
    let all = written.cloned().unwrap_or_else(|| Expr::object(origin));
    tags::list_of(&all.with("lambda:createdBy", Expr::string("SAM", origin)))
}

fn check_compute_types(connector: &SamResource) -> Result<(), SamError> {
    let Some(types) = given(&connector.properties, "ComputeTypes") else { return Ok(()) };
    let [one] = types.items() else {
        return Err(connector.error("its `ComputeTypes` do not hold exactly one type", types.origin.place));
    };
    match one.as_str() {
        Some(name) if !COMPUTE_TYPES.contains(&name) => {
            let message = format!("its `ComputeTypes` hold none of {}", COMPUTE_TYPES.join(", "));
            Err(connector.error(message, one.origin.place))
        }
        _ => Ok(()),
    }
}
