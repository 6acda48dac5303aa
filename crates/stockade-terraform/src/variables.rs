//! The variables of a module: what they are given, their types and their own conditions.

use crate::constraint;
use crate::evaluate::{Evaluated, Failure, Frame};
use crate::expansion::object_of;
use crate::instance::ModuleInstance;
use crate::module::expr_of;
use crate::syntax::{Block, Expr};
use crate::value::{Kind, Type, Value};
use stockade_model::{Origin, Place, Symbol, SymbolKind, ViaKind};

impl ModuleInstance<'_> {
    /// The value of a variable, and whether it is its default or was given.
    pub fn variable(&self, name: &str, place: Place) -> Result<(Value, ViaKind), Failure> {
        let Some(block) = self.module.variables.get(name) else {
            return Err(Failure::refused(place, format!("there is no variable `{name}`")));
        };
        let given = match &self.call {
            Some(call) => expr_of(call, name).is_some(),
            None => self.evaluation.inputs.variables.contains_key(name),
        };
        let value = self.once(format!("var.{name}"), place, || self.given(name, block))?;
        Ok((value, if given { ViaKind::VariableValue } else { ViaKind::VariableDefault }))
    }

    fn given(&self, name: &str, block: &Block) -> Evaluated {
        let evaluate = |expr: &Expr| self.evaluate(expr, &self.top()).map_err(|failure| failure.message);
        let ty = match expr_of(block, "type") {
            Some(expr) => {
                constraint::read(expr, &evaluate).map_err(|cause| Failure::refused(expr.place, cause))?
            }
            None => Type::Any,
        };
        let sensitive = is_true(block, "sensitive");
        let given = match (&self.call, self.parent()) {
            (Some(call), Some(parent)) => match expr_of(call, name) {
                Some(expr) => Some(parent.evaluate(expr, &Frame::of(self.names.clone()))?),
                None => None,
            },
            _ => self.evaluation.inputs.variables.get(name).cloned(),
        };
        let nullable = !expr_of(block, "nullable").is_some_and(
            |expr| matches!(self.evaluate(expr, &self.top()), Ok(value) if value.as_bool() == Some(false)),
        );
        let given = given.filter(|value| nullable || !value.is_null());
        let is_given = given.is_some();
        let value = match (given, expr_of(block, "default")) {
            (Some(value), _) => value,
            (None, Some(default)) => self.evaluate(default, &self.top())?,
            (None, None) if self.call.is_some() => {
                let place = self.call.as_ref().map_or(block.kind_place, |call| call.kind_place);
                return Err(Failure::refused(place, format!("the module is not given `{name}`")));
            }
            (None, None) => return Ok(self.asked(name, block, ty, sensitive)),
        };
        if !is_given && self.parent.is_none() {
            let variables = object_of("var", [(name, value.clone())], value.origin.place);
            if !self.refuses(block, &Frame::of(vec![variables])) {
                return self.typed(name, value, &ty, sensitive);
            }
            // A default that the variable's own conditions refuse is only there to be replaced.
            return Ok(self.asked(name, block, ty, sensitive));
        }
        self.typed(name, value, &ty, sensitive)
    }

    /// The value of a variable as its type has it.
    fn typed(&self, name: &str, value: Value, ty: &Type, sensitive: bool) -> Evaluated {
        let place = value.origin.place;
        let value = value
            .convert(ty)
            .map_err(|error| Failure::refused(place, format!("the value of variable `{name}`: {error}")))?;
        // A module may know of a variable that it is a secret where the caller's own does not say so.
        let value = match &value.kind {
            Kind::Unknown(symbol, ty)
                if sensitive && matches!(symbol.kind(), SymbolKind::Parameter { .. }) =>
            {
                let kind = Kind::Unknown(symbol.clone().kept_secret(), ty.clone());
                Value { kind, ..value }
            }
            _ => value,
        };
        Ok(value.hidden(sensitive))
    }

    /// The symbol of a variable of the root module that has no value.
    fn asked(&self, name: &str, block: &Block, ty: Type, sensitive: bool) -> Value {
        let symbol = Symbol::parameter("", name, None, Vec::new(), sensitive);
        let symbol = symbol.referred_as(format!("var.{name}"));
        let place = block.labels.first().map_or(block.kind_place, |label| label.place);
        Value::unknown(symbol, ty, Origin::at(place)).hidden(sensitive)
    }

    /// Whether a variable's own conditions refuse the value that it has in the frame.
    fn refuses(&self, block: &Block, frame: &Frame<'_>) -> bool {
        let validations = block.body.blocks("validation");
        validations.filter_map(|validation| expr_of(validation, "condition")).any(|condition| {
            let holds = self.evaluate_as(condition, &Type::Bool, frame);
            holds.is_ok_and(|value| value.as_bool() == Some(false))
        })
    }

    /// Tells of variables whose values their own conditions refuse.
    pub fn check_variables(&self) {
        for (name, block) in &self.module.variables {
            let place = block.labels.first().map_or(block.kind_place, |label| label.place);
            // Since Terraform 1.9 a condition may refer to other variables too.
            if self.variable(name, place).is_ok() && self.refuses(block, &self.top()) {
                let message = format!("the value of variable `{name}` is not valid by its own condition");
                self.evaluation.tell(&Failure::refused(place, message));
            }
        }
        for call in self.module.calls.keys() {
            for child in self.children(call).modules.iter().flatten() {
                child.check_variables();
            }
        }
    }
}

/// Whether an attribute of a block is written `true`.
pub(crate) fn is_true(block: &Block, name: &str) -> bool {
    matches!(expr_of(block, name).map(|expr| &expr.kind), Some(crate::syntax::ExprKind::Bool(true)))
}
