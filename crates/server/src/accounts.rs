//! The accounts of the store that this node owns: opened with the server's key, in the world that the store is of.

use crate::failure::{Failure, exit};
use crate::keys::KeySource;
use crate::node::Node;
use crate::programs::{self, Addresses};
use rihla_identity::{Identity, Keys, Policy, RecordVault, RelyingParty, Settings};
use rihla_kernel::{Actor, Fault, Purpose};
use rihla_packs::Pack;
use rihla_smart::Smart;
use rihla_web::World;
use std::sync::Arc;

/// What every command that touches accounts is told.
#[derive(Clone, Debug)]
pub struct AccountOptions {
    pub key: KeySource,
    /// None: what the store is of; production, if it was never said.
    pub world: Option<World>,
}

/// What accounts are opened with.
pub struct Means {
    pub keys: Keys,
    pub world: Option<World>,
    /// To whom passkeys are made; none where no page is served.
    pub party: Option<RelyingParty>,
    pub policy: Policy,
    /// Where programs find this server.
    pub addresses: Addresses,
}

/// The accounts of a node; one for the process.
#[derive(Clone)]
pub struct Accounts {
    pub identity: Arc<Identity>,
    pub world: World,
    /// The programs that people let in.
    pub smart: Arc<Smart>,
}

/// Of which world a store is, for ever.
pub const WORLD: &str = "node/world";

impl Accounts {
    /// Opens them with the key that the operator names.
    pub async fn open(node: &Node, options: &AccountOptions, party: Option<RelyingParty>, addresses: Addresses) -> Result<Self, Failure> {
        let known = Identity::has_key(&RecordVault::new(node.store.clone()))?;
        let keys = options.key.read(&node.folder, known, node.entropy.as_ref())?;
        Self::with(node, Means { keys, world: options.world, party, policy: Policy::default(), addresses }).await
    }

    pub async fn with(node: &Node, means: Means) -> Result<Self, Failure> {
        let world = world(node, means.world).await?;
        let settings = settings(&node.pack, node, world, means.party, means.policy);
        let vault = Arc::new(RecordVault::new(node.store.clone()));
        let identity = Identity::open(vault.clone(), node.wall.clone(), node.entropy.clone(), means.keys, settings).await?;
        let identity = Arc::new(identity);
        let smart = Arc::new(programs::open(node, vault, &identity, means.addresses).await?);
        Ok(Self { identity, world, smart })
    }
}

/// What a store is of does not change: patients do not become real, nor made up.
async fn world(node: &Node, wanted: Option<World>) -> Result<World, Failure> {
    let kept = node.store.mark(WORLD)?.and_then(|kept| World::from_tag(&String::from_utf8_lossy(&kept)));
    match (kept, wanted) {
        (Some(kept), Some(wanted)) if kept != wanted => {
            let line = format!("--world {}: this store is of the world `{}`, and stays so. Use another store", wanted.tag(), kept.tag());
            Err(Failure::new(exit::USAGE, line))
        }
        (Some(kept), _) => Ok(kept),
        (None, wanted) => {
            let world = wanted.unwrap_or(World::Production);
            let writer = node.store.scoped(Actor::node("world"), Purpose::Operations);
            writer.commit(Vec::new(), Vec::new(), vec![(WORLD.to_owned(), world.tag().into())]).await?;
            Ok(world)
        }
    }
}

fn settings(pack: &Pack, node: &Node, world: World, party: Option<RelyingParty>, policy: Policy) -> Settings {
    let production = world == World::Production;
    let administers = |role: &&rihla_packs::Role| role.permissions.iter().any(|right| right == rihla_web::ADMINISTER.0);
    // Who lets people in proves themselves twice, where patients are real.
    let second_factor = pack.roles.list.iter().filter(|role| production && administers(role)).map(|role| role.code.clone()).collect();
    let site = pack.site(node.site);
    Settings {
        roles: pack.roles.list.iter().map(|role| role.code.clone()).collect(),
        issuer: site.map_or_else(|| "Rihla".to_owned(), |site| format!("Rihla {}", site.code.to_uppercase())),
        house: pack.sites.iter().flat_map(|site| site.names.values()).chain(pack.names.values()).cloned().collect(),
        relying_party: party,
        production,
        policy: Policy { second_factor, ..policy },
    }
}

/// To whom passkeys are made: the host of the address that people call, under TLS; without one, this machine itself.
pub fn party(base: Option<&str>, port: u16) -> Option<RelyingParty> {
    let Some(base) = base else { return Some(RelyingParty { id: "localhost".into(), origins: vec![format!("http://localhost:{port}")] }) };
    let authority = base.strip_prefix("https://")?.split('/').next()?.to_ascii_lowercase();
    let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host).to_owned();
    // A passkey is bound to a name: an address is none.
    let named = !host.is_empty() && !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err();
    named.then(|| RelyingParty { id: host, origins: vec![format!("https://{authority}")] })
}

impl From<rihla_identity::Refusal> for Failure {
    fn from(refusal: rihla_identity::Refusal) -> Self {
        Fault::into(refusal.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_made_to_the_name_that_people_call() {
        let of = |base| party(base, 8080).map(|party| (party.id, party.origins.concat()));
        assert_eq!(of(None), Some(("localhost".into(), "http://localhost:8080".into())));
        assert_eq!(of(Some("https://Dossier.example:8443/fhir")), Some(("dossier.example".into(), "https://dossier.example:8443".into())));
        for without in ["http://dossier.example", "https://10.0.0.7/fhir", "https://[::1]:8443"] {
            assert_eq!(of(Some(without)), None, "{without}");
        }
    }
}
