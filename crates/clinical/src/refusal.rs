//! Why a command does not do what it was asked. Each has a code that screens translate.

use rihla_kernel::{Fault, FaultKind};

fn unfit(code: &'static str, text: &'static str) -> Fault {
    Fault::new(FaultKind::Unprocessable, code, text)
}

pub fn state() -> Fault {
    unfit("RH-STAY-STATE", "The stay is not in a state for this. Look at it again: somebody may have been faster.")
}

pub fn dead() -> Fault {
    unfit("RH-STAY-DEAD", "The patient is recorded as dead. A death that was entered by error is undone by two people first.")
}

pub fn order() -> Fault {
    unfit("RH-STAY-ORDER", "The time is before the stay or the movement before it, or after now. Give one in between.")
}

pub fn order_missing() -> Fault {
    unfit("RH-STAY-ORDERED", "A physician orders the admission first; for a birth a midwife may.")
}

pub fn same_place() -> Fault {
    unfit("RH-STAY-SAME-PLACE", "The patient lies there already.")
}

pub fn steps() -> Fault {
    unfit("RH-STAY-STEPS", "The steps of the exit are done in their order: register of leavers, bill or signed papers, belongings, exit slip.")
}

pub fn proof() -> Fault {
    unfit("RH-STAY-PROOF", "The second step needs the number of a receipt, or says that the papers of a third party were signed.")
}

pub fn two_people() -> Fault {
    unfit("RH-STAY-TWO-PEOPLE", "A second person has to confirm this, from an account of their own.")
}

pub fn not_last() -> Fault {
    unfit("RH-STAY-NOT-LAST", "Only the last movement can be cancelled. Cancel those after it first.")
}

pub fn unknown() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-STAY-MOVEMENT", "The stay has no such movement.")
}

pub fn taken() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-PLACE-TAKEN", "The place was taken or promised a moment ago. Choose another one.")
}

pub fn elsewhere() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-STAY-ELSEWHERE", "The patient already lies in another place, or died. Look at their stays.")
}

pub fn closed() -> Fault {
    unfit("RH-PLACE-CLOSED", "The place is out of order or has no staff. Choose another one.")
}

pub fn no_place() -> Fault {
    unfit("RH-PLACE-NONE", "Nobody lies in this: it is a room or a unit. Choose a place in it.")
}

pub fn busy() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-STAY-BUSY", "Somebody else is changing the same stay or place. Look again and repeat.")
}
