//! Strings as they are compared: the one folding that the index and a query share.
//!
//! R4 asks string search to ignore case, accents and other marks
//! (<https://hl7.org/fhir/R4/search.html#string>). Names here come in French and in Arabic, so Arabic letters that
//! writers use for one another fold too.

use std::borrow::Cow;

/// Lower case without marks; Arabic letters folded; everything that is no letter or digit becomes one space.
///
/// A string that is already folded is lent back.
pub fn normalize(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    normalize_into(text, &mut out);
    Cow::Owned(out)
}

/// Appends what [`normalize`] gives, so that a buffer can serve many strings.
pub fn normalize_into(text: &str, out: &mut String) {
    let mut folded = Folded { start: out.len(), gap: false, out };
    for character in text.chars() {
        match fold(character) {
            // What a capital becomes may itself fold; what that becomes does not.
            Fold::Lower => character.to_lowercase().for_each(|lower| folded.push(fold(lower), lower)),
            other => folded.push(other, character),
        }
    }
}

/// The text that is growing, with a space owed before its next letter.
struct Folded<'o> {
    out: &'o mut String,
    start: usize,
    gap: bool,
}

impl Folded<'_> {
    fn push(&mut self, fold: Fold, own: char) {
        match fold {
            Fold::Drop => return,
            Fold::Gap => {
                self.gap = self.out.len() > self.start;
                return;
            }
            _ => {}
        }
        if std::mem::take(&mut self.gap) {
            self.out.push(' ');
        }
        match fold {
            Fold::Letters(letters) => self.out.push_str(letters),
            Fold::Letter(letter) => self.out.push(letter),
            _ => self.out.push(own),
        }
    }
}

/// Whether folding would change nothing; only ASCII is judged, since most strings are.
fn is_normal(text: &str) -> bool {
    let mut space = true;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => space = false,
            b' ' if !space => space = true,
            _ => return false,
        }
    }
    !space || text.is_empty()
}

