//! One stack in one scenario: what its parameters and conditions are.

use crate::evaluate::dynamic_references;
use crate::template::Parameter;
use crate::{Exports, Expr, Template};
use foldhash::{HashMap, HashSet};
use smol_str::{SmolStr, format_smolstr};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use stockade_model::{Choice, Kind, Kleene, Origin, Place, Symbol, SymbolKind, Text, Value, ViaKind};

/// The region that a run judges for, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// `AWS::Region`.
    pub region: SmolStr,
    /// `AWS::Partition`.
    pub partition: SmolStr,
    /// `AWS::URLSuffix`.
    pub url_suffix: SmolStr,
}

impl Environment {
    /// The environment of a region, by its prefix (AWS General Reference, "Amazon Resource Names": partitions).
    pub fn of_region(region: impl Into<SmolStr>) -> Self {
        let region = region.into();
        let (partition, url_suffix) = if region.starts_with("cn-") {
            ("aws-cn", "amazonaws.com.cn")
        } else if region.starts_with("us-gov-") {
            ("aws-us-gov", "amazonaws.com")
        } else if region.starts_with("us-isob-") {
            ("aws-iso-b", "sc2s.sgov.gov")
        } else if region.starts_with("us-iso-") {
            ("aws-iso", "c2s.ic.gov")
        } else if region.starts_with("eusc-") {
            ("aws-eusc", "amazonaws.eu")
        } else {
            ("aws", "amazonaws.com")
        };
        Self { region, partition: partition.into(), url_suffix: url_suffix.into() }
    }
}

/// What a scenario chooses: values for parameters of the root stack, and outcomes for comparisons that no
/// parameter decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assignment {
    /// By parameter name.
    pub parameters: BTreeMap<SmolStr, Choice>,
    /// By the comparison's spelling.
    pub assumed: BTreeMap<SmolStr, bool>,
}

impl Assignment {
    /// The assignment that gives these parameters these values.
    #[must_use]
    pub fn of_values(values: &BTreeMap<SmolStr, SmolStr>) -> Self {
        let parameters =
            values.iter().map(|(name, value)| (name.clone(), Choice::Value(value.clone()))).collect();
        Self { parameters, assumed: BTreeMap::new() }
    }
}

/// What an evaluation asked of its scope; two scopes that answer these alike give equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Read {
    /// A parameter's value.
    Parameter(SmolStr),
    /// A condition's outcome.
    Condition(SmolStr),
    /// What the deployment exports under a name.
    Import(Text),
    /// An output of another stack of the deployment: region, stack, output.
    Output(SmolStr, SmolStr, SmolStr),
    /// An output of a nested stack: logical id, output.
    Nested(SmolStr, SmolStr),
}

/// Knows what nested stacks give back.
pub trait NestedOutputs {
    /// The value of an output of the stack that a resource of `scope` nests, or `None` if it is not known.
    fn output(&self, scope: &Scope, resource: &str, output: &str) -> Option<Value>;
}

/// Where a stack's parameters have their values from.
enum Parameters<'a> {
    /// What a scenario chooses.
    Chosen(&'a Assignment),
    /// What the parent gives to a nested stack.
    Given(Value),
}

/// One stack in one scenario.
pub struct Scope<'a> {
    /// The template, transforms applied.
    pub template: &'a Template,
    /// The stack's path in the deployment, empty for the root.
    pub stack: SmolStr,
    /// The region and what follows from it.
    pub environment: &'a Environment,
    given: Parameters<'a>,
    /// In the template's order, each made when it is first read: most scopes ask few of them.
    parameters: Box<[OnceCell<Value>]>,
    assumed: &'a BTreeMap<SmolStr, bool>,
    exports: Option<&'a Exports>,
    nested: Option<&'a dyn NestedOutputs>,
    nested_outputs: RefCell<HashMap<(SmolStr, SmolStr), Option<Value>>>,
    conditions: RefCell<HashMap<SmolStr, Kleene>>,
    open_conditions: RefCell<Vec<SmolStr>>,
    reads: RefCell<HashSet<Read>>,
    undecided: RefCell<Vec<SmolStr>>,
}

impl<'a> Scope<'a> {
    /// The root stack under an assignment.
    #[must_use]
    pub fn root(template: &'a Template, environment: &'a Environment, assignment: &'a Assignment) -> Self {
        Self::top(template, SmolStr::default(), environment, assignment)
    }

    /// One of several stacks that are deployed together, under its assignment.
    #[must_use]
    pub fn top(
        template: &'a Template,
        stack: SmolStr,
        environment: &'a Environment,
        assignment: &'a Assignment,
    ) -> Self {
        Self::new(template, stack, environment, Parameters::Chosen(assignment), &assignment.assumed)
    }

