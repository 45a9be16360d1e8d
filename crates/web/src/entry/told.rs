//! Why somebody was not let in, or an act on an account was not done, in the reader's words.

use crate::key;
use crate::text::Voice;
use rihla_identity::Refusal;

/// Codes with their words.
const WORDS: &[(&str, &str)] = &[
    ("RH-ID-SIGN-IN", key!("account-wrong-sign-in")),
    ("RH-ID-STALE", key!("account-wrong-stale")),
    ("RH-ID-CODE", key!("account-wrong-code")),
    ("RH-ID-BUSY", key!("account-wrong-busy")),
    ("RH-ID-PIN", key!("account-wrong-pin")),
    ("RH-ID-WHOLE", key!("account-wrong-whole")),
    ("RH-ID-STATION", key!("account-wrong-station")),
    ("RH-ID-STATION-NAME", key!("account-wrong-station-name")),
    ("RH-ID-INVITATION", key!("account-wrong-invitation")),
    ("RH-ID-SETUP", key!("account-wrong-setup")),
    ("RH-ID-PASSWORD-SHORT", key!("account-wrong-short")),
    ("RH-ID-PASSWORD-LONG", key!("account-wrong-long")),
    ("RH-ID-PASSWORD-COMMON", key!("account-wrong-common")),
    ("RH-ID-PASSWORD-ALONE", key!("account-wrong-alone")),
    ("RH-ID-PIN-FORM", key!("account-wrong-pin-form")),
    ("RH-ID-PIN-COMMON", key!("account-wrong-pin-common")),
    ("RH-ID-PASSKEY", key!("account-wrong-passkey")),
    ("RH-ID-PASSKEY-FORM", key!("account-wrong-passkey")),
    ("RH-ID-PASSKEY-COPY", key!("account-wrong-passkey-copy")),
    ("RH-ID-PASSKEY-KIND", key!("account-wrong-passkey-kind")),
    ("RH-ID-PASSKEY-OFF", key!("account-wrong-passkey-off")),
    ("RH-ID-PASSKEY-TAKEN", key!("account-wrong-passkey-taken")),
    ("RH-ID-PASSKEYS-FULL", key!("account-wrong-passkeys-full")),
    ("RH-ID-NO-SECOND", key!("account-wrong-no-second")),
    ("RH-ID-LOGIN-FORM", key!("account-wrong-login-form")),
    ("RH-ID-LOGIN-TAKEN", key!("account-wrong-login-taken")),
    ("RH-ID-NAME", key!("account-wrong-name")),
    ("RH-ID-ROLE", key!("account-wrong-role")),
    ("RH-ID-REFERENCE", key!("account-wrong-reference")),
    ("RH-ID-ONESELF", key!("account-wrong-oneself")),
    ("RH-ID-STATE", key!("account-wrong-state")),
    ("RH-ID-CHANGED", key!("account-wrong-changed")),
    ("RH-ID-BADGE-FORM", key!("account-wrong-badge-form")),
    ("RH-ID-BADGE-TAKEN", key!("account-wrong-badge-taken")),
    ("RH-ID-OUTSIDE", key!("account-wrong-outside")),
    ("RH-ID-OUTSIDE-ROLE", key!("account-wrong-outside-role")),
    ("RH-ID-OUTSIDE-LOGIN", key!("account-wrong-outside-login")),
    ("RH-ID-LINK-TAKEN", key!("account-wrong-link-taken")),
    ("RH-ID-LINK-ONLY", key!("account-wrong-link-only")),
    ("RH-OIDC-AWAY", key!("account-wrong-provider-away")),
    ("RH-OIDC-SETUP", key!("account-wrong-provider-setup")),
    ("RH-OIDC-STALE", key!("account-wrong-stale")),
    ("RH-OIDC-DENIED", key!("account-wrong-provider-denied")),
    ("RH-OIDC-TOKEN", key!("account-wrong-provider-token")),
    (TWO, key!("account-wrong-two")),
];

/// Two entries of a new password are not the same.
pub(crate) const TWO: &str = "RH-WEB-TWO-PASSWORDS";

pub(crate) fn told(voice: &Voice, refusal: &Refusal) -> String {
    let code = refusal.code_of();
    if code == "RH-ID-WAIT" {
        let seconds = refusal.retry_after_s.unwrap_or(1);
        return match seconds {
            0..=90 => voice.tn("account-wrong-wait-seconds", seconds as usize),
            _ => voice.tn("account-wrong-wait-minutes", seconds.div_ceil(60) as usize),
        };
    }
    match WORDS.iter().find(|(known, _)| *known == code) {
        Some((_, key)) => voice.t(key),
        None => format!("{} ({code})", voice.t("web-wrong-defect")),
    }
}

/// What a form says that was filled in by halves.
pub(crate) fn two_passwords() -> Refusal {
    let text = "The two passwords are not the same.";
    rihla_kernel::Fault::new(rihla_kernel::FaultKind::Invalid, TWO, text).into()
}
