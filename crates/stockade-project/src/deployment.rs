//! What one deploy deploys: a root template with its nested stacks, once per scenario.

use crate::nesting::Nesting;
use crate::roots::nested_location;
use crate::{Files, Notice, Problem};
use camino::Utf8PathBuf;
use smol_str::{SmolStr, format_smolstr};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use stockade_cfn::{
    Assignment, Declaration, Environment, LoadError, Loader, Probe, Read, Scope, Template, cycles,
    expand_includes, scenarios, used_conditions,
};
use stockade_model::{
    Container, Containers, Fact, Kind, Kleene, Object, Origin, Place, Resource, Scenario, Symbol, Value,
};
use stockade_sam::{Context, package, transform};
use stockade_syntax::FileId;

/// What the user says about the deployments.
#[derive(Debug, Clone)]
pub struct Options {
    /// The region to judge for.
    pub region: SmolStr,
    /// `--parameter`: values that hold in every scenario.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// `--parameter-file`: one scenario each, by name.
    pub environments: Vec<(SmolStr, BTreeMap<SmolStr, SmolStr>)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { region: "us-east-1".into(), parameters: BTreeMap::new(), environments: Vec::new() }
    }
}

/// The kinds of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeploymentKind {
    /// A SAM template.
    Sam,
    /// A CloudFormation template.
    Cloudformation,
}

impl DeploymentKind {
    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sam => "sam",
            Self::Cloudformation => "cloudformation",
        }
    }
}

/// A deployment and its scenarios.
pub struct Deployment {
    /// The root template's path.
    pub name: Utf8PathBuf,
    /// What kind of template the root is.
    pub kind: DeploymentKind,
    /// The root template's file.
    pub file: FileId,
    /// The files that it is made of, the root first.
    pub paths: Vec<Utf8PathBuf>,
    /// At least one.
    pub scenarios: Vec<Scenario>,
    /// Whether there are more combinations of condition outcomes than scenarios.
    pub capped: bool,
    /// What each scenario deploys, in the order of `scenarios`.
    pub deployed: Vec<Deployed>,
    /// Whole of the root template after the transform under the first scenario, for `expand`.
    pub expanded: Arc<Template>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notices: Vec<Notice>,
}

/// What one scenario deploys.
#[derive(Debug, Clone, Default)]
pub struct Deployed {
    /// The resources, nested stacks included, in the order written.
    pub resources: Vec<Arc<Resource>>,
    /// Set if there may be more resources than are known.
    pub open: Option<Symbol>,
}

impl Deployment {
    /// Loads a root template: follows its includes and nested stacks, finds its scenarios, evaluates each.
    #[must_use]
    pub fn load(template: Template, files: &Files, options: &Options) -> Self {
        let name = files.path(template.file);
        let file = template.file;
        let kind = if template.is_sam() { DeploymentKind::Sam } else { DeploymentKind::Cloudformation };
        let loading = Loading {
            files,
            environment: Environment::of_region(options.region.clone()),
            problems: RefCell::default(),
            paths: RefCell::new(vec![name.clone()]),
            templates: RefCell::default(),
            nesting: RefCell::default(),
            shapes: RefCell::default(),
            transformed: RefCell::default(),
            evaluated: RefCell::default(),
        };
        let root = loading.included(template);
        let mut list = Vec::new();
        let mut capped = false;
        let environments: Vec<(Option<&str>, BTreeMap<SmolStr, SmolStr>)> = if options.environments.is_empty()
        {
            vec![(None, options.parameters.clone())]
        } else {
            let with_parameters = |values: &BTreeMap<SmolStr, SmolStr>| {
                let mut values = values.clone();
                values.extend(options.parameters.clone());
                values
            };
            options
                .environments
                .iter()
                .map(|(name, values)| (Some(name.as_str()), with_parameters(values)))
                .collect()
        };
        for (name, values) in environments {
            let given = values.into_iter().filter(|(name, _)| root.parameters.contains_key(name)).collect();
            let found = scenarios(&root, &given, name, &mut |assignment| loading.probe(&root, assignment));
            capped |= found.capped;
            list.extend(found.list);
        }
        let mut notices = Vec::new();
        if capped {
            notices.push(Notice {
                kind: "capped-scenarios",
                path: name.clone(),
                message: format!(
                    "its conditions combine in more ways than are judged: {} scenarios stand for them",
                    list.len()
                ),
                place: None,
            });
        }
        let mut deployed = Vec::with_capacity(list.len());
        let mut expanded = None;
        for (_, assignment) in &list {
            let template = loading.transform(&root, &SmolStr::default(), &parameters_of(&root, assignment));
            let scope = Scope::root(&template, &loading.environment, assignment);
            let mut out = Deployed::default();
            loading.nesting.replace(Nesting::of(file));
            loading.stack(&scope, &assignment.assumed, &mut out);
            deployed.push(out);
            expanded.get_or_insert_with(|| Arc::clone(&template));
        }
        let expanded = expanded.unwrap_or_else(|| Arc::clone(&root));
        for cycle in cycles(&expanded) {
            loading.problem(cycle.place, cycle.to_string());
        }
        Self {
            name,
            kind,
            file,
            paths: loading.paths.into_inner(),
            scenarios: list.into_iter().map(|(scenario, _)| scenario).collect(),
            capped,
            deployed,
            expanded,
            problems: loading.problems.into_inner(),
            notices,
        }
    }
}

