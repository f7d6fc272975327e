//! Two segments laid over each other: who is in one, in the other, in both.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{find, frame, seen};
use crate::segment::{self, Overlap, Segment};
use crate::staff::Action;
use crate::units;
use crate::web::State;
use crate::web::error::PageError;
use crate::web::page::{Page, show};
use crate::web::parts::{Choice, Select};
use crate::web::session::SignedIn;
use crate::web::staff::number_in_query;

#[derive(Template)]
#[template(path = "staff/segments/compare.html")]
struct ComparePage {
    page: Page,
    first: Select,
    second: Select,
    are_enough: bool,
    may_compose: bool,
    compared: Option<Compared>,
}

struct Compared {
    first: Segment,
    second: Segment,
    overlap: Overlap,
}

impl Compared {
    /// How much of a bar a part takes, in hundredths; what is there at all can be seen.
    fn share(&self, part: &i64) -> i64 {
        let whole = self.overlap.only_first + self.overlap.both + self.overlap.only_second;
        if *part == 0 { 0 } else { (part * 100 / whole.max(1)).max(1) }
    }

    const fn first_total(&self) -> i64 {
        self.overlap.only_first + self.overlap.both
    }

    const fn second_total(&self) -> i64 {
        self.overlap.only_second + self.overlap.both
    }
}

/// `GET /segments/compare?first=…&second=…`
pub async fn compare(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    who.must_somewhere(Action::SeeCampaigns)?;
    let page = frame(&request, &state, &who);
    let may_compose = who.must_somewhere(Action::Compose).is_ok();
    let asked = ["first", "second"].map(|name| number_in_query(&request, name));
    let now = state.clock.now().naive_utc();
    let (segments, compared) = state
        .db
        .read(move |conn| {
            let tree = units::tree(conn)?;
            let segments = seen(conn, &who, &tree)?;
            let [Some(first), Some(second)] = asked else { return Ok((segments, None)) };
            let (first, second) = (find(conn, &who, first)?, find(conn, &who, second)?);
            let overlap = segment::overlap(conn, &first.rule, &second.rule, now)?;
            Ok::<_, PageError>((segments, Some(Compared { first, second, overlap })))
        })
        .await?;
    let select = |name: &str, key: &str, chosen: Option<i64>| Select {
        name: name.to_owned(),
        label: page.t(key),
        hint: String::new(),
        choices: segments
            .iter()
            .map(|segment| Choice::new(segment.id, &segment.name, chosen == Some(segment.id)))
            .collect(),
    };
    // Without a choice, two different ones stand ready.
    let nth = |index: usize| segments.get(index).map(|segment| segment.id);
    show(&ComparePage {
        first: select("first", "compare-first", asked[0].or_else(|| nth(0))),
        second: select("second", "compare-second", asked[1].or_else(|| nth(1))),
        are_enough: segments.len() > 1,
        may_compose,
        compared,
        page,
    })
}
