//! Just enough of Rust's grammar to find where functions begin and end.

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Counted from 1.
    pub line: usize,
    /// From the line of `fn` to that of the closing brace.
    pub lines: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word<'s> {
    Name(&'s str),
    Sign(char),
}

/// Every function of a source text, nested ones too. A text that is no Rust gives what could be made out.
pub fn functions(text: &str) -> Vec<Function> {
    let words = words(text);
    let mut found = Vec::new();
    for (at, (word, line)) in words.iter().enumerate() {
        let Some((Word::Name(name), _)) = words.get(at + 1) else { continue };
        if *word != Word::Name("fn") {
            continue;
        }
        if let Some(last) = body_end(words.get(at..).unwrap_or(&[])) {
            found.push(Function { name: (*name).to_owned(), line: *line, lines: last - line + 1 });
        }
    }
    found
}

/// The line of the brace that closes the body; `None` for a declaration without one.
fn body_end(words: &[(Word<'_>, usize)]) -> Option<usize> {
    let mut braces = 0usize;
    let mut others = 0isize;
    for (word, line) in words {
        match word {
            Word::Sign('(' | '[') => others += 1,
            Word::Sign(')' | ']') => others -= 1,
            Word::Sign(';') if braces == 0 && others == 0 => return None,
            Word::Sign('{') => braces += 1,
            Word::Sign('}') => {
                braces = braces.checked_sub(1)?;
                // A brace within brackets is a const expression in the signature.
                if braces == 0 && others == 0 {
                    return Some(*line);
                }
            }
            _ => {}
        }
    }
    None
}

/// Names and signs with their lines; comments, texts and characters are left out.
fn words(text: &str) -> Vec<(Word<'_>, usize)> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let name = name(rest);
            let word = if name.is_empty() { Word::Sign(first) } else { Word::Name(name) };
            if !first.is_whitespace() {
                out.push((word, line));
            }
            name.len().max(first.len_utf8())
        });
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        line += taken.matches('\n').count();
        rest = after;
    }
    out
}

fn name(rest: &str) -> &str {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// The length of the comment, text or character that `rest` starts with.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if let Some(length) = raw_text(rest) {
        return Some(length);
    }
    match rest.as_bytes() {
        [b'"', ..] => Some(quoted(rest, 1, '"')),
        [b'b' | b'c', b'"', ..] => Some(quoted(rest, 2, '"')),
        [b'b', b'\'', ..] => Some(quoted(rest, 2, '\'')),
        [b'\'', b'\\', ..] => Some(quoted(rest, 1, '\'')),
        [b'\'', ..] => Some(character_or_lifetime(rest)),
        _ => None,
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn raw_text(rest: &str) -> Option<usize> {
    let after = ["r", "br", "cr"].iter().find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close)? + close.len();
    Some(rest.len() - body.len() + end)
}

fn quoted(rest: &str, from: usize, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().filter(|(at, _)| *at >= from) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` is a character, `'x` followed by anything else a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    let (_, third) = (characters.next(), characters.next());
    match third {
        Some((at, '\'')) => at + 1,
        _ => 1 + name(rest.get(1..).unwrap_or("")).len().max(1).min(rest.len() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(text: &str) -> Vec<(String, usize, usize)> {
        functions(text).into_iter().map(|function| (function.name, function.line, function.lines)).collect()
    }

    #[test]
    fn lines_run_from_fn_to_brace() {
        assert_eq!(sizes("fn a() {}\n\npub fn b(\n) -> u8 {\n  1\n}\n"), [("a".into(), 1, 1), ("b".into(), 3, 4)]);
    }

    #[test]
    fn braces_in_texts_comments_and_characters_do_not_count() {
        let text = "fn a() {\n let x = \"}\"; // }\n let y = '}'; /* } /* } */ */\n let z = r#\"}\"}\"#;\n let w = b'}';\n}\nfn b<'l>(x: &'l str) {}\n";
        assert_eq!(sizes(text), [("a".into(), 1, 6), ("b".into(), 7, 1)]);
    }

    #[test]
    fn declarations_and_function_types_have_no_body() {
        assert_eq!(sizes("trait T { fn a(&self); fn b(x: [u8; 2]) { } }\ntype F = fn(u8) -> u8;\n"), [("b".into(), 1, 1)]);
    }

    #[test]
    fn nested_functions_are_found_too() {
        assert_eq!(sizes("fn a() {\n fn b() {\n }\n}\n"), [("a".into(), 1, 4), ("b".into(), 2, 2)]);
    }
}
