//! Properties of the parsers and edits, on generated texts and trees.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use smol_str::SmolStr;
use stockade_syntax::{
    Data, Document, Edit, FileId, New, Node, Source, Style, apply, insert_entry, parse, remove_entry,
    replace_value, to_yaml,
};

fn meaning(tag: &str) -> Option<&'static str> {
    match tag {
        "Sub" => Some("Fn::Sub"),
        "Ref" => Some("Ref"),
        "Base64" => Some("Fn::Base64"),
        _ => None,
    }
}

fn spelling(key: &str) -> Option<&str> {
    ["Ref", "Fn::Sub", "Fn::Base64"].contains(&key).then(|| key.strip_prefix("Fn::").unwrap_or(key))
}

fn source(name: &str, text: &str) -> Source {
    Source::new(FileId(0), name, text)
}

fn read(name: &str, text: &str) -> (Source, Document) {
    let source = source(name, text);
    let document =
        parse(&source, meaning).unwrap_or_else(|error| panic!("{error} at {:?} in:\n{text}", error.span));
    (source, document)
}

/// The tree without its places.
fn plain(node: &Node) -> New {
    match &node.data {
        Data::Null => New::string("(null)"),
        Data::Bool(value) => New::Bool(*value),
        Data::Number(number) => New::Number(number.clone()),
        Data::String(text) => New::String(text.clone()),
        Data::Sequence(items) => New::Sequence(items.iter().map(plain).collect()),
        Data::Mapping(entries) => {
            New::Mapping(entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value))).collect())
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z][a-zA-Z0-9]{0,6}",
        2 => "[ -~]{0,10}",
        1 => "[ -~é\u{1F600}\n\t\u{7f}\u{85}\u{2028}\u{feff}]{0,8}",
        2 => prop::sample::select(vec![
            "yes", "null", "~", "1", "010", "1e3", "-", "- a", "? a", "a: b", "a #b", "<<", "*a", "&a", "!a", "a:", "'", "\"",
            "{", "]", "%", "@", "...", "---", "=", " a", "a ", "0x1F", "2012-10-17", ".5", "/a/${B}", "\\", "|", ">", ",",
        ])
        .prop_map(str::to_owned),
    ]
}

fn scalar() -> impl Strategy<Value = New> {
    prop_oneof![
        1 => any::<bool>().prop_map(New::Bool),
        1 => (-999i32..999).prop_map(|number| New::Number(number.to_string().into())),
        4 => text().prop_map(New::string),
    ]
}

fn unique(entries: Vec<(String, New)>) -> New {
    let mut seen = std::collections::HashSet::new();
    New::mapping(entries.into_iter().filter(|(key, _)| key != "<<" && seen.insert(key.clone())))
}

fn tree() -> impl Strategy<Value = New> {
    scalar().prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            3 => prop::collection::vec((text(), inner.clone()), 0..5).prop_map(unique),
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(New::Sequence),
            1 => (prop::sample::select(vec!["Ref", "Fn::Sub", "Fn::Base64"]), inner)
                .prop_map(|(key, value)| New::mapping([(key, value)])),
        ]
    })
}

fn mapping() -> impl Strategy<Value = New> {
    prop::collection::vec((text(), tree()), 1..6)
        .prop_map(unique)
        .prop_filter("has an entry", |tree| matches!(tree, New::Mapping(entries) if !entries.is_empty()))
}

/// JSON text, with or without line breaks.
fn json(value: &New, indent: usize, lines: bool) -> String {
    let quoted = |text: &str| serde_free_quote(text);
    let (open, close, parts): (char, char, Vec<String>) = match value {
        New::Bool(value) => return value.to_string(),
        New::Number(number) => return number.to_string(),
        New::String(text) => return quoted(text),
        New::Sequence(items) => ('[', ']', items.iter().map(|item| json(item, indent + 2, lines)).collect()),
        New::Mapping(entries) => {
            let entry = |(key, value): &(SmolStr, New)| {
                format!("{}: {}", quoted(key), json(value, indent + 2, lines))
            };
            ('{', '}', entries.iter().map(entry).collect())
        }
    };
    if parts.is_empty() || !lines {
        return format!("{open}{}{close}", parts.join(", "));
    }
    let pad = format!("\n{}", " ".repeat(indent + 2));
    format!("{open}{pad}{}\n{}{close}", parts.join(&format!(",{pad}")), " ".repeat(indent))
}

