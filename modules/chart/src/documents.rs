//! Documents, reports and images: what was written and pictured, newest first, and their content.

use crate::chart::{Chart, Content};
use crate::rows::{Row, behind, first_text, instant, joined, words};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use rihla_fhir::base64::decode;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Refusal, look};
use serde::Deserialize;

/// Documents of one kind on the page.
const MOST: &str = "100";
/// Where each kind keeps its attachments, what it is called, and when it was.
const KINDS: [(&str, &str, &str, &[&str]); 3] = [
    ("DocumentReference", "content.attachment", "type", &["date", "context.period.start"]),
    ("DiagnosticReport", "presentedForm", "code", &["effectiveDateTime", "effectivePeriod.start", "issued"]),
    ("Media", "content", "type", &["createdDateTime", "createdPeriod.start", "issued"]),
];
/// What a browser may show by itself; everything else is saved.
const SHOWN: [&str; 6] = ["application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"];

/// One attachment of a document.
struct Attached {
    /// Where its content is; empty for what is not kept here.
    path: String,
    /// The address of what is kept elsewhere: to be read, not to be followed out of the hospital.
    address: String,
    title: String,
    picture: bool,
}

/// Who takes in papers and files is let to the page for it (`modules/notes`).
const BRINGS: &str = "notes.documents";
/// Kinds of what is taken in there.
const BROUGHT: &str = "urn:rihla:document";

/// One document.
struct Document {
    id: String,
    version: u32,
    /// It was taken in here: whoever may can strike it through.
    brought: bool,
    when: i64,
    row: Row,
    attached: Vec<Attached>,
    text: String,
}

#[derive(Template)]
#[template(path = "chart/documents.html")]
struct Documents<'d> {
    voice: &'d Voice,
    documents: Vec<Document>,
    cut: bool,
    brings: bool,
    patient: &'d str,
    author: String,
    /// A reason was missing a moment ago.
    wrong: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    wrong: String,
}

/// `GET /patients/{patient}/documents`
pub async fn list(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (documents, cut) = all(&chart.desk, chart.id(), MOST, true)?;
    let body = Documents {
        voice: chart.voice(),
        documents,
        cut,
        brings: chart.desk.person.may(BRINGS),
        patient: chart.id(),
        author: chart.desk.person.mark(),
        wrong: !asked.wrong.is_empty(),
    }
    .render()?;
    chart.page("documents", Content { body, ..Content::default() })
}

/// The newest of them, for the synthesis.
pub fn newest(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (mut documents, cut) = all(desk, patient, "6", false)?;
    documents.retain(|document| !document.row.struck);
    let longer = documents.len() > 6;
    let first = |document: &Document| document.attached.iter().map(|attached| attached.path.clone()).find(|path| !path.is_empty());
    let row = |document: Document| Row { path: first(&document).unwrap_or_default(), ..document.row };
    crate::rows::render(&desk.voice, &documents.into_iter().take(6).map(row).collect::<Vec<_>>(), "chart-documents-none", cut || longer)
}

fn all(desk: &Desk, patient: &str, count: &str, with_errors: bool) -> Result<(Vec<Document>, bool), Refusal> {
    let (mut documents, mut cut) = (Vec::new(), false);
    for kind in KINDS {
        let sort = if kind.0 == "Media" { "-created" } else { "-date" };
        let mut parameters = vec![("patient", patient), ("_sort", sort), ("_count", count)];
        parameters.extend((!with_errors).then_some(("status:not", "entered-in-error")));
        let page = desk.search(kind.0, &parameters)?;
        cut |= page.next.is_some();
        documents.extend(page.matches.iter().filter_map(|stored| document(stored, kind, desk, patient)));
    }
    documents.sort_by_key(|document| std::cmp::Reverse(document.when));
    Ok((documents, cut))
}

