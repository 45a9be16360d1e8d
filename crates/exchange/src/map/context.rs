//! What the segments so far have begun.

use super::bundle::{Bundle, Entry};
use super::mrg::Linked;
use super::{Mapped, Placer, Told};
use crate::Settings;
use crate::datatype::identifier::Number;
use crate::node::{Node, Object};
use rihla_hl7v2::Message;
use std::collections::HashMap;

/// The order to which segments belong until the next one.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    /// Elements of the request that stand in ORC and TQ1, until OBR, RXO or RXE say what is asked for.
    pub head: Object,
    pub placer: Option<Number>,
    /// The same, also where it names no authority.
    pub placed: Option<Placer>,
    pub filler: Option<Number>,
    pub group: Option<Number>,
    /// ORC came before it.
    pub has_control: bool,
    /// Places of what was made of it.
    pub request: Option<usize>,
    pub report: Option<usize>,
    pub vaccination: Option<usize>,
}

/// How resources refer to the patient, and how those of this patient are searched: `.identifier=…` or `=Patient/…`.
pub(super) struct Subject {
    pub reference: Object,
    pub search: String,
}

pub(super) struct Context<'m, 't> {
    pub message: &'m Message<'t>,
    pub settings: &'m Settings,
    pub kind: &'t str,
    pub event: &'t str,
    pub bundle: Bundle,
    pub remarks: Vec<String>,
    /// The patient of the first PID, where that is decided.
    pub whose: Option<String>,
    pub patient: Option<Subject>,
    pub patient_place: Option<usize>,
    pub stay: Option<usize>,
    /// The stay by its number, where messages of this channel do not write stays.
    pub named_stay: Option<Object>,
    pub order: Order,
    pub appointment: Option<usize>,
    pub specimen: Option<usize>,
    pub document: Option<usize>,
    /// What a note (NTE) is about.
    pub noted: Option<usize>,
    pub merged: Linked,
    /// The movement is a historic one (ZBE-5).
    pub historic: bool,
    /// Examinations on which the message brings results.
    pub results: Vec<Told>,
    /// How often a number of a result was given.
    given: HashMap<Number, usize>,
}

impl<'m, 't> Context<'m, 't> {
    pub fn new(message: &'m Message<'t>, settings: &'m Settings, whose: Option<&str>) -> Self {
        let (kind, event) = message.header().event();
        Self {
            message,
            settings,
            kind,
            event,
            bundle: Bundle::default(),
            remarks: Vec::new(),
            whose: whose.map(str::to_owned),
            patient: None,
            patient_place: None,
            stay: None,
            named_stay: None,
            order: Order::default(),
            appointment: None,
            specimen: None,
            document: None,
            noted: None,
            merged: Linked::default(),
            historic: message.segment("ZBE").is_some_and(|it| it.field(5).text() == "Y"),
            results: Vec::new(),
            given: HashMap::new(),
        }
    }

    /// Reference to the patient; nothing before PID.
    pub fn subject(&self) -> Node {
        self.patient.as_ref().map(|it| it.reference.clone()).into()
    }

    pub fn encounter(&self) -> Node {
        self.stay.map(reference_to).or_else(|| self.named_stay.clone()).into()
    }

    /// A search for a resource of this patient: theirs, and `rest`. Empty without a patient, as nothing is known then.
    pub fn of_patient(&self, param: &str, rest: &str) -> String {
        self.patient.as_ref().map_or(String::new(), |it| format!("{param}{}&{rest}", it.search))
    }

    pub fn add(&mut self, ty: &'static str, known_by: String, replaces: bool, resource: Object) -> usize {
        self.bundle.add(Entry { resource, ty, known_by, replaces, id: String::new() })
    }

    /// A number of a result, told apart from those that were given before in this message.
    pub fn given(&mut self, mut number: Number) -> Number {
        let count = self.given.entry(number.clone()).or_default();
        *count += 1;
        if *count > 1 {
            number.value = format!("{}/{count}", number.value);
        }
        number
    }

    pub fn finish(self) -> Mapped {
        let header = self.message.header();
        Mapped {
            sender: header.field(3).part(1).map(|it| it.trim().to_owned()).unwrap_or_default(),
            control_id: header.control_id().into_owned(),
            bundle: self.bundle,
            results: self.results,
            remarks: self.remarks,
        }
    }
}

pub(super) fn reference_to(place: usize) -> Object {
    Object::new().with("reference", Bundle::full_url(place))
}

/// A search by one identifier.
pub(super) fn by_number(number: &Number) -> String {
    format!("identifier={}", number.token())
}
