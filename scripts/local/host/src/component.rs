//! A component as its manifest describes it: what it is given, where its lines go, whom it may ask.

use std::path::Path;

use anyhow::Result;

use crate::allowed_hosts::AllowedHosts;
use crate::logs::Log;
use crate::manifest;
use crate::variables::Values;

/// A component, without its code.
pub struct Component {
    pub(crate) id: String,
    pub(crate) variables: Values,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) stdout: Log,
    pub(crate) stderr: Log,
    allowed_hosts: AllowedHosts,
}

impl Component {
    pub(crate) fn open(id: &str, entry: &manifest::Component, values: &Values, log_dir: Option<&Path>) -> Result<Self> {
        let allowed_hosts = entry.allowed_hosts(values).unwrap_or_else(|problem| {
            eprintln!("linernotes-host: component {id:?}: {problem}: nothing that it sends is allowed");
            AllowedHosts::default()
        });
        Ok(Self {
            id: id.to_owned(),
            variables: entry.variables(values),
            environment: entry.environment.clone().into_iter().collect(),
            stdout: Log::open(log_dir, id, "stdout")?,
            stderr: Log::open(log_dir, id, "stderr")?,
            allowed_hosts,
        })
    }

    pub(crate) fn may_send(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        self.allowed_hosts.allow(scheme, host, port)
    }

    pub(crate) fn denied(&self, target: &str) {
        self.log(&format!("{target} was denied: it is not in allowed_outbound_hosts"));
    }

    /// Says something about the component, where its own lines go.
    pub(crate) fn log(&self, text: &str) {
        eprintln!("linernotes-host: {}: {text}", self.id);
    }
}
