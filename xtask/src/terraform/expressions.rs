//! Random expressions of Terraform's language: literals of all types, calls of all functions that Terraform 1.0.3 has and
//! whose result is the same at each run, operators, conditionals, `for`, splats, templates.

use crate::draw::Random;

/// What kind of value an expression is meant to give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Any,
    Bool,
    Number,
    /// A small whole number.
    Count,
    String,
    /// A place in a list: versions disagree about those below zero.
    Place,
    Strings,
    Numbers,
    /// Numbers without quotes: versions disagree about the sum of others.
    Plain,
    Bools,
    /// A tuple of anything.
    Items,
    /// A tuple of tuples.
    Nested,
    Map,
    Lists,
    /// A string of that form.
    Network,
    Network4,
    Time,
    Duration,
    Pattern,
    Format,
    Json,
    Yaml,
    Csv,
    DateFormat,
    Path,
    Base64,
    Digits,
    Encoding,
}

use Kind::{
    Any, Base64, Bool, Bools, Count, Csv, DateFormat, Digits, Duration, Encoding, Format, Items, Json, Lists,
    Map, Nested, Network, Network4, Number, Numbers, Path, Pattern, Place, Plain, String as Text, Strings,
    Time, Yaml,
};

/// A function: its name, what it takes, how many more of the last it may take, and what it gives.
struct Row(&'static str, &'static [Kind], usize, Kind);

const FUNCTIONS: &[Row] = &[
    Row("abs", &[Number], 0, Number),
    Row("alltrue", &[Bools], 0, Bool),
    Row("anytrue", &[Bools], 0, Bool),
    Row("base64decode", &[Base64], 0, Text),
    Row("base64encode", &[Text], 0, Text),
    Row("base64sha256", &[Text], 0, Text),
    Row("base64sha512", &[Text], 0, Text),
    Row("basename", &[Path], 0, Text),
    Row("ceil", &[Number], 0, Number),
    Row("chomp", &[Text], 0, Text),
    Row("chunklist", &[Items, Count], 0, Nested),
    Row("cidrhost", &[Network, Count], 0, Text),
    Row("cidrnetmask", &[Network4], 0, Text),
    Row("cidrsubnet", &[Network, Count, Count], 0, Text),
    Row("cidrsubnets", &[Network, Count], 3, Strings),
    Row("coalesce", &[Text, Text], 2, Text),
    Row("coalesce", &[Any], 3, Any),
    Row("coalescelist", &[Items], 2, Items),
    Row("compact", &[Strings], 0, Strings),
    Row("concat", &[Items], 2, Items),
    Row("contains", &[Items, Any], 0, Bool),
    Row("contains", &[Strings, Text], 0, Bool),
    Row("csvdecode", &[Csv], 0, Items),
    Row("dirname", &[Path], 0, Text),
    Row("distinct", &[Items], 0, Items),
    Row("element", &[Items, Place], 0, Any),
    Row("flatten", &[Nested], 0, Items),
    Row("floor", &[Number], 0, Number),
    Row("format", &[Format, Any], 0, Text),
    Row("format", &[Format, Number], 0, Text),
    Row("format", &[Format, Text], 1, Text),
    Row("formatdate", &[DateFormat, Time], 0, Text),
    Row("formatlist", &[Format, Strings], 1, Strings),
    Row("indent", &[Count, Text], 0, Text),
    Row("index", &[Strings, Text], 0, Number),
    Row("join", &[Text, Strings], 1, Text),
    Row("jsondecode", &[Json], 0, Any),
    Row("jsonencode", &[Any], 0, Text),
    Row("keys", &[Map], 0, Strings),
    Row("length", &[Any], 0, Number),
    Row("length", &[Items], 0, Number),
    Row("log", &[Number, Number], 0, Number),
    Row("lookup", &[Map, Text], 1, Any),
    Row("lower", &[Text], 0, Text),
    Row("matchkeys", &[Strings, Strings, Strings], 0, Strings),
    Row("max", &[Number], 3, Number),
    Row("md5", &[Text], 0, Text),
    Row("merge", &[Map], 2, Map),
    Row("min", &[Number], 3, Number),
    Row("one", &[Items], 0, Any),
    Row("parseint", &[Digits, Count], 0, Number),
    Row("pow", &[Count, Count], 0, Number),
    Row("range", &[Count], 2, Numbers),
    Row("regex", &[Pattern, Text], 0, Any),
    Row("regexall", &[Pattern, Text], 0, Items),
    Row("replace", &[Text, Text, Text], 0, Text),
    Row("reverse", &[Items], 0, Items),
    Row("setintersection", &[Strings], 2, Items),
    Row("setproduct", &[Strings, Items], 1, Items),
    Row("setsubtract", &[Strings, Strings], 0, Items),
    Row("setunion", &[Strings], 2, Items),
    Row("sha1", &[Text], 0, Text),
    Row("sha256", &[Text], 0, Text),
    Row("sha512", &[Text], 0, Text),
    Row("signum", &[Count], 0, Number),
    Row("slice", &[Items, Count, Count], 0, Items),
    Row("sort", &[Strings], 0, Strings),
    Row("split", &[Text, Text], 0, Strings),
    Row("strrev", &[Text], 0, Text),
    Row("substr", &[Text, Count, Count], 0, Text),
    Row("sum", &[Plain], 0, Number),
    Row("textdecodebase64", &[Base64, Encoding], 0, Text),
    Row("textencodebase64", &[Text, Encoding], 0, Text),
    Row("timeadd", &[Time, Duration], 0, Text),
    Row("title", &[Text], 0, Text),
    Row("tobool", &[Any], 0, Bool),
    Row("tolist", &[Items], 0, Items),
    Row("tomap", &[Map], 0, Map),
    Row("tonumber", &[Any], 0, Number),
    Row("toset", &[Items], 0, Items),
    Row("tostring", &[Any], 0, Text),
    Row("transpose", &[Lists], 0, Lists),
    Row("trim", &[Text, Text], 0, Text),
    Row("trimprefix", &[Text, Text], 0, Text),
    Row("trimspace", &[Text], 0, Text),
    Row("trimsuffix", &[Text, Text], 0, Text),
    Row("upper", &[Text], 0, Text),
    Row("urlencode", &[Text], 0, Text),
    Row("uuidv5", &[Text, Text], 0, Text),
    Row("values", &[Map], 0, Items),
    Row("yamldecode", &[Yaml], 0, Any),
    Row("yamlencode", &[Items], 0, Text),
    Row("yamlencode", &[Map], 0, Text),
    Row("yamlencode", &[Any], 0, Text),
    Row("zipmap", &[Strings, Items], 0, Map),
];

