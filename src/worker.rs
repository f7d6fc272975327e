//! The loops over everything that is due: campaigns, system mails, imports.

use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::audit;
use crate::bounce::{self, Taker, lmtp};
use crate::campaign::{self, trial::letter};
use crate::config::Config;
use crate::content::Layouts;
use crate::db::Database;
use crate::delivery::digest::{self, Digester};
use crate::delivery::{self, Engine};
use crate::forms;
use crate::import::{ImportError, Importer, uploads};
use crate::kernel::clock::Clock;
use crate::kernel::email_address::EmailAddress;
use crate::links::{Signer, Urls};
use crate::mail::dkim::DkimSigner;
use crate::mail::outbox::{self, OutboxKind, OutboxMail, OutboxState};
use crate::mail::outcome::{Outcome, Reply};
pub use crate::mail::relay::InvalidAuthority;
use crate::mail::relay::Relay;
use crate::preferences;
use crate::preflight::{self, Checker};
use crate::privacy::address;
use crate::reports::{Counter, Surveyor};
use crate::tracking::trial;

/// How often uploaded files that nobody imported are looked for.
const SWEEP: TimeDelta = TimeDelta::hours(1);
/// How often sign-ups that nobody confirmed are looked for.
const FORGET: Duration = Duration::from_secs(3600);
/// How often refusals are looked for.
const REFUSALS: Duration = Duration::from_secs(10);
/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// How often pauses that are over are looked for.
const PAUSES: Duration = Duration::from_secs(30);
/// How often it is looked whether a month has begun.
const DIGESTS: Duration = Duration::from_secs(600);
/// How long the mails of digests are kept.
const DIGEST_DAYS: i64 = 31;
/// How often it is looked whether a trial's waiting time begins or is over.
const TRIALS: Duration = Duration::from_millis(500);
/// How often campaigns whose overlap with others is to be counted are looked for.
const OVERLAPS: Duration = Duration::from_secs(2);
/// How often it is looked whether a day has begun.
const SURVEYS: Duration = Duration::from_secs(300);
/// How often campaigns of which something has happened are looked for.
const REPORTS: Duration = Duration::from_secs(2);
/// Each so many looks, campaigns that ended long ago are looked at too.
const REPORTS_OF_ALL: u32 = 300;
/// How often campaigns whose links and domain are to be tried are looked for.
const CHECKS: Duration = Duration::from_secs(2);
/// Attempts after which a system mail has failed.
const MAX_ATTEMPTS: i32 = 12;

/// The relays of the settings.
#[derive(Clone)]
pub struct Relays(Vec<Relay>);

impl Relays {
    /// Prepares them; none is spoken to yet.
    ///
    /// # Errors
    /// When the certificates of one cannot be used.
    pub fn of(config: &Config) -> Result<Self, InvalidAuthority> {
        let hello = config.base_url.host_str().unwrap_or("localhost");
        config.relays.iter().map(|settings| Relay::new(settings, hello)).collect::<Result<_, _>>().map(Self)
    }
}

/// Works until told to stop; what is in flight is finished first.
pub async fn run(
    config: Config,
    relays: Relays,
    layouts: Arc<Layouts>,
    db: Database,
    clock: Clock,
    stop: CancellationToken,
) {
    let digester = config.sender().map(|from| Digester {
        db: db.clone(),
        layouts: layouts.clone(),
        urls: Urls::new(&config.base_url, Signer::new(config.secret_keys.clone())),
        clock: clock.clone(),
        office: config.office_name.clone(),
        from,
    });
    let digester = digester.inspect_err(|error| tracing::error!(%error, "digests have no sender")).ok();
    let dkim = DkimSigner::new(config.dkim.clone());
    let checker = config.check_outside.then(|| Checker::of_this_machine(config.dkim.clone()));
    let checks = (checker, layouts.clone(), db.clone(), clock.clone());
    let engine = Engine::new(&config, relays.0.clone(), dkim.clone(), layouts, db.clone(), clock.clone());
    let taker = Taker::new(&config, db.clone(), clock.clone());
    let bounces = config.bounce_lmtp.map(|at| (at, taker.clone()));
    let importer = Importer { database: db.clone(), keys: config.secret_keys, clock: clock.clone() };
    let (db_of_forms, clock_of_forms) = (db.clone(), clock.clone());
    let (db_of_trials, clock_of_trials) = (db.clone(), clock.clone());
    let (db_of_reports, clock_of_reports) = (db.clone(), clock.clone());
    let (db_of_overlaps, clock_of_overlaps) = (db.clone(), clock.clone());
    tokio::join!(
        delivery::run(engine, stop.clone()),
        send_outbox(relays.0, dkim, db.clone(), clock.clone(), stop.clone()),
        end_pauses(db, clock, stop.clone()),
        run_imports(importer, config.data_dir, stop.clone()),
        count_overlaps(db_of_overlaps, clock_of_overlaps, stop.clone()),
        forget_sign_ups(db_of_forms, clock_of_forms, stop.clone()),
        decide_trials(db_of_trials, clock_of_trials, stop.clone()),
        send_digests(digester, stop.clone()),
        check_outside(checks, stop.clone()),
        take_bounces(bounces, stop.clone()),
        settle_refusals(taker, stop.clone()),
        survey(Surveyor { db: db_of_reports.clone(), clock: clock_of_reports.clone() }, stop.clone()),
        count_reports(Counter { db: db_of_reports, clock: clock_of_reports }, stop),
    );
}

