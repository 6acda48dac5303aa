//! Which controls judge a deployment, and how severe their failures are.

use foldhash::HashMap;
use stockade_controls::{CONTROLS, Control, catalogue, find};
use stockade_model::{Place, Profile, Severity};
use stockade_project::{Configuration, Problem, Rule};

/// What is judged by, in the absence of other words.
pub(crate) const PROFILE: Profile = Profile::Baseline;

/// The controls of one deployment.
pub(crate) struct Selection {
    /// Controls of this profile and those that it contains are judged, unless the project says otherwise.
    pub profile: Profile,
    pub controls: Vec<&'static Control>,
    severities: HashMap<&'static str, Severity>,
}

impl Selection {
    /// The profile of the command line wins over that of the file; what the file says of a control wins over both.
    pub(crate) fn new(profile: Option<Profile>, configuration: Option<&Configuration>) -> Self {
        let profile = profile.or_else(|| configuration?.profile).unwrap_or(PROFILE);
        let mut rules: HashMap<&'static str, Rule> = HashMap::default();
        for rule in configuration.map(|configuration| configuration.controls.as_slice()).unwrap_or_default() {
            if let Some(control) = find(&rule.name) {
                rules.insert(control.row().id, rule.rule);
            }
        }
        let is_on = |control: &&Control| match rules.get(control.row().id) {
            Some(rule) => *rule != Rule::Off,
            None => control.row().profile <= profile,
        };
        let controls = CONTROLS.iter().filter(is_on).collect();
        let severities = rules.into_iter().filter_map(|(id, rule)| match rule {
            Rule::Severity(severity) => Some((id, severity)),
            _ => None,
        });
        Self { profile, controls, severities: severities.collect() }
    }

    /// The severity that the project gives a control's failures.
    pub(crate) fn severity(&self, control: &str) -> Option<Severity> {
        self.severities.get(control).copied()
    }
}

/// A control that a file names and that there is none of.
pub(crate) fn unknown_controls(configuration: &Configuration) -> Vec<Problem> {
    let in_rules = configuration.controls.iter().map(|rule| (&rule.name, rule.place));
    let in_waivers = configuration
        .waivers
        .iter()
        .flat_map(|waiver| waiver.controls.iter().map(|(name, place)| (name, *place)));
    in_rules
        .chain(in_waivers)
        .filter_map(|(name, place): (_, Place)| {
            let message = unknown_control(name)?;
            Some(Problem::at(configuration.path.clone(), message, place))
        })
        .collect()
}

/// What to say of a name, if it is no control of the catalogue.
pub(crate) fn unknown_control(name: &str) -> Option<String> {
    let is = |id: &str| id.eq_ignore_ascii_case(name);
    if catalogue().iter().any(|row| is(row.id) || is(row.slug)) {
        return None;
    }
    let distance = |slug: &str| strsim::damerau_levenshtein(slug, &name.to_ascii_lowercase());
    let near = catalogue().iter().min_by_key(|row| distance(row.slug)).filter(|row| distance(row.slug) <= 4);
    Some(match near {
        Some(row) => format!("there is no control `{name}`: did you mean `{}` ({})?", row.slug, row.id),
        None => format!("there is no control `{name}`: `stockade controls` lists them"),
    })
}
