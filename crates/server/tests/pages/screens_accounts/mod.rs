//! Accounts on screens, from outside: who comes in and how, who makes room for whom, and what attackers try.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod acting;
mod administering;
mod attacks;
mod factors;
mod idp;
mod provider;
mod setup;
mod signing_in;
mod stations;
mod trail;

use rihla_testkit::{PASSWORD, Reply, Screen, TestSite};
use ring::hmac;

pub const MINUTE: u64 = 60_000;
pub const HOUR: u64 = 60 * MINUTE;
pub const OTHER_PASSWORD: &str = "le train de nuit passe le vieux pont";

/// A site with one account, made before the page is asked for.
pub async fn site_of(login: &str, role: &str) -> (TestSite, Screen) {
    let site = TestSite::start().await;
    site.account(login, &[(role, None)], "").await;
    let screen = site.stranger().await;
    (site, screen)
}

/// Signs in by the password alone.
pub async fn signed_in(site: &TestSite, login: &str) -> Screen {
    let mut screen = site.stranger().await;
    let entered = screen.sign_in(login, PASSWORD).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")), "{}", entered.text());
    screen
}

/// Sends a form of a page as its author.
pub async fn send(screen: &mut Screen, page: &str, act: &str, fields: &[(&str, &str)]) -> Reply {
    let author = screen.get(page).await.hidden("_author");
    assert!(!author.is_empty(), "{page} has a form");
    let fields: Vec<_> = [("_author", author.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post(act, &fields).await
}

/// What stands between two texts of a page.
pub fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    page.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_else(|| panic!("{before} in {page}"))
}

/// The code of an app now (RFC 6238), by the seed that a page showed.
pub fn code(site: &TestSite, seed: &str) -> String {
    let bits: Vec<u8> =
        seed.bytes().filter_map(|sign| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == sign)).map(|value| value as u8).collect();
    let bits: Vec<u8> = bits.iter().flat_map(|value| (0..5).rev().map(move |at| value >> at & 1)).collect();
    let key: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &(site.now() as u64 / 30_000).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let word = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    format!("{:06}", word % 1_000_000)
}

/// Sets up an authenticator app and returns its seed.
pub async fn with_app(site: &TestSite, screen: &mut Screen) -> String {
    let begun = send(screen, "/account/app", "/account/app/begin", &[]).await;
    let seed = between(begun.text(), "class=\"seed\"><bdi dir=\"ltr\">", "<").to_owned();
    let author = begun.hidden("_author");
    let confirmed = screen.post("/account/app", &[("_author", &author), ("code", &code(site, &seed))]).await;
    assert_eq!((confirmed.status, confirmed.header("location")), (303, Some("/account/codes")), "{}", confirmed.text());
    seed
}
