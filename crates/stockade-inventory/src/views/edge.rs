//! Functions that CloudFront runs at its edges (Lambda@Edge).

use crate::{Function, Inventory, Node};

impl Inventory {
    /// Whether a distribution of the deployment certainly runs a function at its edges: one of its cache behaviors
    /// names a version of it in `LambdaFunctionAssociations`.
    #[must_use]
    pub fn runs_at_edge(&self, function: Node) -> bool {
        self.of_type("AWS::CloudFront::Distribution").any(|(_, distribution)| {
            let config = distribution.properties.get("DistributionConfig");
            let default = config.get("DefaultCacheBehavior");
            let behaviors = config.get("CacheBehaviors");
            std::iter::once(default.as_ref()).chain(behaviors.items()).any(|behavior| {
                let associations = behavior.get("LambdaFunctionAssociations");
                associations.items().iter().any(|association| {
                    Function::named_by(self, &association.get("LambdaFunctionARN"))
                        .is_ok_and(|named| named.node() == function)
                })
            })
        })
    }
}
