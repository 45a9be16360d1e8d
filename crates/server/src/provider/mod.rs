//! The identity provider that an operator names: its file, and how it is called.

mod call;

use crate::accounts::Accounts;
use crate::failure::{Failure, exit};
use crate::node::Node;
use crate::programs::Addresses;
use call::Caller;
use rihla_oidc::{Parts, Provider, Settings};
use rihla_web::{PROVIDER_BACK, World};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where machines keep the authorities that they trust: Debian's place, and Red Hat's.
const TRUSTED: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// Nothing is asked of the provider yet: a server starts while it is away.
pub fn open(node: &Node, accounts: &Accounts, addresses: &Addresses, file: &Path) -> Result<Provider, Failure> {
    let wrong = |why: &str| Failure::new(exit::USAGE, format!("--sign-in-provider {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    // Whatever goes in the clear can be read and changed on its way.
    let plain = accounts.world != World::Production;
    let settings = Settings::read(&text, plain, &accounts.identity.settings().roles).map_err(|why| wrong(&why))?;
    let beside = |name: &str| file.parent().unwrap_or(Path::new("")).join(name);
    let secret = settings.client_secret_file.as_deref().map(|name| secret(&beside(name))).transpose()?;
    let authority = settings.authority.as_deref().map(beside);
    let roots = authority.or_else(|| TRUSTED.iter().map(PathBuf::from).find(|path| path.exists()));
    let fetch = Arc::new(Caller::new(roots.as_deref()).map_err(|why| wrong(&why))?);
    let sealer = accounts.identity.sealer(Provider::PURPOSE).ok_or_else(|| wrong("the server's key cannot seal"))?;
    let redirect = format!("{}{PROVIDER_BACK}", addresses.issuer);
    let (clock, entropy) = (node.wall.clone(), node.entropy.clone());
    Ok(Provider::new(Parts { settings, secret, redirect, site: node.site, plain, fetch, clock, entropy, sealer }))
}

fn secret(file: &Path) -> Result<String, Failure> {
    let text = crate::input::text(file)?;
    let text = text.trim();
    if text.is_empty() { Err(Failure::new(exit::USAGE, format!("{}: holds no secret", file.display()))) } else { Ok(text.to_owned()) }
}
