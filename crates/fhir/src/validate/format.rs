//! The formats of R4's primitive types: <https://hl7.org/fhir/R4/datatypes.html#primitive>.
//!
//! Hand-written after the expressions in `tables/primitives.txt`; the tests hold both side by side.

use crate::r4::Primitive;

/// The longest string: <https://hl7.org/fhir/R4/datatypes.html#string>.
pub const MAX_STRING: usize = 1024 * 1024;

/// Whether a text is a value of a primitive type whose JSON form is a string. Never true of an empty text.
pub fn is_valid_text(kind: Primitive, text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return false;
    }
    match kind {
        Primitive::String | Primitive::Markdown | Primitive::Xhtml => is_text(bytes),
        Primitive::Code => is_code(text),
        Primitive::Id => is_id(bytes),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => is_uri(text),
        Primitive::Oid => bytes.strip_prefix(b"urn:oid:").is_some_and(is_oid),
        Primitive::Uuid => bytes.strip_prefix(b"urn:uuid:").is_some_and(is_uuid),
        Primitive::Base64Binary => is_base64(bytes),
        Primitive::Date => date(bytes).is_some_and(<[u8]>::is_empty),
        Primitive::DateTime => is_date_time(bytes),
        Primitive::Instant => is_instant(bytes),
        Primitive::Time => time(bytes).is_some_and(<[u8]>::is_empty),
        Primitive::Boolean | Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => is_valid_number(kind, text),
    }
}

/// Whether the digits of a JSON number are a value of a primitive type whose JSON form is a number.
pub fn is_valid_number(kind: Primitive, source: &str) -> bool {
    let digits = source.strip_prefix('-').unwrap_or(source);
    let whole = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    match kind {
        Primitive::Decimal => true,
        Primitive::Integer => whole && source.parse::<i32>().is_ok(),
        Primitive::PositiveInt => whole && source.parse::<i32>().is_ok_and(|it| it > 0),
        Primitive::UnsignedInt => whole && source.parse::<i32>().is_ok_and(|it| it >= 0),
        _ => false,
    }
}

/// Tab, line feed and carriage return are the only control characters a string may hold.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|it| *it >= 0x20 || matches!(it, b'\t' | b'\n' | b'\r'))
}

/// `[^\s]+(\s[^\s]+)*`: no white space at the ends, single between words.
fn is_code(text: &str) -> bool {
    if text.bytes().all(|it| it > b' ' && it < 0x7f) {
        return true;
    }
    text.split(char::is_whitespace).all(|word| !word.is_empty()) && is_text(text.as_bytes())
}

/// `[A-Za-z0-9\-\.]{1,64}`
pub fn is_id(bytes: &[u8]) -> bool {
    (1..=64).contains(&bytes.len()) && bytes.iter().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.'))
}

/// `\S*`, and what says to be an OID or a UUID is one: <https://hl7.org/fhir/R4/datatypes.html#uri>.
fn is_uri(text: &str) -> bool {
    let bytes = text.as_bytes();
    if let Some(oid) = bytes.strip_prefix(b"urn:oid:") {
        return is_oid(oid);
    }
    if let Some(uuid) = bytes.strip_prefix(b"urn:uuid:") {
        return is_any_case_uuid(uuid.split(|it| matches!(it, b'#' | b'|')).next().unwrap_or(uuid));
    }
    bytes.iter().all(|it| *it > b' ' && *it < 0x7f) || (!text.contains(char::is_whitespace) && is_text(bytes))
}

/// An address with a scheme.
pub fn is_absolute(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.')))
}

/// `[0-2](\.(0|[1-9][0-9]*))+`
fn is_oid(bytes: &[u8]) -> bool {
    let mut arcs = bytes.split(|it| *it == b'.');
    let root = arcs.next().is_some_and(|it| matches!(it, [b'0'..=b'2']));
    let arc = |it: &[u8]| it == b"0" || (it.first().is_some_and(|first| (b'1'..=b'9').contains(first)) && it.iter().all(u8::is_ascii_digit));
    root && bytes.contains(&b'.') && arcs.all(arc)
}

/// `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
fn is_uuid(bytes: &[u8]) -> bool {
    is_any_case_uuid(bytes) && !bytes.iter().any(u8::is_ascii_uppercase)
}

