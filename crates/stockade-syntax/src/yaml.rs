//! YAML, by `granit-parser`'s events. This file alone knows that parser.

use crate::json::duplicate_key;
use crate::tree::{Comment, Data, Document, Entry, Format, Node, Notice, NoticeKind, Style};
use crate::{MAX_DEPTH, MAX_NODES, Source, Span, SyntaxError, TagMeaning, scalar};
use foldhash::{HashMap, HashSet};
use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};
use smol_str::SmolStr;
use std::borrow::Cow;

pub(crate) fn too_deep() -> String {
    format!("collections nest more than {MAX_DEPTH} deep")
}

pub(crate) fn parse(source: &Source, tags: TagMeaning) -> Result<Document, SyntaxError> {
    let mut options = Options::default();
    options.flow_nesting_limit = MAX_DEPTH + 2;
    options.block_nesting_limit = MAX_DEPTH + 2;
    let offset = source.content_offset();
    let mut builder = Builder {
        offset,
        tags,
        stack: Vec::new(),
        root: None,
        anchors: HashMap::default(),
        comments: Vec::new(),
        notices: Vec::new(),
        nodes: 0,
        last_end: 0,
    };
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(source.content(), options) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(0) + offset;
            let at = at.min(source.text.len());
            SyntaxError { message: explain(&error.to_string(), source.content()), span: Span::new(at, at) }
        })?;
        if let Event::DocumentStart(..) = event {
            documents += 1;
            if documents > 1 {
                let message = "the file has more than one document; only the first is judged".to_owned();
                let at = builder.span(&span);
                builder.notices.push(Notice { kind: NoticeKind::FurtherDocuments, message, span: at });
                break;
            }
        }
        builder.event(event, &span, &source.text)?;
    }
    let empty = Span::new(offset, offset);
    let root =
        builder.root.ok_or_else(|| SyntaxError { message: "the file is empty".into(), span: empty })?;
    Ok(Document {
        file: source.id,
        format: Format::Yaml,
        root,
        comments: builder.comments,
        notices: builder.notices,
    })
}

/// Adds the likely cause to a parser's message: a template language or a tab are what users meet.
fn explain(message: &str, text: &str) -> String {
    let message = message.split(" at byte ").next().unwrap_or(message);
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(" at char ").next().unwrap_or(message);
    let cause = if ["{%", "{{-", "{{ "].iter().any(|mark| text.contains(mark)) {
        "; it looks like a text template (Jinja, Go template): render it first and check the result"
    } else if message.starts_with("tabs ") {
        "; indent with spaces"
    } else if message.starts_with("recursion limit") {
        return too_deep();
    } else {
        ""
    };
    format!("invalid YAML: {message}{cause}")
}

/// The parser's block scalar reaches to where the next token starts; what is written ends before that line.
fn before_line_break(text: &str, span: Span) -> u32 {
    let written = text.get(span.range()).unwrap_or_default();
    let line = written.trim_end_matches([' ', '\t']);
    let Some(before) = line.strip_suffix('\n') else { return span.end };
    let before = before.strip_suffix('\r').unwrap_or(before);
    Span::new(0, span.start as usize + before.len()).end
}

