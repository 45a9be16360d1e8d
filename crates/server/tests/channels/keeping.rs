//! How long the journal is kept.

use crate::sender::{File, Sender, adt, code, found, inbound, site, until};
use rihla_exchange::queue::{Find, State};
use rihla_server::channels::Channels;
use rihla_web::World;
use tokio::sync::watch;

const DAY: u64 = 24 * 60 * 60 * 1000;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_leaves_the_journal_after_its_days_and_what_waits_for_a_person_stays() {
    let file = File::new(&format!("{}limits = {{ keep_days = 30 }}\n", inbound("gam", "kept")));
    let site = site(&file).await;
    let channel = site.console.all()[0].clone();
    let mut sender = Sender::call(&channel.address).await;
    assert_eq!(code(&sender.send(&adt("A28", "OLD", "6001", "Tazi^Omar")).await), "AA");
    assert_eq!(code(&sender.send(&adt("A28", "ASKS", "6002", "")).await), "AA");
    until(&channel, |counts| counts.waiting == 0 && counts.parked == 1).await;
    found(&channel, "OLD", State::Done);
    let kept = |control_id: &str| {
        let find = Find { control_id: control_id.to_owned(), ..Find::default() };
        channel.queue.find(&find, 1).expect("the journal is read").0.len()
    };
    for (days, left) in [(29, 1), (2, 0)] {
        site.pass(days * DAY);
        // Another start of the same channels: each start sweeps before it hears that it has to end.
        let again = Channels::open(&site.node, World::Training, Some(&file.path())).await.expect("opened");
        let (stop, stopped) = watch::channel(false);
        let tasks = again.start(&stopped);
        stop.send_replace(true);
        tasks.join_all().await;
        assert_eq!((kept("OLD"), kept("ASKS")), (left, 1), "{days} days later");
    }
    site.stop().await;
}
