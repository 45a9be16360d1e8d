//! The photo of a patient: put in, put in the place of another, taken away.

use crate::REGISTER;
use crate::consents::{is_refused, page};
use crate::people::same_page;
use crate::picture::picture;
use axum::extract::Path;
use axum::response::Response;
use rihla_packs::KeptFrom;
use rihla_web::{Banner, Desk, Refusal, Upload, go, key};

/// Bytes of a form with its file: a camera's picture is taken in, and told to be too large.
pub const FORM: usize = 12 << 20;
/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;

/// `POST /patients/{patient}/photo`
pub async fn change(desk: Desk, Path(patient): Path<String>, sent: Upload) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    same_page(&desk, sent.field("_author"), sent.field("_patient"), &patient)?;
    let banner = Banner::load(&desk, &patient)?;
    let (away, why) = (!sent.field("away").is_empty(), sent.field("why").trim().to_owned());
    let content = sent.file("photo");
    let mut wrong = Vec::new();
    // The first photo needs no reason; whatever changes one that is there does.
    wrong.extend((banner.photo && !REASON.contains(&why.chars().count())).then_some(key!("registration-wrong-why")));
    let found = match (&content, away) {
        (_, true) => {
            wrong.extend((!banner.photo).then_some(key!("registration-wrong-photo-away")));
            None
        }
        (None, false) => {
            wrong.push(key!("registration-wrong-photo-none"));
            None
        }
        (Some(content), false) => match picture(content) {
            Ok(found) => Some((found.kind, content.as_slice())),
            Err(fault) => {
                wrong.push(fault);
                None
            }
        },
    };
    wrong.extend((!away && is_refused(&desk, &patient, KeptFrom::Photo)?).then_some(key!("registration-wrong-photo-refused")));
    if !wrong.is_empty() {
        return page(&desk, &patient, &wrong, false);
    }
    let why = if banner.photo { why } else { desk.voice.in_lang(desk.house.lang()).t("registration-photo-first") };
    desk.change_photo(&banner, found, &why).await?;
    Ok(go(&format!("/patients/{patient}/consents?done=1"), &[]))
}
