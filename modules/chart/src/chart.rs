//! The frame of all pages about one patient: right, banner, tabs.

use crate::{RAW, READ};
use askama::Template;
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{BANNER, Banner, Desk, Icon, Page, Refusal, Tab};

/// The pages of a chart, in the order of the row; of a page whose types a role is shown none of, there is no tab.
pub const TABS: &[Tab] = &[
    Tab { path: "chart", label: rihla_web::key!("chart-tab-synthesis"), rank: 0, shown: reads },
    Tab { path: "problems", label: rihla_web::key!("chart-tab-problems"), rank: 10, shown: |desk| shows(desk, &["Condition", "AllergyIntolerance"]) },
    Tab {
        path: "medicines",
        label: rihla_web::key!("chart-tab-medicines"),
        rank: 20,
        shown: |desk| shows(desk, &["MedicationRequest", "MedicationStatement"]),
    },
    Tab { path: "results", label: rihla_web::key!("chart-tab-results"), rank: 30, shown: |desk| shows(desk, &["Observation"]) },
    Tab { path: "days", label: rihla_web::key!("chart-tab-days"), rank: 40, shown: |desk| shows(desk, &["Observation"]) },
    Tab { path: "stays", label: rihla_web::key!("chart-tab-stays"), rank: 50, shown: |desk| shows(desk, &["Encounter"]) },
    Tab {
        path: "documents",
        label: rihla_web::key!("chart-tab-documents"),
        rank: 70,
        shown: |desk| shows(desk, &["DocumentReference", "DiagnosticReport", "Media"]),
    },
    Tab { path: "care", label: rihla_web::key!("chart-tab-care"), rank: 80, shown: |desk| shows(desk, &["CareTeam", "RelatedPerson", "Immunization"]) },
    Tab { path: "alerts", label: rihla_web::key!("chart-tab-alerts"), rank: 90, shown: |desk| shows(desk, &["Flag"]) },
    Tab { path: "raw", label: rihla_web::key!("chart-tab-raw"), rank: 100, shown: |desk| desk.person.may(RAW.0) && reads(desk) },
];

fn reads(desk: &Desk) -> bool {
    desk.person.may(READ.0)
}

fn shows(desk: &Desk, types: &[&str]) -> bool {
    reads(desk) && types.iter().any(|ty| desk.shows(ty))
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
        let tab = TABS.iter().find(|tab| tab.path == below)?;
        (tab.shown)(&self.desk).then(|| self.path(below))
    }

    /// A page of the chart; `tab`: the path of the tab that it belongs to.
    pub fn page(&self, tab: &'static str, content: Content) -> Result<Response, Refusal> {
        let own = TABS.iter().find(|each| each.path == tab);
        let body = if own.is_some_and(|tab| (tab.shown)(&self.desk)) { content.body } else { self.desk.not_shown()? };
        let live = content.live.into_iter().chain(BANNER).map(|part| (part, self.patient.id.clone())).collect();
        let title = content.title.or(own.map(|tab| self.voice().t(tab.label))).unwrap_or_default();
        self.desk.page(Page {
            title,
            nav: "/patients",
            patient: Some(&self.patient),
            tab: Some(tab),
            live,
            charts: content.charts,
            stands: false,
            wall: false,
            body,
        })
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