fn serde_free_quote(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() || control == '\u{feff}' || control == '\u{2028}' => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The spellings of one tree: block YAML, its Windows form, JSON on one line and on many, flow YAML.
fn spellings(tree: &New) -> Vec<(&'static str, String)> {
    let block = to_yaml(tree, spelling);
    vec![
        ("block.yaml", block.clone()),
        ("windows.yaml", block.replace('\n', "\r\n")),
        ("mark.yaml", format!("\u{feff}{block}")),
        ("line.json", json(tree, 0, false)),
        ("lines.json", json(tree, 0, true)),
        ("flow.yaml", format!("# flow\n{}\n", json(tree, 0, true))),
    ]
}

fn check_spans(source: &Source, node: &Node, faults: &mut Vec<String>) {
    let slice = source.slice(node.span);
    match &node.data {
        Data::Mapping(entries) => {
            for entry in entries {
                let key = source.slice(entry.key_span);
                let tagged = node.style == Style::Tag;
                if tagged {
                    if meaning(key.trim_start_matches('!')) != Some(entry.key.as_str()) {
                        faults.push(format!("the tag's span gives `{key}` for `{}`", entry.key));
                    }
                } else if reread(source, key).and_then(|node| as_key(&node)) != Some(entry.key.clone()) {
                    faults.push(format!("the key's span gives `{key}` for `{}`", entry.key));
                }
                if !node.span.contains(entry.value.span) || !node.span.contains(entry.key_span) {
                    faults.push(format!("`{slice}` does not hold its entry `{}`", entry.key));
                }
                check_spans(source, &entry.value, faults);
            }
        }
        Data::Sequence(items) => {
            for item in items {
                if !node.span.contains(item.span) {
                    faults.push(format!("`{slice}` does not hold its item `{}`", source.slice(item.span)));
                }
                check_spans(source, item, faults);
            }
        }
        Data::Null if slice.is_empty() => {}
        data => {
            let again = reread(source, slice);
            let same = again.as_ref().is_some_and(|again| {
                again.data == *data
                    || (matches!(data, Data::String(text) if as_key(again).as_ref() == Some(text)))
            });
            if !same {
                faults.push(format!("the span gives `{slice}` for {data:?}"));
            }
        }
    }
}

/// The text of a scalar as a name, as a key or what stands under a short tag is read.
fn as_key(node: &Node) -> Option<SmolStr> {
    node.as_str()
        .map(SmolStr::new)
        .or_else(|| matches!(node.style, Style::Plain).then(|| SmolStr::new_static("")))
}

fn reread(from: &Source, slice: &str) -> Option<Node> {
    let name = if from.path.extension() == Some("json") { "a.json" } else { "a.yaml" };
    // As an item of a list, where any scalar may stand; a plain one is quoted back to its text.
    let text = if name == "a.json" || slice.starts_with(['"', '\'']) {
        format!("[{slice}]")
    } else {
        format!("- {slice}\n")
    };
    let again = source(name, &text);
    match parse(&again, meaning).ok()?.root.data {
        Data::Sequence(items) => items.into_iter().next().map(|mut node| {
            if node.style == Style::Plain && !matches!(node.data, Data::String(_)) {
                node.data = Data::String(SmolStr::new(slice));
                node.style = Style::Plain;
                let typed =
                    parse(&source(name, &text), meaning).ok().and_then(|document| match document.root.data {
                        Data::Sequence(items) => items.into_iter().next(),
                        _ => None,
                    });
                return typed.unwrap_or(node);
            }
            node
        }),
        _ => None,
    }
}

/// All places of values with the path to each.
fn places<'a>(
    node: &'a Node,
    path: &mut Vec<usize>,
    out: &mut Vec<(Vec<usize>, &'a Node, bool)>,
    in_mapping: bool,
) {
    out.push((path.clone(), node, in_mapping));
    match &node.data {
        Data::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at);
                places(item, path, out, false);
                path.pop();
            }
        }
        Data::Mapping(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                path.push(at);
                places(&entry.value, path, out, node.style != Style::Tag);
                path.pop();
            }
        }
        _ => {}
    }
}

fn at_mut<'a>(tree: &'a mut New, path: &[usize]) -> &'a mut New {
    path.iter().fold(tree, |at, index| match at {
        New::Sequence(items) => &mut items[*index],
        New::Mapping(entries) => &mut entries[*index].1,
        _ => unreachable!("the path was taken from this tree"),
    })
}

