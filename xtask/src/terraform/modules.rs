//! Random trees of modules that need no provider: variables with types, defaults and marks, locals, `count` and `for_each`
//! on calls, outputs of outputs, splats over modules, `null`.

use super::expressions::Generator;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How deep modules call modules.
const DEPTH: usize = 3;

/// A tree of modules: the text of each file by its path, and how many outputs `o0`, `o1`, … the root has.
pub struct Tree {
    pub files: BTreeMap<String, String>,
    pub outputs: usize,
}

/// How a call is written, and so how its outputs are reached.
#[derive(Clone, Copy, PartialEq)]
enum Repeated {
    Once,
    Count,
    ForEach,
}

/// The types of variables, each with values that convert to it; empty for those that take anything.
const TYPES: [(&str, &[&str]); 9] = [
    ("", &[]),
    ("any", &[]),
    ("string", &["\"a\"", "1.50", "true", "\"\"", "\"é\""]),
    ("number", &["1", "\"2.50\"", "0.1", "-3"]),
    ("bool", &["true", "\"false\"", "false"]),
    ("list(string)", &["[]", "[1, \"a\", true]", "[null, 1]"]),
    ("set(any)", &["[]", "[3, 1, 2, 1]", "[\"b\", \"a\"]", "[true, \"x\"]"]),
    ("map(any)", &["{}", "{ a = 1, b = \"x\" }", "{ a = [1], b = [2] }"]),
    (
        "object({ a = string, b = list(number) })",
        &["{ a = 1, b = [] }", "{ a = null, b = [\"1\", 2], c = 3 }", "{ a = true, b = null }"],
    ),
];

/// Defaults of variables that take anything.
const DEFAULTS: [&str; 6] = ["1.50", "\"a\"", "[1, \"b\", null]", "{ a = [true] }", "[]", "{}"];

impl Generator {
    /// A tree of modules.
    pub fn modules(&mut self) -> Tree {
        let mut files = BTreeMap::new();
        let outputs = self.module("", 0, &[], &mut files);
        Tree { files, outputs }
    }

    /// Writes the module of a folder with variables of those types, and those that it calls; gives how many outputs it has.
    fn module(
        &mut self,
        folder: &str,
        depth: usize,
        types: &[usize],
        files: &mut BTreeMap<String, String>,
    ) -> usize {
        let mut text = String::new();
        // Each can refer to those before it.
        let mut known: Vec<String> = Vec::new();
        for (at, kind) in types.iter().enumerate() {
            let ty = match TYPES[*kind].0 {
                "" => String::new(),
                ty => format!("  type = {ty}\n"),
            };
            let default = self.argument(*kind, &[]);
            let sensitive = self.chance(5);
            let _ = writeln!(
                text,
                "variable \"v{at}\" {{\n{ty}  default = {default}\n  sensitive = {sensitive}\n}}"
            );
            known.push(format!("var.v{at}"));
        }
        for at in 0..=self.below(2) {
            let value = self.of_known(&known);
            let _ = writeln!(text, "locals {{\n  l{at} = {value}\n}}");
            known.push(format!("local.l{at}"));
        }
        let calls = if depth == DEPTH { 0 } else { 1 + self.below(2) };
        for at in 0..calls {
            let call = self.module_call(at, folder, depth, &known, files);
            text.push_str(&call.0);
            known.push(call.1);
        }
        let outputs = known.len() + 1;
        for at in 0..outputs {
            let value = known.get(at).cloned().unwrap_or_else(|| self.of_known(&known));
            // The root's outputs are compared, which hidden ones cannot be.
            let value = match depth {
                0 => format!("nonsensitive(sensitive(try(jsonencode([{value}]), \"refused\")))"),
                _ => format!("try({value}, \"missing\")"),
            };
            let _ = writeln!(text, "output \"o{at}\" {{\n  sensitive = {}\n  value = {value}\n}}", depth > 0);
        }
        // The plan shows values as they are, hidden ones too.
        for (at, value) in known.iter().enumerate().filter(|_| depth == 0) {
            let _ = writeln!(text, "output \"p{at}\" {{\n  sensitive = true\n  value = {value}\n}}");
        }
        files.insert(format!("{folder}main.tf"), text);
        outputs
    }

