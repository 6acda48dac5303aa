//! HCL, by `hcl-edit`'s tree.

use super::nesting::{MAX_NESTING, template_too_deep, too_deep};
use super::strip::Literals;
use super::{Attribute, Block, Body, Expr, ExprKind, ForExpr, Item, Label, Operator, Part, Step};
use crate::value::Number;
use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::{BlockLabel, Structure};
use hcl_edit::template::{Directive, Element, Template};
use hcl_edit::{Ident, Span as _};
use smol_str::SmolStr;
use std::ops::Range;
use stockade_model::Place;
use stockade_syntax::{FileId, Source, Span, SyntaxError};

/// Reads a file.
pub(super) fn parse(source: &Source) -> Result<Body, SyntaxError> {
    let reader =
        Reader { file: source.id, offset: source.content_offset(), whole: None, text: source.content() };
    if let Some(at) = too_deep(source.content()) {
        let at = source.content_offset() + at;
        return Err(SyntaxError { message: deep(), span: Span::new(at, at) });
    }
    let body = source.content().parse::<hcl_edit::structure::Body>().map_err(|error| {
        let at = source.content_offset() + error.location().offset();
        SyntaxError { message: format!("invalid HCL: {}", error.message()), span: Span::new(at, at) }
    })?;
    let whole = Place { file: source.id, span: Span::new(source.content_offset(), source.text.len()) };
    Ok(reader.body(&body, whole))
}

/// Reads the template in a string whose characters were written elsewhere: in JSON, or in a file of its own. All of it
/// is at `place`.
pub(crate) fn template(text: &str, place: Place) -> Result<Vec<Part>, SyntaxError> {
    if template_too_deep(text).is_some() {
        return Err(SyntaxError { message: deep(), span: place.span });
    }
    let template = text.parse::<Template>().map_err(|error| SyntaxError {
        message: format!("invalid template: {}", error.message()),
        span: place.span,
    })?;
    let reader = Reader { file: place.file, offset: 0, whole: Some(place), text };
    Ok(reader.parts(&template, &mut Literals::of_lines(&template, false)))
}

fn deep() -> String {
    format!(
        "expressions and blocks are read up to {MAX_NESTING} deep, and this one is deeper: take it apart with `locals`"
    )
}

struct Reader<'t> {
    file: FileId,
    /// What stands before the text that was parsed.
    offset: usize,
    /// The one place of everything, where offsets mean nothing.
    whole: Option<Place>,
    /// The text that was parsed.
    text: &'t str,
}

