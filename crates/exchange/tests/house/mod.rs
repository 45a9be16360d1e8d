//! A channel with a record that remembers what it was given.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod filing;

use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::intake;
use rihla_exchange::queue::{Accepted, Direction, NewLetter, Queue, QueueLimits, Seq};
use rihla_exchange::reconcile::{ByLetters, Known, Trust};
use rihla_exchange::work::{BackOff, Filing, Marking, Record, Step, Unfiled, Whose, Work, Worker};
use rihla_exchange::{Patients, Settings};
use rihla_fhirpath::Zone;
use rihla_hl7v2::{Charset, Limits, Message};
use rihla_identity::{Change, MemoryVault, RecordVault, Vault};
use rihla_kernel::{Fault, ManualClock, SeededEntropy, SiteId};
use rihla_store::indexer::Indexer;
use rihla_store::{Settings as StoreSettings, Store};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

pub type Filed = (Whose, Vec<(String, Vec<u8>)>, String);

/// Writes marks to the vault as the server writes them with a transaction.
pub struct Memory {
    vault: Mutex<Arc<dyn Vault>>,
    people: Mutex<Vec<Known>>,
    filed: Mutex<Vec<Filed>>,
    failing: Mutex<Option<Fault>>,
    /// Written, and then the fault: nobody hears that it was.
    mute: Mutex<Option<Fault>>,
}

impl Memory {
    pub fn person(&self, id: &str, number: &str, family: &str, given: &str, birth_date: &str) {
        let number = Number { system: "urn:hosp".into(), value: number.into() };
        let known =
            Known { id: id.into(), numbers: vec![number], names: vec![(family.into(), given.into())], birth_date: birth_date.into(), sex: String::new() };
        self.people.lock().expect("people").push(known);
    }

    pub fn filed(&self) -> Vec<Filed> {
        self.filed.lock().expect("filed").clone()
    }

    pub fn mute(&self, with: Option<Fault>) {
        *self.mute.lock().expect("mute") = with;
    }

    fn waits(&self, fault: &Fault) -> bool {
        fault.code.starts_with("RH-STAY-")
    }

    pub fn fail(&self, with: Option<Fault>) {
        *self.failing.lock().expect("failing") = with;
    }
}

impl Record for Memory {
    fn known(&self, numbers: &[Number]) -> Result<Vec<Known>, Fault> {
        let people = self.people.lock().expect("people");
        Ok(people.iter().filter(|it| it.numbers.iter().any(|its| numbers.contains(its))).cloned().collect())
    }

    fn standing(&self, id: &str) -> Result<Option<String>, Fault> {
        Ok(Some(id.to_owned()))
    }

    fn file<'r>(&'r self, work: &'r Work, marks: Marking<'r>) -> Filing<'r> {
        Box::pin(async move {
            if let Some(fault) = self.failing.lock().expect("failing").clone() {
                return Err(if self.waits(&fault) { Unfiled::Waits(fault) } else { fault.into() });
            }
            let marks = marks(&[]);
            let mut change = Change::default();
            for (name, value) in &marks {
                change.put(name.clone(), value.clone());
            }
            let vault = self.vault.lock().expect("vault").clone();
            vault.commit(change).await?;
            let bundle = String::from_utf8(work.mapped.bundle.write()).expect("text");
            self.filed.lock().expect("filed").push((work.whose.clone(), marks, bundle));
            self.mute.lock().expect("mute").clone().map_or(Ok(()), |fault| Err(fault.into()))
        })
    }
}

pub struct House {
    pub queue: Arc<Queue>,
    pub record: Arc<Memory>,
    pub clock: Arc<ManualClock>,
    trust: Trust,
    folder: Option<PathBuf>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

fn store(folder: &Path, clock: &Arc<ManualClock>) -> Arc<dyn Vault> {
    let indexer = Arc::new(Indexer::new(Zone::named("Africa/Casablanca").expect("a zone"), Vec::new()).expect("tables"));
    let options = rihla_store_sqlite::Options::new(clock.clone(), Arc::new(SeededEntropy::new(1)), indexer.clone());
    let backend = rihla_store_sqlite::open(folder, options).expect("opens");
    Arc::new(RecordVault::new(Store::new(backend, StoreSettings { clock: clock.clone(), indexer, site: SiteId(1) })))
}

fn queue(vault: Arc<dyn Vault>, clock: &Arc<ManualClock>, limits: QueueLimits) -> Arc<Queue> {
    Arc::new(Queue::open(vault, clock.clone(), Direction::In, "gam", limits).expect("opens"))
}

impl House {
    fn of(trust: Trust, folder: Option<PathBuf>, limits: QueueLimits) -> Self {
        let clock = Arc::new(ManualClock::at(1_770_000_000_000));
        let vault: Arc<dyn Vault> = match &folder {
            Some(folder) => store(folder, &clock),
            None => Arc::new(MemoryVault::default()),
        };
        let record =
            Memory { vault: Mutex::new(vault.clone()), people: Mutex::default(), filed: Mutex::default(), failing: Mutex::default(), mute: Mutex::default() };
        Self { queue: queue(vault, &clock, limits), record: Arc::new(record), clock, trust, folder }
    }

