//! What the mutators of RL-01 and RL-02 have in common: where the failed events of a function go.

use stockade_inventory::{Function, Inventory};
use stockade_model::Resource;

/// The configurations of a function's asynchronous invocations.
pub fn configs<'a>(inventory: &'a Inventory, function: &Resource) -> Vec<&'a Resource> {
    let of_it = |config: &&Resource| {
        let named = Function::named_by(inventory, &config.properties.get("FunctionName"));
        named.is_ok_and(|named| named.resource().id == function.id)
    };
    let all = inventory.of_type("AWS::Lambda::EventInvokeConfig").map(|(_, config)| config);
    all.filter(of_it).collect()
}

/// Destinations do not serve durable functions, dead-letter queues do.
pub fn is_durable(function: &Resource) -> bool {
    !function.properties.get("DurableConfig").is_absent()
}
