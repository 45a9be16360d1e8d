//! Why a step is not taken. Each has a code that screens translate.

use rihla_kernel::{Fault, FaultKind};

pub fn state() -> Fault {
    Fault::new(FaultKind::Unprocessable, "RH-REQUEST-STATE", "The request is not in a state for this. Look at it again: somebody may have been faster.")
}

pub fn changed() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-REQUEST-CHANGED", "Somebody else changed the request a moment ago. Look at it again.")
}

pub fn reason() -> Fault {
    Fault::new(FaultKind::Unprocessable, "RH-REQUEST-REASON", "Say why, in at most 300 letters.")
}

pub fn time() -> Fault {
    Fault::new(FaultKind::Unprocessable, "RH-REQUEST-TIME", "The time is before the step before it, or after now. Give one in between.")
}

pub fn foreign() -> Fault {
    Fault::new(FaultKind::Unprocessable, "RH-REQUEST-FOREIGN", "Another system keeps this request: it is changed there.")
}
