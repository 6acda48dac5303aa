//! Transforms of a deployment's templates, each run once for every set of values that it reads.

use foldhash::HashMap;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_cfn::{
    Environment, Extended, LANGUAGE_EXTENSIONS, Read, Scope, Template, TemplateError, extend_language,
};
use stockade_model::{Kleene, Place, Value};
use stockade_sam::{Context, package, transform};

/// What a scope answers to a read.
pub(crate) type Answer = (Option<Value>, Option<Kleene>);

/// The region, the stack's path, the template.
type Key = (SmolStr, SmolStr, *const Template);
type Extensions = Vec<(Vec<(Read, Answer)>, Arc<Template>, Vec<TemplateError>)>;
type Lowered = Vec<(Vec<(SmolStr, Option<SmolStr>)>, Arc<Template>)>;

/// The transforms that ran so far. Templates are told apart by their address: a key's template must live as long.
#[derive(Default)]
pub(crate) struct Transforms {
    extended: RefCell<HashMap<Key, Extensions>>,
    lowered: RefCell<HashMap<Key, Lowered>>,
}

impl Transforms {
    /// The template with `AWS::LanguageExtensions` applied under what `scope` knows. `problem` is told what AWS would
    /// reject. This runs before SAM whatever order the template names them in: AWS keeps the order, but SAM takes no
    /// loops and passes on all else that the transform resolves.
    pub(crate) fn extended(
        &self,
        template: &Arc<Template>,
        scope: &Scope,
        problem: &dyn Fn(Place, String),
    ) -> Arc<Template> {
        if !template.names_transform(LANGUAGE_EXTENSIONS) {
            return Arc::clone(template);
        }
        let key = (scope.environment.region.clone(), scope.stack.clone(), Arc::as_ptr(template));
        let report = |errors: &[TemplateError]| {
            errors.iter().for_each(|error| problem(error.place, error.message.clone()))
        };
        let known = self.extended.borrow().get(&key).and_then(|known| {
            let same = |(reads, ..): &&(Vec<(Read, Answer)>, _, _)| {
                reads.iter().all(|(read, answer)| scope.answer(read) == *answer)
            };
            let (_, template, errors) = known.iter().find(same)?;
            report(errors);
            Some(Arc::clone(template))
        });
        if let Some(known) = known {
            return known;
        }
        scope.take_reads();
        let Extended { template, errors } = extend_language(scope);
        report(&errors);
        let extended = Arc::new(template);
        let reads = scope.take_reads().into_iter().map(|read| (read.clone(), scope.answer(&read))).collect();
        self.extended.borrow_mut().entry(key).or_default().push((reads, Arc::clone(&extended), errors));
        extended
    }

    /// The template with SAM's transform applied.
    pub(crate) fn lowered(
        &self,
        template: &Arc<Template>,
        stack: &SmolStr,
        environment: &Environment,
        parameter: &dyn Fn(&str) -> Option<SmolStr>,
        problem: &dyn Fn(Place, String),
    ) -> Arc<Template> {
        if !template.is_sam() {
            return Arc::clone(template);
        }
        let key = (environment.region.clone(), stack.clone(), Arc::as_ptr(template));
        let known = self.lowered.borrow().get(&key).and_then(|known| {
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
        let context =
            Context { region: &environment.region, partition: &environment.partition, parameter: &recording };
        let result = transform(&package(template), &context);
        for error in result.errors {
            problem(error.place, error.to_string());
        }
        let lowered = Arc::new(result.template);
        let entry = (reads.into_inner().into_iter().collect(), Arc::clone(&lowered));
        self.lowered.borrow_mut().entry(key).or_default().push(entry);
        lowered
    }
}
