//! The name that somebody types to come in.

use unicode_normalization::UnicodeNormalization;

/// Characters of a login name.
pub const LOGIN_MAX: usize = 64;

/// A login name in the one form that is compared: compatible characters made one, lower case, no space around. None if it is
/// no login name: two to 64 letters, digits and `. _ - @ '`, so that no two names look alike by signs that are not seen.
pub fn fold_login(typed: &str) -> Option<String> {
    // Long input is cut off before it is worked on.
    if typed.len() > 4 * LOGIN_MAX {
        return None;
    }
    let folded: String = typed.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let fits = (2..=LOGIN_MAX).contains(&folded.chars().count());
    let plain = folded.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-' | '@' | '\''));
    (fits && plain).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_different_ways_is_one_name() {
        for typed in ["s.bénani", " S.Bénani ", "S.BE\u{301}NANI", "ｓ.bénani"] {
            assert_eq!(fold_login(typed).as_deref(), Some("s.bénani"), "{typed}");
        }
        assert_eq!(fold_login("سعاد.بناني").as_deref(), Some("سعاد.بناني"));
        for wrong in ["", "x", "a b", "a\u{200B}b", "a/b", "a\nb", &"a".repeat(65), &"é".repeat(400)] {
            assert_eq!(fold_login(wrong), None, "{wrong}");
        }
    }
}
