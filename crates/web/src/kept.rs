//! Questions that were asked before, each under a random name: a list can be come back to, and no address holds what was
//! typed. A person keeps the last few.

use crate::desk::Desk;
use crate::refuse::Refusal;

/// Questions kept for a person.
const KEPT: usize = 20;

impl Desk {
    /// Keeps a question and returns its name. A question that only goes on from the last one takes its place, so that typing
    /// leaves one behind and not one a letter.
    pub async fn keep(&self, question: &str) -> Result<String, Refusal> {
        let mut list = self.questions()?;
        let goes_on = list.first().is_some_and(|(_, last)| question.starts_with(last.as_str()) || last.starts_with(question));
        let name = match list.first() {
            Some((name, _)) if goes_on => name.clone(),
            _ => format!("{:016x}", self.house.entropy().next_u64()),
        };
        list.retain(|(known, _)| *known != name);
        list.insert(0, (name.clone(), question.to_owned()));
        list.truncate(KEPT);
        let text = list.iter().map(|(name, question)| format!("{name} {question}")).collect::<Vec<_>>().join("\n");
        self.record.commit(Vec::new(), Vec::new(), vec![(self.questions_mark(), text.into_bytes())]).await?;
        Ok(name)
    }

    /// A question by its name, if this person asked it.
    pub fn kept(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.questions()?.into_iter().find(|(known, _)| known == name).map(|(_, question)| question))
    }

    fn questions(&self) -> Result<Vec<(String, String)>, Refusal> {
        let kept = self.house.store().mark(&self.questions_mark())?.unwrap_or_default();
        let line = |line: &str| line.split_once(' ').map(|(name, question)| (name.to_owned(), question.to_owned()));
        Ok(String::from_utf8_lossy(&kept).split('\n').filter_map(line).collect())
    }

    fn questions_mark(&self) -> String {
        format!("asked/{}", self.person.author())
    }
}
