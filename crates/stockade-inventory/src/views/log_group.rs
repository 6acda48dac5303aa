//! The log group of a function.

use crate::{Function, Inventory, Target};
use std::borrow::Cow;
use stockade_model::{Kleene, Resource, Symbol, SymbolKind, Text, Value};

/// The log group that Lambda really uses for a function: the one that `LoggingConfig.LogGroup` names, else
/// `/aws/lambda/` and the function's name (Lambda developer guide, "Configuring CloudWatch log groups"), at the edge
/// `/aws/lambda/us-east-1.` and the function's name (CloudFront developer guide, "Edge function logs").
#[derive(Debug, Clone)]
pub struct LogGroupLink<'a> {
    /// `LoggingConfig.LogGroup`, absent if the group has the default name.
    pub setting: Cow<'a, Value>,
    /// What precedes the function's name in the name of the group that it has by default.
    pub prefix: &'static str,
    /// The group's name.
    pub name: Option<Text>,
    /// Groups of the deployment that certainly are it (several share a name only if they exclude each other).
    pub declared: Vec<&'a Resource>,
    /// Set if a group of the deployment, or one that is not known, may be it.
    pub possible: Option<Symbol>,
    /// Set if the group certainly lies outside the deployment.
    pub external: bool,
}

/// What precedes the function's name in the name of a log group.
const PREFIX: &str = "/aws/lambda/";

/// The same for a function at the edge: it is made in us-east-1, which stays part of the name in every region.
const EDGE_PREFIX: &str = "/aws/lambda/us-east-1.";

/// Log groups, and the CDK's custom resource that sets the retention of a group that Lambda makes.
const LOG_GROUP: [&str; 2] = ["AWS::Logs::LogGroup", "Custom::LogRetention"];

impl<'a> LogGroupLink<'a> {
    pub(crate) fn of(inventory: &'a Inventory, function: Function<'a>) -> Self {
        let setting = function.get("LoggingConfig.LogGroup");
        let prefix = if inventory.runs_at_edge(function.node()) { EDGE_PREFIX } else { PREFIX };
        let mut link =
            Self { setting, prefix, name: None, declared: Vec::new(), possible: None, external: false };
        if link.setting.is_absent() {
            link.find_by_default_name(inventory, function);
        } else {
            match inventory.resolve(&link.setting, &LOG_GROUP) {
                Target::Node(node) => link.declared.push(inventory.resource(node)),
                Target::Ambiguous(_, symbol) | Target::Unknown(symbol) => link.possible = Some(symbol),
                Target::External(name) => {
                    link.name = Some(name);
                    link.external = true;
                }
                Target::Nothing => {}
            }
        }
        if link.declared.is_empty() && link.possible.is_none() {
            link.possible = inventory.open().cloned();
        }
        link
    }

    fn find_by_default_name(&mut self, inventory: &'a Inventory, function: Function<'a>) {
        let mut name = Text::literal(self.prefix);
        let own = inventory.name_of(function.node()).cloned();
        name.push(
            &own.unwrap_or_else(|| Text::symbol(Symbol::attribute(function.resource().id.clone(), "Ref"))),
        );
        for (node, group) in LOG_GROUP.iter().flat_map(|kind| inventory.of_type(kind)) {
            let Some(group_name) = inventory.name_of(node) else { continue };
            match inventory.same_text(group_name, &name) {
                Kleene::True => self.declared.push(group),
                Kleene::Unknown => {
                    let symbol = group_name.symbols().chain(name.symbols()).next().cloned();
                    self.possible = self.possible.take().or(symbol);
                }
                Kleene::False => {}
            }
        }
        // A name that is not known at all may be any group's.
        if let Some(symbol) = function.get("FunctionName").unknown()
            && !matches!(symbol.kind(), SymbolKind::Attribute { .. })
            && self.declared.is_empty()
            && LOG_GROUP.iter().any(|kind| inventory.of_type(kind).next().is_some())
        {
            self.possible = self.possible.take().or_else(|| Some(symbol.clone()));
        }
        self.name = Some(name);
    }
}
