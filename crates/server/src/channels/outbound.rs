//! What goes: changes of the record that others are told, and a courier that brings them.
//!
//! The feed is followed from where it stood. What a channel wrote is not told, so that no message goes round in a circle;
//! nor what the node itself wrote: an import tells of the past.

use super::file::Outbound;
use super::record::{PARTY, actor, handle};
use super::{Opened, lines};
use crate::edge;
use crate::failure::Failure;
use crate::node::Node;
use jiff::tz::TimeZone;
use rihla_clinical::Stay;
use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::intake::lane;
use rihla_exchange::line::{Client, ClientLimits, Courier, Sent};
use rihla_exchange::movement::{Event, Unit};
use rihla_exchange::outbound::event::{of_encounter, of_patient};
use rihla_exchange::outbound::moved::{Change, moved};
use rihla_exchange::outbound::order::{Ordering, of_request, order};
use rihla_exchange::outbound::{Announcement, Authority, Moved, Partner, announce};
use rihla_exchange::queue::{Direction, NewLetter, Queue, QueueLimits};
use rihla_exchange::work::BackOff;
use rihla_exchange_console::Channel;
use rihla_fhir::json::{Doc, Limits as Bounds, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_hl7v2::{Limits, Marks};
use rihla_identity::Vault;
use rihla_kernel::{Actor, ActorKind, Fault, FaultKind};
use rihla_store::backend::VersionRow;
use rihla_store::body::instant_text;
use rihla_store::key::Row;
use rihla_store::{Scoped, Stored};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// System of the numbers of movements (ZBE-1): `<stay>.<id>`. Its authority is the sending application, unless the channel
/// names one.
const MOVEMENTS: &str = "urn:rihla:movement";
/// Versions looked at together.
const BATCH: usize = 200;
const BACK_OFF: BackOff = BackOff { first: 1_000, most: 300_000 };
/// How often a message is sent again that its receiver rejects for now.
const REJECTIONS: u32 = 5;
/// How long it is waited after the record or the queue could not be read or written.
const BREATH: Duration = Duration::from_secs(5);

/// A receiver.
pub struct Out {
    follower: Follower,
    courier: Courier,
}

struct Follower {
    node: Node,
    name: String,
    actor: Actor,
    queue: Arc<Queue>,
    partner: Partner,
    events: Vec<Event>,
    /// Kinds of requests that the receiver fills.
    orders: Vec<String>,
    request: TypeId,
    encounter: TypeId,
    patient: TypeId,
    location: TypeId,
}

impl Out {
    /// The channel as pages show it; and itself, if anything goes out of this store at all: what is made up stays here,
    /// unless the file says otherwise.
    pub fn open(opened: &Opened<'_>, channel: &Outbound, beside: &Path) -> Result<(Option<Self>, Channel), Failure> {
        let name = channel.name.get_ref().0.as_str();
        let vault: Arc<dyn Vault> = opened.vault.clone();
        let queue = Arc::new(Queue::open(vault, opened.node.clock.clone(), Direction::Out, name, QueueLimits::default())?);
        let address = format!("{}:{}", channel.address.host, channel.address.port);
        let charset = channel.charset.0;
        let shown = Channel {
            name: name.to_owned(),
            direction: Direction::Out,
            address: address.clone(),
            queue: queue.clone(),
            settings: None,
            charset,
            limits: Limits::default(),
        };
        let wrap = lines::outbound(channel, beside)?;
        if !opened.production && !channel.also_training {
            tracing::warn!("the channel {name} sends nothing: this store's patients are not real (also_training = true lets it)");
            return Ok((None, shown));
        }
        let limits = ClientLimits { answer: Duration::from_secs(channel.answer_seconds), ..ClientLimits::default() };
        let courier = Courier::new(queue.clone(), Client::new(address, wrap, limits, charset), BACK_OFF, REJECTIONS);
        let follower = Follower {
            node: opened.node.clone(),
            name: name.to_owned(),
            actor: actor(name),
            queue,
            partner: partner(channel, opened),
            events: channel.events.iter().map(|told| told.0).collect(),
            orders: channel.orders.clone(),
            request: type_of("ServiceRequest")?,
            encounter: type_of("Encounter")?,
            patient: type_of("Patient")?,
            location: type_of("Location")?,
        };
        Ok((Some(Self { follower, courier }), shown))
    }

    pub fn name(&self) -> &str {
        &self.follower.name
    }

    /// What goes by this line.
    pub fn queue(&self) -> Arc<Queue> {
        self.follower.queue.clone()
    }

    pub fn start(self, tasks: &mut JoinSet<()>, stopped: &watch::Receiver<bool>) {
        let Self { follower, courier } = self;
        let queue = follower.queue.clone();
        let clock = follower.node.clock.clone();
        tasks.spawn(follow(follower, stopped.clone()));
        let stopped = stopped.clone();
        tasks.spawn(async move { bring(courier, queue, clock, stopped).await });
    }
}

fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-EX-TYPE", "A resource type is not known. This is a defect."))
}

