//! Questions about all patients of a ward at once, each answered in few pages.

use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Desk, Refusal};

/// Resources of one page, and pages of one question.
const PAGE: &str = "1000";
const PAGES: usize = 6;

/// Whatever fits, and whether there is more than is read.
pub fn all(desk: &Desk, ty: &str, asked: &[(&str, &str)]) -> Result<(Vec<Stored>, bool), Refusal> {
    let (mut out, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..PAGES {
        let mut parameters = asked.to_vec();
        parameters.push(("_count", PAGE));
        parameters.extend(cursor.as_deref().map(|cursor| ("_cursor", cursor)));
        let page = desk.search(ty, &parameters)?;
        out.extend(page.matches);
        cursor = page.next;
        if cursor.is_none() {
            return Ok((out, false));
        }
    }
    Ok((out, true))
}

/// A time as FHIR writes it; of a date alone its midnight, of anything less nothing.
pub fn instant(text: &str, voice: &Voice) -> Option<Instant> {
    match text.moment(voice.zone()) {
        Moment::Full(at) => Some(Instant(at.timestamp().as_millisecond())),
        Moment::Day(day) => Some(Instant(day.to_zoned(voice.zone().clone()).ok()?.timestamp().as_millisecond())),
        _ => None,
    }
}
