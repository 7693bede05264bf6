//! What the host keeps for one instance of a component.

use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime::{StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::component::Component;
use crate::outbound::Outbound;

/// What belongs to an instance.
pub struct State {
    pub(crate) component: Arc<Component>,
    pub(crate) table: ResourceTable,
    pub(crate) redis_connections: usize,
    pub(crate) limits: StoreLimits,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl State {
    pub(crate) fn new(component: Arc<Component>, outbound: Outbound, memory_bytes: usize) -> Self {
        let wasi = WasiCtx::builder()
            .envs(&component.environment)
            .stdout(component.stdout.for_instance())
            .stderr(component.stderr.for_instance())
            .build();
        Self {
            component,
            table: ResourceTable::new(),
            redis_connections: 0,
            limits: StoreLimitsBuilder::new().memory_size(memory_bytes).build(),
            wasi,
            http: WasiHttpCtx::new(),
            outbound,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.outbound,
        }
    }
}