fn partner(channel: &Outbound, opened: &Opened<'_>) -> Partner {
    let zone = channel.zone.as_ref().map_or_else(|| TimeZone::get(&opened.node.zone).unwrap_or(TimeZone::UTC), |zone| zone.0.clone());
    let authority = |one: &super::file::Authority| Authority { name: one.name.clone(), oid: one.oid.clone(), kind: one.kind.clone() };
    Partner {
        sending_application: channel.sending_application.clone(),
        sending_facility: channel.sending_facility.clone(),
        receiving_application: channel.receiving_application.clone(),
        receiving_facility: channel.receiving_facility.clone(),
        version: channel.version.clone(),
        processing: if opened.production { "P" } else { "T" }.to_owned(),
        charset: channel.charset.0,
        marks: Marks::default(),
        zone,
        authorities: channel.authorities.iter().map(|(system, one)| (system.clone(), authority(one))).collect(),
        enhanced: false,
    }
}

async fn follow(follower: Follower, mut stopped: watch::Receiver<bool>) {
    let mut ticks = follower.node.store.ticks();
    loop {
        ticks.mark_unchanged();
        match follower.step().await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => tokio::select! {
                () = edge::told(&mut stopped) => return,
                changed = ticks.changed() => if changed.is_err() { return },
            },
            Err(fault) => {
                tracing::error!(code = fault.code, "the channel {}: what happens here waits: {}", follower.name, fault.text);
                tokio::select! {
                    () = edge::told(&mut stopped) => return,
                    () = tokio::time::sleep(BREATH) => {}
                }
            }
        }
    }
}

async fn bring(mut courier: Courier, queue: Arc<Queue>, clock: Arc<dyn rihla_kernel::Clock>, mut stopped: watch::Receiver<bool>) {
    let mut changes = queue.changes();
    loop {
        changes.mark_unchanged();
        let step = tokio::select! {
            () = edge::told(&mut stopped) => return,
            step = courier.step() => step,
        };
        let wait = match step {
            Ok(Sent::Taken(_) | Sent::Refused(_)) => continue,
            Ok(Sent::Idle) => queue.due().map(|at| Duration::from_millis(u64::try_from(at.0 - clock.now().0).unwrap_or(0))),
            Ok(Sent::Again(_, millis, why)) => {
                tracing::warn!("a message goes again: {why}");
                Some(Duration::from_millis(millis))
            }
            Err(fault) => {
                tracing::error!(code = fault.code, "messages that go wait: {}", fault.text);
                Some(BREATH)
            }
        };
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            changed = changes.changed(), if wait.is_none() => if changed.is_err() { return },
            () = tokio::time::sleep(wait.unwrap_or(BREATH)), if wait.is_some() => {}
        }
    }
}

