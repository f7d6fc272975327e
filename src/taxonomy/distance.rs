//! Distances on the globe.

/// The Earth's mean radius (IUGG), in kilometres. A sphere is off by at most 0.5 %, less than a town is wide.
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// The great-circle distance between two points of (latitude, longitude) in degrees, in kilometres.
#[must_use]
pub fn kilometres(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (lat1, lat2) = (from.0.to_radians(), to.0.to_radians());
    let half_lat = ((lat2 - lat1) / 2.0).sin();
    let half_lon = ((to.1 - from.1).to_radians() / 2.0).sin();
    let chord = half_lat.mul_add(half_lat, lat1.cos() * lat2.cos() * half_lon * half_lon);
    2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

/// A rectangle of degrees that holds every point within some distance, for an index to narrow the search with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// The lowest latitude.
    pub south: f64,
    /// The highest latitude.
    pub north: f64,
    /// The lowest longitude.
    pub west: f64,
    /// The highest longitude.
    pub east: f64,
}

impl Surroundings {
    /// The rectangle around (latitude, longitude) in degrees that reaches `km` kilometres.
    ///
    /// Near a pole, and across the 180th meridian, it spans every longitude: larger than needed, never too small.
    #[must_use]
    pub fn of(centre: (f64, f64), km: f64) -> Self {
        let angle = km / EARTH_RADIUS_KM;
        let latitude = angle.to_degrees();
        let (south, north) = ((centre.0 - latitude).max(-90.0), (centre.0 + latitude).min(90.0));
        let everywhere = Self { south, north, west: -180.0, east: 180.0 };
        if south <= -90.0 || north >= 90.0 {
            return everywhere;
        }
        let longitude = (angle.sin() / centre.0.to_radians().cos()).asin().to_degrees();
        let (west, east) = (centre.1 - longitude, centre.1 + longitude);
        if longitude.is_nan() || west < -180.0 || east > 180.0 {
            everywhere
        } else {
            Self { west, east, ..everywhere }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Surroundings, kilometres};

    const MALMO: (f64, f64) = (55.6059, 13.0007);
    const LUND: (f64, f64) = (55.7058, 13.1932);
    const TROMSO: (f64, f64) = (69.6489, 18.9551);

    #[test]
    fn distances_agree_with_the_map() {
        assert!((kilometres(MALMO, LUND) - 16.4).abs() < 0.5);
        assert!((kilometres(MALMO, TROMSO) - 1597.0).abs() < 10.0);
        assert!(kilometres(LUND, LUND).abs() < 1e-9);
    }

    #[test]
    fn surroundings_hold_the_whole_circle() {
        let (lat, lon) = TROMSO;
        let around = Surroundings::of(TROMSO, 300.0);
        for bearing in 0..360 {
            let (sin, cos) = f64::from(bearing).to_radians().sin_cos();
            let angle: f64 = 299.9 / super::EARTH_RADIUS_KM;
            let north =
                (lat.to_radians().sin() * angle.cos() + lat.to_radians().cos() * angle.sin() * cos).asin();
            let east = (sin * angle.sin() * lat.to_radians().cos())
                .atan2(angle.cos() - lat.to_radians().sin() * north.sin());
            let point = (north.to_degrees(), lon + east.to_degrees());
            assert!((kilometres(TROMSO, point) - 299.9).abs() < 0.1);
            assert!(point.0 >= around.south && point.0 <= around.north, "{bearing}");
            assert!(point.1 >= around.west && point.1 <= around.east, "{bearing}");
        }
        assert_eq!(Surroundings::of((89.9, 0.0), 100.0).west, -180.0);
    }
}
