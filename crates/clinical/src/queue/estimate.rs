//! How long somebody will wait: from how long people waited lately, never from less than the house calls enough.
//!
//! A pure function of the past, how many stand before and how many desks are open, so that what predicts better may take its
//! place.

/// Which hours are alike: those of working days, and those of weekends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    pub weekend: bool,
    pub hour: u8,
}

/// A ticket that was called. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// When it came to wait.
    pub at: Hour,
    pub today: bool,
    pub waited: i64,
    /// How long serving it took, if that is known.
    pub served: Option<i64>,
}

/// Half of those who come now wait no longer than `half`, nine of ten no longer than `most`; minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub half: u16,
    pub most: u16,
}

/// None: too little is known to say anything. `ahead`: tickets before this one; `open`: desks that call for the service now.
///
/// Who finds nobody before them waits for a desk to become free, whatever others waited.
pub fn estimate(past: &[Past], now: Hour, ahead: usize, open: usize, enough: usize) -> Option<Range> {
    let waits = |chosen: &dyn Fn(&Past) -> bool| {
        let found: Vec<i64> = past.iter().filter(|one| chosen(one)).map(|one| one.waited).collect();
        (found.len() >= enough.max(1)).then_some(found)
    };
    let lately = || waits(&|one| one.at == now).or_else(|| waits(&|one| one.today));
    let found = if ahead == 0 && open > 0 { None } else { lately() };
    match found {
        Some(found) => range(found, (1, 1), 1),
        None => {
            let served: Vec<i64> = past.iter().filter_map(|one| one.served).collect();
            let desks = i64::try_from(open).ok().filter(|open| *open > 0)?;
            (served.len() >= enough.max(1)).then_some(())?;
            let ahead = i64::try_from(ahead).ok()?;
            range(served, (ahead, ahead.max(1)), desks)
        }
    }
}

/// `times`: what half and most of the durations are multiplied by.
fn range(mut found: Vec<i64>, times: (i64, i64), over: i64) -> Option<Range> {
    found.sort_unstable();
    let minutes = |share: usize, times: i64| {
        // The nearest rank, so that it is a wait that somebody had.
        let rank = (found.len() * share).div_ceil(100).max(1);
        let wait = found.get(rank - 1)?.saturating_mul(times) / over;
        u16::try_from(wait.saturating_add(59_999) / 60_000).ok()
    };
    Some(Range { half: minutes(50, times.0)?, most: minutes(90, times.1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Hour = Hour { weekend: false, hour: 9 };

    fn past(hour: u8, today: bool, minutes: i64) -> Past {
        Past { at: Hour { weekend: false, hour }, today, waited: minutes * 60_000, served: Some(4 * 60_000) }
    }

    /// QUE-9
    #[test]
    fn the_same_hour_speaks_before_the_day_and_the_day_before_arithmetic() {
        let same: Vec<Past> = (1..=10).map(|minutes| past(9, false, minutes)).collect();
        let today: Vec<Past> = (1..=10).map(|minutes| past(8, true, 10 * minutes)).collect();
        let both: Vec<Past> = same.iter().chain(&today).copied().collect();
        assert_eq!(estimate(&both, NOW, 3, 1, 8), Some(Range { half: 5, most: 9 }));
        assert_eq!(estimate(&today, NOW, 3, 1, 8), Some(Range { half: 50, most: 90 }));
        // Weekends say nothing of working days.
        assert_eq!(estimate(&same, Hour { weekend: true, hour: 9 }, 3, 2, 8), Some(Range { half: 6, most: 6 }));
    }

    /// QUE-9
    #[test]
    fn nothing_is_said_of_too_little() {
        let few: Vec<Past> = (1..=7).map(|minutes| past(9, true, minutes)).collect();
        assert_eq!(estimate(&few, NOW, 3, 1, 8), None);
        let other: Vec<Past> = (1..=10).map(|minutes| past(15, false, minutes)).collect();
        assert_eq!(estimate(&other, NOW, 3, 0, 8), None, "no desk is open");
        assert_eq!(estimate(&[], NOW, 0, 1, 0), None);
    }

    /// QUE-9
    #[test]
    fn who_finds_nobody_before_them_is_called_when_a_desk_is_free() {
        let long: Vec<Past> = (1..=10).map(|_| past(9, true, 40)).collect();
        assert_eq!(estimate(&long, NOW, 0, 1, 8), Some(Range { half: 0, most: 4 }));
        assert_eq!(estimate(&long, NOW, 1, 1, 8), Some(Range { half: 40, most: 40 }));
    }
}
