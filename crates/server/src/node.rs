//! Opening a store: which pack, which site, which back end.

use crate::failure::{Failure, exit};
use crate::held::{Held, is_postgres, shown};
use crate::keys::KeySources;
use crate::modules;
use crate::system::{SystemClock, SystemEntropy};
use rihla_fhirpath::Zone;
use rihla_kernel::{Actor, Clock, Entropy, Purpose, SiteId};
use rihla_mpi::Mpi;
use rihla_packs::Pack;
use rihla_rights::Rights;
use rihla_store::body::instant_text;
use rihla_store::indexer::Indexer;
use rihla_store::{Scoped, Settings, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What every command is told about the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://USER@HOST/DATABASE`.
    pub url: String,
    /// A pack inside the program by name, or a folder. `None`: the only one there is.
    pub pack: Option<String>,
    /// The site's number in the pack. `None`: its first.
    pub site: Option<u16>,
    pub audit: bool,
    /// Where the keys of the store come from; they are read only if it needs one.
    pub keys: KeySources,
}

impl Options {
    /// The folder of a `sqlite:` store; for a database, where its server takes commands.
    pub fn folder(&self) -> Result<PathBuf, Failure> {
        match self.url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(PathBuf::from(path.strip_prefix("//").unwrap_or(path))),
            _ if is_postgres(&self.url) => Ok(Path::new("var").join(format!("postgres-{:08x}", rihla_store::key::hash32(&self.url)))),
            _ => {
                Err(Failure::new(exit::USAGE, format!("--store {}: sqlite:PATH is known, as in sqlite:var/rihla, and postgres://USER@HOST/DATABASE", self.url)))
            }
        }
    }

    /// Where a server on this store takes commands.
    pub fn socket(&self) -> Result<PathBuf, Failure> {
        Ok(self.folder()?.join("admin.sock"))
    }
}

/// A store that this process owns.
#[derive(Clone)]
pub struct Node {
    pub store: Store,
    pub backend: Held,
    pub folder: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// The clock on the wall, by which sessions and secrets end; another than the hospital's only where time is played.
    pub wall: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub pack: Arc<Pack>,
    /// Who may see what, by the pack and the record.
    pub rights: Arc<Rights>,
    /// Who may be one person.
    pub mpi: Arc<Mpi>,
    /// The site that this process serves.
    pub site: SiteId,
    /// The IANA name of its time zone.
    pub zone: String,
    pub keys: KeySources,
}

impl Node {
    pub fn open(options: &Options) -> Result<Self, Failure> {
        Self::open_with(options, Arc::new(SystemClock))
    }

    pub fn open_with(options: &Options, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        Self::open_from(options, clock, Arc::new(SystemEntropy::new()))
    }

    /// The same clock and randomness give the same ids.
    pub fn open_from(options: &Options, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, Failure> {
        modules::check_own().map_err(|wrong| Failure::new(exit::FAILED, wrong))?;
        let folder = options.folder()?;
        let Place { pack, site, zone, indexer } = place(options)?;
        let backend = Held::open(&options.url, &folder, options, clock.clone(), entropy.clone(), indexer.clone());
        let backend = backend.map_err(|fault| Failure::store(&shown(&options.url), fault))?;
        let store = Store::new(backend.shared(), Settings { clock: clock.clone(), indexer, site });
        let rights = Arc::new(Rights::new(store.clone(), &pack, store.indexer().zone().clone(), clock.clone())?);
        let mpi = Arc::new(Mpi::new(store.clone(), &pack));
        let wall = clock.clone();
        Ok(Self { store, backend, folder, clock, wall, entropy, pack: Arc::new(pack), rights, mpi, site, zone, keys: options.keys.clone() })
    }

    /// The node acting for itself.
    pub fn for_task(&self, task: &str) -> Scoped {
        self.store.scoped(Actor::node(task), Purpose::Operations)
    }

    /// The date of now, in UTC.
    pub fn today(&self) -> String {
        instant_text(self.clock.now()).chars().take("2026-01-31".len()).collect()
    }

    pub fn close(self) -> Result<(), Failure> {
        Ok(self.store.close()?)
    }
}

/// What the pack says of the site that a store serves.
pub(crate) struct Place {
    pack: Pack,
    site: SiteId,
    zone: String,
    pub(crate) indexer: Arc<Indexer>,
}

pub(crate) fn place(options: &Options) -> Result<Place, Failure> {
    let pack = pack(options.pack.as_deref())?;
    let site = site(&pack, options.site)?;
    let name = pack.site(site).map_or(pack.zone.as_str(), |site| site.zone.as_str()).to_owned();
    let zone = Zone::named(&name).map_err(|_| Failure::new(exit::FAILED, format!("the time zone {name} of the pack is not known")))?;
    let unique = pack.identifiers.iter().filter(|identifier| identifier.unique).map(|identifier| identifier.system.clone()).collect();
    Ok(Place { indexer: Arc::new(Indexer::new(zone, unique)?), pack, site, zone: name })
}

/// The pack of that name or folder; the only one there is, unless told.
pub(crate) fn pack(wanted: Option<&str>) -> Result<Pack, Failure> {
    let names: Vec<_> = Pack::built_in_names().collect();
    let read = match (wanted, names.as_slice()) {
        (None, [only]) => Pack::built_in(only),
        (None, _) => None,
        (Some(name), _) if Path::new(name).is_dir() => Some(Pack::load(Path::new(name))),
        (Some(name), _) => Pack::built_in(name),
    };
    match read {
        Some(Ok(pack)) => Ok(pack),
        Some(Err(problems)) => {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            Err(Failure::new(exit::FAILED, format!("the pack cannot be used:\n{}", lines.join("\n"))))
        }
        None => Err(Failure::new(exit::USAGE, format!("--pack: name a folder, or one of: {}", names.join(", ")))),
    }
}

fn site(pack: &Pack, wanted: Option<u16>) -> Result<SiteId, Failure> {
    let found = match wanted {
        Some(number) => pack.site(SiteId(number)).map(|site| site.number),
        None => pack.sites.first().map(|site| site.number),
    };
    found.ok_or_else(|| {
        let known: Vec<_> = pack.sites.iter().map(|site| format!("{} ({})", site.number.0, site.code)).collect();
        Failure::new(exit::USAGE, format!("--site: the pack has the sites {}", known.join(", ")))
    })
}
