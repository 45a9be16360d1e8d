//! What became of the victims of an event, by category: how many, where they are, and how long each step took.

use super::victim::Victim;
use crate::level::Shown;
use rihla_kernel::Instant;

const MINUTE: i64 = 60_000;

/// Victims of one category.
pub struct Row {
    /// None: nobody said yet.
    pub category: Option<Shown>,
    pub total: usize,
    /// Those who are still here, as far as somebody said.
    pub here: usize,
    /// Those whose visit is over or who died, of whom nobody said where they were taken.
    pub over: usize,
    /// By where they were taken, in the order of the pack.
    pub went: Vec<usize>,
    /// Medians in minutes from the arrival, of those of whom it is known.
    pub sorted: Option<i64>,
    pub seen: Option<i64>,
    pub gone: Option<i64>,
}

/// A row a category, in the order of the victims, and one of all.
pub fn rows(victims: &[Victim], ways: &[&str]) -> (Vec<Row>, Row) {
    let mut codes: Vec<&str> = Vec::new();
    for victim in victims {
        if !codes.contains(&victim.code.as_str()) {
            codes.push(&victim.code);
        }
    }
    let of = |code: &str| victims.iter().filter(|victim| victim.code == code).collect::<Vec<_>>();
    let rows = codes.into_iter().map(|code| row(&of(code), ways)).collect();
    (rows, row(&victims.iter().collect::<Vec<_>>(), ways))
}

fn row(victims: &[&Victim], ways: &[&str]) -> Row {
    let went = |way: &&str| victims.iter().filter(|one| one.went.as_ref().is_some_and(|(code, _)| code == way)).count();
    let after = |at: fn(&Victim) -> Option<Instant>| {
        median(victims.iter().filter(|one| !one.dead).filter_map(|one| Some((at(one)?.0 - one.arrived.0) / MINUTE)).collect())
    };
    Row {
        category: victims.first().and_then(|one| one.category.clone()),
        total: victims.len(),
        here: victims.iter().filter(|one| one.went.is_none() && one.here).count(),
        over: victims.iter().filter(|one| one.went.is_none() && !one.here).count(),
        went: ways.iter().map(went).collect(),
        sorted: after(|one| one.sorted),
        seen: after(|one| one.seen),
        gone: after(|one| one.went_at),
    }
}

/// The middle one; of an even number the lower of the two, which somebody waited indeed.
fn median(mut all: Vec<i64>) -> Option<i64> {
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_web::text::auto;

    fn victim(code: &str, went: Option<&str>, seen: Option<i64>) -> Victim {
        let at = |minute: i64| Instant(minute * MINUTE);
        Victim {
            id: String::new(),
            version: 1,
            patient: String::new(),
            tag: String::new(),
            name: auto(""),
            sex: String::new(),
            age: String::new(),
            note: String::new(),
            category: None,
            code: code.into(),
            arrived: at(10),
            arrived_text: String::new(),
            sorted: (!code.is_empty()).then(|| at(11)),
            seen: seen.map(at),
            went_at: went.map(|_| at(40)),
            went: went.map(|way| (way.to_owned(), way.to_owned())),
            dead: code == "dead",
            here: code != "dead",
            account: String::new(),
        }
    }

    /// EMG-18
    #[test]
    fn counts_and_medians_are_of_what_is_known() {
        let victims = [
            victim("", None, None),
            victim("ua", Some("theatre"), Some(12)),
            victim("ua", None, Some(30)),
            victim("ua", Some("ward"), Some(20)),
            victim("dead", None, None),
        ];
        let (rows, all) = rows(&victims, &["theatre", "ward", "home"]);
        let said: Vec<_> = rows.iter().map(|row| (row.total, row.here, row.went.clone(), row.sorted, row.seen, row.gone)).collect();
        assert_eq!(
            said,
            [(1, 1, vec![0, 0, 0], None, None, None), (3, 1, vec![1, 1, 0], Some(1), Some(10), Some(30)), (1, 0, vec![0, 0, 0], None, None, None)]
        );
        assert_eq!((all.total, all.here, all.seen), (5, 2, Some(10)));
        // Nobody is in no column.
        assert!(rows.iter().chain([&all]).all(|row| row.total == row.here + row.over + row.went.iter().sum::<usize>()));
        assert_eq!((rows.iter().map(|row| row.over).collect::<Vec<_>>(), all.over), (vec![0, 0, 1], 1));
        assert_eq!([median(vec![]), median(vec![5]), median(vec![9, 1]), median(vec![3, 1, 2])], [None, Some(5), Some(1), Some(2)]);
    }
}
