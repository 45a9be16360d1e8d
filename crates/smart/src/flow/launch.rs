//! A program that is opened from a patient's page.

use super::grant::Launch;
use crate::answer::{Error, Refused};
use crate::names;
use crate::people::Signed;
use crate::smart::Smart;
use rihla_identity::Change;
use rihla_identity::keeping::{Later, base64url, encode, random};
use rihla_jose::with_query;
use rihla_kernel::Instant;

/// A program that is about to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Where the browser is to go: the program's page with `iss` and `launch`.
    pub address: String,
}

impl Smart {
    /// Opens a program from a page. The address tells nothing about the patient, and is good once, for this person.
    pub async fn open_from(&self, signed: &Signed, client: &str, patient: Option<&str>, encounter: Option<&str>) -> Result<Opened, Refused> {
        let client = self.let_in(client)?;
        let page = client.launch.as_deref().ok_or_else(|| Refused::new(Error::UnauthorizedClient, "The program has no page by which it is opened."))?;
        if ![patient, encounter].into_iter().flatten().all(is_id) {
            return Err(Refused::new(Error::InvalidRequest, "Patient and encounter are ids of the record."));
        }
        let launch = base64url(&random::<32>(self.entropy.as_ref()));
        let kept = Launch {
            client: client.id.clone(),
            account: signed.account,
            patient: patient.map(str::to_owned),
            encounter: encounter.map(str::to_owned),
            ends: Instant(self.now().0.saturating_add(self.policy().launch)),
            later: Later::default(),
        };
        let mut change = Change::default();
        change.expect(names::launch(&launch), None).put(names::launch(&launch), encode(&kept));
        self.vault.commit(change).await?;
        Ok(Opened { address: with_query(page, &[("iss", &self.settings.fhir_base), ("launch", &launch)]) })
    }

    /// The page that a launch stands for, with what is kept of it. None: no such page, another person's or client's, or over.
    pub(crate) fn launched(&self, launch: &str, client: &str, signed: &Signed) -> Result<Option<(Launch, Vec<u8>)>, Refused> {
        let kept = self.kept::<Launch>(&names::launch(launch))?;
        Ok(kept.filter(|(kept, _)| kept.client == client && kept.account == signed.account && self.now() < kept.ends))
    }
}

/// A logical id (<https://hl7.org/fhir/R4/datatypes.html#id>).
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}
