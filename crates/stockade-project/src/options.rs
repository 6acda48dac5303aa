//! What the user says about the deployments: on the command line, and in the configuration file.

use crate::Configuration;
use crate::samconfig::SamEnvironment;
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The region that is judged for if nobody names one.
const REGION: &str = "us-east-1";

/// What the command line says about the deployments.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--region`: the region to judge for, whatever environments say.
    pub region: Option<SmolStr>,
    /// `--parameter`: values that hold in every scenario.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// `--parameter-file`: one scenario each, by name.
    pub environments: Vec<(SmolStr, BTreeMap<SmolStr, SmolStr>)>,
    /// `--environment`: the only environment of a configuration file that counts.
    pub environment: Option<SmolStr>,
    /// `--config`: the configuration file that counts in the stead of those of the folders.
    pub configuration: Option<Utf8PathBuf>,
}

impl Options {
    /// What is said of the deployment of a root template or assembly, of that full path. The command line wins over the environment, that
    /// over `[deployments]`, that over the rest of the file.
    pub(crate) fn given(&self, configuration: Option<&Arc<Configuration>>, path: &Utf8Path) -> Given {
        let mut given = Given {
            region: self.region.clone().unwrap_or_else(|| REGION.into()),
            is_region_fixed: self.region.is_some(),
            base: BTreeMap::new(),
            parameters: self.parameters.clone(),
            files: self.environments.clone(),
            environment: self.environment.clone(),
            environments: Vec::new(),
        };
        let Some(configuration) = configuration else { return given };
        let relative = configuration.relative(path).unwrap_or_default();
        let mut region = configuration.region.clone();
        for deployment in configuration.deployments.iter().filter(|one| one.templates.matches(&relative)) {
            given.base.extend(deployment.parameters.clone());
            region = deployment.region.clone().or(region);
        }
        if let Some(region) = region.filter(|_| self.region.is_none()) {
            given.region = region;
        }
        let environments = configuration.environments.iter().filter(|environment| {
            environment.templates.is_empty()
                || environment.templates.iter().filter(|glob| glob.matches(&relative)).count() > 0
        });
        given.environments = environments
            .map(|environment| SamEnvironment {
                name: environment.name.clone(),
                parameters: environment.parameters.clone(),
                region: environment.region.clone(),
            })
            .collect();
        given
    }
}

/// What is said of one deployment.
#[derive(Debug)]
pub(crate) struct Given {
    /// The region, unless an environment names another.
    pub region: SmolStr,
    is_region_fixed: bool,
    /// Values that environments override.
    base: BTreeMap<SmolStr, SmolStr>,
    /// Values that override all others.
    parameters: BTreeMap<SmolStr, SmolStr>,
    files: Vec<(SmolStr, BTreeMap<SmolStr, SmolStr>)>,
    environment: Option<SmolStr>,
    /// Those of `stockade.toml`.
    environments: Vec<SamEnvironment>,
}

/// One way to deploy: an environment, a parameter file, or nothing in particular.
pub(crate) struct Setting {
    pub name: Option<SmolStr>,
    pub values: BTreeMap<SmolStr, SmolStr>,
    pub region: Option<SmolStr>,
}

impl Given {
    /// Whether environments of configuration files count, or the command line names parameter files in their stead.
    pub(crate) fn takes_environments(&self) -> bool {
        self.files.is_empty()
    }

    /// The ways to deploy: the parameter files of the command line, else the environments of `stockade.toml` and of
    /// `samconfig.toml` (where both have one of a name, it has the values of both, and those of `stockade.toml` win), else
    /// the parameters alone.
    pub(crate) fn settings(&self, sam: Vec<SamEnvironment>) -> Vec<Setting> {
        let setting =
            |name: Option<&SmolStr>, values: &BTreeMap<SmolStr, SmolStr>, region: Option<SmolStr>| {
                let mut all = self.base.clone();
                all.extend(values.clone());
                all.extend(self.parameters.clone());
                Setting { name: name.cloned(), values: all, region: region.filter(|_| !self.is_region_fixed) }
            };
        if !self.takes_environments() {
            return self.files.iter().map(|(name, values)| setting(Some(name), values, None)).collect();
        }
        let mut environments = sam;
        for configured in &self.environments {
            match environments.iter_mut().find(|environment| environment.name == configured.name) {
                Some(environment) => {
                    environment.parameters.extend(configured.parameters.clone());
                    environment.region = configured.region.clone().or(environment.region.take());
                }
                None => environments.push(configured.clone()),
            }
        }
        if let Some(only) = &self.environment {
            environments.retain(|environment| environment.name == *only);
        }
        if environments.is_empty() {
            return vec![setting(None, &BTreeMap::new(), None)];
        }
        environments
            .into_iter()
            .map(|environment| setting(Some(&environment.name), &environment.parameters, environment.region))
            .collect()
    }
}
