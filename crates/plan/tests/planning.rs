//! The promises of planning: repeatable, locked decisions stay, change has its price, each answer in words.

use rihla_plan::explain::explain;
use rihla_plan::generate::{Size, generate};
use rihla_plan::search::NoClock;
use rihla_plan::terms::ChangePrice;
use rihla_plan::{Limit, Model, Options, Plan, Solved, Terms, solve, solve_moves};

fn hospital(seed: u64) -> Model {
    match Model::new(&generate(Size::SMALL, seed)) {
        Ok(model) => model,
        Err(error) => unreachable!("a made-up hospital is refused: {error}"),
    }
}

fn run(model: &Model, terms: &Terms, lanes: usize, threads: usize) -> Solved {
    let options = Options { lanes, threads, ..Options::new(11, Limit::Moves(200_000)) };
    solve(model, terms, &options, &NoClock, &|_| {})
}

#[test]
fn the_same_seed_and_moves_give_the_same_plan_on_any_number_of_threads() {
    let model = hospital(3);
    let one = run(&model, &Terms::default(), 4, 1);
    for threads in [2, 3, 4, 9] {
        let other = run(&model, &Terms::default(), 4, threads);
        assert_eq!(one.plan, other.plan, "{threads} threads");
        assert_eq!(one.evaluated, other.evaluated);
    }
    assert_eq!(one.verdict.violations.total(), 0);
}

#[test]
fn a_known_hospital_costs_what_it_cost_before() {
    let solved = solve_moves(&hospital(1), 7, 200_000);
    assert_eq!(solved.verdict.violations.total(), 0);
    assert_eq!(solved.verdict.costs.total(), KNOWN_COST, "a changed search changes every plan: see that it is no worse, then write the new cost here");
}

const KNOWN_COST: i64 = 865;

#[test]
fn every_made_up_hospital_gets_a_plan_that_keeps_all_rules() {
    for seed in 0..8 {
        let solved = solve_moves(&hospital(seed), seed, 200_000);
        assert_eq!(solved.verdict.violations.total(), 0, "seed {seed}: {:?}", solved.verdict.violations);
    }
}

#[test]
fn a_horizon_of_many_weeks_gets_a_plan_too() {
    let size = Size { days: 80, patients: 60, ..Size::SMALL };
    let model = Model::new(&generate(size, 2)).unwrap_or_else(|error| unreachable!("a made-up hospital is refused: {error}"));
    let solved = solve_moves(&model, 1, 400_000);
    assert_eq!(solved.verdict.violations.total(), 0, "{:?}", solved.verdict.violations);
    assert!(solved.plan.spots.iter().any(|spot| !spot.is_nowhere() && spot.day >= 64), "days beyond those of a word are used");
}

#[test]
fn locked_decisions_stay() {
    let model = hospital(5);
    let base = solve_moves(&model, 1, 2_000).plan;
    let locked_patients: Vec<bool> = (0..model.patients).map(|patient| patient % 2 == 0).collect();
    let locked_nurses: Vec<bool> = (0..model.rooms * model.slots()).map(|place| place % 3 == 0).collect();
    let terms = Terms { base: Some(base.clone()), locked_patients: locked_patients.clone(), locked_nurses: locked_nurses.clone(), ..Terms::default() };
    let after = run(&model, &terms, 2, 1).plan;
    for (patient, _) in locked_patients.iter().enumerate().filter(|(_, locked)| **locked) {
        assert_eq!(after.spots[patient], base.spots[patient], "patient {patient}");
    }
    for (place, _) in locked_nurses.iter().enumerate().filter(|(_, locked)| **locked) {
        assert_eq!(after.nurses[place], base.nurses[place], "place {place}");
    }
    assert_ne!(after, base, "what is open is planned anew");
    assert_eq!(terms.refused(&model), None);
    let mut misplaced = terms.clone();
    if let Some(base) = misplaced.base.as_mut() {
        base.spots[2] = rihla_plan::Spot { day: 0, room: 999, theater: 0 };
    }
    assert_eq!(misplaced.refused(&model).unwrap(), "patient p2 is locked where the instance does not allow it");
}

/// Patients of the plan in force who are elsewhere in the other; who was not admitted changes nothing by coming in.
fn moved(plan: &Plan, base: &Plan) -> usize {
    base.spots.iter().zip(&plan.spots).filter(|(base, now)| !base.is_nowhere() && base != now).count()
}

#[test]
fn a_price_on_change_keeps_the_plan_near_the_one_in_force() {
    let model = hospital(6);
    let base = solve_moves(&model, 1, 3_000).plan;
    let under = |price: u32| {
        let price = ChangePrice { day: price, room: price, theater: price, nurse: price, cancel: price };
        run(&model, &Terms { base: Some(base.clone()), price, ..Terms::default() }, 1, 1)
    };
    let (free, dear, fixed) = (under(0), under(40), under(100_000));
    assert!(moved(&dear.plan, &base) < moved(&free.plan, &base));
    assert_eq!(moved(&fixed.plan, &base), 0);
    assert!(free.verdict.costs.total() <= dear.verdict.costs.total());
    assert_eq!(free.change, 0);
}

#[test]
fn a_warm_start_never_ends_worse_than_it_began() {
    let model = hospital(2);
    let first = solve_moves(&model, 1, 100_000);
    let terms = Terms { base: Some(first.plan.clone()), ..Terms::default() };
    let options = Options::new(2, Limit::Moves(10));
    let second = solve(&model, &terms, &options, &NoClock, &|_| {});
    assert!(second.verdict.costs.total() <= first.verdict.costs.total());
}

#[test]
fn an_explanation_names_the_rules_in_the_way_and_its_figures_are_true() {
    let model = hospital(4);
    let plan = solve_moves(&model, 1, 100_000).plan;
    let before = rihla_plan::evaluate(&model, &plan);
    for (at, id) in model.names.persons.iter().enumerate().take(model.patients) {
        let told = explain(&model, &plan, id).unwrap();
        for alternative in &told.alternatives {
            let mut other = plan.clone();
            other.spots[at] = alternative.spot;
            let verdict = rihla_plan::evaluate(&model, &other);
            assert_eq!(verdict.violations.total() == 0, alternative.against.is_empty(), "{id}: {alternative:?}");
            assert_eq!(verdict.costs.total() - before.costs.total(), alternative.change, "{id}: {alternative:?}");
        }
        let text = told.to_text(&model, 3);
        assert!(text.starts_with(&format!("Patient {id} ")), "{text}");
    }
    assert!(explain(&model, &plan, "nobody").is_none());
}
