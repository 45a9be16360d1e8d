//! Entries as bytes.
//!
//! A chunk is: the form (2), the milliseconds at which it was closed, then records. A record begins with a tag whose low
//! three bits say what it is (1 to 5 an access, 6 a name, 7 an event) and whose others say what follows:
//!
//! | record | after the tag |
//! |---|---|
//! | access | unless as before: purpose, actor, origin; milliseconds since the entry before; type; if told: resource, row; shown; if told: patients |
//! | name | of what, number, length, bytes |
//! | event | unless as before: purpose, actor, origin; milliseconds; kind; patient; subject and detail, each with its length |
//!
//! Numbers are of variable length, lowest seven bits first; patients go in order, each as its distance from the one before.
//! The older form has no first byte of its own: action, purpose, type, actor, milliseconds, resource, row, shown.

use super::event::EventKind;
use crate::backend::{AccessAction, TypeKey};
use crate::key::{ResKey, Row};

const FORM: u8 = 2;
const NAME: u8 = 6;
const EVENT: u8 = 7;
const KIND: u8 = 0x07;
const DENIED: u8 = 0x08;
const SAME: u8 = 0x10;
const RES: u8 = 0x20;
const ROW: u8 = 0x40;
const PATIENTS: u8 = 0x80;

const ACTIONS: [AccessAction; 5] = [AccessAction::Create, AccessAction::Read, AccessAction::Update, AccessAction::Delete, AccessAction::Execute];

/// One entry of the chain, with numbers for names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub purpose: u8,
    pub actor: u32,
    /// 0: not known.
    pub origin: u32,
    pub millis: i64,
    pub denied: bool,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Access(Access),
    Event { kind: EventKind, patient: ResKey, subject: Box<str>, detail: Box<str> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub action: AccessAction,
    pub ty: TypeKey,
    /// The resource, or 0 for a question about a type.
    pub res: ResKey,
    /// The version that was written, or 0.
    pub row: Row,
    pub shown: u32,
    /// Whose data were shown or written, in order.
    pub patients: Vec<ResKey>,
}

impl Entry {
    /// Whom it is about.
    pub fn patients(&self) -> &[ResKey] {
        match &self.what {
            What::Access(access) => &access.patients,
            What::Event { patient: 0, .. } => &[],
            What::Event { patient, .. } => std::slice::from_ref(patient),
        }
    }
}

/// What a number of the chain stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub of: NameOf,
    pub number: u32,
    pub name: Box<[u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameOf {
    /// An actor or origin; with its kind.
    Actor(u8),
    /// A patient, by the resource's key; the name is the logical id.
    Patient,
}

const PATIENT: u8 = 0x80;

impl NameOf {
    fn to_byte(self) -> u8 {
        match self {
            Self::Actor(kind) => kind & !PATIENT,
            Self::Patient => PATIENT,
        }
    }

    fn of_byte(byte: u8) -> Self {
        if byte & PATIENT == 0 { Self::Actor(byte) } else { Self::Patient }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Entry(Entry),
    Name(Name),
}

/// A chunk that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// When it was closed; of the older form, its last entry.
    pub closed: i64,
    pub records: Vec<Record>,
}

impl Link {
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.records.iter().filter_map(|record| if let Record::Entry(entry) = record { Some(entry) } else { None })
    }
}

/// Entries on their way into the chain.
#[derive(Debug)]
pub struct Chunk {
    bytes: Vec<u8>,
    last: i64,
    who: (u8, u32, u32),
    records: usize,
}

/// No entry has this purpose, so the first one always says its own.
const NOBODY: (u8, u32, u32) = (0, 0, 0);

impl Chunk {
    pub fn new(closed: i64) -> Self {
        let mut chunk = Self { bytes: vec![FORM], last: closed, who: NOBODY, records: 0 };
        chunk.push_number(closed.max(0) as u64);
        chunk
    }

