//! One request, one instance.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::timeout;
use wasmtime::component::ResourceTable;
use wasmtime::{Store, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::app::{App, Component};
use crate::one_line;
use crate::outbound::Outbound;

/// What belongs to an instance.
pub struct State {
    pub(crate) component: Arc<Component>,
    pub(crate) table: ResourceTable,
    pub(crate) redis_connections: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    limits: StoreLimits,
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

/// A component's answer to a request. Whatever goes wrong is a plain 500 and a line in the log.
///
/// The instance has a task of its own: it goes on after its response, and when the caller is gone.
pub async fn respond(
    app: Arc<App>,
    component: Arc<Component>,
    request: Request<WasiBody>,
) -> Response<WasiBody> {
    match start(app, component.clone(), request).await {
        Ok(response) => response,
        Err(cause) => {
            component.log(&cause);
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// An answer without a body.
pub fn plain(status: StatusCode) -> Response<WasiBody> {
    let body = Empty::new().map_err(Error::from).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

async fn start(
    app: Arc<App>,
    component: Arc<Component>,
    request: Request<WasiBody>,
) -> Result<Response<WasiBody>, String> {
    // A component that waits for another one holds its own place: the wait has an end, or they could wait for good.
    let turn = timeout(app.limits.wait, app.instances.clone().acquire_owned());
    let Ok(Ok(place)) = turn.await else {
        return Err(format!(
            "{} instances are running, no place became free",
            app.limits.instances
        ));
    };
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let lifetime = app.limits.lifetime;
    let (mut store, ended) = new_store(&app, &component);
    let (sender, receiver) = oneshot::channel();
    let mut http = store.data_mut().http();
    let request = http
        .new_incoming_request(Scheme::Http, request)
        .map_err(|error| format!("the request cannot be handed over: {error}"))?;
    let out = http
        .new_response_outparam(sender)
        .map_err(|error| error.to_string())?;
    let broken = Arc::new(AtomicBool::new(false));
    let cut = broken.clone();
    let task = tokio::spawn(async move {
        let run = async {
            let proxy = component.code.instantiate_async(&mut store).await?;
            let handler = proxy.wasi_http_incoming_handler();
            handler.call_handle(&mut store, request, out).await
        };
        let outcome = tokio::select! {
            outcome = timeout(lifetime, run) => match outcome {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(one_line(&error.root_cause().to_string())),
                Err(_) => Err(format!("ended after {} s, its limit", lifetime.as_secs_f32())),
            },
            Ok(cause) = ended => Err(cause),
        };
        if let Err(cause) = outcome {
            component.log(&format!("{method} {path}: {cause}"));
            // Before the store goes, and with it the other end of an unfinished body.
            cut.store(true, Ordering::Release);
        }
        drop(store);
        drop(place);
    });
    match receiver.await {
        Ok(Ok(response)) => Ok(response.map(|inner| UncutBody { inner, broken }.boxed_unsync())),
        Ok(Err(code)) => Err(format!("it answered with the error {code:?}")),
        Err(_) => {
            // The task has said why, if there was a why.
            let _ = task.await;
            Err("no response".to_owned())
        }
    }
}

fn new_store(
    app: &Arc<App>,
    component: &Arc<Component>,
) -> (Store<State>, oneshot::Receiver<String>) {
    let (outbound, ended) = Outbound::new(app.clone(), component.clone());
    let wasi = WasiCtx::builder()
        .envs(&component.environment)
        .stdout(component.stdout.for_instance())
        .stderr(component.stderr.for_instance())
        .build();
    let state = State {
        component: component.clone(),
        table: ResourceTable::new(),
        redis_connections: 0,
        wasi,
        http: WasiHttpCtx::new(),
        outbound,
        limits: StoreLimitsBuilder::new()
            .memory_size(app.limits.memory_bytes)
            .build(),
    };
    let mut store = Store::new(&app.engine, state);
    store.limiter(|state| &mut state.limits);
    // Each tick a component that computes gives way, so that others run and the time limit can end it.
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
    (store, ended)
}

/// A body that ends in an error when its component died before it was sent: without, it would look complete.
struct UncutBody {
    inner: WasiBody,
    broken: Arc<AtomicBool>,
}

impl Body for UncutBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(None) if self.broken.load(Ordering::Acquire) => {
                Poll::Ready(Some(Err(Error::HttpResponseIncomplete)))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
