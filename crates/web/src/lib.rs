//! The shell on which every workflow stands: pages, words, assets, live changes, drafts.
//!
//! A module gives the server its [`Screens`]; a handler is given a [`Desk`]: who asks, in which language, and the record as
//! that person may see it. Whatever a handler returns comes out inside one frame, or as a part of the page that is there.

mod assets;
mod audit;
mod commands;
mod cookies;
mod desk;
mod door;
mod drafts;
mod entry;
mod figures;
pub mod forecasts;
mod glass;
mod guard;
mod hatch;
mod house;
mod icon;
mod kept;
mod live;
mod me;
mod messenger;
mod moving;
mod moving_one;
pub mod narrative;
mod opened;
mod page;
mod patient;
mod people;
mod printed;
mod programs;
mod recent;
mod record;
mod refuse;
mod robot;
mod same;
mod screens;
mod session;
mod standing;
mod strike;
mod tabs;
mod terms;
pub mod text;
mod upload;
mod write;

pub use audit::READ as AUDIT_READ;
pub use commands::Command;
pub use desk::Desk;
pub use door::go;
pub use drafts::{Draft, DraftKey};
pub use entry::PROVIDER_BACK;
pub use glass::REVIEW;
pub use hatch::OF_HATCH;
pub use house::{Furnishing, House, World};
pub use icon::Icon;
pub use live::{ALL_PLACES, OF_PLACE, run as run_live};
pub use messenger::{Left, MessageFile, Messenger, Post};
pub use moving::Told;
pub use moving_one::Single;
pub use opened::Reasoned;
pub use page::Page;
pub use patient::{Allergies, Allergy, BANNER, Banner, CLINICAL, IDENTITY, Numbered, alerts, is_about, numbers, present_place, read_on, sex};
pub use people::ADMINISTER;
pub use printed::{Printed, UNKNOWN_BANDS, band_number, band_of};
pub use record::{escaped, look, type_of};
pub use refuse::{Refusal, percent};
pub use rihla_mpi::{Decision, Found, Links, Pair};
pub use robot::{Outcome, Robot};
pub use same::correction_asked;
pub use screens::{Nav, Part, Screens};
pub use session::Person;
pub use strike::{Striking, Struck};
pub use tabs::Tab;
pub use terms::concept;
pub use upload::Upload;
pub use write::{Change, Marks, Members, quoted, written};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use text::Catalogue;

/// The shell's own words.
static CATALOGUES: [Catalogue; 4] = [
    Catalogue { module: "web", texts: [include_str!("../locales/fr/web.ftl"), include_str!("../locales/ar/web.ftl"), include_str!("../locales/en/web.ftl")] },
    Catalogue {
        module: "account",
        texts: [include_str!("../locales/fr/account.ftl"), include_str!("../locales/ar/account.ftl"), include_str!("../locales/en/account.ftl")],
    },
    Catalogue {
        module: "program",
        texts: [include_str!("../locales/fr/program.ftl"), include_str!("../locales/ar/program.ftl"), include_str!("../locales/en/program.ftl")],
    },
    Catalogue {
        module: "audit",
        texts: [include_str!("../locales/fr/audit.ftl"), include_str!("../locales/ar/audit.ftl"), include_str!("../locales/en/audit.ftl")],
    },
];

/// The shell's own words, for who speaks without a page.
pub fn catalogues() -> &'static [Catalogue] {
    &CATALOGUES
}

/// The shell's own live parts.
static PARTS: &[Part] = &patient::PARTS;

/// The largest form.
const BODY: usize = 2 << 20;

/// All pages of a server.
pub fn router(house: House) -> Router {
    let mut routes = Router::new()
        .route("/", get(door::home))
        .route("/preferences", post(door::prefer))
        .route("/commands", post(commands::answer))
        .route("/drafts", get(drafts::list).post(drafts::keep))
        .route(desk::LIVE, get(live::connect))
        .route("/favicon.ico", get(door::favicon))
        .merge(entry::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(glass::routes())
        .merge(programs::routes())
        .merge(audit::routes());
    for screens in house.screens() {
        routes = routes.merge((screens.routes)());
    }
    let routes = routes.fallback(|| async { Refusal::not_found() }).layer(DefaultBodyLimit::max(BODY));
    let guarded = routes.layer(from_fn_with_state(house.clone(), guard::guard));
    Router::new().route("/assets/{file}", get(assets::serve)).merge(guarded).with_state(house)
}
