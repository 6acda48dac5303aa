//! What a plan says of the configuration behind it: which names an expression refers to.

use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;
use stockade_syntax::{Data, Node};

/// How many calls and outputs a reference is followed through.
const MAX_CALLS: usize = 32;

/// The attribute of a resource that an expression refers to, and to nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The address of the instance.
    pub address: SmolStr,
    /// The attribute's name.
    pub attribute: SmolStr,
}

/// The `configuration` of a plan.
pub(super) struct Configuration<'d> {
    /// Modules by the names of the calls that lead to them (`a.b`, empty for the root).
    modules: HashMap<SmolStr, &'d Node>,
    /// The expressions of resources, by those names and the address in the module.
    resources: HashMap<(SmolStr, SmolStr), &'d Node>,
    providers: Option<&'d Node>,
}

impl<'d> Configuration<'d> {
    pub fn read(root: &'d Node) -> Self {
        let configuration = root.get("configuration");
        let mut out = Self {
            modules: HashMap::new(),
            resources: HashMap::new(),
            providers: configuration.and_then(|configuration| configuration.get("provider_config")),
        };
        let mut open: Vec<(SmolStr, &Node)> = Vec::new();
        open.extend(configuration.and_then(|node| node.get("root_module")).map(|root| ("".into(), root)));
        while let Some((calls, module)) = open.pop() {
            for resource in items(module.get("resources")) {
                let (address, expressions) = (resource.get("address"), resource.get("expressions"));
                if let (Some(address), Some(expressions)) = (address.and_then(Node::as_str), expressions) {
                    out.resources.insert((calls.clone(), address.into()), expressions);
                }
            }
            for call in module.get("module_calls").map(Node::entries).unwrap_or_default() {
                if let Some(inner) = call.value.get("module") {
                    open.push((joined(&calls, &call.key), inner));
                }
            }
            out.modules.insert(calls, module);
        }
        out
    }

    /// The expressions of a resource, by the address of its module and that of its block in the module.
    pub fn expressions(&self, module: &str, block: &str) -> Option<&'d Node> {
        self.resources.get(&(calls_of(module), block.into())).copied()
    }

    /// The expression of an argument of the default configuration of the provider.
    pub fn provider(&self, argument: &str) -> Option<&'d Node> {
        self.providers?.get("aws")?.get("expressions")?.get(argument)
    }

    /// The resources that an expression in a module instance refers to: by attribute alone, each once. `None` if it refers
    /// to something else too, or if that cannot be told.
    pub fn references(&self, module: &str, expression: &Node) -> Option<Vec<Reference>> {
        let mut out = Vec::new();
        self.collect(module, expression, 0, &mut out)?;
        (!out.is_empty()).then_some(out)
    }

    fn collect(&self, module: &str, expression: &Node, depth: usize, out: &mut Vec<Reference>) -> Option<()> {
        if depth > MAX_CALLS {
            return None;
        }
        for reference in longest(expression) {
            let steps = steps(reference);
            match steps.as_slice() {
                ["var", name] => {
                    let (parent, call) = parent(module)?;
                    let caller = self.modules.get(&calls_of(parent))?;
                    let given = caller.get("module_calls")?.get(call)?.get("expressions")?.get(name)?;
                    self.collect(parent, given, depth + 1, out)?;
                }
                ["module", call, output] => {
                    let child = qualified(module, &format!("module.{call}"));
                    let called = self.modules.get(&calls_of(&child))?;
                    let given = called.get("outputs")?.get(output)?.get("expression")?;
                    self.collect(&child, given, depth + 1, out)?;
                }
                ["var" | "module" | "local" | "each" | "count" | "self" | "path" | "terraform", ..] => {
                    return None;
                }
                ["data", type_name, name, attribute] => out.push(Reference {
                    address: qualified(module, &format!("data.{type_name}.{name}")),
                    attribute: SmolStr::new(attribute),
                }),
                ["data", ..] => return None,
                [type_name, name, attribute] => out.push(Reference {
                    address: qualified(module, &format!("{type_name}.{name}")),
                    attribute: SmolStr::new(attribute),
                }),
                _ => return None,
            }
        }
        Some(())
    }
}

/// The items of a sequence; none of anything else.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.data) {
        Some(Data::Sequence(items)) => items,
        _ => &[],
    }
}

/// An address in a module instance.
pub(super) fn qualified(module: &str, address: &str) -> SmolStr {
    if module.is_empty() { address.into() } else { format_smolstr!("{module}.{address}") }
}

fn joined(calls: &str, call: &str) -> SmolStr {
    if calls.is_empty() { call.into() } else { format_smolstr!("{calls}.{call}") }
}

/// The references of an expression that are not the beginning of another one: Terraform names `a.b.c`, then `a.b`.
fn longest(expression: &Node) -> Vec<&str> {
    let all: Vec<&str> = items(expression.get("references")).iter().filter_map(Node::as_str).collect();
    let begins = |short: &str, long: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
    };
    all.iter().copied().filter(|one| !all.iter().any(|other| begins(one, other))).collect()
}

/// The parts of a reference or address between its dots; what stands in brackets is part of the step before.
fn steps(reference: &str) -> Vec<&str> {
    let (mut out, mut start, mut quoted, mut escaped, mut depth) = (Vec::new(), 0, false, false, 0usize);
    for (at, byte) in reference.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => depth = depth.saturating_sub(1),
            b'.' if !quoted && depth == 0 => {
                out.push(&reference[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&reference[start..]);
    out
}

/// The names of the calls in the address of a module instance: `a.b` of `module.a["x"].module.b`.
fn calls_of(module: &str) -> SmolStr {
    let steps = steps(module);
    let names = steps.iter().skip(1).step_by(2).map(|step| step.split('[').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(".").into()
}

/// The address of the module instance that calls another one, and the name of the call.
fn parent(module: &str) -> Option<(&str, &str)> {
    let steps = steps(module);
    let last = steps.last().filter(|step| !step.is_empty())?;
    let above = module.len().checked_sub(last.len() + "module.".len())?;
    let call = last.split('[').next()?;
    Some((module.get(..above)?.trim_end_matches('.'), call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_outside_of_keys() {
        assert_eq!(steps("module.a[\"x.y\"].out"), ["module", "a[\"x.y\"]", "out"]);
        assert_eq!(calls_of("module.a[\"x.y\"].module.b[0]"), "a.b");
        assert_eq!(parent("module.a[\"x.y\"].module.b[0]"), Some(("module.a[\"x.y\"]", "b")));
        assert_eq!(parent("module.a"), Some(("", "a")));
        assert_eq!(parent(""), None);
    }
}
