//! Amazon VPC: networks, subnets, routes, gateways, endpoints, flow logs.

use super::lower::{Built, field, given, itself, written};
use super::row::{Part, Row, TAGS, Target, Word, block, blocks, json, same};
use crate::{ResourceInstance, Value};
use stockade_model::Kind;

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_vpc",
        target: Target::Resource("AWS::EC2::VPC"),
        words: &[
            same("cidr_block", "CidrBlock"),
            same("enable_dns_hostnames", "EnableDnsHostnames").or("false"),
            same("enable_dns_support", "EnableDnsSupport").or("true"),
            same("instance_tenancy", "InstanceTenancy").or("default"),
            same("ipv4_ipam_pool_id", "Ipv4IpamPoolId"),
            same("ipv4_netmask_length", "Ipv4NetmaskLength"),
            TAGS,
        ],
        attributes: &[
            ("id", "Ref"),
            ("default_security_group_id", "DefaultSecurityGroup"),
            ("default_network_acl_id", "DefaultNetworkAcl"),
            ("cidr_block", "CidrBlock"),
        ],
        finish: None,
    },
    Row {
        source: "aws_subnet",
        target: Target::Resource("AWS::EC2::Subnet"),
        words: &[
            same("assign_ipv6_address_on_creation", "AssignIpv6AddressOnCreation").or("false"),
            same("availability_zone", "AvailabilityZone"),
            same("availability_zone_id", "AvailabilityZoneId"),
            same("cidr_block", "CidrBlock"),
            same("enable_dns64", "EnableDns64"),
            same("enable_lni_at_device_index", "EnableLniAtDeviceIndex"),
            same("ipv4_ipam_pool_id", "Ipv4IpamPoolId"),
            same("ipv4_netmask_length", "Ipv4NetmaskLength"),
            same("ipv6_cidr_block", "Ipv6CidrBlock"),
            same("ipv6_ipam_pool_id", "Ipv6IpamPoolId"),
            same("ipv6_native", "Ipv6Native"),
            same("ipv6_netmask_length", "Ipv6NetmaskLength"),
            same("map_public_ip_on_launch", "MapPublicIpOnLaunch").or("false"),
            same("outpost_arn", "OutpostArn"),
            TAGS,
            same("vpc_id", "VpcId"),
        ],
        attributes: &[("id", "Ref"), ("availability_zone", "AvailabilityZone"), ("cidr_block", "CidrBlock")],
        finish: None,
    },
    Row {
        source: "aws_route_table",
        target: Target::Resource("AWS::EC2::RouteTable"),
        words: &[TAGS, same("vpc_id", "VpcId")],
        attributes: &[("id", "Ref")],
        finish: Some(routes),
    },
    Row {
        source: "aws_default_route_table",
        target: Target::Resource("AWS::EC2::RouteTable"),
        words: &[TAGS],
        attributes: &[("id", "Ref")],
        finish: Some(routes),
    },
    Row {
        source: "aws_route",
        target: Target::Resource("AWS::EC2::Route"),
        words: &[
            same("carrier_gateway_id", "CarrierGatewayId"),
            same("core_network_arn", "CoreNetworkArn"),
            same("destination_cidr_block", "DestinationCidrBlock"),
            same("destination_ipv6_cidr_block", "DestinationIpv6CidrBlock"),
            same("destination_prefix_list_id", "DestinationPrefixListId"),
            same("egress_only_gateway_id", "EgressOnlyInternetGatewayId"),
            same("gateway_id", "GatewayId"),
            same("local_gateway_id", "LocalGatewayId"),
            same("nat_gateway_id", "NatGatewayId"),
            same("network_interface_id", "NetworkInterfaceId"),
            same("odb_network_arn", "OdbNetworkArn"),
            same("route_table_id", "RouteTableId"),
            same("transit_gateway_id", "TransitGatewayId"),
            same("vpc_endpoint_id", "VpcEndpointId"),
            same("vpc_peering_connection_id", "VpcPeeringConnectionId"),
        ],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_route_table_association",
        target: Target::Resource("AWS::EC2::SubnetRouteTableAssociation"),
        words: &[same("route_table_id", "RouteTableId"), same("subnet_id", "SubnetId")],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_nat_gateway",
        target: Target::Resource("AWS::EC2::NatGateway"),
        words: &[
            same("allocation_id", "AllocationId"),
            same("availability_mode", "AvailabilityMode"),
            same("connectivity_type", "ConnectivityType").or("public"),
            same("private_ip", "PrivateIpAddress"),
            same("secondary_allocation_ids", "SecondaryAllocationIds"),
            same("secondary_private_ip_address_count", "SecondaryPrivateIpAddressCount"),
            same("secondary_private_ip_addresses", "SecondaryPrivateIpAddresses"),
            same("subnet_id", "SubnetId"),
            TAGS,
            same("vpc_id", "VpcId"),
            blocks(
                "availability_zone_address",
                "AvailabilityZoneAddresses",
                &[
                    same("allocation_ids", "AllocationIds"),
                    same("availability_zone", "AvailabilityZone"),
                    same("availability_zone_id", "AvailabilityZoneId"),
                ],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_internet_gateway",
        target: Target::Resource("AWS::EC2::InternetGateway"),
        words: &[TAGS],
        attributes: &[("id", "Ref")],
        finish: Some(attachment),
    },
    Row {
        source: "aws_internet_gateway_attachment",
        target: Target::Resource("AWS::EC2::VPCGatewayAttachment"),
        words: &[same("internet_gateway_id", "InternetGatewayId"), same("vpc_id", "VpcId")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_egress_only_internet_gateway",
        target: Target::Resource("AWS::EC2::EgressOnlyInternetGateway"),
        words: &[TAGS, same("vpc_id", "VpcId")],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpc_endpoint",
        target: Target::Resource("AWS::EC2::VPCEndpoint"),
        words: &[
            same("ip_address_type", "IpAddressType"),
            json("policy", "PolicyDocument"),
            same("private_dns_enabled", "PrivateDnsEnabled").or("false"),
            same("resource_configuration_arn", "ResourceConfigurationArn"),
            same("route_table_ids", "RouteTableIds"),
            same("security_group_ids", "SecurityGroupIds"),
            same("service_name", "ServiceName"),
            same("service_network_arn", "ServiceNetworkArn"),
            same("service_region", "ServiceRegion"),
            same("subnet_ids", "SubnetIds"),
            TAGS,
            same("vpc_endpoint_type", "VpcEndpointType").or("Gateway"),
            same("vpc_id", "VpcId"),
            block(
                "dns_options",
                "DnsOptions",
                &[
                    same("dns_record_ip_type", "DnsRecordIpType"),
                    same(
                        "private_dns_only_for_inbound_resolver_endpoint",
                        "PrivateDnsOnlyForInboundResolverEndpoint",
                    ),
                    same("private_dns_preference", "PrivateDnsPreference"),
                    same("private_dns_specified_domains", "PrivateDnsSpecifiedDomains"),
                ],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_vpc_endpoint_policy",
        target: Target::Part(&Part {
            owners: &["aws_vpc_endpoint"],
            by: "vpc_endpoint_id",
            at: "",
            list: false,
        }),
        words: &[json("policy", "PolicyDocument")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_vpc_endpoint_route_table_association",
        target: Target::Part(&Part {
            owners: &["aws_vpc_endpoint"],
            by: "vpc_endpoint_id",
            at: "RouteTableIds",
            list: true,
        }),
        words: &[same("route_table_id", "")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_vpc_endpoint_subnet_association",
        target: Target::Part(&Part {
            owners: &["aws_vpc_endpoint"],
            by: "vpc_endpoint_id",
            at: "SubnetIds",
            list: true,
        }),
        words: &[same("subnet_id", "")],
        attributes: &[],
        finish: None,
    },
    Row {
        source: "aws_flow_log",
        target: Target::Resource("AWS::EC2::FlowLog"),
        words: &[
            same("deliver_cross_account_role", "DeliverCrossAccountRole"),
            same("iam_role_arn", "DeliverLogsPermissionArn"),
            same("log_destination", "LogDestination"),
            same("log_destination_type", "LogDestinationType").or("cloud-watch-logs"),
            same("log_format", "LogFormat"),
            same("max_aggregation_interval", "MaxAggregationInterval").or("600"),
            TAGS,
            same("traffic_type", "TrafficType"),
            block(
                "destination_options",
                "DestinationOptions",
                &[
                    same("file_format", "FileFormat"),
                    same("hive_compatible_partitions", "HiveCompatiblePartitions"),
                    same("per_hour_partition", "PerHourPartition"),
                ],
            ),
        ],
        attributes: &[("id", "Ref")],
        finish: Some(flow_log_subject),
    },
    Row {
        source: "aws_vpc_block_public_access_options",
        target: Target::Resource("AWS::EC2::VPCBlockPublicAccessOptions"),
        words: &[same("internet_gateway_block_mode", "InternetGatewayBlockMode")],
        attributes: &[],
        finish: None,
    },
];

/// A route that the table itself says. A target that it does not have may be written as an empty string.
const ROUTE: &[Word] = &[
    same("cidr_block", "DestinationCidrBlock").unless(""),
    same("ipv6_cidr_block", "DestinationIpv6CidrBlock").unless(""),
    same("destination_prefix_list_id", "DestinationPrefixListId").unless(""),
    same("carrier_gateway_id", "CarrierGatewayId").unless(""),
    same("core_network_arn", "CoreNetworkArn").unless(""),
    same("egress_only_gateway_id", "EgressOnlyInternetGatewayId").unless(""),
    same("gateway_id", "GatewayId").unless(""),
    same("local_gateway_id", "LocalGatewayId").unless(""),
    same("nat_gateway_id", "NatGatewayId").unless(""),
    same("network_interface_id", "NetworkInterfaceId").unless(""),
    same("transit_gateway_id", "TransitGatewayId").unless(""),
    same("vpc_endpoint_id", "VpcEndpointId").unless(""),
    same("vpc_peering_connection_id", "VpcPeeringConnectionId").unless(""),
];

/// Routes that the table itself says, each a resource of its own in CloudFormation.
fn routes(instance: &ResourceInstance, built: &mut Built) {
    let routes = given(&instance.value, "route");
    for route in routes.map(Value::blocks).unwrap_or_default() {
        let Kind::Object(route) = Built::of_block(ROUTE, route).kind else { continue };
        let mut fields = route.fields;
        fields.push(field("RouteTableId", itself(instance, "id")));
        built.add("/route", "AWS::EC2::Route", fields);
    }
}

/// The network that the gateway itself names.
fn attachment(instance: &ResourceInstance, built: &mut Built) {
    let Some(network) = given(&instance.value, "vpc_id") else { return };
    let fields = vec![field("InternetGatewayId", itself(instance, "id")), field("VpcId", network.to_model())];
    built.add("/attachment", "AWS::EC2::VPCGatewayAttachment", fields);
}

/// What a flow log records, which is one of several arguments.
fn flow_log_subject(instance: &ResourceInstance, built: &mut Built) {
    let subjects = [
        ("vpc_id", "VPC"),
        ("subnet_id", "Subnet"),
        ("eni_id", "NetworkInterface"),
        ("transit_gateway_id", "TransitGateway"),
        ("transit_gateway_attachment_id", "TransitGatewayAttachment"),
        ("regional_nat_gateway_id", "RegionalNatGateway"),
    ];
    for (argument, kind) in subjects {
        if let Some(subject) = given(&instance.value, argument) {
            built.set("ResourceId", subject.to_model());
            built.set("ResourceType", written(kind, &subject.origin));
            return;
        }
    }
}
