//! A form as it will be filled in, read by the same reader, with nobody's record behind it.

use crate::field::{Line, Lines};
use crate::fill::Fields;
use crate::sheet::OfRecord;
use jiff::Timestamp;
use rihla_fhir::json::{Limits, parse};
use rihla_questionnaire::{Fault, Filling, Key, Launch, begin, evaluate, read};
use rihla_web::{Desk, Refusal};
use std::collections::BTreeMap;

/// Its lines; what is wrong with it, where it cannot be filled in.
#[derive(Default)]
pub struct Preview {
    pub lines: Vec<Line>,
    pub faults: Vec<Fault>,
    /// What is calculated never stands still.
    pub unsettled: bool,
}

/// `fields`: what was tried in it, as the page of filling in names its fields.
pub fn preview(desk: &Desk, json: &[u8], fields: Option<&Fields>) -> Result<Preview, Refusal> {
    let doc = parse(json, &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| Refusal::not_found())?;
    let form = match read(doc.root(), &OfRecord(desk)) {
        Ok(form) => form,
        Err(faults) => return Ok(Preview { faults, ..Preview::default() }),
    };
    let voice = &desk.voice;
    let today = Timestamp::from_millisecond(voice.now().0).map(|now| now.to_zoned(voice.zone().clone()).date()).unwrap_or_default();
    let launch = Launch { today: today.to_string(), ..Launch::default() };
    let tried = fields.filter(|fields| fields.keys().any(|name| Key::parse(name, 'q').is_some()));
    let mut filling = match tried {
        Some(fields) => Filling::typed(&form, fields, voice.zone()),
        None => begin(&form, &launch, &BTreeMap::new()),
    };
    let more = fields.and_then(|fields| fields.get("act")).and_then(|act| act.strip_prefix("add:q"));
    if let Some(key) = more.and_then(|name| Key::parse(&format!("q{name}"), 'q')) {
        let shown = filling.rows.get(&key).copied().unwrap_or(1);
        filling.add(&key, shown);
    }
    let evaluated = evaluate(&form, &filling, &launch);
    let lines = Lines { voice, form: &form, last: &BTreeMap::new(), judged: false }.of(&evaluated);
    Ok(Preview { lines, faults: Vec::new(), unsettled: !evaluated.settled })
}