    /// The same stack, which may import what others of its deployment export.
    #[must_use]
    pub fn importing(mut self, exports: &'a Exports) -> Self {
        self.exports = Some(exports);
        self
    }

    /// The same stack, which knows what its nested stacks give back.
    #[must_use]
    pub fn nesting(mut self, nested: &'a dyn NestedOutputs) -> Self {
        self.nested = Some(nested);
        self
    }

    /// The outcomes that the scenario takes for granted, by the comparison's spelling.
    #[must_use]
    pub fn assumed(&self) -> &'a BTreeMap<SmolStr, bool> {
        self.assumed
    }

    /// What others of the deployment export to this stack.
    #[must_use]
    pub fn exports(&self) -> Option<&'a Exports> {
        self.exports
    }

    /// A nested stack, with the parameters that its parent gives it.
    #[must_use]
    pub fn nested(
        template: &'a Template,
        stack: SmolStr,
        environment: &'a Environment,
        given: &Value,
        assumed: &'a BTreeMap<SmolStr, bool>,
    ) -> Self {
        Self::new(template, stack, environment, Parameters::Given(given.clone()), assumed)
    }

    fn new(
        template: &'a Template,
        stack: SmolStr,
        environment: &'a Environment,
        given: Parameters<'a>,
        assumed: &'a BTreeMap<SmolStr, bool>,
    ) -> Self {
        Self {
            template,
            stack,
            environment,
            given,
            parameters: vec![OnceCell::new(); template.parameters.len()].into(),
            assumed,
            exports: None,
            nested: None,
            nested_outputs: RefCell::default(),
            conditions: RefCell::default(),
            open_conditions: RefCell::default(),
            reads: RefCell::default(),
            undecided: RefCell::default(),
        }
    }

    /// The value of a parameter, or `None` if the template declares none of that name.
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        let (name, value) = self.value_of(name)?;
        self.reads.borrow_mut().insert(Read::Parameter(name.clone()));
        Some(value)
    }

    fn value_of(&self, name: &str) -> Option<(&'a SmolStr, &Value)> {
        let (at, name, parameter) = self.template.parameters.get_full(name)?;
        let value = self.parameters.get(at)?.get_or_init(|| match &self.given {
            Parameters::Chosen(assignment) => self.chosen(name, parameter, assignment.parameters.get(name)),
            Parameters::Given(given) => self.given(name, parameter, given.get(name).into_owned()),
        });
        Some((name, value))
    }

    fn chosen(&self, name: &str, parameter: &Parameter, choice: Option<&Choice>) -> Value {
        let origin = Origin::at(parameter.name_at);
        match choice {
            // A secret stays one whatever its value is; that it is not empty may be known.
            Some(Choice::Value(text)) if parameter.no_echo && !text.is_empty() => {
                symbol(self.template, "", name, vec![SmolStr::default()], origin)
            }
            Some(Choice::Value(text)) if !is_indirect(&parameter.type_name) => {
                typed(&parameter.type_name, Text::literal(text.clone()), origin)
            }
            Some(Choice::Not(excluded)) => symbol(self.template, &self.stack, name, excluded.clone(), origin),
            _ => default(self.template, &self.stack, name),
        }
    }

    fn given(&self, name: &str, parameter: &Parameter, value: Value) -> Value {
        match &value.kind {
            Kind::Absent(_) | Kind::Null => default(self.template, &self.stack, name),
            Kind::Text(text) if !is_indirect(&parameter.type_name) => {
                typed(&parameter.type_name, text.clone(), value.origin.clone())
            }
            Kind::Number(_) | Kind::Bool(_) => {
                typed(&parameter.type_name, value.as_text().unwrap_or_default(), value.origin.clone())
            }
            _ if is_indirect(&parameter.type_name) => {
                symbol(self.template, &self.stack, name, Vec::new(), value.origin)
            }
            _ => value,
        }
    }

    /// What has been read since the last call.
    pub fn take_reads(&self) -> HashSet<Read> {
        self.reads.take()
    }

    /// The answer to a read, to compare scopes by.
    #[must_use]
    pub fn answer(&self, read: &Read) -> (Option<Value>, Option<Kleene>) {
        match read {
            Read::Parameter(name) => (self.value_of(name).map(|(_, value)| value.clone()), None),
            Read::Condition(name) => (None, Some(self.condition(name))),
            Read::Import(name) => {
                let region = &self.environment.region;
                (self.exports.and_then(|exports| exports.import(region, name)).cloned(), None)
            }
            Read::Nested(resource, output) => (self.nested_output(resource, output), None),
            Read::Output(region, stack, output) => {
                (self.exports.and_then(|exports| exports.output(region, stack, output)).cloned(), None)
            }
        }
    }

    /// The comparisons that came out unknown so far, by their spelling.
    pub fn take_undecided(&self) -> Vec<SmolStr> {
        self.undecided.take()
    }

    /// Takes over the state of a pseudo-parameter.
    pub(crate) fn pseudo(&self, name: &str, origin: Origin) -> Value {
        let known = match name {
            "AWS::Region" => Some(&self.environment.region),
            "AWS::Partition" => Some(&self.environment.partition),
            "AWS::URLSuffix" => Some(&self.environment.url_suffix),
            _ => None,
        };
        match known {
            Some(text) => Value::text(Text::literal(text.clone()), origin),
            None => {
                // One stack of several has a name and an id of its own.
                let own = matches!(name, "AWS::StackName" | "AWS::StackId") && !self.stack.is_empty();
                let name = if own { format_smolstr!("{}/{name}", self.stack) } else { SmolStr::new(name) };
                Value::new(Kind::Unknown(Symbol::new(SymbolKind::Pseudo(name))), origin)
            }
        }
    }

    /// What another stack of the deployment exports under that name, shown where it is imported.
    pub(crate) fn import(&self, name: &Text, origin: &Origin) -> Option<Value> {
        self.reads.borrow_mut().insert(Read::Import(name.clone()));
        Some(imported(self.exports?.import(&self.environment.region, name)?, origin))
    }

    /// An output of a nested stack, shown where it is used.
    pub(crate) fn output_of_nested(&self, resource: &str, output: &str, origin: &Origin) -> Option<Value> {
        self.reads.borrow_mut().insert(Read::Nested(resource.into(), output.into()));
        Some(imported(&self.nested_output(resource, output)?, origin))
    }

    fn nested_output(&self, resource: &str, output: &str) -> Option<Value> {
        let key = (SmolStr::new(resource), SmolStr::new(output));
        if let Some(known) = self.nested_outputs.borrow().get(&key) {
            return known.clone();
        }
        let value = self.nested?.output(self, resource, output);
        self.nested_outputs.borrow_mut().insert(key, value.clone());
        value
    }

    /// An output of another stack of the deployment, shown where it is used.
    pub(crate) fn output(&self, region: &str, stack: &str, output: &str, origin: &Origin) -> Option<Value> {
        self.reads.borrow_mut().insert(Read::Output(region.into(), stack.into(), output.into()));
        Some(imported(self.exports?.output(region, stack, output)?, origin))
    }

    /// The outcome of a condition. One that is not declared, or depends on itself, is unknown.
    pub fn condition(&self, name: &str) -> Kleene {
        self.reads.borrow_mut().insert(Read::Condition(SmolStr::new(name)));
        if let Some(outcome) = self.conditions.borrow().get(name) {
            return *outcome;
        }
        let Some(expr) = self.template.conditions.get(name) else { return Kleene::Unknown };
        if self.open_conditions.borrow().iter().any(|open| open == name) {
            return Kleene::Unknown;
        }
        self.open_conditions.borrow_mut().push(SmolStr::new(name));
        let outcome = self.outcome(expr);
        self.open_conditions.borrow_mut().pop();
        self.conditions.borrow_mut().insert(SmolStr::new(name), outcome);
        outcome
    }

    /// The outcome of a condition's expression.
    pub(crate) fn outcome(&self, expr: &Expr) -> Kleene {
        let Some((function, argument)) = expr.intrinsic() else {
            return expr.as_bool().map_or(Kleene::Unknown, Kleene::from);
        };
        match function {
            "Condition" => argument.as_str().map_or(Kleene::Unknown, |name| self.condition(name)),
            "Fn::Not" => argument.items().first().map_or(Kleene::Unknown, |inner| !self.outcome(inner)),
            "Fn::And" => {
                argument.items().iter().fold(Kleene::True, |all, inner| all.and(self.outcome(inner)))
            }
            "Fn::Or" => argument.items().iter().fold(Kleene::False, |any, inner| any.or(self.outcome(inner))),
            "Fn::Equals" => match argument.items() {
                [left, right] => self.equals(left, right),
                _ => Kleene::Unknown,
            },
            _ => self.assumption(format_smolstr!("{}", crate::evaluate::spelling(expr))),
        }
    }

    fn equals(&self, left: &Expr, right: &Expr) -> Kleene {
        let value =
            |expr: &Expr| self.evaluate(expr).unwrap_or_else(|| Value::new(Kind::Null, expr.origin.clone()));
        let (left, right) = (value(left), value(right));
        let outcome = same(&left, &right);
        if outcome != Kleene::Unknown {
            return outcome;
        }
        let spell = |value: &Value| value.as_text().map_or_else(|| "…".to_owned(), |text| text.to_string());
        let (left, right) = (spell(&left), spell(&right));
        let at = if self.stack.is_empty() { String::new() } else { format!("{}: ", self.stack) };
        // `Equals` is symmetric: one spelling for both orders.
        let (left, right) = if left <= right { (left, right) } else { (right, left) };
        self.assumption(format_smolstr!("{at}{left} == {right}"))
    }

    fn assumption(&self, spelling: SmolStr) -> Kleene {
        match self.assumed.get(&spelling) {
            Some(outcome) => (*outcome).into(),
            None => {
                self.undecided.borrow_mut().push(spelling);
                Kleene::Unknown
            }
        }
    }
}

