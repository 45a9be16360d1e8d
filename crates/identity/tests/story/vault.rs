//! What a vault promises.

use crate::house::House;
use rihla_identity::Change;

on_both!(a_change_holds_as_a_whole_or_not_at_all, many_at_once_lose_nothing, a_change_that_nobody_waits_for_is_brought_to_its_end);

async fn a_change_holds_as_a_whole_or_not_at_all(house: House) {
    let mut first = Change::default();
    first.expect("id/a", None).put("id/a", vec![1]).put("id/b", vec![2]);
    house.vault.commit(first.clone()).await.expect("new");
    assert_eq!(house.vault.commit(first).await.expect_err("there already").code, "RH-ID-CHANGED");
    let mut half = Change::default();
    half.expect("id/b", Some(vec![2])).expect("id/a", Some(vec![9])).put("id/c", vec![3]).remove("id/b");
    assert_eq!(house.vault.commit(half).await.expect_err("not so").code, "RH-ID-CHANGED");
    assert_eq!(house.vault.read("id/b").expect("reads"), Some(vec![2]));
    assert_eq!(house.vault.read("id/c").expect("reads"), None);
    let mut gone = Change::default();
    gone.expect("id/b", Some(vec![2])).remove("id/b");
    house.vault.commit(gone).await.expect("so");
    let left: Vec<_> = house.vault.list("id/").expect("reads").into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["id/a", "id/key"]);
}

async fn many_at_once_lose_nothing(house: House) {
    let add = async |name: &str| {
        loop {
            let before = house.vault.read(name).expect("reads");
            let after = vec![before.as_ref().map_or(0, |value| value[0]) + 1];
            let mut change = Change::default();
            change.expect(name, before).put(name, after).put(format!("{name}/last"), vec![1]);
            match house.vault.commit(change).await {
                Ok(()) => return,
                Err(fault) => assert_eq!(fault.code, "RH-ID-CHANGED"),
            }
        }
    };
    for _ in 0..10 {
        tokio::join!(add("id/x"), add("id/x"), add("id/x"), add("id/y"), add("id/x"), add("id/y"));
    }
    assert_eq!(house.vault.read("id/x").expect("reads"), Some(vec![40]));
    assert_eq!(house.vault.read("id/y").expect("reads"), Some(vec![20]));
}

/// A browser that goes away leaves no half of a change, and no look at what is not written yet.
async fn a_change_that_nobody_waits_for_is_brought_to_its_end(house: House) {
    for round in 1..=50 {
        let mut first = Change::default();
        first.put("id/a", vec![round]);
        let mut left = house.vault.commit(first);
        // Begun, and not ended.
        let begun = std::future::poll_fn(|context| std::task::Poll::Ready(left.as_mut().poll(context))).await;
        drop(left);
        drop(begun);
        let mut next = Change::default();
        next.expect("id/a", Some(vec![round])).put("id/a", vec![round, round]);
        house.vault.commit(next).await.expect("the one before was written first");
    }
}
