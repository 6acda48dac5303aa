//! Forms of the language that functions over literals do not show: grouping, splats of all kinds, old indexes, expansion of
//! arguments, heredocs, directives with markers, marks, computed keys, precedence, characters by number.

use super::expressions::Generator;
use super::expressions::Kind::{
    Any, Bool, Bools, Items, Map, Nested, Number, Numbers, String as Text, Strings,
};

/// Strings by their characters' numbers: composed and decomposed letters, syllables, joined emoji, escapes.
const CHARACTERS: [&str; 12] = [
    "\"\\u00e9\"",
    "\"e\\u0301\"",
    "\"\\u1112\\u1161\\u11ab\"",
    "\"\\U0001F600\\U0001F3FD\"",
    "\"👩‍👩‍👧\"",
    "\"\\u212b\\ufb01\"",
    "\"%%{ if }\"",
    "\"$${\\\"}\"",
    "\"\\\\n\\r\\n\"",
    "\"\\u200b\\u00a0x\"",
    "\"$%\"",
    "\"a\\u0300\\u0301b\"",
];

/// Numbers large, small and long.
const NUMBERS: [&str; 10] = [
    "1.0",
    "0.10",
    "1e-300",
    "1e300",
    "123456789.123456789123456789",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "0.1e1",
    "4.9e-324",
];

impl Generator {
    /// An expression of one of the forms; some stand on several lines.
    pub(super) fn form(&mut self, depth: usize) -> String {
        match self.below(17) {
            0 => self.grouping(depth),
            1 => self.splat(depth),
            2 => self.index(depth),
            3 => self.object(depth),
            4 => self.expansion(depth),
            5 | 6 => self.heredoc(depth),
            7 => self.directive(depth),
            8 => {
                let (condition, first) = (self.of(Bool, depth), self.of(Any, depth));
                format!("({condition} ? {first} : {})", self.of(Any, depth))
            }
            9 => self.attempt(depth),
            10 => self.marked(depth),
            11 => self.pick(&CHARACTERS).to_owned(),
            12 => self.pick(&NUMBERS).to_owned(),
            13 => self.conversion(depth),
            14 => self.precedence(depth),
            15 => self.comprehension(depth),
            _ => self.file(),
        }
    }

    fn grouping(&mut self, depth: usize) -> String {
        match self.below(4) {
            0 => format!("{{ for i, v in {} : i % 2 => v... }}", self.of(Items, depth)),
            1 => format!("{{ for k, v in {} : \"${{v == null}}\" => k... }}", self.of(Map, depth)),
            2 => format!("{{ for v in {} : length(v) => v... if v != \"\" }}", self.of(Strings, depth)),
            _ => format!("{{ for v in {} : v => {}... }}", self.of(Strings, depth), self.of(Any, depth)),
        }
    }

    fn splat(&mut self, depth: usize) -> String {
        let (first, second) = (self.of(Map, depth), self.of(Map, depth));
        let steps =
            self.pick(&["[*].a", ".*.a", "[*]", ".*", "[*][\"a\"]", "[*].a.b", ".*.a[0]", "[*].a[0]"]);
        match self.below(4) {
            0 => format!("{}{steps}", self.of(Any, depth)),
            1 => format!("[{first}]{steps}"),
            2 => format!("tolist([{first}]){steps}"),
            _ => format!("[{first}, {second}]{steps}"),
        }
    }

    fn index(&mut self, depth: usize) -> String {
        let (items, map) = (self.of(Items, depth), self.of(Map, depth));
        match self.below(7) {
            0 => format!("{items}.0"),
            1 => format!("{items}.1"),
            2 => format!("{map}.a"),
            3 => format!("{map}[\"b\"]"),
            4 => format!("{map}[{}]", self.of(Text, depth)),
            5 => format!("{items}[\"{}\"]", self.below(3)),
            _ => format!("[{items}, {map}].0[0]"),
        }
    }

    fn object(&mut self, depth: usize) -> String {
        let (key, value) = (self.of(Text, depth), self.of(Any, depth));
        let other = self.of(Any, depth);
        match self.below(6) {
            0 => format!("{{ ({key}) = {value} }}"),
            1 => format!("{{ \"k${{{}}}\" = {value}, a : {other} }}", self.of(Any, depth)),
            2 => format!("{{\n  a = {value}\n  # a comment\n  b : {other},\n}}"),
            3 => format!("{{ 1 = {value}, true = {other}, null = 1 }}"),
            4 => format!("[{value}, /* inner */ {other},]"),
            _ => format!("{{ for = {value}, if = {other} }}"),
        }
    }

    fn expansion(&mut self, depth: usize) -> String {
        let (maps, other) = (self.of(Map, depth), self.of(Map, depth));
        match self.below(7) {
            0 => format!("max({}...)", self.of(Numbers, depth)),
            1 => format!("concat({}...)", self.of(Nested, depth)),
            2 => format!("format(\"%s-%v\", {}...)", self.of(Items, depth)),
            3 => format!("merge([{maps}, {other}]...)"),
            4 => format!("coalesce({}...)", self.of(Strings, depth)),
            5 => format!("setunion(toset({})...)", self.of(Nested, depth)),
            _ => format!("join(\",\", {}...)", self.of(Nested, depth)),
        }
    }

