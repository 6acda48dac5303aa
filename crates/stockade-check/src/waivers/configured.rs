//! `[[waivers]]` of `stockade.toml`.

use super::{Scope, Waiver, Written, controls};
use std::sync::Arc;
use stockade_model::{Waived, WaiverSource};
use stockade_project::Configuration;

pub(super) fn collect(configuration: &Arc<Configuration>, written: &mut Vec<Written>) {
    for (at, waiver) in configuration.waivers.iter().enumerate() {
        // A control that there is none of is a fault of the file, which is told as such.
        let named =
            waiver.controls.iter().filter_map(|(name, _)| controls(std::iter::once(name.as_str())).ok());
        let controls: Vec<&'static str> = named.flatten().collect();
        if controls.is_empty() || waiver.is_void {
            continue;
        }
        written.push(Written::Waiver(Waiver {
            controls,
            scope: Scope::Configured(Arc::clone(configuration), at),
            waived: Waived {
                reason: waiver.reason.clone(),
                until: waiver.until,
                source: WaiverSource::Configuration,
                place: waiver.place,
            },
        }));
    }
}