impl Follower {
    fn mark(&self) -> String {
        format!("ex/feed/{}", self.name)
    }

    /// Looks at the next changes; whether there were any. A receiver that is named today is not told of years.
    async fn step(&self) -> Result<bool, Fault> {
        let record = handle(&self.node, &self.actor)?;
        let kept = self.node.store.mark(&self.mark())?.and_then(|bytes| Some(Row::from_be_bytes(bytes.try_into().ok()?)));
        let Some(after) = kept else {
            let now = *self.node.store.ticks().borrow();
            self.keep(&record, now).await?;
            return Ok(true);
        };
        let (versions, reached) = record.changes(after, BATCH)?;
        for version in &versions {
            self.tell(&record, version).await?;
        }
        if reached == after {
            return Ok(false);
        }
        self.keep(&record, reached).await?;
        Ok(true)
    }

    async fn keep(&self, record: &Scoped, row: Row) -> Result<(), Fault> {
        record.commit(Vec::new(), Vec::new(), vec![(self.mark(), row.to_be_bytes().to_vec())]).await.map(drop)
    }

    async fn tell(&self, record: &Scoped, version: &VersionRow) -> Result<(), Fault> {
        let ty = TypeId(version.ty);
        let ordered = ty == self.request && !self.orders.is_empty();
        if version.deleted || (ty != self.encounter && ty != self.patient && !ordered) || !self.is_news(version)? {
            return Ok(());
        }
        let after = record.at_row(version.row)?;
        let before = if version.prev == 0 { None } else { Some(record.at_row(version.prev)?) };
        let letter = if ordered { self.order(record, version, &after, before.as_ref())? } else { self.letter(record, version, &after, before.as_ref())? };
        if let Some(letter) = letter {
            self.queue.accept(letter).await?;
        }
        Ok(())
    }

    /// Written by a person or a program, and by no channel.
    fn is_news(&self, version: &VersionRow) -> Result<bool, Fault> {
        let party = self.node.store.party_for_platform(version.actor)?;
        Ok(party.is_none_or(|party| party.kind() != ActorKind::Node && !party.id().starts_with(PARTY)))
    }

    fn letter(&self, record: &Scoped, version: &VersionRow, after: &Stored, before: Option<&Stored>) -> Result<Option<NewLetter>, Fault> {
        let (now, then) = (after.json(), before.map(Stored::json));
        let (now, then) = (read(&now)?, then.as_deref().map(read).transpose()?);
        let (now, then) = (now.root(), then.as_ref().map(Doc::root));
        let is_stay = TypeId(version.ty) == self.encounter;
        let change = if is_stay { self.moved(record, then, now) } else { None };
        let told = match &change {
            Some(change) => Some(change.event),
            None if is_stay => of_encounter(then, now),
            None => of_patient(then, now),
        };
        let Some(event) = told.filter(|event| self.events.contains(event)) else { return Ok(None) };
        // Whose it is; and who stands, or stood, in the place of somebody who was merged.
        let of = match (is_stay, event) {
            (true, _) => now.text("subject.reference"),
            (false, Event::Merge) => replacement(now),
            (false, Event::Unlink) => then.and_then(replacement),
            (false, _) => None,
        };
        let id = of.and_then(|reference| reference.strip_prefix("Patient/").map(str::to_owned));
        if id.is_none() && (is_stay || matches!(event, Event::Merge | Event::Unlink)) {
            return Ok(None);
        }
        let other = id.map(|id| record.read(self.patient, &id)).transpose()?.map(|stored| stored.json());
        let other = other.as_deref().map(read).transpose()?;
        let patient = other.as_ref().map_or(now, Doc::root);
        let places = if is_stay { self.places(record, now)? } else { BTreeMap::new() };
        let movement = change.map(|change| self.told(record, now, change)).transpose()?;
        Ok(self.written(&Told { version, event, patient, changed: now, movement, places }))
    }

