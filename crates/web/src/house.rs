//! What all pages of a server share.

use crate::live::Hub;
use crate::screens::Screens;
use crate::text::Words;
use jiff::tz::TimeZone;
use rihla_kernel::{Clock, Entropy, Lang, SiteId};
use rihla_packs::Pack;
use rihla_store::Store;
use rihla_store::people::{NameRules, Particles, PhoneRules};
use std::sync::Arc;

/// What the server hands to the shell when it starts.
pub struct Furnishing {
    pub store: Store,
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
}

impl House {
    /// Checks the words of all modules; each fault is a line.
    pub fn new(with: Furnishing) -> Result<Self, Vec<String>> {
        let catalogues: Vec<_> = crate::CATALOGUES.iter().chain(with.screens.iter().map(|screens| &screens.words)).collect();
        let words = Arc::new(Words::new(&catalogues)?);
        let zone = TimeZone::get(&with.zone).map_err(|error| vec![format!("time zone {}: {error}", with.zone)])?;
        let names = name_rules(&with.pack);
        Ok(Self(Arc::new(Inner { with, zone, words, names, hub: Hub::default() })))
    }

    /// For the shell only: modules are given a [`crate::Desk`], whose handle knows who asks.
    pub(crate) fn store(&self) -> &Store {
        &self.0.with.store
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
}

fn name_rules(pack: &Pack) -> NameRules {
    let writing = &pack.writing;
    let particles = Particles { articles: writing.articles.clone(), others: writing.particles.clone() };
    let phone = PhoneRules { country: writing.phone_country.clone(), trunk: writing.phone_trunk.clone(), abroad: writing.phone_abroad.clone() };
    NameRules::new(&particles, phone, pack.person_names.rows.iter().map(|row| row.latin.iter().chain([&row.arabic])))
}
