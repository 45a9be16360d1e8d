//! Going on with a form that was put aside, and correcting one that was completed: with a reason, so that the answers before
//! stay readable in the version before.

use crate::fill::{Body, Fields, Open, REASON, check, draft_of, may_stand};
use crate::response::{Filled, State, with_correction};
use crate::whose::Whose;
use crate::{FILL, derived, sheet};
use askama::Template;
use axum::extract::{Form as Sent, Path};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind};
use rihla_questionnaire::{Evaluated, Filling, items, observed};
use rihla_web::{Change, Desk, DraftKey, Refusal, go, look, percent, written};

struct Of {
    open: Open,
    filled: Filled,
}

impl Of {
    fn new(desk: Desk, patient: &str, response: &str) -> Result<Self, Refusal> {
        desk.require(FILL)?;
        let whose = Whose::open(desk, patient)?;
        let filled = whose.filled(response)?;
        if !whose.may_change(&filled) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-FORMS-NOT-YOURS", "A form is corrected by who filled it in.").into());
        }
        let form = sheet::named(&whose.desk, &filled.canonical)?;
        let form = form.ok_or_else(|| Fault::new(FaultKind::Conflict, "RH-FORMS-GONE", "The form that was filled in is not here any more, or has faults."))?;
        Ok(Self { open: Open::new(whose, form)?, filled })
    }

    fn form(&self) -> String {
        draft_of("correct", &self.filled.id)
    }

    fn begun(&self) -> bool {
        self.filled.state == State::Begun
    }

    fn here(&self) -> String {
        self.open.whose.path(&format!("{}/correct", percent(&self.filled.id)))
    }
}

/// `GET /patients/{patient}/forms/{response}/correct`
pub async fn show(desk: Desk, Path((patient, response)): Path<(String, String)>) -> Result<Response, Refusal> {
    let of = Of::new(desk, &patient, &response)?;
    let whose = &of.open.whose;
    let draft = whose.desk.draft(&DraftKey { form: &of.form(), patient: whose.id(), stay: "" })?;
    let (filling, lost) = match &draft {
        Some(draft) => (of.open.typed(draft.fields()), Vec::new()),
        None => look(&of.filled.stored, |value| Filling::of_response(&of.open.form, value)).ok_or_else(Refusal::not_found)?,
    };
    let reason = draft.as_ref().map_or("", |draft| draft.field("reason")).to_owned();
    let draft = draft.map(|draft| whose.voice().time(draft.at));
    page(&of, &filling, &Said { judged: false, reason, reason_wrong: false, meanwhile: false, draft, lost })
}

/// `POST /patients/{patient}/forms/{response}/correct/part`
pub async fn part(desk: Desk, Path((patient, response)): Path<(String, String)>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    check(&desk, &fields, &patient)?;
    Of::new(desk, &patient, &response)?.open.part(&fields)
}

/// `POST /patients/{patient}/forms/{response}/correct`
pub async fn save(desk: Desk, Path((patient, response)): Path<(String, String)>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    check(&desk, &fields, &patient)?;
    let again = desk.clone();
    let of = Of::new(desk, &patient, &response)?;
    let filling = of.open.typed(&fields);
    let own = |name: &str| fields.get(name).map_or("", String::as_str);
    let reason = own("reason").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut said = Said { judged: false, reason, reason_wrong: false, meanwhile: false, draft: None, lost: Vec::new() };
    let whole = match own("act") {
        "done" => true,
        "aside" if of.begun() => false,
        _ => return page(&of, &filling, &said),
    };
    if own("version") != of.filled.version.to_string() {
        said.meanwhile = true;
        return page(&of, &filling, &said);
    }
    let evaluated = of.open.stands(&filling);
    said.reason_wrong = !of.begun() && (said.reason.is_empty() || said.reason.chars().count() > REASON);
    if said.reason_wrong || !may_stand(&filling, &evaluated, whole) {
        said.judged = true;
        return page(&of, &filling, &said);
    }
    match write(&of, &evaluated, whole, &said.reason).await {
        Err(refusal) if refusal.fault().is_some_and(|fault| matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict)) => {
            said.meanwhile = true;
            page(&Of::new(again, &patient, &response)?, &filling, &said)
        }
        decided => decided.map(|()| go(&of.open.whose.path(&percent(&response)), &[])),
    }
}

async fn write(of: &Of, evaluated: &Evaluated, whole: bool, reason: &str) -> Result<(), Refusal> {
    let (whose, desk, filled) = (&of.open.whose, &of.open.whose.desk, &of.filled);
    let status = match (whole, of.begun()) {
        (false, _) => "in-progress",
        (true, true) => "completed",
        (true, false) => "amended",
    };
    let (now, by) = (desk.instant(), desk.author_reference());
    let extension = if of.begun() {
        look(&filled.stored, |root| root.get("extension").map(written)).flatten()
    } else {
        look(&filled.stored, |root| with_correction(root, reason, &now, &by))
    };
    let items = Some(items(&of.open.form, &evaluated.parts)).filter(|items| items != "[]");
    // What was put aside is of the moment at which it is gone on with; what is corrected stays of its own.
    let authored = if of.begun() { now.clone() } else { filled.authored.clone() };
    let mut members = vec![("extension", extension), ("status", Some(format!("\"{status}\""))), ("item", items)];
    members.push(("authored", Some(rihla_web::quoted(&authored))));
    let mut changed = vec![Change { ty: "QuestionnaireResponse", id: filled.id.clone(), version: filled.version, members }];
    let mut new = Vec::new();
    if whole {
        let all = observed(&of.open.form, evaluated);
        let (made, mut moved) = derived::after(whose, &filled.id, filled.stay.as_deref().unwrap_or(""), &authored, &all)?;
        new = made;
        changed.append(&mut moved);
    }
    let form = of.form();
    desk.write_all(&new, changed, vec![desk.without_draft(&DraftKey { form: &form, patient: whose.id(), stay: "" })]).await
}

/// What the page says of the form as a whole.
struct Said {
    judged: bool,
    reason: String,
    reason_wrong: bool,
    meanwhile: bool,
    draft: Option<String>,
    lost: Vec<String>,
}

fn page(of: &Of, filling: &Filling, said: &Said) -> Result<Response, Refusal> {
    let whose = &of.open.whose;
    let evaluated = of.open.stands(filling);
    let title = of.open.title();
    let body = Body {
        voice: whose.voice(),
        title: title.clone(),
        back: whose.path(&percent(&of.filled.id)),
        here: of.here(),
        form: of.form(),
        patient: whose.id(),
        author: whose.desk.person.mark(),
        id: of.filled.id.clone(),
        version: of.filled.version,
        name: whose.banner.formal(),
        lines: of.open.lines(&evaluated, said.judged),
        draft: said.draft.clone(),
        judged: said.judged,
        unsettled: !evaluated.settled,
        reason: (!of.begun()).then(|| said.reason.clone()),
        reason_wrong: said.reason_wrong,
        longest: REASON,
        asides: of.begun(),
        lost: said.lost.clone(),
        meanwhile: said.meanwhile,
    };
    whose.page(title, body.render()?)
}
