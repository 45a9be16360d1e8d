//! Finding things by the beginnings of their words.

use rihla_fhirpath::normalize;
use std::collections::BTreeSet;

/// Words of what is typed that are looked at.
const WORDS: usize = 8;

/// Things with texts, each found by the beginnings of the words of one of its texts. Things are named by their numbers, in
/// the order in which they were given.
#[derive(Debug, Default)]
pub struct Index {
    /// Folded words with the things that have them, in order.
    words: Vec<(Box<str>, u32)>,
    /// For each thing its folded texts.
    texts: Vec<Vec<Box<str>>>,
}

impl Index {
    /// `things`: each with all texts by which it is found.
    pub fn of<T: AsRef<str>>(things: impl IntoIterator<Item = Vec<T>>) -> Self {
        let (mut words, mut texts) = (Vec::new(), Vec::new());
        for (thing, own) in (0u32..).zip(things) {
            let folded: Vec<Box<str>> = own.iter().map(|text| normalize(text.as_ref()).into_owned().into_boxed_str()).collect();
            words.extend(folded.iter().flat_map(|text| text.split(' ')).flat_map(beginnings).map(|word| (Box::from(word), thing)));
            texts.push(folded);
        }
        words.sort_unstable();
        words.dedup();
        Self { words, texts }
    }

    /// The numbers of the things that answer, the likeliest first, and whether there are more.
    pub fn find(&self, typed: &str, most: usize) -> (Vec<usize>, bool) {
        let folded = normalize(typed);
        let asked: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(WORDS).collect();
        // The longest word leaves the fewest.
        let Some(longest) = asked.iter().max_by_key(|word| word.len()) else { return (Vec::new(), false) };
        let first: BTreeSet<u32> = self.beginning(longest).collect();
        let mut found: Vec<(u8, usize, u32)> = first.into_iter().filter_map(|thing| self.rank(thing, &folded, &asked)).collect();
        found.sort_unstable();
        let more = found.len() > most;
        (found.into_iter().take(most).filter_map(|(_, _, thing)| usize::try_from(thing).ok()).collect(), more)
    }

    /// The things that have a word with this beginning.
    fn beginning<'i>(&'i self, start: &'i str) -> impl Iterator<Item = u32> + 'i {
        let from = self.words.partition_point(|(word, _)| word.as_ref() < start);
        self.words.iter().skip(from).take_while(move |(word, _)| word.starts_with(start)).map(|(_, thing)| *thing)
    }

    /// Where a thing stands among those found: by its best text. None: no text of it has all the words.
    fn rank(&self, thing: u32, folded: &str, asked: &[&str]) -> Option<(u8, usize, u32)> {
        let texts = self.texts.get(usize::try_from(thing).ok()?)?;
        let of = |text: &str| {
            let has = |word: &&str| text.split(' ').flat_map(beginnings).any(|own| own.starts_with(*word));
            asked.iter().all(has).then_some(())?;
            let class = match text.strip_prefix(folded) {
                Some("") => 0,
                Some(_) => 1,
                None => 2,
            };
            Some((class, text.len(), thing))
        };
        texts.iter().filter_map(|text| of(text)).min()
    }
}

/// A word as it is found: as it is written, and in Arabic without its article too.
fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    const ARTICLE: &str = "ال";
    let bare = word.strip_prefix(ARTICLE).filter(|bare| bare.chars().count() > 2);
    [Some(word).filter(|word| !word.is_empty()), bare].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index() -> Index {
        Index::of([
            vec!["Pneumopathie bactérienne", "التهاب رئوي بكتيري", "J15.9", "J159"],
            vec!["Pneumopathie virale", "J12.9"],
            vec!["Œdème aigu du poumon", "J81"],
            vec!["Antécédent de pneumopathie", "Z87"],
        ])
    }

    /// TERM-1, TERM-2, TERM-3
    #[test]
    fn a_thing_is_found_by_the_beginnings_of_its_words() {
        let found = |typed: &str| index().find(typed, 10).0;
        assert_eq!(found("pneumo"), [1, 0, 3], "what begins so, the shorter first; then what has it inside");
        assert_eq!(found("BACT pneu"), [0]);
        assert_eq!(found("oedeme"), [2]);
        assert_eq!(found("إلتهاب"), [0], "the hamza that writers leave out");
        assert_eq!(Index::of([vec!["البنسلينات"]]).find("بنسلين", 1).0, [0], "the article that one leaves out");
        assert_eq!((found("j15"), found("j159"), found("J15.9")), (vec![0], vec![0], vec![0]));
        assert_eq!((found(""), found(" . "), found("xyz")), (vec![], vec![], vec![]));
        assert_eq!(found("pneumo virale bacterienne"), Vec::<usize>::new(), "all words of one text");
        assert_eq!(index().find("pneumo", 2), (vec![1, 0], true));
    }

    proptest! {
        #[test]
        fn what_is_found_has_every_word_and_nothing_that_has_them_is_missed(texts in prop::collection::vec("[ab ]{0,6}", 0..12), typed in "[ab ]{0,4}") {
            let index = Index::of(texts.iter().map(|text| vec![text.as_str()]));
            let asked: Vec<&str> = typed.split_whitespace().collect();
            let has = |text: &String| asked.iter().all(|word| text.split_whitespace().any(|own| own.starts_with(word)));
            let wanted: Vec<usize> = texts.iter().enumerate().filter(|(_, text)| !asked.is_empty() && has(text)).map(|(at, _)| at).collect();
            let mut found = index.find(&typed, 100).0;
            found.sort_unstable();
            prop_assert_eq!(found, wanted);
        }
    }
}
