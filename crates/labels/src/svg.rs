//! A label as SVG, at its true size: for the screen, and for the browser's own print.

use crate::code::{QUIET, code};
use crate::fault::Fault;
use crate::fit::line;
use crate::label::{Area, Block, Label};
use crate::letters::cleaned;
use std::fmt::Write;

/// The label as an `svg` element with sizes in millimetres. `title` is what it is called where it cannot be seen.
///
/// # Errors
/// [`Fault`] says what cannot be drawn.
pub fn svg(label: &Label, title: &str) -> Result<String, Fault> {
    label.check()?;
    let (width, height) = (millis(label.width as f32), millis(label.height as f32));
    let mut out = format!(
        r#"<svg class="label" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="white"/><g fill="black">"#,
        escaped(title)
    );
    for block in &label.blocks {
        match block {
            Block::Text { area, text } => write_text(&mut out, area, &cleaned(text))?,
            Block::Line(area) => rect(&mut out, area),
            Block::Code { x, y, side, data } => {
                let code = code(data)?;
                let module = *side as f32 / (code.size + 2 * QUIET) as f32;
                let at = |corner: u32, place: u32| millis(corner as f32 + (place + QUIET) as f32 * module);
                let one = millis(module);
                out.push_str(r#"<path shape-rendering="crispEdges" d=""#);
                // Writing into a String has no way to fail.
                code.dark.iter().for_each(|(column, row)| _ = write!(out, "M{} {}h{one}v{one}h-{one}z", at(*x, *column), at(*y, *row)));
                out.push_str(r#""/>"#);
            }
        }
    }
    out.push_str("</g></svg>");
    Ok(out)
}

fn write_text(out: &mut String, area: &Area, text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Ok(());
    }
    let line = line(text, area)?;
    let (x, way, font) = match line.from_right {
        true => (area.x + area.width, "rtl", "'Noto Sans Arabic','Noto Sans',sans-serif"),
        false => (area.x, "ltr", "'Noto Sans','Noto Sans Arabic',sans-serif"),
    };
    // The start of a text that is read from the right is its right end (https://www.w3.org/TR/SVG2/text.html#TextAnchorProperty).
    _ = write!(
        out,
        r#"<text x="{}" y="{}" direction="{way}" font-family="{font}" font-weight="600" font-size="{}">{}</text>"#,
        millis(x as f32),
        millis(area.y as f32 + line.baseline),
        millis(line.size),
        escaped(&line.text)
    );
    Ok(())
}

fn rect(out: &mut String, area: &Area) {
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|value| millis(value as f32));
    _ = write!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}"/>"#);
}

/// Hundredths of a millimetre as millimetres.
fn millis(hundredths: f32) -> f32 {
    (hundredths * 10.0).round() / 1000.0
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '&' => out.push_str("&#38;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
