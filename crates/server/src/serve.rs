//! `rihla serve`: the record over HTTP, until told to stop.

use crate::accounts::{AccountOptions, Accounts, party};
use crate::admin::Admin;
use crate::audit::{HeadsKept, Repository, Sender, keep_heads, send_all};
use crate::calls;
use crate::channels::Channels;
use crate::downtime::{self, DowntimeOptions, Maker};
use crate::edge::{self, Bucket, Line, Papers, Rates, Tls};
use crate::failure::{Failure, exit};
use crate::hosts::{self, Hosts};
use crate::key_orders;
use crate::living::{self, Clock};
use crate::matching::People;
use crate::modules;
use crate::node::{Node, Options};
use crate::printers;
use crate::programs::{self, Addresses};
use crate::provider;
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::middleware::{from_fn, from_fn_with_state};
use rihla_exchange_console::Console;
use rihla_fhir_api::{Api, Lang, Limits, Settings};
use rihla_identity::Token;
use rihla_kernel::Actor;
use rihla_mpi::Learning;
use rihla_store::Event;
use rihla_store::trail::EventKind;
use rihla_web::{Furnishing, House, Post};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What `serve` is told.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    pub listen: String,
    pub base: Option<String>,
    pub lang: Lang,
    pub max_entries: usize,
    pub max_body: usize,
    /// Everybody on this machine uses the FHIR interface as they like; never where patients are real.
    pub open_fhir: bool,
    pub edge: EdgeOptions,
    /// A file outside the store that heads of the audit chain are added to.
    pub heads: Option<PathBuf>,
    /// An audit repository that entries go to as well.
    pub atna: Option<Repository>,
    /// The file about the identity provider where people may sign in as well.
    pub provider: Option<PathBuf>,
    /// The file that names the channels of messages.
    pub channels: Option<PathBuf>,
    /// The file that names the label printers.
    pub printers: Option<PathBuf>,
    /// Made-up staff keep the hospital alive, and its time passes so many times faster than ours.
    pub living: Option<u32>,
    /// The file that short messages are added to.
    pub sms: Option<PathBuf>,
    /// Paper for when the power fails.
    pub downtime: Option<DowntimeOptions>,
}

/// Where short messages go.
pub fn messages(serve: &ServeOptions) -> Result<Post, Failure> {
    Post::to_file(serve.sms.as_deref()).map_err(|error| Failure::new(exit::FAILED, format!("the file of short messages cannot be opened: {error}")))
}

/// How callers reach the server.
#[derive(Clone, Debug)]
pub struct EdgeOptions {
    /// None: in the clear, on this machine alone.
    pub tls: Option<Papers>,
    /// Where machines call, each with a certificate of its own: address, and the authorities that vouch for them.
    pub machines: Option<(String, PathBuf)>,
    /// Requests of one address, and of one session or token, at once and a second; 0 a second means no limit.
    pub address: Bucket,
    pub credential: Bucket,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        Self { tls: None, machines: None, address: Bucket { burst: 3_000, a_second: 1_000 }, credential: Bucket { burst: 600, a_second: 100 } }
    }
}

impl ServeOptions {
    /// A proxy on this machine ends TLS.
    fn is_proxied(&self) -> bool {
        self.edge.tls.is_none() && self.base.as_deref().is_some_and(|base| base.starts_with("https://"))
    }

    fn is_secure(&self) -> bool {
        self.edge.tls.is_some() || self.is_proxied()
    }
}

/// Where the FHIR interface stands on the server.
pub const MOUNT: &str = "/fhir";
/// How long requests in progress may take to end after the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where to listen, and the hospital's clock where it is played.
type Place = (SocketAddr, Clock);

/// A read runs inside its handler, so there are a few more threads than cores.
const LEAST_WORKERS: usize = 4;

pub fn run(options: &Options, accounts: &AccountOptions, serve: &ServeOptions) -> Result<u8, Failure> {
    let address = place(&serve.listen, "--listen", serve)?;
    let workers = std::thread::available_parallelism().map_or(LEAST_WORKERS, |cores| cores.get().max(LEAST_WORKERS));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(exit::FAILED, format!("no threads to run on: {error}")))?;
    let (node, played) = living::open(options, serve.living)?;
    let served = runtime.block_on(until_told(&node, options, accounts, serve, (address, played)));
    runtime.shutdown_timeout(PATIENCE);
    let closed = node.close();
    served?;
    closed?;
    Ok(0)
}

