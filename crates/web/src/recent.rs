//! Whose charts somebody opened last: a way back that survives a closed browser.

use crate::desk::Desk;
use crate::refuse::Refusal;

/// Patients that are remembered for a person.
const REMEMBERED: usize = 24;

impl Desk {
    /// Ids of the patients whose charts this person opened last, newest first. Some may be out of their reach by now.
    pub fn recent(&self) -> Result<Vec<String>, Refusal> {
        let kept = self.house.store().mark(&self.recent_mark())?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&kept).split('\n').filter(|id| !id.is_empty()).map(str::to_owned).collect())
    }

    /// Remembers that this person opened a patient's chart.
    pub async fn note_recent(&self, patient: &str) -> Result<(), Refusal> {
        let _turn = self.house.turn(&self.recent_mark()).await;
        let mut list = self.recent()?;
        if list.first().is_some_and(|first| first == patient) {
            return Ok(());
        }
        list.retain(|id| id != patient);
        list.insert(0, patient.to_owned());
        list.truncate(REMEMBERED);
        Ok(self.record.commit_passing(vec![(self.recent_mark(), list.join("\n").into_bytes())]).await?)
    }

    fn recent_mark(&self) -> String {
        format!("recent/{}", self.person.author())
    }
}
