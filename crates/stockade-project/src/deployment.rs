//! What one deploy deploys, once per scenario: a root template with its nested stacks, the stacks of a stage, or a root module
//! of Terraform.

use crate::joint_scenarios::{Joint, joint};
use crate::links::Links;
use crate::loading::Loading;
use crate::options::{Given, Setting};
use crate::samconfig;
use crate::stage::Stage;
use crate::{Configuration, Files, Notice, Problem};
use camino::Utf8PathBuf;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use stockade_cfn::{Assignment, Environment, Exports, Scenarios, Scope, Template, cycles, scenarios};
use stockade_model::{Resource, Scenario, Symbol, Value};
use stockade_syntax::FileId;

/// The kinds of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeploymentKind {
    /// A SAM template.
    Sam,
    /// A CloudFormation template.
    Cloudformation,
    /// A stage of a CDK application, or its stacks outside of stages.
    Cdk,
    /// A root module of Terraform or OpenTofu.
    Terraform,
    /// A plan of Terraform or OpenTofu.
    TerraformPlan,
}

impl DeploymentKind {
    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sam => "sam",
            Self::Cloudformation => "cloudformation",
            Self::Cdk => "cdk",
            Self::Terraform => "terraform",
            Self::TerraformPlan => "terraform-plan",
        }
    }

    /// Whether its resources are those of the Terraform provider, mapped.
    #[must_use]
    pub fn is_terraform(self) -> bool {
        matches!(self, Self::Terraform | Self::TerraformPlan)
    }
}

/// A deployment and its scenarios.
pub struct Deployment {
    /// The path of the root template or plan, or the folder of the cloud assembly or root module.
    pub name: Utf8PathBuf,
    /// Its kind.
    pub kind: DeploymentKind,
    /// The root template's or plan's file, or the assembly's manifest.
    pub file: FileId,
    /// The files that it is made of, the root first.
    pub paths: Vec<Utf8PathBuf>,
    /// At least one.
    pub scenarios: Vec<Scenario>,
    /// Whether there are more combinations of condition outcomes than scenarios.
    pub capped: bool,
    /// What each scenario deploys, in the order of `scenarios`.
    pub deployed: Vec<Deployed>,
    /// What the first scenario chooses for each stack, in the order of `expanded`.
    pub assignments: Vec<Assignment>,
    /// Whole of each root template after the transforms under what the user gives and the defaults, for `expand`. None of
    /// Terraform.
    pub expanded: Vec<Arc<Template>>,
    /// What a Terraform root module gives out in the first scenario, for `expand`.
    pub outputs: Vec<(SmolStr, Value)>,
    /// The configuration file that counts for it.
    pub configuration: Option<Arc<Configuration>>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notices: Vec<Notice>,
}

/// What one scenario deploys.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The resources, nested stacks included, in the order written.
    pub resources: Vec<Arc<Resource>>,
    /// Set if there may be more resources than are known.
    pub open: Option<Symbol>,
    /// The region that it is deployed to, and what follows from it.
    pub environment: Environment,
}

/// A stack that is deployed by itself or beside others: all but the nested ones.
#[derive(Clone)]
struct Top {
    /// Its name in AWS, empty if the deployment does not know it.
    name: SmolStr,
    /// What its resources' ids begin with, empty for a stack that is alone.
    path: SmolStr,
    template: Arc<Template>,
    environment: Environment,
    /// Values that its parameters are given whatever the user says.
    parameters: BTreeMap<SmolStr, SmolStr>,
}

impl Deployment {
    /// Loads a root template: follows its includes and nested stacks, finds its scenarios, evaluates each.
    #[must_use]
    pub(crate) fn load(template: Template, files: &Files, given: &Given, others: &Exports) -> Self {
        let name = files.path(template.file);
        let file = template.file;
        let kind = if template.is_sam() { DeploymentKind::Sam } else { DeploymentKind::Cloudformation };
        let loading = Loading::new(files, None, vec![name.clone()]);
        let top = Top {
            name: SmolStr::default(),
            path: SmolStr::default(),
            template: loading.included(template),
            environment: Environment::of_region(given.region.clone()),
            parameters: BTreeMap::new(),
        };
        let environments = samconfig::environments(&name, files).unwrap_or_else(|problem| {
            if given.takes_environments() {
                loading.add(problem);
            }
            Vec::new()
        });
        let settings = given.settings(environments);
        deploy((name, kind, file), given.region.clone(), &[top], loading, &settings, others)
    }

    /// Loads the stacks of a stage, which are deployed together and may import what others of them export.
    pub(crate) fn load_stage(stage: Stage, files: &Files, given: &Given, others: &Exports) -> Self {
        let Stage { folder, manifest, stacks, links } = stage;
        let links: Links = links;
        let mut paths = vec![files.path(manifest)];
        paths.extend(stacks.iter().map(|stack| files.path(stack.template.file)));
        let loading = Loading::new(files, Some(&links), paths);
        let region = stacks.first().and_then(|stack| stack.region.clone());
        let same_region = stacks.iter().all(|stack| stack.region == region);
        let region = region.filter(|_| same_region).unwrap_or_else(|| given.region.clone());
        let top = |stack: crate::stage::StageStack| Top {
            name: stack.name,
            path: stack.path,
            template: loading.included(stack.template),
            environment: Environment::of_region(stack.region.unwrap_or_else(|| region.clone())),
            parameters: stack.parameters,
        };
        let tops: Vec<Top> = stacks.into_iter().map(top).collect();
        deploy(
            (folder, DeploymentKind::Cdk, manifest),
            region,
            &tops,
            loading,
            &given.settings(Vec::new()),
            others,
        )
    }
}

