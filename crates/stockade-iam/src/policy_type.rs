//! The types of policies.

/// What a policy is attached to, and so what it can say and what it bounds (IAM User Guide, "Policies and permissions
/// in AWS Identity and Access Management").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyType {
    /// On a user, group or role: grants to it.
    Identity,
    /// On a resource: grants to the principals that it names.
    Resource,
    /// On a role: says who may assume it.
    Trust,
    /// A permissions boundary: the most that identity policies can grant. It has the grammar of an identity policy.
    Boundary,
    /// A service control policy of AWS Organizations: the most that the principals of an account can do.
    ServiceControl,
    /// A resource control policy of AWS Organizations: the most that can be done to the resources of an account.
    ResourceControl,
    /// Passed when a session is made: the most that the session can do.
    Session,
    /// On a VPC endpoint: the most that can be done through it.
    Endpoint,
}

impl PolicyType {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Resource,
        Self::Trust,
        Self::Boundary,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::Session,
        Self::Endpoint,
    ];

    /// The type's name in queries and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Trust => "trust",
            Self::Boundary => "boundary",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::Session => "session",
            Self::Endpoint => "endpoint",
        }
    }

    /// Whether its statements name principals.
    #[must_use]
    pub fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::ResourceControl | Self::Endpoint)
    }

    /// Whether its statements name resources: all but a trust policy, which stands on the one that it is about.
    #[must_use]
    pub fn names_resources(self) -> bool {
        self != Self::Trust
    }
}

impl std::str::FromStr for PolicyType {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|policy_type| policy_type.name() == word).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
            format!("`{word}` is no type of policy: it is one of {}", names.join(", "))
        })
    }
}
