//! A ticket as it is printed: its number, and a code that says nothing of anybody.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light modules around a code, as readers need them (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// A code as a QR code: an SVG picture without a size of its own, dark on light. Empty where it is too long for one.
pub fn qr(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let full = width + 2 * QUIET;
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full} {full}" shape-rendering="crispEdges" aria-hidden="true"><rect width="{full}" height="{full}" fill="#fff"/><path fill="#000" d=""##
    );
    for (place, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        // Writing into a String has no way to fail.
        _ = write!(out, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
    }
    out.push_str("\"/></svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QUE-10
    #[test]
    fn a_code_becomes_a_picture_without_its_text() {
        let picture = qr("AB23CD45EF67");
        assert!(picture.starts_with("<svg") && picture.contains("h1v1h-1z") && !picture.contains("AB23CD45EF67"));
    }
}
