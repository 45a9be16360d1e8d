//! Exact repair of small parts with everything else fixed: the nurses of one slot, the theatres of one day.
//!
//! With patients fixed the nurses' part separates by slot but for continuity, and seen from one slot continuity is a
//! price of each room and nurse alone. So a slot is an assignment with a convex overload per nurse, small enough for
//! branch and bound; a day's operations are a small packing of bins. Both stop at a number of nodes and never end
//! worse than they began.

use crate::model::Spot;
use crate::state::State;

const NODES: usize = 30_000;

/// Branch and bound over items in order: each item takes one of its options.
struct Branch<'b, P: Parts> {
    parts: &'b mut P,
    items: usize,
    nodes: usize,
    chosen: Vec<u16>,
    /// The options of all items that are being decided, one item's behind the other's.
    options: Vec<(i64, u16)>,
    best: Vec<u16>,
    least: i64,
}

/// What a search needs to know about its items.
trait Parts {
    /// Options of an item that add less than `below`, appended to `out` with what each adds.
    fn options(&self, item: usize, below: i64, out: &mut Vec<(i64, u16)>);
    fn take(&mut self, item: usize, option: u16);
    fn give(&mut self, item: usize, option: u16);
    /// What the items from here on cost at least.
    fn bound(&self, item: usize) -> i64;
}

impl<P: Parts> Branch<'_, P> {
    /// Whether anything cheaper than `least` was found.
    fn run(parts: &mut P, items: usize, least: i64) -> Option<Vec<u16>> {
        let mut branch = Branch { parts, items, nodes: 0, chosen: Vec::new(), options: Vec::new(), best: Vec::new(), least };
        branch.descend(0);
        (branch.best.len() == items && items > 0).then_some(branch.best)
    }

    fn descend(&mut self, cost: i64) {
        let item = self.chosen.len();
        if item == self.items {
            self.least = cost;
            self.best.clone_from(&self.chosen);
            return;
        }
        let rest = self.parts.bound(item + 1);
        let from = self.options.len();
        // `least` only falls, so what is too dear now stays so.
        self.parts.options(item, self.least - cost - rest, &mut self.options);
        self.options[from..].sort_unstable();
        for at in from..self.options.len() {
            let (adds, option) = self.options[at];
            if cost + adds + rest >= self.least || self.nodes >= NODES {
                break;
            }
            self.nodes += 1;
            self.parts.take(item, option);
            self.chosen.push(option);
            self.descend(cost + adds);
            self.chosen.pop();
            self.parts.give(item, option);
        }
        self.options.truncate(from);
    }
}

struct SlotParts<'s> {
    nurses: &'s [u16],
    loads: Vec<i32>,
    /// Of each item in turn all nurses, the cheapest first, with the price that is the room's own.
    price: Vec<(i64, u16)>,
    least_after: Vec<i64>,
    slack: Vec<i32>,
    weight: i64,
}

impl Parts for SlotParts<'_> {
    fn options(&self, item: usize, below: i64, out: &mut Vec<(i64, u16)>) {
        let load = self.loads[item];
        let row = &self.price[item * self.nurses.len()..(item + 1) * self.nurses.len()];
        for (price, at) in row.iter().take_while(|(price, _)| *price < below) {
            let adds = price + i64::from((load - self.slack[usize::from(*at)].max(0)).max(0)) * self.weight;
            if adds < below {
                out.push((adds, *at));
            }
        }
    }

    fn take(&mut self, item: usize, option: u16) {
        self.slack[usize::from(option)] -= self.loads[item];
    }

    fn give(&mut self, item: usize, option: u16) {
        self.slack[usize::from(option)] += self.loads[item];
    }

    fn bound(&self, item: usize) -> i64 {
        self.least_after.get(item).copied().unwrap_or(0)
    }
}

/// Assigns the nurses of a slot anew, at least as well as before. Says what was gained.
pub fn repair_slot(state: &mut State<'_>, slot: usize) -> i64 {
    let model = state.model;
    let before = state.soft;
    let nurses = &model.on_duty[slot];
    let place = |room: usize| room * model.slots() + slot;
    let open = |room: &usize| state.is_occupied(place(*room)) && !state.terms.is_nurse_locked(place(*room));
    let mut rooms: Vec<usize> = (0..model.rooms).filter(open).collect();
    rooms.sort_by_key(|room| std::cmp::Reverse(state.room_load(place(*room))));
    let mut slack: Vec<i32> = nurses.iter().map(|nurse| state.slack(slot, usize::from(*nurse))).collect();
    let mut now = 0;
    let overload = |slack: &[i32]| slack.iter().map(|slack| i64::from((-slack).max(0))).sum::<i64>();
    let weight = i64::from(model.weights.nurse_eccessive_workload);
    now += overload(&slack) * weight;
    for room in &rooms {
        if let Some(at) = nurses.iter().position(|nurse| *nurse == state.nurse(place(*room))) {
            slack[at] += state.room_load(place(*room));
        }
    }
    // Overload that locked rooms cause is there whatever is decided.
    now -= overload(&slack) * weight;
    let mut price = Vec::with_capacity(rooms.len() * nurses.len());
    let mut least_after = vec![0; rooms.len() + 1];
    for room in &rooms {
        let own = nurses.iter().zip(0..).map(|(nurse, at)| (state.nurse_delta_but_load(*room, slot, usize::from(*nurse)), at));
        let from = price.len();
        price.extend(own);
        price[from..].sort_unstable();
    }
    for item in (0..rooms.len()).rev() {
        least_after[item] = least_after[item + 1] + price.get(item * nurses.len()).map_or(0, |(least, _)| *least);
    }
    let loads = rooms.iter().map(|room| state.room_load(place(*room))).collect();
    let mut parts = SlotParts { nurses, loads, price, least_after, slack, weight };
    let Some(best) = Branch::run(&mut parts, rooms.len(), now) else { return 0 };
    for (room, at) in rooms.iter().zip(best) {
        let nurse = nurses[usize::from(at)];
        if state.nurse(place(*room)) != nurse {
            state.set_nurse(place(*room), nurse);
        }
    }
    before - state.soft
}

