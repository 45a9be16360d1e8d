//! Forms as files: a version as FHIR JSON, and a questionnaire of elsewhere as a draft.

use crate::EDIT;
use crate::list::{self, Refused};
use crate::version::{self, Version};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Limits, parse, push_pretty};
use rihla_fhir::validate::{Options, validate};
use rihla_fhir::view::Look;
use rihla_web::{Desk, Refusal, Upload, go, percent, type_of};

/// Faults of a file that are told.
const TOLD: usize = 10;

/// `GET /forms/{questionnaire}/json`: as it stands in the record, laid out for people.
pub async fn export(desk: Desk, Path(id): Path<String>) -> Result<Response, Refusal> {
    desk.require(EDIT)?;
    let stored = Version::read(&desk, &id)?.stored;
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| Refusal::not_found())?;
    let mut out = Vec::with_capacity(json.len() * 2);
    push_pretty(doc.root(), 0, &mut out);
    let name = format!("attachment; filename=\"questionnaire-{}.json\"", stored.id.to_text());
    let name = HeaderValue::from_str(&name).map_err(|_| Refusal::not_found())?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((head, out).into_response())
}

/// `POST /forms/import`: a file becomes a draft, all of it kept; what is no valid Questionnaire of R4 is told and not kept.
pub async fn import(desk: Desk, sent: Upload) -> Result<Response, Refusal> {
    desk.require(EDIT)?;
    desk.same_author(sent.field("_author"))?;
    let Some(file) = sent.file("file") else { return list::refused(desk, Refused::plain("RH-FORMS-FILE-NONE")) };
    let doc = match parse(&file, &Limits::default()) {
        Ok(doc) => doc,
        Err(why) => return list::refused(desk, Refused { code: "RH-FORMS-FILE-JSON", told: vec![why.to_string()], path: None }),
    };
    let root = doc.root();
    if root.text("resourceType").as_deref() != Some("Questionnaire") {
        return list::refused(desk, Refused::plain("RH-FORMS-FILE-OTHER"));
    }
    let mut issues = Issues::default();
    validate(root, Some(type_of("Questionnaire")?), Options::default(), &mut (), &mut issues);
    if !issues.accepted() {
        let lang = desk.voice.lang();
        let told = issues.list().iter().take(TOLD).map(|issue| format!("{}: {}", issue.expression, issue.message(lang))).collect();
        return list::refused(desk, Refused { code: "RH-FORMS-FILE-INVALID", told, path: None });
    }
    let url = root.text("url").unwrap_or_default().into_owned();
    if let Some(draft) = version::draft_beside(&desk, &url, "")? {
        let path = format!("/forms/{}", percent(&draft.sheet.id));
        return list::refused(desk, Refused { code: "RH-FORMS-FILE-DRAFT", told: Vec::new(), path: Some(path) });
    }
    let id = desk.record.reserve(type_of("Questionnaire")?, None)?.to_text();
    let json = version::as_draft(&desk, root, &version::address(&id), None);
    desk.create_as(&id, &json, Vec::new()).await?;
    Ok(go(&format!("/forms/{}/edit", percent(&id)), &[]))
}
