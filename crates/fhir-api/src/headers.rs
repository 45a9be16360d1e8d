//! Conditions and preferences that a request carries (<https://hl7.org/fhir/R4/http.html#concurrency>).

use crate::messages;
use crate::refusal::{Refusal, Result};
use axum::http::HeaderMap;
use rihla_kernel::Instant;
use rihla_store::backend::Expect;
use std::time::{Duration, UNIX_EPOCH};

/// What the answer to a write shows (<https://hl7.org/fhir/R4/http.html#ops>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    Minimal,
    Representation,
    OperationOutcome,
}

/// How an unknown search parameter is taken (<https://hl7.org/fhir/R4/search.html#errors>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    Strict,
    #[default]
    Lenient,
}

/// What Prefer asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `None` where the request leaves it open.
    pub shown: Option<Return>,
    pub handling: Strictness,
}

impl Preferences {
    pub fn of(headers: &HeaderMap) -> Self {
        let mut found = Self::default();
        for value in headers.get_all("prefer") {
            for word in value.to_str().unwrap_or("").split([',', ';']) {
                match word.trim() {
                    "return=minimal" => found.shown = Some(Return::Minimal),
                    "return=representation" => found.shown = Some(Return::Representation),
                    "return=OperationOutcome" => found.shown = Some(Return::OperationOutcome),
                    "handling=strict" => found.handling = Strictness::Strict,
                    "handling=lenient" => found.handling = Strictness::Lenient,
                    _ => {}
                }
            }
        }
        found
    }
}

/// What must hold for a request to be done. A transaction's entry carries the same (<https://hl7.org/fhir/R4/bundle.html>).
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub if_match: Option<Match>,
    pub if_none_match: Option<NoneMatch>,
    pub if_modified_since: Option<Instant>,
    /// The search criteria of a conditional create, as they came.
    pub if_none_exist: Option<String>,
}

/// What If-Match asks of the target (<https://www.rfc-editor.org/rfc/rfc9110#field.if-match>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// `*`: that there is one.
    Any,
    Version(u32),
}

impl Match {
    pub fn parse(tag: &str) -> Option<Self> {
        if tag.trim() == "*" { Some(Self::Any) } else { version_of_etag(tag).map(Self::Version) }
    }
}

impl Conditions {
    /// What a write asks of its target.
    pub fn expectation(&self) -> Expect {
        match (self.if_match, &self.if_none_match) {
            (Some(Match::Version(version)), _) => Expect::Version(version),
            (Some(Match::Any), _) => Expect::Present,
            (None, Some(NoneMatch::Any)) => Expect::Absent,
            _ => Expect::Any,
        }
    }
}

/// The two uses of If-None-Match: on reading and on writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoneMatch {
    Any,
    Versions(Vec<u32>),
}

impl NoneMatch {
    pub fn matches(&self, vid: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&vid),
        }
    }

    pub fn parse(text: &str) -> Self {
        if text.trim() == "*" { Self::Any } else { Self::Versions(text.split(',').filter_map(version_of_etag).collect()) }
    }
}

impl Conditions {
    pub fn of(headers: &HeaderMap) -> Result<Self> {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let if_match = match text("if-match") {
            None => None,
            Some(tag) => Some(Match::parse(tag).ok_or_else(|| Refusal::with(&messages::BAD_CONDITION, "If-Match"))?),
        };
        Ok(Self {
            if_match,
            if_none_match: text("if-none-match").map(NoneMatch::parse),
            // RFC 9110 §13.1.3: a date that cannot be read is as if it were not there.
            if_modified_since: text("if-modified-since").and_then(parse_http_date),
            if_none_exist: text("if-none-exist").map(|text| text.trim_start_matches('?').to_owned()).filter(|text| !text.is_empty()),
        })
    }
}

/// The version in `W/"3"`; tags that are not weak or lack quotes are understood too.
pub fn version_of_etag(tag: &str) -> Option<u32> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
    tag.trim_matches('"').parse().ok().filter(|version| *version > 0)
}

/// An instant as HTTP writes dates; it has whole seconds only (<https://www.rfc-editor.org/rfc/rfc9110#http.date>).
pub fn http_date(instant: Instant) -> String {
    let seconds = u64::try_from(instant.0.div_euclid(1000)).unwrap_or(0);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND)))
}

/// The end of the year 9999, beyond which HTTP has no dates.
const LAST_SECOND: u64 = 253_402_300_799;

fn parse_http_date(text: &str) -> Option<Instant> {
    let time = httpdate::parse_http_date(text).ok()?;
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    i64::try_from(seconds).ok().map(|seconds| Instant(seconds.saturating_mul(1000)))
}

/// Whether something changed at `changed` is news to a reader who has what there was at `known`.
pub fn modified_since(changed: Instant, known: Instant) -> bool {
    changed.0.div_euclid(1000) > known.0.div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_every_form_of_its_tag() {
        assert_eq!(version_of_etag("W/\"12\""), Some(12));
        assert_eq!(version_of_etag(" \"3\" "), Some(3));
        assert_eq!(version_of_etag("4"), Some(4));
        assert_eq!(version_of_etag("W/\"a\""), None);
        assert_eq!(version_of_etag("W/\"0\""), None);
    }

    #[test]
    fn dates_go_there_and_back() {
        let instant = Instant(1_790_000_000_999);
        assert_eq!(http_date(instant), "Mon, 21 Sep 2026 14:13:20 GMT");
        assert_eq!(parse_http_date(&http_date(instant)), Some(Instant(1_790_000_000_000)));
        assert!(!modified_since(instant, Instant(1_790_000_000_000)));
        assert_eq!(http_date(Instant(i64::MAX)), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn prefer_may_come_in_one_line_or_in_several() {
        let mut headers = HeaderMap::new();
        headers.append("prefer", "return=minimal, handling=strict".parse().expect("header"));
        assert_eq!(Preferences::of(&headers), Preferences { shown: Some(Return::Minimal), handling: Strictness::Strict });
        headers.append("prefer", "return=OperationOutcome".parse().expect("header"));
        assert_eq!(Preferences::of(&headers).shown, Some(Return::OperationOutcome));
    }

    #[test]
    fn an_unreadable_condition_is_never_taken_for_none() {
        let mut headers = HeaderMap::new();
        headers.insert(axum::http::header::IF_MATCH, "three".parse().expect("header"));
        assert!(Conditions::of(&headers).is_err());
        headers.insert(axum::http::header::IF_MATCH, "W/\"3\"".parse().expect("header"));
        headers.insert(axum::http::header::IF_NONE_MATCH, "*".parse().expect("header"));
        let conditions = Conditions::of(&headers).expect("readable");
        assert_eq!((conditions.if_match, conditions.if_none_match), (Some(Match::Version(3)), Some(NoneMatch::Any)));
    }
}