/// Passwords do not cross a network in the clear: whoever serves others has TLS, here or by a proxy on this machine.
fn place(listen: &str, option: &str, serve: &ServeOptions) -> Result<SocketAddr, Failure> {
    let wrong = |why: &str| Failure::new(exit::USAGE, format!("{option} {listen}: {why}"));
    let address: SocketAddr = match listen.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}").parse(),
        None => listen.parse(),
    }
    .map_err(|_| wrong("write an address and a port, as in 127.0.0.1:8080"))?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    if serve.edge.tls.is_none() {
        return Err(wrong(
            "without TLS this server listens to its own machine alone. Name --tls-cert and --tls-key; or listen on 127.0.0.1, have a proxy here end TLS, and say --base https://NAME",
        ));
    }
    if !serve.base.as_deref().is_some_and(|base| base.starts_with("https://")) {
        return Err(wrong("say --base https://NAME, the name by which it is called: it answers to no other"));
    }
    Ok(address)
}

async fn until_told(node: &Node, options: &Options, accounts: &AccountOptions, serve: &ServeOptions, (address, played): Place) -> Result<(), Failure> {
    let listener = bind("--listen", address).await?;
    let bound = listener.local_addr().map_err(|error| Failure::new(exit::FAILED, format!("--listen {address}: {error}")))?;
    let (stop, mut stopped) = watch::channel(false);
    // A store in a database has no folder of its own.
    std::fs::create_dir_all(&node.folder).map_err(|error| Failure::path("cannot make", &node.folder, &error))?;
    let addresses = Addresses::new(serve.base.as_deref(), serve.edge.tls.is_some(), bound.port());
    let accounts = Accounts::open(node, accounts, party(serve.base.as_deref(), bound.port()), addresses.clone()).await?;
    programs::check_open(&accounts, serve)?;
    let life = played.map(|clock| living::player(node, &accounts, serve, &addresses, clock)).transpose()?;
    let admin = Admin::start(node, &accounts, &options.socket()?, stop.clone())?;
    let heads = match accounts.identity.sealer("audit heads") {
        Some(sealer) => HeadsKept::open(node, &sealer, serve.heads.as_deref())?,
        None => None,
    };
    let atna = serve.atna.as_ref().map(|repository| Sender::open(node, repository)).transpose()?;
    let mut signals = Signals::listen()?;
    let house = house(node, &accounts, serve, &addresses)?;
    let channels = Channels::open(node, accounts.world, serve.channels.as_deref()).await?;
    let console = channels.console();
    let printers = printers::open(node, accounts.world, serve.printers.as_deref())?;
    let maker = serve.downtime.as_ref().map(|options| Maker::open(node, accounts.world, options)).transpose()?.map(Arc::new);
    let board = maker.as_ref().map(|maker| maker.board.clone()).unwrap_or_default();
    let screens = app(node, &accounts, serve, house.clone())
        .layer(Extension(console.clone()))
        .layer(Extension(printers))
        .layer(Extension(board))
        .layer(Extension(messages(serve)?));
    let (screens, player) = living::shown(life, screens);
    let lines = lines(node, &accounts, serve, listener, screens).await?;
    let keeping: Vec<_> = lines.iter().filter_map(|line| line.tls.clone()).chain(channels.certificates()).collect();
    announce(bound, serve.edge.tls.is_some(), &console, accounts.identity.setup_code().await?.as_ref());
    prepare(node, &house);
    let mut beside = JoinSet::new();
    beside.spawn(rihla_web::run_live(house, stopped.clone()));
    key_orders::go_on(node, accounts.world);
    tell(node, "began");
    if let Some(sender) = atna {
        let (told, runtime) = (stopped.clone(), tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || send_all(sender, told, &runtime));
    }
    let heads = heads.map(|heads| tokio::spawn(keep_heads(heads, stopped.clone())));
    beside.spawn(look_for_pairs(node.clone(), stopped.clone()));
    beside.spawn(calls::keep(node.clone(), stopped.clone()));
    maker.map(|maker| beside.spawn(downtime::run(maker, stopped.clone())));
    player.map(|player| beside.spawn(player.run(stopped.clone())));
    beside.spawn(programs::keep(accounts.smart.clone(), stopped.clone()));
    let mut serving = JoinSet::new();
    lines.into_iter().for_each(|line| _ = serving.spawn(edge::serve(line, stopped.clone())));
    let messages = channels.start(&stopped);
    tokio::select! {
        () = signals.end(|| keeping.iter().for_each(|tls| renew(tls))) => {}
        () = edge::told(&mut stopped) => {}
    }
    stop.send_replace(true);
    // Idle connections end at once; a reader that never finishes does not keep the store open.
    _ = tokio::time::timeout(PATIENCE, serving.join_all()).await;
    _ = tokio::time::timeout(PATIENCE, messages.join_all()).await;
    while beside.join_next().await.is_some() {}
    admin.stop();
    tell(node, "ended");
    if let Some(heads) = heads
        && let Ok(mut heads) = heads.await
    {
        heads.sign().await?;
    }
    Ok(())
}

