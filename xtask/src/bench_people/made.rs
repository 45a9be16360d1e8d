//! People who do not exist, alike in every run.

use super::names::Names;
use std::fmt::Write;

/// A small generator: the same numbers everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn chance(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
}

#[derive(Clone, Default)]
pub struct Made {
    pub family: String,
    pub given: String,
    pub arabic_family: String,
    pub arabic_given: String,
    pub birth: String,
    pub card: String,
    pub number: String,
    pub phone: String,
    inactive: bool,
}

impl Made {
    /// The person of a number.
    pub fn of(at: u64, given: &Names, family: &Names) -> Self {
        let mut dice = Dice::new(at + 1);
        let mut out = Self::default();
        if let (Some(first), Some(last)) = (given.draw(dice.chance()), family.draw(dice.chance())) {
            (out.given, out.family) = (first.latin.clone(), last.latin.clone());
            (out.arabic_given, out.arabic_family) = (first.arabic.clone(), last.arabic.clone());
        }
        if dice.below(10) < 3
            && let Some(second) = given.draw(dice.chance())
        {
            _ = write!(out.given, " {}", second.latin);
        }
        // Clerks' own spellings make most of a vocabulary.
        if dice.below(100) < 8 {
            out.family = slip(&out.family, &mut dice);
        }
        let year = 2026 - (dice.chance() * dice.chance() * 100.0) as u64;
        out.birth = if dice.below(10) == 0 { year.to_string() } else { format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)) };
        let letters: String = (0..2).filter_map(|_| char::from_u32(65 + dice.below(26) as u32)).collect();
        out.card = format!("{letters}{}", 10_000 + dice.below(900_000));
        out.number = format!("{:08}", at);
        out.phone = format!("0{}{:08}", 6 + dice.below(2), dice.below(100_000_000));
        out.inactive = dice.below(100) == 0;
        out
    }

    pub fn json(&self) -> String {
        let Self { family, given, arabic_family, arabic_given, birth, card, number, phone, inactive } = self;
        let given = given.replace(' ', "\",\"");
        let arabic =
            if number.ends_with(['0', '2', '4', '6', '8']) { format!(r#",{{"family":"{arabic_family}","given":["{arabic_given}"]}}"#) } else { String::new() };
        format!(
            r#"{{"resourceType":"Patient","active":{},"identifier":[{{"system":"urn:ipp","value":"{number}"}},{{"system":"urn:cin","value":"{card}"}}],"name":[{{"family":"{family}","given":["{given}"]}}{arabic}],"telecom":[{{"system":"phone","value":"{phone}"}}],"birthDate":"{birth}"}}"#,
            !inactive
        )
    }
}

/// One letter left out or typed twice.
pub fn slip(word: &str, dice: &mut Dice) -> String {
    let letters: Vec<char> = word.chars().collect();
    let at = dice.below(letters.len() as u64) as usize;
    let (before, after) = letters.split_at_checked(at).unwrap_or((&letters, &[]));
    let twice = dice.below(2) == 0;
    before.iter().chain(after.iter().take(usize::from(twice))).chain(after.iter().skip(usize::from(!twice))).collect()
}
