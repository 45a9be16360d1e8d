//! Times and bounds. All times in milliseconds.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

#[derive(Clone, Debug)]
pub struct Policy {
    /// Of an access token: between five and fifteen minutes, whatever is said here.
    pub access: i64,
    pub code: i64,
    pub launch: i64,
    /// How long a person may think about a question.
    pub question: i64,
    /// How far ahead an assertion may end.
    pub assertion: i64,
    /// An offline grant without use, and in all.
    pub offline_idle: i64,
    pub offline: i64,
    /// How long a key signs, and how long before that it is published.
    pub key: i64,
    pub key_ahead: i64,
    /// How long a client waits to be let in, and how many do.
    pub asked: i64,
    pub asked_max: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            access: 10 * MINUTE,
            code: 60 * SECOND,
            launch: 5 * MINUTE,
            question: 10 * MINUTE,
            assertion: 5 * MINUTE,
            offline_idle: 30 * DAY,
            offline: 90 * DAY,
            key: 90 * DAY,
            key_ahead: DAY,
            asked: 30 * DAY,
            asked_max: 200,
        }
    }
}

impl Policy {
    pub(crate) fn access(&self) -> i64 {
        self.access.clamp(5 * MINUTE, 15 * MINUTE)
    }
}
