//! What all pages of a server share.

use crate::forecasts::Estimates;
use crate::live::Hub;
use crate::refuse::Refusal;
use crate::screens::Screens;
use crate::session::Person;
use crate::terms::Loaded;
use crate::text::Words;
use jiff::tz::TimeZone;
use rihla_identity::Identity;
use rihla_indicators::View;
use rihla_kernel::{Clock, Entropy, Fault, Lang, Purpose, SiteId};
use rihla_mpi::Mpi;
use rihla_oidc::Provider;
use rihla_packs::Pack;
use rihla_rights::{Rights, Who};
use rihla_smart::Smart;
use rihla_store::people::{NameRules, Particles, PhoneRules};
use rihla_store::{Scoped, Store};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Queues in which requests wait that change what is remembered for one person.
const TURNS: u64 = 64;

/// Whether the patients of a store are real, made up for learning, or made up for trying out what might be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    Production,
    Training,
    Simulation,
}

impl World {
    pub fn tag(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Training => "training",
            Self::Simulation => "simulation",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Production, Self::Training, Self::Simulation].into_iter().find(|world| world.tag() == tag)
    }
}

/// What the server hands to the shell when it starts.
pub struct Furnishing {
    pub store: Store,
    /// The accounts of this store: one for the process, since it decides who comes first.
    pub identity: Arc<Identity>,
    pub rights: Arc<Rights>,
    pub mpi: Arc<Mpi>,
    /// The programs that people let in.
    pub smart: Arc<Smart>,
    /// Where people have accounts as well, if an operator named it.
    pub provider: Option<Arc<Provider>>,
    pub world: World,
    /// Callers come by TLS: cookies are for it alone.
    pub secure: bool,
    pub pack: Arc<Pack>,
    /// The site that this server serves.
    pub site: SiteId,
    /// The IANA name of the site's time zone.
    pub zone: String,
    pub screens: &'static [&'static Screens],
    /// The language of who asks for none.
    pub lang: Lang,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// The shell's state. Cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    with: Furnishing,
    zone: TimeZone,
    words: Arc<Words>,
    names: NameRules,
    hub: Hub,
    turns: Vec<Arc<Mutex<()>>>,
    loaded: Loaded,
    figures: View,
    estimates: Estimates,
    /// An account was made: true for ever once it is true.
    founded: AtomicBool,
}

impl House {
    /// Checks the words of all modules; each fault is a line.
    pub fn new(with: Furnishing) -> Result<Self, Vec<String>> {
        let catalogues: Vec<_> = crate::CATALOGUES.iter().chain(with.screens.iter().map(|screens| &screens.words)).collect();
        let words = Arc::new(Words::new(&catalogues)?);
        let zone = TimeZone::get(&with.zone).map_err(|error| vec![format!("time zone {}: {error}", with.zone)])?;
        let names = name_rules(&with.pack);
        let figures = View::new(with.store.clone(), with.pack.indicators.antibiotics.clone(), zone.clone());
        let turns = (0..TURNS).map(|_| Arc::default()).collect();
        let (hub, loaded, estimates, founded) = Default::default();
        Ok(Self(Arc::new(Inner { with, zone, words, names, hub, turns, loaded, figures, estimates, founded })))
    }

    /// For the shell only: modules are given a [`crate::Desk`], whose handle knows who asks.
    pub(crate) fn store(&self) -> &Store {
        &self.0.with.store
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.with.identity
    }

    pub(crate) fn smart(&self) -> &Smart {
        &self.0.with.smart
    }

    /// Who may be one person, whoever may see them: for [`crate::Desk`] alone.
    pub(crate) fn mpi(&self) -> &Mpi {
        &self.0.with.mpi
    }

    /// The facts behind figures: for [`crate::Desk`] alone.
    pub(crate) fn figures(&self) -> &View {
        &self.0.figures
    }

    /// What was reckoned for boards: for [`crate::Desk`] alone.
    pub(crate) fn estimates(&self) -> &Estimates {
        &self.0.estimates
    }

    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.with.provider.as_deref()
    }

    pub(crate) fn rights(&self) -> &Rights {
        &self.0.with.rights
    }

    /// The record as somebody may see it, for a purpose. The one place where a desk's handle is made.
    pub fn record_of(&self, person: &Person, purpose: Purpose) -> Result<Scoped, Fault> {
        let scope = self.rights().scope(&self.who(person))?;
        Ok(self.store().scoped_to(person.actor(), purpose, scope))
    }

    /// Reads who takes care of whom, so that the first page does not wait for it.
    pub fn prepare_rights(&self) -> Result<(), Fault> {
        self.rights().prepare()
    }

    /// Somebody at a screen, as rights know them.
    pub(crate) fn who(&self, person: &Person) -> Who {
        Who {
            account: person.actor().id().to_owned(),
            practitioner: person.practitioner.clone(),
            role: person.role.code.clone(),
            site: self.site(),
            unit: person.unit.clone(),
        }
    }

    /// Lists of codes: for [`crate::Desk`] alone.
    pub(crate) fn loaded(&self) -> &Loaded {
        &self.0.loaded
    }

    pub fn world(&self) -> World {
        self.0.with.world
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.0.with.secure
    }

    /// Whether an account was ever made.
    pub(crate) fn is_founded(&self) -> Result<bool, Refusal> {
        if !self.0.founded.load(Ordering::Relaxed) && self.identity().is_founded()? {
            self.0.founded.store(true, Ordering::Relaxed);
        }
        Ok(self.0.founded.load(Ordering::Relaxed))
    }

    pub fn pack(&self) -> &Pack {
        &self.0.with.pack
    }

    pub fn site(&self) -> SiteId {
        self.0.with.site
    }

    pub fn zone(&self) -> &TimeZone {
        &self.0.zone
    }

    pub fn screens(&self) -> &'static [&'static Screens] {
        self.0.with.screens
    }

    pub fn words(&self) -> &Arc<Words> {
        &self.0.words
    }

    /// How names and numbers of people are looked for.
    pub fn name_rules(&self) -> &NameRules {
        &self.0.names
    }

    pub fn lang(&self) -> Lang {
        self.0.with.lang
    }

    pub fn clock(&self) -> &dyn Clock {
        self.0.with.clock.as_ref()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.0.with.entropy.as_ref()
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Waits until nobody else changes what is remembered under this mark: what two tabs of one person read and write at one
    /// moment would lose what one of them wrote.
    pub(crate) async fn turn(&self, mark: &str) -> Option<OwnedMutexGuard<()>> {
        let mut hasher = DefaultHasher::new();
        mark.hash(&mut hasher);
        let queue = self.0.turns.get((hasher.finish() % TURNS) as usize)?;
        Some(queue.clone().lock_owned().await)
    }
}

fn name_rules(pack: &Pack) -> NameRules {
    let writing = &pack.writing;
    let particles = Particles { articles: writing.articles.clone(), others: writing.particles.clone() };
    let phone = PhoneRules { country: writing.phone_country.clone(), trunk: writing.phone_trunk.clone(), abroad: writing.phone_abroad.clone() };
    NameRules::new(&particles, phone, pack.person_names.rows.iter().map(|row| row.latin.iter().chain([&row.arabic])))
}
