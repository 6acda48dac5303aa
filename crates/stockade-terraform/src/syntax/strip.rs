//! White space that a template does not keep: what strip markers (`~`) take away, and the indentation of a heredoc.
//!
//! HCL reads a template that is not in quotes line by line, and a marker takes from the line that it touches alone: behind
//! `%{ endif ~}` the end of that line goes and the indentation of the next one stays.

use hcl_edit::template::{Directive, Element, Strip, Template};

/// The literals of a template in the order written, directives' own ones included, each line apart.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// Lines that are not used yet, the next one last.
    rest: Vec<String>,
    by_line: bool,
}

enum Token {
    Literal(String),
    Other,
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    by_line: bool,
    /// Whether the token before strips what follows it.
    strips: bool,
}

impl Literals {
    /// The literals of a template in quotes.
    pub fn quoted(template: &Template) -> Self {
        Self::read(template, false, false)
    }

    /// The literals of a template that stands by itself, or in a heredoc; of an indented one without the indentation.
    pub fn of_lines(template: &Template, indented: bool) -> Self {
        Self::read(template, true, indented)
    }

    fn read(template: &Template, by_line: bool, indented: bool) -> Self {
        let mut reader = Reader { by_line, ..Reader::default() };
        reader.template(template, false);
        if indented {
            dedent(&mut reader.tokens);
        }
        let literal = |token| if let Token::Literal(text) = token { Some(text) } else { None };
        Self { rest: reader.tokens.into_iter().rev().filter_map(literal).collect(), by_line }
    }

    /// What is kept of a literal, which must be asked for in the order written.
    pub fn next(&mut self, literal: &str) -> String {
        let count = lines(literal, self.by_line).count();
        let from = self.rest.len().saturating_sub(count);
        self.rest.drain(from..).rev().collect()
    }
}

fn lines(text: &str, by_line: bool) -> impl Iterator<Item = &str> {
    let whole = (!by_line && !text.is_empty()).then_some(text);
    let lines = by_line.then(|| text.split_inclusive('\n'));
    whole.into_iter().chain(lines.into_iter().flatten())
}

impl Reader {
    fn template(&mut self, template: &Template, within: bool) {
        for element in template {
            match element {
                Element::Literal(literal) => {
                    for line in lines(literal, self.by_line) {
                        // The tree has what stands within a directive as it is written, even in quotes.
                        let line = match within && !self.by_line {
                            true => unescaped(line),
                            false => line.to_owned(),
                        };
                        let line = if self.strips { line.trim_start().to_owned() } else { line };
                        self.strips = false;
                        self.tokens.push(Token::Literal(line));
                    }
                }
                Element::Interpolation(interpolation) => self.other(interpolation.strip),
                Element::Directive(directive) => match directive.as_ref() {
                    Directive::If(directive) => {
                        self.other(directive.if_expr.strip);
                        self.template(&directive.if_expr.template, true);
                        if let Some(otherwise) = &directive.else_expr {
                            self.other(otherwise.strip);
                            self.template(&otherwise.template, true);
                        }
                        self.other(directive.endif_expr.strip);
                    }
                    Directive::For(directive) => {
                        self.other(directive.for_expr.strip);
                        self.template(&directive.for_expr.template, true);
                        self.other(directive.endfor_expr.strip);
                    }
                },
            }
        }
    }

    fn other(&mut self, strip: Strip) {
        if strip.strip_start()
            && let Some(Token::Literal(text)) = self.tokens.last_mut()
        {
            text.truncate(text.trim_end().len());
        }
        self.strips = strip.strip_end();
        self.tokens.push(Token::Other);
    }
}

/// A text in quotes with its escapes replaced; those of templates are replaced already.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let next = characters.next();
        let mut by_code = |digits| {
            let code: String = characters.by_ref().take(digits).collect();
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
        };
        out.extend(match next {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => by_code(4),
            Some('U') => by_code(8),
            other => other,
        });
    }
    out
}

/// Takes away the spaces that all lines begin with. Lines of spaces alone do not count.
fn dedent(tokens: &mut [Token]) {
    let (mut begins, mut least) = (true, usize::MAX);
    let mut first = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let spaces = match token {
            Token::Literal(text) if text.trim_start().is_empty() && text.ends_with('\n') => usize::MAX,
            Token::Literal(text) => {
                if begins {
                    first.push(at);
                }
                text.chars().take_while(|character| character.is_whitespace()).count()
            }
            Token::Other => 0,
        };
        if begins {
            least = least.min(spaces);
        }
        begins = matches!(token, Token::Literal(text) if text.ends_with('\n'));
    }
    for at in first {
        if let Token::Literal(text) = &mut tokens[at] {
            *text = text.chars().skip(least).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::{ExprKind, parse};
    use stockade_syntax::{FileId, Source};

    /// The value of a template of literals and of conditions that are literals too.
    fn value(text: &str) -> String {
        let source = Source::new(FileId(0), "main.tf", format!("v = {text}\n"));
        let body = parse(&source).unwrap();
        let ExprKind::Template(parts) = &body.attribute("v").unwrap().value.kind else { panic!("{text}") };
        let mut out = String::new();
        render(parts, &mut out);
        out
    }

    fn render(parts: &[crate::syntax::Part], out: &mut String) {
        use crate::syntax::Part;
        for part in parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Interpolation(_) => out.push('X'),
                Part::If(condition, then, otherwise) => {
                    render(
                        if matches!(condition.kind, ExprKind::Bool(true)) { then } else { otherwise },
                        out,
                    );
                }
                Part::For { parts, .. } => render(parts, out),
            }
        }
    }

    /// What Terraform 1.0.3 gives; `X` stands for what is interpolated.
    #[test]
    fn a_marker_strips_no_more_than_its_line() {
        assert_eq!(value("<<-EOT\n  a ${x ~}\n    b\nEOT"), "a X    b\n");
        assert_eq!(value("<<EOT\n  a ${~ x ~}\n    b\nEOT"), "  aX    b\n");
        let branches = |left: &str, right: &str, condition: bool| {
            format!(
                "<<-EOT\n    %{{{left} if {condition} {right}}}\n    yes\n    %{{{left} else {right}}}\n    no\n    %{{{left} endif {right}}}\n    end\nEOT"
            )
        };
        assert_eq!(value(&branches("~", "~", true)), "    yes\n    end\n");
        assert_eq!(value(&branches("~", "", true)), "\n    yes\n\n    end\n");
        assert_eq!(value(&branches("", "", false)), "\nno\n\nend\n");
        assert_eq!(value("<<EOT\n%{ for v in x ~}\n  - ${v}\n%{ endfor ~}\nlast\nEOT"), "  - X\nlast\n");
        assert_eq!(value("\"%{ if true }\\t\\u00e9\\\"x%{ endif }\""), "\té\"x");
        assert_eq!(value("\"a %{~ if true ~} b\\n  %{~ endif ~}\\n c\""), "abc");
    }

    #[test]
    fn lines_of_spaces_do_not_count_for_the_indentation() {
        assert_eq!(value("<<-EOT\n    a\n \n      b\n  EOT"), "a\n \n  b\n");
        assert_eq!(value("<<-EOT\n    a\n  ${x}\n  EOT"), "  a\nX\n");
        assert_eq!(value("<<-EOT\n    a\n${x}\n  EOT"), "    a\nX\n");
    }
}
