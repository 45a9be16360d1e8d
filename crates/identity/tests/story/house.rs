//! A hospital with its accounts, on a vault of its own.

use rihla_fhirpath::Zone;
use rihla_identity::{
    Account, AccountId, By, Change, Client, Committed, DisplayName, Fresh, Grant, Hashing, Identity, Keys, MemoryVault, Opened, Policy, Profile, Proven,
    RecordVault, Refusal, RelyingParty, Seat, Settings, Step, Token, Use, Vault,
};
use rihla_kernel::{Clock, Fault, ManualClock, SeededEntropy, SiteId};
use rihla_store::indexer::Indexer;
use rihla_store::{Settings as StoreSettings, Store};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

pub const SITE: SiteId = SiteId(1);
/// 2026-01-15T08:00:00Z.
const BEGIN: i64 = 1_768_464_000_000;
pub const MINUTE: u64 = 60_000;
pub const HOUR: u64 = 60 * MINUTE;

pub const PHRASE: &str = "mon chat ronge trois galets";
pub const OTHER_PHRASE: &str = "قطار الليل يعبر الجسر القديم";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A vault where somebody else may be a moment faster.
struct Meddler {
    inner: Arc<dyn Vault>,
    first: Arc<Mutex<Option<Change>>>,
}

impl Vault for Meddler {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.inner.read(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.inner.list(prefix)
    }

    fn commit(&self, change: Change) -> Committed<'_> {
        let first = self.first.lock().expect("whole").take();
        Box::pin(async move {
            if let Some(first) = first {
                self.inner.commit(first).await?;
            }
            self.inner.commit(change).await
        })
    }
}

pub struct House {
    pub identity: Identity,
    first: Arc<Mutex<Option<Change>>>,
    pub clock: Arc<ManualClock>,
    pub vault: Arc<dyn Vault>,
    folder: Option<Folder>,
    settings: Settings,
    seed: u64,
}

/// Removed with the house.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn settings() -> Settings {
    let small = Hashing { memory_kib: 8, passes: 1, lanes: 1 };
    let policy = Policy { password: small, pin: small, lanes: 1 << 10, second_factor: vec!["administrator".into()], ..Policy::default() };
    Settings {
        roles: ["administrator", "nurse", "physician"].map(str::to_owned).to_vec(),
        issuer: "Hôpital Al Amal".into(),
        house: vec!["Sidi Othmane".into()],
        relying_party: Some(RelyingParty { id: "hopital.test".into(), origins: vec!["https://rihla.hopital.test".into()] }),
        production: true,
        policy,
    }
}

fn store(folder: &Folder, clock: &Arc<ManualClock>) -> Arc<dyn Vault> {
    let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new()).expect("tables"));
    let options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
    let backend = rihla_store_sqlite::open(&folder.0, options).expect("opens");
    Arc::new(RecordVault::new(Store::new(backend, StoreSettings { clock: clock.clone(), indexer, site: SITE })))
}

impl House {
    pub async fn in_memory() -> Self {
        Self::of(None, settings()).await
    }

