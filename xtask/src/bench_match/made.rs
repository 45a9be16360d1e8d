//! A population that does not exist, alike in every run: households with a name, a telephone and an address in common,
//! twins, newborns, children who carry a parent's number, people whose date of birth nobody knows.

use super::pack::Pack;
use rihla_matching::Sex;
use rihla_matching::random::Random;

/// The year in which everybody is registered.
pub const TODAY: u16 = 2026;

/// A true person. Names are places in the pack's lists.
#[derive(Clone)]
pub struct Life {
    pub given: usize,
    pub second: Option<usize>,
    pub family: usize,
    /// Of somebody married who may use that name as well.
    pub married: Option<usize>,
    pub sex: Sex,
    pub birth: (u16, u8, u8),
    /// Whether papers say more of it than the year.
    pub dated: bool,
    pub father: usize,
    pub mother: usize,
    pub card: Option<String>,
    /// A parent's, which a child's file may carry.
    pub parent_card: Option<String>,
    pub phone: Option<String>,
    pub newborn: bool,
}

pub struct Home {
    pub people: Vec<Life>,
    pub phone: String,
    pub insured: String,
    pub house: u64,
    /// A given and a family name: streets are called after people.
    pub street: (usize, usize),
    pub quarter: usize,
    pub city: usize,
}

pub fn digits(random: &mut Random, count: u32) -> String {
    format!("{:0width$}", random.below(10u64.pow(count)), width = count as usize)
}

pub fn phone(random: &mut Random) -> String {
    format!("0{}{}", 6 + random.below(2), digits(random, 8))
}

fn card(random: &mut Random) -> String {
    let mut out: String = (0..1 + random.below(2)).filter_map(|_| char::from_u32(65 + random.below(26) as u32)).collect();
    out.push_str(&digits(random, 6));
    out
}

fn birth(random: &mut Random, year: u16) -> (u16, u8, u8) {
    (year, 1 + random.below(12) as u8, 1 + random.below(28) as u8)
}

/// One household with two parents and their children; some people live alone.
pub fn home(pack: &Pack, random: &mut Random) -> Home {
    let family = pack.family.draw(random);
    let insured = digits(random, 9);
    let oldest = 1935 + (random.unit() * 75.0) as u16;
    let father = adult(pack, random, Sex::Male, family, oldest);
    let mut people = vec![father.clone()];
    if random.unit() < 0.75 {
        let own = pack.family.draw(random);
        let year = (oldest + random.below(8) as u16).min(2007);
        let mut mother = adult(pack, random, Sex::Female, own, year);
        mother.married = Some(family);
        let mut year = year + 20;
        while year <= TODAY && year < mother.birth.0 + 43 && random.unit() < 0.72 {
            let date = birth(random, year);
            // One birth in eighty is of twins.
            for _ in 0..1 + u64::from(random.below(80) == 0) {
                people.push(child(pack, random, date, &father, &mother));
            }
            year += 1 + random.below(5) as u16;
        }
        people.insert(1, mother);
    }
    let male = pack.male.draw(random);
    Home {
        people,
        phone: phone(random),
        insured,
        house: 1 + random.below(250),
        street: (male, pack.family.draw(random)),
        quarter: pack.male.draw(random),
        city: pack.cities.draw(random),
    }
}

fn adult(pack: &Pack, random: &mut Random, sex: Sex, family: usize, year: u16) -> Life {
    let date = birth(random, year);
    Life {
        given: pack.given(sex).draw(random),
        second: (random.unit() < 0.12).then(|| pack.given(sex).draw(random)),
        family,
        married: None,
        sex,
        birth: date,
        dated: year > 1965 || random.unit() < 0.6,
        father: pack.male.draw(random),
        mother: pack.female.draw(random),
        card: Some(card(random)),
        parent_card: None,
        phone: (random.unit() < 0.6).then(|| phone(random)),
        newborn: false,
    }
}

fn child(pack: &Pack, random: &mut Random, date: (u16, u8, u8), father: &Life, mother: &Life) -> Life {
    let sex = if random.below(2) == 0 { Sex::Female } else { Sex::Male };
    let grown = date.0 + 18 <= TODAY;
    let mut out = adult(pack, random, sex, father.family, date.0);
    let parent = if random.below(3) == 0 { mother } else { father };
    out.birth = date;
    out.dated = date.0 > 1965 || out.dated;
    (out.father, out.mother) = (father.given, mother.given);
    if !grown {
        (out.card, out.phone, out.parent_card) = (None, None, parent.card.clone());
    }
    out.newborn = date.0 == TODAY;
    out
}
