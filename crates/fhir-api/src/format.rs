//! Which form an answer takes, and which form a body has (<https://hl7.org/fhir/R4/http.html#mime-type>).

use crate::messages;
use crate::refusal::{Refusal, Result};
use axum::http::{HeaderMap, header};
use rihla_kernel::weighted;

/// A form in which resources travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Json,
    Xml,
}

impl Format {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/fhir+json; charset=utf-8",
            Self::Xml => "application/fhir+xml; charset=utf-8",
        }
    }

    /// Reads a media type without its parameters, or one of the short names of `_format`.
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "application/fhir+json" | "application/json" | "application/json+fhir" | "text/json" | "json" => Some(Self::Json),
            "application/fhir+xml" | "application/xml" | "application/xml+fhir" | "text/xml" | "xml" => Some(Self::Xml),
            _ => None,
        }
    }

    /// The form to answer in: `_format` goes before Accept.
    pub fn accepted(headers: &HeaderMap, parameter: Option<&str>) -> Result<Self> {
        if let Some(wanted) = parameter {
            // A plus sign in a query string arrives as a space.
            let name = wanted.split(';').next().unwrap_or("").trim().replace(' ', "+");
            return Self::from_name(&name).ok_or_else(|| Refusal::with(&messages::NOT_ACCEPTABLE, name));
        }
        let mut best: Option<(u32, Self)> = None;
        let mut any = false;
        for accept in headers.get_all(header::ACCEPT) {
            any = true;
            let text = accept.to_str().unwrap_or("");
            if matches!(text, "application/fhir+json" | "*/*" | "application/json") {
                return Ok(Self::Json);
            }
            for part in text.split(',') {
                let (name, weight) = weighted(part);
                let found = if matches!(name, "*/*" | "application/*" | "text/html" | "text/*" | "") { Some(Self::Json) } else { Self::from_name(name) };
                let Some(format) = found.filter(|_| weight > 0 && fits_version(part)) else { continue };
                // A browser's Accept names XML by habit; what a person wants to see there is the JSON.
                if best.is_none_or(|(known, _)| weight > known) {
                    best = Some((weight, format));
                }
            }
        }
        match best {
            Some((_, format)) => Ok(format),
            None if any => {
                let named = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("?");
                Err(Refusal::with(&messages::NOT_ACCEPTABLE, named))
            }
            None => Ok(Self::Json),
        }
    }

    /// The form of a body. One that is not declared is taken for JSON.
    pub fn of_body(headers: &HeaderMap) -> Result<Self> {
        let Some(declared) = headers.get(header::CONTENT_TYPE) else { return Ok(Self::Json) };
        let text = declared.to_str().unwrap_or("");
        let name = text.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match Self::from_name(&name) {
            Some(format) if name.contains('/') && fits_charset(text) && fits_version(text) => Ok(format),
            _ => Err(Refusal::with(&messages::CONTENT_TYPE, "application/fhir+json, application/fhir+xml (UTF-8, FHIR 4.0)")),
        }
    }
}

/// Bodies come as they are: what is packed would pass the bounds on size unseen.
pub fn check_encoding(headers: &HeaderMap) -> Result<()> {
    let packed = headers.get_all(header::CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if packed { Err(Refusal::with(&messages::CONTENT_TYPE, "Content-Encoding: identity")) } else { Ok(()) }
}

/// Whether a media type leaves its FHIR version open or names ours (<https://hl7.org/fhir/R4/versioning.html#mt-version>).
fn fits_version(part: &str) -> bool {
    parameter(part, "fhirversion=").is_none_or(|version| version == "4.0" || version.starts_with("4.0."))
}

fn fits_charset(part: &str) -> bool {
    parameter(part, "charset=").is_none_or(|charset| charset == "utf-8" || charset == "utf8")
}

fn parameter(part: &str, name: &str) -> Option<String> {
    let found = part.split(';').skip(1).map(|parameter| parameter.trim().to_ascii_lowercase());
    found.into_iter().find_map(|parameter| parameter.strip_prefix(name).map(|value| value.trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &[&str], parameter: Option<&str>) -> Result<Format, &'static str> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, value.parse().expect("header"));
        }
        Format::accepted(&headers, parameter).map_err(|refusal| refusal.code())
    }

    #[test]
    fn the_parameter_goes_before_the_header() {
        assert_eq!(accepted(&["application/fhir+xml"], Some("json")), Ok(Format::Json));
        assert_eq!(accepted(&[], Some("application/fhir xml")), Ok(Format::Xml));
        assert_eq!(accepted(&[], Some("turtle")), Err("RH-API-NOT-ACCEPTABLE"));
    }

    #[test]
    fn weights_and_versions_count() {
        assert_eq!(accepted(&["application/fhir+json;q=0.5, application/fhir+xml"], None), Ok(Format::Xml));
        assert_eq!(accepted(&["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], None), Ok(Format::Json));
        assert_eq!(accepted(&["application/fhir+json; fhirVersion=3.0"], None), Err("RH-API-NOT-ACCEPTABLE"));
        assert_eq!(accepted(&["application/fhir+xml; fhirVersion=4.0"], None), Ok(Format::Xml));
        assert_eq!(accepted(&["image/png"], None), Err("RH-API-NOT-ACCEPTABLE"));
        assert_eq!(accepted(&[], None), Ok(Format::Json));
    }

    #[test]
    fn a_body_says_what_it_is() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().expect("header"));
            Format::of_body(&headers).map_err(|refusal| refusal.status.as_u16())
        };
        assert_eq!(of("application/fhir+json; charset=UTF-8"), Ok(Format::Json));
        assert_eq!(of("application/xml"), Ok(Format::Xml));
        assert_eq!(of("application/fhir+json; charset=latin1"), Err(415));
        assert_eq!(of("application/x-www-form-urlencoded"), Err(415));
        assert_eq!(of("json"), Err(415));
    }
}
