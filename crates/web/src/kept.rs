//! Questions that were asked before, each under a random name: a list can be come back to, and no address holds what was
//! typed. A person keeps the last few.

use crate::desk::Desk;
use crate::refuse::Refusal;

/// Questions kept for a person.
const KEPT: usize = 20;

impl Desk {
    /// Keeps a question and returns its name. `list`: the name under which this page keeps what is typed into it, so that
    /// typing leaves one question behind and not one a letter; two pages have two names.
    pub async fn keep(&self, question: &str, list: &str) -> Result<String, Refusal> {
        let turn = self.house.turn(&self.questions_mark()).await;
        let mut all = self.questions()?;
        let known = all.iter().any(|(name, _)| name == list);
        let name = if known { list.to_owned() } else { format!("{:016x}", self.house.entropy().next_u64()) };
        all.retain(|(other, _)| *other != name);
        all.insert(0, (name.clone(), question.to_owned()));
        all.truncate(KEPT);
        let text = all.iter().map(|(name, question)| format!("{name} {question}")).collect::<Vec<_>>().join("\n");
        let kept = self.record.submit(Vec::new(), Vec::new(), vec![(self.questions_mark(), text.into_bytes())])?;
        // Somebody who is still typing waits for nobody; who is sent on to the list has to find it there.
        if self.wants_part() {
            tokio::spawn(async move {
                _ = kept.await;
                drop(turn);
            });
        } else {
            _ = kept.await;
        }
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