fn is_any_case_uuid(bytes: &[u8]) -> bool {
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    bytes.len() == 36 && bytes.iter().enumerate().all(|(at, it)| if dash(at) { *it == b'-' } else { it.is_ascii_hexdigit() })
}

/// Base64 with white space between groups of four; padding only at the end.
fn is_base64(bytes: &[u8]) -> bool {
    base64_length(bytes).is_some()
}

/// How many bytes the text stands for.
pub fn base64_length(bytes: &[u8]) -> Option<usize> {
    let (mut digits, mut padding) = (0_usize, 0_usize);
    for byte in bytes {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' if (digits + padding).is_multiple_of(4) => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            _ => return None,
        }
    }
    let whole = digits > 0 && padding <= 2 && (digits + padding).is_multiple_of(4);
    whole.then(|| digits * 3 / 4)
}

fn two(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => Some(((tens - b'0') * 10 + (ones - b'0'), rest)),
        _ => None,
    }
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of a day that exists; returns what follows.
fn date(bytes: &[u8]) -> Option<&[u8]> {
    let (century, rest) = two(bytes)?;
    let (of_century, rest) = two(rest)?;
    let year = u16::from(century) * 100 + u16::from(of_century);
    if year == 0 {
        return None;
    }
    let Some(rest) = rest.strip_prefix(b"-") else { return Some(rest) };
    let (month, rest) = two(rest)?;
    if !(1..=12).contains(&month) {
        return None;
    }
    let Some(rest) = rest.strip_prefix(b"-") else { return Some(rest) };
    let (day, rest) = two(rest)?;
    (day >= 1 && day <= days_in(year, month)).then_some(rest)
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `hh:mm:ss(.fraction)`; a leap second is allowed. Returns what follows.
fn time(bytes: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = two(bytes)?;
    let (minute, rest) = two(rest.strip_prefix(b":")?)?;
    let (second, rest) = two(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(b".") else { return Some(rest) };
    let digits = fraction.iter().take_while(|it| it.is_ascii_digit()).count();
    if digits == 0 { None } else { fraction.get(digits..) }
}

/// `Z` or an offset up to 14:00.
fn is_zone(bytes: &[u8]) -> bool {
    let offset = match bytes {
        b"Z" => return true,
        [b'+' | b'-', rest @ ..] => rest,
        _ => return false,
    };
    let Some((hour, rest)) = two(offset) else { return false };
    let minute = rest.strip_prefix(b":").and_then(two);
    matches!(minute, Some((minute, [])) if (hour <= 13 && minute <= 59) || (hour == 14 && minute == 0))
}

fn is_date_time(bytes: &[u8]) -> bool {
    match date(bytes) {
        Some([]) => true,
        Some(_) => is_instant(bytes),
        None => false,
    }
}

fn is_instant(bytes: &[u8]) -> bool {
    let Some((day, [b'T', clock @ ..])) = bytes.split_at_checked(10) else { return false };
    date(day).is_some_and(<[u8]>::is_empty) && time(clock).is_some_and(is_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Primitive, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(is_valid_text(kind, text), "{kind:?} must take {text:?}");
        }
        for text in bad {
            assert!(!is_valid_text(kind, text), "{kind:?} must refuse {text:?}");
        }
        assert!(!is_valid_text(kind, ""));
    }

    #[test]
    fn dates_are_days_that_exist() {
        check(
            Primitive::Date,
            &["2024", "2024-02", "2024-02-29", "0001-01-01"],
            &["0000", "24", "2024-13", "2023-02-29", "1900-02-29", "2024-2-1", "2024-02-30", "2024-04-31", "2024-01-01T", " 2024", "2024-"],
        );
        check(
            Primitive::DateTime,
            &["2024", "2024-02-29", "2024-02-29T23:59:60Z", "2024-02-29T00:00:00.123456+14:00", "2024-02-29T00:00:00-13:59"],
            &[
                "2024-02-29T10:00Z",
                "2024-02-29T10:00:00",
                "2024-02-29T24:00:00Z",
                "2024-02T10:00:00Z",
                "2024-02-29T10:00:00+14:01",
                "2024-02-29T10:00:00.Z",
                "2024-02-30T10:00:00Z",
            ],
        );
        check(Primitive::Instant, &["2015-02-07T13:28:17.239+02:00"], &["2015-02-07", "2015-02", "2015-02-07T13:28:17"]);
        check(Primitive::Time, &["00:00:00", "23:59:60.5"], &["24:00:00", "10:00", "10:60:00", "10:00:00Z"]);
    }

    #[test]
    fn names_and_addresses() {
        check(Primitive::Code, &["a", "a b", "فعال"], &[" a", "a ", "a  b", "a\u{1}"]);
        check(Primitive::Id, &["a-B.9", &"x".repeat(64)], &["a_b", "a/b", &"x".repeat(65)]);
        check(
            Primitive::Uri,
            &["http://a/b?c", "urn:oid:1.2.3", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "#x"],
            &["a b", "urn:oid:1.02", "urn:oid:9.1", "urn:uuid:1234"],
        );
        check(Primitive::Oid, &["urn:oid:2.16.840"], &["2.16", "urn:oid:1", "urn:oid:1.", "urn:oid:3.1"]);
        check(
            Primitive::Uuid,
            &["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
            &["urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "c757873d-ec9a-4326-a141-556f43239520"],
        );
    }

    #[test]
    fn text_and_base64() {
        check(Primitive::String, &["x", " ", "a\tb\r\n"], &["a\u{0}", "\u{1f}"]);
        check(Primitive::Base64Binary, &["QUJD", "QUI=", "QQ==", "QUJD\nQUJD", " QUJD "], &["QUJ", "QU\nJD", "QU=J", "QUJD=", "Q===", "QU-_", "===="]);
        assert_eq!(base64_length(b"QQ=="), Some(1));
    }

    fn expressions() -> Vec<(Primitive, regex::Regex)> {
        let table = include_str!("../../tables/primitives.txt");
        let rows = table.lines().filter(|line| !line.starts_with('#')).map(|line| line.splitn(3, '\t').collect::<Vec<_>>());
        rows.filter(|row| !row[2].is_empty() && row[1] == "string").map(|row| (Primitive::from_name(row[0]).expect("primitive"), anchored(row[2]))).collect()
    }

    /// R4 means the white space of ASCII.
    fn anchored(expression: &str) -> regex::Regex {
        let space = r" \t\n\x0B\x0C\r";
        let expression = expression.replace(r"[^\s]", &format!("[^{space}]")).replace(r"\S", &format!("[^{space}]")).replace(r"\s", &format!("[{space}]"));
        regex::Regex::new(&format!("^(?s:{expression})$")).expect("expression")
    }

    static EXPRESSIONS: std::sync::LazyLock<Vec<(Primitive, regex::Regex)>> = std::sync::LazyLock::new(expressions);

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]

        /// What is taken, R4's own expression takes too. (The reverse is not so: R4 also asks for days that exist.)
        #[test]
        fn nothing_is_taken_that_r4_refuses(text in "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?(Z|[+-][01][0-9]:[0-5][0-9])?)?|urn:(oid|uuid):[0-9a-fA-F.-]{1,40}|[0-9:.]{1,10}|[A-Za-z0-9+/= \\n]{0,12}|\\PC{0,8}| ?[a-z]{1,3} {0,2}[a-z]{0,2}") {
            for (kind, expression) in &*EXPRESSIONS {
                if is_valid_text(*kind, &text) {
                    proptest::prop_assert!(expression.is_match(&text), "{kind:?} {text:?}");
                }
            }
        }
    }

    #[test]
    fn whole_numbers_stay_in_their_ranges() {
        let ok = is_valid_number;
        assert!(
            ok(Primitive::Integer, "-2147483648") && !ok(Primitive::Integer, "2147483648") && !ok(Primitive::Integer, "1.0") && !ok(Primitive::Integer, "1e2")
        );
        assert!(ok(Primitive::UnsignedInt, "0") && !ok(Primitive::UnsignedInt, "-1"));
        assert!(ok(Primitive::PositiveInt, "1") && !ok(Primitive::PositiveInt, "0"));
        assert!(ok(Primitive::Decimal, "-1.50e10"));
    }
}
