//! The papers that can be made for a patient and for each of their stays, and how often each was printed.

use crate::certificate::{self, Certificate};
use crate::of::{Way, languages, may, reached};
use crate::stays::{Told, stays_of};
use crate::{PRINT, SEE};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_clinical::State;
use rihla_kernel::Lang;
use rihla_packs::{Paper, PaperMoment};
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{BANNER, Desk, Page, Printed, Refusal, percent};

/// What was printed of one thing.
struct Prints {
    times: usize,
    last: String,
    by: Html,
    /// All of them, the newest first.
    all: Vec<(String, Html)>,
}

struct Entry {
    name: String,
    /// Each language with its address; none where only what was written before is there.
    ways: Vec<Way>,
    /// Somebody has to say something before it can be printed.
    written: bool,
    prints: Option<Prints>,
    certificates: Vec<Written>,
}

/// A certificate that is there.
struct Written {
    when: String,
    author: Html,
    path: String,
    prints: Option<Prints>,
    /// When and why its author took it back.
    struck: Option<Html>,
}

struct Section {
    title: String,
    entries: Vec<Entry>,
    /// The stay is not where a slip makes sense: what comes before it.
    slip_waits: bool,
}

#[derive(Template)]
#[template(path = "papers/list.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    sections: Vec<Section>,
    admission: bool,
    /// There are more certificates than are listed.
    cut: bool,
    /// Stays that this role is not shown.
    hidden: Option<String>,
}

/// Everything that the entries are made of.
struct Sources<'s> {
    desk: &'s Desk,
    patient: &'s str,
    printed: Vec<Printed>,
    certificates: Vec<Certificate>,
}

/// `GET /patients/{patient}/papers`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let (desk, banner) = reached(desk, &patient)?;
    let (certificates, cut) = certificate::all(&desk, &patient)?;
    let sources = Sources { desk: &desk, patient: &patient, printed: desk.printed(&patient)?, certificates };
    let mut sections: Vec<Section> = stays_of(&desk, &patient)?.iter().map(|told| sources.of_stay(told)).collect();
    sections.push(sources.of_patient());
    sections.retain(|section| !section.entries.is_empty() || section.slip_waits);
    let admission = desk.person.may("admission.see");
    let hidden = desk.not_all_shown(&["Encounter"])?;
    let body = Body { voice: &desk.voice, patient: &patient, sections, admission, cut, hidden }.render()?;
    let live = BANNER.into_iter().map(|part| (part, patient.clone())).collect();
    desk.page(Page { title: desk.voice.t("papers-title"), nav: "/patients", patient: Some(&banner), tab: Some("papers"), live, body, ..Page::default() })
}

impl Sources<'_> {
    fn papers(&self) -> impl Iterator<Item = &Paper> {
        self.desk.house.pack().papers.list.iter().filter(|paper| may(self.desk, paper))
    }

    fn of_patient(&self) -> Section {
        let entries = self.papers().filter(|paper| paper.when == PaperMoment::Always).map(|paper| self.entry(paper, "", true)).collect();
        Section { title: self.desk.voice.t("papers-of-patient"), entries, slip_waits: false }
    }

    fn of_stay(&self, told: &Told) -> Section {
        let (voice, stay) = (&self.desk.voice, &told.stay);
        let own = |paper: &&Paper| paper.when != PaperMoment::Always && (told.suits(paper.when) || self.is_written(paper, &stay.id));
        let entries = self.papers().filter(own).map(|paper| self.entry(paper, &stay.id, told.suits(paper.when))).collect();
        let kind = voice.t(&listed(rihla_web::key!("papers-kind-*"), &told.kind));
        let when = stay.from.map_or_else(|| voice.t("papers-planned"), |from| voice.date_time(from));
        let until = stay.to.map(|to| format!(" – {}", voice.date_time(to))).unwrap_or_default();
        let leaves = stay.decision.is_some() || stay.death.is_some() || stay.state == State::Finished;
        let slip_waits = leaves && !stay.is_closed() && self.desk.person.may(PRINT.0);
        Section { title: format!("{kind} · {when}{until}"), entries, slip_waits }
    }

    fn is_written(&self, paper: &Paper, stay: &str) -> bool {
        self.certificates.iter().any(|one| one.paper == paper.code && one.stay.as_deref().unwrap_or("") == stay)
    }

    fn entry(&self, paper: &Paper, stay: &str, suits: bool) -> Entry {
        let desk = self.desk;
        let of = if stay.is_empty() { String::new() } else { format!("&stay={}", percent(stay)) };
        let path = |lang: Lang| format!("/patients/{}/papers/{}?lang={}{of}", percent(self.patient), paper.code, lang.tag());
        let own = self.certificates.iter().filter(|one| one.paper == paper.code && one.stay.as_deref().unwrap_or("") == stay);
        let written = own.map(|one| Written {
            when: desk.voice.date_time(one.date.as_str()),
            author: auto(&one.author),
            path: format!("{}&document={}", path(one.lang), percent(&one.id)),
            prints: self.prints(&paper.code, &one.id),
            struck: one
                .struck
                .as_ref()
                .map(|(at, why)| auto(desk.voice.ta("papers-taken-back", &[("when", desk.voice.date_time(at.as_str())), ("why", why.clone())]))),
        });
        Entry {
            name: desk.named(&paper.names).into_owned(),
            ways: if suits { languages(paper).map(|lang| Way::new(desk, lang, path(lang))).collect() } else { Vec::new() },
            written: paper.is_certificate(),
            prints: if paper.is_certificate() { None } else { self.prints(&paper.code, stay) },
            certificates: written.collect(),
        }
    }

    fn prints(&self, paper: &str, of: &str) -> Option<Prints> {
        let voice = &self.desk.voice;
        let own = self.printed.iter().filter(|one| one.paper == paper && one.of == of && one.fault.is_empty());
        let all: Vec<(String, Html)> = own.map(|one| (voice.date_time(one.at), auto(&one.by))).collect();
        let (last, by) = all.first()?.clone();
        Some(Prints { times: all.len(), last, by, all })
    }
}
