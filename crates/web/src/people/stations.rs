//! Screens that several people share.

use super::form::wards;
use super::{ADMINISTER, STATIONS};
use crate::cookies::{Came, LONG_S, STATION};
use crate::desk::Desk;
use crate::door::go;
use crate::me::{unit_name, with_status};
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_identity::{By, Refusal as Refused};
use serde::Deserialize;

struct Listed {
    fingerprint: String,
    name: String,
    unit: String,
    at: String,
}

#[derive(Template)]
#[template(path = "account/stations.html")]
struct Stations {
    voice: Voice,
    author: String,
    /// What this browser is called, if it is one.
    here: Option<String>,
    stations: Vec<Listed>,
    wards: Vec<(String, String)>,
    wrong: Option<String>,
}

pub(crate) async fn show(desk: Desk, came: Came) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    page(&desk, &came, None)
}

fn page(desk: &Desk, came: &Came, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let (identity, voice) = (desk.house.identity(), &desk.voice);
    let here = came.station.as_deref().map(|token| identity.station(token)).transpose()?.flatten().map(|station| station.name);
    let mut stations: Vec<_> = identity.stations()?.into_iter().filter(|(_, station)| station.site == desk.house.site()).collect();
    stations.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    let listed = stations.into_iter().map(|(fingerprint, station)| Listed {
        fingerprint,
        unit: station.unit.as_deref().map_or_else(String::new, |unit| unit_name(&desk.house, unit, voice.lang())),
        name: station.name,
        at: voice.date_time(station.at),
    });
    let body = Stations { voice: voice.clone(), author: desk.person.mark(), here, stations: listed.collect(), wards: wards(desk)?, wrong: desk.told(refused) };
    desk.page(Page { title: voice.t("account-stations"), nav: STATIONS, body: body.render()?, ..Page::default() })
        .map(|response| with_status(response, refused))
}

#[derive(Deserialize)]
pub(crate) struct Act {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    station: String,
}

/// Makes the browser at hand a station; whoever registered it signs out of it as of any other.
pub(crate) async fn register(desk: Desk, came: Came, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    desk.same_author(&act.author)?;
    let fresh = desk.fresh(STATIONS)?;
    let unit = Some(act.unit.as_str()).filter(|unit| !unit.is_empty());
    match desk.house.identity().register_station(By::Person(&fresh), &act.name, desk.house.site(), unit).await {
        Ok(token) => Ok(go(STATIONS, &[desk.house.cookie(STATION, token.as_str(), Some(LONG_S))])),
        Err(refused) => page(&desk, &came, Some(&refused)),
    }
}

pub(crate) async fn retire(desk: Desk, came: Came, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    desk.same_author(&act.author)?;
    let fresh = desk.fresh(STATIONS)?;
    match desk.house.identity().retire_station(By::Person(&fresh), &act.station).await {
        Ok(()) => Ok(go(STATIONS, &[])),
        Err(refused) => page(&desk, &came, Some(&refused)),
    }
}