    /// A request that this receiver fills, or that it need not fill any more.
    fn order(&self, record: &Scoped, version: &VersionRow, after: &Stored, before: Option<&Stored>) -> Result<Option<NewLetter>, Fault> {
        let (now, then) = (after.json(), before.map(Stored::json));
        let (now, then) = (read(&now)?, then.as_deref().map(read).transpose()?);
        let request = now.root();
        let Some(control) = of_request(then.as_ref().map(Doc::root), request, &self.orders) else { return Ok(None) };
        let Some(whose) = request.reference("subject.reference", "Patient") else { return Ok(None) };
        let patient = record.read(self.patient, &whose)?.json();
        let patient = read(&patient)?;
        let stay = request.reference("encounter.reference", "Encounter").map(|id| record.read(self.encounter, &id)).transpose()?.map(|stored| stored.json());
        let stay = stay.as_deref().map(read).transpose()?;
        let stay = stay.as_ref().map(Doc::root);
        let places = stay.map(|stay| self.places(record, stay)).transpose()?.unwrap_or_default();
        let pack = &self.node.pack;
        let answers = rihla_exchange::outbound::order::answers(request, &pack.requests, &pack.default_language);
        let (control_id, recorded) = (self.control_id(version), instant_text(version.hlc.instant()));
        let (patient, places) = (patient.root(), &places);
        let what = Ordering { control, control_id: &control_id, recorded: &recorded, patient, encounter: stay, request, answers: &answers, places };
        let letter = order(&what, &self.partner).and_then(|draft| self.addressed(&draft.write(), control_id.clone(), "ORM^O01".to_owned(), patient));
        if letter.is_none() {
            tracing::warn!("the channel {}: a request goes to nobody, as neither it nor its patient has a number that this receiver is told", self.name);
        }
        Ok(letter)
    }

    /// From the feed's row: a crash between two steps sends nothing twice.
    fn control_id(&self, version: &VersionRow) -> String {
        format!("F{:06X}{:08X}", self.node.backend.shared().node().get(), version.row)
    }

    fn addressed(&self, text: &str, control_id: String, event: String, patient: Value<'_>) -> Option<NewLetter> {
        let number = self.number(patient)?;
        Some(NewLetter {
            content: self.partner.charset.encode(text).unwrap_or_else(|_| plain(text)),
            control_id,
            event,
            sender: format!("{}^{}", self.partner.sending_application, self.partner.sending_facility),
            lanes: vec![lane(&number.system, &number.value)],
            patient: format!("{}|{}", number.system, number.value),
            visit: String::new(),
        })
    }

    /// The movement that a new version of a stay of ours brings.
    fn moved(&self, record: &Scoped, before: Option<Value<'_>>, after: Value<'_>) -> Option<Change> {
        let stay = |value| Stay::read(value, 1, record.zone());
        // Entries without an id of their own were written by somebody else as they stood.
        let ours = after.all("location").iter().all(|entry| entry.get("id").is_some());
        if ours { moved(before.map(stay).as_ref(), &stay(after)) } else { None }
    }

    fn told(&self, record: &Scoped, stay: Value<'_>, change: Change) -> Result<(Moved, Option<String>), Fault> {
        let id = stay.text("id").unwrap_or_default();
        let at = change.at.map(instant_text);
        let moved = Moved {
            number: Number { system: MOVEMENTS.to_owned(), value: format!("{id}.{}", change.id) },
            starts: at.clone().unwrap_or_default(),
            historic: change.historic,
            original: change.original,
            medical_unit: self.unit(record, &change.answers.medical)?,
            nursing_unit: self.unit(record, &change.answers.nursing)?,
            nature: change.nature.to_owned(),
        };
        Ok((moved, at))
    }

