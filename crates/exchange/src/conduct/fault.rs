//! Why a message waits for a person although it is certain whose it is. What the house's commands refuse has their codes.

use rihla_kernel::{Fault, FaultKind};

fn waits(code: &'static str, text: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::new(FaultKind::Unprocessable, code, text)
}

pub fn stay_unknown(number: &str) -> Fault {
    waits(
        "RH-EX-STAY",
        format!("No stay here has the number {number}. Its admission did not come, or waits. Admit the patient, or have it sent; then try again."),
    )
}

pub fn stay_of_another(number: &str) -> Fault {
    waits("RH-EX-STAY-OTHER", format!("The stay {number} is another patient's here. Say whose it is by moving it (Identity), or set the message aside."))
}

pub fn stays(number: &str) -> Fault {
    waits("RH-EX-STAYS", format!("Several stays here have the number {number}. Take it from all but one, then try again."))
}

pub fn place_unknown(place: &str) -> Fault {
    waits("RH-EX-PLACE", format!("No place here has the identifier {place:?} (PV1-3). Give it to the place that is meant, then try again."))
}

pub fn places(place: &str) -> Fault {
    waits(
        "RH-EX-PLACES",
        format!("Several places here have the identifier {place:?} (PV1-3). Name the system of places in the channel's file, or mend one of them."),
    )
}

pub fn placeless() -> Fault {
    waits("RH-EX-PLACELESS", "The message brings the patient somewhere and does not say where (PV1-3).")
}

pub fn other_place() -> Fault {
    waits("RH-EX-PLACE-DIFFERS", "The patient comes back to another place than the one that is kept for them. Move them here, then set the message aside.")
}

pub fn historic() -> Fault {
    waits(
        "RH-EX-HISTORIC",
        "This happened before other movements that are known (ZBE-5), and only transfers can be entered so. Enter it by hand, then set the message aside.",
    )
}

pub fn death() -> Fault {
    waits("RH-EX-DEATH", "The message says that the patient died. A person of the house enters the death in the stay; then try again.")
}

pub fn doctor() -> Fault {
    waits("RH-EX-DOCTOR", "The message takes back who looks after the patient and does not say who does (PV1-7).")
}
