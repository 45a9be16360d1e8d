//! Letters as outlines: shaped and joined as their script has it, and put in the order in which they are seen.

use crate::fault::Fault;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Direction, Font, GlyphId, Script, ShapeOptions, ShaperFont, shape};
use std::sync::OnceLock;

static ARABIC: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/arabic.ttf"));
static LATIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/latin.ttf"));

/// Straight pieces by which a curve is drawn: at the sizes of labels more cannot be seen.
const PIECES: u32 = 6;

/// Corners of an outline, in parts of the letter size, upwards from the baseline.
pub(crate) type Contour = Vec<(f32, f32)>;

/// A line of text as it is seen from left to right.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    pub contours: Vec<Contour>,
    /// Its width, in parts of the letter size.
    pub width: f32,
}

/// The fonts, in the order in which they are asked for a letter.
fn fonts() -> Result<&'static [Font; 2], Fault> {
    static READ: OnceLock<Option<[Font; 2]>> = OnceLock::new();
    READ.get_or_init(|| Some([Font::new(ARABIC, 0)?, Font::new(LATIN, 0)?])).as_ref().ok_or(Fault::Font)
}

/// What a printer's own font writes: Latin letters, digits, signs (`^CI28` and the font that every printer has).
pub(crate) fn is_latin(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' '..='~' | '\u{A0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2027}'))
}

/// As it is printed: composed, on one line, without marks that turn directions or cannot be seen.
pub(crate) fn cleaned(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let hidden = |letter: &char| {
        letter.is_control()
            || matches!(letter, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let spaced = text.nfc().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).filter(|letter| !hidden(letter)).collect::<String>();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Shapes a text. What begins with a letter that is read from the right stands from right to left as a whole.
pub(crate) fn drawn(text: &str) -> Result<Drawn, Fault> {
    let fonts = fonts()?;
    let mut runs = runs(text, fonts)?;
    if is_from_right(text) {
        runs.reverse();
    }
    let mut out = Drawn::default();
    for run in &runs {
        add(&mut out, run, fonts)?;
    }
    Ok(out)
}

/// Whether a text is read from the right: as its first letter is.
pub(crate) fn is_from_right(text: &str) -> bool {
    text.chars().find_map(way).is_some_and(|way| way == Way::FromRight)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    FromLeft,
    FromRight,
}

/// The way of a letter; none for spaces and signs, which follow what is around them.
fn way(letter: char) -> Option<Way> {
    match letter {
        // Digits of every script run from the left.
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => Some(Way::FromLeft),
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => Some(Way::FromRight),
        other if other.is_alphabetic() => Some(Way::FromLeft),
        _ => None,
    }
}

/// Letters of one way and one font, in the order in which they are read.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    text: String,
    way: Way,
    font: usize,
}

fn runs(text: &str, fonts: &[Font; 2]) -> Result<Vec<Run>, Fault> {
    let letters: Vec<char> = text.chars().collect();
    let whole = if is_from_right(text) { Way::FromRight } else { Way::FromLeft };
    let mut out: Vec<Run> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = letters.iter().take(at).rev().find_map(|letter| way(*letter));
        let after = letters.iter().skip(at).find_map(|letter| way(*letter));
        // A sign between two letters of one way goes theirs, any other as the whole.
        let between = before.filter(|before| after == Some(*before)).unwrap_or(whole);
        let way = way(*letter).unwrap_or(between);
        let joins = matches!(letter, '\u{200C}' | '\u{200D}');
        let has = |font: &Font| font.charmap().map_unicode(*letter).is_some();
        let last = out.last().filter(|last| last.way == way).map(|last| last.font);
        let own = last.filter(|font| joins || fonts.get(*font).is_some_and(has));
        let font = own.or_else(|| fonts.iter().position(has)).ok_or(Fault::Letter(*letter))?;
        match out.last_mut().filter(|last| last.way == way && last.font == font) {
            Some(last) => last.text.push(*letter),
            None => out.push(Run { text: letter.to_string(), way, font }),
        }
    }
    // Runs that go against the whole keep their own order among each other.
    Ok(out)
}