/// A report in the list of a stay.
pub fn report(stored: &Stored, desk: &Desk, patient: &str) -> Option<Row> {
    let kind = KINDS.into_iter().find(|kind| kind.0 == "DiagnosticReport")?;
    let document = document(stored, kind, desk, patient)?;
    let mut more = document.row.more;
    if !document.text.is_empty() {
        more.push_text(if more.is_empty() { "" } else { " · " });
        more.push(&auto(document.text));
    }
    Some(Row { more, ..document.row })
}

fn document(stored: &Stored, (ty, content, name, dates): (&str, &str, &str, &[&str]), desk: &Desk, patient: &str) -> Option<Document> {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let id = stored.id.to_text();
    look(stored, |value| {
        let title = [words(value, name, lang), value.text("description").unwrap_or_default().into_owned()].into_iter().find(|title| !title.is_empty());
        let when = first_text(value, dates).unwrap_or_default();
        let attached = value
            .all(content)
            .into_iter()
            .enumerate()
            .filter_map(|(nth, one)| attachment(one, format!("/patients/{patient}/documents/{ty}/{id}/{nth}"), voice))
            .collect();
        let author = ["author", "performer", "operator"].iter().map(|path| behind(desk, value, path)).find(|name| !name.is_empty()).unwrap_or_default();
        let (status, of_text) = (value.text("status").unwrap_or_default(), value.text("docStatus").unwrap_or_default());
        let (badge, warns) = badge(&status, &of_text, voice);
        let row = Row {
            what: auto(title.unwrap_or_else(|| voice.t("chart-document"))),
            when: Html::text(voice.date(when.as_str())),
            more: joined([author, behind(desk, value, "custodian")]),
            badge,
            warns,
            struck: status == "entered-in-error" || of_text == "entered-in-error",
            ..Row::default()
        };
        let brought = value.all("type.coding").iter().any(|coding| coding.text("system").as_deref() == Some(BROUGHT));
        Document {
            id: id.clone(),
            version: stored.vid,
            brought: brought && status != "entered-in-error",
            when: instant(voice, &when),
            row,
            attached,
            text: value.text("conclusion").unwrap_or_default().into_owned(),
        }
    })
}

/// Words for the state of a document, and whether they warn: of what holds no more, nobody should act on.
fn badge(status: &str, of_text: &str, voice: &Voice) -> (String, bool) {
    match (status, of_text) {
        ("superseded", _) => (voice.t("chart-document-superseded"), true),
        ("cancelled", _) => (voice.t("chart-cancelled"), true),
        ("not-done", _) => (voice.t("chart-not-done"), true),
        ("stopped", _) => (voice.t("chart-act-stopped"), true),
        ("preliminary" | "partial" | "registered" | "preparation" | "in-progress" | "on-hold", _) | (_, "preliminary") => (voice.t("chart-preliminary"), false),
        ("amended" | "corrected" | "appended", _) | (_, "amended") => (voice.t("chart-document-amended"), false),
        ("unknown", _) => (voice.t("chart-status-unknown"), false),
        _ => (String::new(), false),
    }
}

/// `None` for what has neither content nor an address.
fn attachment(attachment: Value<'_>, path: String, voice: &Voice) -> Option<Attached> {
    let kind = attachment.text("contentType").unwrap_or_default();
    let title = attachment.text("title").map_or_else(|| voice.t("chart-document-open"), |title| title.into_owned());
    let kept = attachment.text("data").is_some() || attachment.reference("url", "Binary").is_some();
    let address = attachment.text("url").filter(|_| !kept).unwrap_or_default().into_owned();
    let picture = kept && kind.starts_with("image/") && SHOWN.contains(&kind.as_ref());
    (kept || !address.is_empty()).then(|| Attached { path: if kept { path } else { String::new() }, address, title, picture })
}

