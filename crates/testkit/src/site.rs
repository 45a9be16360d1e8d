//! One site with its record, in this process.

use crate::client::Client;
use axum::extract::Extension;
use rihla_fhir_api::Lang;
use rihla_identity::{Hashing, Keys, Policy};
use rihla_kernel::{Clock, ManualClock};
use rihla_living::HospitalClock;
use rihla_server::accounts::{Accounts, Means, party};
use rihla_server::channels::{Channels, Console};
use rihla_server::downtime::Maker;
use rihla_server::failure::Failure;
use rihla_server::living::Life;
use rihla_server::node::{Node, Options};
use rihla_server::programs::Addresses;
use rihla_server::serve::{EdgeOptions, ServeOptions, app, house, messages};
use rihla_test_postgres::Database;
use rihla_web::World;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// 2026-01-15T08:00:00Z, when every test begins.
const BEGIN: i64 = 1_768_464_000_000;

/// A folder that goes away with its value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("rihla-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the machine's to clean up.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where a site's record is: in a folder, or in a database beside it. Gone with its value.
pub struct Place {
    folder: Folder,
    database: Option<Database>,
    /// The address of a store that is somebody else's to take away.
    other: Option<String>,
}

impl Place {
    /// An empty one, on the store that `RIHLA_TEST_STORE` names: `sqlite`, unless told, or `postgres`.
    pub fn fresh() -> Self {
        let database = match std::env::var("RIHLA_TEST_STORE").as_deref() {
            Err(_) | Ok("sqlite") => None,
            Ok("postgres") => Some(Database::fresh()),
            Ok(other) => panic!("RIHLA_TEST_STORE={other}: sqlite and postgres are known"),
        };
        Self { folder: Folder::new(), database, other: None }
    }

    /// The store at an address, which stays when this goes.
    pub fn at(url: &str) -> Self {
        Self { folder: Folder::new(), database: None, other: Some(url.to_owned()) }
    }

    /// In a folder, whatever `RIHLA_TEST_STORE` says.
    pub fn in_a_folder() -> Self {
        Self { folder: Folder::new(), database: None, other: None }
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn is_database(&self) -> bool {
        self.database.is_some()
    }

    /// The store's address, as commands take it.
    pub fn url(&self) -> String {
        let own = || self.database.as_ref().map_or_else(|| format!("sqlite:{}", self.folder().join("store").display()), Database::url);
        self.other.clone().unwrap_or_else(own)
    }
}

/// A clock that moves by a millisecond each time it is looked at, so that times differ and tests repeat.
struct Ticking(Arc<ManualClock>);

impl Clock for Ticking {
    fn now(&self) -> rihla_kernel::Instant {
        self.0.advance(1);
        self.0.now()
    }
}

/// Tells everything that runs for a site to end, also where a test forgot to.
struct Stop(watch::Sender<bool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// A server on a free port with a record of its own. Needs a runtime of several threads.
pub struct TestSite {
    pub address: SocketAddr,
    pub node: Node,
    pub accounts: Accounts,
    /// Its channels of messages, where the test named a file.
    pub console: Console,
    /// Makes its downtime packs when the test says so, where the test asked for them.
    pub maker: Option<Maker>,
    serve: ServeOptions,
    addresses: Addresses,
    clock: Arc<ManualClock>,
    stop: Stop,
    server: JoinHandle<()>,
    live: JoinHandle<()>,
    messages: JoinSet<()>,
    place: Place,
}

impl TestSite {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Lets the test change how the site serves.
    pub async fn with(change: impl FnOnce(&mut ServeOptions)) -> Self {
        Self::of(World::Training, change, |_| {}).await
    }

    /// A site of real patients: no account has a known password.
    pub async fn production() -> Self {
        Self::of(World::Production, |_| {}, |_| {}).await
    }

    /// Lets the test change the figures of accounts too.
    pub async fn of(world: World, change: impl FnOnce(&mut ServeOptions), rules: impl FnOnce(&mut Policy)) -> Self {
        Self::made(Place::fresh(), world, change, rules).await
    }

    /// A site on a store that the test chose.
    pub async fn on(place: Place) -> Self {
        Self::made(place, World::Training, |_| {}, |_| {}).await
    }

    async fn made(place: Place, world: World, change: impl FnOnce(&mut ServeOptions), rules: impl FnOnce(&mut Policy)) -> Self {
        let clock = Arc::new(ManualClock::at(BEGIN));
        let options = Options { url: place.url(), pack: None, site: None, audit: true, keys: Default::default() };
        let node = Node::open_with(&options, Arc::new(Ticking(clock.clone()))).expect("a fresh store");
        let mut serve = ServeOptions {
            listen: String::new(),
            base: None,
            lang: Lang::French,
            max_entries: 10_000,
            max_body: 50 << 20,
            open_fhir: world != World::Production,
            edge: EdgeOptions::default(),
            heads: None,
            atna: None,
            provider: None,
            channels: None,
            printers: None,
            living: None,
            sms: None,
            downtime: None,
        };
        change(&mut serve);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        // What a hash costs is measured elsewhere.
        let small = Hashing { memory_kib: 8, passes: 1, lanes: 1 };
        let mut policy = Policy { password: small, pin: small, ..Policy::default() };
        rules(&mut policy);
        let keys = Keys::new(&[7; 32]).expect("a key");
        let party = party(serve.base.as_deref(), address.port());
        let addresses = Addresses::new(serve.base.as_deref(), false, address.port());
        let means = Means { keys, world: Some(world), party, policy, addresses: addresses.clone() };
        let accounts = Accounts::with(&node, means).await.expect("the accounts");
        let house = house(&node, &accounts, &serve, &addresses).expect("the words of the screens");
        let channels = Channels::open(&node, world, serve.channels.as_deref()).await.expect("the channels");
        let console = channels.console();
        let router = app(&node, &accounts, &serve, house.clone()).layer(Extension(console.clone()));
        let printers = rihla_server::printers::open(&node, world, serve.printers.as_deref()).expect("the printers");
        let maker = serve.downtime.as_ref().map(|options| Maker::open(&node, world, options).expect("the downtime pack"));
        let board = maker.as_ref().map(|maker| maker.board.clone()).unwrap_or_default();
        let router = router.layer(Extension(printers)).layer(Extension(board)).layer(Extension(messages(&serve).expect("the file of messages")));
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let (stop, mut stopped) = watch::channel(false);
        let messages = channels.start(&stopped);
        let live = tokio::spawn(rihla_web::run_live(house, stop.subscribe()));
        let server = tokio::spawn(async move {
            let until = async move { _ = stopped.wait_for(|told| *told).await };
            axum::serve(listener, router).with_graceful_shutdown(until).await.expect("the server runs");
        });
        Self { address, node, accounts, console, maker, serve, addresses, clock, stop: Stop(stop), server, live, messages, place }
    }

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, millis: u64) {
        self.clock.advance(millis);
    }

    /// Made-up staff at every site, by this site's clock.
    pub fn life(&self) -> Result<Life, Failure> {
        let clock = Arc::new(HospitalClock::new(self.clock.clone()));
        rihla_server::living::player(&self.node, &self.accounts, &self.serve, &self.addresses, clock)
    }

    /// What the clock says, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now().0
    }

    pub async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Ends the server and closes the record; it stays until the returned value goes.
    pub async fn stop(self) -> Place {
        drop(self.stop);
        self.live.await.expect("the hub ends");
        self.server.await.expect("the server ends");
        self.messages.join_all().await;
        drop((self.accounts, self.console, self.maker));
        self.node.close().expect("the store closes");
        self.place
    }
}
