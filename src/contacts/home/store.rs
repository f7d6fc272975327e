//! Addresses and where they lie.

use diesel::prelude::*;

use super::{Address, Home};
use crate::db::schema::contacts;
use crate::db::{Conn, Error};
use crate::taxonomy::distance::Point;

type Row = (
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    (Option<f64>, Option<f64>),
    Option<f64>,
);

/// Up to `limit` people with a number above `after`, by number, with their addresses; those without postcode
/// and place, and those with protected identity, are left out. The number of the last one tells where to go on.
///
/// # Errors
/// Those of the database.
pub fn addresses(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Address>, Error> {
    let rows: Vec<Row> = contacts::table
        .filter(contacts::id.gt(after))
        .filter(contacts::postcode.is_not_null().or(contacts::place.is_not_null()))
        .filter(contacts::protected.eq(false))
        .order(contacts::id)
        .limit(limit)
        .select((
            contacts::id,
            contacts::postcode,
            contacts::place,
            contacts::country,
            contacts::municipality,
            contacts::region,
            (contacts::latitude, contacts::longitude),
            contacts::point_x,
        ))
        .load(conn)?;
    let address = |(contact, postcode, place, country, municipality, region, (north, east), point): Row| {
        // Degrees without their point are from before there were points: told anew.
        let coordinates = point.and(north.zip(east));
        Address { contact, postcode, place, country, home: Home { municipality, region, coordinates } }
    };
    Ok(rows.into_iter().map(address).collect())
}

/// Records where somebody lives.
///
/// # Errors
/// Those of the database.
pub fn relocate(conn: &mut Conn, contact: i64, home: &Home) -> Result<(), Error> {
    diesel::update(contacts::table.find(contact))
        .set((
            contacts::municipality.eq(home.municipality.as_deref()),
            contacts::region.eq(home.region.as_deref()),
            contacts::latitude.eq(home.coordinates.map(|(north, _)| north)),
            contacts::longitude.eq(home.coordinates.map(|(_, east)| east)),
            point_columns(home.coordinates),
        ))
        .execute(conn)?;
    Ok(())
}

/// The columns that hold where somebody lives as a point in space.
type PointColumns = (
    diesel::dsl::Eq<contacts::point_x, Option<f64>>,
    diesel::dsl::Eq<contacts::point_y, Option<f64>>,
    diesel::dsl::Eq<contacts::point_z, Option<f64>>,
);

/// The point of (latitude, longitude) in degrees, kept beside them so that a query can tell distances.
pub(in crate::contacts) fn point_columns(coordinates: Option<(f64, f64)>) -> PointColumns {
    let point = coordinates.map(Point::of);
    (
        contacts::point_x.eq(point.map(|point| point.x)),
        contacts::point_y.eq(point.map(|point| point.y)),
        contacts::point_z.eq(point.map(|point| point.z)),
    )
}