/// Whether two values are the same: lists item by item, everything else as text.
pub(crate) fn same(left: &Value, right: &Value) -> Kleene {
    match (left.as_text(), right.as_text()) {
        (Some(left), Some(right)) => return left.compare(&right),
        _ if left.kind == right.kind => return Kleene::True,
        _ => {}
    }
    match (&left.kind, &right.kind) {
        (Kind::List(left), Kind::List(right)) if left.open.is_none() && right.open.is_none() => {
            let items = left.items.iter().zip(&right.items).map(|(left, right)| same(left, right));
            items.fold((left.items.len() == right.items.len()).into(), Kleene::and)
        }
        (Kind::Unknown(_), _)
        | (_, Kind::Unknown(_))
        | (Kind::List(_), Kind::List(_))
        | (Kind::Object(_), Kind::Object(_)) => Kleene::Unknown,
        _ => Kleene::False,
    }
}

/// Whether a parameter's value is the name of the SSM parameter that holds the value
/// (CloudFormation User Guide, "SSM parameter types").
pub(crate) fn is_indirect(type_name: &str) -> bool {
    type_name.starts_with("AWS::SSM::Parameter::Value<")
}

fn symbol(template: &Template, stack: &str, name: &str, excluded: Vec<SmolStr>, origin: Origin) -> Value {
    let parameter = template.parameters.get(name);
    let allowed = parameter
        .filter(|parameter| !is_indirect(&parameter.type_name))
        .and_then(|parameter| parameter.allowed.clone());
    let secret = parameter.is_some_and(|parameter| parameter.no_echo);
    let symbol = Symbol::parameter(stack, name, allowed, excluded, secret);
    Value::new(Kind::Unknown(symbol), origin)
}

