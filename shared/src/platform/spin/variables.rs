//! The variables that `spin.toml` maps for a component.

use crate::platform::ports::Variables;

pub(super) struct SpinVariables;

impl Variables for SpinVariables {
    fn get(&self, name: &str) -> Option<String> {
        // Spin answers with an error where `spin.toml` maps no such variable for the component: it is not set.
        spin_sdk::variables::get(name).ok().filter(|value| !value.is_empty())
    }
}