/// Of ten calls one has an argument of another type.
const WRONG: usize = 10;

/// Draws expressions.
pub struct Generator {
    random: Random,
}

impl Generator {
    pub fn new(random: Random) -> Self {
        Self { random }
    }

    /// An expression.
    pub fn expression(&mut self) -> String {
        match self.random.below(6) {
            0 => self.of(Any, 3),
            1 | 2 => self.form(2),
            _ => {
                let row = &FUNCTIONS[self.random.below(FUNCTIONS.len())];
                self.call(row, 2)
            }
        }
    }

    /// A literal of any kind.
    pub fn constant(&mut self) -> String {
        let constant = self.literal(Any, 2);
        // Terraform refuses a module that holds an expression that it refuses.
        match constant.contains(['(', '{', '[']) {
            true => format!("try({constant}, \"none\")"),
            false => constant,
        }
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound)
    }

    pub fn pick<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.random.below(texts.len())]
    }

    /// Whether a chance of one in so many comes up.
    pub fn chance(&mut self, one_in: usize) -> bool {
        self.random.below(one_in) == 0
    }

    fn call(&mut self, Row(name, parameters, more, _): &Row, depth: usize) -> String {
        let extra = if *more > 0 { self.random.below(more + 1) } else { 0 };
        let last = parameters.last().copied().unwrap_or(Any);
        let kinds = parameters.iter().copied().chain(std::iter::repeat_n(last, extra));
        let arguments: Vec<String> = kinds
            .map(|kind| {
                let kind = if self.chance(WRONG) { Any } else { kind };
                self.of(kind, depth.saturating_sub(1))
            })
            .collect();
        format!("{name}({})", arguments.join(", "))
    }

    /// An expression meant to give that kind of value.
    pub(super) fn of(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.random.below(3) > 0 {
            return self.literal(kind, depth);
        }
        if self.chance(2) {
            let rows: Vec<&Row> = FUNCTIONS.iter().filter(|row| row.3 == kind || kind == Any).collect();
            if !rows.is_empty() {
                let row = rows[self.random.below(rows.len())];
                return self.call(row, depth);
            }
        }
        let inner = depth - 1;
        if self.chance(3) {
            let (condition, left, right) = (self.of(Bool, inner), self.of(kind, inner), self.of(kind, inner));
            return format!("({condition} ? {left} : {right})");
        }
        match kind {
            Number | Count => {
                let operator = self.pick(&["+", "-", "*", "/", "%"]);
                format!("({} {operator} {})", self.of(Number, inner), self.of(Count, inner))
            }
            Bool => match self.random.below(4) {
                0 => format!("({} {} {})", self.of(Any, inner), self.pick_equality(), self.of(Any, inner)),
                1 => {
                    let operator = self.pick(&["<", "<=", ">", ">="]);
                    format!("({} {operator} {})", self.of(Number, inner), self.of(Number, inner))
                }
                2 => format!("!{}", self.of(Bool, inner)),
                _ => {
                    let operator = self.pick(&["&&", "||"]);
                    format!("({} {operator} {})", self.sure(), self.sure())
                }
            },
            Text => match self.random.below(3) {
                0 => format!("\"x${{{}}}-${{{}}}\"", self.of(Text, inner), self.of(Number, inner)),
                1 => format!("\"%{{ if {} }}yes%{{ else }}no%{{ endif }}\"", self.of(Bool, inner)),
                _ => format!("\"%{{ for v in {} ~}} ${{v}}, %{{ endfor }}\"", self.of(Strings, inner)),
            },
            Strings => format!("[for v in {} : \"${{v}}.\"]", self.of(Strings, inner)),
            Numbers => format!("[for i, v in {} : i * 2 if i != 1]", self.of(Items, inner)),
            Bools => format!("[for v in {} : v > 1]", self.of(Numbers, inner)),
            Items => match self.random.below(4) {
                0 => format!("[for k, v in {} : [k, v]]", self.of(Map, inner)),
                1 => format!("{}[*]", self.of(Any, inner)),
                2 => format!("[for v in {} : v]", self.of(Items, inner)),
                _ => format!("values({{ for k, v in {} : k => v }})", self.of(Map, inner)),
            },
            Map => match self.random.below(3) {
                0 => format!("{{ for i, v in {} : \"k${{i}}\" => v }}", self.of(Items, inner)),
                1 => format!("{{ for v in {} : v => upper(v)... }}", self.of(Strings, inner)),
                _ => format!("{{ for k, v in {} : upper(k) => v if v != null }}", self.of(Map, inner)),
            },
            Any if self.chance(4) => self.form(inner),
            Any => match self.random.below(5) {
                0 => format!("{}[{}]", self.of(Items, inner), self.of(Count, inner)),
                1 => format!("try({}, {})", self.of(Any, inner), self.of(Any, inner)),
                2 => format!("can({})", self.of(Any, inner)),
                3 => self.of(Map, inner),
                _ => self.of(Items, inner),
            },
            kind => self.literal(kind, inner),
        }
    }

    /// A condition that is not refused: later versions do not look at the second side of `&&` and `||` where the first
    /// decides, and so let there be something wrong with it.
    pub(super) fn sure(&mut self) -> String {
        match self.below(3) {
            0 => format!("can({})", self.of(Any, 1)),
            1 => format!("(length({}) == {})", self.items(Text, 2, 1), self.below(3)),
            _ => self.pick(&["true", "false", "\"true\"", "\"0\""]).to_owned(),
        }
    }

    fn pick_equality(&mut self) -> &'static str {
        self.pick(&["==", "!="])
    }

    fn items(&mut self, kind: Kind, most: usize, depth: usize) -> String {
        let count = self.random.below(most + 1);
        let items: Vec<String> = (0..count).map(|_| self.of(kind, depth)).collect();
        format!("[{}]", items.join(", "))
    }

    fn literal(&mut self, kind: Kind, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        let text = |text: &str| format!("\"{text}\"");
        match kind {
            Any => {
                let kinds = [Bool, Number, Text, Text, Strings, Items, Map, Count, Numbers];
                let kind = kinds[self.random.below(kinds.len())];
                if self.chance(12) { "null".to_owned() } else { self.of(kind, depth) }
            }
            Bool => self
                .pick(&["true", "false", "true", "false", "true", "false", "\"true\"", "\"0\""])
                .to_owned(),
            // None such as `1e3`: Terraform 1.0.3 takes `ceil(1e3)` for 1001.
            Number => self
                .pick(&[
                    "0",
                    "1",
                    "-1",
                    "2",
                    "3",
                    "7",
                    "10",
                    "49",
                    "0.1",
                    "0.2",
                    "0.3",
                    "1.5",
                    "-2.5",
                    "1e21",
                    "1e-7",
                    "100000000",
                    "1000000",
                    "123456789012345678901234567890",
                    "3.14159265358979",
                    "\"12\"",
                    "\"1.50\"",
                    "0.000012345",
                    "255",
                    "65535",
                    "-0.5",
                ])
                .to_owned(),
            Count => self
                .pick(&[
                    "0", "1", "2", "3", "4", "5", "8", "10", "16", "24", "-1", "-2", "1", "2", "3", "36",
                    "1.5", "\"2\"",
                ])
                .to_owned(),
            Place => self.pick(&["0", "1", "2", "3", "4", "5"]).to_owned(),
            Plain => {
                format!("[{}]", self.pick(&["1", "0.1, -2.5", "1e21, 3, 1", "7, 7", "0.2, 0.1, 49", ""]))
            }
            Text => text(self.pick(&[
                "",
                "a",
                "b",
                "abc",
                "Hello World",
                "hello-world_x",
                "  padded  ",
                "a,b,,c",
                "été",
                "naïve café",
                "日本語",
                "line1\\nline2\\n",
                "\\ttab",
                "x\\\"y",
                "<a&b>",
                "10.0.0.0/8",
                "true",
                "1",
                "12.50",
                "a/b/c",
                "AbCdEf",
                "foo.bar.baz",
                "key=value",
                "$${x}",
                "🙂🇩🇪é",
                ",",
                "-",
                "/[a-c]+/",
                "o",
                "dns",
                "ß İ ǆ",
                "A B",
            ])),
            Strings => {
                if self.chance(6) {
                    return format!("to{}({})", self.pick(&["list", "set"]), self.items(Text, 4, depth));
                }
                if self.chance(10) {
                    return format!("[{}, null]", self.of(Text, depth));
                }
                self.items(Text, 4, depth)
            }
            Numbers => self.items(Number, 4, depth),
            Bools => self.items(Bool, 3, depth),
            Items => match self.random.below(5) {
                0 => self.literal(Strings, depth),
                1 => self.literal(Numbers, depth),
                2 => format!("to{}({})", self.pick(&["list", "set"]), self.items(Number, 4, depth)),
                3 => self.items(Map, 2, depth),
                _ => self.items(Any, 4, depth),
            },
            Nested => {
                let kind = if depth == 0 { Strings } else { Nested };
                let kind = if self.chance(3) { kind } else { Items };
                self.items(kind, 3, depth)
            }
            Map => {
                let count = self.random.below(4);
                let keys = ["a", "b", "c", "Key", "k-1", "é", "\"x y\"", "abc"];
                let one = if self.chance(2) { Text } else { Any };
                let entries: Vec<String> =
                    (0..count).map(|_| format!("{} = {}", self.key(&keys), self.of(one, depth))).collect();
                let object = format!("{{ {} }}", distinct(&entries).join(", "));
                if one == Text && self.chance(3) { format!("tomap({object})") } else { object }
            }
            Lists => {
                let (left, right) = (self.items(Text, 3, depth), self.items(Text, 3, depth));
                format!("{{ a = {left}, b = {right} }}")
            }
            Network => text(self.pick(&[
                "10.0.0.0/8",
                "10.1.2.3/16",
                "192.168.0.0/24",
                "0.0.0.0/0",
                "10.0.0.1/32",
                "fd00:fd12:3456:7890::/56",
                "2001:db8::/32",
                "::/0",
                "10.0.0.0",
                "10.0.0.0/33",
                "010.1.0.0/16",
                "10.0.0/8",
            ])),
            Network4 => text(self.pick(&[
                "10.0.0.0/8",
                "10.1.2.3/16",
                "192.168.0.0/24",
                "0.0.0.0/0",
                "10.0.0.1/32",
                "10/8",
            ])),
            Time => text(self.pick(&[
                "2018-01-02T23:12:01Z",
                "2024-02-29T00:00:00+02:00",
                "1999-12-31T23:59:59-08:30",
                "2024-01-01T12:00:00.5Z",
                "2023-02-29T00:00:00Z",
                "2024-01-01",
                "2024-01-01T24:00:00Z",
                "0001-01-01T00:00:00Z",
                "2024-01-01t00:00:00Z",
            ])),
            Duration => text(self.pick(&[
                "1h",
                "10m",
                "-1h30m",
                "1.5h",
                "300ms",
                "72h3m0.5s",
                "0",
                "",
                "5",
                "1d",
                "+2s",
                "1us",
            ])),
            Pattern => text(self.pick(&[
                "[a-z]+",
                "(\\\\w+)-(\\\\w+)",
                "(?P<first>[a-z])(?P<rest>.*)",
                "^a",
                "b$",
                "\\\\d+",
                "[^,]+",
                "(a)|(b)",
                "(",
                "(?i)HELLO",
                "o",
                "[A-Z][a-z]*",
                "(?P<n>a)(b)",
                "a{2}",
                "\\\\s+",
                "[[:alpha:]]+",
                "\\\\bw",
            ])),
            Format => text(self.pick(&[
                "%s",
                "%v",
                "%d",
                "%q",
                "%t",
                "%x",
                "%05d",
                "%-6s|",
                "%8.3f",
                "%.2f",
                "%e",
                "%g",
                "%#v",
                "%b",
                "%o",
                "%+d",
                "%s-%s",
                "%[1]s %[1]v",
                "%%",
                "%s and %v",
                "%6s",
                "%.3s",
                "% d",
                "%X",
                "%08.2f",
                "%G",
                "%.3g",
                "%5t",
                "%z",
                "%",
                "plain",
                "%.0f",
                "%-8d|",
                "%.10e",
                "%03s",
            ])),
            Json => text(self.pick(&[
                "{\\\"a\\\":1,\\\"b\\\":[true,null,\\\"x\\\"]}",
                "[]",
                "{}",
                "1.50",
                "\\\"x\\\"",
                "null",
                "[1e3, 0.1, -5]",
                "{",
                "{\\\"a\\\":1,\\\"a\\\":2}",
                "[1] 2",
                "",
                "\\\"\\\\u00e9\\\"",
                "123456789012345678901234567890",
            ])),
            Yaml => text(self.pick(&[
                "a: 1\\nb: [x, y]\\n",
                "- 1\\n- two\\n- true\\n- null\\n",
                "plain text",
                "a: 010\\nb: 1_000\\nc: 0x1f\\n",
                "x: yes\\ny: off\\nz: ~\\n",
                "k: |\\n  text\\n  more\\n",
                "'quoted'",
                "\\\"a\\\\tb\\\"",
                "a: {b: {c: [1, 2.5]}}\\n",
                "v: 1.2.3\\nip: 10.0.0.1\\nt: 12:30:45\\n",
                "a: [",
                "n: 1e3\\nm: .5\\n",
                "- - a\\n  - b\\n- c: d\\n",
                "Version: 2012-10-17\\nday: 2024-2-29\\n",
            ])),
            Csv => text(self.pick(&[
                "a,b\\n1,2\\n3,4\\n",
                "a,b\\n\\\"x,y\\\",z\\n",
                "a\\n",
                "a,b\\n1\\n",
                "a,a\\n1,2\\n",
                "a,b\\r\\n1,2\\r\\n",
                "a,b\\n\\\"q\\\"\\\"q\\\", z \\n",
                "a,b\\nx\\\"y,z\\n",
                "",
                "a,b\\n\\n1,2",
            ])),
            DateFormat => text(self.pick(&[
                "YYYY-MM-DD",
                "DD MMM YYYY hh:mm ZZZ",
                "EEEE, DD-MMM-YY hh:mm:ss ZZZ",
                "EEE, DD MMM YYYY hh:mm:ss ZZZ",
                "YYYY-MM-DD'T'hh:mm:ssZ",
                "H:mmaa",
                "HH AA ZZZZZ",
                "'it''s' D",
                "M/D/YY",
                "Q",
                "''",
                "'open",
                "h m s ZZZZ",
                "MMMM E",
            ])),
            Path => text(self.pick(&[
                "a/b/c.txt",
                "/etc/hosts",
                "file",
                "a/b/",
                "",
                ".",
                "../x",
                "a//b/../c",
                "/",
                "./a/./b",
            ])),
            Base64 => {
                if self.chance(2) {
                    format!("base64encode({})", self.literal(Text, depth))
                } else {
                    text(self.pick(&["aGVsbG8=", "aGVsbG8", "", "!!!!", "/+8=", "SGkh", "aABpAA=="]))
                }
            }
            Digits => {
                text(self.pick(&["100", "ff", "-7f", "zz", "1010", "12a", "", "+5", "1_000", "0x1f", "Zz"]))
            }
            Encoding => text(self.pick(&["UTF-8", "UTF-16LE", "UTF-16BE", "nonsense"])),
        }
    }

    fn key<'a>(&mut self, keys: &[&'a str]) -> &'a str {
        self.pick(keys)
    }
}

/// The entries without those whose key is there already, which an object must not write twice.
fn distinct(entries: &[String]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    entries
        .iter()
        .filter(|entry| seen.insert(entry.split(" = ").next().map(str::to_owned)))
        .cloned()
        .collect()
}