    /// The text of a call of a new module, and an expression of its outputs.
    fn module_call(
        &mut self,
        at: usize,
        folder: &str,
        depth: usize,
        known: &[String],
        files: &mut BTreeMap<String, String>,
    ) -> (String, String) {
        let types: Vec<usize> = (0..=self.below(3)).map(|_| self.below(TYPES.len())).collect();
        let outputs = self.module(&format!("{folder}m{at}/"), depth + 1, &types, files);
        let (repeated, repeat) = match self.below(3) {
            0 => (Repeated::Once, String::new()),
            1 => (Repeated::Count, format!("  count = {}\n", self.below(3))),
            _ => {
                let keys = self.pick(&["[]", "[\"a\"]", "[\"b\", \"a\", \"x y\"]"]);
                (Repeated::ForEach, format!("  for_each = toset({keys})\n"))
            }
        };
        let mut text = format!("module \"m{at}\" {{\n  source = \"./m{at}\"\n{repeat}");
        for (at, kind) in types.iter().enumerate() {
            let anything = TYPES[*kind].1.is_empty();
            let value = match (repeated, self.below(5)) {
                (_, 0) => continue,
                (Repeated::Count, 1) if anything => "count.index".to_owned(),
                (Repeated::ForEach, 1) if anything => "each.key".to_owned(),
                _ => self.argument(*kind, known),
            };
            let _ = writeln!(text, "  v{at} = {value}");
        }
        text.push_str("}\n");
        let output = self.below(outputs);
        let value = match (repeated, self.below(3)) {
            (Repeated::Once, 0) => format!("module.m{at}"),
            (Repeated::Once, _) => format!("module.m{at}.o{output}"),
            (Repeated::Count, 0) => format!("try(module.m{at}[1].o{output}, null)"),
            (Repeated::Count, _) => format!("module.m{at}[*].o{output}"),
            (Repeated::ForEach, 0) => format!("try(module.m{at}[\"a\"].o{output}, null)"),
            (Repeated::ForEach, 1) => format!("{{ for k, m in module.m{at} : k => m.o{output} }}"),
            (Repeated::ForEach, _) => format!("values(module.m{at})[*].o{output}"),
        };
        (text, value)
    }

    /// A value that a variable of that type takes.
    fn argument(&mut self, kind: usize, known: &[String]) -> String {
        match TYPES[kind].1 {
            _ if self.chance(4) => "null".to_owned(),
            // A default calls no functions.
            [] if known.is_empty() => self.pick(&DEFAULTS).to_owned(),
            [] => self.of_known(known),
            values => self.pick(values).to_owned(),
        }
    }

    /// An expression over names that has a value whatever they stand for.
    fn of_known(&mut self, known: &[String]) -> String {
        let constant = self.constant();
        if known.is_empty() {
            return constant;
        }
        let name = known[self.below(known.len())].clone();
        match self.below(15) {
            0 => format!("try({name}[0], {constant})"),
            1 => format!("try([for v in {name} : v], {constant})"),
            2 => format!("try(\"<${{{name}}}>\", {constant})"),
            3 => format!("[{name}, {constant}]"),
            4 => format!("try({name} == null ? {constant} : {name}, \"no type\")"),
            5 => format!("{{ a = {name}, b = {constant} }}"),
            6 => format!("try(coalesce({name}, {constant}), null)"),
            7 => format!("can({name} + 1)"),
            8 => format!("try({name}[*], {constant})"),
            9 => format!("try({name}.*.a, {name}.0, {constant})"),
            10 => format!("try({{ for k, v in {name} : k => v... }}, {constant})"),
            11 => format!("try({name}[\"a\"], {name}.b, null)"),
            12 => format!("try(tolist({name}), tomap({name}), tostring({name}), {constant})"),
            13 => format!("try(sensitive({name}), {constant})"),
            _ => name,
        }
    }
}
