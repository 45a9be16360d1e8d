//! The one door: what all endpoints share.

use crate::client::Client;
use crate::ended::Ended;
use crate::flow::grant::{Code, Grant, Launch};
use crate::keys::{SigningKeys, turned};
use crate::names;
use crate::people::People;
use crate::policy::Policy;
use rihla_identity::keeping::{Wire, decode};
use rihla_identity::{Change, Sealer, Vault};
use rihla_kernel::{Clock, Entropy, Fault, FaultKind, Instant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Names that one commit takes away.
const SWEPT: usize = 500;
/// How long a code is remembered after its end, so that its second use ends what came of the first.
const CODE_MEMORY: i64 = 24 * 3_600_000;

/// What a server is run with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `https://host[:port][/path]`, without a slash at its end. It stands in every token.
    pub issuer: String,
    /// Where the FHIR API is, without a slash at its end: for whom tokens are.
    pub fhir_base: String,
    pub policy: Policy,
}

/// Clients, grants and tokens of one store.
pub struct Smart {
    pub(crate) vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) people: Arc<dyn People>,
    pub(crate) sealer: Sealer,
    pub(crate) settings: Settings,
    keys: RwLock<Arc<SigningKeys>>,
    ended: Mutex<Ended>,
}

impl Smart {
    /// What the sealer is for.
    pub const PURPOSE: &str = "smart";

    /// `vault`: the one that identity keeps its state in; `sealer`: of the server's key, for [`Smart::PURPOSE`]. Makes the first
    /// key if there is none.
    pub async fn open(
        vault: Arc<dyn Vault>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        people: Arc<dyn People>,
        sealer: Sealer,
        settings: Settings,
    ) -> Result<Self, Fault> {
        let usable = |address: &str| (address.starts_with("https://") || address.starts_with("http://")) && !address.ends_with('/');
        if !usable(&settings.issuer) || !usable(&settings.fhir_base) {
            return Err(Fault::new(
                FaultKind::Invalid,
                "RH-SMART-ADDRESS",
                "The addresses of issuer and FHIR API begin with https:// and have no slash at the end.",
            ));
        }
        let signing = turned(vault.as_ref(), &sealer, &settings.policy, entropy.as_ref(), clock.now()).await?;
        let ended = Ended::read(vault.as_ref())?;
        Ok(Self { vault, clock, entropy, people, sealer, settings, keys: RwLock::new(Arc::new(signing)), ended: Mutex::new(ended) })
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn policy(&self) -> &Policy {
        &self.settings.policy
    }

    /// An address of ours by its path.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.settings.issuer)
    }

    pub(crate) fn keys(&self) -> Arc<SigningKeys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn ended(&self) -> MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn kept<T: Wire>(&self, name: &str) -> Result<Option<(T, Vec<u8>)>, Fault> {
        self.vault.read(name)?.map(|bytes| Ok((decode(&bytes)?, bytes))).transpose()
    }

    /// Makes the key that is due and takes away those whose last token ended. To be called every hour or so.
    pub async fn turn_keys(&self) -> Result<(), Fault> {
        let keys = turned(self.vault.as_ref(), &self.sealer, self.policy(), self.entropy.as_ref(), self.now()).await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Takes away what is over: codes, launches, assertions, grants, programs that nobody let in. Returns how many.
    pub async fn sweep(&self) -> Result<usize, Fault> {
        let now = self.now();
        let mut over = Vec::new();
        self.gather(names::CODES, &mut over, |code: &Code| now.0 >= code.ends.0.saturating_add(CODE_MEMORY))?;
        self.gather(names::LAUNCHES, &mut over, |launch: &Launch| now >= launch.ends)?;
        self.gather(names::GRANTS, &mut over, |grant: &Grant| now >= self.end_of(grant))?;
        self.gather(names::CLIENTS, &mut over, |client: &Client| self.is_forgotten(client, now))?;
        for prefix in [names::ASSERTIONS, names::OUT] {
            let moments = self.vault.list(prefix)?;
            over.extend(moments.into_iter().filter(|(_, bytes)| crate::ended::is_over(bytes, now)).map(|(name, _)| name));
        }
        for names in over.chunks(SWEPT) {
            let mut change = Change::default();
            names.iter().for_each(|name| _ = change.remove(name.as_str()));
            self.vault.commit(change).await?;
        }
        self.ended().forget(now);
        Ok(over.len())
    }

    fn gather<T: Wire>(&self, prefix: &str, over: &mut Vec<String>, is_over: impl Fn(&T) -> bool) -> Result<(), Fault> {
        for (name, bytes) in self.vault.list(prefix)? {
            if is_over(&decode(&bytes)?) {
                over.push(name);
            }
        }
        Ok(())
    }
}

/// Times in tokens (RFC 7519, 2).
pub(crate) fn seconds(at: Instant) -> i64 {
    at.0.div_euclid(1000)
}
