//! What the host keeps for one instance of a component.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderName, Request, header};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::bindings::http::types::Scheme;
use wasmtime_wasi_http::body::HostIncomingBody;
use wasmtime_wasi_http::types::{
    DEFAULT_FORBIDDEN_HEADERS, HostFutureIncomingResponse, HostIncomingRequest, OutgoingRequestConfig,
};
use wasmtime_wasi_http::{HttpResult, WasiHttpCtx, WasiHttpView};

use crate::WasiBody;
use crate::app::App;
use crate::component::Component;
use crate::outbound::Outbound;

/// The most that a component may put into one set of headers, in memory; wasmtime itself sets 2 GiB.
const HEADERS_BYTES: usize = 128 * 1024;

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
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(HEADERS_BYTES);
        Self {
            component,
            table: ResourceTable::new(),
            redis_connections: 0,
            redis_timeouts: app.limits.redis_timeouts,
            limits: StoreLimitsBuilder::new().memory_size(app.limits.memory_bytes).build(),
            wasi,
            http,
            outbound,
        }
    }

    /// Takes the request that an instance of this `lifetime` is to answer.
    pub(crate) fn take(
        &mut self,
        request: Request<WasiBody>,
        lifetime: Duration,
    ) -> wasmtime::Result<Resource<HostIncomingRequest>> {
        let (head, body) = request.into_parts();
        // It may pause for as long as the instance lives.
        let body = HostIncomingBody::new(body, lifetime, HEADERS_BYTES);
        let request = HostIncomingRequest::new(self, head, Scheme::Http, Some(body), HEADERS_BYTES)?;
        Ok(self.table.push(request)?)
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
    fn ctx(&mut self) -> &mut WasiHttpCtx {
        &mut self.http
    }

    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }

    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        // `host` may be read and set, as on Spin.
        *name != header::HOST && DEFAULT_FORBIDDEN_HEADERS.contains(name)
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        config: OutgoingRequestConfig,
    ) -> HttpResult<HostFutureIncomingResponse> {
        Ok(self.outbound.send(request, config))
    }
}
