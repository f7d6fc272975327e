//! The register of what people asked for by right, with the day on which it came and the day by which it must be answered
//! (product P38, P39; GDPR article 12(3)).
//!
//! A request that comes by letter, phone or e-mail waits for its answer: one month, which can be put off by two more, once,
//! before the month is over, with a reason that the person is told. What people do by themselves on their own page is
//! done as it comes.

mod store;

use chrono::{Months, NaiveDate, NaiveDateTime};

pub use store::{
    Request, after, answer, counts, extend, find, forget, of_people, page, receive, record, record_arrived,
    take_on,
};

crate::text_enum! {
    /// What somebody asked for.
    RequestKind {
        /// To see what is held (GDPR article 15).
        Access = "access",
        /// To have something corrected (article 16).
        Correction = "correction",
        /// That nothing but keeping be done with it (article 18).
        Restriction = "restriction",
        /// That a restriction end.
        Lifting = "lifting",
        /// To be erased (article 17).
        Erasure = "erasure",
        /// To leave the alumni network.
        Leaving = "leaving",
    }
}

crate::text_enum! {
    /// How a request came.
    RequestWay {
        Page = "page",
        Letter = "letter",
        Phone = "phone",
        Email = "email",
        InPerson = "in_person",
    }
}

impl RequestWay {
    /// Those that staff write down.
    pub const BY_STAFF: [Self; 3] = [Self::Letter, Self::Phone, Self::Email];
}

crate::text_enum! {
    /// How a request was answered.
    Answered {
        /// What was asked for was done.
        Done = "done",
        /// It was refused, with reasons (article 12(4)).
        Refused = "refused",
    }
}

crate::text_enum! {
    /// Where a request stands.
    RequestState {
        Open = "open",
        /// Not answered in time.
        Overdue = "overdue",
        Done = "done",
        Refused = "refused",
    }
}

crate::text_enum! {
    /// Which requests are shown.
    Shown {
        /// Those that wait, the most urgent first.
        Open = "open",
        Overdue = "overdue",
        Answered = "answered",
        All = "all",
    }
}

/// The day by which a request must be answered: a month after the day on which it came, on the month's last day where
/// the next month has no such day (Regulation 1182/71, article 3(2)(c)).
#[must_use]
pub fn due_on(received: NaiveDate) -> NaiveDate {
    received.checked_add_months(Months::new(1)).unwrap_or(received)
}

/// The day by which it must be answered when it was put off: two months more, counted from the day on which it came.
#[must_use]
pub fn extended_to(received: NaiveDate) -> NaiveDate {
    received.checked_add_months(Months::new(3)).unwrap_or(received)
}

impl Request {
    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, now: NaiveDateTime) -> RequestState {
        match (self.done_at, self.outcome) {
            (Some(_), Some(Answered::Refused)) => RequestState::Refused,
            (Some(_), _) => RequestState::Done,
            (None, _) if self.due_on.is_some_and(|due| due < now.date()) => RequestState::Overdue,
            (None, _) => RequestState::Open,
        }
    }

    /// Whether it can be put off: once, and before its time is over.
    #[must_use]
    pub fn can_wait(&self, now: NaiveDateTime) -> bool {
        self.state(now) == RequestState::Open && self.extended_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_calendar_says() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due_on(day("2026-11-24")), day("2026-12-24"));
        assert_eq!(due_on(day("2026-01-31")), day("2026-02-28"));
        assert_eq!(due_on(day("2027-12-31")), day("2028-01-31"));
        assert_eq!(extended_to(day("2026-11-30")), day("2027-02-28"));
    }
}
