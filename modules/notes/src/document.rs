//! A paper that was scanned, or a file that was brought: looked at by its own beginning, bounded, kept with its kind and date.

use crate::DOCUMENTS;
use crate::form::REASON;
use crate::whose::Whose;
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use jiff::civil::Date;
use rihla_fhir::base64::encode_into;
use rihla_fhir::view::Look;
use rihla_packs::DocumentKind;
use rihla_web::text::Voice;
use rihla_web::{Desk, Reasoned, Refusal, Upload, go, look, percent, quoted};

/// The system of kinds of documents by their codes in the pack.
const KIND: &str = "urn:rihla:document";
/// Bytes of a file at most, and of the form that brings it.
const MOST: usize = 8 << 20;
pub const FORM: usize = MOST + (64 << 10);
/// The longest title.
const TITLE: usize = 120;

/// A code with its words, and whether it is chosen.
type Offer = (String, String, bool);

#[derive(Default)]
struct Typed {
    kind: String,
    title: String,
    date: String,
    id: String,
}

#[derive(Template)]
#[template(path = "notes/document.html")]
struct Body<'b> {
    voice: &'b Voice,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    id: String,
    name: String,
    kinds: Vec<Offer>,
    title: String,
    date: String,
    today: String,
    longest: usize,
    /// Names of fields with what is wrong with them.
    faults: Vec<(&'static str, String)>,
}

/// `GET /patients/{patient}/documents/new`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(DOCUMENTS)?;
    let whose = Whose::open(desk, &patient)?;
    form(&whose, Typed::default(), Vec::new())
}

/// `POST /patients/{patient}/documents/new`
pub async fn save(desk: Desk, Path(patient): Path<String>, sent: Upload) -> Result<Response, Refusal> {
    desk.require(DOCUMENTS)?;
    desk.own_form(sent.field("_author"), sent.field("_patient"), &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let field = |name: &str| sent.field(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let typed = Typed { kind: field("kind"), title: field("title"), date: field("date"), id: field("_id") };
    let voice = whose.voice();
    let mut faults = Vec::new();
    let kind = whose.desk.house.pack().notes.document(&typed.kind).cloned();
    if kind.is_none() {
        faults.push(("kind", voice.t("notes-wrong-kind")));
    }
    if typed.title.chars().count() > TITLE {
        faults.push(("title", voice.t("notes-wrong-long")));
    }
    let date = typed.date.parse::<Date>().ok().filter(|date| *date <= today(voice));
    if date.is_none() {
        faults.push(("date", voice.t("notes-wrong-date")));
    }
    let content = sent.file("file").unwrap_or_default();
    let found = is(&content);
    if content.len() > MOST {
        faults.push(("file", voice.t("notes-wrong-size")));
    } else if found.is_none() {
        faults.push(("file", voice.t(if content.is_empty() { "notes-wrong-no-file" } else { "notes-wrong-file" })));
    }
    let (Some(kind), Some(date), Some(content_type), true) = (kind, date, found, faults.is_empty()) else { return form(&whose, typed, faults) };
    let json = document(&whose, &kind, &typed, date, (content_type, &content))?;
    whose.desk.create_as(&typed.id, &json, Vec::new()).await?;
    Ok(go(&format!("/patients/{}/documents", percent(whose.id())), &[]))
}

fn document(whose: &Whose, kind: &DocumentKind, typed: &Typed, date: Date, (content_type, content): (&str, &[u8])) -> Result<String, Refusal> {
    let desk = &whose.desk;
    let mut data = Vec::with_capacity(content.len() / 3 * 4 + 4);
    encode_into(content, &mut data);
    let title = if typed.title.is_empty() { desk.named(&kind.names).into_owned() } else { typed.title.clone() };
    let concept = rihla_web::concept(KIND, &kind.code, &kind.names).replacen(
        r#""coding":["#,
        &format!(r#""coding":[{{"system":"http://loinc.org","code":{}}},"#, quoted(&kind.loinc)),
        1,
    );
    let context =
        desk.running_stay(whose.id())?.map(|stay| format!(r#","context":{{"encounter":[{{"reference":{}}}]}}"#, quoted(&format!("Encounter/{stay}"))));
    Ok(format!(
        r#"{{"resourceType":"DocumentReference","status":"current","docStatus":"final","type":{concept},"subject":{{"reference":{}}},"date":{},"author":[{}],"description":{title},"content":[{{"attachment":{{"contentType":"{content_type}","data":"{}","title":{title},"creation":"{date}"}}}}]{}}}"#,
        quoted(&format!("Patient/{}", whose.id())),
        quoted(&desk.instant()),
        desk.author_reference(),
        String::from_utf8_lossy(&data),
        context.unwrap_or_default(),
        title = quoted(&title),
    ))
}

/// What a file is, by how it begins (<https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern>); what a browser
/// cannot show is not taken in.
fn is(content: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 3] = [(b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg")];
    KNOWN.iter().find(|(begin, _)| content.starts_with(begin)).map(|(_, kind)| *kind)
}

fn today(voice: &Voice) -> Date {
    let now = jiff::Timestamp::from_millisecond(voice.now().0).unwrap_or_default();
    now.to_zoned(voice.zone().clone()).date()
}

fn form(whose: &Whose, typed: Typed, faults: Vec<(&'static str, String)>) -> Result<Response, Refusal> {
    let (voice, desk) = (whose.voice(), &whose.desk);
    let kinds = desk.house.pack().notes.documents.iter();
    let body = Body {
        voice,
        here: format!("/patients/{}/documents/new", percent(whose.id())),
        back: format!("/patients/{}/documents", percent(whose.id())),
        patient: whose.id(),
        author: desk.person.mark(),
        id: if typed.id.is_empty() { desk.reserve("DocumentReference", whose.id())? } else { typed.id },
        name: whose.banner.formal(),
        kinds: kinds.map(|kind| (kind.code.clone(), desk.named(&kind.names).into_owned(), kind.code == typed.kind)).collect(),
        title: typed.title,
        date: if typed.date.is_empty() { today(voice).to_string() } else { typed.date },
        today: today(voice).to_string(),
        longest: TITLE,
        faults,
    };
    whose.page_in("documents", voice.t("notes-document-new"), body.render()?)
}

/// `POST /patients/{patient}/documents/{document}/strike`: what somebody brought into the wrong chart. What was certified is
/// taken back by who certified it (`modules/papers`).
pub async fn strike(desk: Desk, Path((patient, document)): Path<(String, String)>, Form(striking): Form<Reasoned>) -> Result<Response, Refusal> {
    desk.require(DOCUMENTS)?;
    desk.own_form(&striking.author, &striking.patient, &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let stored = whose.desk.read("DocumentReference", &document)?;
    let own = look(&stored, |one| {
        let brought = one.all("type.coding").iter().any(|coding| coding.text("system").as_deref() == Some(KIND));
        brought && one.reference("subject.reference", "Patient").as_deref() == Some(whose.id())
    });
    if own != Some(true) {
        return Err(Refusal::not_found());
    }
    let list = format!("/patients/{}/documents", percent(whose.id()));
    let reason = striking.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Ok(go(&format!("{list}?wrong=1"), &[]));
    }
    whose.desk.strike("DocumentReference", &document, striking.version, reason, Vec::new()).await?;
    Ok(go(&list, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NOTE-13
    #[test]
    fn a_file_is_what_it_begins_as_whatever_it_is_called() {
        assert_eq!(is(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(is(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(is(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        for other in [b"<html>".as_slice(), b"MZ", b"", b"PK\x03\x04", b"GIF89a"] {
            assert_eq!(is(other), None);
        }
    }
}
