//! Passwords that are guessed first: the most common ones of public leaks, and what is made of nothing but common words, the
//! person's or the hospital's own names, years, repetitions and rows of keys (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5,
//! 6.2.4, 6.2.11 and 6.2.12).
//!
//! The list has what is typed elsewhere; the rule, in every writing, what people of this country make of the words they have.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Rows of keys in both directions: French, English and Arabic keyboards, letters and digits.
const ROWS: [&str; 13] = [
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
    "ئءؤرلاىةوزظ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "1qaz2wsx3edc4rfv5tgb6yhn",
];
/// So many signs in a row of keys, or one sign repeated, are no secret.
const RUN: usize = 3;
/// Longer pieces are looked at in parts.
const LONGEST: usize = 40;
const WORD: usize = 4;
/// What is left beside words and rows has to be more than this.
const LEFT: usize = 3;

pub(crate) struct Blocklist {
    words: HashSet<String>,
    /// Whole passwords, in small letters without accents.
    leaked: HashSet<String>,
    /// Rows forwards and backwards.
    rows: Vec<Vec<char>>,
}

impl Blocklist {
    /// `house`: names of the hospital, its places and products, and words of its country.
    pub fn new<'w>(house: impl IntoIterator<Item = &'w str>) -> Self {
        let common = include_str!("../../data/common.txt").lines().filter(|line| !line.starts_with('#'));
        let words = common.chain(house).flat_map(words_of).collect();
        let forwards = ROWS.iter().map(|row| row.chars().map(fold_sign).collect::<Vec<_>>());
        let rows = forwards.flat_map(|row| [row.iter().rev().copied().collect(), row]).collect();
        let leaked = include_str!("../../data/leaked.txt").lines().filter(|line| !line.starts_with('#'));
        Self { words, leaked: leaked.map(|line| folded(line).into_iter().collect()).collect(), rows }
    }

    /// Whether this is one of those guessed first. `own`: names of the person.
    pub fn refuses<'w>(&self, password: &str, own: impl IntoIterator<Item = &'w str>) -> bool {
        let signs = folded(password);
        let own: HashSet<String> = own.into_iter().flat_map(words_of).collect();
        let left = self.left(&signs, &own);
        left <= LEFT || repeats(&signs) || self.leaked.contains(&signs.iter().collect::<String>())
    }

    /// The fewest signs that stay when listed words, rows of keys, repetitions and years are taken out.
    fn left(&self, signs: &[char], own: &HashSet<String>) -> usize {
        let mut fewest = vec![0; signs.len() + 1];
        for end in 1..=signs.len() {
            let mut best = usize::MAX;
            for (begin, before) in fewest.iter().enumerate().take(end).skip(end.saturating_sub(LONGEST)) {
                let Some(piece) = signs.get(begin..end) else { continue };
                best = best.min(before + self.cost(piece, own));
            }
            if let Some(place) = fewest.get_mut(end) {
                *place = best;
            }
        }
        fewest.last().copied().unwrap_or(0)
    }

    /// A small word counts as one sign: they are in everything. What stands between words counts for nothing.
    fn cost(&self, piece: &[char], own: &HashSet<String>) -> usize {
        if self.run(piece) || is_year(piece) {
            0
        } else if self.word(piece, own) {
            usize::from(piece.len() < WORD)
        } else {
            piece.iter().filter(|sign| sign.is_alphanumeric()).count()
        }
    }

    fn word(&self, piece: &[char], own: &HashSet<String>) -> bool {
        let word: String = piece.iter().collect();
        self.words.contains(&word) || own.contains(&word)
    }

    /// A stretch of a row, or one sign repeated.
    fn run(&self, piece: &[char]) -> bool {
        let one = piece.windows(2).all(|pair| pair.first() == pair.last());
        piece.len() >= RUN && (one || self.rows.iter().any(|row| row.windows(piece.len()).any(|stretch| stretch == piece)))
    }
}

/// The parts of a name, each folded, and all of it written together.
fn words_of(name: &str) -> Vec<String> {
    let parts: Vec<String> = name.split(|sign: char| !sign.is_alphanumeric()).map(|part| folded(part).into_iter().collect()).collect();
    let whole = parts.concat();
    parts.into_iter().chain([whole]).filter(|word| !word.is_empty()).collect()
}

/// Lower case, without accents, with signs that stand for letters read as these.
fn folded(text: &str) -> Vec<char> {
    let plain = text.nfkd().filter(|sign| !is_combining_mark(*sign) && !sign.is_whitespace());
    plain.flat_map(char::to_lowercase).map(fold_sign).collect()
}

fn fold_sign(sign: char) -> char {
    match sign {
        '@' => 'a',
        '$' => 's',
        'أ' | 'إ' | 'آ' => 'ا',
        '٠'..='٩' => char::from(b'0' + (u32::from(sign) - u32::from('٠')) as u8),
        other => other,
    }
}

fn is_year(piece: &[char]) -> bool {
    matches!(piece, ['1', '9', a, b] | ['2', '0', a, b] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// A short piece said over and over.
fn repeats(signs: &[char]) -> bool {
    (1..=signs.len() / 3).any(|length| signs.chunks(length).all(|piece| signs.starts_with(piece)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused_in_every_writing() {
        let list = Blocklist::new(["Hôpital Al Amal", "Sidi Othmane", "المغرب"]);
        for guessed in [
            "password",
            "Password123456!",
            "MotDePasse2026!!",
            "motdepassemotdepasse",
            "azertyuiop123456",
            "AZERTYUIOPqsdfgh",
            "P@$$word12345678",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "x7q.x7q.x7q.x7q.",
            "metallica",
            "Q1w2e3r4t5",
            "1234567890123456",
            "Hôpital Al Amal 2026",
            "alamal-alamal-1",
            "sidiothmane2026!",
            "Bénani1987Bénani",
            "s.benani s.benani",
            "jetaimemonamour1",
            "محمد123456789012",
            "مستشفى المغرب ٢٠٢٦",
            "ضصثقفغعهخحجد12",
            "bismillah bismillah",
            "trustno1trustno1",
            "9876543210987654",
        ] {
            assert!(list.refuses(guessed, ["s.benani", "Souad BÉNANI"]), "{guessed}");
        }
    }

    #[test]
    fn what_nobody_guesses_first_may_be_chosen() {
        let list = Blocklist::new(["Hôpital Al Amal"]);
        for chosen in [
            "mon chat ronge trois galets",
            "le train de nuit sent la menthe",
            "قطار الليل يعبر الجسر القديم",
            "correct horse battery staple",
            "Kx9#qvT2!mZp7&Ld",
            "tagine aux pruneaux 7h12",
            "gB7-soleil-vR",
            "9f2c61d07b3ae845",
        ] {
            assert!(!list.refuses(chosen, ["s.benani", "Souad BÉNANI"]), "{chosen}");
        }
    }
}
