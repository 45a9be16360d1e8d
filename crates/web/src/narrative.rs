//! Text as FHIR's narrative has it, and back (<https://hl7.org/fhir/R4/narrative.html>). Of markup that others wrote only
//! the text is read: nothing of it reaches a page.

/// Elements after which a new line begins.
const BREAKS: [&str; 12] = ["br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol"];
/// Names of letters that XHTML knows without a list of its own, and the space that is not broken.
const NAMED: [(&str, char); 6] = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
/// The longest reference to a letter.
const LETTER: usize = 10;

/// A text as the `div` of a narrative; its lines stay lines.
pub fn div(text: &str) -> String {
    let mut out = String::from(r#"<div xmlns="http://www.w3.org/1999/xhtml"><p>"#);
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("<br/>"),
            // XML has no way to write these.
            other if other.is_control() && other != '\t' => {}
            other => out.push(other),
        }
    }
    out.push_str("</p></div>");
    out
}

/// The text of a `div`, with a line for each of its blocks.
pub fn text(div: &str) -> String {
    let mut out = String::new();
    let mut rest = div;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        rest = if rest.starts_with('<') { tag(rest, &mut out) } else { letter(rest, &mut out) };
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// Passes over a tag.
fn tag<'t>(rest: &'t str, out: &mut String) -> &'t str {
    let Some((inside, after)) = rest.get(1..).unwrap_or_default().split_once('>') else { return "" };
    let (ends, name) = inside.strip_prefix('/').map_or((false, inside), |name| (true, name));
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let alone = inside.ends_with('/') || name == "br";
    if BREAKS.contains(&name.as_str()) && (ends || alone) && (name == "br" || !out.ends_with('\n')) {
        out.push('\n');
    } else if matches!(name.as_str(), "td" | "th") && ends {
        out.push('\t');
    }
    after
}

/// Reads a letter by its name or number; what is neither stays as it is.
fn letter<'t>(rest: &'t str, out: &mut String) -> &'t str {
    let named = rest.get(1..).and_then(|rest| rest.split_once(';')).filter(|(name, _)| name.len() <= LETTER);
    let found =
        named.and_then(|(name, after)| Some((numbered(name).or_else(|| NAMED.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter))?, after)));
    match found {
        Some((letter, after)) => {
            out.push(letter);
            after
        }
        None => {
            out.push('&');
            rest.get(1..).unwrap_or_default()
        }
    }
}

fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
    char::from_u32(code?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_of_others_is_read_as_text() {
        let foreign = r#"<div xmlns="http://www.w3.org/1999/xhtml"><h2>Plan</h2><ul><li>5 &#60; 6 &amp; caf&#xe9;</li><li onclick="x()">b</li></ul><script>alert(1)</script>un<br/>deux &zz; &</div>"#;
        assert_eq!(text(foreign), "Plan\n5 < 6 & café\nb\nalert(1)un\ndeux &zz; &");
        assert_eq!(text("<table><tr><th>a</th><td>b</td></tr></table>"), "a\tb");
        assert_eq!(text("never closed <b"), "never closed");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(lines in proptest::collection::vec("[ -~éàمحمد<>&;#]{0,40}", 0..6)) {
            let said = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n").trim().to_owned();
            prop_assert_eq!(text(&div(&said)), said);
        }

        #[test]
        fn no_narrative_breaks_the_reader(div in ".{0,200}") {
            let _ = text(&div);
        }
    }
}