    pub fn push(&mut self, entry: &Entry) {
        self.records += 1;
        let who = (entry.purpose, entry.actor, entry.origin);
        let common = if entry.denied { DENIED } else { 0 } | if who == self.who { SAME } else { 0 };
        match &entry.what {
            What::Access(access) => {
                let told = |told: bool, flag: u8| if told { flag } else { 0 };
                let kind = ACTIONS.iter().position(|action| *action == access.action).map_or(0, |at| at as u8 + 1);
                let told = told(access.res > 0, RES) | told(access.row > 0, ROW) | told(!access.patients.is_empty(), PATIENTS);
                self.bytes.push(kind | common | told);
                self.push_who(who, entry.millis);
                self.push_access(access);
            }
            What::Event { kind, patient, subject, detail } => {
                self.bytes.push(EVENT | common);
                self.push_who(who, entry.millis);
                self.bytes.push(*kind as u8);
                self.push_number(u64::from(*patient));
                self.push_bytes(subject.as_bytes());
                self.push_bytes(detail.as_bytes());
            }
        }
    }

    fn push_who(&mut self, who: (u8, u32, u32), millis: i64) {
        if who != self.who {
            self.bytes.push(who.0);
            self.push_number(u64::from(who.1));
            self.push_number(u64::from(who.2));
            self.who = who;
        }
        let step = millis - self.last;
        self.push_number((step << 1 ^ step >> 63) as u64);
        self.last = millis;
    }

    fn push_access(&mut self, access: &Access) {
        self.push_number(u64::from(access.ty));
        for told in [access.res, access.row].into_iter().filter(|told| *told > 0) {
            self.push_number(u64::from(told));
        }
        self.push_number(u64::from(access.shown));
        if !access.patients.is_empty() {
            self.push_number(access.patients.len() as u64);
            let mut before = 0;
            for patient in &access.patients {
                self.push_number(u64::from(patient.wrapping_sub(before)));
                before = *patient;
            }
        }
    }

