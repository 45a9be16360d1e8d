//! Whose a parked message is, and sending one through again.

use crate::console::{Channel, Given, one};
use crate::message::{Typed, Wrong, page};
use crate::person::bearing;
use crate::{DECIDE, READ};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::intake;
use rihla_exchange::queue::{Decision, NewLetter};
use rihla_hl7v2::{Message, charset};
use rihla_kernel::{Fault, FaultKind};
use rihla_web::{Desk, Refusal, go, key};
use serde::Deserialize;

/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    #[serde(rename = "_author")]
    author: String,
    /// The id of a patient who is shown, or `number`, `new`, `again`, `discard`.
    whose: String,
    number: String,
    why: String,
    /// `edited`: with the text as it stands in the form.
    way: String,
    text: String,
}

type At = Path<(String, String, String)>;

fn may<'c>(desk: &Desk, given: &'c Given, act: &Act, way: &str, name: &str) -> Result<&'c Channel, Refusal> {
    desk.require(READ)?;
    desk.require(DECIDE)?;
    desk.same_author(&act.author)?;
    one(given, way, name)
}

/// `POST /exchange/{way}/{channel}/{seq}/decide`
pub async fn decide(desk: Desk, given: Given, Path((way, name, seq)): At, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let channel = may(&desk, &given, &act, &way, &name)?;
    let (place, _) = channel.letter(&seq)?;
    let said = Typed { number: act.number.trim().to_owned(), why: act.why.trim().to_owned(), ..Typed::default() };
    let wrong = |key| page(&desk, channel, &seq, &Wrong { key, detail: String::new() }, said.clone());
    let decision = match act.whose.as_str() {
        "" => return wrong(key!("exchange-console-wrong-whose")),
        "new" if channel.makes_patients() => Decision::New,
        "new" => return wrong(key!("exchange-console-wrong-new")),
        "again" => Decision::Again,
        "discard" if !REASON.contains(&said.why.chars().count()) => return wrong(key!("exchange-console-wrong-why")),
        "discard" => Decision::Discard { why: said.why },
        "number" if said.number.is_empty() => return wrong(key!("exchange-console-wrong-number")),
        // A slip in a number would file it under somebody else: who bears it is looked at before anything is decided.
        "number" => match bearing(&desk, &said.number)? {
            nobody if nobody.is_empty() => return wrong(key!("exchange-console-wrong-number")),
            found => return page(&desk, channel, &seq, &Wrong::default(), Typed { found, ..said }),
        },
        id => {
            // Only somebody whom this person may see: the id came from a form.
            desk.read("Patient", id)?;
            Decision::Of(id.to_owned())
        }
    };
    match channel.queue.decide(place, decision, desk.person.actor().id()).await {
        Ok(()) => Ok(go(&format!("{}/{place}", channel.path()), &[])),
        Err(fault) => refused(&desk, channel, &seq, fault, Typed::default()),
    }
}

/// `POST /exchange/{way}/{channel}/{seq}/again`
pub async fn again(desk: Desk, given: Given, Path((way, name, seq)): At, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let channel = may(&desk, &given, &act, &way, &name)?;
    let (place, letter) = channel.letter(&seq)?;
    let edited = match act.way.as_str() {
        "edited" => match edited(channel, &letter.new, &act.text) {
            Ok(new) => Some(new),
            Err(detail) => {
                let typed = Typed { text: Some(act.text), ..Typed::default() };
                return page(&desk, channel, &seq, &Wrong { key: key!("exchange-console-wrong-text"), detail }, typed);
            }
        },
        _ => None,
    };
    match channel.queue.replay(place, edited, desk.person.actor().id()).await {
        Ok(next) => Ok(go(&format!("{}/{next}", channel.path()), &[])),
        Err(fault) => refused(&desk, channel, &seq, fault, Typed { text: Some(act.text).filter(|text| !text.is_empty()), ..Typed::default() }),
    }
}

/// `POST /exchange/{way}/{channel}/{seq}/forget`: the channel does not know a number any more.
pub async fn forget(desk: Desk, given: Given, Path((way, name, seq)): At, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let channel = may(&desk, &given, &act, &way, &name)?;
    let (place, _) = channel.letter(&seq)?;
    let (system, value) = act.number.rsplit_once('|').ok_or_else(Refusal::not_found)?;
    channel.queue.forget(&Number { system: system.to_owned(), value: value.to_owned() }).await?;
    Ok(go(&format!("{}/{place}", channel.path()), &[]))
}

/// Somebody else, or the channel, was faster: the message is shown as it is now.
fn refused(desk: &Desk, channel: &Channel, seq: &str, fault: Fault, typed: Typed) -> Result<Response, Refusal> {
    if fault.kind != FaultKind::Conflict {
        return Err(fault.into());
    }
    page(desk, channel, seq, &Wrong { key: key!("exchange-console-wrong-moved"), detail: String::new() }, typed)
}

/// The text of a form as a message in the set in which it came. What is wrong, in a sentence.
fn edited(channel: &Channel, before: &NewLetter, text: &str) -> Result<NewLetter, String> {
    let Some(settings) = &channel.settings else { return Err("What went out is sent again as it was.".to_owned()) };
    let text = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).map(|line| format!("{line}\r")).collect::<String>();
    let (_, set) = charset::decode(&before.content, channel.charset).map_err(|error| error.to_string())?;
    let content = set.encode(&text).map_err(|letter| format!("{letter:?} cannot be written in {}, the character set of this message.", set.name()))?;
    // Read again as it will be: MSH-18 may have been edited too.
    let (text, _) = charset::decode(&content, channel.charset).map_err(|error| error.to_string())?;
    let message = Message::parse(&text, &channel.limits).map_err(|error| error.to_string())?;
    Ok(intake::letter(&content, &message, settings))
}
