//! `rihla serve`: the record over HTTP, until told to stop.

use crate::accounts::{AccountOptions, Accounts, party};
use crate::admin::Admin;
use crate::audit::{HeadsKept, Repository, Sender, keep_heads, send_all};
use crate::failure::{Failure, exit};
use crate::hosts::{self, Hosts};
use crate::modules;
use crate::node::{Node, Options};
use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::serve::ListenerExt;
use rihla_fhir_api::{Api, Lang, Limits, Settings};
use rihla_identity::Token;
use rihla_kernel::{Actor, ActorKind, Purpose};
use rihla_store::Event;
use rihla_store::trail::EventKind;
use rihla_web::{Furnishing, House};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// What `serve` is told.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    pub listen: String,
    pub base: Option<String>,
    pub lang: Lang,
    pub max_entries: usize,
    pub max_body: usize,
    /// A file outside the store that heads of the audit chain are added to.
    pub heads: Option<PathBuf>,
    /// An audit repository that entries go to as well.
    pub atna: Option<Repository>,
}

/// Where the FHIR interface stands on the server.
pub const MOUNT: &str = "/fhir";
/// How long requests in progress may take to end after the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// A read runs inside its handler, so there are a few more threads than cores.
const LEAST_WORKERS: usize = 4;

pub fn run(options: &Options, accounts: &AccountOptions, serve: &ServeOptions) -> Result<u8, Failure> {
    let address = loopback(&serve.listen)?;
    let workers = std::thread::available_parallelism().map_or(LEAST_WORKERS, |cores| cores.get().max(LEAST_WORKERS));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(exit::FAILED, format!("no threads to run on: {error}")))?;
    let node = Node::open(options)?;
    let served = runtime.block_on(until_told(&node, options, accounts, serve, address));
    runtime.shutdown_timeout(PATIENCE);
    let closed = node.close();
    served?;
    closed?;
    Ok(0)
}

/// Passwords do not cross a network in the clear: whoever serves others has TLS end on this machine, in front of this server.
fn loopback(listen: &str) -> Result<SocketAddr, Failure> {
    let wrong = |why: &str| Failure::new(exit::USAGE, format!("--listen {listen}: {why}"));
    let address: SocketAddr = match listen.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}").parse(),
        None => listen.parse(),
    }
    .map_err(|_| wrong("write an address and a port, as in 127.0.0.1:8080"))?;
    if !address.ip().is_loopback() {
        return Err(wrong(
            "this server speaks no TLS, so it listens to its own machine alone. Listen on 127.0.0.1 or [::1], have a proxy here end TLS, and say --base https://NAME",
        ));
    }
    Ok(address)
}

async fn until_told(node: &Node, options: &Options, accounts: &AccountOptions, serve: &ServeOptions, address: SocketAddr) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| Failure::new(exit::FAILED, format!("--listen {address}: {error}")))?;
    let bound = listener.local_addr().map_err(|error| Failure::new(exit::FAILED, format!("--listen {address}: {error}")))?;
    let (stop, stopped) = watch::channel(false);
    // A store in a database has no folder of its own.
    std::fs::create_dir_all(&node.folder).map_err(|error| Failure::path("cannot make", &node.folder, &error))?;
    let accounts = Accounts::open(node, accounts, party(serve.base.as_deref(), bound.port())).await?;
    let admin = Admin::start(node, &accounts, &options.socket()?, stop.clone())?;
    let heads = match accounts.identity.sealer("audit heads") {
        Some(sealer) => HeadsKept::open(node, &sealer, serve.heads.as_deref())?,
        None => None,
    };
    let atna = serve.atna.as_ref().map(|repository| Sender::open(node, repository)).transpose()?;
    let mut signals = Signals::listen()?;
    let house = house(node, &accounts, serve)?;
    let app = app(node, serve, house.clone()).into_make_service_with_connect_info::<SocketAddr>();
    announce(bound, accounts.identity.setup_code().await?.as_ref());
    let live = tokio::spawn(rihla_web::run_live(house, stopped.clone()));
    prepare_finder(node);
    tell(node, "began");
    if let Some(sender) = atna {
        let (told, runtime) = (stopped.clone(), tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || send_all(sender, told, &runtime));
    }
    let heads = heads.map(|heads| tokio::spawn(keep_heads(heads, stopped.clone())));
    let told = stopped.clone();
    let server =
        tokio::spawn(async move { axum::serve(listener.tap_io(|stream| _ = stream.set_nodelay(true)), app).with_graceful_shutdown(until(told)).await });
    tokio::select! {
        () = signals.any() => {}
        () = until(stopped) => {}
    }
    stop.send_replace(true);
    // Idle connections end at once; a reader that never finishes does not keep the store open.
    let ended = tokio::time::timeout(PATIENCE, server).await;
    _ = live.await;
    admin.stop();
    tell(node, "ended");
    if let Some(heads) = heads
        && let Ok(mut heads) = heads.await
    {
        heads.sign().await?;
    }
    match ended {
        Ok(Ok(Err(error))) => Err(Failure::new(exit::FAILED, format!("the server ended: {error}"))),
        Ok(Err(_)) => Err(Failure::new(exit::FAILED, "the server ended by a defect".to_owned())),
        Ok(Ok(Ok(()))) | Err(_) => Ok(()),
    }
}

