//! What depends on what, and circles in it.

use crate::{Data, Expr, Template};
use foldhash::HashMap;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use smol_str::SmolStr;
use stockade_model::Place;

/// Things of a template that depend on each other in a circle, which CloudFormation refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// `resources` or `conditions`.
    pub section: &'static str,
    /// Their names, in the order written.
    pub names: Vec<SmolStr>,
    /// Where the first one is declared.
    pub place: Place,
}

impl std::fmt::Display for Cycle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        write!(formatter, "circular dependency between {}: {}", self.section, names.join(", "))
    }
}

/// The circles among a template's resources (`Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`) and conditions.
#[must_use]
pub fn cycles(template: &Template) -> Vec<Cycle> {
    let resources = template.resources.iter().map(|(id, resource)| (id, &resource.body, resource.id_at));
    let conditions = template.conditions.iter().map(|(name, expr)| (name, expr, expr.origin.place));
    let mut found = circles("resources", resources, resource_names);
    found.extend(circles("conditions", conditions, condition_names));
    found
}

/// Calls the visitor with each name that an expression refers to.
type Names = fn(&Expr, &mut dyn FnMut(&str));

fn circles<'a>(
    section: &'static str,
    items: impl Iterator<Item = (&'a SmolStr, &'a Expr, Place)>,
    names: Names,
) -> Vec<Cycle> {
    let items: Vec<_> = items.collect();
    let mut graph = DiGraph::<usize, ()>::with_capacity(items.len(), items.len());
    let nodes: HashMap<&str, NodeIndex> =
        items.iter().enumerate().map(|(at, (name, ..))| (name.as_str(), graph.add_node(at))).collect();
    for (name, body, _) in &items {
        let from = nodes[name.as_str()];
        names(body, &mut |other| {
            if let Some(to) = nodes.get(other) {
                graph.update_edge(from, *to, ());
            }
        });
    }
    let mut found: Vec<Vec<usize>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1 || graph.find_edge(component[0], component[0]).is_some())
        .map(|component| {
            let mut at: Vec<usize> = component.into_iter().map(|node| graph[node]).collect();
            at.sort_unstable();
            at
        })
        .collect();
    found.sort();
    found
        .into_iter()
        .map(|component| Cycle {
            section,
            names: component.iter().map(|at| items[*at].0.clone()).collect(),
            place: items[component[0]].2,
        })
        .collect()
}

fn resource_names(body: &Expr, visit: &mut dyn FnMut(&str)) {
    if let Some(depends) = body.get("DependsOn") {
        depends
            .as_str()
            .into_iter()
            .chain(depends.items().iter().filter_map(Expr::as_str))
            .for_each(&mut *visit);
    }
    if let Some(properties) = body.get("Properties") {
        references(properties, visit);
    }
}

/// Calls `visit` with each name that the expression refers to: `Ref`, `Fn::GetAtt`, `${…}` in `Fn::Sub`.
fn references(expr: &Expr, visit: &mut dyn FnMut(&str)) {
    if let Some(name) = expr.as_reference() {
        visit(name);
    } else if let Some((resource, _)) = expr.as_get_att() {
        visit(resource);
    } else if let Some(("Fn::Sub", argument)) = expr.intrinsic() {
        let (text, own) = match argument.items() {
            [text, own] => (text.as_str(), Some(own)),
            _ => (argument.as_str(), None),
        };
        let mut rest = text.unwrap_or_default();
        while let Some(at) = rest.find("${") {
            let Some(length) = rest[at..].find('}') else { break };
            let name = rest[at + 2..at + length].trim();
            let name = name.split('.').next().unwrap_or(name);
            if !name.starts_with('!') && own.is_none_or(|own| own.get(name).is_none()) {
                visit(name);
            }
            rest = &rest[at + length + 1..];
        }
        if let Some(own) = own {
            references(own, visit);
        }
        return;
    }
    match &expr.data {
        Data::List(items) => items.iter().for_each(|item| references(item, visit)),
        Data::Object(map) => map.entries.iter().for_each(|entry| references(&entry.value, visit)),
        _ => {}
    }
}

fn condition_names(expr: &Expr, visit: &mut dyn FnMut(&str)) {
    if let Some(("Condition", name)) = expr.intrinsic() {
        name.as_str().into_iter().for_each(&mut *visit);
    }
    match &expr.data {
        Data::List(items) => items.iter().for_each(|item| condition_names(item, visit)),
        Data::Object(map) => map.entries.iter().for_each(|entry| condition_names(&entry.value, visit)),
        _ => {}
    }
}
