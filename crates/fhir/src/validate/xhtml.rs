//! The narrative's XHTML: <https://hl7.org/fhir/R4/narrative.html>.

use crate::issue::Problem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// txt-1: elements of chapters 7 to 11 (except `ins` and `del`) and 15 of HTML 4, with `a` and `img`.
const ELEMENTS: [&str; 56] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "ul",
    "var",
    "bdo",
    "kbd",
    "address",
    "u",
    "s",
    "strike",
    "center",
    "font",
];

/// Attributes that only say how something looks, what language it is in, or where it leads.
const ATTRIBUTES: [&str; 57] = [
    "abbr",
    "accesskey",
    "align",
    "alt",
    "axis",
    "bgcolor",
    "border",
    "cellhalign",
    "cellpadding",
    "cellspacing",
    "cellvalign",
    "char",
    "charoff",
    "charset",
    "cite",
    "class",
    "colspan",
    "compact",
    "coords",
    "dir",
    "frame",
    "headers",
    "height",
    "href",
    "hreflang",
    "hspace",
    "id",
    "lang",
    "longdesc",
    "name",
    "nowrap",
    "rel",
    "rev",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "span",
    "src",
    "start",
    "style",
    "summary",
    "tabindex",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
    "xml:lang",
    "xml:id",
    "xml:space",
    "color",
    "face",
    "size",
    "noshade",
    "clear",
];

/// Attributes of one element: checking that none comes twice costs their square.
pub const MAX_ATTRIBUTES: usize = 100;

const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// What is wrong with a narrative's `div`, and the name that the sentence needs.
pub fn check(text: &str) -> Result<(), (Problem, String)> {
    let malformed = || (Problem::XhtmlForm, String::new());
    let mut reader = Reader::from_str(text);
    let (mut depth, mut closed, mut content) = (0_usize, false, false);
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(tag) => {
                open(&tag, depth, closed, &mut content)?;
                depth += 1;
            }
            Event::Empty(tag) => {
                open(&tag, depth, closed, &mut content)?;
                closed = closed || depth == 0;
            }
            Event::End(_) => {
                depth = depth.checked_sub(1).ok_or_else(malformed)?;
                closed = closed || depth == 0;
            }
            Event::Text(text) => {
                let blank = text.chars().all(char::is_whitespace);
                content = content || !blank;
                if depth == 0 && !blank {
                    return Err((Problem::XhtmlRoot, String::new()));
                }
            }
            Event::CData(_) => content = true,
            Event::GeneralRef(name) => {
                let known = matches!(&*name, "amp" | "lt" | "gt" | "quot" | "apos") || is_character_reference(&name);
                content = true;
                if !known || depth == 0 {
                    return Err(malformed());
                }
            }
            Event::Comment(_) => {}
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => return Err(malformed()),
            Event::Eof if depth > 0 => return Err(malformed()),
            Event::Eof if !closed => return Err((Problem::XhtmlRoot, String::new())),
            Event::Eof if !content => return Err((Problem::XhtmlEmpty, String::new())),
            Event::Eof => return Ok(()),
        }
    }
}

/// Whether a narrative may stand in XML as it is, be it empty.
pub fn is_well_formed(text: &str) -> bool {
    matches!(check(text), Ok(()) | Err((Problem::XhtmlEmpty, _)))
}

fn open(tag: &BytesStart<'_>, depth: usize, closed: bool, content: &mut bool) -> Result<(), (Problem, String)> {
    let name = tag.name();
    let name = name.as_ref();
    let prefix = name.split_once(':').map(|(prefix, _)| prefix);
    let local = name.split_once(':').map_or(name, |(_, local)| local);
    if depth == 0 && (closed || local != "div") {
        return Err((Problem::XhtmlRoot, String::new()));
    }
    if !ELEMENTS.contains(&local) {
        return Err((Problem::XhtmlElement, local.to_owned()));
    }
    *content = *content || local == "img";
    let mut in_namespace = false;
    for (position, attribute) in tag.attributes().enumerate() {
        if position >= MAX_ATTRIBUTES {
            return Err((Problem::XhtmlForm, String::new()));
        }
        let attribute = attribute.map_err(|_| (Problem::XhtmlForm, String::new()))?;
        let key = attribute.key.as_ref();
        let value: &str = attribute.value.as_ref();
        if value.contains('<') {
            return Err((Problem::XhtmlForm, String::new()));
        }
        if key == "xmlns" || key.starts_with("xmlns:") {
            in_namespace |= key.strip_prefix("xmlns:") == prefix && value == NAMESPACE;
            continue;
        }
        let acts = matches!(key, "href" | "src") && value.trim_start().get(..11).is_some_and(|it| it.eq_ignore_ascii_case("javascript:"));
        if !ATTRIBUTES.contains(&key) || acts {
            return Err((Problem::XhtmlAttribute, key.to_owned()));
        }
    }
    if depth == 0 && !in_namespace {
        return Err((Problem::XhtmlRoot, String::new()));
    }
    Ok(())
}

/// `#160` or `#xA0`, of a character that XML allows.
pub fn is_character_reference(name: &str) -> bool {
    let number = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        },
        None => return false,
    };
    number.ok().and_then(char::from_u32).is_some_and(|it| it >= ' ' || matches!(it, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(inner: &str) -> Option<Problem> {
        check(&format!("<div xmlns=\"{NAMESPACE}\">{inner}</div>")).err().map(|(problem, _)| problem)
    }

    #[test]
    fn ordinary_narratives_pass() {
        assert_eq!(problem("<p class=\"x\" dir=\"rtl\">مريض &amp; &#160;</p><br/><table><tr><td colspan=\"2\">1</td></tr></table>"), None);
        assert_eq!(check("<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:p>x</h:p></h:div>"), Ok(()));
    }

    #[test]
    fn what_acts_or_breaks_is_refused() {
        assert_eq!(problem("<script>x</script>"), Some(Problem::XhtmlElement));
        assert_eq!(problem("<p onclick=\"x\">x</p>"), Some(Problem::XhtmlAttribute));
        assert_eq!(problem("<a href=\" javascript:x\">x</a>"), Some(Problem::XhtmlAttribute));
        assert_eq!(problem("<p>x</div>"), Some(Problem::XhtmlForm));
        assert_eq!(problem("<p>&nbsp;</p>"), Some(Problem::XhtmlForm));
        assert_eq!(problem("<p a=1>x</p>"), Some(Problem::XhtmlForm));
        assert_eq!(problem("  <p> </p>"), Some(Problem::XhtmlEmpty));
        assert_eq!(problem("<!DOCTYPE x>x"), Some(Problem::XhtmlForm));
    }

    #[test]
    fn the_root_is_one_div_in_the_namespace() {
        for text in [
            "<div>x</div>",
            "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>",
            "x",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>",
        ] {
            assert_eq!(check(text).err().map(|(problem, _)| problem), Some(Problem::XhtmlRoot), "{text}");
        }
        assert_eq!(check("<div xmlns=\"http://www.w3.org/1999/xhtml\">x").err().map(|(problem, _)| problem), Some(Problem::XhtmlForm));
    }
}
