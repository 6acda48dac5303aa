//! Provider configurations: the region and the tags that they give.

use crate::evaluate::Frame;
use crate::evaluation::Evaluation;
use crate::instance::ModuleInstance;
use crate::module::expr_of;
use crate::syntax::Block;
use crate::value::{Kind, Type, Value};
use smol_str::SmolStr;
use std::rc::Rc;
use stockade_model::Symbol;

/// A provider configuration of the root module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Provider {
    /// The region, if it says one.
    pub region: Option<Value>,
    /// The tags that every resource of it gets.
    pub default_tags: Option<Value>,
}

impl Provider {
    /// The region's name: that of the configuration if it is known, else that of the run.
    pub fn region(&self, evaluation: &Evaluation<'_>) -> SmolStr {
        let known = self.region.as_ref().and_then(Value::as_str).map(SmolStr::new);
        known.unwrap_or_else(|| evaluation.inputs.region.clone())
    }

    /// The symbol of a region that is said and not known.
    pub fn unknown_region(&self) -> Option<&Symbol> {
        self.region.as_ref().and_then(Value::first_symbol)
    }
}

impl ModuleInstance<'_> {
    /// The provider configuration of a name (`aws`, `aws.west`). Modules inherit that of the root.
    pub(crate) fn provider(&self, name: &str) -> Rc<Provider> {
        if let Some(known) = self.evaluation.providers.borrow().get(name) {
            return Rc::clone(known);
        }
        // A configuration that refers to what needs it is none.
        self.evaluation.providers.borrow_mut().insert(name.into(), Rc::default());
        let root = self.root_instance();
        let module = &root.as_deref().unwrap_or(self).module;
        let of_name = |block: &&Block| configured_name(block).is_some_and(|known| known == name);
        let provider = module.providers.iter().find(of_name).map(|block| {
            let instance = root.as_deref().unwrap_or(self);
            let frame = instance.top();
            let value = |block: &Block, name: &str, ty: &Type, frame: &Frame<'_>| {
                let value = instance.evaluate_as(expr_of(block, name)?, ty, frame);
                value.ok().filter(|value| !value.is_null())
            };
            let tags = block.body.blocks("default_tags").next();
            let tags = tags.and_then(|tags| value(tags, "tags", &Type::Map(Box::new(Type::String)), &frame));
            Provider {
                region: value(block, "region", &Type::String, &frame),
                default_tags: tags.filter(|tags| matches!(tags.kind, Kind::Mapping(_) | Kind::Unknown(..))),
            }
        });
        let provider = Rc::new(provider.unwrap_or_default());
        self.evaluation.providers.borrow_mut().insert(name.into(), Rc::clone(&provider));
        provider
    }
}

/// The name that resources call a configuration by.
fn configured_name(block: &Block) -> Option<String> {
    let kind = block.labels.first()?.text.as_str();
    match expr_of(block, "alias") {
        None => Some(kind.to_owned()),
        Some(alias) => Some(format!("{kind}.{}", alias.as_str()?)),
    }
}
