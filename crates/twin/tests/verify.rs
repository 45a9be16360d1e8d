//! TWIN-1 to TWIN-3: the simulation agrees with the formulas and with a published model.

#[test]
fn formulas_little_and_a_published_model_hold() {
    let checks = rihla_twin::verify::all(20_260_101, 1_000);
    let failed: Vec<String> = checks.iter().filter(|check| !check.holds()).map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(checks.len() > 60);
}
