//! Filling a form in: each answer is a draft within a second, conditions and calculations follow what is typed, and what is
//! saved is one commit with the Observations that come of it.

use crate::field::{Line, Lines};
use crate::known::{self, Last};
use crate::response::New;
use crate::whose::Whose;
use crate::{FILL, derived, sheet};
use askama::Template;
use axum::extract::{Form as Sent, Path};
use axum::response::Response;
use rihla_kernel::{Fault, FaultKind};
use rihla_questionnaire::{Evaluated, Filling, Form, Key, Launch, Said, begin, evaluate, items, observed};
use rihla_web::text::Voice;
use rihla_web::{Desk, DraftKey, Refusal, go, percent};
use std::collections::BTreeMap;

/// The longest reason.
pub const REASON: usize = 300;

/// The fields of a page by their names.
pub type Fields = BTreeMap<String, String>;

/// The answers of a form that is open.
#[derive(Template)]
#[template(path = "forms/asked.html")]
pub struct Asked<'a> {
    pub voice: &'a Voice,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "forms/form.html")]
pub struct Body<'b> {
    pub voice: &'b Voice,
    pub title: String,
    pub back: String,
    pub here: String,
    pub form: String,
    pub patient: &'b str,
    pub author: String,
    pub id: String,
    pub version: u32,
    pub name: String,
    pub lines: Vec<Line>,
    pub draft: Option<String>,
    /// Something is missing or wrong, and was to be saved.
    pub judged: bool,
    /// What is calculated never stands still.
    pub unsettled: bool,
    /// Why answers are changed; none where no reason is asked for.
    pub reason: Option<String>,
    pub reason_wrong: bool,
    pub longest: usize,
    /// It may be put aside unfinished.
    pub asides: bool,
    /// Answers that the form has no place for.
    pub lost: Vec<String>,
    /// Somebody else wrote it meanwhile.
    pub meanwhile: bool,
}

/// A form open on a patient, with what is known.
pub struct Open {
    pub whose: Whose,
    pub form: Form,
    pub launch: Launch,
    pub last: BTreeMap<usize, Last>,
}

impl Open {
    pub fn new(whose: Whose, form: Form) -> Result<Self, Refusal> {
        let (launch, last) = (known::launch(&whose)?, known::last(&whose, &form)?);
        Ok(Self { whose, form, launch, last })
    }

    pub fn typed(&self, fields: &Fields) -> Filling {
        let mut filling = Filling::typed(&self.form, fields, self.whose.voice().zone());
        let more = fields.get("act").and_then(|act| act.strip_prefix("add:")).and_then(|name| Key::parse(name, 'q'));
        if let Some(key) = more {
            let shown = filling.rows.get(&key).copied().unwrap_or(1);
            filling.add(&key, shown);
        }
        filling
    }

    pub fn stands(&self, filling: &Filling) -> Evaluated {
        evaluate(&self.form, filling, &self.launch)
    }

    pub fn lines(&self, evaluated: &Evaluated, judged: bool) -> Vec<Line> {
        Lines { voice: self.whose.voice(), form: &self.form, last: &self.last, judged }.of(evaluated)
    }

    pub fn title(&self) -> String {
        self.form.title.of(self.whose.voice().lang()).to_owned()
    }

    /// The answers alone, for a page that is on screen.
    pub fn part(&self, fields: &Fields) -> Result<Response, Refusal> {
        let evaluated = self.stands(&self.typed(fields));
        let body = Asked { voice: self.whose.voice(), lines: self.lines(&evaluated, false) }.render()?;
        Ok(self.whose.desk.part(body))
    }
}

/// The name of a form's draft. It has at most 64 letters, which an id alone may have.
pub fn draft_of(act: &str, id: &str) -> String {
    if id.len() <= 40 {
        return format!("forms.{act}.{id}");
    }
    // FNV-1a (<https://www.rfc-editor.org/rfc/rfc9923>): two long ids with one mark would share a draft of one author only.
    let mark = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("forms.{act}.{mark:016x}")
}

/// That a page's fields are of this patient and of who sends them.
pub fn check(desk: &Desk, fields: &Fields, patient: &str) -> Result<(), Refusal> {
    desk.require(FILL)?;
    let own = |name: &str| fields.get(name).map_or("", String::as_str);
    desk.own_form(own("_author"), own("_patient"), patient)
}

fn open(desk: Desk, patient: &str, id: &str) -> Result<Open, Refusal> {
    desk.require(FILL)?;
    let whose = Whose::open(desk, patient)?;
    let stored = whose.desk.read("Questionnaire", id)?;
    let active = sheet::Sheet::of(&stored).is_some_and(|sheet| sheet.status == "active");
    if !active {
        return Err(Fault::new(FaultKind::Conflict, "RH-FORMS-NOT-ACTIVE", "Only an active form is filled in.").into());
    }
    match sheet::form(&whose.desk, &stored)? {
        Ok(form) => Open::new(whose, form),
        Err(_) => {
            Err(Fault::new(FaultKind::Unprocessable, "RH-FORMS-FAULTS", "This form has faults and cannot be filled in; the list of forms tells them.").into())
        }
    }
}