fn deploy(
    (name, kind, file): (Utf8PathBuf, DeploymentKind, FileId),
    region: SmolStr,
    tops: &[Top],
    loading: Loading,
    settings: &[Setting],
    others: &Exports,
) -> Deployment {
    let mut list: Vec<(Joint, Rc<Vec<Top>>)> = Vec::new();
    let mut capped = false;
    for setting in settings {
        let tops: Rc<Vec<Top>> =
            Rc::new(tops.iter().map(|top| top.in_region(setting.region.as_ref())).collect());
        let found = tops.iter().map(|top| (top.path.clone(), of_stack(top, setting, &loading))).collect();
        let (joint, more) = joint(found);
        capped |= more;
        list.extend(joint.into_iter().map(|joint| (joint, Rc::clone(&tops))));
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
    for (joint, tops) in &list {
        let stacks: Vec<(&Top, &Assignment, Arc<Template>)> = tops
            .iter()
            .zip(&joint.assignments)
            .map(|(top, assignment)| {
                let template = loading.with_transforms(&top.template, &top.scope(assignment));
                (top, assignment, template)
            })
            .collect();
        let exports = exports(&stacks, &loading, others);
        let environment = match tops.first() {
            Some(top) if tops.iter().all(|other| other.environment == top.environment) => {
                top.environment.clone()
            }
            _ => Environment::of_region(region.clone()),
        };
        let mut out = Deployed { resources: Vec::new(), open: None, environment };
        for (top, assignment, template) in &stacks {
            let scope = Scope::top(template, top.path.clone(), &top.environment, assignment);
            loading.top(&scope.importing(&exports).nesting(&loading), &mut out);
        }
        deployed.push(out);
    }
    // Not as a scenario has it: a parameter without a value keeps its `Ref`.
    let expanded: Vec<Arc<Template>> = settings.first().map_or_else(Vec::new, |setting| {
        let tops = tops.iter().map(|top| top.in_region(setting.region.as_ref()));
        tops.map(|top| {
            let assignment = Assignment::of_values(&given_to(&top, setting));
            loading.with_transforms(&top.template, &top.scope(&assignment))
        })
        .collect()
    });
    for cycle in expanded.iter().flat_map(|template| cycles(template)) {
        loading.problem(cycle.place, cycle.to_string());
    }
    let (paths, problems) = loading.finish();
    let assignments = list.first().map(|(joint, _)| joint.assignments.clone()).unwrap_or_default();
    let scenarios = list.into_iter().map(|(joint, _)| joint.scenario).collect();
    Deployment {
        name,
        kind,
        file,
        paths,
        scenarios,
        capped,
        deployed,
        assignments,
        expanded,
        outputs: Vec::new(),
        configuration: None,
        problems,
        notices,
    }
}

/// What the stacks export to each other, beside what other deployments of the project export. Those that others depend on come first, so that an export may hand on
/// what it imports.
fn exports(stacks: &[(&Top, &Assignment, Arc<Template>)], loading: &Loading, others: &Exports) -> Exports {
    let mut exports = others.clone();
    if stacks.len() < 2 {
        return exports;
    }
    for (top, assignment, template) in stacks {
        let mut more = exports.clone();
        let scope = Scope::top(template, top.path.clone(), &top.environment, assignment).importing(&exports);
        more.add(&top.name, &scope.nesting(loading));
        exports = more;
    }
    exports
}

/// The scenarios of one stack. A value may be meant for one stack alone (`Stack:Name`).
fn of_stack(top: &Top, setting: &Setting, loading: &Loading) -> Scenarios {
    let given = given_to(top, setting);
    let extended = loading.extended(&top.template, &top.scope(&Assignment::of_values(&given)));
    scenarios(&extended, &given, setting.name.as_deref(), &mut |assignment| {
        let template = loading.extended(&top.template, &top.scope(assignment));
        let scope = Scope::top(&template, top.path.clone(), &top.environment, assignment);
        loading.probe(&scope.nesting(loading))
    })
}

/// The values that a stack's parameters are given, whatever a scenario chooses for the others.
fn given_to(top: &Top, setting: &Setting) -> BTreeMap<SmolStr, SmolStr> {
    let values = &setting.values;
    let mut given = top.parameters.clone();
    given.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
    let own = values.iter().filter_map(|(name, value)| {
        let (stack, name) = name.split_once(':')?;
        (stack == top.name || stack == top.path).then(|| (SmolStr::new(name), value.clone()))
    });
    given.extend(own);
    given.retain(|name, _| top.template.parameters.contains_key(name));
    given
}

impl Top {
    /// The same stack in the region that an environment names.
    fn in_region(&self, region: Option<&SmolStr>) -> Self {
        let environment =
            region.map_or_else(|| self.environment.clone(), |region| Environment::of_region(region.clone()));
        Self { environment, ..self.clone() }
    }

    fn scope<'a>(&'a self, assignment: &'a Assignment) -> Scope<'a> {
        Scope::top(&self.template, self.path.clone(), &self.environment, assignment)
    }
}
