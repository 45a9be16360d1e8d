//! Whose requests are read or written, by whom.

use crate::{DO, ORDER, SEE};
use axum::response::Response;
use rihla_clinical::request::Act;
use rihla_clinical::request::{DOING, Request, TASK};
use rihla_clinical::request::{Move, Phase, Side};
use rihla_fhir::view::Look;
use rihla_kernel::Permission;
use rihla_packs::{Orderable, Priority, Requests};
use rihla_store::Stored;
use rihla_web::text::{Voice, listed};
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, look, percent};
use std::collections::HashMap;

/// Requests of one patient that are read.
const MOST: &str = "200";

/// A patient's requests, open for somebody who may see them.
pub struct Whose {
    pub desk: Desk,
    pub banner: Banner,
}

impl Whose {
    pub fn open(desk: Desk, patient: &str, permission: Permission) -> Result<Self, Refusal> {
        let (desk, banner) = desk.open(patient, permission)?;
        Ok(Self { desk, banner })
    }

    /// The same for a form that was sent in.
    pub fn sent(desk: Desk, patient: &str, permission: Permission, of: &str, author: &str) -> Result<Self, Refusal> {
        desk.own_form(author, of, patient)?;
        Self::open(desk, patient, permission)
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    pub fn id(&self) -> &str {
        &self.banner.id
    }

    pub fn catalogue(&self) -> &Requests {
        &self.desk.house.pack().requests
    }

    /// Below this patient's requests.
    pub fn path(&self, below: &str) -> String {
        let all = format!("/patients/{}/requests", percent(self.id()));
        if below.is_empty() { all } else { format!("{all}/{below}") }
    }

    /// A request of this patient.
    pub fn request(&self, id: &str) -> Result<Request, Refusal> {
        let found = act(&self.desk).request(id)?;
        if found.patient == self.id() { Ok(found) } else { Err(Refusal::not_found()) }
    }

    /// All requests, the newest first, and whether there are more than are read.
    pub fn all(&self) -> Result<(Vec<Request>, bool), Refusal> {
        if !self.desk.shows("ServiceRequest") {
            return Ok((Vec::new(), false));
        }
        let found = self.desk.search("ServiceRequest", &[("patient", self.id()), ("_sort", "-authored"), ("_count", MOST)])?;
        let code = format!("{TASK}|{DOING}");
        let tasks = self.desk.search("Task", &[("patient", self.id()), ("code", &code), ("_sort", "-authored-on"), ("_count", MOST)])?;
        let focus = |task: &Stored| look(task, |task| task.reference("focus.reference", "ServiceRequest").map(|id| id.into_owned())).flatten();
        let tasks: HashMap<String, &Stored> = tasks.matches.iter().filter_map(|task| Some((focus(task)?, task))).collect();
        let lang = self.voice().lang();
        let read = |stored: &Stored| Request::read(stored, tasks.get(&stored.id.to_text()).copied(), lang);
        Ok((found.matches.iter().filter_map(read).collect(), found.next.is_some()))
    }

    pub fn page(&self, title: String, body: String) -> Result<Response, Refusal> {
        let mut live: Vec<_> = BANNER.into_iter().map(|part| (part, self.banner.id.clone())).collect();
        live.push((crate::LIST, self.banner.id.clone()));
        self.desk.page(Page { title, nav: "/patients", patient: Some(&self.banner), tab: Some("requests"), live, body, ..Page::default() })
    }
}

/// Acting as whoever sits here, now.
pub fn act(desk: &Desk) -> Act<'_> {
    Act { record: &desk.record, now: desk.house.clock().now(), by: desk.author_reference(), account: desk.person.mark(), lang: desk.voice.lang() }
}

/// Whether whoever sits here may take a step with a request: whoever asks for such things, whoever does them. Nobody signs
/// what they may only draft, and nobody signs for themselves.
pub fn may(desk: &Desk, request: &Request, step: Move) -> bool {
    let (pack, role) = (&desk.house.pack().requests, &desk.person.role.code);
    let own = request.account == desk.person.mark();
    if request.phase.after(step).is_none() {
        return false;
    }
    match step.side() {
        Side::Doer => desk.person.may(DO.0) && request.task.is_some() && pack.kind(&request.kind).is_some_and(|kind| kind.is_done_by(role)),
        Side::Orderer => {
            let one = pack.orderable(&request.code);
            let orders = one.is_some_and(|one| pack.is_ordered_by(one, role));
            let drafts = one.is_some_and(|one| pack.is_drafted_by(one, role));
            desk.person.may(ORDER.0) && if drafts { false } else { (orders || own) && (step != Move::Sign || !own) }
        }
    }
}

/// What this role may ask for.
pub fn orderables(desk: &Desk) -> Vec<&Orderable> {
    let pack = &desk.house.pack().requests;
    pack.list.iter().filter(|one| desk.person.may(ORDER.0) && pack.is_ordered_by(one, &desk.person.role.code)).collect()
}

/// The name of a kind.
pub fn kind_of(desk: &Desk, code: &str) -> String {
    desk.house.pack().requests.kind(code).map_or_else(String::new, |kind| desk.named(&kind.names).into_owned())
}

/// Whom or what a request waits for, in words; empty once it is over.
pub fn waits(desk: &Desk, request: &Request) -> String {
    match request.phase {
        phase if request.task.is_none() && phase == Phase::Asked => desk.voice.t("requests-waits-elsewhere"),
        phase if phase.is_open() || phase == Phase::Draft => desk.voice.t(&listed(rihla_web::key!("requests-waits-*"), phase.code())),
        _ => String::new(),
    }
}

pub fn priority(voice: &Voice, priority: Priority) -> String {
    voice.t(&listed(rihla_web::key!("requests-priority-*"), priority.code()))
}

/// Whoever may see requests at all.
pub fn sees(desk: &Desk) -> bool {
    desk.person.may(SEE.0) && desk.shows("ServiceRequest")
}
