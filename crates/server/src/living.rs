//! `rihla serve --living`: a hospital group that lives by itself, where patients are made up.

use crate::accounts::Accounts;
use crate::failure::{Failure, exit};
use crate::node::{Node, Options};
use crate::programs::Addresses;
use crate::serve::{ServeOptions, house};
use crate::system::SystemClock;
use axum::Router;
use axum::extract::Extension;
use rihla_living::{HospitalClock, Parts, Player, Told};
use rihla_simulation::Played;
use rihla_web::World;
use std::sync::Arc;

/// The clock of a hospital that is played, if it is.
pub type Clock = Option<Arc<HospitalClock>>;

/// The store, on the hospital's own clock where it is played.
pub fn open(options: &Options, living: Option<u32>) -> Result<(Node, Clock), Failure> {
    let Some(pace) = living else { return Ok((Node::open(options)?, None)) };
    let clock = Arc::new(HospitalClock::new(Arc::new(SystemClock)));
    clock.set_pace(pace);
    let node = Node::open_with(options, clock.clone())?;
    Ok((Node { wall: clock.wall().clone(), ..node }, Some(clock)))
}

/// Who plays, and what the page shows of it.
pub struct Life {
    pub player: Player,
    pub played: Played,
}

/// Somebody at each site of the group. Refused where patients are real.
pub fn player(node: &Node, accounts: &Accounts, serve: &ServeOptions, addresses: &Addresses, clock: Arc<HospitalClock>) -> Result<Life, Failure> {
    if accounts.world == World::Production {
        return Err(Failure::new(exit::USAGE, "--living: this store has real patients; nobody is made up there"));
    }
    let at = |site: &rihla_packs::Site| {
        let there = Node { site: site.number, zone: site.zone.clone(), ..node.clone() };
        house(&there, accounts, serve, addresses)
    };
    let houses = node.pack.sites.iter().map(at).collect::<Result<Vec<_>, _>>()?;
    let told = Arc::new(Told::default());
    let seed = node.entropy.next_u64();
    let parts =
        Parts { houses, store: node.store.clone(), record: node.for_task("simulation"), own: node.site, clock: clock.clone(), told: told.clone(), seed };
    Ok(Life { player: Player::open(parts)?, played: Played { clock, told } })
}

/// The pages say that it is played; who plays is let go by whoever serves.
pub fn shown(life: Option<Life>, screens: Router) -> (Router, Option<Player>) {
    match life {
        None => (screens, None),
        Some(Life { player, played }) => (screens.layer(Extension(played)), Some(player)),
    }
}
