//! Escape sequences: how a delimiter stands in a value.

use crate::{Charset, Marks};
use std::borrow::Cow;

/// A value as its sender meant it. `charset` tells what the bytes of `\X..\` are. What is not known stays as it was written.
pub(crate) fn unescape(raw: &str, marks: Marks, charset: Charset) -> Cow<'_, str> {
    let escape = char::from(marks.escape);
    if marks.escape == 0 || !raw.contains(escape) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, tail)) = rest.split_once(escape) {
        out.push_str(plain);
        rest = match tail.split_once(escape) {
            Some((name, after)) if push_meaning(name, marks, charset, &mut out) => after,
            // The mark stands for itself; its partner may open the next sequence.
            _ => {
                out.push(escape);
                tail
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends what a sequence stands for; false if it is not known.
fn push_meaning(name: &str, marks: Marks, charset: Charset, out: &mut String) -> bool {
    let mark = match name {
        "F" => marks.field,
        "S" => marks.component,
        "T" => marks.subcomponent,
        "R" => marks.repetition,
        "E" => marks.escape,
        "P" => marks.truncation,
        // Highlighting: there is none in plain text.
        "H" | "N" => return true,
        ".br" => b'\n',
        _ => return push_long(name, charset, out),
    };
    if mark != 0 {
        out.push(char::from(mark));
    }
    mark != 0
}

fn push_long(name: &str, charset: Charset, out: &mut String) -> bool {
    if let Some(lines) = name.strip_prefix(".sp") {
        let Ok(lines) = (if lines.is_empty() { Ok(1) } else { lines.trim_start_matches('+').parse::<u8>() }) else { return false };
        out.extend(std::iter::repeat_n('\n', usize::from(lines)));
        return true;
    }
    let Some(bytes) = name.strip_prefix('X').and_then(hex) else { return false };
    match charset.decode(&bytes) {
        Ok(text) => out.push_str(&text),
        Err(_) => return false,
    }
    true
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |it: u8| char::from(it).to_digit(16);
    digits.chunks_exact(2).map(|pair| u8::try_from(value(*pair.first()?)? * 16 + value(*pair.last()?)?).ok()).collect()
}

/// Appends a value so that [`unescape`] gives it back: delimiters by their letters, line ends as `\.br\`.
pub(crate) fn escape_into(value: &str, marks: Marks, out: &mut String) {
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let name = match character {
            '\n' => ".br",
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\r' => ".br",
            // Frame marks and other control characters would end the frame or be taken for nothing.
            control if control.is_ascii_control() && control != '\t' => {
                push_control(control, marks, out);
                continue;
            }
            other => match letter(other, marks) {
                Some(letter) => letter,
                None => {
                    out.push(other);
                    continue;
                }
            },
        };
        if marks.escape == 0 {
            out.push(' ');
            continue;
        }
        out.push(char::from(marks.escape));
        out.push_str(name);
        out.push(char::from(marks.escape));
    }
}

fn push_control(control: char, marks: Marks, out: &mut String) {
    if marks.escape == 0 {
        return out.push(' ');
    }
    let mark = char::from(marks.escape);
    out.push_str(&format!("{mark}X{:02X}{mark}", u32::from(control)));
}

fn letter(character: char, marks: Marks) -> Option<&'static str> {
    let byte = u8::try_from(character).ok().filter(|it| *it != 0)?;
    let table = [(marks.field, "F"), (marks.component, "S"), (marks.subcomponent, "T"), (marks.repetition, "R"), (marks.escape, "E"), (marks.truncation, "P")];
    table.iter().find(|(mark, _)| *mark == byte).map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_resolved_and_the_rest_kept() {
        let cases = [
            (r"A\F\B\S\C\T\D\R\E\E\F", "A|B^C&D~E\\F"),
            (r"line one\.br\line two\.sp2\end", "line one\nline two\n\nend"),
            (r"\H\high\N\ plain", "high plain"),
            (r"\XC3A9\t\X00C\ ", "ét\\X00C\\ "),
            (r"\Zlocal\ \.ce\ \C2842\", r"\Zlocal\ \.ce\ \C2842\"),
            (r"C:\temp", r"C:\temp"),
            (r"one\T\two\unknown\T\", r"one&two\unknown&"),
            (r"\XFF\", r"\XFF\"),
        ];
        for (raw, meant) in cases {
            assert_eq!(unescape(raw, Marks::default(), Charset::Utf8), meant, "{raw}");
        }
        assert_eq!(unescape(r"\XC7\", Marks::default(), Charset::Arabic), "ا");
    }
}
