//! The sound of a name as a short key: its consonants, the same whether the name is written in Arabic or, the Maghreb's
//! French way, in Latin letters.
//!
//! Arabic leaves its short vowels out, so a key that both scripts give has none. What Latin letters write in several ways
//! is one sound: `ch` and `sh`, `dj` and `j`, `ou` and `w`, `c`, `q` and `k`, doubled letters and single ones. What one
//! Latin letter stands for in several Arabic ones is one sound too: `t` for ت and ط, `s` for س and ص, `d` for د, ض, ذ, ظ.

use super::fold::is_arabic;

/// A vowel, or what may be one; never part of a key.
const VOWEL: u8 = b'.';
/// `w` and `y` at the beginning of a word.
const W: u8 = b'w';
const Y: u8 = b'y';
/// خ, غ and ش, as one sign each.
const KH: u8 = b'x';
const GH: u8 = b'g';
const SH: u8 = b'c';

/// "Servant of": the one compound whose article melts into what follows (`Abderrahim`, `Abdessamad`, `Abdelkader`).
const SERVANT: [&str; 2] = ["عبد", "abd"];

/// The key of one folded word; a word without consonants has an empty one.
pub fn sound(word: &str) -> String {
    for servant in SERVANT {
        if let Some(of) = word.strip_prefix(servant).filter(|of| !of.is_empty()) {
            let of = consonants(&sounds(of));
            return format!("abd{}", of.strip_prefix('l').unwrap_or(&of));
        }
    }
    let all = sounds(word);
    let key = consonants(&all);
    // An article written onto the name in Latin letters: `Elidrissi`. A short rest would be another name: `Elias`.
    if matches!(word.as_bytes(), [b'e' | b'a', b'l', ..])
        && let Some(rest) = key.strip_prefix('l').filter(|rest| rest.len() >= 3)
    {
        return rest.to_string();
    }
    match all.first() {
        Some(&first) if first == VOWEL && key.len() < 3 && !key.is_empty() => format!("a{key}"),
        Some(&first @ (W | Y)) => {
            let rest = key.get(1..).unwrap_or_default();
            if rest.len() < 3 { format!("{}{rest}", char::from(first)) } else { rest.to_string() }
        }
        _ => key,
    }
}

fn consonants(sounds: &[u8]) -> String {
    sounds.iter().filter(|sound| **sound != VOWEL).map(|sound| char::from(*sound)).collect()
}

/// The sounds of a word: neighbours that are the same are one, and an `h` at the end is not heard.
fn sounds(word: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(word.len());
    let mut push = |sound: u8| {
        if out.last() != Some(&sound) {
            out.push(sound);
        }
    };
    if is_arabic(word) {
        arabic(word, &mut push);
    } else {
        latin(word, &mut push);
    }
    if out.last() == Some(&b'h') {
        out.pop();
    }
    out
}

fn arabic(word: &str, push: &mut impl FnMut(u8)) {
    let last = word.chars().count().saturating_sub(1);
    for (at, letter) in word.chars().enumerate() {
        push(match letter {
            'ب' => b'b',
            'ت' | 'ط' | 'ث' => b't',
            'ج' => b'j',
            'ه' if at == last => VOWEL,
            'ح' | 'ه' => b'h',
            'خ' => KH,
            'د' | 'ذ' | 'ض' | 'ظ' => b'd',
            'ر' => b'r',
            'ز' => b'z',
            'س' | 'ص' => b's',
            'ش' => SH,
            'غ' => GH,
            'ف' => b'f',
            'ق' | 'ك' => b'k',
            'ل' => b'l',
            'م' => b'm',
            'ن' => b'n',
            'و' if at == 0 => W,
            'ي' if at == 0 => Y,
            _ => VOWEL,
        });
    }
}

/// Letters that stand together for one sound, longest first; what is not here is a letter by itself.
const TOGETHER: [(&str, u8); 19] = [
    ("tch", SH),
    ("sch", SH),
    ("ch", SH),
    ("sh", SH),
    ("kh", KH),
    ("gh", GH),
    ("dj", b'j'),
    ("ph", b'f'),
    ("th", b't'),
    ("dh", b'd'),
    ("ck", b'k'),
    ("qu", b'k'),
    ("gue", b'k'),
    ("gui", b'k'),
    ("ge", b'j'),
    ("gi", b'j'),
    ("ce", b's'),
    ("ci", b's'),
    ("cy", b's'),
];

fn latin(word: &str, push: &mut impl FnMut(u8)) {
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let begins = rest.len() == word.len();
        if let Some((letters, sound)) = TOGETHER.iter().find(|(letters, _)| rest.starts_with(letters)) {
            push(*sound);
            if matches!(letters.as_bytes().last(), Some(b'e' | b'i' | b'y' | b'u')) {
                push(VOWEL);
            }
            rest = rest.get(letters.len()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            'o' if begins && rest.starts_with('u') && rest.chars().nth(1).is_some_and(is_vowel) => push(W),
            'u' | 'w' if begins && rest.starts_with(is_vowel) => push(W),
            'i' | 'y' if begins && rest.starts_with(is_vowel) => push(Y),
            'r' if begins && rest.starts_with('h') => {
                push(GH);
                rest = rest.get(1..).unwrap_or_default();
            }
            'b' | 'p' => push(b'b'),
            'f' | 'v' => push(b'f'),
            'k' | 'q' | 'c' | 'g' => push(b'k'),
            'x' => {
                push(b'k');
                push(b's');
            }
            't' | 'j' | 'h' | 'd' | 'r' | 'z' | 's' | 'l' | 'm' | 'n' => push(letter as u8),
            _ => push(VOWEL),
        }
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}
