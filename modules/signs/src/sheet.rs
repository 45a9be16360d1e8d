//! The sums of a day's balance: by hour and kind, by shift, in all. Pure.

use rihla_packs::Balance;

/// What went in or out at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The kind's place in the pack.
    pub kind: usize,
    /// Hours since the day of the balance began, from 0 on.
    pub hour: usize,
    /// In millilitres.
    pub volume: u32,
}

/// So much in and so much out, in millilitres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub enters: i64,
    pub leaves: i64,
}

impl Sum {
    pub fn net(self) -> i64 {
        self.enters - self.leaves
    }

    fn add(&mut self, entry: &Entry, balance: &Balance) {
        let enters = balance.kinds.get(entry.kind).is_some_and(|kind| kind.enters);
        let side = if enters { &mut self.enters } else { &mut self.leaves };
        *side += i64::from(entry.volume);
    }
}

/// The sums of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Each hour in which there was something, with the volume of each kind.
    pub hours: Vec<(usize, Vec<u32>)>,
    /// One a shift, in the order of the pack.
    pub shifts: Vec<Sum>,
    pub total: Sum,
}

impl Sheet {
    pub fn of(entries: &[Entry], balance: &Balance) -> Self {
        let mut sheet = Self { shifts: vec![Sum::default(); balance.shifts.len()], ..Self::default() };
        for entry in entries {
            sheet.total.add(entry, balance);
            if let Some(shift) = sheet.shifts.get_mut(shift_of(entry.hour, balance)) {
                shift.add(entry, balance);
            }
            let at = match sheet.hours.iter().position(|(hour, _)| *hour == entry.hour) {
                Some(at) => at,
                None => {
                    sheet.hours.push((entry.hour, vec![0; balance.kinds.len()]));
                    sheet.hours.len() - 1
                }
            };
            if let Some(volume) = sheet.hours.get_mut(at).and_then(|(_, volumes)| volumes.get_mut(entry.kind)) {
                *volume = volume.saturating_add(entry.volume);
            }
        }
        sheet.hours.sort_by_key(|(hour, _)| *hour);
        sheet
    }
}

/// The last shift that has begun at an hour of the balance's day.
fn shift_of(hour: usize, balance: &Balance) -> usize {
    let begun = |from: u8| (usize::from(from) + 24 - usize::from(balance.begins)) % 24 <= hour;
    balance.shifts.iter().rposition(|shift| begun(shift.from)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_packs::Pack;

    fn balance() -> Balance {
        Pack::built_in_names().next().and_then(Pack::built_in).expect("a pack").expect("sound").signs.balance
    }

    /// SIGN-15
    #[test]
    fn shifts_and_kinds_add_up_to_the_day() {
        let balance = balance();
        let kind = |code: &str| balance.kinds.iter().position(|kind| kind.code == code).expect("a kind");
        let entry = |code: &str, hour: usize, volume: u32| Entry { kind: kind(code), hour, volume };
        // Six o'clock, five to two, two, ten in the evening, five in the morning.
        let entries = [
            entry("infusion", 0, 500),
            entry("oral", 7, 200),
            entry("urine", 8, 350),
            entry("urine", 16, 400),
            entry("infusion", 23, 250),
            entry("infusion", 0, 100),
        ];
        let sheet = Sheet::of(&entries, &balance);
        assert_eq!(sheet.total, Sum { enters: 1_050, leaves: 750 });
        assert_eq!(sheet.shifts, [Sum { enters: 800, leaves: 0 }, Sum { enters: 0, leaves: 350 }, Sum { enters: 250, leaves: 400 }]);
        assert_eq!(sheet.shifts.iter().map(|sum| sum.net()).sum::<i64>(), sheet.total.net());
        assert_eq!(sheet.hours.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [0, 7, 8, 16, 23]);
        assert_eq!(sheet.hours[0].1[kind("infusion")], 600);
    }

    #[test]
    fn the_volume_of_a_day_with_nothing_is_nothing() {
        let sheet = Sheet::of(&[], &balance());
        assert_eq!((sheet.total.net(), sheet.hours.len()), (0, 0));
    }
}
