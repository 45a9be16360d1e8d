//! The incremental state against the evaluator that counts from nothing, on made-up hospitals.

use proptest::prelude::*;
use rihla_plan::generate::{Size, generate};
use rihla_plan::model::NONE;
use rihla_plan::rng::Rng;
use rihla_plan::search::repair::repair;
use rihla_plan::search::{Annealer, Budget, NoClock, Settings, Spent};
use rihla_plan::state::{HARD_PERSON_DAY, HARD_UNSCHEDULED, State};
use rihla_plan::terms::ChangePrice;
use rihla_plan::{Model, Plan, Spot, Terms, evaluate, solve_moves};

fn size() -> impl Strategy<Value = Size> {
    (2usize..12, 1usize..40, 0usize..8, 1usize..8, 3usize..20, 1usize..4, 1usize..4)
        .prop_map(|(days, patients, occupants, rooms, nurses, theaters, surgeons)| Size { days, patients, occupants, rooms, nurses, theaters, surgeons })
}

fn agree(model: &Model, terms: &Terms, state: &State<'_>) {
    let plan = state.plan();
    let verdict = evaluate(model, &plan);
    let rules = verdict.violations;
    let hard = HARD_PERSON_DAY * (rules.room_gender_mix + rules.room_capacity)
        + rules.surgeon_overtime
        + rules.operating_theater_overtime
        + HARD_UNSCHEDULED * rules.mandatory_unscheduled;
    assert_eq!(state.soft, verdict.costs.total() + terms.price_of(model, &plan), "soft cost: {verdict:?}");
    assert_eq!(state.hard, hard, "hard rules: {verdict:?}");
    assert_eq!(rules.admission_day + rules.patient_room_compatibility + rules.nurse_presence + rules.uncovered_room, 0);
}

/// Steps drawn without any search behind them: in, out, another nurse.
fn wander(model: &Model, terms: &Terms, seed: u64, steps: usize) {
    let mut rng = Rng::new(seed);
    let mut state = State::new(model, terms, &mut rng);
    agree(model, terms, &state);
    for _ in 0..steps {
        let patient = rng.below(model.patients);
        let (soft, hard) = (state.soft, state.hard);
        if rng.below(3) == 0 {
            let place = rng.below(model.rooms * model.slots());
            let slot = place % model.slots();
            let Some(nurse) = rng.pick(&model.on_duty[slot]).copied().filter(|nurse| *nurse != state.nurse(place)) else { continue };
            let (room, other) = (place / model.slots(), rng.below(model.rooms));
            let there = other * model.slots() + slot;
            if rng.below(2) == 0 && state.nurse(there) != state.nurse(place) {
                let delta = state.nurse_swap_delta(room, other, slot);
                let (here, there_now) = (state.nurse(place), state.nurse(there));
                state.set_nurse(place, there_now);
                state.set_nurse(there, here);
                assert_eq!(state.soft - soft, delta);
            } else {
                let delta = state.nurse_delta(room, slot, nurse);
                state.set_nurse(place, nurse);
                assert_eq!(state.soft - soft, delta);
            }
        } else if state.spot(patient).is_nowhere() {
            let (Some(day), Some(room)) = (rng.pick(&model.allowed_days[patient]), rng.pick(&model.allowed_rooms[patient])) else { continue };
            let spot = Spot { day: *day, room: *room, theater: rng.below(model.theaters) as u16 };
            if !state.allows(patient, spot) {
                continue;
            }
            let Some(delta) = state.insert_delta(patient, spot) else { continue };
            state.insert(patient, spot);
            assert_eq!((state.soft - soft, state.hard - hard), (delta.soft, delta.hard));
        } else if rng.below(3) > 0 {
            let (Some(day), Some(room)) = (rng.pick(&model.allowed_days[patient]), rng.pick(&model.allowed_rooms[patient])) else { continue };
            let at = state.spot(patient);
            let (day, room) = (if rng.below(3) == 0 { at.day } else { *day }, if rng.below(3) == 0 { at.room } else { *room });
            let spot = Spot { day, room, theater: rng.below(model.theaters) as u16 };
            if !state.allows(patient, spot) || spot == at {
                continue;
            }
            let fits = state.fits(patient, usize::from(room), 1 << day, patient);
            let Some(delta) = state.relocation_delta(patient, spot) else { continue };
            state.relocate_known(patient, spot, delta);
            assert_eq!((state.soft - soft, state.hard - hard), (delta.soft, delta.hard));
            let rules = evaluate(model, &state.plan()).violations;
            state.remove(patient);
            let without = evaluate(model, &state.plan()).violations;
            let worse = (rules.room_gender_mix, rules.room_capacity) != (without.room_gender_mix, without.room_capacity);
            assert!(!fits || !worse, "what fits breaks no rule of rooms");
            let sound = (without.room_gender_mix, without.room_capacity) == (0, 0);
            assert!(!sound || fits || worse, "in a house where none is broken, what breaks none fits");
            state.insert(patient, spot);
        } else {
            state.remove(patient);
        }
        agree(model, terms, &state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_step_changes_the_cost_by_what_it_says(size in size(), seed in any::<u64>()) {
        let model = Model::new(&generate(size, seed)).unwrap();
        wander(&model, &Terms::default(), seed, 60);
    }

    #[test]
    fn so_with_a_plan_in_force_and_a_price_on_change(size in size(), seed in any::<u64>()) {
        let model = Model::new(&generate(size, seed)).unwrap();
        let base = solve_moves(&model, seed, 2_000).plan;
        let price = ChangePrice { day: 3, room: 7, theater: 2, nurse: 1, cancel: 50 };
        let terms = Terms { base: Some(base), price, ..Terms::default() };
        wander(&model, &terms, seed, 40);
    }

    #[test]
    fn a_search_counts_right_and_repair_only_gains(size in size(), seed in any::<u64>()) {
        let model = Model::new(&generate(size, seed)).unwrap();
        let terms = Terms::default();
        let mut annealer = Annealer::new(&model, &terms, Settings::default(), seed);
        annealer.run(&Spent::new(Budget::moves(5_000), &NoClock), 1.0, &|_, _| {});
        agree(&model, &terms, &annealer.state);
        let before = (annealer.state.soft, annealer.state.hard);
        let gained = repair(&mut annealer.state);
        agree(&model, &terms, &annealer.state);
        prop_assert!(gained >= 0);
        prop_assert_eq!(before.0 - gained, annealer.state.soft);
        prop_assert!(annealer.state.hard <= before.1);
        let (hard, soft) = annealer.best_cost();
        let best = evaluate(&model, annealer.best_plan());
        prop_assert_eq!(soft, best.costs.total());
        prop_assert_eq!(hard == 0, best.violations.total() == 0);
    }

    #[test]
    fn a_plan_goes_through_its_file(size in size(), seed in any::<u64>()) {
        let model = Model::new(&generate(size, seed)).unwrap();
        let plan = solve_moves(&model, seed, 3_000).plan;
        let back = Plan::parse(&model, &plan.to_json(&model)).unwrap();
        prop_assert_eq!(&back.spots, &plan.spots);
        prop_assert_eq!(evaluate(&model, &back), evaluate(&model, &plan));
        let kept = back.nurses.iter().zip(&plan.nurses).all(|(back, was)| *back == NONE || back == was);
        prop_assert!(kept);
    }
}
