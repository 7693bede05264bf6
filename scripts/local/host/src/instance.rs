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
use wasmtime::Store;
use wasmtime::component::Resource;
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::bindings::ProxyPre;
use wasmtime_wasi_http::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::types::{HostIncomingRequest, HostResponseOutparam};

use crate::WasiBody;
use crate::app::{App, LoadedComponent};
use crate::component::Component;
use crate::one_line;
use crate::outbound::{Answer, Outbound, Siblings};
use crate::state::State;
use crate::traces::Shared;

impl Siblings for App {
    fn ask(self: Arc<Self>, id: &str, request: Request<WasiBody>) -> Option<Answer> {
        let component = self.components.get(id)?.clone();
        Some(Box::pin(respond(self, component, request)))
    }
}

/// A component's answer to a request. Whatever goes wrong is a plain 500 and a line in the log.
///
/// The instance has a task of its own: it goes on after its response, and when the caller is gone.
pub async fn respond(app: Arc<App>, loaded: Arc<LoadedComponent>, request: Request<WasiBody>) -> Response<WasiBody> {
    let what = format!("{} {}", request.method(), request.uri().path());
    match run(app, &loaded, request, &what).await {
        Ok(response) => response,
        Err(cause) => {
            loaded.component.log(&format!("{what}: {cause}"));
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// An answer without a body.
pub fn plain(status: StatusCode) -> Response<WasiBody> {
    let body = Empty::new().map_err(|never| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

async fn run(
    app: Arc<App>,
    loaded: &Arc<LoadedComponent>,
    request: Request<WasiBody>,
    what: &str,
) -> Result<Response<WasiBody>, String> {
    // Before its turn: nobody else's request has to wait for this.
    let code = loaded
        .code()
        .await
        .cloned()
        .map_err(|error| one_line(&format!("{error:#}")))?;
    // A component that waits for another one holds its own place: the wait has an end, or they could wait for good.
    let turn = timeout(app.limits.wait, app.instances.clone().acquire_owned());
    let Ok(Ok(place)) = turn.await else {
        let most = app.limits.instances;
        return Err(format!("{most} instances are running, no place became free"));
    };
    let traces = app.traces.as_ref();
    let span: Shared = traces.map(|traces| Arc::new(traces.of_request(&request, &loaded.component.id)));
    let (mut store, ended) = new_store(&app, &loaded.component, span.clone());
    let (sender, receiver) = oneshot::channel();
    let state = store.data_mut();
    let request = state
        .take(request, app.limits.lifetime)
        .map_err(|error| format!("the request cannot be handed over: {error}"))?;
    let out = state.new_response_outparam(sender).map_err(|error| error.to_string())?;
    let died = Arc::new(AtomicBool::new(false));
    let task = tokio::spawn({
        let (loaded, what, died, span) = (loaded.clone(), what.to_owned(), died.clone(), span.clone());
        async move {
            let outcome = live(&code, &mut store, request, out, ended, &app).await;
            // Dropping the store closes the body, and whoever reads it then looks whether the component has died.
            died.store(outcome.is_err(), Ordering::Release);
            drop(store);
            drop(place);
            if let Err(cause) = &outcome {
                loaded.component.log(&format!("{what}: {cause}"));
                if let Some(span) = span {
                    span.failed();
                }
            }
            outcome.is_ok()
        }
    });
    match receiver.await {
        Ok(Ok(response)) => {
            if let Some(span) = span {
                span.answered(response.status());
            }
            Ok(response.map(|inner| UncutBody { inner, died }.boxed()))
        }
        Ok(Err(code)) => Err(format!("the component gave the error {code:?} as its answer")),
        Err(_) => match task.await {
            Ok(true) => Err("the component ended without an answer".to_owned()),
            // The task has logged why it ended.
            _ => Ok(plain(StatusCode::INTERNAL_SERVER_ERROR)),
        },
    }
}

/// An instance's whole life; the error says what ended it.
async fn live(
    code: &ProxyPre<State>,
    store: &mut Store<State>,
    request: Resource<HostIncomingRequest>,
    out: Resource<HostResponseOutparam>,
    ended: oneshot::Receiver<String>,
    app: &App,
) -> Result<(), String> {
    let lifetime = app.limits.lifetime;
    let work = async {
        let proxy = code.instantiate_async(&mut *store).await?;
        let handler = proxy.wasi_http_incoming_handler();
        handler.call_handle(&mut *store, request, out).await
    };
    tokio::select! {
        outcome = timeout(lifetime, work) => match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(one_line(&error.root_cause().to_string())),
            Err(_) => Err(format!("ended after {} s, its limit", lifetime.as_secs_f32())),
        },
        Ok(cause) = ended => Err(cause),
    }
}

fn new_store(app: &Arc<App>, component: &Arc<Component>, span: Shared) -> (Store<State>, oneshot::Receiver<String>) {
    let (outbound, ended) = Outbound::new(app.client.clone(), app.clone(), component.clone(), span);
    let state = State::new(component.clone(), outbound, app);
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
    died: Arc<AtomicBool>,
}

impl Body for UncutBody {
    type Data = Bytes;
    type Error = ErrorCode;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ErrorCode>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(None) if self.died.load(Ordering::Acquire) => {
                Poll::Ready(Some(Err(ErrorCode::HttpResponseIncomplete)))
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
