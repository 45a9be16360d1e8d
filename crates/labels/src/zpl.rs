//! A label as ZPL II (Zebra Programming Guide, <https://docs.zebra.com/us/en/printers/software/zpl-pg.html>).
//!
//! What is written is ASCII: every sign of a field but letters and digits goes as `\` and two hexadecimal digits of its
//! UTF-8 (`^FH\`), so that no name can end its field or give the printer an order.

use crate::code::{QUIET, code};
use crate::fault::Fault;
use crate::fit::{Line, line};
use crate::gs1::Element;
use crate::label::{Area, Block, Label, Media};
use crate::letters::cleaned;
use crate::raster::{Bitmap, bitmap};
use std::fmt::Write;

/// Copies of one label that are printed at once.
pub const MOST_COPIES: u16 = 200;
/// Dots a module of a code has at least: below, readers fail.
const LEAST_MODULE: u32 = 2;

/// A printer's resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dpi {
    /// Eight dots a millimetre.
    D203,
    /// Twelve dots a millimetre.
    D300,
}

impl Dpi {
    /// By its usual number.
    pub fn of(number: u32) -> Option<Self> {
        match number {
            203 => Some(Self::D203),
            300 => Some(Self::D300),
            _ => None,
        }
    }

    fn dots(self, hundredths: u32) -> u32 {
        let dots = match self {
            Self::D203 => 8,
            Self::D300 => 12,
        };
        (hundredths * dots + 50) / 100
    }
}

/// The order for so many copies of a label.
///
/// # Errors
/// [`Fault`] says what cannot be printed; nothing is written then.
pub fn zpl(label: &Label, media: &Media, dpi: Dpi, copies: u16) -> Result<String, Fault> {
    label.check()?;
    if copies == 0 || copies > MOST_COPIES {
        return Err(Fault::Copies);
    }
    let reach = if media.turned { label.width } else { label.height };
    if media.from.checked_add(reach).is_none_or(|end| end > media.length) {
        return Err(Fault::Outside);
    }
    let across = if media.turned { label.height } else { label.width };
    // UTF-8, the paper's size, and no shift that another program left behind.
    let mut out = format!("^XA^CI28^LH0,0^LS0^LT0^PW{}^LL{}\n", dpi.dots(across), dpi.dots(media.length));
    let sheet = Sheet { label, media, dpi };
    for block in &label.blocks {
        match block {
            Block::Text { area, text } => sheet.text(&mut out, area, &cleaned(text))?,
            Block::Line(area) => sheet.bar(&mut out, area),
            Block::Code { x, y, side, data } => sheet.code(&mut out, (*x, *y), *side, data)?,
        }
    }
    // Writing into a String has no way to fail.
    _ = writeln!(out, "^PQ{copies},0,0,N^XZ");
    Ok(out)
}

struct Sheet<'s> {
    label: &'s Label,
    media: &'s Media,
    dpi: Dpi,
}

impl Sheet<'_> {
    /// Where an area's upper left corner comes to lie, and how letters are turned.
    fn origin(&self, area: &Area) -> (u32, u32, char) {
        let (x, y) = match self.media.turned {
            true => (self.label.height.saturating_sub(area.y + area.height), self.media.from + area.x),
            false => (area.x, self.media.from + area.y),
        };
        (self.dpi.dots(x), self.dpi.dots(y), if self.media.turned { 'R' } else { 'N' })
    }

    fn text(&self, out: &mut String, area: &Area, text: &str) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        let line = line(text, area)?;
        if !line.latin {
            self.picture(out, area, &line);
            return Ok(());
        }
        let (x, y, turn) = self.origin(area);
        // The printer's cell is higher than its letters' size by about a quarter.
        let size = self.dpi.dots((line.size * 1.25) as u32).clamp(10, self.dpi.dots(area.height).max(10));
        _ = writeln!(out, "^FO{x},{y}^A0{turn},{size},{size}^FH\\^FD{}^FS", field(&line.text));
        Ok(())
    }

    /// Letters that the printer's font does not have or does not join.
    fn picture(&self, out: &mut String, area: &Area, line: &Line) {
        let (width, height) = (self.dpi.dots(area.width) as usize, self.dpi.dots(area.height) as usize);
        let scale = height as f32 / area.height.max(1) as f32;
        let upright = bitmap(&line.drawn, width, height, line.size * scale, line.baseline * scale);
        let map = if self.media.turned { upright.turned() } else { upright };
        let (x, y, _) = self.origin(area);
        let bytes = map.bytes();
        _ = writeln!(out, "^FO{x},{y}^GFA,{0},{0},{1},{2}^FS", bytes.len(), map.row_bytes(), hexadecimal(&map, &bytes));
    }

    fn bar(&self, out: &mut String, area: &Area) {
        let (x, y, _) = self.origin(area);
        let sides = (self.dpi.dots(area.width).max(1), self.dpi.dots(area.height).max(1));
        let (width, height) = if self.media.turned { (sides.1, sides.0) } else { sides };
        _ = writeln!(out, "^FO{x},{y}^GB{width},{height},{}^FS", width.min(height));
    }

    /// `^BX` with `_` as the sign by which `_1` is FNC1: a code that begins so is GS1's.
    fn code(&self, out: &mut String, corner: (u32, u32), side: u32, data: &Element) -> Result<(), Fault> {
        let size = code(data)?.size;
        let module = self.dpi.dots(side) / (size + 2 * QUIET);
        if module < LEAST_MODULE {
            return Err(Fault::TooSmall);
        }
        let (x, y, turn) = self.origin(&Area { x: corner.0, y: corner.1, width: side, height: side });
        let (x, y) = (x + module * QUIET, y + module * QUIET);
        _ = writeln!(out, "^FO{x},{y}^BX{turn},{module},200,,,,_^FH\\^FD{}{}^FS", field("_1"), field(&data.data().replace('_', "__")));
        Ok(())
    }
}

/// A field's data, which only letters and digits of ASCII and the space stand in as they are.
fn field(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b' ' => out.push(char::from(byte)),
            _ => _ = write!(out, "\\{byte:02X}"),
        }
        out
    })
}

/// Rows in hexadecimal; a row that is white to its end is closed by a comma.
fn hexadecimal(map: &Bitmap, bytes: &[u8]) -> String {
    let mut out = String::new();
    for row in bytes.chunks(map.row_bytes().max(1)) {
        let end = row.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        row.iter().take(end).for_each(|byte| _ = write!(out, "{byte:02X}"));
        if end < row.len() {
            out.push(',');
        }
    }
    out
}

#[cfg(test)]
#[path = "zpl_tests.rs"]
mod tests;
