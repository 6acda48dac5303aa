//! Expressions to values.

mod collection;
mod operator;
mod template;
mod traversal;

pub(crate) use traversal::{EVERY, open_list};

use crate::functions::{self, CallError};
use crate::instance::ModuleInstance;
use crate::syntax::{Expr, ExprKind, Item, Part, Step};
use crate::value::{Entry, Kind, MappingKind, Type, Value, call_symbol};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::{Origin, Place, Symbol, SymbolKind};

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The cause, in lower case.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Whether Terraform refuses it; otherwise it has a value that is not computed here.
    pub refused: bool,
}

impl Failure {
    pub(crate) fn refused(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, refused: true }
    }

    pub(crate) fn not_known(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, refused: false }
    }
}

/// The result of an evaluation.
pub(crate) type Evaluated = Result<Value, Failure>;

/// The names that an expression sees beside those of its module: the variables of loops, `each`, `count`, `self`.
#[derive(Default)]
pub(crate) struct Frame<'f> {
    outer: Option<&'f Frame<'f>>,
    names: Vec<(SmolStr, Value)>,
    /// Whether names of the module are hidden: in a template file.
    closed: bool,
}

impl<'f> Frame<'f> {
    /// A frame of these names alone.
    pub fn of(names: Vec<(SmolStr, Value)>) -> Self {
        Self { outer: None, names, closed: false }
    }

    /// A frame of these names in which nothing else can be named.
    pub fn closed(names: Vec<(SmolStr, Value)>) -> Self {
        Self { outer: None, names, closed: true }
    }

    /// A frame within this one.
    pub fn with(&'f self, names: Vec<(SmolStr, Value)>) -> Frame<'f> {
        Frame { outer: Some(self), names, closed: self.closed }
    }

    /// The value of a name.
    pub fn name(&self, name: &str) -> Option<&Value> {
        let own = self.names.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
        own.or_else(|| self.outer?.name(name))
    }
}

impl ModuleInstance<'_> {
    /// The value of an expression.
    pub(crate) fn evaluate(&self, expr: &Expr, frame: &Frame<'_>) -> Evaluated {
        self.evaluation.step(expr.place)?;
        let value = self.evaluation.nested(expr.place, || self.evaluate_kind(expr, frame))?;
        // What a name leads to was counted where it was made.
        if !matches!(expr.kind, ExprKind::Name(_) | ExprKind::Traversal(..) | ExprKind::Parenthesis(_)) {
            self.evaluation.made(&value, expr.place)?;
        }
        Ok(value)
    }

    fn evaluate_kind(&self, expr: &Expr, frame: &Frame<'_>) -> Evaluated {
        let origin = || Origin::at(expr.place);
        Ok(match &expr.kind {
            ExprKind::Null => Value::null(origin()),
            ExprKind::Bool(value) => Value::bool(*value, origin()),
            ExprKind::Number(number) => Value::number(number.clone(), origin()),
            ExprKind::Template(parts) => self.template(parts, expr.place, frame)?,
            ExprKind::Tuple(items) => {
                let items = items.iter().map(|item| self.evaluate(item, frame));
                Value::tuple(items.collect::<Result<_, _>>()?, origin())
            }
            ExprKind::Object(items) => self.object(items, expr.place, frame)?,
            ExprKind::Name(_) => self.traversal(expr, &[], expr.place, frame)?,
            ExprKind::Traversal(base, steps) => self.traversal(base, steps, expr.place, frame)?,
            ExprKind::Conditional(parts) => self.conditional(parts, expr.place, frame)?,
            ExprKind::Call { name, arguments, expand } => {
                self.call(name, arguments, *expand, expr.place, frame)?
            }
            ExprKind::Negate(inner) => self.negate(inner, expr.place, frame)?,
            ExprKind::Not(inner) => self.not(inner, expr.place, frame)?,
            ExprKind::Binary(operator, sides) => self.binary(*operator, sides, expr.place, frame)?,
            ExprKind::For(expr_for) => self.for_expr(expr_for, expr.place, frame)?,
            ExprKind::Parenthesis(inner) => self.evaluate(inner, frame)?,
        })
    }

    /// The value of an expression, converted to a type.
    pub(crate) fn evaluate_as(&self, expr: &Expr, ty: &Type, frame: &Frame<'_>) -> Evaluated {
        let value = self.evaluate(expr, frame)?;
        value.convert(ty).map_err(|error| Failure::refused(expr.place, error.to_string()))
    }

