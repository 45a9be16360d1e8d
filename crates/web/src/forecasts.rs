//! What the site keeps of its forecasts, and the one place where a page may ask for an estimate.

use crate::desk::Desk;
use crate::refuse::Refusal;
use rihla_forecast::{Kept, Kind, Range};
use rihla_store::Store;

/// The operational state in which they stand.
pub const MARK: &str = "forecast";

/// What was kept by the last training, if there was any.
pub fn kept(store: &Store) -> Result<Option<Kept>, Refusal> {
    Ok(store.mark(MARK)?.and_then(|bytes| Kept::parse(&bytes)))
}

impl Desk {
    pub fn forecasts(&self) -> Result<Option<Kept>, Refusal> {
        kept(self.house.store())
    }

    /// How long something will take, only while its forecast beats the naive one and forecasts are on.
    pub fn estimate(&self, kind: Kind, features: &[f64]) -> Result<Option<Range>, Refusal> {
        Ok(self.forecasts()?.and_then(|kept| kept.estimate(kind, features)))
    }

    /// Turns estimates off everywhere, or on again.
    pub async fn switch_forecasts(&self, off: bool) -> Result<(), Refusal> {
        if let Some(kept) = self.forecasts()? {
            self.record.commit(Vec::new(), Vec::new(), vec![(MARK.to_owned(), Kept { off, ..kept }.to_json())]).await?;
        }
        Ok(())
    }
}
