//! What a physician set about a patient's SpO₂, and whether she is known to be pregnant: both decide how a score is read.

use crate::TARGET;
use crate::of::Of;
use crate::value::{SIGN, Value, sign_of};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Lang;
use rihla_web::{Desk, Refusal, go, look, quoted, read_on};
use serde::Deserialize;

/// The item of the score that is steered, and the choice that the target takes.
pub const ITEM: &str = "spo2-scale";
pub const SECOND: &str = "2";
/// The sign that says whether she is pregnant.
pub const PREGNANCY: &str = "pregnancy";
/// The Flag that says it, so that everybody sees it in the banner.
const CODE: &str = "spo2-target-88-92";
/// A pregnancy that was written down is over after so many days.
const LASTS: i64 = 300;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The Flag that holds, with its version.
pub fn target(desk: &Desk, patient: &str) -> Result<Option<(String, u32)>, Refusal> {
    if !desk.shows("Flag") {
        return Ok(None);
    }
    let (flags, _) = read_on(desk, "Flag", patient)?;
    let holds = |stored: &rihla_store::Stored| {
        look(stored, |flag| {
            flag.text("status").as_deref() == Some("active") && Concept::at(flag, "code").is_some_and(|code| code.code(SIGN).as_deref() == Some(CODE))
        })
    };
    Ok(flags.iter().find(|stored| holds(stored) == Some(true)).map(|stored| (stored.id.to_text(), stored.vid)))
}

/// What was last said, if it is not too long ago.
pub fn pregnant(of: &Of) -> Result<Option<bool>, Refusal> {
    let Some(sign) = of.signs().into_iter().find(|sign| sign.code == PREGNANCY) else { return Ok(None) };
    let codes = sign.loinc.iter().map(|code| format!("{}|{code}", crate::value::LOINC)).collect::<Vec<_>>().join(",");
    let since = crate::taken::fhir(rihla_kernel::Instant(of.voice().now().0 - LASTS * DAY), of.voice().zone());
    let since = format!("ge{since}");
    let found = of.desk.search("Observation", &[("patient", of.id()), ("code", &codes), ("date", &since), ("_sort", "-date"), ("_count", "5")])?;
    let said = |stored: &rihla_store::Stored| {
        look(stored, |observation| {
            let holds = observation.text("status").as_deref() != Some("entered-in-error");
            let sign = sign_of(std::slice::from_ref(sign), observation).filter(|_| holds)?;
            Value::of(sign, observation)
        })
        .flatten()
    };
    Ok(found.matches.iter().find_map(said).map(|value| value == Value::Choice("yes".to_owned())))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_id")]
    id: String,
    /// `2`: set; anything else: taken away.
    scale: String,
}

/// `POST /patients/{patient}/signs/target`
pub async fn set(desk: Desk, Path(patient): Path<String>, Form(asked): Form<Asked>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, TARGET)?;
    of.own_form(&asked.patient, &asked.author)?;
    let (desk, back) = (&of.desk, of.path("signs"));
    match (target(desk, of.id())?, asked.scale.as_str()) {
        (None, SECOND) => desk.create_as(&asked.id, &flag(&of), Vec::new()).await?,
        (Some((id, version)), scale) if scale != SECOND => {
            desk.update(
                "Flag",
                &id,
                version,
                |flag, edits| {
                    if let Some(status) = flag.get("status") {
                        edits.replace(status, r#""inactive""#.to_owned());
                    }
                },
                Vec::new(),
            )
            .await?;
        }
        _ => {}
    }
    Ok(go(&back, &[]))
}

fn flag(of: &Of) -> String {
    let words = of.voice().in_lang(Lang::French).t("signs-target-flag");
    format!(
        r#"{{"resourceType":"Flag","status":"active","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"clinical"}}]}}],"code":{{"coding":[{{"system":"{SIGN}","code":"{CODE}"}}],"text":{words}}},"subject":{{"reference":{patient}}},"period":{{"start":{now}}},"author":{author}}}"#,
        words = quoted(&words),
        patient = quoted(&format!("Patient/{}", of.id())),
        now = quoted(&of.desk.instant()),
        author = of.desk.author_reference(),
    )
}