    /// What the receiver calls the places of a stay: by the first identifier of each.
    fn places(&self, record: &Scoped, stay: Value<'_>) -> Result<BTreeMap<String, String>, Fault> {
        let mut out = BTreeMap::new();
        for entry in stay.all("location") {
            let Some(reference) = entry.text("location.reference").map(|it| it.into_owned()) else { continue };
            if out.contains_key(&reference) {
                continue;
            }
            if let Some((code, _)) = self.called(record, &reference)? {
                out.insert(reference, code);
            }
        }
        Ok(out)
    }

    fn unit(&self, record: &Scoped, reference: &str) -> Result<Option<Unit>, Fault> {
        Ok(self.called(record, reference)?.map(|(code, name)| Unit { code, name }))
    }

    /// Code and name of a place; nothing for what is no place here, or is not there.
    fn called(&self, record: &Scoped, reference: &str) -> Result<Option<(String, String)>, Fault> {
        let Some(id) = reference.strip_prefix("Location/") else { return Ok(None) };
        let stored = match record.read(self.location, id) {
            Ok(stored) if !stored.deleted => stored,
            Ok(_) => return Ok(None),
            Err(fault) if matches!(fault.kind, FaultKind::NotFound | FaultKind::Gone) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let json = stored.json();
        let doc = read(&json)?;
        let name = doc.root().text("name").unwrap_or_default().into_owned();
        let code = doc.root().all("identifier").iter().find_map(|one| one.text("value").map(|it| it.into_owned()));
        Ok(Some((code.unwrap_or_else(|| name.clone()), name)))
    }

    /// The message; nothing where it would name nobody.
    fn written(&self, told: &Told<'_>) -> Option<NewLetter> {
        let Told { version, event, patient, changed, movement, places } = told;
        let control_id = self.control_id(version);
        let recorded = instant_text(version.hlc.instant());
        let occurred = movement.as_ref().and_then(|(_, at)| at.clone()).unwrap_or_else(|| recorded.clone());
        let is_stay = TypeId(version.ty) == self.encounter;
        let what = Announcement {
            event: *event,
            control_id: &control_id,
            recorded: &recorded,
            occurred: &occurred,
            patient: *patient,
            encounter: is_stay.then_some(*changed),
            movement: movement.as_ref().map(|(moved, _)| moved.clone()),
            before: if *event == Event::Merge { self.number(*changed) } else { None },
            other: (*event == Event::Unlink).then_some(*changed),
            places,
        };
        let text = announce(&what, &self.partner)?.write();
        self.addressed(&text, control_id.clone(), format!("ADT^{}", event.code()), *patient)
    }

    /// The first number that this receiver is told.
    fn number(&self, patient: Value<'_>) -> Option<Number> {
        let text = |one: Value<'_>, name: &str| one.text(name).unwrap_or_default().into_owned();
        let all = patient.all("identifier").into_iter().map(|one| Number { system: text(one, "system"), value: text(one, "value") });
        all.into_iter().find(|number| !number.value.is_empty() && self.partner.authorities.contains_key(&number.system))
    }
}

/// A change, as it is told.
struct Told<'t> {
    version: &'t VersionRow,
    event: Event,
    patient: Value<'t>,
    changed: Value<'t>,
    /// With its time.
    movement: Option<(Moved, Option<String>)>,
    places: BTreeMap<String, String>,
}

/// Whose record stands in the place of this one.
fn replacement(patient: Value<'_>) -> Option<std::borrow::Cow<'_, str>> {
    let links = patient.all("link").into_iter();
    links.filter(|link| link.text("type").as_deref() == Some("replaced-by")).find_map(|link| link.text("other.reference"))
}

/// A name that the receiver's set cannot write goes without its letters; its numbers tell whose it is.
fn plain(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect()
}

fn read(json: &[u8]) -> Result<Doc<'_>, Fault> {
    let bounds = Bounds { values: usize::MAX, ..Bounds::default() };
    parse(json, &bounds).map_err(|_| Fault::new(FaultKind::Internal, "RH-EX-RECORD", "A resource of the record cannot be read. Check the store."))
}
