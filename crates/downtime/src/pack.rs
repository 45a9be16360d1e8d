//! What a pack says. Dates, times and doses are words already, in the language of the pack.

use rihla_web::text::Html;

/// Everybody who is in the house, ward by ward.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Date and time at which the record was read, in the site's zone.
    pub made: String,
    pub house: String,
    /// The world of the store, where patients are not real; else empty.
    pub world: String,
    /// In the order of the house; who has no ward comes last.
    pub sheets: Vec<Sheet>,
    /// Who is called at which number.
    pub phones: Vec<(String, String)>,
    /// More stays go on than a pack holds.
    pub cut: bool,
}

/// One ward, or those who have none.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The id of the ward; empty for those who have none.
    pub ward: String,
    pub name: String,
    /// The name in the other script, if there is one.
    pub second: String,
    pub patients: Vec<Patient>,
    /// Places in which nobody lies and which are kept for nobody.
    pub free: Vec<String>,
    /// More patients than the sheet holds.
    pub cut: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    #[default]
    Here,
    /// The place is kept until they come back.
    OnLeave,
    /// A place is promised.
    Expected,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Allergies {
    #[default]
    NotAsked,
    NoneKnown,
    /// What against, and whether it is severe.
    Known(Vec<(String, bool)>),
}

/// A line with its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dated {
    pub at: String,
    pub what: String,
}

/// What was measured last of one sign.
#[derive(Clone, Debug, Default)]
pub struct Sign {
    pub what: String,
    pub value: Html,
    pub at: String,
}

#[derive(Clone, Debug, Default)]
pub struct Patient {
    pub id: String,
    pub stay: String,
    pub place: String,
    pub presence: Presence,
    pub name: String,
    /// The name in the other script, if it is known.
    pub second: String,
    pub born: String,
    pub age: String,
    pub sex: String,
    /// The hospital's own number first.
    pub number: String,
    /// Shown to the ward in which they are, and not by name in the list of the whole house.
    pub masked: bool,
    pub since: String,
    /// The unit that answers for them, where it is not the ward.
    pub answers: String,
    pub allergies: Allergies,
    /// Alerts, precautions, isolation.
    pub alerts: Vec<String>,
    pub requests: Vec<Dated>,
    /// Ordered and running.
    pub medicines: Vec<Html>,
    /// Ordered, and not given for the time being.
    pub held: Vec<Html>,
    /// Ordered not to be given.
    pub never: Vec<Html>,
    pub signs: Vec<Sign>,
    pub diet: Vec<String>,
    /// Titles only: the newest first.
    pub notes: Vec<Dated>,
    /// Something of theirs is not on the sheet, because there is more than a sheet holds.
    pub cut: bool,
}

impl Sheet {
    /// How its file is called, without an ending: letters, digits and hyphens alone, and two wards never share one.
    pub fn file(&self) -> String {
        if self.ward.is_empty() {
            return "without-ward".to_owned();
        }
        let safe = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let name: String = self.ward.chars().map(|letter| if safe(letter) { letter.to_string() } else { format!("_{:x}", u32::from(letter)) }).collect();
        format!("ward-{name}")
    }

    /// Those who are in the ward themselves.
    pub fn present(&self) -> usize {
        self.patients.iter().filter(|patient| patient.presence == Presence::Here).count()
    }
}
