//! Plans of Terraform and OpenTofu: where the source of each lies, and what it deploys.

use crate::files::Parsed;
use crate::options::Given;
use crate::terraform::{Modules, One, deep};
use crate::{Deployed, Deployment, DeploymentKind, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use stockade_cfn::Environment;
use stockade_model::{Scenario, ScenarioKind};
use stockade_terraform::{Inputs, Sources as _, evaluate, is_plan_of, plan_variables, read_plan};

impl Modules<'_> {
    /// The folder of the root module that a plan was made of, if it lies in that.
    pub fn source_of(&self, plan: &Parsed) -> Option<Utf8PathBuf> {
        let folder = plan.0.path.parent()?;
        self.inside(folder).ok()?;
        is_plan_of(&plan.1, &self.module(folder)).then(|| folder.to_owned())
    }

    /// Loads a plan, with the root module that it was made of if that is known.
    ///
    /// # Errors
    /// What of it cannot be read.
    pub fn load_plan(
        &self,
        plan: &Parsed,
        folder: Option<&Utf8Path>,
        given: &Given,
    ) -> Result<Deployment, Problem> {
        let (source, document) = (&plan.0, &plan.1);
        let run = || {
            let evaluated = folder.map(|folder| {
                let variables = plan_variables(document);
                evaluate(folder, self, &Inputs { variables, region: given.region.clone(), workspace: None })
            });
            read_plan(document, evaluated.as_ref(), &given.region).map(One::of)
        };
        let mut problems = Vec::new();
        let mut notices = Vec::new();
        let one = deep(run).map_err(|error| Problem {
            path: source.path.clone(),
            message: error.message,
            place: error.place,
        })?;
        for diagnostic in one.diagnostics {
            self.tell(&source.path, diagnostic, &mut problems, &mut notices);
        }
        let deployed = Deployed {
            resources: one.lowered.resources.into_iter().map(Arc::new).collect(),
            open: one.open,
            environment: Environment::of_region(one.region),
        };
        let mut paths = vec![source.path.clone()];
        paths.extend(one.files);
        Ok(Deployment {
            name: source.path.clone(),
            kind: DeploymentKind::TerraformPlan,
            file: source.id,
            paths,
            scenarios: vec![Scenario {
                name: "plan".into(),
                kind: ScenarioKind::Default,
                values: Default::default(),
            }],
            capped: false,
            deployed: vec![deployed],
            assignments: Vec::new(),
            expanded: Vec::new(),
            outputs: one.outputs,
            configuration: None,
            problems,
            notices,
        })
    }
}
