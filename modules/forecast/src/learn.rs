//! Rows of the record: emergency visits and admissions.

use jiff::tz::TimeZone;
use rihla_clinical::emergency::EMERGENCY;
use rihla_forecast::{Kept, Kind, train};
use rihla_kernel::{Fault, Instant};
use rihla_store::Scoped;
use rihla_web::forecasts::{pages, stay, wait};

/// Learns anew from what `node`, the node acting for itself, reads; `before`: what was kept until now, whose switch stays.
///
/// # Errors
///
/// Where the record cannot be read.
pub fn learn(node: &Scoped, zone: &TimeZone, now: Instant, before: Option<Kept>) -> Result<Kept, Fault> {
    let latest = |class: &str| pages(node, &[("class", class), ("_sort", "-date")]);
    let waits = latest(EMERGENCY)?.iter().filter_map(|stored| wait(stored, node.zone(), zone)).collect();
    let stays = latest("IMP")?.iter().filter_map(|stored| stay(stored, node.zone(), zone)).collect();
    let predictors = vec![train(Kind::DoctorWait, waits), train(Kind::Stay, stays)];
    Ok(Kept { off: before.is_some_and(|kept| kept.off), made: now.0, predictors })
}
