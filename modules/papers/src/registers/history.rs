//! What a register said of a stay at any time: what stands, and what was said before it was mended.

use super::Register;
use rihla_clinical::exit::DIED;
use rihla_clinical::{Kind, State, Stay};
use rihla_kernel::Instant;

/// A line that a stay gives a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Instant,
    /// It did not happen, or at another time.
    pub struck: bool,
    /// Why, where the stay says it.
    pub why: String,
}

/// The lines of all versions of a stay, the oldest version first. What the last one says stands.
pub fn entries(register: Register, versions: &[Stay]) -> Vec<Entry> {
    let Some(last) = versions.last() else { return Vec::new() };
    let stands = time(register, last);
    let mut seen: Vec<Instant> = Vec::new();
    for at in versions.iter().filter_map(|stay| time(register, stay)).filter(|at| Some(*at) != stands) {
        if !seen.contains(&at) {
            seen.push(at);
        }
    }
    let struck = seen.into_iter().map(|at| Entry { at, struck: true, why: why(register, last) });
    struck.chain(stands.map(|at| Entry { at, struck: false, why: String::new() })).collect()
}

fn time(register: Register, stay: &Stay) -> Option<Instant> {
    let happened = !matches!(stay.state, State::Planned | State::Void);
    match register {
        Register::Entries | Register::Births => stay.from.filter(|_| happened),
        Register::Leavers => stay.to.filter(|_| stay.state == State::Finished),
        Register::Deaths => {
            let told = stay.death.as_ref().map(|signed| signed.at);
            told.or_else(|| stay.to.filter(|_| stay.disposition.as_deref() == Some(DIED))).filter(|_| happened)
        }
    }
}

/// What was said when the admission was cancelled or moved. The others are mended without a word.
fn why(register: Register, stay: &Stay) -> String {
    if !matches!(register, Register::Entries | Register::Births) {
        return String::new();
    }
    let first = stay.movements.iter().find(|one| one.kind == Kind::Admission);
    first.map(|one| one.cancelled.clone().unwrap_or_else(|| one.reason.clone())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_clinical::{Answers, Object, Signed, Spot};

    const HOUR: i64 = 3_600_000;

    fn at(hour: i64) -> Instant {
        Instant(hour * HOUR)
    }

    /// The versions of a stay to which so much was done, each step a version.
    fn versions(steps: &[fn(&mut Stay)]) -> Vec<Stay> {
        let mut stay = Stay::new("s".into(), "p".into(), "IMP".into(), Object::default());
        let mut all = vec![stay.clone()];
        for step in steps {
            step(&mut stay);
            stay.version += 1;
            all.push(stay.clone());
        }
        all
    }

    fn admit(stay: &mut Stay) {
        stay.admit(Spot { location: "b".into(), slot: Some(0) }, Answers::default(), at(8), at(20)).expect("admitted");
    }

    fn depart(stay: &mut Stay) {
        stay.depart("home", at(12), at(20)).expect("gone");
    }

    fn lines(register: Register, steps: &[fn(&mut Stay)]) -> Vec<(i64, bool, String)> {
        entries(register, &versions(steps)).into_iter().map(|one| (one.at.0 / HOUR, one.struck, one.why)).collect()
    }

    /// PAP-10
    #[test]
    fn what_was_moved_or_cancelled_stays_struck_through() {
        let correct: fn(&mut Stay) = |stay| stay.correct("m1", at(7), "montre", at(20)).expect("mended");
        let cancel: fn(&mut Stay) = |stay| stay.cancel("m1", "erreur", at(20)).expect("cancelled");
        let back: fn(&mut Stay) = |stay| stay.cancel("departure", "", at(20)).expect("back");
        let later: fn(&mut Stay) = |stay| stay.depart("home", at(15), at(20)).expect("gone");
        assert_eq!(lines(Register::Entries, &[]), [], "a stay that is prepared is no entry");
        assert_eq!(lines(Register::Entries, &[admit]), [(8, false, String::new())]);
        assert_eq!(lines(Register::Entries, &[admit, correct]), [(8, true, "montre".into()), (7, false, String::new())]);
        assert_eq!(lines(Register::Entries, &[admit, cancel]), [(8, true, "erreur".into())]);
        assert_eq!(lines(Register::Leavers, &[admit]), []);
        assert_eq!(lines(Register::Leavers, &[admit, depart, back]), [(12, true, String::new())]);
        assert_eq!(lines(Register::Leavers, &[admit, depart, back, later]), [(12, true, String::new()), (15, false, String::new())]);
        assert_eq!(lines(Register::Leavers, &[admit, depart, back, depart]), [(12, false, String::new())], "the same time again stands");
    }

    #[test]
    fn a_death_that_two_people_undid_stays_struck_through() {
        let signed = |account: &str| Signed { at: at(10), account: account.into(), by: "{}".into() };
        let mut all = versions(&[admit]);
        let mut stay = all.last().expect("one").clone();
        stay.die(signed("a")).expect("dead");
        all.push(stay.clone());
        assert_eq!(entries(Register::Deaths, &all), [Entry { at: at(10), struck: false, why: String::new() }]);
        stay.undo_death(signed("a")).expect("asked");
        stay.undo_death(signed("b")).expect("undone");
        all.push(stay);
        assert_eq!(entries(Register::Deaths, &all), [Entry { at: at(10), struck: true, why: String::new() }]);
    }
}