enum Open {
    Sequence {
        node: Node,
        items: Vec<Node>,
        anchor: usize,
        wrap: Option<(&'static str, Span)>,
    },
    Mapping {
        node: Node,
        entries: Vec<Entry>,
        key: Option<Node>,
        anchor: usize,
        wrap: Option<(&'static str, Span)>,
    },
}

/// A node that aliases repeat.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

struct Builder {
    offset: usize,
    tags: TagMeaning,
    stack: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchored>,
    comments: Vec<Comment>,
    notices: Vec<Notice>,
    nodes: usize,
    last_end: u32,
}

impl Builder {
    fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(self.offset + range.start, self.offset + range.end.max(range.start))
    }

    fn wrap(&self, tag: Option<&Cow<'_, Tag>>, span: &granit_parser::Span) -> Option<(&'static str, Span)> {
        let tag = tag?;
        let meaning = (tag.handle() == "!").then(|| (self.tags)(tag.suffix())).flatten()?;
        Some((meaning, span.tag_span().map_or_else(|| self.span(span), |tag| self.span(&tag))))
    }

    fn event(
        &mut self,
        event: Event<'_>,
        at: &granit_parser::Span,
        text_of_file: &str,
    ) -> Result<(), SyntaxError> {
        let mut span = self.span(at);
        match event {
            Event::Comment(text, _) => self.comments.push(Comment { text: SmolStr::new(&text), span }),
            Event::Scalar(text, style, anchor, tag) => {
                let wrap = self.wrap(tag.as_ref(), at);
                let text_tag = tag.as_ref().is_some_and(|tag| tag.core_suffix() == Some("str"));
                // Under a short tag a plain scalar is a name, whatever it looks like; so is a key.
                let textual = text_tag || wrap.is_some() || self.expects_key();
                let (data, style) = match style {
                    ScalarStyle::Plain if textual => (Data::String(SmolStr::new(&text)), Style::Plain),
                    ScalarStyle::Plain => (scalar::resolve(&text), Style::Plain),
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        (Data::String(SmolStr::new(&text)), Style::Quoted)
                    }
                    _ => {
                        span.end = before_line_break(text_of_file, span);
                        (Data::String(SmolStr::new(&text)), Style::BlockScalar)
                    }
                };
                let node = Node { data, span, style, alias: None };
                self.make_room(1, span)?;
                self.finish(node, anchor, wrap)?;
            }
            Event::Alias(id) => {
                let anchored = self.anchors.get(&id).ok_or_else(|| SyntaxError {
                    message: "an alias inside its own definition".into(),
                    span,
                })?;
                let size = anchored.size;
                if self.stack.len() + anchored.height > MAX_DEPTH {
                    return Err(SyntaxError { message: too_deep(), span });
                }
                let mut node = anchored.node.clone();
                self.make_room(size, span)?;
                let message =
                    "CloudFormation does not take aliases; `aws cloudformation package` unrolls them";
                if !self.notices.iter().any(|notice| notice.kind == NoticeKind::Alias) {
                    self.notices.push(Notice { kind: NoticeKind::Alias, message: message.into(), span });
                }
                node.alias = Some(span);
                self.finish(node, 0, None)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                let wrap = self.wrap(tag.as_ref(), at);
                let node = Node { data: Data::Null, span, style: collection(style), alias: None };
                self.open(Open::Sequence { node, items: Vec::new(), anchor, wrap }, span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let wrap = self.wrap(tag.as_ref(), at);
                let node = Node { data: Data::Null, span, style: collection(style), alias: None };
                self.open(Open::Mapping { node, entries: Vec::new(), key: None, anchor, wrap }, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, open: Open, span: Span) -> Result<(), SyntaxError> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(SyntaxError { message: too_deep(), span });
        }
        self.stack.push(open);
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), SyntaxError> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let (mut node, anchor, wrap) = match open {
            Open::Sequence { mut node, items, anchor, wrap } => {
                node.data = Data::Sequence(items);
                (node, anchor, wrap)
            }
            Open::Mapping { mut node, entries, anchor, wrap, .. } => {
                node.data = Data::Mapping(self.merge(entries));
                (node, anchor, wrap)
            }
        };
        // A block collection's end event lies at the next token; it ends where its last child ends.
        let close = if node.style == Style::Flow { end.end } else { self.last_end.max(node.span.start) };
        node.span.end = close;
        self.make_room(1, node.span)?;
        self.finish(node, anchor, wrap)
    }

    fn make_room(&mut self, size: usize, span: Span) -> Result<(), SyntaxError> {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            let message = format!(
                "the document holds more than {MAX_NODES} values, those that aliases repeat counted each time"
            );
            return Err(SyntaxError { message, span });
        }
        Ok(())
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Open::Mapping { key: None, .. }))
    }

    /// Registers the anchor, wraps a tagged node, and hands it to the collection that is open.
    fn finish(
        &mut self,
        node: Node,
        anchor: usize,
        wrap: Option<(&'static str, Span)>,
    ) -> Result<(), SyntaxError> {
        let written = node.alias.unwrap_or(node.span);
        if written.start != written.end {
            self.last_end = self.last_end.max(written.end);
        }
        let node = match wrap {
            Some((key, tag)) => {
                self.last_end = self.last_end.max(tag.end);
                let span = tag.to(if node.span.end <= tag.start { tag } else { node.span });
                let entry = Entry { key: SmolStr::new_static(key), key_span: tag, value: node };
                Node { data: Data::Mapping(vec![entry]), span, style: Style::Tag, alias: None }
            }
            None => node,
        };
        if anchor != 0 {
            let (size, height) = measure(&node);
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        match self.stack.last_mut() {
            None => self.root = self.root.take().or(Some(node)),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key_node) => {
                    let Data::String(text) = key_node.data else {
                        let message = "a key is not a scalar".to_owned();
                        return Err(SyntaxError { message, span: key_node.span });
                    };
                    entries.push(Entry {
                        key: text,
                        key_span: key_node.alias.unwrap_or(key_node.span),
                        value: node,
                    });
                }
            },
        }
        Ok(())
    }

    /// Notes duplicate keys and expands `<<`: an explicit key wins over a merged one, an earlier merge over a
    /// later one (<https://yaml.org/type/merge.html>).
    fn merge(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut seen = HashSet::with_capacity_and_hasher(entries.len(), Default::default());
        let mut merges = false;
        for entry in &entries {
            merges |= entry.key == "<<";
            if !seen.insert(entry.key.clone()) && entry.key != "<<" {
                self.notices.push(duplicate_key(&entry.key, entry.key_span));
            }
        }
        if !merges {
            return entries;
        }
        let (merged, mut kept): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.key == "<<");
        for merge in merged {
            let use_site = merge.value.alias.unwrap_or(merge.key_span);
            let sources = match merge.value.data {
                Data::Sequence(items) => items,
                _ => vec![merge.value],
            };
            for source in sources {
                let via = source.alias.unwrap_or(use_site);
                for mut entry in source.entries().to_vec() {
                    if seen.insert(entry.key.clone()) {
                        entry.value.alias = Some(via);
                        kept.push(entry);
                    }
                }
            }
        }
        kept
    }
}

