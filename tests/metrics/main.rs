//! What a Prometheus sees of the pipeline: the function `metrics`, the collector of `sql_exporter`, the alerts, the
//! dashboard, the traces. Debian's Prometheus is asked, not a copy of its rules.

mod alerts;
mod collector;
mod dashboard;
mod families;
mod logs;
mod prometheus;
mod traces;