/// The values of a root template's parameters under an assignment, as far as they are known.
fn parameters_of(template: &Template, assignment: &Assignment) -> impl Fn(&str) -> Option<SmolStr> {
    let environment = Environment::of_region("");
    let scope = Scope::root(template, &environment, assignment);
    known_parameters(template, &scope)
}

fn known_parameters(template: &Template, scope: &Scope) -> impl Fn(&str) -> Option<SmolStr> + use<> {
    let known: HashMap<SmolStr, SmolStr> = template
        .parameters
        .keys()
        .filter_map(|name| {
            let value = scope.parameter(name)?;
            let literal = match value.literal() {
                Fact::Known(literal) => literal,
                _ => {
                    let items: Option<Vec<SmolStr>> = value
                        .items()
                        .iter()
                        .map(
                            |item| {
                                if let Fact::Known(literal) = item.literal() { Some(literal) } else { None }
                            },
                        )
                        .collect();
                    items.filter(|_| value.unknown().is_none())?.join(",").into()
                }
            };
            Some((name.clone(), literal))
        })
        .collect();
    move |name| known.get(name).cloned()
}

type TransformKey = (SmolStr, *const Template);
type Transforms = Vec<(Vec<(SmolStr, Option<SmolStr>)>, Arc<Template>)>;
type Answer = (Option<Value>, Option<Kleene>);
type Evaluations = Vec<(Vec<(Read, Answer)>, Option<Arc<Resource>>)>;

/// What finding scenarios asks of a template again and again.
struct Shape {
    /// The conditions that resources depend on.
    conditions: Vec<SmolStr>,
    /// The ids of the resources that nest local templates.
    nested: Vec<SmolStr>,
}

/// The state of loading one deployment.
struct Loading<'a> {
    files: &'a Files,
    environment: Environment,
    problems: RefCell<Vec<Problem>>,
    paths: RefCell<Vec<Utf8PathBuf>>,
    /// Nested templates by file, includes followed.
    templates: RefCell<HashMap<FileId, Option<Arc<Template>>>>,
    nesting: RefCell<Nesting>,
    /// By template as written; `templates` and the root keep them alive.
    shapes: RefCell<HashMap<*const Template, Rc<Shape>>>,
    /// A transform runs once for each set of values that it reads.
    transformed: RefCell<HashMap<TransformKey, Transforms>>,
    /// A resource is evaluated once for each set of answers that it reads.
    evaluated: RefCell<HashMap<(SmolStr, *const Template), Evaluations>>,
}