fn collection(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

/// How many nodes a node holds, itself counted, and how deep they nest.
fn measure(node: &Node) -> (usize, usize) {
    let (mut size, mut height) = (1, 0);
    let mut add = |inner: &Node| {
        let (inner_size, inner_height) = measure(inner);
        size += inner_size;
        height = height.max(inner_height + 1);
    };
    match &node.data {
        Data::Sequence(items) => items.iter().for_each(add),
        Data::Mapping(entries) => entries.iter().for_each(|entry| add(&entry.value)),
        _ => {}
    }
    (size, height)
}

#[cfg(test)]
mod tests {
    use crate::{FileId, Source, parse};

    fn error(text: &str) -> String {
        parse(&Source::new(FileId(0), "a.yaml", text), |_| None).unwrap_err().message
    }

    #[test]
    fn aliases_cannot_nest_deeper_than_brackets() {
        let mut text = "a0: &a0 x\n".to_owned();
        for at in 1..100 {
            let (open, close) = ("[".repeat(20), "]".repeat(20));
            text.push_str(&format!("a{at}: &a{at} {open}*a{}{close}\n", at - 1));
        }
        assert_eq!(error(&text), "collections nest more than 128 deep");
    }

    #[test]
    fn aliases_cannot_multiply_without_end() {
        let mut text = "a0: &a0 x\n".to_owned();
        for at in 1..12 {
            text.push_str(&format!(
                "a{at}: &a{at} [{}]\n",
                [format!("*a{}", at - 1).as_str(); 10].join(", ")
            ));
        }
        assert!(error(&text).starts_with("the document holds more than"), "{}", error(&text));
    }
}