impl Reader<'_> {
    fn place(&self, span: Option<Range<usize>>) -> Place {
        if let Some(whole) = self.whole {
            return whole;
        }
        let span = span.unwrap_or_default();
        Place { file: self.file, span: Span::new(self.offset + span.start, self.offset + span.end) }
    }

    fn body(&self, body: &hcl_edit::structure::Body, place: Place) -> Body {
        let mut out = Body { place, ..Body::default() };
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => out.attributes.push(Attribute {
                    name: name(&attribute.key),
                    name_place: self.place(attribute.key.span()),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => out.blocks.push(Block {
                    kind: name(&block.ident),
                    kind_place: self.place(block.ident.span()),
                    labels: block.labels.iter().map(|label| self.label(label)).collect(),
                    body: self.body(&block.body, self.place(block.span())),
                }),
            }
        }
        out
    }

    fn label(&self, label: &BlockLabel) -> Label {
        let span = match label {
            BlockLabel::Ident(ident) => ident.span(),
            BlockLabel::String(text) => text.span(),
        };
        Label { text: SmolStr::new(label.as_str()), place: self.place(span) }
    }

    fn expr(&self, expr: &Expression) -> Expr {
        let place = self.place(expr.span());
        let boxed = |expr| Box::new(self.expr(expr));
        let kind = match expr {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(**value),
            Expression::Number(number) => {
                // As it was written, for the number's own form holds 64 bits.
                let written =
                    number.as_repr().map_or_else(|| number.value().to_string(), |repr| (**repr).to_owned());
                Number::parse(&written).map_or(ExprKind::Null, ExprKind::Number)
            }
            Expression::String(text) => ExprKind::Template(vec![Part::Literal(SmolStr::new(text.as_str()))]),
            Expression::StringTemplate(template) => {
                ExprKind::Template(self.parts(template, &mut Literals::quoted(template)))
            }
            Expression::HeredocTemplate(heredoc) => ExprKind::Template(self.heredoc(&heredoc.template)),
            Expression::Array(array) => ExprKind::Tuple(array.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => {
                let items = object.iter().map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Ident(ident) => {
                            let place = self.place(ident.span());
                            Expr { kind: ExprKind::Template(vec![Part::Literal(name(ident))]), place }
                        }
                        // The word is a key like any other.
                        ObjectKey::Expression(expr @ Expression::Null(_)) => {
                            let text = Part::Literal(SmolStr::new_static("null"));
                            Expr { kind: ExprKind::Template(vec![text]), place: self.place(expr.span()) }
                        }
                        ObjectKey::Expression(expr) => self.expr(expr),
                    };
                    Item { key, value: self.expr(value.expr()) }
                });
                ExprKind::Object(items.collect())
            }
            Expression::Parenthesis(inner) => ExprKind::Parenthesis(boxed(inner.inner())),
            Expression::Variable(variable) => ExprKind::Name(name(variable)),
            Expression::Conditional(conditional) => ExprKind::Conditional(Box::new([
                self.expr(&conditional.cond_expr),
                self.expr(&conditional.true_expr),
                self.expr(&conditional.false_expr),
            ])),
            Expression::FuncCall(call) => {
                let namespace = call.name.namespace.iter().map(|part| format!("{}::", part.as_str()));
                let name: String = namespace.chain([call.name.name.as_str().to_owned()]).collect();
                ExprKind::Call {
                    name: name.into(),
                    arguments: call.args.iter().map(|argument| self.expr(argument)).collect(),
                    expand: call.args.expand_final(),
                }
            }
            Expression::Traversal(traversal) => {
                let steps = traversal.operators.iter().map(|operator| match operator.value() {
                    TraversalOperator::AttrSplat(_) => Step::AttributeSplat,
                    TraversalOperator::FullSplat(_) => Step::FullSplat,
                    TraversalOperator::GetAttr(ident) => Step::Attribute(name(ident)),
                    TraversalOperator::Index(index) => Step::Index(self.expr(index)),
                    TraversalOperator::LegacyIndex(index) => {
                        let number = Number::parse(&index.value().to_string());
                        let kind = number.map_or(ExprKind::Null, ExprKind::Number);
                        Step::Index(Expr { kind, place: self.place(index.span()) })
                    }
                });
                // A sign before a number binds less than what follows it.
                match self.expr(&traversal.expr) {
                    Expr { kind: ExprKind::Number(number), place: base } if number.is_negative() => {
                        let base = Expr { kind: ExprKind::Number(number.negate()), place: base };
                        let kind = ExprKind::Traversal(Box::new(base), steps.collect());
                        ExprKind::Negate(Box::new(Expr { kind, place }))
                    }
                    base => ExprKind::Traversal(Box::new(base), steps.collect()),
                }
            }
            Expression::UnaryOp(operation) => match *operation.operator.value() {
                UnaryOperator::Neg => ExprKind::Negate(boxed(&operation.expr)),
                UnaryOperator::Not => ExprKind::Not(boxed(&operation.expr)),
            },
            Expression::BinaryOp(operation) => ExprKind::Binary(
                operator(*operation.operator.value()),
                Box::new([self.expr(&operation.lhs_expr), self.expr(&operation.rhs_expr)]),
            ),
            Expression::ForExpr(expr) => ExprKind::For(Box::new(ForExpr {
                key: expr.intro.key_var.as_ref().map(|variable| name(variable)),
                value: name(&expr.intro.value_var),
                collection: self.expr(&expr.intro.collection_expr),
                result_key: expr.key_expr.as_ref().map(|key| self.expr(key)),
                result: self.expr(&expr.value_expr),
                group: expr.grouping,
                condition: expr.cond.as_ref().map(|condition| self.expr(&condition.expr)),
            })),
        };
        Expr { kind, place }
    }

    /// The parts of a heredoc. The tree holds an indented one without its indentation, as it would be were there no
    /// directives in it, so that one is read again.
    fn heredoc(&self, template: &Template) -> Vec<Part> {
        let indented = || {
            let span = template.span()?;
            let opening = self.text.get(..span.start)?.trim_end();
            opening.rsplit_once("<<")?.1.strip_prefix('-')?;
            let text = self.text.get(span.clone())?;
            let template = text.parse::<Template>().ok()?;
            let reader =
                Reader { file: self.file, offset: self.offset + span.start, whole: self.whole, text };
            Some(reader.parts(&template, &mut Literals::of_lines(&template, true)))
        };
        indented().unwrap_or_else(|| self.parts(template, &mut Literals::of_lines(template, false)))
    }

    /// The parts of a template with what is kept of its literals.
    fn parts(&self, template: &Template, literals: &mut Literals) -> Vec<Part> {
        let part = |element: &Element| match element {
            Element::Literal(literal) => Part::Literal(literals.next(literal).into()),
            Element::Interpolation(interpolation) => Part::Interpolation(self.expr(&interpolation.expr)),
            Element::Directive(directive) => match directive.as_ref() {
                Directive::If(directive) => {
                    let then = self.parts(&directive.if_expr.template, literals);
                    let otherwise = directive.else_expr.as_ref();
                    let otherwise = otherwise.map(|expr| self.parts(&expr.template, literals));
                    let condition = self.expr(&directive.if_expr.cond_expr);
                    Part::If(Box::new(condition), then, otherwise.unwrap_or_default())
                }
                Directive::For(directive) => {
                    let intro = &directive.for_expr;
                    Part::For {
                        key: intro.key_var.as_ref().map(|variable| name(variable)),
                        value: name(&intro.value_var),
                        collection: Box::new(self.expr(&intro.collection_expr)),
                        parts: self.parts(&intro.template, literals),
                    }
                }
            },
        };
        template.iter().map(part).collect()
    }
}

fn name(ident: &Ident) -> SmolStr {
    SmolStr::new(ident.as_str())
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Mul => Operator::Multiply,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Remainder,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