/// `GET /patients/{patient}/documents/{ty}/{document}/{part}`
pub async fn content(desk: Desk, Path((patient, ty, document, part)): Path<(String, String, String, usize)>) -> Result<Response, Refusal> {
    desk.require(crate::READ)?;
    let (_, place, _, _) = KINDS.into_iter().find(|(known, _, _, _)| *known == ty).ok_or_else(Refusal::not_found)?;
    let stored = desk.read(&ty, &document)?;
    let found = look(&stored, |value| {
        let own = value.reference("subject.reference", "Patient").as_deref() == Some(patient.as_str());
        value.all(place).get(part).filter(|_| own).and_then(|attachment| bytes(*attachment, &desk))
    });
    let (kind, bytes) = found.flatten().ok_or_else(Refusal::not_found)?;
    Ok(sent(&kind, bytes))
}

/// `GET /patients/{patient}/photo`
pub async fn photo(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(rihla_web::IDENTITY)?;
    let (kind, bytes) = desk.photo(&patient)?.filter(|(kind, _)| kind.starts_with("image/")).ok_or_else(Refusal::not_found)?;
    Ok(sent(&kind, bytes))
}

/// An attachment's type and content: its own, or that of the Binary it points to.
fn bytes(attachment: Value<'_>, desk: &Desk) -> Option<(String, Vec<u8>)> {
    let kind = attachment.text("contentType").unwrap_or_default().into_owned();
    if let Some(data) = attachment.text("data") {
        return Some((kind, decode(&data)?));
    }
    let binary = desk.read("Binary", &attachment.reference("url", "Binary")?).ok()?;
    look(&binary, |binary| Some((binary.text("contentType")?.into_owned(), decode(&binary.text("data")?)?))).flatten()
}

/// Whether content begins as its kind does (<https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern>).
fn begins_as(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/gif" => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        _ => std::str::from_utf8(bytes).is_ok(),
    }
}

/// Content from outside is shown as what it says it is, if it is, and may do nothing.
fn sent(kind: &str, bytes: Vec<u8>) -> Response {
    let plain = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let known = SHOWN.into_iter().find(|shown| *shown == plain && begins_as(shown, &bytes));
    let mut response = Response::new(Body::from(bytes));
    let out = response.headers_mut();
    let content_type = match known {
        Some("text/plain") => "text/plain; charset=utf-8",
        Some(kind) => kind,
        None => "application/octet-stream",
    };
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(if known.is_some() { "inline" } else { "attachment" }));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A viewer of PDF does not start in a sandbox; it runs no script of the page.
    let policy = if known == Some("application/pdf") {
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    };
    out.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(policy));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::voice;
    use rihla_fhir::json::{Limits, parse};
    use rihla_kernel::Lang;

    #[test]
    fn what_is_kept_elsewhere_is_not_linked_to() {
        let of = |json: &str| {
            let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
            attachment(doc.root(), "/here".to_owned(), &voice(Lang::French)).map(|one| (one.path, one.address, one.picture))
        };
        assert_eq!(of(r#"{"contentType":"image/png","data":"AA=="}"#), Some(("/here".to_owned(), String::new(), true)));
        assert_eq!(of(r#"{"url":"Binary/b1"}"#), Some(("/here".to_owned(), String::new(), false)));
        let outside = r#"{"contentType":"image/png","url":"https://pacs.example/1"}"#;
        assert_eq!(of(outside), Some((String::new(), "https://pacs.example/1".to_owned(), false)));
        assert_eq!(of(r#"{"title":"x"}"#), None);
    }

    #[test]
    fn what_holds_no_more_says_so() {
        let said = |status, of_text| badge(status, of_text, &voice(Lang::English));
        assert_eq!(said("superseded", "final"), ("replaced".to_owned(), true));
        assert_eq!(said("cancelled", ""), ("cancelled".to_owned(), true));
        assert_eq!(said("current", "preliminary").0, "preliminary");
        assert_eq!((said("current", "amended").0.as_str(), said("current", "final").0.as_str()), ("amended", ""));
    }
}