async fn bind(option: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::new(exit::FAILED, format!("{option} {address}: {error}")))
}

/// Where people call, and where machines do if that is asked for: with a certificate of theirs, and for what programs call
/// alone.
async fn lines(node: &Node, accounts: &Accounts, serve: &ServeOptions, listener: TcpListener, screens: Router) -> Result<Vec<Line>, Failure> {
    let rates = Arc::new(Rates::new(node.wall.clone(), serve.edge.address, serve.edge.credential));
    let guarded = |app: Router| edge::guarded(app, rates.clone(), serve.is_secure(), serve.is_proxied());
    let tls = |papers: Papers| Tls::read(papers).map(Arc::new);
    let own = serve.edge.tls.clone().map(tls).transpose()?;
    let mut lines = vec![Line { listener, tls: own, app: guarded(screens) }];
    if let (Some((listen, roots)), Some(papers)) = (&serve.edge.machines, &serve.edge.tls) {
        let listener = bind("--machines", place(listen, "--machines", serve)?).await?;
        let papers = Papers { machines: Some(roots.clone()), ..papers.clone() };
        lines.push(Line { listener, tls: Some(tls(papers)?), app: guarded(interface(node, accounts, serve)) });
    }
    Ok(lines)
}

/// Certificates are renewed while nobody notices; one that cannot be used changes nothing.
fn renew(tls: &Tls) {
    match tls.renew() {
        Ok(()) => tracing::info!("the certificate was read again"),
        Err(failure) => tracing::error!("the certificate stays as it was: {failure}"),
    }
}

/// Leaves in the audit trail that the server began or ended.
fn tell(node: &Node, what: &str) {
    node.store.note_event(&Event { detail: what, ..Event::of(EventKind::Service, Actor::node("server")) });
}

/// Reads who takes care of whom, and makes people findable, beside what is served already: until then the first page waits,
/// and answers of the finder say that they are not complete.
fn prepare(node: &Node, house: &House) {
    let (store, house, own) = (node.store.clone(), house.clone(), house.clone());
    let prepared = tokio::task::spawn_blocking(move || {
        if let Err(fault) = house.prepare_rights() {
            tracing::error!(code = fault.code, "who takes care of whom: {}", fault.text);
        }
        if let Err(fault) = house.prepare_figures() {
            tracing::error!(code = fault.code, "the facts behind the figures: {}", fault.text);
        }
        if let Err(fault) = store.fill_people() {
            tracing::error!(code = fault.code, "the finder of people: {}", fault.text);
        }
    });
    // Ends with the server: what was not reckoned by then is reckoned when somebody asks.
    tokio::spawn(async move {
        if prepared.await.is_ok() {
            own.remember_past().await;
        }
    });
}

/// Records held against all others between two looks at whether the server ends.
const HELD: usize = 20;
const REST: Duration = Duration::from_millis(500);

/// Once at the start: what agreement is worth among this site's own people, if there are enough of them.
async fn learn(node: &Node) {
    let (mpi, pack) = (node.mpi.clone(), node.pack.clone());
    let learning = tokio::task::spawn_blocking(move || {
        mpi.prepare()?;
        mpi.learn(&pack)
    });
    match learning.await {
        Ok(Ok(Learning::Learnt { records, pairs })) => tracing::info!(records, pairs, "who may be one person is weighed by this site's own records"),
        Ok(Ok(Learning::TooFew { records, pairs })) => tracing::debug!(records, pairs, "too few records to learn from: the usual weights are taken"),
        Ok(Ok(Learning::Odd { records, pairs })) => tracing::warn!(records, pairs, "the records are odd to learn from: the usual weights are taken"),
        Ok(Err(fault)) => tracing::error!(code = fault.code, "what records teach: {}", fault.text),
        Err(_) => {}
    }
}

