//! What the host keeps for one instance of a component.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wasmtime::component::ResourceTable;
use wasmtime::{StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::app::App;
use crate::component::Component;
use crate::outbound::Outbound;

/// What belongs to an instance.
pub struct State {
    pub(crate) component: Arc<Component>,
    pub(crate) table: ResourceTable,
    pub(crate) redis_connections: usize,
    pub(crate) redis_timeouts: bool,
    pub(crate) limits: StoreLimits,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl State {
    pub(crate) fn new(component: Arc<Component>, outbound: Outbound, app: &App) -> Self {
        let wasi = WasiCtx::builder()
            .envs(&component.environment)
            .stdout(component.stdout.for_instance())
            .stderr(component.stderr.for_instance())
            .wall_clock(ShiftedClock(app.clock_offset))
            .build();
        Self {
            component,
            table: ResourceTable::new(),
            redis_connections: 0,
            redis_timeouts: app.limits.redis_timeouts,
            limits: StoreLimitsBuilder::new().memory_size(app.limits.memory_bytes).build(),
            wasi,
            http: WasiHttpCtx::new(),
            outbound,
        }
    }
}

/// The machine's clock, so many seconds ahead.
struct ShiftedClock(i64);

impl HostWallClock for ShiftedClock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let shift = Duration::from_secs(self.0.unsigned_abs());
        if self.0 < 0 {
            now.saturating_sub(shift)
        } else {
            now + shift
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