/// Leaves in the audit trail that the server began or ended.
fn tell(node: &Node, what: &str) {
    node.store.note_event(&Event { detail: what, ..Event::of(EventKind::Service, Actor::node("server")) });
}

/// Makes people findable beside what is served already; until then answers say that they are not complete.
fn prepare_finder(node: &Node) {
    let store = node.store.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(fault) = store.fill_people() {
            tracing::error!(code = fault.code, "the finder of people: {}", fault.text);
        }
    });
}

/// Screens at the root, the FHIR interface below its mount.
pub fn app(node: &Node, serve: &ServeOptions, house: House) -> Router {
    let api = api(node, serve, node.today()).router().into_service::<Body>();
    let below = format!("{MOUNT}/{{*rest}}");
    let all = rihla_web::router(house).route_service(MOUNT, api.clone()).route_service(&format!("{MOUNT}/"), api.clone()).route_service(&below, api);
    all.layer(from_fn_with_state(Hosts::new(serve.base.as_deref()), hosts::check))
}

/// What the screens share on this node.
pub fn house(node: &Node, accounts: &Accounts, serve: &ServeOptions) -> Result<House, Failure> {
    let furnishing = Furnishing {
        store: node.store.clone(),
        identity: accounts.identity.clone(),
        world: accounts.world,
        secure: serve.base.as_deref().is_some_and(|base| base.starts_with("https://")),
        pack: node.pack.clone(),
        site: node.site,
        zone: node.zone.clone(),
        screens: modules::MODULES,
        lang: serve.lang,
        clock: node.clock.clone(),
        entropy: node.entropy.clone(),
    };
    House::new(furnishing).map_err(|faults| Failure::new(exit::FAILED, format!("the words of the screens cannot be read:\n{}", faults.join("\n"))))
}

/// The interface as this node serves it.
pub fn api(node: &Node, serve: &ServeOptions, date: String) -> Api {
    let limits = Limits { body: serve.max_body, entries: serve.max_entries, ..Limits::default() };
    let actor = Actor::new(ActorKind::System, "loopback");
    Api::new(node.store.clone(), Settings { mount: MOUNT.into(), base: serve.base.clone(), lang: serve.lang, limits, actor, purpose: Purpose::Treatment, date })
}

/// `setup`: the code that makes the first account, while there is none.
fn announce(bound: SocketAddr, setup: Option<&Token>) {
    let mut out = std::io::stdout().lock();
    // Whoever started the server may have stopped listening; it serves all the same.
    _ = writeln!(out, "listening on http://{bound}{MOUNT}");
    _ = writeln!(out, "screens on http://{bound}/");
    if let Some(code) = setup {
        _ = writeln!(out, "setup code {}: the first page asks for it; it works once, for 24 hours", code.as_str());
    }
    _ = out.flush();
}

async fn until(mut told: watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it the server.
    _ = told.wait_for(|told| *told).await;
}

/// What tells a process to end. Listened for from before the address is known, so that none is missed.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let failed = |error| Failure::new(exit::FAILED, format!("cannot listen for signals: {error}"));
        Ok(Self { terminate: signal(SignalKind::terminate()).map_err(failed)?, interrupt: signal(SignalKind::interrupt()).map_err(failed)? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