/// `GET /patients/{patient}/forms/new/{questionnaire}`
pub async fn show(desk: Desk, Path((patient, id)): Path<(String, String)>) -> Result<Response, Refusal> {
    let open = open(desk, &patient, &id)?;
    let form = draft_of("fill", &id);
    let draft = open.whose.desk.draft(&DraftKey { form: &form, patient: open.whose.id(), stay: "" })?;
    let filling = match &draft {
        Some(draft) => open.typed(draft.fields()),
        None => begin(&open.form, &open.launch, &open.last.iter().map(|(item, last)| (*item, last.answer.clone())).collect()),
    };
    page(&open, &id, &filling, "", Above { draft: draft.map(|draft| open.whose.voice().time(draft.at)), ..Above::default() })
}

/// `POST /patients/{patient}/forms/new/{questionnaire}/part`
pub async fn part(desk: Desk, Path((patient, id)): Path<(String, String)>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    check(&desk, &fields, &patient)?;
    open(desk, &patient, &id)?.part(&fields)
}

/// `POST /patients/{patient}/forms/new/{questionnaire}`
pub async fn save(desk: Desk, Path((patient, id)): Path<(String, String)>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    check(&desk, &fields, &patient)?;
    let open = open(desk, &patient, &id)?;
    let filling = open.typed(&fields);
    let evaluated = open.stands(&filling);
    let own = fields.get("_id").map_or("", String::as_str);
    let status = match fields.get("act").map(String::as_str) {
        Some("done") => "completed",
        Some("aside") => "in-progress",
        _ => return page(&open, &id, &filling, own, Above::default()),
    };
    if !may_stand(&filling, &evaluated, status == "completed") {
        return page(&open, &id, &filling, own, Above { judged: true, ..Above::default() });
    }
    let there = open.whose.path(&percent(own));
    if let Ok(filled) = open.whose.filled(own) {
        // A page that was saved and gone back to is not the same page sent twice: what was typed since is not dropped.
        let same = filled.is(status, &items(&open.form, &evaluated.parts));
        return if same { Ok(go(&there, &[])) } else { page(&open, &id, &filling, own, Above { meanwhile: true, ..Above::default() }) };
    }
    write(&open, &id, &evaluated, own, status).await?;
    Ok(go(&there, &[]))
}

/// Whether answers may be saved: nothing that was typed is lost, and what is completed has no fault.
pub fn may_stand(filling: &Filling, evaluated: &Evaluated, whole: bool) -> bool {
    let unread = filling.said.values().any(|said| matches!(said, Said::Unread(..)));
    if whole { evaluated.settled && evaluated.faults().is_empty() } else { !unread }
}

async fn write(open: &Open, id: &str, evaluated: &Evaluated, own: &str, status: &str) -> Result<(), Refusal> {
    let desk = &open.whose.desk;
    let stay = known::stay(&open.whose)?;
    let now = desk.instant();
    let new = New {
        canonical: &open.form.canonical(),
        status,
        patient: open.whose.id(),
        stay: &stay,
        now: &now,
        author: &desk.author_reference(),
        by: &desk.person.mark(),
        items: &items(&open.form, &evaluated.parts),
    };
    let mut all = vec![(own.to_owned(), new.json())];
    if status == "completed" {
        for observed in observed(&open.form, evaluated) {
            all.push((desk.reserve("Observation", open.whose.id())?, derived::json(&open.whose, own, &stay, &now, &observed)));
        }
    }
    let draft = draft_of("fill", id);
    desk.create_all_as(&all, vec![desk.without_draft(&DraftKey { form: &draft, patient: open.whose.id(), stay: "" })]).await
}

/// What the page says above the questions.
#[derive(Default)]
struct Above {
    judged: bool,
    draft: Option<String>,
    meanwhile: bool,
}

fn page(open: &Open, id: &str, filling: &Filling, own: &str, above: Above) -> Result<Response, Refusal> {
    let (whose, desk) = (&open.whose, &open.whose.desk);
    let evaluated = open.stands(filling);
    let body = Body {
        voice: whose.voice(),
        title: open.title(),
        back: whose.path(""),
        here: whose.path(&format!("new/{}", percent(id))),
        form: draft_of("fill", id),
        patient: whose.id(),
        author: desk.person.mark(),
        id: if own.is_empty() { desk.reserve("QuestionnaireResponse", whose.id())? } else { own.to_owned() },
        version: 0,
        name: whose.banner.formal(),
        lines: open.lines(&evaluated, above.judged),
        draft: above.draft,
        judged: above.judged,
        unsettled: !evaluated.settled,
        reason: None,
        reason_wrong: false,
        longest: REASON,
        asides: true,
        lost: Vec::new(),
        meanwhile: above.meanwhile,
    };
    whose.page(open.title(), body.render()?)
}
