//! Requests, for whoever takes steps of them: the pages of `modules/requests`, messages of other systems, the clock. A request
//! is a ServiceRequest and the Task of doing it; its result makes others read it, and be told of it if it is critical.

pub mod calls;
mod record;
pub mod refusal;
mod run;
mod state;
pub mod tasks;

pub use record::{
    ASK, DOING, Doable, KIND, NUMBER, ORDERABLE, Request, Signed, TASK, TOLD, Taken, UNIT, UNKNOWN_ALLERGIES, doing, number_json, number_of, step_json,
    stepped, task_json, task_stepped,
};
pub use run::{Act, REASON, Wanted, line, type_of};
pub use state::{Move, Phase, Side};

use rihla_fhir::json::{Limits, Value, parse};
use rihla_store::Stored;

/// Looks at a stored resource; nothing for a deletion.
pub fn look<T>(stored: &Stored, view: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).ok()?;
    Some(view(doc.root()))
}
