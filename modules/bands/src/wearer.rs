//! What stands on somebody's band: who they are, and nothing else.

use rihla_fhir::json::Value;
use rihla_fhir::view::{HumanName, Look, Names};
use rihla_kernel::{Fault, FaultKind};
use rihla_labels::Element;
use rihla_packs::Issuer;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Desk, Refusal, World, key, look};

/// One person as a band names them. No diagnosis, no allergy: a band is read by everybody in the corridor.
#[derive(Clone, Debug, Default)]
pub struct Wearer {
    pub latin: Option<HumanName>,
    pub arabic: Option<HumanName>,
    pub sex: String,
    pub birth: String,
    /// The hospital's own number.
    pub number: String,
    /// The number that a mother and her child have in common.
    pub pair: String,
    /// Said where patients are not real.
    pub world: String,
    /// For what no person stands behind yet.
    pub title: Option<[String; 2]>,
}

impl Wearer {
    pub fn load(desk: &Desk, patient: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", patient)?;
        let wearer = look(&stored, |value| Self::of(desk, value)).ok_or_else(Refusal::not_found)?;
        if wearer.number.is_empty() {
            return Err(none());
        }
        Ok(wearer)
    }

    fn of(desk: &Desk, patient: Value<'_>) -> Self {
        let voice = voice(desk);
        let Names { latin, arabic } = Names::of(patient);
        let gender = patient.text("gender");
        Self {
            latin,
            arabic,
            sex: rihla_web::sex(gender.as_deref(), &voice),
            birth: patient.text("birthDate").map(|birth| voice.date(birth.as_ref())).unwrap_or_default(),
            number: own_number(desk, patient),
            world: world(desk),
            ..Self::default()
        }
    }

    /// What the code says: a number that no other organisation gives, where the hospital has a signed company prefix.
    pub fn element(&self, desk: &Desk) -> Result<Element, rihla_labels::Fault> {
        let today = match desk.voice.now().moment(desk.voice.zone()) {
            Moment::Full(now) => Some(now.date()),
            _ => None,
        };
        let prefix = today.and_then(|today| desk.house.pack().labels.company_prefix(today));
        match prefix.and_then(|prefix| Element::gsrn(prefix, &self.number)) {
            Some(element) => Ok(element),
            None => Element::own(&self.number),
        }
    }
}

fn none() -> Refusal {
    Fault::new(FaultKind::Unprocessable, "RH-BANDS-NUMBER", "The record has no number of this hospital: a band would say nothing to a reader.").into()
}

/// A band speaks the language of the house, whoever prints it.
pub fn voice(desk: &Desk) -> Voice {
    desk.voice.in_lang(desk.house.lang())
}

pub fn world(desk: &Desk) -> String {
    match desk.house.world() {
        World::Production => String::new(),
        World::Training => voice(desk).t(key!("bands-world-training")),
        World::Simulation => voice(desk).t(key!("bands-world-simulation")),
    }
}

/// This site's number, else the group's, else another site's. A national card's number is on no band.
fn own_number(desk: &Desk, patient: Value<'_>) -> String {
    let pack = desk.house.pack();
    let rank = |system: &str| {
        let kind = pack.identifier(system).filter(|kind| kind.unique)?;
        Some(match (kind.issuer, kind.site) {
            (Issuer::Site, Some(site)) if site == desk.house.site() => 0,
            (Issuer::Group, _) => 1,
            _ => 2,
        })
    };
    let number = |one: &Value<'_>| Some((rank(&one.text("system")?)?, one.text("value")?.trim().to_owned()));
    let all = patient.all("identifier");
    all.iter()
        .filter(|one| one.text("use").as_deref() != Some("old"))
        .filter_map(number)
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, value)| value)
        .unwrap_or_default()
}
