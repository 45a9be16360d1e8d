//! Files and batches: `[FHS] { [BHS] { MSH … } [BTS] } [FTS]`.

use crate::ParseError;

/// The messages of a text, each as its own text, in their order. A text without FHS and BHS is one message, or several one
/// after the other. Counts in BTS-1 have to be right: a batch that was cut off is not taken in part.
pub fn messages(text: &str) -> Result<Vec<&str>, ParseError> {
    let mut found = Vec::new();
    let mut batch = 0;
    let mut start: Option<usize> = None;
    for (offset, line) in lines(text) {
        let name = line.get(..3).unwrap_or("");
        if !matches!(name, "MSH" | "FHS" | "BHS" | "BTS" | "FTS") {
            continue;
        }
        if let Some(start) = start.take() {
            found.push(text.get(start..offset).unwrap_or(""));
            batch += 1;
        }
        match name {
            "MSH" => start = Some(offset),
            "BHS" => batch = 0,
            "BTS" => check(line, batch)?,
            _ => {}
        }
    }
    if let Some(start) = start {
        found.push(text.get(start..).unwrap_or(""));
    }
    Ok(found)
}

fn check(trailer: &str, found: usize) -> Result<(), ParseError> {
    let mark = trailer.chars().nth(3).unwrap_or('|');
    let said = trailer.split(mark).nth(1).and_then(|it| it.trim().parse().ok());
    match said {
        Some(said) if said != found => Err(ParseError::BatchCount { said, found }),
        _ => Ok(()),
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive(['\r', '\n']).map(move |line| {
        let at = offset;
        offset += line.len();
        let mark = if line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        (at + mark, line.get(mark..).unwrap_or("").trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_gives_its_messages_and_one_cut_off_gives_none() {
        let text = "FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|1\rPID|1\rMSH|^~\\&|2\rBTS|2\rBHS|^~\\&\rMSH|^~\\&|3\rBTS|1\rFTS|2\r";
        assert_eq!(messages(text).expect("whole"), ["MSH|^~\\&|1\rPID|1\r", "MSH|^~\\&|2\r", "MSH|^~\\&|3\r"]);
        assert_eq!(messages(&text.replace("BTS|2", "BTS|3")), Err(ParseError::BatchCount { said: 3, found: 2 }));
        assert_eq!(messages("\u{FEFF}MSH|^~\\&|1\nPID|1").expect("one"), ["MSH|^~\\&|1\nPID|1"]);
        assert_eq!(messages("PID|1\r").expect("none"), Vec::<&str>::new());
    }
}
