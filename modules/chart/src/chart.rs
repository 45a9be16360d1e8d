//! The frame of all pages about one patient: right, banner, tabs.

use crate::{RAW, READ};
use askama::Template;
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{AUDIT_READ, BANNER, Banner, Desk, Icon, Page, Refusal};

/// The pages of a chart, in the order of the tabs: name, path, words, and what they show; of a page whose types a role is
/// shown none of, there is no tab.
const TABS: [(Tab, &str, &str, &[&str]); 13] = [
    (Tab::Synthesis, "chart", rihla_web::key!("chart-tab-synthesis"), &[]),
    (Tab::Problems, "problems", rihla_web::key!("chart-tab-problems"), &["Condition", "AllergyIntolerance"]),
    (Tab::Medicines, "medicines", rihla_web::key!("chart-tab-medicines"), &["MedicationRequest", "MedicationStatement"]),
    (Tab::Results, "results", rihla_web::key!("chart-tab-results"), &["Observation"]),
    (Tab::Days, "days", rihla_web::key!("chart-tab-days"), &["Observation"]),
    (Tab::Stays, "stays", rihla_web::key!("chart-tab-stays"), &["Encounter"]),
    // The page of those who admit and move.
    (Tab::Admission, "admission", rihla_web::key!("chart-tab-admission"), &["Encounter"]),
    // The page of those who print.
    (Tab::Papers, "papers", rihla_web::key!("chart-tab-papers"), &["Encounter"]),
    (Tab::Documents, "documents", rihla_web::key!("chart-tab-documents"), &["DocumentReference", "DiagnosticReport", "Media"]),
    (Tab::Care, "care", rihla_web::key!("chart-tab-care"), &["CareTeam", "RelatedPerson", "Immunization"]),
    (Tab::Alerts, "alerts", rihla_web::key!("chart-tab-alerts"), &["Flag"]),
    (Tab::Raw, "raw", rihla_web::key!("chart-tab-raw"), &[]),
    // The shell's own page.
    (Tab::Looked, "looked", rihla_web::key!("chart-tab-looked"), &[]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Synthesis,
    Problems,
    Medicines,
    Results,
    Days,
    Stays,
    Admission,
    Papers,
    Documents,
    Care,
    Alerts,
    Raw,
    Looked,
}

/// One patient's chart, open for somebody who may read it.
pub struct Chart {
    pub desk: Desk,
    pub patient: Banner,
}

/// What a page of the chart adds to its frame.
#[derive(Default)]
pub struct Content {
    /// Its heading, where it is not the tab's own words.
    pub title: Option<String>,
    pub body: String,
    pub live: Vec<&'static str>,
    pub charts: bool,
}

#[derive(Template)]
#[template(path = "chart/tabs.html")]
struct Tabs<'t> {
    voice: &'t Voice,
    tabs: Vec<(String, String, bool)>,
    body: &'t str,
}

impl Chart {
    pub fn open(desk: Desk, patient: &str) -> Result<Self, Refusal> {
        desk.require(READ)?;
        desk.must_reach(patient)?;
        let patient = Banner::load(&desk, patient)?;
        let desk = if patient.glass.is_some() { desk.in_emergency()? } else { desk };
        Ok(Self { desk, patient })
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    pub fn id(&self) -> &str {
        &self.patient.id
    }

    /// A path below this patient.
    pub fn path(&self, below: &str) -> String {
        format!("/patients/{}/{below}", self.patient.id)
    }

    /// The way to a page of this chart, if there is one for this role.
    pub fn way(&self, below: &str) -> Option<String> {
        let (_, _, _, types) = TABS.iter().find(|(_, path, ..)| *path == below)?;
        self.shows(types).then(|| self.path(below))
    }

    fn shows(&self, types: &[&str]) -> bool {
        types.is_empty() || types.iter().any(|ty| self.desk.shows(ty))
    }

    pub fn page(&self, tab: Tab, content: Content) -> Result<Response, Refusal> {
        let mine = TABS.iter().filter(|(tab, _, _, types)| match tab {
            Tab::Raw => self.desk.person.may(RAW.0),
            Tab::Admission => self.desk.person.may("admission.see") && self.shows(types),
            Tab::Papers => self.desk.person.may("papers.see"),
            Tab::Looked => self.desk.person.may(AUDIT_READ.0),
            _ => self.shows(types),
        });
        let tabs = mine.map(|(each, path, label, _)| (self.path(path), self.voice().t(label), *each == tab)).collect();
        let (own, types) =
            TABS.iter().find(|(each, ..)| *each == tab).map_or((None, [].as_slice()), |(_, _, label, types)| (Some(self.voice().t(label)), types));
        let body = if self.shows(types) { content.body } else { self.desk.not_shown()? };
        let body = Tabs { voice: self.voice(), tabs, body: &body }.render()?;
        let live = content.live.into_iter().chain(BANNER).map(|part| (part, self.patient.id.clone())).collect();
        let title = content.title.or(own).unwrap_or_default();
        self.desk.page(Page { title, nav: "/patients", patient: Some(&self.patient), live, charts: content.charts, body })
    }
}

/// A panel with its heading, the way to the whole list, and what is in it.
#[derive(Template)]
#[template(path = "chart/panel.html")]
pub struct Panel {
    pub icon: Icon<'static>,
    pub title: String,
    /// The whole list and its words.
    pub more: Option<(String, String)>,
    /// The live part in it; empty for none.
    pub part: &'static str,
    pub class: &'static str,
    pub inside: String,
}
