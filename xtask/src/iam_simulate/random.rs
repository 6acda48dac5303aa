//! Random requests and policies that the oracle takes: it validates actions, resources and context keys.

use serde_json::{Map, Value as Json, json};

/// SplitMix64: the same seed gives the same requests everywhere.
pub struct Generator {
    state: u64,
}

/// Actions with a resource that they can be about.
const ACTIONS: [(&str, &str); 12] = [
    ("s3:GetObject", "arn:aws:s3:::bucket-a/team/file.txt"),
    ("s3:PutObject", "arn:aws:s3:::bucket-b/alice/x:y"),
    ("s3:ListBucket", "arn:aws:s3:::bucket-a"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111111111111:queue-a"),
    ("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:111111111111:queue-b"),
    ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111111111111:function:fn-a"),
    ("lambda:GetFunction", "arn:aws:lambda:us-east-1:111111111111:function:fn-b"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:111111111111:table/orders"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"),
    ("sns:Publish", "arn:aws:sns:us-east-1:111111111111:topic-a"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("sts:AssumeRole", "arn:aws:iam::111111111111:role/target"),
];

const ACTION_PATTERNS: [&str; 14] = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:*Object",
    "sqs:*Message",
    "sqs:SendMessage",
    "lambda:*",
    "lambda:Invoke*",
    "dynamodb:Get?tem",
    "secretsmanager:*",
    "sns:Publish",
    "kms:*",
    "sts:AssumeRole",
];

const RESOURCE_PATTERNS: [&str; 18] = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::bucket-a/*",
    "arn:aws:s3:::bucket-?/team/*",
    "arn:aws:s3:::bucket-b/${aws:username}/*",
    "arn:aws:s3:::bucket-a",
    "arn:aws:s3:::bucket-*/*",
    "arn:aws:sqs:*:111111111111:queue-a",
    "arn:aws:sqs:us-east-1:*:*",
    "arn:aws:sqs:eu-*:111111111111:queue-?",
    "arn:aws:lambda:*:*:function:fn-a",
    "arn:aws:lambda:us-east-1:111111111111:function:*",
    "arn:aws:dynamodb:us-east-1:111111111111:table/*",
    "arn:aws:secretsmanager:*:111111111111:secret:db-*",
    "arn:aws:sns:us-east-1:111111111111:topic-a",
    "arn:aws:kms:us-east-1:111111111111:key/*",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::111111111111:role/target",
];

const PRINCIPALS: [&str; 6] = [
    "arn:aws:iam::111111111111:user/alice",
    "arn:aws:iam::111111111111:role/worker",
    "arn:aws:sts::111111111111:assumed-role/worker/session",
    "arn:aws:iam::222222222222:user/bob",
    "arn:aws:sts::222222222222:assumed-role/visitor/s",
    "arn:aws:iam::222222222222:role/visitor",
];

