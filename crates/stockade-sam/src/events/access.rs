//! What a function needs to read brokers and clusters that ask for credentials, and schema registries
//! (AWS Lambda developer guide, "Using Lambda with self-managed Apache Kafka", "Amazon MQ", "Amazon DocumentDB").

use super::emit::{allow, policy, texts};
use super::{Event, Target};
use crate::{Context, SamError};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::{Origin, Place};

/// What Lambda does to reach into a VPC.
const NETWORK_ACTIONS: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

/// What an entry of a self-managed Kafka cluster's `SourceAccessConfigurations` is.
enum KafkaAccess {
    Subnet,
    SecurityGroup,
    /// How Lambda proves who it is, with a secret.
    Secret,
    /// How it does without one.
    Role,
    Certificate,
    /// Something that is not secret.
    Setting,
}

/// The types of `SourceAccessConfigurations` of a self-managed Kafka cluster.
const KAFKA_ACCESS: &[(&str, KafkaAccess)] = &[
    ("VPC_SUBNET", KafkaAccess::Subnet),
    ("VPC_SECURITY_GROUP", KafkaAccess::SecurityGroup),
    ("SASL_SCRAM_256_AUTH", KafkaAccess::Secret),
    ("SASL_SCRAM_512_AUTH", KafkaAccess::Secret),
    ("BASIC_AUTH", KafkaAccess::Secret),
    ("CLIENT_CERTIFICATE_TLS_AUTH", KafkaAccess::Secret),
    ("OAUTHBEARER_AUTH", KafkaAccess::Secret),
    ("IAM_AUTH", KafkaAccess::Role),
    ("IAM_OAUTHBEARER_AUTH", KafkaAccess::Role),
    ("SERVER_ROOT_CA_CERTIFICATE", KafkaAccess::Certificate),
    ("OAUTHBEARER_SCOPE", KafkaAccess::Setting),
    ("OAUTHBEARER_AUDIENCE", KafkaAccess::Setting),
    ("OAUTHBEARER_LOGICAL_CLUSTER", KafkaAccess::Setting),
    ("OAUTHBEARER_IDENTITY_POOL", KafkaAccess::Setting),
];

/// The inline policy that a source asks for, if any.
pub(super) fn policy_of(event: &Event, target: &Target, context: &Context) -> Result<Option<Expr>, SamError> {
    let access = Access { event, target, context };
    match event.type_name.as_str() {
        "MSK" => access.managed_kafka(),
        "SelfManagedKafka" => access.self_managed_kafka(),
        "MQ" => access.broker().map(Some),
        "DocumentDB" => access.cluster().map(Some),
        _ => Ok(None),
    }
}

struct Access<'a> {
    event: &'a Event,
    target: &'a Target<'a>,
    context: &'a Context<'a>,
}

