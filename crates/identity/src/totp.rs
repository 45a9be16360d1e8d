//! Codes of an authenticator app (RFC 6238 as apps have it: SHA-1, six digits, thirty seconds), and the picture that an app
//! reads the seed from.

use crate::refusal::Refusal;
use crate::secret::{base32, same};
use qrcode::{Color, EcLevel, QrCode};
use rihla_kernel::{FaultKind, Instant};
use ring::hmac;
use std::fmt::Write;

const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 6;
/// Steps before and after the present one whose codes are taken: clocks differ, and people type.
const WINDOW: u64 = 1;

/// RFC 4226, 4 asks for 128 bits and recommends 160.
pub(crate) const SEED_BYTES: usize = 20;

/// The step that a code belongs to, if it belongs to one near `now` that is later than `used`: so no code works twice.
pub(crate) fn step_of(seed: &[u8], code: &str, used: u64, now: Instant) -> Option<u64> {
    let typed: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    let present = u64::try_from(now.0 / STEP_MS).ok()?;
    let near = present.saturating_sub(WINDOW)..=present + WINDOW;
    // All are compared, so that the time does not tell which one was near.
    let fits = |step: u64| same(code_at(seed, step).as_bytes(), typed.as_bytes());
    let fitting = near.fold(None, |found, step| if fits(step) { Some(step) } else { found });
    fitting.filter(|step| *step > used)
}

/// RFC 4226, 5.3.
fn code_at(seed: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 0x0F);
    let word = tag.iter().skip(offset).take(4).fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) & 0x7FFF_FFFF;
    format!("{:0width$}", word % 10u32.pow(DIGITS), width = DIGITS as usize)
}

/// A seed as it is handed over, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// For apps that read no picture: the seed in groups of four.
    pub typed: String,
    /// `otpauth://totp/…` (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
    pub uri: String,
    /// The address as a QR code: an SVG picture without a size of its own, dark on light.
    pub svg: String,
}

pub(crate) fn enrolment(seed: &[u8], issuer: &str, login: &str) -> Result<Enrolment, Refusal> {
    let text = base32(seed);
    let (issuer, login) = (percent(issuer), percent(login));
    let uri = format!("otpauth://totp/{issuer}:{login}?secret={text}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={}", STEP_MS / 1000);
    let letters: Vec<char> = text.chars().collect();
    let typed = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    Ok(Enrolment { typed, svg: svg(&uri)?, uri })
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Light modules around a code, as readers need them (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

fn svg(text: &str) -> Result<String, Refusal> {
    let long = |_| Refusal::new(FaultKind::Invalid, "RH-ID-QR", "The names of the hospital and of the account are too long for a QR code.");
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(long)?;
    let (width, colors) = (code.width(), code.to_colors());
    let full = width + 2 * QUIET;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full} {full}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{full}\" height=\"{full}\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    );
    for (place, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        _ = write!(out, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
    }
    out.push_str("\"/></svg>");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SEED, seconds / 30), code, "{seconds}");
            assert_eq!(step_of(SEED, code, 0, Instant(seconds as i64 * 1000)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_and_once() {
        let step = 1_000_000;
        let code = code_at(SEED, step);
        let at = |steps: i64| Instant((1_000_000 + steps) * STEP_MS);
        assert_eq!([-2, -1, 0, 1, 2].map(|steps| step_of(SEED, &code, 0, at(steps)).is_some()), [false, true, true, true, false]);
        assert_eq!(step_of(SEED, &code, step - 1, at(0)), Some(step));
        assert_eq!(step_of(SEED, &code, step, at(0)), None, "used");
        assert_eq!(step_of(SEED, &code, step + 1, at(0)), None, "a later one was used");
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(step_of(SEED, &spaced, 0, at(0)), Some(step));
        for wrong in ["", "000000", "12345", &format!("{code}0")] {
            assert_eq!(step_of(SEED, wrong, 0, at(0)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_is_handed_the_seed_as_address_and_picture() {
        let handed = enrolment(SEED, "Hôpital 1", "s.benani").expect("fits");
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(handed.uri, format!("otpauth://totp/H%C3%B4pital%201:s.benani?secret={secret}&issuer=H%C3%B4pital%201&algorithm=SHA1&digits=6&period=30"));
        assert_eq!(handed.typed.replace(' ', ""), secret);
        assert!(handed.svg.starts_with("<svg ") && handed.svg.ends_with("</svg>") && !handed.svg.contains(secret));
    }
}