fn add(out: &mut Drawn, run: &Run, fonts: &[Font; 2]) -> Result<(), Fault> {
    let font = fonts.get(run.font).ok_or(Fault::Font)?;
    let units = f32::from(font.units_per_em()).max(1.0);
    let mut buffer = Buffer::new();
    buffer.push_str(&run.text);
    buffer.set_direction(if run.way == Way::FromRight { Direction::RightToLeft } else { Direction::LeftToRight });
    buffer.set_script(Some(if run.way == Way::FromRight { Script::ARABIC } else { Script::LATIN }));
    shape(&ShaperFont::new(font), &mut buffer, ShapeOptions::new()).map_err(|_| Fault::Font)?;
    let outlines = font.outline_glyphs();
    for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
        let start = (out.width + position.x_offset as f32 / units, position.y_offset as f32 / units);
        let mut pen = Pen { out: &mut out.contours, start, units, at: (0.0, 0.0) };
        if let Some(outline) = outlines.get(GlyphId::new(info.glyph_id)) {
            outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut pen).map_err(|_| Fault::Font)?;
        }
        out.width += position.x_advance as f32 / units;
    }
    Ok(())
}

/// Takes curves apart into straight pieces.
struct Pen<'o> {
    out: &'o mut Vec<Contour>,
    start: (f32, f32),
    units: f32,
    /// In the font's units.
    at: (f32, f32),
}

impl Pen<'_> {
    fn to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        let point = (self.start.0 + x / self.units, self.start.1 + y / self.units);
        if let Some(contour) = self.out.last_mut() {
            contour.push(point);
        }
    }
}

impl PathSink for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.out.push(Contour::new());
        self.to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to(x, y);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        for piece in 1..=PIECES {
            let part = piece as f32 / PIECES as f32;
            let rest = 1.0 - part;
            let along = |a: f32, b: f32, c: f32| rest * rest * a + 2.0 * rest * part * b + part * part * c;
            self.to(along(x0, cx0, x), along(y0, cy0, y));
        }
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        for piece in 1..=PIECES {
            let part = piece as f32 / PIECES as f32;
            let rest = 1.0 - part;
            let along = |a: f32, b: f32, c: f32, d: f32| rest.powi(3) * a + 3.0 * rest * rest * part * b + 3.0 * rest * part * part * c + part.powi(3) * d;
            self.to(along(x0, cx0, cx1, x), along(y0, cy0, cy1, y));
        }
    }

    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes that stand apart from each other, dots above and below taken with what they stand over.
    fn islands(text: &str) -> usize {
        let drawn = drawn(text).expect("letters");
        let ends = |contour: &Contour| contour.iter().fold((f32::MAX, f32::MIN), |(from, to), point| (from.min(point.0), to.max(point.0)));
        let mut spans: Vec<(f32, f32)> = drawn.contours.iter().map(ends).collect();
        spans.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut reached = f32::MIN;
        spans.iter().filter(|(from, to)| (*from > reached, reached = reached.max(*to)).0).count()
    }

    #[test]
    fn lab_4_letters_are_joined() {
        assert_eq!((islands("محمد"), islands("م ح م د")), (1, 4));
        assert_eq!(islands("دار"), 3, "what does not join stays apart");
        // Lam and alif make one shape.
        assert!(islands("لا") == 1 && drawn("لا").expect("a pair").width < drawn("ل").expect("one").width + drawn("ا").expect("one").width);
    }

    #[test]
    fn lab_4_what_runs_the_other_way_keeps_its_order() {
        let fonts = fonts().expect("fonts");
        let parts = |text: &str| {
            runs(text, fonts).expect("runs").into_iter().map(|run| (run.text.trim().to_owned(), run.way)).filter(|run| !run.0.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(parts("17 ماي 1984"), [("17".to_owned(), Way::FromLeft), ("ماي".to_owned(), Way::FromRight), ("1984".to_owned(), Way::FromLeft)]);
        assert_eq!(parts("17/05/1984"), [("17/05/1984".to_owned(), Way::FromLeft)]);
        assert!(is_from_right("العلمي") && !is_from_right("EL ALAMI"));
    }

    #[test]
    fn lab_5_a_letter_of_no_font_is_refused_and_hidden_marks_go() {
        assert_eq!(drawn("王").map(|drawn| drawn.width).unwrap_err(), Fault::Letter('王'));
        assert_eq!(cleaned("  El\u{202E}\tAlami\u{0} e\u{301} "), "El Alami é");
        assert!(is_latin("Æther’s Ünal Đặng") && !is_latin("سلمى") && !is_latin("王"));
    }
}