impl Access<'_> {
    fn reject<T>(&self, message: impl AsRef<str>, place: Place) -> Result<T, SamError> {
        Err(self.event.error(self.target, message, place))
    }

    fn managed_kafka(&self) -> Result<Option<Expr>, SamError> {
        let mut statements = self.registry()?;
        for entry in self.event.get("SourceAccessConfigurations").map(Expr::items).unwrap_or_default() {
            let certificate = entry.get("Type").and_then(Expr::as_str) == Some("CLIENT_CERTIFICATE_TLS_AUTH");
            if let Some(uri) = entry.get("URI").filter(|uri| certificate && super::properties::is_filled(uri)) {
                statements.push(read_secret(uri));
            }
        }
        let origin = self.event.origin();
        Ok((!statements.is_empty()).then(|| policy("MSKExecutionRolePolicy", statements, &origin)))
    }

    fn self_managed_kafka(&self) -> Result<Option<Expr>, SamError> {
        let event = self.event;
        for name in ["KafkaBootstrapServers", "Topics", "SourceAccessConfigurations"] {
            if event.filled(name).is_none() {
                return self.reject(format!("`{name}` is missing"), event.id_at);
            }
        }
        if let Some(topics) = event.get("Topics").filter(|topics| topics.items().len() > 1) {
            return self.reject("`Topics` of a self-managed Kafka cluster takes one topic", topics.origin.place);
        }
        let mut statements = self.kafka_access()?;
        statements.extend(self.decrypt(true)?);
        statements.extend(self.registry()?);
        if statements.is_empty() {
            return Ok(None);
        }
        let origin = event.origin();
        let mut policy = policy("SelfManagedKafkaExecutionRolePolicy", statements, &origin);
        if let Some(document) = policy.get_mut("PolicyDocument") {
            document.set("Version", Expr::string("2012-10-17", &origin));
        }
        Ok(Some(policy))
    }

    /// What the entries of `SourceAccessConfigurations` of a self-managed Kafka cluster need.
    fn kafka_access(&self) -> Result<Vec<Expr>, SamError> {
        let Some(list) = self.event.get("SourceAccessConfigurations") else { return Ok(Vec::new()) };
        if !list.is_list() {
            return self.reject("`SourceAccessConfigurations` must be a list", list.origin.place);
        }
        let (mut secret, mut certificate, mut authenticated) = (None, None, false);
        let (mut subnet, mut group) = (false, false);
        for entry in list.items() {
            let place = entry.origin.place;
            let name = entry.get("Type").and_then(Expr::as_str).unwrap_or_default();
            let Some((_, kind)) = KAFKA_ACCESS.iter().find(|(known, _)| *known == name) else {
                return self.reject(format!("access of type `{name}` is not for a self-managed Kafka cluster"), place);
            };
            if matches!(kind, KafkaAccess::Secret | KafkaAccess::Role)
                && std::mem::replace(&mut authenticated, true)
            {
                return self.reject("`SourceAccessConfigurations` takes one way to authenticate", place);
            }
            if matches!(kind, KafkaAccess::Role) {
                continue;
            }
            let Some(uri) = entry.get("URI").filter(|uri| super::properties::is_filled(uri)) else {
                return self.reject(format!("access of type `{name}` has no `URI`"), place);
            };
            if uri.as_str().is_none() && uri.intrinsic().is_none() {
                return self.reject(format!("`URI` of access of type `{name}` must be a text"), uri.origin.place);
            }
            match kind {
                KafkaAccess::Subnet => subnet = true,
                KafkaAccess::SecurityGroup => group = true,
                KafkaAccess::Secret => secret = Some(uri),
                KafkaAccess::Certificate => certificate = Some(uri),
                KafkaAccess::Role | KafkaAccess::Setting => {}
            }
        }
        if subnet != group {
            let message = "`VPC_SUBNET` and `VPC_SECURITY_GROUP` must both be there";
            return self.reject(message, list.origin.place);
        }
        let mut statements: Vec<Expr> = secret.into_iter().chain(certificate).map(read_secret).collect();
        if subnet {
            statements.push(use_network(&list.origin));
        }
        Ok(statements)
    }

    fn broker(&self) -> Result<Expr, SamError> {
        let event = self.event;
        let mut statements = vec![read_secret(self.credentials(&["BASIC_AUTH", "VIRTUAL_HOST"])?)];
        if let Some(broker) = event.get("Broker") {
            statements.push(allow(texts(&["mq:DescribeBroker"], &broker.origin), broker.clone(), &broker.origin));
        }
        statements.extend(self.decrypt(false)?);
        let name = match event.filled("DynamicPolicyName") {
            Some(_) => format_smolstr!("{}AMQPolicy", event.logical_id(self.target)),
            None => SmolStr::new_static("SamAutoGeneratedAMQPolicy"),
        };
        Ok(policy(name, statements, &event.origin()))
    }

    fn cluster(&self) -> Result<Expr, SamError> {
        let event = self.event;
        let mut statements = vec![read_secret(self.credentials(&["BASIC_AUTH"])?)];
        if let Some(cluster) = event.get("Cluster") {
            let origin = &cluster.origin;
            let arn = |kind: &str| {
                Expr::sub(format!("arn:${{AWS::Partition}}:rds:${{AWS::Region}}:${{AWS::AccountId}}:{kind}:*"), origin)
            };
            for (action, resource) in [
                ("rds:DescribeDBClusterParameters", arn("cluster-pg")),
                ("rds:DescribeDBSubnetGroups", arn("subgrp")),
                ("rds:DescribeDBClusters", cluster.clone()),
            ] {
                statements.push(allow(texts(&[action], origin), resource, origin));
            }
            statements.push(use_network(origin));
        }
        statements.extend(self.decrypt(true)?);
        Ok(policy("SamAutoGeneratedDocumentDBPolicy", statements, &event.origin()))
    }

    /// The secret of the one entry of type `BASIC_AUTH`; other entries must be of these types.
    fn credentials(&self, types: &[&str]) -> Result<&Expr, SamError> {
        let event = self.event;
        let Some(list) = event.filled("SourceAccessConfigurations") else {
            return self.reject("`SourceAccessConfigurations` is missing", event.id_at);
        };
        if !list.is_list() {
            return self.reject("`SourceAccessConfigurations` must be a list", list.origin.place);
        }
        let mut found = None;
        for entry in list.items() {
            let place = entry.origin.place;
            let name = entry.get("Type").and_then(Expr::as_str).unwrap_or_default();
            if !types.contains(&name) {
                let message = format!("access of type `{name}` is not for events of type `{}`", event.type_name);
                return self.reject(message, place);
            }
            if name != "BASIC_AUTH" {
                continue;
            }
            if found.is_some() {
                return self.reject("access of type `BASIC_AUTH` is there twice", place);
            }
            match entry.get("URI").filter(|uri| super::properties::is_filled(uri)) {
                Some(uri) => found = Some(uri),
                None => return self.reject("access of type `BASIC_AUTH` has no `URI`", place),
            }
        }
        match found {
            Some(uri) => Ok(uri),
            None => self.reject("access of type `BASIC_AUTH` is missing", list.origin.place),
        }
    }

    /// Lets the function decrypt with the key of its secrets, if `SecretsManagerKmsKeyId` names one.
    fn decrypt(&self, listed: bool) -> Result<Option<Expr>, SamError> {
        let Some(key) = self.event.filled("SecretsManagerKmsKeyId") else { return Ok(None) };
        let Some(id) = key.as_str() else {
            return self.reject("`SecretsManagerKmsKeyId` must be a text", key.origin.place);
        };
        let origin = &key.origin;
        let arn = format!("arn:${{AWS::Partition}}:kms:${{AWS::Region}}:${{AWS::AccountId}}:key/{id}");
        let action =
            if listed { texts(&["kms:Decrypt"], origin) } else { Expr::string("kms:Decrypt", origin) };
        Ok(Some(allow(action, Expr::sub(arn, origin), origin)))
    }

    /// What `SchemaRegistryConfig` needs: the secrets of its `AccessConfigs`, and a registry of AWS Glue.
    fn registry(&self) -> Result<Vec<Expr>, SamError> {
        let Some(config) = self.event.filled("SchemaRegistryConfig") else { return Ok(Vec::new()) };
        let place = config.origin.place;
        for name in ["SchemaRegistryURI", "EventRecordFormat", "SchemaValidationConfigs"] {
            if config.get(name).is_none() {
                return self.reject(format!("`SchemaRegistryConfig` has no `{name}`"), place);
            }
        }
        if !matches!(config.get("EventRecordFormat").and_then(Expr::as_str), Some("JSON" | "SOURCE")) {
            return self.reject("`EventRecordFormat` must be `JSON` or `SOURCE`", place);
        }
        if !config.get("SchemaValidationConfigs").is_some_and(Expr::is_list) {
            return self.reject("`SchemaValidationConfigs` must be a list", place);
        }
        let mut statements = Vec::new();
        if let Some(access) = config.get("AccessConfigs").filter(|access| super::properties::is_filled(access)) {
            if !access.is_list() {
                return self.reject("`AccessConfigs` must be a list", access.origin.place);
            }
            for entry in access.items() {
                match (entry.get("Type"), entry.get("URI")) {
                    (Some(_), Some(uri)) => statements.push(read_secret(uri)),
                    _ => {
                        return self.reject("`AccessConfigs` need `Type` and `URI` each", entry.origin.place);
                    }
                }
            }
        }
        if let Some(uri) = config.get("SchemaRegistryURI")
            && let Some(name) = self.registry_name(uri)
        {
            let origin = &uri.origin;
            statements.push(allow(texts(&["glue:GetRegistry"], origin), uri.clone(), origin));
            let schemas = format!("arn:${{AWS::Partition}}:glue:${{AWS::Region}}:${{AWS::AccountId}}:schema/{name}/*");
            let schemas = Expr::list(vec![Expr::sub(schemas, origin)], origin);
            statements.push(allow(texts(&["glue:GetSchemaVersion"], origin), schemas, origin));
        }
        Ok(statements)
    }

    /// The name of the registry of AWS Glue that an ARN names, if it does.
    fn registry_name(&self, uri: &Expr) -> Option<SmolStr> {
        let arn = match uri.intrinsic() {
            Some(("Fn::Sub", text)) => self.substituted(text.as_str()?),
            Some(("Ref", name)) => (self.context.parameter)(name.as_str()?)?.to_string(),
            Some(_) => return None,
            None => uri.as_str()?.to_owned(),
        };
        let registry = arn.split(':').nth(5)?;
        (arn.starts_with("arn")).then(|| registry.strip_prefix("registry/").map(SmolStr::new)).flatten()
    }

    /// A text with the parameters that are known put in for their `${…}`.
    fn substituted(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            rest = after;
            let known = after.split_once('}').and_then(|(name, after)| {
                let value = match name {
                    "AWS::Region" => Some(SmolStr::new(self.context.region)),
                    "AWS::Partition" => Some(SmolStr::new(self.context.partition)),
                    _ => (self.context.parameter)(name),
                };
                value.map(|value| (value, after))
            });
            match known {
                Some((value, after)) => {
                    out.push_str(&value);
                    rest = after;
                }
                None => out.push_str("${"),
            }
        }
        out.push_str(rest);
        out
    }
}

fn read_secret(secret: &Expr) -> Expr {
    allow(texts(&["secretsmanager:GetSecretValue"], &secret.origin), secret.clone(), &secret.origin)
}

fn use_network(origin: &Origin) -> Expr {
    allow(texts(&NETWORK_ACTIONS, origin), Expr::string("*", origin), origin)
}