    fn object(&self, items: &[Item], place: Place, frame: &Frame<'_>) -> Evaluated {
        let mut entries = BTreeMap::new();
        let (mut open, mut sensitive) = (None, false);
        for item in items {
            let key = match &item.key.kind {
                // A bare word is a key, even where it is the name of a variable.
                ExprKind::Name(name) => Value::string(name.clone(), Origin::at(item.key.place)),
                _ => self.evaluate_as(&item.key, &Type::String, frame)?,
            };
            let value = self.evaluate(&item.value, frame)?;
            sensitive |= key.sensitive;
            match (&key.kind, key.as_str()) {
                (_, Some(name)) => {
                    entries.insert(SmolStr::new(name), Entry { key_place: item.key.place, value });
                }
                (Kind::Null(_), _) => {
                    return Err(Failure::refused(item.key.place, "a key must not be null"));
                }
                _ => open = key.first_symbol().cloned(),
            }
        }
        Ok(Value::mapping(MappingKind::Object, entries, open, Origin::at(place)).hidden(sensitive))
    }

    fn conditional(&self, parts: &[Expr; 3], place: Place, frame: &Frame<'_>) -> Evaluated {
        let [condition, then, otherwise] = parts;
        let condition = self.evaluate_as(condition, &Type::Bool, frame)?;
        if let Some(decided) = condition.as_bool() {
            let (chosen, other) = if decided { (then, otherwise) } else { (otherwise, then) };
            let chosen = self.evaluate(chosen, frame)?.hidden(condition.sensitive);
            // What is wrong with the other branch does not matter, but its type does.
            let ty = match self.evaluate(other, frame) {
                Ok(other) => {
                    self.evaluation.work(chosen.size().saturating_add(other.size()), place)?;
                    // A bare null is of the type of the other branch.
                    match (&chosen.kind, &other.kind) {
                        (Kind::Null(Type::Any), _) => other.ty(),
                        (_, Kind::Null(Type::Any)) => return Ok(chosen),
                        _ => common_type(&chosen, &other.ty(), place)?,
                    }
                }
                Err(failure) => {
                    let ty = common_type(&chosen, &self.type_of_failed(other, &failure, frame), place);
                    // What is not computed here may be refused by Terraform, and then has no type.
                    if !failure.refused && ty != common_type(&chosen, &Type::Any, place) {
                        return Err(failure);
                    }
                    // What a splat gives of which an item has no value has a type that is not computed here.
                    if is_splat(other) && chosen.as_str().is_none() {
                        return Err(Failure::not_known(other.place, failure.message));
                    }
                    ty?
                }
            };
            return chosen.convert(&ty).map_err(|error| Failure::refused(place, error.to_string()));
        }
        let Some(symbol) = condition.symbol() else {
            return Err(Failure::refused(condition.origin.place, "the condition must not be null"));
        };
        let then = self.evaluate(then, frame)?;
        let otherwise = self.evaluate(otherwise, frame)?;
        let sensitive = condition.sensitive || then.sensitive || otherwise.sensitive;
        if then.equals(&otherwise).is_true() {
            return Ok(then.hidden(sensitive));
        }
        let ty = common_type(&then, &otherwise.ty(), place)?;
        let condition = Value::unknown(symbol.clone(), Type::Bool, condition.origin.clone());
        let symbol = call_symbol("conditional", &[&condition, &then, &otherwise]);
        Ok(Value::unknown(symbol, ty, Origin::at(place)).hidden(sensitive))
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Expr],
        expand: bool,
        place: Place,
        frame: &Frame<'_>,
    ) -> Evaluated {
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" => return self.try_each(arguments, place, frame),
            "can" => {
                let [argument] = arguments else {
                    return Err(Failure::refused(place, "`can` takes one argument"));
                };
                return match self.evaluate(argument, frame) {
                    Ok(value) if value.is_wholly_known() => Ok(Value::bool(true, Origin::at(place))),
                    Ok(value) => {
                        Ok(Value::unknown(call_symbol("can", &[&value]), Type::Bool, Origin::at(place)))
                    }
                    Err(failure) if failure.refused => Ok(Value::bool(false, Origin::at(place))),
                    Err(failure) => Err(failure),
                };
            }
            "templatefile" => return self.template_file(arguments, place, frame),
            "templatestring" => return self.template_string(arguments, place, frame),
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            let value = self.evaluate(argument, frame)?;
            if !(expand && at + 1 == arguments.len()) {
                values.push(value);
                continue;
            }
            match &value.kind {
                Kind::Sequence(sequence) if sequence.open.is_none() => {
                    let items = sequence.items.iter().cloned();
                    values.extend(items.map(|item| item.hidden(value.sensitive)));
                }
                Kind::Sequence(_) | Kind::Unknown(..) => {
                    values.push(value);
                    let arguments: Vec<&Value> = values.iter().collect();
                    let symbol = call_symbol(&format!("{name}..."), &arguments);
                    return Ok(Value::unknown(symbol, Type::Any, Origin::at(place)));
                }
                _ => return Err(Failure::refused(argument.place, "what `…` expands must be a list")),
            }
        }
        self.evaluation.work(functions::work(name, &values), place)?;
        functions::call(name, values, Origin::at(place), self).map_err(|error| match error {
            CallError::Refused(message) => Failure::refused(place, message),
            CallError::NotKnown(message) => Failure::not_known(place, message),
        })
    }

    /// The first argument that has a value. One that is not known may have none, so it decides nothing further on.
    fn try_each(&self, arguments: &[Expr], place: Place, frame: &Frame<'_>) -> Evaluated {
        for argument in arguments {
            match self.evaluate(argument, frame) {
                Ok(value) => return Ok(value),
                Err(failure) if failure.refused => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::refused(place, "no argument of `try` has a value"))
    }

    /// A symbol for what cannot be evaluated, which is the same wherever the same thing is asked again.
    pub(crate) fn opaque(&self, what: &str, place: Place, of: &[&Value]) -> Symbol {
        let arguments: Vec<String> = of.iter().map(|value| value.canonical()).collect();
        Symbol::new(SymbolKind::Call {
            function: what.into(),
            arguments: format!("{}@{place:?}({})", self.path, arguments.join(", ")).into(),
        })
    }
}

