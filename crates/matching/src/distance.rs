//! How far two written words are apart.

/// Longer words are compared by their beginnings.
const LONGEST: usize = 64;

struct Letters {
    signs: [char; LONGEST],
    length: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut out = Self { signs: ['\0'; LONGEST], length: 0 };
        for (place, sign) in out.signs.iter_mut().zip(text.chars()) {
            *place = sign;
            out.length += 1;
        }
        out
    }

    fn all(&self) -> &[char] {
        self.signs.get(..self.length).unwrap_or_default()
    }
}

/// How many slips part two words: a sign more, less, other, or two neighbours exchanged (optimal string alignment).
/// Counting ends above `most`, and `most + 1` is said.
pub fn slips(left: &str, right: &str, most: usize) -> usize {
    let (left, right) = (Letters::of(left), Letters::of(right));
    if left.length.abs_diff(right.length) > most {
        return most + 1;
    }
    let mut before = [0u8; LONGEST + 1];
    let mut above: [u8; LONGEST + 1] = std::array::from_fn(|at| at as u8);
    let mut previous = '\0';
    for (row, a) in left.all().iter().enumerate() {
        let mut line = [0u8; LONGEST + 1];
        let mut beside = row as u8 + 1;
        let mut earlier = '\0';
        let mut least = beside;
        if let Some(first) = line.first_mut() {
            *first = beside;
        }
        for (column, b) in right.all().iter().enumerate() {
            let at = |of: &[u8; LONGEST + 1], place: usize| of.get(place).copied().unwrap_or(u8::MAX);
            let mut best = (at(&above, column) + u8::from(a != b)).min(beside + 1).min(at(&above, column + 1) + 1);
            if row > 0 && column > 0 && *a == earlier && previous == *b {
                best = best.min(at(&before, column - 1) + 1);
            }
            if let Some(place) = line.get_mut(column + 1) {
                *place = best;
            }
            (beside, earlier) = (best, *b);
            least = least.min(best);
        }
        // One row back may still be reached by an exchange, so two rows have to be beyond.
        if usize::from(least) > most + 1 {
            return most + 1;
        }
        (before, above, previous) = (above, line, *a);
    }
    usize::from(above.get(right.length).copied().unwrap_or(u8::MAX)).min(most + 1)
}

/// Likeness from 0 to 1 that counts signs in common near the same place, and a common beginning more: Jaro's measure with
/// Winkler's prefix (Winkler, 1990).
pub fn likeness(left: &str, right: &str) -> f32 {
    let (left, right) = (Letters::of(left), Letters::of(right));
    let (left, right) = (left.all(), right.all());
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let (mut taken, mut common) = (0u64, ['\0'; LONGEST]);
    let mut count = 0usize;
    for (at, sign) in left.iter().enumerate() {
        let mut window = right.iter().enumerate().take(at + reach + 1).skip(at.saturating_sub(reach));
        let found = window.find(|(place, other)| *other == sign && taken & (1 << place) == 0);
        if let Some((place, _)) = found {
            taken |= 1 << place;
            if let Some(slot) = common.get_mut(count) {
                *slot = *sign;
            }
            count += 1;
        }
    }
    if count == 0 {
        return 0.0;
    }
    let in_right = right.iter().enumerate().filter(|(place, _)| taken & (1 << place) != 0).map(|(_, sign)| sign);
    let moved = in_right.zip(common.iter()).filter(|(a, b)| a != b).count() as f32 / 2.0;
    let all = count as f32;
    let jaro = (all / left.len() as f32 + all / right.len() as f32 + (all - moved) / all) / 3.0;
    let same = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count() as f32;
    jaro + same * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook's recursion, without bounds.
    fn plain(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut best = (table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1])).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn slips_of_typists() {
        for (a, b, count) in [("bennani", "benani", 1), ("bennani", "ebnnani", 1), ("jayden", "jayedn", 1), ("hingston", "hingskn", 2), ("محمد", "محمود", 1)]
        {
            assert_eq!(slips(a, b, 3), count, "{a} {b}");
        }
        assert_eq!(slips("ali", "mohamed", 2), 3, "beyond what was asked");
    }

    #[test]
    fn likeness_of_the_published_examples() {
        for (a, b, like) in [("martha", "marhta", 0.961), ("dixon", "dicksonx", 0.813), ("dwayne", "duane", 0.84)] {
            assert!((likeness(a, b) - like).abs() < 0.001, "{a} {b} {}", likeness(a, b));
        }
    }

    proptest! {
        #[test]
        fn slips_are_those_of_the_textbook(a in "[abc]{0,9}", b in "[abc]{0,9}", most in 0usize..6) {
            let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(slips(&a, &b, most), plain(&left, &right).min(most + 1));
        }

        #[test]
        fn likeness_is_one_for_the_same_alone(a in "[a-d]{1,9}", b in "[a-d]{1,9}") {
            let like = likeness(&a, &b);
            prop_assert!((0.0..=1.0001).contains(&like));
            prop_assert_eq!(like > 0.9999, a == b);
        }
    }
}
