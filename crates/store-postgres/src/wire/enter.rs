//! The first words on a line: who enters, and how the session is set.

use super::{Line, Place, STANDBY, Trouble, refusal};
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

/// How every session is set. Each statement is meant for one index: plans are made once, for all values, and neither a
/// table without statistics nor one whose statistics are old leads elsewhere.
const SETTINGS: &[(&str, &str)] = &[
    ("application_name", "rihla"),
    ("client_encoding", "UTF8"),
    ("TimeZone", "UTC"),
    ("client_min_messages", "error"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("max_parallel_workers_per_gather", "0"),
];

impl Line {
    pub(super) fn enter(&mut self, place: &Place) -> Result<(), Trouble> {
        let who = [("user", place.user.as_str()), ("database", place.database.as_str())];
        frontend::startup_message(who.into_iter().chain(SETTINGS.iter().copied()), &mut self.out)?;
        self.flush()?;
        // What the server asks for and was not given is its refusal (28P01) in the end; here it is one code.
        let password = || place.password.as_deref().map(str::as_bytes).ok_or_else(|| Trouble::Refused("28P01".into()));
        let mut standby = false;
        loop {
            match self.message()? {
                // Who writes looks for another machine.
                Message::ParameterStatus(body) if body.name()? == "in_hot_standby" => standby = body.value()? == "on",
                Message::ParameterStatus(_) | Message::NoticeResponse(_) => {}
                Message::AuthenticationOk | Message::BackendKeyData(_) => {}
                Message::AuthenticationCleartextPassword => {
                    frontend::password_message(password()?, &mut self.out)?;
                    self.flush()?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let hash = md5_hash(place.user.as_bytes(), password()?, body.salt());
                    frontend::password_message(hash.as_bytes(), &mut self.out)?;
                    self.flush()?;
                }
                Message::AuthenticationSasl(body) => {
                    if body.mechanisms().find(|name| Ok(*name == SCRAM_SHA_256))?.is_none() {
                        return Err(Trouble::Garbled);
                    }
                    self.scram(password()?)?;
                }
                Message::ReadyForQuery(_) => return if standby { Err(Trouble::Refused(STANDBY.into())) } else { Ok(()) },
                Message::ErrorResponse(body) => return Err(refusal(&body)?),
                _ => return Err(Trouble::Garbled),
            }
        }
    }

    /// <https://www.rfc-editor.org/rfc/rfc7677>
    fn scram(&mut self, password: &[u8]) -> Result<(), Trouble> {
        let mut scram = ScramSha256::new(password, ChannelBinding::unsupported());
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut self.out)?;
        self.flush()?;
        match self.next()? {
            Message::AuthenticationSaslContinue(body) => scram.update(body.data())?,
            Message::ErrorResponse(body) => return Err(refusal(&body)?),
            _ => return Err(Trouble::Garbled),
        }
        frontend::sasl_response(scram.message(), &mut self.out)?;
        self.flush()?;
        match self.next()? {
            // A server that does not know the password either is not ours.
            Message::AuthenticationSaslFinal(body) => Ok(scram.finish(body.data())?),
            Message::ErrorResponse(body) => Err(refusal(&body)?),
            _ => Err(Trouble::Garbled),
        }
    }
}
