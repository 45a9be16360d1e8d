//! Character sets of MSH-18 (table 0211), by small tables of our own.

use crate::ParseError;
use crate::header::charset_of;
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    Ascii,
    /// 8859/1: Western Europe.
    Latin1,
    /// 8859/6: Arabic.
    Arabic,
    /// 8859/15: Western Europe with the euro sign and all of French.
    Latin9,
    #[default]
    Utf8,
}

/// What 8859/15 has in another place than 8859/1.
const LATIN9: [(u8, char); 8] = [(0xA4, '€'), (0xA6, 'Š'), (0xA8, 'š'), (0xB4, 'Ž'), (0xB8, 'ž'), (0xBC, 'Œ'), (0xBD, 'œ'), (0xBE, 'Ÿ')];

impl Charset {
    /// By the name in MSH-18. Spaces, dashes and case do not count: `UNICODE UTF-8` is written in many ways.
    pub fn named(name: &str) -> Result<Self, ParseError> {
        let plain: String = name.chars().filter(|it| !matches!(it, ' ' | '-' | '_')).map(|it| it.to_ascii_uppercase()).collect();
        match plain.as_str() {
            "ASCII" | "USASCII" => Ok(Self::Ascii),
            "8859/1" | "ISO8859/1" | "ISO88591" | "88591" => Ok(Self::Latin1),
            "8859/6" | "ISO8859/6" | "ISO88596" | "88596" => Ok(Self::Arabic),
            "8859/15" | "ISO8859/15" | "ISO885915" | "885915" => Ok(Self::Latin9),
            "UNICODEUTF8" | "UTF8" | "UNICODE" => Ok(Self::Utf8),
            _ => Err(ParseError::UnknownCharset { name: name.chars().take(40).collect() }),
        }
    }

    /// As MSH-18 writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Latin1 => "8859/1",
            Self::Arabic => "8859/6",
            Self::Latin9 => "8859/15",
            Self::Utf8 => "UNICODE UTF-8",
        }
    }

    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, ParseError> {
        // What all sets agree on is lent as it is.
        if bytes.is_ascii() || self == Self::Utf8 {
            return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| self.refuse(error.valid_up_to()));
        }
        let mut out = String::with_capacity(bytes.len() + bytes.len() / 4);
        for (offset, byte) in bytes.iter().enumerate() {
            out.push(self.character(*byte).ok_or_else(|| self.refuse(offset))?);
        }
        Ok(Cow::Owned(out))
    }

    fn refuse(self, offset: usize) -> ParseError {
        ParseError::NotInCharset { charset: self.name(), offset }
    }

    fn character(self, byte: u8) -> Option<char> {
        match (self, byte) {
            (_, 0..=0x7F) => Some(char::from(byte)),
            (Self::Ascii | Self::Utf8, _) => None,
            (Self::Latin1, _) => Some(char::from(byte)),
            (Self::Latin9, _) => Some(LATIN9.iter().find(|(known, _)| *known == byte).map_or(char::from(byte), |(_, character)| *character)),
            (Self::Arabic, 0x80..=0xA0 | 0xA4 | 0xAD) => Some(char::from(byte)),
            // The Arabic block in its own order, with gaps.
            (Self::Arabic, 0xAC | 0xBB | 0xBF | 0xC1..=0xDA | 0xE0..=0xF2) => char::from_u32(0x0560 + u32::from(byte)),
            (Self::Arabic, _) => None,
        }
    }

    /// Text as bytes of this set; the first character that it lacks otherwise.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        if self == Self::Utf8 || text.is_ascii() {
            return Ok(text.as_bytes().to_vec());
        }
        text.chars().map(|character| self.byte(character).ok_or(character)).collect()
    }

    fn byte(self, character: char) -> Option<u8> {
        let code = u32::from(character);
        if code < 0x80 {
            return u8::try_from(code).ok();
        }
        let candidate = match self {
            Self::Arabic if code >= 0x0600 => u8::try_from(code.checked_sub(0x0560)?).ok()?,
            Self::Latin9 => LATIN9.iter().find(|(_, known)| *known == character).map(|(byte, _)| *byte).or_else(|| u8::try_from(code).ok())?,
            _ => u8::try_from(code).ok()?,
        };
        (self.character(candidate) == Some(character)).then_some(candidate)
    }
}

/// A message's bytes as text, by its own MSH-18, or by `otherwise` if that is empty.
pub fn decode(bytes: &[u8], otherwise: Charset) -> Result<(Cow<'_, str>, Charset), ParseError> {
    let charset = charset_of(bytes, otherwise)?;
    Ok((charset.decode(bytes)?, charset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_and_read_in_their_own_sets() {
        let cases = [
            (Charset::Latin1, "Zoé Müller", true),
            (Charset::Latin1, "Œuvre", false),
            (Charset::Latin9, "Œuvre à 5 €", true),
            (Charset::Latin9, "¤", false),
            (Charset::Arabic, "محمد العلوي، نعم؟", true),
            (Charset::Arabic, "Zoé", false),
            (Charset::Ascii, "Zoe", true),
            (Charset::Ascii, "Zoé", false),
            (Charset::Utf8, "محمد Zoé", true),
        ];
        for (charset, text, fits) in cases {
            match charset.encode(text) {
                Ok(bytes) => {
                    assert!(fits, "{text}");
                    assert_eq!(charset.decode(&bytes).expect("own bytes"), text);
                    assert!(charset == Charset::Utf8 || bytes.len() == text.chars().count());
                }
                Err(character) => assert!(!fits && text.contains(character), "{text}: {character}"),
            }
        }
    }

    #[test]
    fn every_byte_of_a_set_comes_back() {
        for charset in [Charset::Latin1, Charset::Latin9, Charset::Arabic] {
            for byte in 0..=255u8 {
                if let Ok(text) = charset.decode(&[byte]) {
                    assert_eq!(charset.encode(&text), Ok(vec![byte]), "{} {byte:02X}", charset.name());
                }
            }
        }
        assert_eq!(Charset::Arabic.decode(&[0xC7, 0xE4]).expect("Arabic"), "ال");
        assert!(Charset::Arabic.decode(&[0xC0]).is_err());
    }

    #[test]
    fn the_header_tells_and_silence_means_the_usual_one() {
        let header = |name: &str| [format!("MSH|^~\\&|A|B|C|D|2024||ADT^A08|1|P|2.5||||||{name}\rPID|||1||").into_bytes(), vec![0xC7, 0xE4]].concat();
        let read = |name: &str| decode(&header(name), Charset::Utf8).map(|(text, _)| text.into_owned());
        assert!(read("8859/6").expect("Arabic").ends_with("ال"));
        assert!(read("8859/1~UNICODE UTF-8").expect("first one").ends_with("Çä"));
        assert_eq!(read("").expect_err("not UTF-8").code(), "RH-V2-CHARSET");
        assert!(matches!(read("BIG-5"), Err(ParseError::UnknownCharset { .. })));
        assert!(matches!(read("ASCII"), Err(ParseError::NotInCharset { charset: "ASCII", .. })));
    }
}