/// Keys with values of requests and of policies, by the type of the key.
type Key = (&'static str, &'static [&'static str], &'static [&'static str]);

const TEXTS: &[Key] = &[
    ("aws:PrincipalOrgID", &["o-aaaa", "o-bbbb"], &["o-aaaa", "o-*", "O-AAAA", "o-???b"]),
    ("aws:PrincipalTag/team", &["red", "Blue", ""], &["red", "blue", "r*", "${aws:username}", "?ed"]),
    ("aws:RequestedRegion", &["us-east-1", "eu-west-1"], &["us-east-1", "eu-*", "us-*-1"]),
    ("aws:SourceVpce", &["vpce-1", "vpce-2"], &["vpce-1", "vpce-*"]),
];
const SETS: &[Key] = &[("aws:TagKeys", &["cost", "team", "owner", "x"], &["cost", "team", "o*", "owner"])];
const NUMBERS: &[Key] = &[("aws:MultiFactorAuthAge", &["0", "300", "3600"], &["300", "3600", "10.5"])];
const DATES: &[Key] = &[(
    "aws:CurrentTime",
    &["2024-01-01T00:00:00Z", "2025-06-01T12:30:00Z"],
    &["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
)];
const BOOLS: &[Key] = &[
    ("aws:SecureTransport", &["true", "false"], &["true", "false"]),
    ("aws:MultiFactorAuthPresent", &["true", "false"], &["true", "false"]),
];
const ADDRESSES: &[Key] = &[(
    "aws:SourceIp",
    &["10.1.2.3", "192.0.2.77", "2001:db8::1"],
    &["10.0.0.0/8", "192.0.2.0/24", "192.0.2.77/32", "2001:db8::/32"],
)];
const ARNS: &[Key] = &[(
    "aws:SourceArn",
    &["arn:aws:sns:us-east-1:111111111111:topic-a", "arn:aws:s3:::bucket-a"],
    &["arn:aws:sns:us-east-1:111111111111:topic-a", "arn:aws:sns:*:*:topic-*", "arn:aws:s3:::*"],
)];

/// Operators with the keys that take them.
const OPERATORS: &[(&str, &[Key])] = &[
    ("StringEquals", TEXTS),
    ("StringNotEquals", TEXTS),
    ("StringEqualsIgnoreCase", TEXTS),
    ("StringNotEqualsIgnoreCase", TEXTS),
    ("StringLike", TEXTS),
    ("StringNotLike", TEXTS),
    ("NumericEquals", NUMBERS),
    ("NumericNotEquals", NUMBERS),
    ("NumericLessThan", NUMBERS),
    ("NumericLessThanEquals", NUMBERS),
    ("NumericGreaterThan", NUMBERS),
    ("NumericGreaterThanEquals", NUMBERS),
    ("DateEquals", DATES),
    ("DateNotEquals", DATES),
    ("DateLessThan", DATES),
    ("DateLessThanEquals", DATES),
    ("DateGreaterThan", DATES),
    ("DateGreaterThanEquals", DATES),
    ("Bool", BOOLS),
    ("IpAddress", ADDRESSES),
    ("NotIpAddress", ADDRESSES),
    ("ArnEquals", ARNS),
    ("ArnLike", ARNS),
    ("ArnNotEquals", ARNS),
    ("ArnNotLike", ARNS),
];
const SET_OPERATORS: [&str; 8] = [
    "ForAnyValue:StringEquals",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringLike",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotEquals",
    "ForAllValues:StringNotEquals",
    "ForAnyValue:StringNotLike",
    "ForAllValues:StringNotLike",
];

impl Generator {
    pub fn new(seed: u64, at: u64) -> Self {
        let mut generator = Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at };
        generator.next();
        generator
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// One of some items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// One to three of them.
    fn some(&mut self, items: &[&str]) -> Json {
        let count = 1 + self.below(3);
        match count {
            1 => json!(self.pick(items)),
            _ => (0..count).map(|_| json!(self.pick(items))).collect(),
        }
    }

    /// A request with some context.
    pub fn request(&mut self) -> Json {
        let (action, resource) = *self.pick(&ACTIONS);
        let principal = *self.pick(&PRINCIPALS);
        let mut context = Map::new();
        for (key, values, _) in [TEXTS, NUMBERS, DATES, BOOLS, ADDRESSES, ARNS].into_iter().flatten() {
            if self.chance(2) {
                context.insert((*key).into(), json!(self.pick(values)));
            }
        }
        for (key, values, _) in SETS {
            if self.chance(2) {
                let count = 1 + self.below(3);
                context.insert((*key).into(), (0..count).map(|_| json!(self.pick(values))).collect());
            }
        }
        // The oracle derives no key from the principal.
        context.insert("aws:PrincipalAccount".into(), json!(principal.split(':').nth(4)));
        context.insert("aws:ResourceAccount".into(), json!("111111111111"));
        if principal.contains(":user/") {
            context.insert("aws:username".into(), json!(principal.rsplit('/').next()));
        }
        json!({"principal": principal, "action": action, "resource": resource, "context": context})
    }

    /// A request on random policies of every type.
    pub fn query(&mut self, at: u64) -> Json {
        let request = self.request();
        let action = request["action"].as_str().unwrap_or_default().to_owned();
        let about = request["resource"].as_str().unwrap_or_default().to_owned();
        let list = |this: &mut Self, most: u64, least: u64| -> Json {
            let count = least + this.below(most - least + 1);
            (0..count).map(|_| this.policy(&action, &about, Kind::Identity)).collect()
        };
        let identity = list(self, 2, 0);
        let boundary = if self.chance(4) { list(self, 1, 1) } else { json!([]) };
        let session = json!([]);
        let scp: Json = if self.chance(4) {
            let count = 1 + self.below(2);
            (0..count).map(|_| json!([self.policy(&action, &about, Kind::Control)])).collect()
        } else {
            json!([])
        };
        let rcp: Json = if self.chance(6) {
            json!([[self.policy(&action, &about, Kind::ResourceControl)]])
        } else {
            json!([])
        };
        let trusted = action == "sts:AssumeRole" || action == "kms:Decrypt";
        let resource = if trusted || self.chance(2) {
            self.policy(
                &action,
                &about,
                if action == "sts:AssumeRole" { Kind::Trust } else { Kind::Resource },
            )
        } else {
            Json::Null
        };
        json!({
            "id": at.to_string(),
            "verb": "evaluate",
            "request": request,
            "policies": {
                "identity": identity, "resource": resource, "boundary": boundary, "scp": scp, "rcp": rcp,
                "session": session,
            },
            "resource_account": "111111111111",
        })
    }

    fn policy(&mut self, action: &str, about: &str, kind: Kind) -> Json {
        let count = 1 + self.below(3);
        let statements: Json = (0..count).map(|_| self.statement(action, about, kind)).collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    fn statement(&mut self, action: &str, about: &str, kind: Kind) -> Json {
        let deny = kind == Kind::ResourceControl || self.chance(4);
        let mut statement = json!({"Effect": if deny { "Deny" } else { "Allow" }});
        // Half of the patterns are drawn so that they match: random ones would rarely decide anything.
        let actions = if self.chance(2) { json!([action]) } else { self.some(&ACTION_PATTERNS) };
        let not_action = self.chance(6) && kind != Kind::ResourceControl && kind != Kind::Trust;
        statement[if not_action { "NotAction" } else { "Action" }] = match kind {
            Kind::Trust => json!("sts:AssumeRole"),
            Kind::ResourceControl => json!(["s3:*", "sqs:*", "kms:*", "secretsmanager:*", "sts:*"]),
            _ => actions,
        };
        if kind != Kind::Trust {
            let resources = match (self.chance(3), kind) {
                (true, Kind::Resource) => json!("*"),
                (true, _) => json!(about),
                _ => self.some(&RESOURCE_PATTERNS),
            };
            let not_resource = self.chance(8);
            statement[if not_resource { "NotResource" } else { "Resource" }] = resources;
        }
        if matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl) {
            statement["Principal"] =
                if kind == Kind::ResourceControl { json!("*") } else { self.principal() };
        }
        if self.chance(2) {
            statement["Condition"] = self.condition();
        }
        statement
    }

    fn principal(&mut self) -> Json {
        match self.below(6) {
            0 => json!("*"),
            1 => json!({"AWS": "*"}),
            2 => json!({"AWS": "arn:aws:iam::111111111111:root"}),
            3 => json!({"AWS": ["222222222222"]}),
            4 => json!({"Service": "lambda.amazonaws.com"}),
            _ => json!({"AWS": [*self.pick(&PRINCIPALS), *self.pick(&PRINCIPALS)]}),
        }
    }

    fn condition(&mut self) -> Json {
        let mut out = Map::new();
        for _ in 0..1 + self.below(2) {
            if self.chance(10) {
                out.insert("Null".into(), json!({self.pick(TEXTS).0: self.pick(&["true", "false"])}));
                continue;
            }
            let (operator, (key, _, values)) = if self.chance(5) {
                (*self.pick(&SET_OPERATORS), *self.pick(SETS))
            } else {
                let (operator, keys) = *self.pick(OPERATORS);
                (operator, *self.pick(keys))
            };
            let suffix = if self.chance(5) { "IfExists" } else { "" };
            out.insert(format!("{operator}{suffix}"), json!({key: self.some(values)}));
        }
        Json::Object(out)
    }
}

/// What a policy is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Identity,
    Control,
    ResourceControl,
    Resource,
    Trust,
}
