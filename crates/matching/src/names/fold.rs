//! One form for what people write in many: case, accents, vowel signs, carriers of hamza, Arabic digits.

use unicode_normalization::UnicodeNormalization;

/// Longer texts are no names; the rest of them is left out, so that work and memory stay bounded.
const LONGEST: usize = 200;

/// Letters and digits in lower case, words parted by one space. Folding twice changes nothing.
///
/// Writers of Arabic leave out vowel signs, and exchange alef with its hamza forms, ta marbuta with ha, alef maqsura with
/// ya; keyboards of other languages give letters of their own for kaf, ya and gaf. An apostrophe joins (`M'hamed`), every
/// other sign parts (`El-Idrissi`).
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    let mut gap = false;
    for sign in text.chars().take(LONGEST).nfkd().flat_map(char::to_lowercase).nfkd() {
        match letter(sign) {
            Folded::Nothing => {}
            Folded::Gap => gap = !out.is_empty(),
            Folded::Letters(letters) => {
                if std::mem::take(&mut gap) {
                    out.push(' ');
                }
                out.push_str(letters);
            }
            Folded::Letter(letter) => {
                if std::mem::take(&mut gap) {
                    out.push(' ');
                }
                out.push(letter);
            }
        }
    }
    out
}

/// Whether a folded word is in Arabic letters.
pub fn is_arabic(word: &str) -> bool {
    word.chars().next().is_some_and(|sign| ('\u{600}'..='\u{6ff}').contains(&sign))
}

enum Folded {
    Nothing,
    Gap,
    Letter(char),
    Letters(&'static str),
}

fn letter(sign: char) -> Folded {
    let folded = match sign {
        'a'..='z' | '0'..='9' => sign,
        // Apostrophes, also those that stand for ayn and hamza in transliterations; marks of direction and joining.
        '\'' | '`' | '´' | '’' | '‘' | 'ʼ' | '\u{2b9}'..='\u{2bf}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
            return Folded::Nothing;
        }
        // Accents; vowel signs and, once taken apart, hamza and madda; a hamza that stands alone; tatweel.
        '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61c}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | 'ء' | 'ـ' => return Folded::Nothing,
        'ٱ' => 'ا',
        'ة' | 'ۀ' | 'ہ' | 'ە' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' | 'گ' | 'ڭ' | 'ݣ' => 'ك',
        'پ' => 'ب',
        'چ' => 'ج',
        'ڤ' | 'ڥ' => 'ف',
        '٠'..='٩' => digit(sign, '٠'),
        '۰'..='۹' => digit(sign, '۰'),
        'ß' => return Folded::Letters("ss"),
        'æ' => return Folded::Letters("ae"),
        'œ' => return Folded::Letters("oe"),
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        'þ' => return Folded::Letters("th"),
        _ if sign.is_alphanumeric() => sign,
        _ => return Folded::Gap,
    };
    Folded::Letter(folded)
}

fn digit(sign: char, zero: char) -> char {
    char::from_u32(u32::from('0') + u32::from(sign) - u32::from(zero)).unwrap_or(sign)
}