enum Fold {
    Drop,
    Gap,
    Letter(char),
    Letters(&'static str),
    Lower,
}

fn fold(character: char) -> Fold {
    match character {
        'a'..='z' | '0'..='9' => Fold::Letter(character),
        'A'..='Z' => Fold::Letter(character.to_ascii_lowercase()),
        '\0'..='\u{7f}' => Fold::Gap,
        '\u{c0}'..='\u{24f}' => latin(character, '\u{c0}', LATIN),
        '\u{1e00}'..='\u{1eff}' => latin(character, '\u{1e00}', LATIN_ADDITIONAL),
        // Ayn and hamza of transliterations, and marks that show direction or join letters.
        '\u{2b9}'..='\u{2bf}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => Fold::Drop,
        '\u{600}'..='\u{6ff}' | '\u{fef5}'..='\u{fefc}' => arabic(character),
        _ if is_mark(character) => Fold::Drop,
        _ if character.is_alphanumeric() => Fold::Lower,
        _ => Fold::Gap,
    }
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

fn latin(character: char, first: char, table: &str) -> Fold {
    let at = (u32::from(character) - u32::from(first)) as usize;
    match (character, table.as_bytes().get(at)) {
        (_, Some(base)) if *base != b'.' => Fold::Letter(char::from(*base)),
        ('ß' | 'ẞ', _) => Fold::Letters("ss"),
        ('æ' | 'Æ' | 'ǽ' | 'Ǽ' | 'ǣ' | 'Ǣ', _) => Fold::Letters("ae"),
        ('œ' | 'Œ', _) => Fold::Letters("oe"),
        ('þ' | 'Þ', _) => Fold::Letters("th"),
        ('ĳ' | 'Ĳ', _) => Fold::Letters("ij"),
        _ if character.is_alphanumeric() => Fold::Lower,
        _ => Fold::Gap,
    }
}

/// Writers of Arabic leave out vowel signs, and exchange hamza carriers, ta marbuta and ha, alif maqsura and ya.
/// Letters that only keyboards of other languages give (Persian kaf and ya) and the Moroccan gaf fold as well.
fn arabic(character: char) -> Fold {
    match character {
        'أ' | 'إ' | 'آ' | 'ٱ' => Fold::Letter('ا'),
        'ة' | 'ۀ' | 'ہ' | 'ە' => Fold::Letter('ه'),
        'ى' | 'ی' | 'ئ' => Fold::Letter('ي'),
        'ؤ' => Fold::Letter('و'),
        'ک' | 'گ' | 'ڭ' => Fold::Letter('ك'),
        'پ' => Fold::Letter('ب'),
        'ڤ' | 'ڥ' => Fold::Letter('ف'),
        '\u{fef5}'..='\u{fefc}' => Fold::Letters("لا"),
        'ـ'
        | '\u{610}'..='\u{61a}'
        | '\u{61c}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}'
        | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' => Fold::Drop,
        '٠'..='٩' => digit(character, '٠'),
        '۰'..='۹' => digit(character, '۰'),
        _ if character.is_alphanumeric() => Fold::Letter(character),
        _ => Fold::Gap,
    }
}

fn digit(character: char, zero: char) -> Fold {
    char::from_digit(u32::from(character) - u32::from(zero), 10).map_or(Fold::Gap, Fold::Letter)
}

/// The base letters of U+00C0 to U+024F; a dot where there is none or more than one.
const LATIN: &str = concat!(
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y",
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll",
    "lllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs",
    "bb........d......ff.....kkll....oo.............uu..yyzz.........",
    ".............aaiioouuuuuuuuuueaaaa..ggggkkoooo..j...gg..nnaa....",
    "aaaaeeeeiiiioooorrrruuuusstt..hh....zzaaeeooooooooyy.......cc...",
    "................",
);

/// The same for U+1E00 to U+1EFF, where the dotted letters of Arabic transliteration are.
const LATIN_ADDITIONAL: &str = concat!(
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm",
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv",
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee",
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_latin_marks_fold() {
        assert_eq!(normalize("Éloïse  BENOÎT"), "eloise benoit");
        assert_eq!(normalize("œuvre Ægir Straße Łódź Ünal ñ"), "oeuvre aegir strasse lodz unal n");
        assert_eq!(normalize("Ḥasan al-Ṣaḥrāwī ʿAlī"), "hasan al sahrawi ali");
        assert_eq!(normalize("e\u{301}"), "e");
        assert_eq!(normalize("İzmir"), "izmir");
    }

    #[test]
    fn punctuation_parts_words_once() {
        assert_eq!(normalize("  L'Houssaine,--Ben  "), "l houssaine ben");
        assert_eq!(normalize("×÷"), "");
        assert_eq!(normalize(""), "");
    }

    #[test]
    fn arabic_letters_that_stand_for_one_another_fold() {
        assert_eq!(normalize("أَحْمَد"), "احمد");
        assert_eq!(normalize("إبراهيم"), normalize("ابراهيم"));
        assert_eq!(normalize("فاطمة"), normalize("فاطمه"));
        assert_eq!(normalize("مصطفى"), normalize("مصطفي"));
        assert_eq!(normalize("محـــمد"), "محمد");
        assert_eq!(normalize("أڭادير"), normalize("اكادير"));
        assert_eq!(normalize("٢٠٢٦"), "2026");
        assert_eq!(normalize("عبد\u{200f} الله،"), "عبد الله");
        assert_eq!(normalize("\u{fefb}"), "لا");
    }

    #[test]
    fn a_folded_string_folds_to_itself_and_is_lent() {
        assert!(matches!(normalize("chaired by 3"), Cow::Borrowed(_)));
        for text in ["Éloïse", "أَحْمَد بن", "Straße", "Ⴀ ⵣ", "\u{a7dc}"] {
            let once = normalize(text).into_owned();
            assert_eq!(normalize(&once), once);
        }
    }

    #[test]
    fn the_tables_cover_their_blocks() {
        assert_eq!(LATIN.len(), 0x24f - 0xc0 + 1);
        assert_eq!(LATIN_ADDITIONAL.len(), 0x1eff - 0x1e00 + 1);
    }
}
