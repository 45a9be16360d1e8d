//! What the forms of a stay's page send, and what becomes of it.

use axum::response::Response;
use rihla_clinical::{Act, Answers, Change, House, Spot, Stay};
use rihla_kernel::{Fault, FaultKind, Instant, Permission};
use rihla_web::text::{Dated, Moment};
use rihla_web::{Desk, Refusal, go, percent};
use serde::Deserialize;

/// The longest text of a field.
const LONGEST: usize = 2_000;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The stay, its version on screen, who began the form and on whose page.
    pub stay: String,
    pub version: u32,
    #[serde(rename = "_author")]
    pub author: String,
    #[serde(rename = "_patient")]
    pub patient: String,
    pub kind: String,
    pub to: String,
    pub medical: String,
    pub nursing: String,
    pub keep: String,
    /// When, in the zone of the site; empty: now.
    pub at: String,
    pub how: String,
    pub number: u8,
    pub proof: String,
    pub text: String,
    pub movement: String,
}

/// A form that was sent, by somebody who may.
pub struct Sent<'s> {
    pub desk: &'s Desk,
    pub patient: &'s str,
    pub typed: &'s Typed,
    pub act: Act<'s>,
}

impl<'s> Sent<'s> {
    /// Checks who sends what about whom.
    pub fn new(desk: &'s Desk, patient: &'s str, typed: &'s Typed, any_of: &[Permission]) -> Result<Self, Refusal> {
        if !any_of.iter().any(|permission| desk.person.may(permission.0)) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-WEB-NOT-YOURS", "This role may not do that.").into());
        }
        desk.same_author(&typed.author)?;
        if typed.patient != patient {
            return Err(Refusal::invalid("RH-ADMISSION-OTHER-PATIENT", "The form was filled in on another patient's page."));
        }
        let act = Act { record: &desk.record, now: desk.house.clock().now(), by: desk.author_reference() };
        Ok(Self { desk, patient, typed, act })
    }

    /// When it happened: as typed, or now.
    pub fn at(&self) -> Result<Instant, Fault> {
        let text = self.typed.at.trim();
        if text.is_empty() {
            return Ok(self.act.now);
        }
        let whole = if text.len() == "2026-01-15T08:00".len() { format!("{text}:00") } else { text.to_owned() };
        match whole.as_str().moment(self.desk.voice.zone()) {
            Moment::Full(at) => Ok(Instant(at.timestamp().as_millisecond())),
            _ => Err(rihla_clinical::refusal::order()),
        }
    }

    /// A text as it is kept: without white space around it, and not endless.
    pub fn text(&self) -> String {
        self.typed.text.trim().chars().take(LONGEST).collect()
    }

    /// Who answers: as chosen, or the ward in which the place is.
    pub fn answers(&self) -> Result<Answers, Refusal> {
        let house = House::read(&self.desk.record)?;
        let own = house.ward_of(&self.typed.to).map(|ward| ward.id.clone());
        let unit = |chosen: &str| {
            let known = Some(chosen).filter(|chosen| house.get(chosen).is_some()).map(str::to_owned);
            known.or_else(|| own.clone()).map(|id| format!("Location/{id}")).unwrap_or_default()
        };
        Ok(Answers { medical: unit(&self.typed.medical), nursing: unit(&self.typed.nursing) })
    }

    /// The change that the form asks for, of the version that was on screen.
    pub fn change(&self) -> Change<'_> {
        let to = Some(self.typed.to.as_str()).filter(|to| !to.is_empty());
        Change { seen: Some(self.typed.version), to, ..Change::of(&self.typed.stay) }
    }

    /// Changes the stay, which has to be this patient's.
    pub async fn change_stay(&self, change: Change<'_>, how: impl Fn(&mut Stay, Option<Spot>) -> Result<(), Fault> + Sync) -> Result<Response, Refusal> {
        let patient = self.patient;
        let own = |stay: &mut Stay, spot: Option<Spot>| if stay.patient == patient { how(stay, spot) } else { Err(rihla_clinical::refusal::unknown()) };
        self.answer(self.act.change(&change, own).await.map(drop))
    }

    /// Back to the page, with what was refused.
    pub fn answer(&self, done: Result<(), Fault>) -> Result<Response, Refusal> {
        let page = format!("/patients/{}/admission", percent(self.patient));
        match done {
            Ok(()) => Ok(go(&page, &[])),
            Err(fault) if fault.code.starts_with("RH-STAY-") || fault.code.starts_with("RH-PLACE-") => Ok(go(&format!("{page}?wrong={}", fault.code), &[])),
            Err(fault) => Err(fault.into()),
        }
    }
}
