//! Character sets of files that other systems write.

use rihla_hl7v2::Charset;
use std::borrow::Cow;

/// The upper halves of two sets of Windows; U+FFFD where a set has nothing.
/// <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT>
const WINDOWS_1252: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
/// <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1256.TXT>
const WINDOWS_1256: &str = "\
    €\u{67e}‚ƒ„…†‡ˆ‰\u{679}‹Œ\u{686}\u{698}\u{688}\u{6af}‘’“”•–—\u{6a9}™\u{691}›œ\u{200c}\u{200d}\u{6ba}\u{a0}\u{60c}¢£¤¥¦§¨©\u{6be}«¬\u{ad}®¯°±\
    ²³´µ¶·¸¹\u{61b}»¼½¾\u{61f}\u{6c1}\u{621}\u{622}\u{623}\u{624}\u{625}\u{626}\u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\
    \u{630}\u{631}\u{632}\u{633}\u{634}\u{635}\u{636}×\u{637}\u{638}\u{639}\u{63a}\u{640}\u{641}\u{642}\u{643}à\u{644}â\u{645}\u{646}\u{647}\
    \u{648}çèéêë\u{649}\u{64a}îï\u{64b}\u{64c}\u{64d}\u{64e}ô\u{64f}\u{650}÷\u{651}ù\u{652}ûü\u{200e}\u{200f}\u{6d2}";

/// A character set that a map names.
#[derive(Clone, Debug)]
pub enum Encoding {
    Standard(Charset),
    /// ASCII, and this upper half.
    Windows(Box<[char]>),
}

impl Encoding {
    pub const NAMES: [&'static str; 5] = ["UTF-8", "windows-1252", "windows-1256", "ISO-8859-1", "ISO-8859-6"];

    pub fn named(name: &str) -> Option<Self> {
        let windows = |half: &str| Some(Self::Windows(half.chars().collect()));
        match Self::NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))? {
            0 => Some(Self::Standard(Charset::Utf8)),
            1 => windows(WINDOWS_1252),
            2 => windows(WINDOWS_1256),
            3 => Some(Self::Standard(Charset::Latin1)),
            _ => Some(Self::Standard(Charset::Arabic)),
        }
    }

    /// Nothing if the bytes are none of this set.
    pub fn decode<'b>(&self, bytes: &'b [u8]) -> Option<Cow<'b, str>> {
        match self {
            Self::Standard(charset) => charset.decode(bytes).ok(),
            Self::Windows(_) if bytes.is_ascii() => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Windows(half) => bytes.iter().map(|byte| one(half, *byte)).collect::<Option<String>>().map(Cow::Owned),
        }
    }
}

fn one(half: &[char], byte: u8) -> Option<char> {
    match byte.checked_sub(0x80) {
        None => Some(char::from(byte)),
        Some(at) => half.get(usize::from(at)).copied().filter(|sign| *sign != char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_reads_its_own_bytes_and_no_others() {
        let cases: [(&str, &[u8], Option<&str>); 12] = [
            ("utf-8", "Zoé محمد".as_bytes(), Some("Zoé محمد")),
            ("UTF-8", b"Zo\xe9", None),
            ("windows-1252", b"Zo\xe9 \x8cuvre \x80", Some("Zoé Œuvre €")),
            ("windows-1252", b"\x81", None),
            ("windows-1256", b"\xe3\xcd\xe3\xcf", Some("محمد")),
            ("windows-1256", b"\xc7\xe1\xda\xe1\xe6\xed", Some("العلوي")),
            ("windows-1256", b"Zo\xe9 \x8c", Some("Zoé Œ")),
            ("ISO-8859-1", b"Zo\xe9", Some("Zoé")),
            ("ISO-8859-6", b"\xe5\xcd\xe5\xcf", Some("محمد")),
            ("ISO-8859-6", b"\xc0", None),
            ("windows-1252", b"plain", Some("plain")),
            ("windows-1256", b"\xff", Some("\u{6d2}")),
        ];
        for (name, bytes, text) in cases {
            assert_eq!(Encoding::named(name).expect(name).decode(bytes).as_deref(), text, "{name} {bytes:x?}");
        }
        assert!(Encoding::named("EBCDIC").is_none());
    }

    #[test]
    fn an_upper_half_has_128_places() {
        for half in [WINDOWS_1252, WINDOWS_1256] {
            assert_eq!(half.chars().count(), 128);
        }
    }
}
