//! Operators.

use super::{Evaluated, Failure, Frame};
use crate::instance::ModuleInstance;
use crate::syntax::{Expr, Operator};
use crate::value::{Kind, Number, NumberError, Type, Value, call_symbol};
use std::cmp::Ordering;
use stockade_model::{Kleene, Origin, Place};

impl ModuleInstance<'_> {
    pub(super) fn negate(&self, inner: &Expr, place: Place, frame: &Frame<'_>) -> Evaluated {
        let value = self.operand(inner, &Type::Number, frame)?;
        Ok(match &value.kind {
            Kind::Number(number) => Value::number(number.negate(), Origin::at(place)),
            _ => Value::unknown(call_symbol("-", &[&value]), Type::Number, Origin::at(place)),
        }
        .hidden(value.sensitive))
    }

    pub(super) fn not(&self, inner: &Expr, place: Place, frame: &Frame<'_>) -> Evaluated {
        let value = self.operand(inner, &Type::Bool, frame)?;
        Ok(match value.as_bool() {
            Some(known) => Value::bool(!known, Origin::at(place)),
            None => Value::unknown(call_symbol("!", &[&value]), Type::Bool, Origin::at(place)),
        }
        .hidden(value.sensitive))
    }

    pub(super) fn binary(
        &self,
        operator: Operator,
        sides: &[Expr; 2],
        place: Place,
        frame: &Frame<'_>,
    ) -> Evaluated {
        match operator {
            Operator::And | Operator::Or => self.logical(operator, sides, place, frame),
            Operator::Equal | Operator::NotEqual => {
                let left = self.evaluate(&sides[0], frame)?;
                let right = self.evaluate(&sides[1], frame)?;
                self.evaluation.work(left.size().saturating_add(right.size()), place)?;
                let equal = left.equals(&right);
                let sensitive = left.holds_sensitive() || right.holds_sensitive();
                let value = match (equal, operator) {
                    (Kleene::True, Operator::Equal) | (Kleene::False, Operator::NotEqual) => Some(true),
                    (Kleene::Unknown, _) => None,
                    _ => Some(false),
                };
                Ok(match value {
                    Some(value) => Value::bool(value, Origin::at(place)),
                    None => {
                        let symbol = call_symbol(spelling(operator), &[&left, &right]);
                        Value::unknown(symbol, Type::Bool, Origin::at(place))
                    }
                }
                .hidden(sensitive))
            }
            _ => self.arithmetic(operator, sides, place, frame),
        }
    }

    fn logical(&self, operator: Operator, sides: &[Expr; 2], place: Place, frame: &Frame<'_>) -> Evaluated {
        // What decides alone.
        let decides = operator == Operator::Or;
        let left = self.operand(&sides[0], &Type::Bool, frame)?;
        if left.as_bool() == Some(decides) {
            return Ok(Value::bool(decides, Origin::at(place)).hidden(left.sensitive));
        }
        let right = self.operand(&sides[1], &Type::Bool, frame)?;
        let sensitive = left.sensitive || right.sensitive;
        let value = match (left.as_bool(), right.as_bool()) {
            (_, Some(right)) if right == decides => Value::bool(decides, Origin::at(place)),
            (Some(_), Some(_)) => Value::bool(!decides, Origin::at(place)),
            _ => {
                let symbol = call_symbol(spelling(operator), &[&left, &right]);
                Value::unknown(symbol, Type::Bool, Origin::at(place))
            }
        };
        Ok(value.hidden(sensitive))
    }

    fn arithmetic(
        &self,
        operator: Operator,
        sides: &[Expr; 2],
        place: Place,
        frame: &Frame<'_>,
    ) -> Evaluated {
        let left = self.operand(&sides[0], &Type::Number, frame)?;
        let right = self.operand(&sides[1], &Type::Number, frame)?;
        let sensitive = left.sensitive || right.sensitive;
        let origin = Origin::at(place);
        let value = match (&left.kind, &right.kind) {
            (Kind::Number(left), Kind::Number(right)) => compute(operator, left, right)
                .map_err(|error| match error {
                    NumberError::NotANumber => Failure::refused(place, error.to_string()),
                    _ => Failure::not_known(place, error.to_string()),
                })?
                .into_value(origin),
            _ => {
                let symbol = call_symbol(spelling(operator), &[&left, &right]);
                Value::unknown(symbol, operator.result(), origin)
            }
        };
        Ok(value.hidden(sensitive))
    }

    /// An operand: of that type and not null.
    fn operand(&self, expr: &Expr, ty: &Type, frame: &Frame<'_>) -> Evaluated {
        let value = self.evaluate_as(expr, ty, frame)?;
        match value.is_null() {
            true => Err(Failure::refused(expr.place, format!("a {ty} is required, but this is null"))),
            false => Ok(value),
        }
    }
}

enum Computed {
    Number(Number),
    Bool(bool),
}

impl Computed {
    fn into_value(self, origin: Origin) -> Value {
        match self {
            Self::Number(number) => Value::number(number, origin),
            Self::Bool(value) => Value::bool(value, origin),
        }
    }
}

impl Operator {
    /// The type of what it gives.
    pub(super) fn result(self) -> Type {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder => Type::Number,
            _ => Type::Bool,
        }
    }
}

fn compute(operator: Operator, left: &Number, right: &Number) -> Result<Computed, NumberError> {
    let order = || left.cmp(right);
    Ok(match operator {
        Operator::Add => Computed::Number(left.add(right)),
        Operator::Subtract => Computed::Number(left.subtract(right)),
        Operator::Multiply => Computed::Number(left.multiply(right)),
        Operator::Divide => Computed::Number(left.divide(right)?),
        Operator::Remainder => Computed::Number(left.remainder(right)),
        Operator::Less => Computed::Bool(order() == Ordering::Less),
        Operator::LessOrEqual => Computed::Bool(order() != Ordering::Greater),
        Operator::Greater => Computed::Bool(order() == Ordering::Greater),
        Operator::GreaterOrEqual => Computed::Bool(order() != Ordering::Less),
        Operator::Equal => Computed::Bool(order() == Ordering::Equal),
        Operator::NotEqual => Computed::Bool(order() != Ordering::Equal),
        Operator::And | Operator::Or => return Err(NumberError::NotANumber),
    })
}

fn spelling(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::And => "&&",
        Operator::Or => "||",
    }
}