/// A parameter's value when nobody gives one.
fn default(template: &Template, stack: &str, name: &str) -> Value {
    let Some(parameter) = template.parameters.get(name) else {
        return symbol(template, stack, name, Vec::new(), Origin::at(Place::default()));
    };
    let name_origin = Origin::at(parameter.name_at);
    match &parameter.default {
        Some(default) if !is_indirect(&parameter.type_name) && !parameter.no_echo => {
            match default.as_scalar() {
                Some(text) => {
                    let origin = Origin::at(default.origin.place);
                    typed(&parameter.type_name, Text::literal(text), origin)
                }
                None => symbol(template, stack, name, Vec::new(), name_origin),
            }
        }
        _ => symbol(template, stack, name, Vec::new(), name_origin),
    }
}

/// A parameter's value of the declared type: lists are split at their commas. A dynamic reference in it is resolved
/// where the parameter is used.
fn typed(type_name: &str, text: Text, origin: Origin) -> Value {
    if (type_name == "CommaDelimitedList" || type_name.starts_with("List<"))
        && let Some(literal) = text.as_literal()
    {
        let item = |item: &str| Value::text(dynamic_references(&Text::literal(item.trim())), origin.clone());
        let items = if literal.is_empty() { Vec::new() } else { literal.split(',').map(item).collect() };
        return Value::new(Kind::List(stockade_model::List { items, open: None }), origin);
    }
    Value::text(dynamic_references(&text), origin)
}

/// An exported value where it is imported, with the export behind it.
fn imported(value: &Value, use_origin: &Origin) -> Value {
    Value::new(value.kind.clone(), use_origin.with(ViaKind::Export, value.origin.place))
}

/// A parameter's value where it is used: shown at the use, with the place that gives it behind.
pub(crate) fn at_use(value: &Value, use_origin: &Origin, kind: ViaKind) -> Value {
    let content = match &value.kind {
        Kind::List(list) => Kind::List(stockade_model::List {
            items: list.items.iter().map(|item| at_use(item, use_origin, kind)).collect(),
            open: list.open.clone(),
        }),
        other => other.clone(),
    };
    let origin = match value.unknown().map(Symbol::kind) {
        None | Some(SymbolKind::Dynamic { .. }) => use_origin.with(kind, value.origin.place),
        Some(_) => use_origin.clone(),
    };
    Value::new(content, origin)
}
