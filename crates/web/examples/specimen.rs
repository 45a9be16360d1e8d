//! Prints the page of `rihla_web::text::specimen`, which a browser opens to see whether doses are painted in their order:
//! `cargo run -p rihla-web --example specimen -- SEED LINES`.

use rihla_kernel::{Instant, Lang};
use rihla_web::text::{Voice, Words, specimen};
use std::sync::Arc;

/// A moment, so that the same seed gives the same page.
const NOW: Instant = Instant(1_795_254_000_000);

fn main() -> Result<(), String> {
    let number = |nth: usize, default: u64| std::env::args().nth(nth).map_or(Ok(default), |text| text.parse().map_err(|_| format!("{text} is no number")));
    let (seed, lines) = (number(1, 1)?, number(2, 100)?);
    let words = Words::new(&[]).map_err(|faults| faults.join("\n"))?;
    let zone = jiff::tz::TimeZone::get("Africa/Casablanca").map_err(|error| error.to_string())?;
    let lines = usize::try_from(lines).map_err(|error| error.to_string())?;
    println!("{}", specimen(&Voice::new(Arc::new(words), Lang::French, zone, NOW), seed, lines));
    Ok(())
}