    fn heredoc(&mut self, depth: usize) -> String {
        let (text, condition) = (self.of(Text, depth), self.of(Bool, depth));
        let items = self.of(Strings, depth);
        let start = self.pick(&["<<EOT", "<<-EOT", "<<-EOT"]);
        let left = self.pick(&["", "~"]);
        let right = self.pick(&["", "~"]);
        let body = match self.below(5) {
            0 => format!("  a ${{{left} {text} {right}}}\n    b\n"),
            1 => format!(
                "    %{{{left} if {condition} {right}}}\n    yes\n    %{{{left} else {right}}}\n    no\n    %{{{left} endif {right}}}\n    end\n"
            ),
            2 => format!("%{{ for v in {items} {right}}}\n  - ${{v}}\n%{{ endfor {right}}}\nlast\n"),
            3 => "  plain \\n \"quoted\" $${x} %%{y}\n\n      deeper\n   less\n".to_owned(),
            _ => format!("\t tab\n\t  ${{{text}}}\n"),
        };
        format!("[{start}\n{body}EOT\n]")
    }

    fn directive(&mut self, depth: usize) -> String {
        let (text, condition, map) = (self.of(Text, depth), self.of(Bool, depth), self.of(Map, depth));
        let items = self.of(Items, depth);
        match self.below(6) {
            0 => format!(
                "\"%{{ for k, v in {map} }}${{k}}=%{{ if v == null }}~%{{ else }}${{v}}%{{ endif }};%{{ endfor }}\""
            ),
            1 => format!("\"a %{{~ if {condition} ~}} b %{{~ endif ~}} c\""),
            2 => format!("\"  ${{~ {text} ~}}  x\""),
            3 => format!("\"%{{ for i, v in {items} }}${{i}}:${{jsonencode(v)}} %{{ endfor }}\""),
            4 => format!("\"${{{}}}\"", self.of(Any, depth)),
            _ => format!("\"<${{{}}}>\"", self.of(Any, depth)),
        }
    }

    fn attempt(&mut self, depth: usize) -> String {
        let (first, second) = (self.of(Any, depth), self.of(Any, depth));
        match self.below(4) {
            0 => format!("try({first}.a, {second}[\"b\"], {second}[0], \"none\")"),
            1 => format!("can({first}.a.b)"),
            2 => format!("try([for v in {first} : v + 1], {second}, null)"),
            _ => format!("[can(tonumber({first})), can({second}[0]), try(tobool({first}), null)]"),
        }
    }

    fn marked(&mut self, depth: usize) -> String {
        let value = self.of(Any, depth);
        let items = self.of(Strings, depth);
        match self.below(3) {
            0 => format!("nonsensitive(sensitive({value}))"),
            1 => format!("nonsensitive([for v in sensitive({items}) : upper(v)])"),
            _ => format!("nonsensitive(\"x${{sensitive({})}}\")", self.of(Text, depth)),
        }
    }

    fn conversion(&mut self, depth: usize) -> String {
        let (first, second) = (self.of(Any, depth), self.of(Any, depth));
        match self.below(8) {
            0 => format!("tomap({{ a = {first}, b = {second} }})"),
            1 => format!("tolist([{first}, {second}])"),
            2 => format!("tolist(toset([{first}, {second}]))"),
            3 => format!("[{first}] == tolist([{first}])"),
            4 => format!("{{ a = {first} }} == tomap({{ a = {first} }})"),
            5 => format!("toset({}) == toset({})", self.of(Items, depth), self.of(Items, depth)),
            6 => format!("tostring({first}) == {second}"),
            _ => format!("[tobool({first}), tonumber({second})]"),
        }
    }

    /// Operators without parentheses.
    fn precedence(&mut self, depth: usize) -> String {
        let mut number = || self.of(Number, depth);
        let (one, two, three, four) = (number(), number(), number(), number());
        let (left, right) = (self.sure(), self.sure());
        match self.below(8) {
            0 => format!("{one} + {two} * {three} - {four}"),
            1 => format!("{one} - {two} - {three} % {four}"),
            2 => format!("!{left} || {right} && {}", self.sure()),
            3 => format!("-{one} * -({two})"),
            4 => format!("{one} < {two} == {right}"),
            5 => format!("{left} ? {one} : {right} ? {two} : {three}"),
            6 => format!("{one} / {two} / {three}"),
            _ => format!("{left} == {right} != {left}"),
        }
    }

    fn comprehension(&mut self, depth: usize) -> String {
        let (map, items) = (self.of(Map, depth), self.of(Items, depth));
        match self.below(6) {
            0 => format!("{{ for k, v in {map} : k => [for w in {items} : [k, w]] }}"),
            1 => format!("[for i, v in {items} : {{ i = i, v = v }} if i > 0]"),
            2 => format!("{{ for i, v in {items} : i => v if v != null }}"),
            3 => format!("[for k in keys({map}) : k if k != \"a\"]"),
            4 => format!("[for i, v in toset({}) : [i, v]]", self.of(Strings, depth)),
            _ => format!("[for v in {} : !v]", self.of(Bools, depth)),
        }
    }

    /// Functions over the files that [`super::files`] lists.
    fn file(&mut self) -> String {
        let path = self.pick(&["a.txt", "./sub/b.json", "sub/t.tpl", "none", "sub"]);
        let name =
            self.pick(&["file", "filebase64", "filemd5", "filesha1", "filesha256", "filebase64sha512"]);
        let vars =
            self.pick(&["{ name = \"x\", items = [1, 2] }", "{ name = 5, items = [] }", "{ name = null }"]);
        match self.below(6) {
            0 => format!("{name}(\"{path}\")"),
            1 => format!("fileexists(\"{path}\")"),
            2 => format!("templatefile(\"sub/t.tpl\", {vars})"),
            3 => format!(
                "fileset(\".\", \"{}\")",
                self.pick(&["*.txt", "sub/**", "sub/*", "**/*.json", "{a,b}.*", "s?b/t.tpl"])
            ),
            4 => "jsondecode(file(\"${path.module}/sub/b.json\"))".to_owned(),
            _ => format!("[path.module, path.root, basename(\"{path}\")]"),
        }
    }
}
