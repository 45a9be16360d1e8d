//! A desk's handle for one workflow whose resources are nobody's chart: tickets of a queue. Classes of access say what a role
//! sees of patients; who calls numbers, a kiosk or a display sees the numbers of everybody, and nothing else by this.

use crate::desk::Desk;
use crate::record::type_of;
use crate::refuse::Refusal;
use rihla_kernel::{Lang, Purpose};
use rihla_store::Scoped;
use rihla_store::scope::{AccessScope, TypeRule};

/// Without letters and digits that are taken for one another: what is read aloud is typed.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: 60 bits.
const LONG: usize = 12;

/// What a live part is about that the same is shown of to whoever may see it, by a handle of [`Desk::hatch`]: it is told of every
/// change of what it watches.
pub const OF_HATCH: &str = "hatch.";

impl Desk {
    /// The record by rules of a workflow, for this person, at this site. The caller has asked for its right before.
    pub fn hatch(&self, rules: Vec<(&str, TypeRule)>) -> Result<Scoped, Refusal> {
        let rules = rules.into_iter().map(|(ty, rule)| Ok((type_of(ty)?.0, rule))).collect::<Result<Vec<_>, Refusal>>()?;
        let scope = AccessScope::everything().with_rules(rules).only_sites([self.house.site()]);
        Ok(self.house.store().scoped_to(self.person.actor(), Purpose::Operations, scope).from(self.record.origin().clone()))
    }

    /// A code that nobody guesses and that says nothing.
    pub fn random_code(&self) -> String {
        let mut bits = u128::from(self.house.entropy().next_u64()) << 64 | u128::from(self.house.entropy().next_u64());
        let mut out = String::with_capacity(LONG);
        for _ in 0..LONG {
            out.extend(SIGNS.get((bits & 31) as usize).map(|sign| char::from(*sign)));
            bits >>= 5;
        }
        out
    }

    /// The same desk in another language: what stands in a hall speaks to whoever is before it.
    pub fn speaking(self, lang: Lang) -> Self {
        Self { voice: self.voice.in_lang(lang), ..self }
    }
}
