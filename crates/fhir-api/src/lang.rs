//! The language an answer is written in.

use axum::http::{HeaderMap, header};
use rihla_fhir::issue::Language;

/// A language of the house. Screens and messages exist in all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    French,
    Arabic,
    English,
}

impl Lang {
    /// Reads a tag such as `ar-MA`; only its primary part counts.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next().map(str::to_ascii_lowercase).as_deref() {
            Some("fr") => Some(Self::French),
            Some("ar") => Some(Self::Arabic),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::Arabic => "ar",
            Self::English => "en",
        }
    }

    /// The language that Accept-Language prefers among ours (<https://www.rfc-editor.org/rfc/rfc9110#name-accept-language>).
    pub fn accepted(headers: &HeaderMap, default: Self) -> Self {
        let Some(wanted) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else { return default };
        let mut best = (0, default);
        for part in wanted.split(',') {
            let (tag, weight) = weighted(part);
            if let Some(lang) = Self::from_tag(tag).filter(|_| weight > best.0) {
                best = (weight, lang);
            }
        }
        best.1
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::French => Self::French,
            Lang::Arabic => Self::Arabic,
            Lang::English => Self::English,
        }
    }
}

/// Splits `text;q=0.8` into the text and its weight in thousandths (<https://www.rfc-editor.org/rfc/rfc9110#quality.values>).
pub(crate) fn weighted(part: &str) -> (&str, u32) {
    let (text, parameters) = part.split_once(';').unwrap_or((part, ""));
    let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    let weight = match quality.map(str::parse::<f32>) {
        None => 1000,
        Some(Ok(quality)) => (quality.clamp(0.0, 1.0) * 1000.0) as u32,
        Some(Err(_)) => 0,
    };
    (text.trim(), weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(header: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, header.parse().expect("header"));
        Lang::accepted(&headers, Lang::French)
    }

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(accepted("de, en;q=0.5, ar-MA;q=0.9"), Lang::Arabic);
        assert_eq!(accepted("en-GB"), Lang::English);
        assert_eq!(accepted("de"), Lang::French);
        assert_eq!(accepted("en;q=nonsense"), Lang::French);
        assert_eq!(Lang::accepted(&HeaderMap::new(), Lang::English), Lang::English);
    }
}
