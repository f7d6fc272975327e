//! One unit of work at a time: nobody meets a lock, a failed write leaves nothing, a panic blocks nobody.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use brevduva::db::{Conn, Error};
use brevduva::units::{self, NewUnit};

use crate::support::builders::some_time;
use crate::support::db::{Engine, TestDatabase};

fn add_unit(conn: &mut Conn, slug: &str) -> Result<i64, Error> {
    let unit =
        NewUnit { parent_id: None, slug: slug.to_owned(), name: slug.to_owned(), created_at: some_time() };
    units::insert_unit(conn, &unit)
}

fn slugs(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(units::tree(conn)?.all().into_iter().map(|unit| unit.slug.clone()).collect())
}

#[test]
fn writers_of_two_processes_never_meet_a_lock() {
    const WRITERS: usize = 8;
    const WRITES: usize = 40;
    let database = TestDatabase::new();
    // Two handles share nothing but the file, as two processes do.
    let handles = [database.db.clone(), database.second_handle()];
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let db = handles[writer % 2].clone();
            scope.spawn(move || {
                for number in 0..WRITES {
                    db.write_blocking(|conn| {
                        // Reading first is what makes a plain BEGIN fail when it turns into a write.
                        let before = slugs(conn)?.len();
                        assert!(before > 0);
                        add_unit(conn, &format!("unit-{writer}-{number}"))
                    })
                    .unwrap();
                }
            });
        }
        for db in &handles {
            scope.spawn(move || {
                for _ in 0..WRITES {
                    db.read_blocking(slugs).unwrap();
                }
            });
        }
    });
    // One more than was written: the office.
    assert_eq!(database.db.read_blocking(slugs).unwrap().len(), WRITERS * WRITES + 1);
}

#[test]
fn a_waiting_process_gets_its_turn_while_another_writes_without_pause() {
    if Engine::of_run() == Engine::Postgres {
        return; // There is no gate: PostgreSQL lets them write at once.
    }
    let database = TestDatabase::new();
    let (busy, other) = (database.db.clone(), database.second_handle());
    let stop = AtomicBool::new(false);
    let longest = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                busy.write_blocking(|conn| {
                    number += 1;
                    std::thread::sleep(Duration::from_millis(5));
                    add_unit(conn, &format!("busy-{number}"))
                })
                .unwrap();
            }
        });
        let mut longest = Duration::ZERO;
        for number in 0..20 {
            let began = Instant::now();
            other.write_blocking(|conn| add_unit(conn, &format!("other-{number}"))).unwrap();
            longest = longest.max(began.elapsed());
        }
        stop.store(true, Ordering::Relaxed);
        longest
    });
    assert!(longest < Duration::from_millis(500), "one write of 5 ms was to be waited for, not {longest:?}");
}

#[test]
fn a_failed_write_leaves_nothing() {
    let database = TestDatabase::new();
    let before = database.db.read_blocking(slugs).unwrap();
    let failed = database.db.write_blocking(|conn| {
        add_unit(conn, "half-done")?;
        add_unit(conn, "half-done")
    });
    assert!(failed.unwrap_err().is_duplicate());
    assert_eq!(database.db.read_blocking(slugs).unwrap(), before);
    database.db.write_blocking(|conn| add_unit(conn, "half-done")).unwrap();
}

#[test]
fn a_panic_in_a_write_undoes_it_and_blocks_nobody() {
    let database = TestDatabase::new();
    let other = database.second_handle();
    let db = database.db.clone();
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| {
        db.write_blocking::<(), Error>(|conn| {
            add_unit(conn, "lost")?;
            panic!("on purpose");
        })
    }));
    assert!(outcome.is_err());
    database.db.write_blocking(|conn| add_unit(conn, "same-process")).unwrap();
    other.write_blocking(|conn| add_unit(conn, "other-process")).unwrap();
    let slugs = database.db.read_blocking(slugs).unwrap();
    assert!(!slugs.contains(&"lost".to_owned()), "{slugs:?}");
    assert_eq!(slugs.len(), 3);
}

#[tokio::test]
async fn a_panic_in_an_asynchronous_write_reaches_its_caller_alone() {
    let database = TestDatabase::new();
    let db = database.db.clone();
    let outcome =
        tokio::spawn(async move { db.write(|_| -> Result<(), Error> { panic!("on purpose") }).await }).await;
    assert!(outcome.unwrap_err().is_panic());
    let id = database.write(|conn| add_unit(conn, "afterwards").unwrap()).await;
    assert!(id > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_gives_up_waiting_keeps_no_other_process_out() {
    let database = TestDatabase::new();
    let other = database.second_handle();
    let slow = {
        let db = database.db.clone();
        tokio::spawn(async move {
            db.write(|conn| {
                std::thread::sleep(Duration::from_millis(200));
                add_unit(conn, "slow")
            })
            .await
        })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let impatient = {
        let db = database.db.clone();
        tokio::spawn(async move { db.write(|conn| add_unit(conn, "impatient")).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    impatient.abort();
    slow.await.unwrap().unwrap();
    let outcome = other.write(|conn| add_unit(conn, "other"));
    tokio::time::timeout(Duration::from_secs(5), outcome).await.expect("the lock was let go of").unwrap();
}

#[tokio::test]
async fn a_process_whose_tasks_cannot_run_keeps_no_other_process_out() {
    let database = TestDatabase::new();
    let other = database.second_handle();
    for slug in ["first", "second"] {
        let db = database.db.clone();
        tokio::spawn(async move {
            db.write(move |conn| {
                std::thread::sleep(Duration::from_millis(100));
                add_unit(conn, slug)
            })
            .await
        });
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Both are queued. No task runs while the only thread of the runtime waits here.
    let (done, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        other.write_blocking(|conn| add_unit(conn, "other")).unwrap();
        done.send(()).unwrap();
    });
    told.recv_timeout(Duration::from_secs(5)).expect("the other process got its turn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_is_told_that_somebody_waits() {
    if Engine::of_run() == Engine::Postgres {
        return; // Nobody waits for a writer there.
    }
    let database = TestDatabase::new();
    for waiting in [database.db.clone(), database.second_handle()] {
        let db = database.db.clone();
        let (before, after) = database
            .db
            .write(move |conn| {
                let before = db.is_awaited();
                std::thread::spawn(move || waiting.write_blocking(slugs));
                let began = Instant::now();
                while !db.is_awaited() && began.elapsed() < Duration::from_secs(5) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                slugs(conn).map(|_| (before, db.is_awaited()))
            })
            .await
            .unwrap();
        assert!(!before && after, "before anybody waited: {before}, while somebody waited: {after}");
    }
}

#[test]
fn a_reader_cannot_write_past_the_gate() {
    if Engine::of_run() == Engine::Postgres {
        return; // There is no gate to pass.
    }
    let database = TestDatabase::new();
    let refused = database.db.read_blocking(|conn| add_unit(conn, "sneaky"));
    assert!(refused.is_err());
    assert_eq!(database.db.read_blocking(slugs).unwrap().len(), 1);
}