/// Chooses the winners of trials whose waiting time is over.
async fn decide_trials(db: Database, clock: Clock, stop: CancellationToken) {
    loop {
        let wait = match decide(&db, &clock).await {
            Ok(()) => TRIALS,
            Err(error) => {
                tracing::error!(%error, "the trials of campaigns could not be looked at; trying again");
                PAUSES
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn decide(db: &Database, clock: &Clock) -> Result<(), delivery::Error> {
    let now = clock.now().naive_utc();
    for (campaign, due) in db.read(move |conn| trial::due(conn, now)).await? {
        db.write(move |conn| {
            let done = trial::act(conn, campaign, due, now)?;
            if let (true, trial::Due::Winner(variant)) = (done, due) {
                let detail = serde_json::json!({ "variant": letter(variant).to_string() });
                let unit_id = Some(campaign::unit_of(conn, campaign)?);
                let deed = audit::Deed {
                    action: "campaign.winner",
                    subject_kind: "campaign",
                    subject_id: Some(campaign),
                    unit_id,
                    detail: &detail,
                };
                audit::record(conn, now, audit::Actor::SYSTEM, &deed)?;
            }
            Ok::<_, delivery::Error>(())
        })
        .await?;
    }
    Ok(())
}

/// Counts whom other units mail as well, for campaigns that are not sent yet.
async fn count_overlaps(db: Database, clock: Clock, stop: CancellationToken) {
    loop {
        let now = clock.now().naive_utc();
        let counted = match db.read(move |conn| delivery::overlap::next(conn, now)).await {
            Ok(Some((id, overlap))) => {
                db.write(move |conn| delivery::overlap::keep(conn, id, &overlap)).await.map(|()| true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        let wait = match counted {
            Ok(true) if !stop.is_cancelled() => continue,
            Ok(_) => OVERLAPS,
            Err(error) => {
                tracing::error!(%error, "whom other units mail could not be counted; trying again");
                PAUSES
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Counts the register once a day.
async fn survey(surveyor: Surveyor, stop: CancellationToken) {
    loop {
        match surveyor.run().await {
            Ok(true) => tracing::info!("the register was counted"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the register could not be counted; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SURVEYS) => {}
        }
    }
}

/// Counts what became of groups of people.
async fn count_reports(counter: Counter, stop: CancellationToken) {
    let mut all = 0;
    loop {
        match counter.run(all == 0).await {
            Ok(0) => {}
            Ok(campaigns) => tracing::debug!(campaigns, "reports were counted"),
            Err(error) => tracing::error!(%error, "reports could not be counted; trying again"),
        }
        all = (all + 1) % REPORTS_OF_ALL;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(REPORTS) => {}
        }
    }
}

/// Tries the links and the sender's domain of campaigns that are not sent yet, where that is set.
async fn check_outside(
    (checker, layouts, db, clock): (Option<Checker>, Arc<Layouts>, Database, Clock),
    stop: CancellationToken,
) {
    let Some(checker) = checker else { return };
    loop {
        let now = clock.now().naive_utc();
        let next = db.read(move |conn| preflight::next(conn, now)).await;
        let checked = match next {
            Ok(Some(stored)) => {
                let (id, checking) = (stored.id, checker.check(&stored, &layouts, now));
                let outside = tokio::select! {
                    () = stop.cancelled() => return,
                    outside = checking => outside,
                };
                db.write(move |conn| preflight::keep(conn, id, &outside)).await.map(|()| true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        let wait = match checked {
            Ok(true) => continue,
            Ok(false) => CHECKS,
            Err(error) => {
                tracing::error!(%error, "links and domains could not be tried; trying again");
                PAUSES
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Listens for bounces, where that is set. Of several workers on one machine the first one does.
async fn take_bounces(at: Option<(SocketAddr, Taker)>, stop: CancellationToken) {
    let Some((at, taker)) = at else { return };
    if let Err(error) = lmtp::listen(at, taker, stop).await {
        tracing::error!(%at, %error, "nobody listens for bounces here");
    }
}

/// Draws the consequences of refusals that were heard while sending.
async fn settle_refusals(taker: Taker, stop: CancellationToken) {
    loop {
        let settled = taker.settle_refusals().await.unwrap_or_else(|error| {
            tracing::error!(%error, "refusals could not be settled; trying again");
            0
        });
        let wait = if settled > 0 { LOOK } else { REFUSALS };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Deletes sign-ups and addresses that nobody confirmed in time, and the mails that asked; and bounces that nobody
/// could name.
async fn forget_sign_ups(db: Database, clock: Clock, stop: CancellationToken) {
    loop {
        let now = clock.now().naive_utc();
        let forgotten = db.write(move |conn| {
            bounce::forget_unidentified(conn, bounce::unidentified_until(now))?;
            outbox::forget(conn, OutboxKind::SignUp, now - TimeDelta::days(forms::VALID_DAYS))?;
            for kind in [OutboxKind::ConfirmAddress, OutboxKind::AddressChanged, OutboxKind::AddressAdded] {
                outbox::forget(conn, kind, now - TimeDelta::days(forms::VALID_DAYS))?;
            }
            outbox::forget(conn, OutboxKind::Digest, now - TimeDelta::days(DIGEST_DAYS))?;
            address::expire(conn, now)?;
            forms::expire(conn, now)
        });
        match forgotten.await {
            Ok(0) => {}
            Ok(sign_ups) => tracing::info!(sign_ups, "sign-ups that nobody confirmed were deleted"),
            Err(error) => tracing::error!(%error, "old sign-ups could not be deleted; trying again later"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(FORGET) => {}
        }
    }
}

/// Makes the digests of each month.
async fn send_digests(digester: Option<Digester>, stop: CancellationToken) {
    let Some(digester) = digester else { return };
    loop {
        match digester.run(&stop).await {
            Ok(0) => {}
            Ok(mails) => tracing::info!(mails, "digests were made"),
            Err(error) => tracing::error!(%error, "digests could not be made; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(DIGESTS) => {}
        }
    }
}

/// Runs the imports that pages and the API have queued, one after the other.
async fn run_imports(importer: Importer, data_dir: PathBuf, stop: CancellationToken) {
    let owner: Arc<str> = data_encoding::HEXLOWER.encode(&importer.clock.random_bytes::<12>()).into();
    let mut sweep_at = importer.clock.now();
    loop {
        let (running, owner, stopping) = (importer.clone(), owner.clone(), stop.clone());
        let next = tokio::task::spawn_blocking(move || {
            running.run_next(&owner, &mut |_| {
                if stopping.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        let worked = match next.await {
            Ok(Ok(worked)) => worked.is_some(),
            Ok(Err(ImportError::Stopped)) => false,
            Ok(Err(error)) => {
                tracing::warn!(%error, "an import did not come to its end");
                true
            }
            Err(error) => {
                tracing::error!(%error, "an import broke off");
                false
            }
        };
        if worked || importer.clock.now() >= sweep_at {
            sweep_at = importer.clock.now() + SWEEP;
            sweep_uploads(importer.clone(), data_dir.clone()).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Files that no import needs any more go; what cannot be removed now is tried again later.
async fn sweep_uploads(importer: Importer, data_dir: PathBuf) {
    let now = importer.clock.now().into();
    let swept = tokio::task::spawn_blocking(move || uploads::sweep(&importer.database, &data_dir, now)).await;
    match swept {
        Ok(Ok(0)) => {}
        Ok(Ok(files)) => tracing::info!(files, "uploaded files that no import needs were removed"),
        Ok(Err(error)) => tracing::warn!(%error, "uploaded files could not be removed"),
        Err(error) => tracing::error!(%error, "removing uploaded files broke off"),
    }
}

/// Takes back the pauses whose time is over.
async fn end_pauses(db: Database, clock: Clock, stop: CancellationToken) {
    loop {
        let now = clock.now().naive_utc();
        match db.write(move |conn| preferences::end_pauses(conn, now)).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "pauses ended"),
            Err(error) => tracing::error!(%error, "pauses could not be ended; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSES) => {}
        }
    }
}

/// Sends system mails and tests, one after the other.
async fn send_outbox(
    relays: Vec<Relay>,
    dkim: DkimSigner,
    db: Database,
    clock: Clock,
    stop: CancellationToken,
) {
    let owner = data_encoding::HEXLOWER.encode(&clock.random_bytes::<12>());
    loop {
        match send_next((&relays, &dkim), &db, &clock, &owner).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the outbox could not be worked on; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        if stop.is_cancelled() {
            return;
        }
    }
}

async fn send_next(
    (relays, dkim): (&[Relay], &DkimSigner),
    db: &Database,
    clock: &Clock,
    owner: &str,
) -> Result<bool, crate::db::Error> {
    let now = clock.now().naive_utc();
    if !db.read(move |conn| outbox::due_exists(conn, now)).await? {
        return Ok(false);
    }
    let name = owner.to_owned();
    // The lease outlasts the longest conversation with the relay.
    let claimed = db.write(move |conn| {
        let claimed = outbox::claim(conn, &name, now, now + TimeDelta::minutes(30))?;
        let Some(mail) = claimed else { return Ok(None) };
        // Whoever has said no since gets nothing more.
        let refused = mail.kind == OutboxKind::Digest && digest::is_refused(conn, mail.id)?;
        if refused {
            outbox::settle(conn, mail.id, OutboxState::Failed, &Reply::new("the person said no"), None)?;
        }
        Ok::<_, crate::db::Error>(Some((mail, refused)))
    });
    let Some((mail, refused)) = claimed.await? else { return Ok(false) };
    if refused {
        return Ok(true);
    }
    let outcome = hand_over(relays, dkim, clock, &mail).await;
    let later = clock.now().naive_utc() + TimeDelta::seconds(15 * i64::from(mail.attempts).pow(2));
    let (state, reply, again) = match outcome {
        Outcome::Accepted(reply) => (OutboxState::Sent, reply, None),
        Outcome::Permanent(reply) => (OutboxState::Failed, reply, None),
        Outcome::Transient(reply)
        | Outcome::CutOff(reply)
        | Outcome::InDoubt(reply)
        | Outcome::NotTried(reply) => {
            if mail.attempts >= MAX_ATTEMPTS {
                (OutboxState::Failed, reply, None)
            } else {
                (OutboxState::Waiting, reply, Some(later))
            }
        }
    };
    db.write(move |conn| outbox::settle(conn, mail.id, state, &reply, again)).await?;
    Ok(true)
}

/// Over the first relay that can be reached.
async fn hand_over(relays: &[Relay], dkim: &DkimSigner, clock: &Clock, mail: &OutboxMail) -> Outcome {
    let (Ok(from), Ok(to)) = (EmailAddress::parse(&mail.mail_from), EmailAddress::parse(&mail.rcpt_to))
    else {
        return Outcome::Permanent(Reply::new("the stored address cannot be read"));
    };
    // Its sender is the envelope's: the mails of the outbox have no bounce addresses of their own.
    let message = match dkim.sign(&from, clock.now(), mail.message.clone()).await {
        Ok(message) => message,
        Err(error) => return Outcome::Transient(Reply::new(&error.to_string())),
    };
    let mut outcome = Outcome::NotTried(Reply::new("there is no relay"));
    for relay in relays {
        outcome = match relay.connect().await {
            Ok(mut connection) => {
                let outcome = connection.send(&from, &to, &message).await;
                connection.quit().await;
                outcome
            }
            Err(error) => Outcome::NotTried(Reply::new(&error.to_string())),
        };
        if !matches!(outcome, Outcome::NotTried(_)) {
            break;
        }
    }
    outcome
}
