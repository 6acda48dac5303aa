//! One stack with its nested stacks, evaluated.

use crate::fragments::Fragments;
use crate::links::{Links, construct};
use crate::nesting::{MAX_STACK_DEPTH, Nesting};
use crate::roots::nested_location;
use crate::transforms::{Answer, Transforms};
use crate::{Deployed, Files, Problem};
use camino::Utf8PathBuf;
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use stockade_cfn::{
    Declaration, Expr, GENERATED, LoadError, Loader, NestedOutputs, Probe, Read, Scope, Template,
    expand_includes, used_conditions,
};
use stockade_model::{
    Container, Containers, Fact, Kind, Kleene, Object, Origin, Place, Resource, Symbol, Value,
};
use stockade_syntax::FileId;

/// The values of a stack's parameters, as far as they are known.
pub(crate) fn known_parameters(
    template: &Template,
    scope: &Scope,
) -> impl Fn(&str) -> Option<SmolStr> + use<> {
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

type Evaluations = Vec<(Vec<(Read, Answer)>, Option<Arc<Resource>>)>;

/// What finding scenarios asks of a template again and again.
struct Shape {
    /// The conditions that resources depend on.
    conditions: Vec<SmolStr>,
    /// The ids of the resources that nest local templates.
    nested: Vec<SmolStr>,
}

/// The state of loading one deployment.
pub(crate) struct Loading<'a> {
    files: &'a Files,
    /// What the assembly says of the resources, if they come from one.
    links: Option<&'a Links>,
    /// The nested stacks of which an output is being evaluated.
    asked: RefCell<Vec<SmolStr>>,
    problems: RefCell<Vec<Problem>>,
    paths: RefCell<Vec<Utf8PathBuf>>,
    /// The files that templates include.
    fragments: Fragments<'a>,
    /// Nested templates by file, includes followed.
    templates: RefCell<HashMap<FileId, Option<Arc<Template>>>>,
    transforms: Transforms,
    nesting: RefCell<Nesting>,
    /// By template as probed; `transforms`, `templates` and the root keep them alive.
    shapes: RefCell<HashMap<*const Template, Rc<Shape>>>,
    /// A resource is evaluated once for each region and set of answers that it reads.
    evaluated: RefCell<HashMap<(SmolStr, SmolStr, *const Template), Evaluations>>,
}

impl<'a> Loading<'a> {
    pub fn new(files: &'a Files, links: Option<&'a Links>, paths: Vec<Utf8PathBuf>) -> Self {
        Self {
            files,
            links,
            asked: RefCell::default(),
            problems: RefCell::default(),
            paths: RefCell::new(paths),
            fragments: Fragments::new(files),
            templates: RefCell::default(),
            transforms: Transforms::default(),
            nesting: RefCell::default(),
            shapes: RefCell::default(),
            evaluated: RefCell::default(),
        }
    }

    /// The files that the deployment is made of, templates first, then what they include, and what could not be read or
    /// evaluated.
    pub fn finish(self) -> (Vec<Utf8PathBuf>, Vec<Problem>) {
        let mut paths = self.paths.into_inner();
        for fragment in self.fragments.into_paths() {
            if !paths.contains(&fragment) {
                paths.push(fragment);
            }
        }
        (paths, self.problems.into_inner())
    }

    pub fn problem(&self, place: Place, message: String) {
        self.add(Problem::at(self.files.path(place.file), message, place));
    }

