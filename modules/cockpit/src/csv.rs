//! Figures as a table for other programs: codes, numbers and units of the house; never a name of somebody.

use crate::overview::found;
use crate::span::{Asked, Looked, question, today, unit};
use crate::{EXPORT, said};
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rihla_indicators::figure::{CODES, Figure, by_unit, figure};
use rihla_web::{Desk, Refusal, World};

/// `period_from,period_to` are the first and the last day; `world` says whether the patients are real.
const HEAD: &str = "world,definitions,indicator,unit,period_from,period_to,kind,value,median_ms,p90_ms,numerator,denominator,missing,pending\r\n";

/// `GET /cockpit/csv?month=2026-01`
pub async fn all(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(EXPORT)?;
    let (looked, unit) = (Looked::of(&asked, today(&desk)), unit(&desk, &asked)?);
    let (found, complete) = found(&desk, looked, unit)?;
    let own = said::unit(&desk, unit);
    let lines = found.iter().map(|(code, found)| line(&desk, looked, code, &own, &found.now));
    Ok(file(&desk, complete, looked, lines.collect()))
}

/// `GET /cockpit/{indicator}/csv?month=2026-01`: by unit
pub async fn one(desk: Desk, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(EXPORT)?;
    let Some(code) = CODES.into_iter().find(|known| *known == code) else { return Err(Refusal::not_found()) };
    let (looked, unit) = (Looked::of(&asked, today(&desk)), unit(&desk, &asked)?);
    let asked = question(&desk, looked.period(desk.voice.zone()), unit);
    let ((whole, units), complete) = desk.figures(|facts| (figure(facts, code, &asked), by_unit(facts, code, &asked)))?;
    let mut lines: Vec<String> = whole.iter().map(|figure| line(&desk, looked, code, &said::unit(&desk, unit), figure)).collect();
    let hospitals = said::hospitals(&desk, unit, &units.iter().map(|(key, _)| *key).collect::<Vec<_>>())?;
    lines.extend(units.iter().map(|(key, figure)| line(&desk, looked, code, &said::placed(&desk, &hospitals, *key), figure)));
    Ok(file(&desk, complete, looked, lines))
}

fn line(desk: &Desk, looked: Looked, code: &str, unit: &str, figure: &Figure) -> String {
    let optional = |ms: Option<i64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
    let value = figure.value().map(|value| format!("{value:.6}")).unwrap_or_default();
    let kind = match figure.kind {
        rihla_indicators::figure::Kind::Wait => "minutes",
        rihla_indicators::figure::Kind::Share => "percent",
        rihla_indicators::figure::Kind::Days => "days",
        rihla_indicators::figure::Kind::Times => "times",
    };
    format!(
        "{},{},{code},{},{},{},{kind},{value},{},{},{},{},{},{}\r\n",
        desk.house.world().tag(),
        rihla_indicators::DEFINITIONS,
        quoted(unit),
        looked.first,
        looked.last(),
        optional(figure.median),
        optional(figure.p90),
        figure.numerator,
        figure.denominator,
        figure.missing,
        figure.pending
    )
}

/// A cell that a spreadsheet takes for text and not for a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn file(desk: &Desk, complete: bool, looked: Looked, lines: Vec<String>) -> Response {
    let real = desk.house.world() == World::Production;
    let (mark, part) = (if real { "" } else { "-NOT-REAL" }, if complete { "" } else { "-INCOMPLETE" });
    let name = format!("attachment; filename=\"cockpit-{}{mark}{part}.csv\"", looked.query().replace('=', "-"));
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (head, format!("{HEAD}{}", lines.concat())).into_response()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!((quoted("=1+1"), quoted("a\"b")), ("\"'=1+1\"".to_owned(), "\"a\"\"b\"".to_owned()));
    }
}
