//! Programs that people let in: the authorization server of this node, and the door of its FHIR interface.

use crate::accounts::Accounts;
use crate::failure::{Failure, exit};
use crate::node::Node;
use crate::serve::{MOUNT, ServeOptions};
use rihla_fhir_api::{Door, Open};
use rihla_identity::{Identity, Vault};
use rihla_kernel::{Actor, ActorKind, Purpose};
use rihla_smart::{Policy, Settings, Smart};
use rihla_smart_http::Tokens;
use rihla_web::World;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often keys are looked at, and what is over is swept away.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Where programs find this server. It stands in every token.
#[derive(Clone, Debug)]
pub struct Addresses {
    pub issuer: String,
    pub fhir_base: String,
}

impl Addresses {
    /// `base`: the address that links carry; without one, this machine's own by number. `secure`: TLS ends here.
    pub fn new(base: Option<&str>, secure: bool, port: u16) -> Self {
        let scheme = if secure { "https" } else { "http" };
        let base = base.map_or_else(|| format!("{scheme}://127.0.0.1:{port}{MOUNT}"), |base| base.trim_end_matches('/').to_owned());
        let issuer = match base.split_once("://") {
            Some((scheme, rest)) => format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest)),
            None => base.clone(),
        };
        // A name alone says nothing of where the interface is: it is where it always is.
        let fhir_base = if base == issuer { format!("{issuer}{MOUNT}") } else { base };
        Self { issuer, fhir_base }
    }

    /// For commands, which make no tokens.
    pub fn none() -> Self {
        Self::new(None, false, 0)
    }
}

pub async fn open(node: &Node, vault: Arc<dyn Vault>, identity: &Arc<Identity>, addresses: Addresses) -> Result<Smart, Failure> {
    let sealer = identity.sealer(Smart::PURPOSE).ok_or_else(|| Failure::new(exit::FAILED, "the server's key cannot seal the keys of programs"))?;
    let settings = Settings { issuer: addresses.issuer, fhir_base: addresses.fhir_base, policy: Policy::default() };
    Ok(Smart::open(vault, node.wall.clone(), node.entropy.clone(), identity.clone(), sealer, settings).await?)
}

/// Who comes in at the FHIR interface: programs with a token, or everybody.
pub fn door(node: &Node, accounts: &Accounts, serve: &ServeOptions) -> Arc<dyn Door> {
    if serve.open_fhir {
        return Arc::new(Open(node.store.scoped(Actor::new(ActorKind::System, "open-fhir"), Purpose::Treatment)));
    }
    let Accounts { smart, identity, .. } = accounts.clone();
    Arc::new(Tokens { smart, rights: node.rights.clone(), identity, store: node.store.clone(), site: node.site })
}

/// Real patients are never open to whoever comes by.
pub fn check_open(accounts: &Accounts, serve: &ServeOptions) -> Result<(), Failure> {
    if !serve.open_fhir {
        return Ok(());
    }
    if accounts.world == World::Production {
        let line = "--open-fhir: this store is of the world `production`, where every program brings a token. Leave the option out";
        return Err(Failure::new(exit::USAGE, line));
    }
    tracing::warn!("--open-fhir: everybody on this machine reads and writes all of the record through {MOUNT}");
    Ok(())
}

/// Turns keys and sweeps, until told to stop.
pub async fn keep(smart: Arc<Smart>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|told| *told) => return,
            () = tokio::time::sleep(HOUR) => {}
        }
        let turned = smart.turn_keys().await;
        let swept = smart.sweep().await.map(drop);
        for fault in [turned, swept].into_iter().filter_map(Result::err) {
            tracing::error!(code = fault.code, "programs: {}", fault.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_find_the_server_under_the_address_that_links_carry() {
        let of = |base| {
            let Addresses { issuer, fhir_base } = Addresses::new(base, false, 8080);
            (issuer, fhir_base)
        };
        let pair = |issuer: &str, fhir: &str| (issuer.to_owned(), fhir.to_owned());
        assert_eq!(of(None), pair("http://127.0.0.1:8080", "http://127.0.0.1:8080/fhir"));
        for base in ["https://dossier.example:8443/fhir/", "https://dossier.example:8443", "https://dossier.example:8443/"] {
            assert_eq!(of(Some(base)), pair("https://dossier.example:8443", "https://dossier.example:8443/fhir"), "{base}");
        }
    }
}
