//! The facts behind figures, for pages that show figures: keys and times, no names.

use crate::desk::Desk;
use crate::house::House;
use crate::record::type_of;
use crate::refuse::Refusal;
use rihla_fhir::r4::tables;
use rihla_indicators::Facts;
use rihla_kernel::Fault;

impl House {
    /// Takes in what the record says up to now, so that the first page does not wait for it.
    pub fn prepare_figures(&self) -> Result<(), Fault> {
        self.figures().prepare()
    }

    /// Reckons the months and quarters that are over, so that the first page after a start does not: one figure after another, with a rest as
    /// long as each took, beside whoever works.
    pub async fn remember_past(&self) {
        let now = self.clock().now().0;
        let house = self.clone();
        let Ok(months) = tokio::task::spawn_blocking(move || house.figures().over(now)).await else { return };
        for (code, asked) in months {
            let (house, begun) = (self.clone(), tokio::time::Instant::now());
            if tokio::task::spawn_blocking(move || house.figures().remember(code, &asked)).await.is_err() {
                return;
            }
            tokio::time::sleep(begun.elapsed()).await;
        }
    }
}

impl Desk {
    /// Asks something of the facts, and whether that is all of the record: not yet, a moment after the start of a large store.
    pub fn figures<T>(&self, question: impl FnOnce(&Facts) -> T) -> Result<(T, bool), Refusal> {
        Ok(self.house.figures().ask(question)?)
    }

    /// Writes down what was taken in, if there is enough of it. What cannot be written now is read again at the next start.
    pub async fn keep_figures(&self) {
        drop(self.house.figures().keep(false).await);
    }

    /// The type and id of what a fact was read from.
    pub fn behind(&self, key: u32) -> Result<Option<(&'static str, String)>, Refusal> {
        Ok(self.house.figures().named(key)?.map(|(ty, id)| (tables().type_name(ty), id)))
    }

    /// The key by which facts name a place.
    pub fn place_key(&self, id: &str) -> Result<Option<u32>, Refusal> {
        Ok(self.house.store().key_for_platform(type_of("Location")?, id)?)
    }
}
