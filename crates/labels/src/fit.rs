//! How large a line of text is written so that it stays in its area.

use crate::fault::Fault;
use crate::label::Area;
use crate::letters::{Drawn, drawn, is_from_right, is_latin};

/// Of a line's height, what a letter's size takes; the rest are marks above and below. Arabic letters reach further down and
/// their marks further up.
const LATIN_SIZE: f32 = 0.8;
const ARABIC_SIZE: f32 = 0.66;
/// From where letters stand up to their middle, in parts of their size: half a capital; half of what Arabic letters reach up
/// more than down.
const LATIN_MIDDLE: f32 = 0.357;
const ARABIC_MIDDLE: f32 = 0.25;
/// Smaller letters are not read on a wristband, in hundredths of a millimetre.
const SMALLEST: f32 = 130.0;
/// A letter that the fonts inside the program lack and a printer's own has: as wide as a wide one.
const WIDE: f32 = 0.75;
const CUT: char = '…';
/// Letters of a line that are looked at; the rest would be cut anyway.
const LOOKED_AT: usize = 120;

/// A line of text as it is written.
#[derive(Debug)]
pub(crate) struct Line {
    /// What is written: cut, with three points, where the smallest size is too large.
    pub text: String,
    /// The letters' size, in hundredths of a millimetre.
    pub size: f32,
    /// From the upper edge of the area to where letters stand.
    pub baseline: f32,
    pub latin: bool,
    pub from_right: bool,
    pub drawn: Drawn,
}

/// Fits a cleaned text into its area.
pub(crate) fn line(text: &str, area: &Area) -> Result<Line, Fault> {
    let latin = is_latin(text);
    let (size, middle) = if latin { (LATIN_SIZE, LATIN_MIDDLE) } else { (ARABIC_SIZE, ARABIC_MIDDLE) };
    let (height, room) = (area.height as f32, area.width as f32);
    let largest = height * size;
    let smallest = SMALLEST.min(largest);
    let mut text: String = text.chars().take(LOOKED_AT).collect();
    loop {
        let drawn = if latin { measured(&text) } else { drawn(&text)? };
        let size = if drawn.width * largest <= room { largest } else { room / drawn.width };
        if size >= smallest || text.chars().count() <= 2 {
            let baseline = height / 2.0 + size * middle;
            let from_right = is_from_right(&text);
            return Ok(Line { size, baseline, latin, from_right, drawn, text });
        }
        text = shorter(&text);
    }
}

/// Without its last letter, and with the sign that something is missing.
fn shorter(text: &str) -> String {
    let mut letters: Vec<char> = text.trim_end_matches(CUT).chars().collect();
    letters.pop();
    let kept: String = letters.into_iter().collect();
    format!("{}{CUT}", kept.trim_end())
}

/// The width of Latin text, letter by letter where the fonts lack one.
fn measured(text: &str) -> Drawn {
    drawn(text).unwrap_or_else(|_| {
        let width = |letter: char| drawn(letter.encode_utf8(&mut [0; 4])).map_or(WIDE, |one| one.width);
        Drawn { contours: Vec::new(), width: text.chars().map(width).sum() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(line: &Line) -> f32 {
        line.drawn.width * line.size
    }

    const AREA: Area = Area { x: 0, y: 0, width: 4_000, height: 500 };

    #[test]
    fn lab_3_a_long_name_is_written_smaller_and_a_very_long_one_cut_with_a_sign() {
        let short = line("EL ALAMI", &AREA).expect("a line");
        assert!((short.size - 400.0).abs() < 1.0 && width(&short) < 4_000.0, "{short:?}");
        let long = line("EL ALAMI IDRISSI BENJELLOUN", &AREA).expect("a line");
        assert!(long.size < short.size && long.text == "EL ALAMI IDRISSI BENJELLOUN" && width(&long) <= 4_001.0);
        let endless = line(&"BENJELLOUN ".repeat(30), &AREA).expect("a line");
        assert!(endless.text.ends_with(CUT) && endless.size >= SMALLEST && width(&endless) <= 4_001.0, "{}", endless.text);
        let arabic = line("عبد الرحمن بن محمد العلمي الإدريسي", &AREA).expect("a line");
        assert!(width(&arabic) <= 4_001.0 && arabic.from_right && !arabic.latin);
    }

    #[test]
    fn lab_3_letters_that_only_the_printer_has_count_as_wide() {
        assert!(measured("Đặng").width > 1.0);
    }
}