struct DayParts {
    duration: Vec<i32>,
    /// By item: the minutes from it on.
    need_after: Vec<i32>,
    surgeon: Vec<u16>,
    left: Vec<i32>,
    cases: Vec<u16>,
    /// By `surgeon * theaters + theater`.
    surgeon_cases: Vec<u16>,
    open_price: i64,
    transfer_price: i64,
}

impl DayParts {
    fn theaters(&self) -> usize {
        self.left.len()
    }

    /// By theatre: how many operations the item's surgeon has there, and whether any anywhere.
    fn surgeon_row(&self, item: usize) -> (&[u16], bool) {
        let row = &self.surgeon_cases[usize::from(self.surgeon[item]) * self.theaters()..][..self.theaters()];
        (row, row.iter().any(|cases| *cases > 0))
    }

    fn adds(&self, (row, works): (&[u16], bool), theater: usize) -> i64 {
        i64::from(self.cases[theater] == 0) * self.open_price + i64::from(works && row[theater] == 0) * self.transfer_price
    }
}

impl Parts for DayParts {
    fn options(&self, item: usize, below: i64, out: &mut Vec<(i64, u16)>) {
        let fits = (0..self.theaters()).filter(|theater| self.left[*theater] >= self.duration[item]);
        let row = self.surgeon_row(item);
        out.extend(fits.map(|theater| (self.adds(row, theater), theater as u16)).filter(|(adds, _)| *adds < below));
    }

    fn take(&mut self, item: usize, option: u16) {
        let (theater, theaters) = (usize::from(option), self.theaters());
        self.left[theater] -= self.duration[item];
        self.cases[theater] += 1;
        self.surgeon_cases[usize::from(self.surgeon[item]) * theaters + theater] += 1;
    }

    fn give(&mut self, item: usize, option: u16) {
        let (theater, theaters) = (usize::from(option), self.theaters());
        self.left[theater] += self.duration[item];
        self.cases[theater] -= 1;
        self.surgeon_cases[usize::from(self.surgeon[item]) * theaters + theater] -= 1;
    }

    /// Minutes that the open theatres cannot hold need further ones.
    fn bound(&self, item: usize) -> i64 {
        let need = self.need_after.get(item).copied().unwrap_or(0);
        let (mut room, mut largest) = (0, 0);
        for (left, cases) in self.left.iter().zip(&self.cases) {
            if *cases > 0 { room += left } else { largest = largest.max(*left) }
        }
        if need <= room || largest == 0 { 0 } else { i64::from((need - room + largest - 1) / largest) * self.open_price }
    }
}

/// Packs a day's operations into theatres anew, at least as well as before. Says what was gained. A day that breaks
/// the theatres' minutes is left as it is, and so is one with a price on changing theatres.
pub fn repair_day(state: &mut State<'_>, day: usize) -> i64 {
    let model = state.model;
    let before = (state.soft, state.hard);
    if before.1 > 0 || (state.terms.base.is_some() && state.terms.price.theater > 0) {
        return 0;
    }
    let mut items: Vec<usize> = state.admitted(day).iter().map(|patient| usize::from(*patient)).collect();
    if items.iter().any(|patient| state.terms.is_locked(*patient)) {
        return 0;
    }
    items.sort_by_key(|patient| (model.persons[*patient].surgeon, std::cmp::Reverse(model.persons[*patient].duration), *patient));
    let duration_of = |items: &[usize]| items.iter().map(|patient| model.persons[*patient].duration).sum();
    let mut parts = DayParts {
        need_after: (0..items.len()).map(|from| duration_of(&items[from..])).collect(),
        duration: items.iter().map(|patient| model.persons[*patient].duration).collect(),
        surgeon: items.iter().map(|patient| model.persons[*patient].surgeon).collect(),
        left: model.theater_minutes[day * model.theaters..(day + 1) * model.theaters].to_vec(),
        cases: vec![0; model.theaters],
        surgeon_cases: vec![0; model.surgeons * model.theaters],
        open_price: i64::from(model.weights.open_operating_theater),
        transfer_price: i64::from(model.weights.surgeon_transfer),
    };
    let mut now = 0;
    for (item, patient) in items.iter().enumerate() {
        let theater = state.spot(*patient).theater;
        now += parts.adds(parts.surgeon_row(item), usize::from(theater));
        parts.take(item, theater);
    }
    for (item, patient) in items.iter().enumerate() {
        parts.give(item, state.spot(*patient).theater);
    }
    let Some(best) = Branch::run(&mut parts, items.len(), now) else { return 0 };
    let spots: Vec<Spot> = items.iter().zip(best).map(|(patient, theater)| Spot { theater, ..state.spot(*patient) }).collect();
    items.iter().for_each(|patient| state.remove(*patient));
    items.iter().zip(spots).for_each(|(patient, spot)| state.insert(*patient, spot));
    before.0 - state.soft
}

/// Repairs every slot and every day until nothing is gained any more.
pub fn repair(state: &mut State<'_>) -> i64 {
    let mut gained = 0;
    loop {
        let slots: i64 = (0..state.model.slots()).map(|slot| repair_slot(state, slot)).sum();
        let days: i64 = (0..state.model.days).map(|day| repair_day(state, day)).sum();
        gained += slots + days;
        if slots + days <= 0 {
            return gained;
        }
    }
}
