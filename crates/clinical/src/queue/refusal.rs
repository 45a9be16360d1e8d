//! Why a desk does not do what it was asked. Each has a code that screens translate.

use rihla_kernel::{Fault, FaultKind};

fn unfit(code: &'static str, text: &'static str) -> Fault {
    Fault::new(FaultKind::Unprocessable, code, text)
}

pub fn state() -> Fault {
    unfit("RH-QUEUE-STATE", "The ticket is not in a state for this. Look at it again: somebody may have been faster.")
}

/// Of two desks that call the same ticket one is told, and calls nobody.
pub fn raced() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-QUEUE-RACED", "Another desk called or changed this ticket a moment ago. Nobody was called here: call the next one.")
}

pub fn busy() -> Fault {
    unfit("RH-QUEUE-BUSY", "Somebody is at this desk or was called to it. End that first.")
}

pub fn paused() -> Fault {
    unfit("RH-QUEUE-PAUSED", "This desk is paused. Open it before somebody is called to it.")
}

pub fn nobody() -> Fault {
    unfit("RH-QUEUE-NOBODY", "Nobody waits for this desk.")
}

pub fn early() -> Fault {
    unfit("RH-QUEUE-EARLY", "Too few calls were made, or the last one was just now. Call again and wait.")
}

pub fn elsewhere() -> Fault {
    unfit("RH-QUEUE-ELSEWHERE", "The ticket waits for another desk.")
}

pub fn service() -> Fault {
    unfit("RH-QUEUE-SERVICE", "There is no such service at this site.")
}

pub fn numbers() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-QUEUE-NUMBERS", "Too many tickets are being issued at this moment. Try again.")
}
