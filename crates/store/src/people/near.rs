//! Names that differ by one slip of the finger: a letter more, less, other, or two exchanged.

/// Shorter words are too often another name.
pub(crate) const NEAR_LETTERS: usize = 5;

const LATIN: &str = "abcdefghijklmnopqrstuvwxyz";
const ARABIC: &str = "ابتثجحخدذرزسشصضطظعغفقكلمنهويء";

/// All that is one slip away from a word, in its own script; nothing for a short one.
pub(crate) fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < NEAR_LETTERS {
        return Vec::new();
    }
    let alphabet = if word.is_ascii() { LATIN } else { ARABIC };
    let text = |parts: &[&[char]]| parts.iter().flat_map(|part| part.iter()).collect::<String>();
    let mut out = Vec::new();
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at_checked(at).unwrap_or((&letters, &[]));
        out.extend(alphabet.chars().map(|letter| text(&[before, &[letter], after])));
        let Some((own, rest)) = after.split_first() else { continue };
        out.push(text(&[before, rest]));
        out.extend(alphabet.chars().filter(|letter| letter != own).map(|letter| text(&[before, &[letter], rest])));
        if let Some((next, rest)) = rest.split_first().filter(|(next, _)| *next != own) {
            out.push(text(&[before, &[*next, *own], rest]));
        }
    }
    out
}

/// Whether `typed` is one slip away from `word`, or from a beginning of it.
pub(crate) fn is_near(typed: &str, word: &str) -> bool {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    if typed.len() < NEAR_LETTERS {
        return false;
    }
    let same = typed.iter().zip(&word).take_while(|(a, b)| a == b).count();
    let rest = |letters: &[char], from: usize| letters.get(from..).map(<[char]>::to_vec).unwrap_or_default();
    let (left, right) = (rest(&typed, same), rest(&word, same));
    let begins = |skip_left: usize, skip_right: usize| right.len() >= skip_right && rest(&right, skip_right).starts_with(&rest(&left, skip_left));
    let exchanged = matches!((left.as_slice(), right.as_slice()), ([a, b, ..], [c, d, ..]) if a == d && b == c) && begins(2, 2);
    begins(1, 1) || begins(0, 1) || begins(1, 0) || exchanged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_near() {
        for word in ["bennani", "benani", "benanni", "bennanii", "bemnani", "ebnnani", "bennain"] {
            assert!(is_near("bennani", word) || word == "bennani", "{word}");
        }
        assert!(!is_near("bennani", "berrada"));
        assert!(is_near("benna", "bemnani"), "a beginning");
        assert!(!is_near("ali", "ali"));
        for slip in slips("fatima") {
            assert!(is_near(&slip, "fatima") || slip.len() < NEAR_LETTERS, "{slip}");
        }
        assert!(slips("محمدي").contains(&"محمودي".to_string()));
    }
}