    /// Notes a problem, once.
    pub fn add(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// The template with local includes put in.
    pub fn included(&self, template: Template) -> Arc<Template> {
        let mut problems = Vec::new();
        for error in &template.invalid {
            self.problem(error.place, error.message.clone());
        }
        let root = expand_includes(&template.root, &self.fragments, &mut problems);
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

    /// A template with its transforms applied under what a scope of it knows.
    pub fn with_transforms(&self, template: &Arc<Template>, scope: &Scope) -> Arc<Template> {
        let problem = |place, message| self.problem(place, message);
        let extended = self.transforms.extended(template, scope, &problem);
        let known = known_parameters(template, scope);
        self.transforms.lowered(&extended, &scope.stack, scope.environment, &known, &problem)
    }

    /// A template with its loops written out, as conditions need it; what AWS would reject is told once the scenario
    /// is one that counts.
    pub fn extended(&self, template: &Arc<Template>, scope: &Scope) -> Arc<Template> {
        self.transforms.extended(template, scope, &|_, _| {})
    }

    /// What a scenario makes of the conditions of a stack and its nested stacks. The scope's template has its loops
    /// written out.
    pub fn probe(&self, scope: &Scope) -> Probe {
        let mut probe = Probe { forbidden: scope.violates_rules(), ..Probe::default() };
        self.nesting.replace(Nesting::of(scope.template.file));
        self.probe_stack(scope, &mut probe);
        probe
    }

    fn probe_stack(&self, scope: &Scope, probe: &mut Probe) {
        let shape = self.shape(scope.template);
        for name in &shape.conditions {
            probe.outcomes.push(scope.condition(name));
        }
        probe.undecided.extend(scope.take_undecided());
        for id in &shape.nested {
            let Some(declaration) = scope.template.resources.get(id) else { continue };
            if let Some((template, given)) = self.child(scope, declaration) {
                let stack = scope.id(id);
                let before =
                    Scope::nested(&template, stack.clone(), scope.environment, &given, scope.assumed());
                let template = self.extended(&template, &before);
                let child = Scope::nested(&template, stack, scope.environment, &given, scope.assumed());
                self.nesting.borrow_mut().enter(template.file);
                self.probe_stack(&child.nesting(self), probe);
                self.nesting.borrow_mut().leave();
            }
        }
    }

    fn shape(&self, template: &Template) -> Rc<Shape> {
        let mut shapes = self.shapes.borrow_mut();
        let shape = shapes.entry(std::ptr::from_ref(template)).or_insert_with(|| {
            let nested =
                template.resources.iter().filter(|(_, declaration)| self.location(declaration).is_some());
            let nested = nested.map(|(id, _)| id.clone()).collect();
            Rc::new(Shape { conditions: used_conditions(template), nested })
        });
        Rc::clone(shape)
    }

    /// The local template that a resource nests, and where it is named.
    fn location(&self, declaration: &Declaration) -> Option<(SmolStr, Place)> {
        self.links.and_then(|links| links.nested_template(declaration)).or_else(|| {
            let location = nested_location(&declaration.type_name, declaration.properties())?;
            Some((SmolStr::new(location.as_str()?), location.origin.place))
        })
    }

    /// The template that a resource nests, and the parameters that it is given.
    fn child(&self, scope: &Scope, declaration: &Declaration) -> Option<(Arc<Template>, Value)> {
        let (text, place) = self.location(declaration)?;
        let parsed = match self.files.load(place.file, &text) {
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

    /// Adds what a stack deploys that no other one nests.
    pub fn top(&self, scope: &Scope, out: &mut Deployed) {
        self.nesting.replace(Nesting::of(scope.template.file));
        self.stack(scope, out);
    }

    fn stack(&self, scope: &Scope, out: &mut Deployed) {
        let template = scope.template;
        let at = template.origin().place;
        if let Some(why) = &template.open {
            out.open.get_or_insert_with(|| Symbol::opaque(at, why.clone()));
        }
        let macros =
            template.transforms.iter().find(|name| !name.starts_with("AWS::") || *name == "AWS::Include");
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
                self.in_nested(scope, id, declaration, |child| {
                    self.nesting.borrow_mut().enter(child.template.file);
                    self.stack(child, out);
                    self.nesting.borrow_mut().leave();
                });
            }
        }
    }

    /// Does something in the scope of the stack that a resource nests, if that is known.
    fn in_nested<R>(
        &self,
        scope: &Scope,
        id: &str,
        declaration: &Declaration,
        run: impl FnOnce(&Scope) -> R,
    ) -> Option<R> {
        let (template, given) = self.child(scope, declaration)?;
        let stack = scope.id(id);
        let before = Scope::nested(&template, stack.clone(), scope.environment, &given, scope.assumed());
        let template = self.with_transforms(&template, &before);
        let mut child =
            Scope::nested(&template, stack, scope.environment, &given, scope.assumed()).nesting(self);
        if let Some(exports) = scope.exports() {
            child = child.importing(exports);
        }
        Some(run(&child))
    }

    /// A resource as the scope deploys it, or `None` if its condition is false.
    fn resource(&self, scope: &Scope, id: &SmolStr, declaration: &Declaration) -> Option<Arc<Resource>> {
        let key = (scope.environment.region.clone(), scope.id(id), std::ptr::from_ref(scope.template));
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
        let resource = evaluate(scope, id, declaration).map(|mut resource| {
            resource.construct = construct(self.links, self.files, scope, declaration).map(Arc::new);
            if let Some(links) = self.links {
                resource.raise = &GENERATED;
                resource.asset = links.asset(declaration).map(Arc::new);
            }
            Arc::new(resource)
        });
        let reads = scope.take_reads().into_iter().map(|read| (read.clone(), scope.answer(&read))).collect();
        self.evaluated.borrow_mut().entry(key).or_default().push((reads, resource.clone()));
        resource
    }
}

impl NestedOutputs for Loading<'_> {
    fn output(&self, scope: &Scope, resource: &str, output: &str) -> Option<Value> {
        let declaration = scope.template.resources.get(resource)?;
        let stack = scope.id(resource);
        // Stacks that wait for each other's outputs could not be deployed.
        if stack.matches('/').count() > MAX_STACK_DEPTH || self.asked.borrow().contains(&stack) {
            return None;
        }
        self.asked.borrow_mut().push(stack);
        let value = self.in_nested(scope, resource, declaration, |child| {
            let body = child.template.outputs.get(output)?;
            let condition = body.get("Condition").and_then(Expr::as_str);
            let exists = condition.is_none_or(|condition| child.condition(condition).is_true());
            body.get("Value").filter(|_| exists).and_then(|value| child.evaluate(value))
        });
        self.asked.borrow_mut().pop();
        value.flatten()
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
    // A macro beside `Properties` is handed them and may change them.
    let properties = match declaration.body.entry("Fn::Transform") {
        Some(call) => properties.opened(&Symbol::opaque(call.key_place, "a macro may change it")),
        None => properties,
    };
    Some(Resource {
        id: scope.id(id),
        type_name: declaration.type_name.clone(),
        properties,
        declared_at: declaration.id_at,
        declared_id: declaration.declared_id.clone(),
        resources_at: scope.template.resources_at,
        generated: declaration.generated,
        instance: declaration.instance.clone(),
        raise: declaration.raise,
        construct: None,
        asset: None,
    })
}