    pub async fn on_sqlite() -> Self {
        let name = format!("rihla-identity-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self::of(Some(Folder(std::env::temp_dir().join(name))), settings()).await
    }

    async fn of(folder: Option<Folder>, settings: Settings) -> Self {
        let clock = Arc::new(ManualClock::at(BEGIN));
        let vault = folder.as_ref().map_or_else(|| Arc::new(MemoryVault::default()) as Arc<dyn Vault>, |folder| store(folder, &clock));
        let first = Arc::default();
        let identity = open(&vault, &first, &clock, settings.clone(), 1, 7).await.expect("opens");
        Self { identity, first, clock, vault, folder, settings, seed: 1 }
    }

    /// Ends the server and starts it again on what it kept, perhaps with other settings.
    pub async fn restarted(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self { identity, first, clock, vault, folder, mut settings, seed } = self;
        drop(identity);
        change(&mut settings);
        let vault = match &folder {
            // The one process that owns the store lets it go before the next one takes it.
            Some(folder) => {
                drop(vault);
                store(folder, &clock)
            }
            None => vault,
        };
        let identity = open(&vault, &first, &clock, settings.clone(), seed + 1, 7).await.expect("opens");
        Self { identity, first, clock, vault, folder, settings, seed: seed + 1 }
    }

    /// What a start with another server key says.
    pub async fn with_another_key(&self) -> Result<(), Fault> {
        open(&self.vault, &self.first, &self.clock, self.settings.clone(), 9, 8).await.map(drop)
    }

    /// Has somebody else be faster by this change, once.
    pub fn before_the_next_commit(&self, change: Change) {
        *self.first.lock().expect("whole") = Some(change);
    }

    pub fn pass(&self, millis: u64) {
        self.clock.advance(millis);
    }

    pub fn now(&self) -> i64 {
        self.clock.now().0
    }

    /// Makes an account with a password, as its person would.
    pub async fn person(&self, login: &str, role: &str) -> Account {
        let made = self.identity.create(By::Node("test"), profile(login, role)).await.expect("made");
        self.identity.accept(made.invitation.token.as_str(), PHRASE, &Client::default()).await.expect("accepted");
        self.account(made.account.id)
    }

    pub fn account(&self, id: AccountId) -> Account {
        self.identity.account(id).expect("reads").expect("is there")
    }

    /// Signs in by the password alone.
    pub async fn proven(&self, login: &str) -> Proven {
        match self.identity.password(login, PHRASE, &desk()).await.expect("right") {
            Step::In(proven) => proven,
            Step::Second { .. } => panic!("a second factor is asked for"),
        }
    }

    pub async fn signed_in(&self, login: &str) -> Opened {
        let proven = self.proven(login).await;
        self.identity.enter(proven, Seat::default()).await.expect("opened")
    }

    pub async fn fresh(&self, login: &str) -> (Opened, Fresh) {
        let opened = self.signed_in(login).await;
        let fresh = self.identity.fresh(&opened.present).expect("just signed in");
        (opened, fresh)
    }

    /// Signs in with the password up to the second factor.
    pub async fn ticket(&self, login: &str) -> Token {
        match self.identity.password(login, PHRASE, &desk()).await.expect("right") {
            Step::Second { ticket, .. } => ticket,
            Step::In(_) => panic!("no second factor is asked for"),
        }
    }

    /// Whether a token lets somebody in now, and whom.
    pub async fn who(&self, token: &str) -> Option<String> {
        self.identity.find(token, Use::Person).await.expect("reads").map(|present| present.account.login)
    }
}

async fn open(
    vault: &Arc<dyn Vault>,
    first: &Arc<Mutex<Option<Change>>>,
    clock: &Arc<ManualClock>,
    settings: Settings,
    seed: u64,
    key: u8,
) -> Result<Identity, Fault> {
    let keys = Keys::new(&[key; 32]).expect("a key");
    let vault = Arc::new(Meddler { inner: vault.clone(), first: first.clone() });
    Identity::open(vault, clock.clone(), Arc::new(SeededEntropy::new(seed)), keys, settings).await
}

pub fn profile(login: &str, role: &str) -> Profile {
    Profile {
        login: login.to_owned(),
        names: vec![DisplayName::new("fr", &format!("Madame {login}")), DisplayName::new("ar", "السيدة")],
        grants: vec![Grant::new(role, SITE, None)],
        practitioner: None,
    }
}

pub fn desk() -> Client {
    from("10.0.0.7")
}

pub fn from(address: &str) -> Client {
    Client { address: address.to_owned(), devices: Vec::new() }
}

/// The same browser, showing the device cookie that it was given.
pub fn known(opened: &Opened, address: &str) -> Client {
    let cookie = opened.device.as_ref().expect("a device cookie");
    Client { address: address.to_owned(), devices: vec![cookie.as_str().to_owned()] }
}

/// The code of a refusal.
pub fn refused<T>(result: Result<T, Refusal>) -> &'static str {
    match result {
        Ok(_) => "nothing was refused",
        Err(refusal) => refusal.code_of(),
    }
}