impl Loading<'_> {
    fn problem(&self, place: Place, message: String) {
        let problem = Problem::at(self.files.path(place.file), message, place);
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// The template with local includes put in.
    fn included(&self, template: Template) -> Arc<Template> {
        let mut problems = Vec::new();
        let root = expand_includes(&template.root, self.files, &mut problems);
        for (place, problem) in problems {
            // What lies in S3 is not known, which is no fault of the input.
            if !matches!(problem, LoadError::NotLocal(_)) {
                self.problem(place, format!("cannot include {problem}"));
            }
        }
        if root == template.root {
            return Arc::new(template);
        }
        match Template::from_root(root) {
            Ok(included) => Arc::new(included),
            Err(error) => {
                self.problem(error.place, error.message);
                Arc::new(template)
            }
        }
    }

    /// The template with SAM's transform applied.
    fn transform(
        &self,
        template: &Arc<Template>,
        stack: &SmolStr,
        parameter: &dyn Fn(&str) -> Option<SmolStr>,
    ) -> Arc<Template> {
        if !template.is_sam() {
            return Arc::clone(template);
        }
        let key = (stack.clone(), Arc::as_ptr(template));
        let known = self.transformed.borrow().get(&key).and_then(|known| {
            let same = |(reads, _): &&(Vec<_>, _)| {
                reads.iter().all(|(name, value): &(SmolStr, _)| parameter(name) == *value)
            };
            known.iter().find(same).map(|(_, template)| Arc::clone(template))
        });
        if let Some(known) = known {
            return known;
        }
        let reads: RefCell<BTreeMap<SmolStr, Option<SmolStr>>> = RefCell::default();
        let recording = |name: &str| {
            let value = parameter(name);
            reads.borrow_mut().insert(SmolStr::new(name), value.clone());
            value
        };
        let context = Context {
            region: &self.environment.region,
            partition: &self.environment.partition,
            parameter: &recording,
        };
        let result = transform(&package(template), &context);
        for error in result.errors {
            self.problem(error.place, error.to_string());
        }
        let transformed = Arc::new(result.template);
        let entry = (reads.into_inner().into_iter().collect(), Arc::clone(&transformed));
        self.transformed.borrow_mut().entry(key).or_default().push(entry);
        transformed
    }

    /// What an assignment makes of the conditions of the root and its nested stacks.
    fn probe(&self, root: &Arc<Template>, assignment: &Assignment) -> Probe {
        let scope = Scope::root(root, &self.environment, assignment);
        let mut probe = Probe::default();
        self.nesting.replace(Nesting::of(root.file));
        self.probe_stack(&scope, &assignment.assumed, &mut probe);
        probe
    }

    fn probe_stack(&self, scope: &Scope, assumed: &BTreeMap<SmolStr, bool>, probe: &mut Probe) {
        let shape = self.shape(scope.template);
        for name in &shape.conditions {
            probe.outcomes.push(scope.condition(name));
        }
        probe.undecided.extend(scope.take_undecided());
        for id in &shape.nested {
            let Some(declaration) = scope.template.resources.get(id) else { continue };
            if let Some((template, given)) = self.child(scope, declaration) {
                let child = Scope::nested(&template, scope.id(id), &self.environment, &given, assumed);
                self.nesting.borrow_mut().enter(template.file);
                self.probe_stack(&child, assumed, probe);
                self.nesting.borrow_mut().leave();
            }
        }
    }

    fn shape(&self, template: &Template) -> Rc<Shape> {
        let mut shapes = self.shapes.borrow_mut();
        let shape = shapes.entry(std::ptr::from_ref(template)).or_insert_with(|| {
            let nests = |declaration: &Declaration| {
                nested_location(&declaration.type_name, declaration.properties()).is_some()
            };
            let nested = template
                .resources
                .iter()
                .filter(|(_, declaration)| nests(declaration))
                .map(|(id, _)| id.clone());
            Rc::new(Shape { conditions: used_conditions(template), nested: nested.collect() })
        });
        Rc::clone(shape)
    }

    /// The template that a resource nests, and the parameters that it is given.
    fn child(&self, scope: &Scope, declaration: &Declaration) -> Option<(Arc<Template>, Value)> {
        let location = nested_location(&declaration.type_name, declaration.properties())?;
        let text = location.as_str()?;
        let place = location.origin.place;
        let parsed = match self.files.load(place.file, text) {
            Ok(parsed) => parsed,
            Err(LoadError::NotLocal(_)) => return None,
            Err(error) => {
                self.problem(place, format!("cannot read the nested template {error}"));
                return None;
            }
        };
        let file = parsed.1.file;
        if let Err(cause) = self.nesting.borrow().admits(file) {
            self.problem(place, format!("cannot follow the nested template `{text}`: {cause}"));
            return None;
        }
        let known = self.templates.borrow().get(&file).cloned();
        let template = known.unwrap_or_else(|| {
            let template = match Template::read(&parsed.1) {
                Ok(template) => Some(self.included(template)),
                Err(error) => {
                    self.problem(error.place, error.message);
                    None
                }
            };
            self.paths.borrow_mut().push(self.files.path(file));
            self.templates.borrow_mut().insert(file, template.clone());
            template
        })?;
        let given = declaration
            .properties()
            .and_then(|properties| properties.get("Parameters"))
            .and_then(|parameters| scope.evaluate(parameters))
            .unwrap_or_else(|| Value::new(Kind::Object(Object::default()), declaration.body.origin.clone()));
        Some((template, given))
    }

    /// Adds what a stack deploys.
    fn stack(&self, scope: &Scope, assumed: &BTreeMap<SmolStr, bool>, out: &mut Deployed) {
        let template = scope.template;
        let at = template.origin().place;
        if let Some(why) = &template.open {
            out.open.get_or_insert_with(|| Symbol::opaque(at, why.clone()));
        }
        let macros = template.transforms.iter().find(|name| !name.starts_with("AWS::"));
        let opened = macros.map(|name| Symbol::opaque(at, format_smolstr!("macro `{name}` may change it")));
        if let Some(symbol) = &opened {
            out.open.get_or_insert_with(|| symbol.clone());
        }
        for (id, declaration) in &template.resources {
            if let Some(mut resource) = self.resource(scope, id, declaration) {
                if let Some(symbol) = &opened {
                    let mut changed = Resource::clone(&resource);
                    changed.properties = changed.properties.opened(symbol);
                    resource = Arc::new(changed);
                }
                out.resources.push(resource);
                if let Some((template, given)) = self.child(scope, declaration) {
                    let stack = scope.id(id);
                    let before = Scope::nested(&template, stack.clone(), &self.environment, &given, assumed);
                    let known = known_parameters(&template, &before);
                    let template = self.transform(&template, &stack, &known);
                    let child = Scope::nested(&template, stack, &self.environment, &given, assumed);
                    self.nesting.borrow_mut().enter(child.template.file);
                    self.stack(&child, assumed, out);
                    self.nesting.borrow_mut().leave();
                }
            }
        }
    }

    /// A resource as the scope deploys it, or `None` if its condition is false.
    fn resource(&self, scope: &Scope, id: &SmolStr, declaration: &Declaration) -> Option<Arc<Resource>> {
        let key = (scope.id(id), std::ptr::from_ref(scope.template));
        let known = self.evaluated.borrow().get(&key).and_then(|known| {
            let same = |(reads, _): &&(Vec<(Read, Answer)>, _)| {
                reads.iter().all(|(read, answer)| scope.answer(read) == *answer)
            };
            known.iter().find(same).map(|(_, resource)| resource.clone())
        });
        if let Some(known) = known {
            return known;
        }
        scope.take_reads();
        let resource = evaluate(scope, id, declaration).map(Arc::new);
        let reads = scope.take_reads().into_iter().map(|read| (read.clone(), scope.answer(&read))).collect();
        self.evaluated.borrow_mut().entry(key).or_default().push((reads, resource.clone()));
        resource
    }
}

fn evaluate(scope: &Scope, id: &SmolStr, declaration: &Declaration) -> Option<Resource> {
    let exists = declaration.condition().map_or(Kleene::True, |condition| scope.condition(condition));
    if exists.is_false() {
        return None;
    }
    let body = declaration.body.origin.place;
    let properties = match declaration.properties() {
        _ if exists == Kleene::Unknown => {
            let symbol = Symbol::opaque(body, "whether its condition holds is not known");
            Value::new(Kind::Unknown(symbol), Origin::at(body))
        }
        Some(properties) => scope.evaluate(properties)?,
        None => {
            let container = Container { place: body, key: Some("Properties".into()) };
            let object = Object { containers: Containers::At(vec![container].into()), ..Object::default() };
            Value::new(Kind::Object(object), Origin::at(declaration.id_at))
        }
    };
    Some(Resource {
        id: scope.id(id),
        type_name: declaration.type_name.clone(),
        properties,
        declared_at: declaration.id_at,
        declared_id: declaration.declared_id.clone(),
        resources_at: scope.template.resources_at,
        generated: declaration.generated,
        raise: declaration.raise,
    })
}