fn edited(source: &Source, edit: &Edit) -> String {
    apply(&source.text, std::slice::from_ref(edit)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        for name in ["a.yaml", "a.json", "a.template"] {
            let _ = parse(&source(name, &text), meaning);
        }
    }

    #[test]
    fn any_pieces_of_yaml_and_json_are_read_or_refused(pieces in prop::collection::vec(prop::sample::select(vec![
        "a", ":", " ", "\n", "\n  ", "- ", "? ", "{", "}", "[", "]", ",", "\"", "'", "!Sub ", "!!str ", "!<x>", "&a ", "*a", "<<: ", "|", ">-",
        "\t", "#", "---\n", "...\n", "%YAML 1.1\n", "\r\n", "\u{feff}", "é", "\\", "\\u", "\\ud800", "0x", "1", "null", "~", "@", "`", "\u{0}", "\u{85}",
    ]), 0..60)) {
        let text = pieces.concat();
        for name in ["a.yaml", "a.json", "a.template"] {
            let source = source(name, &text);
            match parse(&source, meaning) {
                Ok(document) => {
                    let mut all = Vec::new();
                    places(&document.root, &mut Vec::new(), &mut all, false);
                    for (_, node, _) in all {
                        prop_assert!(source.text.get(node.span.range()).is_some(), "a span lies in the text: {:?}", node.span);
                    }
                }
                Err(error) => prop_assert!(source.text.get(error.span.range()).is_some(), "an error lies in the text: {error:?}"),
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back(tree in mapping()) {
        for (name, text) in spellings(&tree) {
            let (_, document) = read(name, &text);
            prop_assert_eq!(plain(&document.root), tree.clone(), "{}:\n{}", name, text);
        }
    }

    #[test]
    fn spans_are_exact(tree in mapping()) {
        for (name, text) in spellings(&tree) {
            let (source, document) = read(name, &text);
            let mut faults = Vec::new();
            check_spans(&source, &document.root, &mut faults);
            prop_assert!(faults.is_empty(), "{}:\n{}\n{}", name, text, faults.join("\n"));
        }
    }

    #[test]
    fn replacing_changes_that_value_alone(tree in mapping(), value in tree(), pick in any::<prop::sample::Index>()) {
        for (name, text) in spellings(&tree) {
            let (source, document) = read(name, &text);
            let mut all = Vec::new();
            places(&document.root, &mut Vec::new(), &mut all, false);
            all.retain(|(_, _, in_mapping)| *in_mapping);
            let (path, node, _) = &all[pick.index(all.len())];
            let edit = replace_value(&document, &source, node.span, &value, spelling).unwrap();
            let after = edited(&source, &edit);
            let mut meant = tree.clone();
            *at_mut(&mut meant, path) = value.clone();
            let (_, again) = read(name, &after);
            prop_assert_eq!(plain(&again.root), meant, "{}:\n{}\nbecame\n{}", name, text, after);
        }
    }

    #[test]
    fn inserting_adds_that_entry_alone(tree in mapping(), value in tree(), pick in any::<prop::sample::Index>()) {
        for (name, text) in spellings(&tree) {
            let (source, document) = read(name, &text);
            let mut all = Vec::new();
            places(&document.root, &mut Vec::new(), &mut all, true);
            all.retain(|(_, node, _)| matches!(node.data, Data::Mapping(_)) && node.style != Style::Tag);
            let (path, node, _) = &all[pick.index(all.len())];
            let keys = ["NewKey".into(), "Inner".into()];
            let edit = insert_entry(&document, &source, node.span, &keys, &value, spelling).unwrap();
            let after = edited(&source, &edit);
            let mut meant = tree.clone();
            let New::Mapping(entries) = at_mut(&mut meant, path) else { unreachable!("a mapping was picked") };
            entries.push(("NewKey".into(), New::mapping([("Inner", value.clone())])));
            let (_, again) = read(name, &after);
            prop_assert_eq!(plain(&again.root), meant, "{}:\n{}\nbecame\n{}", name, text, after);
        }
    }

    #[test]
    fn removing_takes_that_entry_alone(tree in mapping(), pick in any::<prop::sample::Index>()) {
        for (name, text) in spellings(&tree) {
            let (source, document) = read(name, &text);
            let mut all = Vec::new();
            places(&document.root, &mut Vec::new(), &mut all, false);
            all.retain(|(_, _, in_mapping)| *in_mapping);
            let (path, node, _) = &all[pick.index(all.len())];
            let edit = remove_entry(&document, &source, node.span).unwrap();
            let after = edited(&source, &edit);
            let mut meant = tree.clone();
            let (last, parent) = path.split_last().unwrap();
            let New::Mapping(entries) = at_mut(&mut meant, parent) else { unreachable!("an entry was picked") };
            entries.remove(*last);
            let (_, again) = read(name, &after);
            prop_assert_eq!(plain(&again.root), meant, "{}:\n{}\nbecame\n{}", name, text, after);
        }
    }
}
