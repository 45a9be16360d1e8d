//! A record on a real store: what the server wires, in small.

use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::filing::{Correction, Hand};
use rihla_exchange::reconcile::Known;
use rihla_exchange::work::{Filing, Marking, Record, Work};
use rihla_fhir::r4::tables;
use rihla_fhir_api::{Loader, read_json};
use rihla_fhirpath::Zone;
use rihla_identity::RecordVault;
use rihla_kernel::{Actor, Clock, Fault, FaultKind, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_packs::Pack;
use rihla_store::indexer::Indexer;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Settings, Store};
use std::path::Path;
use std::sync::{Arc, Mutex};

pub struct OnStore {
    pub handle: Scoped,
    zone: Zone,
    store: Store,
    clock: Arc<ManualClock>,
    pack: Pack,
    /// Movements go by the commands of the house.
    pub commands: Mutex<Option<rihla_exchange::Settings>>,
}

/// The store of a folder, what keeps queues in it, and the record.
pub fn open(folder: &Path, clock: &Arc<ManualClock>) -> (Arc<RecordVault>, Arc<OnStore>) {
    let zone = || Zone::named("Africa/Casablanca").expect("a zone");
    let indexer = Arc::new(Indexer::new(zone(), Vec::new()).expect("tables"));
    let options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
    let backend = rihla_store_sqlite::open(folder, options).expect("opens");
    let store = Store::new(backend, Settings { clock: clock.clone(), indexer, site: SiteId(1) });
    let handle = store.scoped(Actor::node("exchange"), Purpose::Operations);
    let pack = Pack::built_in("ma").expect("a pack").expect("a whole one");
    let on_store = OnStore { handle, zone: zone(), store: store.clone(), clock: clock.clone(), pack, commands: Mutex::default() };
    (Arc::new(RecordVault::new(store)), Arc::new(on_store))
}

impl OnStore {
    /// A transaction.
    #[allow(dead_code, reason = "a measurement writes beds; stories have theirs")]
    pub async fn write(&self, bundle: &str) {
        let doc = read_json(bundle.as_bytes()).expect("json");
        let loader = Loader::new(&self.handle, &self.zone);
        loader.commit(&loader.parts(doc.root()).expect("a bundle"), &[]).await.expect("written");
    }

    /// Ids and bodies of what a question finds.
    pub fn find(&self, ty: &str, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let ty = tables().resource_type(ty).expect("type");
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (query, _) = self.handle.query(&[ty], &pairs, Handling::Strict).expect("question");
        let page = self.handle.search(&query).expect("found");
        page.matches.iter().map(|it| (it.id.to_text(), String::from_utf8_lossy(&it.json()).into_owned())).collect()
    }
}

impl Record for OnStore {
    fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault> {
        let mut known: Vec<Known> = Vec::new();
        for number in numbers {
            for (id, _) in self.find("Patient", &[("identifier", &format!("{}|{}", number.system, number.value))]) {
                if !known.iter().any(|it| it.id == id) {
                    known.push(Known { id, ..Known::default() });
                }
            }
        }
        Ok(known)
    }

    fn standing(&self, id: &str) -> Result<Option<String>, Fault> {
        Ok(Some(id.to_owned()))
    }

    fn file<'r>(&'r self, work: &'r Work, marks: Marking<'r>) -> Filing<'r> {
        Box::pin(async move {
            let commands = self.commands.lock().expect("settings").clone();
            if let Some(settings) = &commands {
                let (now, correction): (_, Correction) = (self.clock.now(), |_, _, _, _| None);
                return Hand { store: &self.store, record: &self.handle, settings, now, pack: &self.pack, correction }.file(work, marks).await;
            }
            let bundle = work.mapped.bundle.write();
            let refused = |refusal: rihla_fhir_api::Refusal| Fault::new(FaultKind::Unprocessable, "RH-X-REFUSED", format!("{refusal:?}"));
            let doc = read_json(&bundle).map_err(refused)?;
            let loader = Loader::new(&self.handle, &self.zone);
            let parts = loader.parts(doc.root()).map_err(refused)?;
            loader.commit(&parts, &marks(&[])).await.map_err(refused)?;
            Ok(())
        })
    }
}
