//! The one list of modules. `cargo xtask new-module NAME` adds a line.

use rihla_kernel::{MODULE_ID_MAX, Module};
use rihla_web::Screens;
use std::collections::HashSet;

/// Every workflow that this program carries, in the order of the rail.
pub static MODULES: &[&Screens] = &[
    &rihla_patients::SCREENS,
    &rihla_registration::SCREENS,
    &rihla_chart::SCREENS,
    &rihla_beds::SCREENS,
    &rihla_emergency::SCREENS,
    &rihla_queue::SCREENS,
    &rihla_admission::SCREENS,
    &rihla_exchange_console::SCREENS,
    &rihla_papers::SCREENS,
    &rihla_bands::SCREENS,
    &rihla_shift::SCREENS,
    &rihla_signs::SCREENS,
    &rihla_notes::SCREENS,
    &rihla_problems::SCREENS,
    &rihla_requests::SCREENS,
    &rihla_forms::SCREENS,
    &rihla_downtime::SCREENS,
    &rihla_simulation::SCREENS,
    &rihla_cockpit::SCREENS,
    &rihla_experiments::SCREENS,
    &rihla_forecasts::SCREENS,
];

/// What is wrong with the list of this program, if anything.
pub fn check_own() -> Result<(), String> {
    check(&list())
}

/// The modules in one line, for an operator.
pub fn line_of_own() -> String {
    line(&list())
}

fn list() -> Vec<&'static Module> {
    MODULES.iter().map(|screens| screens.module).collect()
}

/// What is wrong with a list of modules, if anything. Ids are path segments and heads of permissions, so two modules of
/// one name, or a right named for another module, would open what nobody granted.
fn check(modules: &[&Module]) -> Result<(), String> {
    let mut seen = HashSet::new();
    for module in modules {
        if module.id.len() > MODULE_ID_MAX || !is_word(module.id) {
            return Err(format!("module `{}`: an id is at most {MODULE_ID_MAX} small letters, digits and dashes", module.id));
        }
        if !seen.insert(module.id) {
            return Err(format!("module `{}` stands in the list twice", module.id));
        }
        for permission in module.permissions {
            let action = permission.0.strip_prefix(module.id).and_then(|rest| rest.strip_prefix('.'));
            if !action.is_some_and(is_word) {
                return Err(format!("permission `{}`: name it `{}.action`", permission.0, module.id));
            }
            if !seen.insert(permission.0) {
                return Err(format!("permission `{}` is asked for twice", permission.0));
            }
        }
    }
    Ok(())
}

fn line(modules: &[&Module]) -> String {
    let names: Vec<_> = modules.iter().map(|module| module.id).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::Permission;

    const BEDS: Module = Module { id: "bed-board", permissions: &[Permission("bed-board.assign"), Permission("bed-board.see")] };

    #[test]
    fn the_programs_own_list_is_sound() {
        assert_eq!(check_own(), Ok(()));
    }

    #[test]
    fn names_are_unique_and_permissions_stay_at_home() {
        assert_eq!(check(&[&BEDS]), Ok(()));
        assert_eq!(line(&[&BEDS]), "bed-board");
        let wrong = |module: &Module| check(&[&BEDS, module]).expect_err("it is refused");
        assert!(wrong(&BEDS).contains("twice"));
        assert!(wrong(&Module { id: "Beds", permissions: &[] }).contains("small letters"));
        assert!(wrong(&Module { id: "bed--board", permissions: &[] }).contains("small letters"));
        assert!(wrong(&Module { id: "beds", permissions: &[Permission("bed-board.assign")] }).contains("beds.action"));
        assert!(wrong(&Module { id: "beds", permissions: &[Permission("beds.")] }).contains("beds.action"));
        assert!(wrong(&Module { id: "beds", permissions: &[Permission("beds.see"), Permission("beds.see")] }).contains("asked for twice"));
    }
}
