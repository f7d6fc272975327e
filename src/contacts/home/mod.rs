//! Where people live, as far as an address tells, and telling it anew when more postcodes are known.

mod store;

pub(super) use store::point_columns;
pub use store::{addresses, relocate};

use crate::taxonomy::{Gazetteer, Location};

/// What a postal address tells about a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Whose it is.
    pub contact: i64,
    /// The postcode, as written.
    pub postcode: Option<String>,
    /// The place, as written.
    pub place: Option<String>,
    /// ISO 3166-1.
    pub country: Option<String>,
    /// Where it was found to lie.
    pub home: Home,
}

/// Where an address lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Home {
    /// The municipality's national code.
    pub municipality: Option<String>,
    /// The region's ISO 3166-2 code.
    pub region: Option<String>,
    /// Degrees north and east.
    pub coordinates: Option<(f64, f64)>,
}

impl From<&Location> for Home {
    fn from(location: &Location) -> Self {
        Self {
            municipality: location.municipality.as_ref().map(|municipality| municipality.code.clone()),
            region: location.region_code().map(str::to_owned),
            coordinates: Some(location.coordinates()),
        }
    }
}

impl Address {
    /// Where it lies by these places, if that is another answer than the stored one. What they do not know stays
    /// as it is.
    #[must_use]
    pub fn moved(&self, gazetteer: &Gazetteer) -> Option<Home> {
        let found =
            gazetteer.locate(self.postcode.as_deref(), self.place.as_deref(), self.country.as_deref())?;
        Some(Home::from(found)).filter(|home| *home != self.home)
    }
}
