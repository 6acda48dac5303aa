//! Where the time of a run goes: by phase, and by control.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Where the time of a run went.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// The phases in their order, by the clock on the wall.
    pub phases: Vec<(&'static str, Duration)>,
    /// What judging took by control, the slowest first, summed over deployments, scenarios and threads. What an
    /// inventory finds out once (names, ARNs) counts for the control that asked first.
    pub controls: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Adds a phase.
    pub fn phase(&mut self, name: &'static str, time: Duration) {
        self.phases.push((name, time));
    }

    /// Adds what the controls took on one deployment.
    pub(crate) fn add(&mut self, times: ControlTimes) {
        for (control, time) in times.0 {
            match self.controls.iter_mut().find(|(name, _)| *name == control) {
                Some((_, sum)) => *sum += time,
                None => self.controls.push((control, time)),
            }
        }
        self.controls.sort_by_key(|(control, time)| (std::cmp::Reverse(*time), *control));
    }
}

/// What each control took.
#[derive(Debug, Default)]
pub(crate) struct ControlTimes(BTreeMap<&'static str, Duration>);

impl ControlTimes {
    pub fn add(&mut self, control: &'static str, time: Duration) {
        *self.0.entry(control).or_default() += time;
    }
}

/// Measures one lap after the other.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start or the last lap.
    pub fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now.duration_since(std::mem::replace(&mut self.0, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deployments_add_up_and_the_slowest_control_comes_first() {
        let mut timings = Timings::default();
        for milliseconds in [1, 2] {
            let mut times = ControlTimes::default();
            times.add("EP-01", Duration::from_millis(milliseconds));
            times.add("SE-01", Duration::from_millis(2 * milliseconds));
            timings.add(times);
        }
        assert_eq!(
            timings.controls,
            [("SE-01", Duration::from_millis(6)), ("EP-01", Duration::from_millis(3))]
        );
    }
}