/// The one type that both branches of a conditional become.
fn common_type(branch: &Value, other: &Type, place: Place) -> Result<Type, Failure> {
    Type::unify([branch.ty(), other.clone()]).ok_or_else(|| {
        let message =
            format!("the branches of the conditional are of no one type: {} and {other}", branch.ty());
        Failure::refused(place, message)
    })
}

fn is_splat(expr: &Expr) -> bool {
    let splat = |step: &Step| matches!(step, Step::FullSplat | Step::AttributeSplat);
    matches!(&expr.kind, ExprKind::Traversal(_, steps) if steps.iter().any(splat))
}

impl ModuleInstance<'_> {
    /// The type that an expression has to HCL although it has no value.
    fn type_of_failed(&self, expr: &Expr, failure: &Failure, frame: &Frame<'_>) -> Type {
        let type_of = |expr: &Expr, frame: &Frame<'_>| match self.evaluate(expr, frame) {
            Ok(value) => value.ty(),
            Err(failure) => self.type_of_failed(expr, &failure, frame),
        };
        match &expr.kind {
            ExprKind::Parenthesis(inner) => self.type_of_failed(inner, failure, frame),
            ExprKind::Template(parts) => match parts.as_slice() {
                [Part::Interpolation(inner)] => self.type_of_failed(inner, failure, frame),
                _ => Type::String,
            },
            ExprKind::Not(_) => Type::Bool,
            ExprKind::Negate(_) => Type::Number,
            ExprKind::Binary(operator, _) => operator.result(),
            ExprKind::Tuple(items) => Type::Tuple(items.iter().map(|item| type_of(item, frame)).collect()),
            ExprKind::For(expr) if expr.result_key.is_none() && expr.condition.is_none() => {
                let pairs = self
                    .evaluate(&expr.collection, frame)
                    .and_then(|collection| Ok(self.pairs(&collection, expr.collection.place)?.0));
                let Ok(pairs) = pairs else { return Type::Any };
                let item = |(key, value): (Value, Value)| {
                    let mut names = vec![(expr.value.clone(), value)];
                    names.extend(expr.key.iter().map(|name| (name.clone(), key.clone())));
                    type_of(&expr.result, &frame.with(names))
                };
                Type::Tuple(pairs.into_iter().map(item).collect())
            }
            // Of one whose condition has no value, the branches decide.
            ExprKind::Conditional(parts) => {
                Type::unify(parts[1..].iter().map(|branch| type_of(branch, frame))).unwrap_or_default()
            }
            // It has a value, which is not computed here.
            ExprKind::Call { name, arguments, .. } if !failure.refused && name == "try" => {
                let not_known = arguments.iter().find_map(|argument| {
                    let failure = self.evaluate(argument, frame).err().filter(|failure| !failure.refused)?;
                    Some(self.type_of_failed(argument, &failure, frame))
                });
                not_known.unwrap_or_default()
            }
            ExprKind::Call { name, .. } if !failure.refused => functions::result_type(name),
            _ => Type::Any,
        }
    }
}