    pub fn name(&mut self, name: &Name) {
        self.records += 1;
        self.bytes.push(NAME);
        self.bytes.push(name.of.to_byte());
        self.push_number(u64::from(name.number));
        self.push_bytes(&name.name);
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.push_number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn push_number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A chunk that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// Reads a chunk of either form back.
pub fn read(bytes: &[u8]) -> Result<Link, Stop> {
    match bytes.split_first() {
        Some((&FORM, rest)) => read_records(rest),
        _ => read_older(bytes).ok_or(Stop),
    }
}

fn read_records(bytes: &[u8]) -> Result<Link, Stop> {
    let mut rest = Rest(bytes);
    let closed = rest.number().ok_or(Stop)? as i64;
    let (mut millis, mut who) = (closed, NOBODY);
    let mut records = Vec::new();
    while !rest.0.is_empty() {
        records.push(rest.record(&mut millis, &mut who).ok_or(Stop)?);
    }
    Ok(Link { closed, records })
}

struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, tail) = self.0.split_first()?;
        self.0 = tail;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn key(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn bytes(&mut self) -> Option<&[u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    fn text(&mut self) -> Option<Box<str>> {
        std::str::from_utf8(self.bytes()?).ok().map(Into::into)
    }

    fn step(&mut self, millis: &mut i64) -> Option<()> {
        let step = self.number()?;
        *millis = millis.checked_add((step >> 1) as i64 ^ -((step & 1) as i64))?;
        Some(())
    }

    fn record(&mut self, millis: &mut i64, who: &mut (u8, u32, u32)) -> Option<Record> {
        let tag = self.byte()?;
        if tag & KIND == NAME {
            let of = NameOf::of_byte(self.byte()?);
            return Some(Record::Name(Name { of, number: self.key()?, name: self.bytes()?.into() }));
        }
        if tag & SAME == 0 {
            *who = (self.byte()?, self.key()?, self.key()?);
        }
        self.step(millis)?;
        let what = match tag & KIND {
            EVENT => What::Event { kind: EventKind::of_number(self.byte()?)?, patient: self.key()?, subject: self.text()?, detail: self.text()? },
            kind => What::Access(self.access(tag, *ACTIONS.get(usize::from(kind).checked_sub(1)?)?)?),
        };
        let (purpose, actor, origin) = *who;
        Some(Record::Entry(Entry { purpose, actor, origin, millis: *millis, denied: tag & DENIED != 0, what }))
    }

    fn access(&mut self, tag: u8, action: AccessAction) -> Option<Access> {
        let ty = TypeKey::try_from(self.number()?).ok()?;
        let res = if tag & RES != 0 { self.key()? } else { 0 };
        let row = if tag & ROW != 0 { self.key()? } else { 0 };
        let shown = self.key()?;
        let mut patients = Vec::new();
        if tag & PATIENTS != 0 {
            let mut before = 0u32;
            for _ in 0..self.number()? {
                before = before.wrapping_add(self.key()?);
                patients.push(before);
            }
        }
        Some(Access { action, ty, res, row, shown, patients })
    }
}

fn read_older(bytes: &[u8]) -> Option<Link> {
    let mut rest = Rest(bytes);
    let mut records = Vec::new();
    let mut millis = 0i64;
    while let Some((head, tail)) = rest.0.split_first_chunk::<4>() {
        rest.0 = tail;
        let [action, purpose, high, low] = *head;
        let actor = rest.key()?;
        rest.step(&mut millis)?;
        let action = ACTIONS.into_iter().find(|known| *known as u8 == action)?;
        let (res, row, shown) = (rest.key()?, rest.key()?, rest.key()?);
        let access = Access { action, ty: u16::from_be_bytes([high, low]), res, row, shown, patients: Vec::new() };
        records.push(Record::Entry(Entry { purpose, actor, origin: 0, millis, denied: false, what: What::Access(access) }));
    }
    rest.0.is_empty().then_some(Link { closed: millis, records })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn access() -> impl Strategy<Value = What> {
        let patients = prop::collection::btree_set(1..u32::MAX, 0..5);
        (0..5usize, any::<u16>(), any::<u32>(), any::<u32>(), any::<u32>(), patients).prop_map(|(action, ty, res, row, shown, patients)| {
            What::Access(Access { action: ACTIONS[action], ty, res, row, shown, patients: patients.into_iter().collect() })
        })
    }

    fn event() -> impl Strategy<Value = What> {
        (0..EventKind::ALL.len(), any::<u32>(), ".{0,12}", ".{0,12}").prop_map(|(kind, patient, subject, detail)| What::Event {
            kind: EventKind::ALL[kind],
            patient,
            subject: subject.into(),
            detail: detail.into(),
        })
    }

    fn record() -> impl Strategy<Value = Record> {
        let entry = (1..3u8, 0..3u32, 0..3u32, -4_000_000_000_000..4_000_000_000_000i64, any::<bool>(), prop_oneof![access(), event()]);
        let entry = entry.prop_map(|(purpose, actor, origin, millis, denied, what)| Record::Entry(Entry { purpose, actor, origin, millis, denied, what }));
        let of = prop_oneof![(0..9u8).prop_map(NameOf::Actor), Just(NameOf::Patient)];
        let name = (of, any::<u32>(), prop::collection::vec(any::<u8>(), 0..9));
        prop_oneof![4 => entry, 1 => name.prop_map(|(of, number, name)| Record::Name(Name { of, number, name: name.into() }))]
    }

    fn chunk(closed: i64, records: &[Record]) -> Chunk {
        let mut chunk = Chunk::new(closed);
        for record in records {
            match record {
                Record::Entry(entry) => chunk.push(entry),
                Record::Name(name) => chunk.name(name),
            }
        }
        chunk
    }

    proptest! {
        #[test]
        fn a1_entries_come_back_and_a_cut_chunk_is_not_read_as_another(closed in 0..4_000_000_000_000i64, records in prop::collection::vec(record(), 1..20)) {
            let made = chunk(closed, &records);
            prop_assert_eq!(read(made.bytes()), Ok(Link { closed, records: records.clone() }));
            let cut = &made.bytes()[..made.bytes().len() - 1];
            let same = read(cut) == Ok(Link { closed, records });
            prop_assert!(!same);
        }

        #[test]
        fn nothing_that_is_read_ends_the_program(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }
    }

    #[test]
    fn the_older_form_is_read() {
        // Action, purpose, type 12; actor 3; 5 ms; resource 300, row 0, one shown; then the same again 2 ms before.
        let bytes = [b'R', 1, 0, 12, 3, 10, 0xAC, 2, 0, 1, b'R', 1, 0, 12, 3, 3, 0xAC, 2, 0, 1];
        let link = read(&bytes).expect("reads");
        let all: Vec<(i64, u32, u32)> =
            link.entries().map(|entry| (entry.millis, entry.actor, if let What::Access(access) = &entry.what { access.res } else { 0 })).collect();
        assert_eq!((link.closed, all), (3, vec![(5, 3, 300), (3, 3, 300)]));
    }
}