    pub fn new(trust: Trust) -> Self {
        Self::of(trust, None, QueueLimits::default())
    }

    pub fn small(trust: Trust, waiting: usize) -> Self {
        Self::of(trust, None, QueueLimits { waiting, ..QueueLimits::default() })
    }

    pub fn on_sqlite(trust: Trust) -> Self {
        let name = format!("rihla-exchange-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self::of(trust, Some(std::env::temp_dir().join(name)), QueueLimits::default())
    }

    /// The process ends and another one opens the same store.
    pub fn restart(&mut self) {
        let folder = self.folder.clone().expect("on a store");
        *self.record.vault.lock().expect("vault") = Arc::new(MemoryVault::default());
        self.queue = queue(Arc::new(MemoryVault::default()), &self.clock, QueueLimits::default());
        let vault = store(&folder, &self.clock);
        *self.record.vault.lock().expect("vault") = vault.clone();
        self.queue = queue(vault, &self.clock, QueueLimits::default());
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::of_sender("urn:gam", jiff::tz::TimeZone::UTC);
        settings.systems.insert("HOSP".into(), "urn:hosp".into());
        if self.trust == (Trust::Live { keeps_patients: false }) {
            settings.patients = Patients::Named;
        }
        settings
    }

    pub fn letter(&self, text: &str) -> NewLetter {
        let message = Message::parse(text, &Limits::default()).expect("message");
        intake::letter(text.as_bytes(), &message, &self.settings())
    }

    pub async fn accept(&self, text: &str) -> Accepted {
        self.queue.accept(self.letter(text)).await.expect("kept")
    }

    pub async fn bring(&self, text: &str) -> Seq {
        match self.accept(text).await {
            Accepted::New(seq) => seq,
            Accepted::Again(seq, state) => panic!("{seq} came before and is {state:?}"),
        }
    }

    fn worker(&self) -> Worker {
        Worker {
            queue: self.queue.clone(),
            record: self.record.clone(),
            settings: self.settings(),
            charset: Charset::Utf8,
            limits: Limits::default(),
            trust: self.trust,
            likeness: Arc::new(ByLetters),
            back_off: BackOff { first: 1_000, most: 60_000 },
            attempts: 3,
        }
    }

    pub async fn step(&self) -> Step {
        self.worker().step().await.expect("worked")
    }

    pub async fn run(&self) {
        while self.step().await != Step::Idle {}
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub fn adt(event: &str, control_id: &str, number: &str, name: &str, birth_date: &str) -> String {
    format!(
        "MSH|^~\\&|GAM|CHR|RIHLA|CHR|20260312||ADT^{event}|{control_id}|P|2.5\rEVN|{event}|20260312\r\
         PID|1||{number}^^^HOSP^PI||{name}^^^^^L||{birth_date}|F\rPV1|1|I|CARD^1^A|||||||||||||||||S-{number}^^^HOSP^VN\r"
    )
    .replace("|||||||||||||||||S-", "||||||||||||||||S-")
}

pub fn oru(control_id: &str, number: &str) -> String {
    format!(
        "MSH|^~\\&|LABO|CHR|RIHLA|CHR|20260312||ORU^R01|{control_id}|P|2.5\rPID|1||{number}||Alaoui^Salma||19540203|F\r\
         OBR|1|P1^GAM|F{control_id}^LABO|718-7^Hb^LN|||20260312060000||||||||||||||||||F\rOBX|1|NM|718-7^Hb^LN||11.20|g/dL||L|||F\r"
    )
}
