//! Files that cannot be planned are refused by name; the competition's files, where they were unpacked, score as given.

use rihla_plan::generate::{Size, generate};
use rihla_plan::{Instance, Model, Plan, evaluate};
use std::path::PathBuf;

fn refused(change: impl Fn(&mut Instance)) -> String {
    let mut instance = generate(Size::SMALL, 1);
    change(&mut instance);
    Model::new(&instance).err().map(|error| error.to_string()).unwrap_or_default()
}

fn mandatory(instance: &mut Instance) -> usize {
    instance.patients.iter().position(|patient| patient.mandatory).unwrap_or(usize::MAX)
}

type Case = (&'static str, fn(&mut Instance));

#[test]
fn an_impossible_patient_is_named() {
    let told = refused(|instance| {
        let at = mandatory(instance);
        instance.patients[at].surgery_duration = 5_000;
        instance.patients[at].id = "Nour".to_owned();
    });
    assert!(told.starts_with("patient Nour must be admitted but cannot be") && told.contains("5000 minutes"), "{told}");
    let told = refused(|instance| {
        let at = mandatory(instance);
        instance.patients[at].incompatible_room_ids = instance.rooms.iter().map(|room| room.id.clone()).collect();
    });
    assert!(told.contains("no room is compatible"), "{told}");
    let told = refused(|instance| {
        let at = mandatory(instance);
        instance.patients[at].surgery_release_day = 5;
        instance.patients[at].surgery_due_day = Some(2);
    });
    assert!(told.contains("released on day 5, due on day 2"), "{told}");
}

#[test]
fn a_malformed_instance_names_what_is_wrong() {
    let cases: [Case; 10] = [
        ("patient p3 names surgeon Zz, which the instance does not have", |instance| instance.patients[3].surgeon_id = "Zz".to_owned()),
        ("patient p1 is named twice", |instance| instance.patients[2].id = "p1".to_owned()),
        ("patient p0: gender is X", |instance| instance.patients[0].gender = "X".to_owned()),
        ("patient p4: a stay of", |instance| instance.patients[4].workload_produced.push(1)),
        ("patient p5: length_of_stay", |instance| instance.patients[5].length_of_stay = 0),
        ("surgeon s0: has minutes for 0 days", |instance| instance.surgeons[0].max_surgery_time.clear()),
        ("nurse n1: works on day 99", |instance| instance.nurses[1].working_shifts[0].day = 99),
        ("the instance: days must be", |instance| instance.days = 0),
        ("the instance: has no room", |instance| instance.rooms.clear()),
        ("the rota: no nurse works on day 0 early", |instance| instance.nurses.clear()),
    ];
    for (wanted, change) in cases {
        let told = refused(change);
        assert!(told.starts_with(wanted), "wanted “{wanted}”, got “{told}”");
    }
    assert!(Model::parse("{").is_err());
    assert!(Model::parse("[]").is_err());
}

#[test]
fn a_solution_of_another_hospital_is_refused() {
    let model = Model::new(&generate(Size::SMALL, 1)).unwrap();
    let unknown = r#"{"patients":[{"id":"nobody","admission_day":"none"}],"nurses":[]}"#;
    assert_eq!(
        Plan::parse(&model, unknown).err().map(|error| error.to_string()).unwrap(),
        "the solution names patient nobody, which the instance does not have"
    );
    let beyond = r#"{"patients":[{"id":"p0","admission_day":99,"room":"r0","operating_theater":"t0"}],"nurses":[]}"#;
    assert!(Plan::parse(&model, beyond).is_err());
    let nowhere = r#"{"patients":[{"id":"p0","admission_day":1}],"nurses":[]}"#;
    assert!(Plan::parse(&model, nowhere).is_err());
}

fn shared() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/shared-data/ihtc2024");
    let folder = std::env::var_os("RIHLA_SHARED_DATA").map(|folder| PathBuf::from(folder).join("ihtc2024")).unwrap_or(root);
    folder.is_dir().then_some(folder)
}

/// The first number of "Cost: 3177, Unscheduled: 1200, …".
fn given_cost(text: &str) -> Option<i64> {
    let rest = text.split("Cost:").nth(1)?;
    rest.split(',').next()?.trim().parse().ok()
}

#[test]
fn the_competition_solutions_score_as_given() {
    let Some(folder) = shared() else {
        println!("skipped: no ihtc2024 under target/shared-data or RIHLA_SHARED_DATA");
        return;
    };
    for number in 1..=10 {
        let text = std::fs::read_to_string(folder.join(format!("test/test{number:02}.json"))).unwrap();
        let solution = std::fs::read_to_string(folder.join(format!("test-solutions/sol_test{number:02}.json"))).unwrap();
        let model = Model::parse(&text).unwrap();
        let plan = Plan::parse(&model, &solution).unwrap();
        let verdict = evaluate(&model, &plan);
        assert_eq!(verdict.violations.total(), 0, "test{number:02}: {:?}", verdict.violations);
        assert_eq!(Some(verdict.costs.total()), given_cost(&solution), "test{number:02}: {:?}", verdict.costs);
    }
}
