//! A record on a real store: what the server wires, in small.

use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::reconcile::Known;
use rihla_exchange::work::{Filing, Record, Work};
use rihla_fhir::r4::tables;
use rihla_fhir_api::{Loader, read_json};
use rihla_fhirpath::Zone;
use rihla_identity::RecordVault;
use rihla_kernel::{Actor, Fault, FaultKind, ManualClock, Purpose, SeededEntropy, SiteId};
use rihla_store::indexer::Indexer;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Settings, Store};
use std::path::Path;
use std::sync::Arc;

pub struct OnStore {
    pub handle: Scoped,
    zone: Zone,
}

/// The store of a folder, what keeps queues in it, and the record.
pub fn open(folder: &Path, clock: &Arc<ManualClock>) -> (Arc<RecordVault>, Arc<OnStore>) {
    let zone = || Zone::named("Africa/Casablanca").expect("a zone");
    let indexer = Arc::new(Indexer::new(zone(), Vec::new()).expect("tables"));
    let options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
    let backend = rihla_store_sqlite::open(folder, options).expect("opens");
    let store = Store::new(backend, Settings { clock: clock.clone(), indexer, site: SiteId(1) });
    let handle = store.scoped(Actor::node("exchange"), Purpose::Operations);
    (Arc::new(RecordVault::new(store)), Arc::new(OnStore { handle, zone: zone() }))
}

impl OnStore {
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

    fn file<'r>(&'r self, work: &'r Work, marks: Vec<(String, Vec<u8>)>) -> Filing<'r> {
        Box::pin(async move {
            let bundle = work.mapped.bundle.write();
            let refused = |refusal: rihla_fhir_api::Refusal| Fault::new(FaultKind::Unprocessable, "RH-X-REFUSED", format!("{refusal:?}"));
            let doc = read_json(&bundle).map_err(refused)?;
            let loader = Loader::new(&self.handle, &self.zone);
            let parts = loader.parts(doc.root()).map_err(refused)?;
            loader.commit(&parts, &marks).await.map(drop).map_err(refused)
        })
    }
}