/// Looks for records that may be one person's, beside what is served, whenever somebody was written down.
async fn look_for_pairs(node: Node, mut stopped: watch::Receiver<bool>) {
    let mut ticks = node.store.ticks();
    learn(&node).await;
    loop {
        let mpi = node.mpi.clone();
        match tokio::task::spawn_blocking(move || mpi.work(HELD)).await {
            // A whole store is held against itself for hours: it takes a tenth of a core, and who changes goes first.
            Ok(Ok(true)) => {
                let stop = tokio::time::timeout(REST, edge::told(&mut stopped)).await.is_ok();
                if stop {
                    return;
                }
                continue;
            }
            Ok(Err(fault)) => tracing::error!(code = fault.code, "who may be one person: {}", fault.text),
            _ => {}
        }
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            changed = ticks.changed() => if changed.is_err() { return },
        }
    }
}

/// Screens at the root, the FHIR interface below its mount.
pub fn app(node: &Node, accounts: &Accounts, serve: &ServeOptions, house: House) -> Router {
    behind(rihla_web::router(house).merge(mounted(node, accounts, serve)), serve)
}

/// Behind the names that this server is called by, and behind the proxy, if one ends TLS.
fn behind(app: Router, serve: &ServeOptions) -> Router {
    let app = app.layer(from_fn_with_state(Hosts::new(serve.base.as_deref()), hosts::check));
    if serve.is_proxied() { edge::told_by_proxy(app) } else { app }
}

/// What programs call, alone.
fn interface(node: &Node, accounts: &Accounts, serve: &ServeOptions) -> Router {
    behind(mounted(node, accounts, serve), serve)
}

fn mounted(node: &Node, accounts: &Accounts, serve: &ServeOptions) -> Router {
    let api = api(node, accounts, serve).router();
    // What asks for no token is no business of other origins.
    let api = if serve.open_fhir { api } else { api.layer(from_fn(rihla_smart_http::open_to_all)) };
    let api = api.into_service::<Body>();
    let below = format!("{MOUNT}/{{*rest}}");
    let mounted = Router::new().route_service(MOUNT, api.clone()).route_service(&format!("{MOUNT}/"), api.clone()).route_service(&below, api);
    mounted.merge(rihla_smart_http::routes(accounts.smart.clone(), MOUNT))
}

/// What the screens share on this node.
pub fn house(node: &Node, accounts: &Accounts, serve: &ServeOptions, addresses: &Addresses) -> Result<House, Failure> {
    let provider = serve.provider.as_deref().map(|file| provider::open(node, accounts, addresses, file)).transpose()?;
    let furnishing = Furnishing {
        store: node.store.clone(),
        identity: accounts.identity.clone(),
        rights: node.rights.clone(),
        mpi: node.mpi.clone(),
        smart: accounts.smart.clone(),
        provider: provider.map(Arc::new),
        world: accounts.world,
        secure: serve.is_secure(),
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
pub fn api(node: &Node, accounts: &Accounts, serve: &ServeOptions) -> Api {
    let limits = Limits { body: serve.max_body, entries: serve.max_entries, ..Limits::default() };
    let base = serve.base.as_deref().map(|base| Addresses::new(Some(base), true, 0).fhir_base);
    let settings = Settings { mount: MOUNT.into(), base, lang: serve.lang, limits, date: node.today() };
    Api::new(node.store.clone(), programs::door(node, accounts, serve), settings).with_matching(Arc::new(People(node.mpi.clone())))
}

/// `setup`: the code that makes the first account, while there is none.
fn announce(bound: SocketAddr, secure: bool, console: &Console, setup: Option<&Token>) {
    let mut out = std::io::stdout().lock();
    // Whoever started the server may have stopped listening; it serves all the same.
    let scheme = if secure { "https" } else { "http" };
    _ = writeln!(out, "listening on {scheme}://{bound}{MOUNT}");
    for channel in console.all() {
        _ = writeln!(out, "channel {} {} {}", channel.way(), channel.name, channel.address);
    }
    _ = writeln!(out, "screens on {scheme}://{bound}/");
    if let Some(code) = setup {
        _ = writeln!(out, "setup code {}: the first page asks for it; it works once, for 24 hours", code.as_str());
    }
    _ = out.flush();
}

/// What tells a process to end, or to read its certificates again. Listened for from before the address is known, so that
/// none is missed.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let failed = |error| Failure::new(exit::FAILED, format!("cannot listen for signals: {error}"));
        let of = |kind| signal(kind).map_err(failed);
        Ok(Self { terminate: of(SignalKind::terminate())?, interrupt: of(SignalKind::interrupt())?, hangup: of(SignalKind::hangup())? })
    }

    /// Comes back when the process has to end.
    async fn end(&mut self, renew: impl Fn()) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hangup.recv() => renew(),
            }
        }
    }
}
