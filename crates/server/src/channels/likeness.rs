//! Whether two names may be of one person, by the pack's lists: in another spelling, and in another script.

use rihla_exchange::reconcile::{ByLetters, Likeness};
use rihla_matching::names::is_arabic;
use rihla_matching::{NameRules, Writing};
use rihla_packs::Pack;

/// The rules of a country.
pub struct ByPack(NameRules);

impl ByPack {
    pub fn new(pack: &Pack) -> Self {
        let of = &pack.writing;
        let writing = Writing { articles: of.articles.clone(), particles: of.particles.clone(), ..Writing::default() };
        Self(NameRules::new(&writing, pack.person_names.rows.iter().map(|row| row.latin.iter().chain([&row.arabic]))))
    }

    /// The listed names that a written one holds.
    fn listed(&self, name: &str) -> Vec<u32> {
        let words = self.0.words(name);
        let parts = words.iter().flat_map(|word| [Some(word.text.as_str()), word.bare.as_deref()]).flatten();
        parts.flat_map(|part| self.0.classes_of(part)).copied().collect()
    }
}

impl Likeness for ByPack {
    fn alike(&self, one: &str, other: &str) -> Option<bool> {
        let (left, right) = (self.listed(one), self.listed(other));
        if left.iter().any(|class| right.contains(class)) {
            return Some(true);
        }
        if is_arabic(one) != is_arabic(other) {
            // A name that is on no list cannot be compared with one in another script.
            return (!left.is_empty() && !right.is_empty()).then_some(false);
        }
        ByLetters.alike(one, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_scripts_of_one_name_are_alike_and_what_is_on_no_list_is_not_compared_across_scripts() {
        let rules = ByPack::new(&Pack::built_in("ma").expect("the pack").expect("sound"));
        let cases = [
            ("Mohammed", "محمد", Some(true)),
            ("Mohamed Amine", "محمد", Some(true)),
            ("Fatima", "محمد", Some(false)),
            ("Mohammed", "Mohamed", Some(true)),
            ("Mohammed", "Yassine", Some(false)),
            ("Xyzzyq", "محمد", None),
            ("", "محمد", None),
        ];
        for (one, other, expected) in cases {
            assert_eq!(rules.alike(one, other), expected, "{one} {other}");
        }
    }
}
