//! Distances on the globe.
//!
//! SQLite as built here knows no sine, so a database cannot turn degrees into distances. It can subtract, multiply
//! and add: a place is stored as a [`Point`] in space too, and [`Circle`] asks how long the straight line through
//! the Earth is. Whoever asks in memory computes the same in the same order, to the last bit.

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

/// A point on a sphere of radius 1, the Earth's centre in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Towards 0° N 0° E.
    pub x: f64,
    /// Towards 0° N 90° E.
    pub y: f64,
    /// Towards the North Pole.
    pub z: f64,
}

impl Point {
    /// The point at (latitude, longitude) in degrees.
    #[must_use]
    pub fn of((latitude, longitude): (f64, f64)) -> Self {
        let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
        Self { x: latitude.cos() * longitude.cos(), y: latitude.cos() * longitude.sin(), z: latitude.sin() }
    }
}

/// Everything within some distance of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// A rectangle around it; nothing of the circle lies outside.
    pub around: Surroundings,
    /// Its middle.
    pub centre: Point,
    /// The square of the straight line from the middle to the rim, in radii of the sphere.
    pub squared_chord: f64,
}

impl Circle {
    /// The circle of `km` kilometres around (latitude, longitude) in degrees.
    #[must_use]
    pub fn of(centre: (f64, f64), km: f64) -> Self {
        let chord = 2.0 * (km / EARTH_RADIUS_KM / 2.0).min(std::f64::consts::FRAC_PI_2).sin();
        Self { around: Surroundings::of(centre, km), centre: Point::of(centre), squared_chord: chord * chord }
    }

    /// Whether (latitude, longitude) in degrees lies in it.
    #[must_use]
    pub fn contains(&self, place: (f64, f64)) -> bool {
        let (point, centre) = (Point::of(place), self.centre);
        let (x, y, z) = (point.x - centre.x, point.y - centre.y, point.z - centre.z);
        // Not `mul_add`: a database rounds after each step, and so must this.
        #[expect(clippy::suboptimal_flops, reason = "it must agree with the database to the last bit")]
        let squared = x * x + y * y + z * z;
        squared <= self.squared_chord
    }
}

/// Some millimetres, in degrees.
const HAIR: f64 = 1e-7;

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
        // A hair wider, so that rounding cuts nothing off.
        let (south, north) = (south - HAIR, north + HAIR);
        let longitude = HAIR + (angle.sin() / centre.0.to_radians().cos()).asin().to_degrees();
        let (west, east) = (centre.1 - longitude, centre.1 + longitude);
        if longitude.is_nan() || west < -180.0 || east > 180.0 {
            everywhere
        } else {
            Self { south, north, west, east }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Circle, Surroundings, kilometres};

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
    fn a_circle_holds_what_is_nearer_than_its_radius() {
        for km in [16.0, 17.0, 1590.0, 1605.0, 20_000.0] {
            let circle = Circle::of(MALMO, km);
            for place in [MALMO, LUND, TROMSO, (-55.0, -167.0), (89.9, 100.0)] {
                assert_eq!(circle.contains(place), kilometres(MALMO, place) <= km, "{place:?} {km}");
            }
        }
        assert!(Circle::of((70.0, 179.9), 50.0).contains((70.0, -179.9)), "across the 180th meridian");
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
