//! The rules of `spec.md`, told on a vault in memory and on the real store. A test names the rules that it holds.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

/// Tells each story on both vaults.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::house::House::in_memory().await).await;
            })*
        }
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::house::House::on_sqlite().await).await;
            })*
        }
    };
}

mod accounts;
mod authenticator;
mod factors;
mod guessing;
mod house;
mod passkeys;
mod sessions;
mod setup;
mod signing_in;
mod stations;
mod vault;
