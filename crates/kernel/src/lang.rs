//! The languages of the house.

/// A language that screens and messages exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    #[default]
    French,
    Arabic,
    English,
}

impl Lang {
    /// Every language, the first one first.
    pub const ALL: [Self; 3] = [Self::French, Self::Arabic, Self::English];

    /// Reads a tag such as `ar-MA`; only its primary part counts.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?;
        Self::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.tag()))
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::Arabic => "ar",
            Self::English => "en",
        }
    }

    /// Whether lines of this language run from right to left.
    pub fn right_to_left(self) -> bool {
        self == Self::Arabic
    }

    /// The language that Accept-Language prefers among ours (<https://www.rfc-editor.org/rfc/rfc9110#name-accept-language>).
    pub fn accepted(header: &str, default: Self) -> Self {
        let mut best = (0, default);
        for part in header.split(',') {
            let (tag, weight) = weighted(part);
            if let Some(lang) = Self::from_tag(tag).filter(|_| weight > best.0) {
                best = (weight, lang);
            }
        }
        best.1
    }
}

/// Splits `text;q=0.8` into the text and its weight in thousandths (<https://www.rfc-editor.org/rfc/rfc9110#quality.values>).
pub fn weighted(part: &str) -> (&str, u32) {
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

    #[test]
    fn the_heaviest_known_language_wins() {
        let accepted = |header| Lang::accepted(header, Lang::French);
        assert_eq!(accepted("de, en;q=0.5, ar-MA;q=0.9"), Lang::Arabic);
        assert_eq!(accepted("en-GB"), Lang::English);
        assert_eq!(accepted("de"), Lang::French);
        assert_eq!(accepted("en;q=nonsense"), Lang::French);
        assert_eq!(Lang::accepted("", Lang::English), Lang::English);
    }
}
