use std::collections::{HashMap, HashSet};

use super::{InventedPerson, InventedRefusal, THIS_YEAR, birth_year, people};
use crate::{contacts::ContactKind, kernel::email_address::EmailAddress};

fn thousands() -> Vec<InventedPerson> {
    people(5000, 1).collect()
}

#[test]
fn the_same_seed_gives_the_same_people() {
    let few: Vec<_> = people(50, 7).collect();
    assert_eq!(few, people(100, 7).take(50).collect::<Vec<_>>());
    assert_ne!(few, people(50, 8).collect::<Vec<_>>());
}

#[test]
fn addresses_are_valid_reserved_for_examples_and_nobodys() {
    for email in thousands().iter().filter_map(|person| person.email.as_deref()) {
        assert!(email.is_ascii() && EmailAddress::parse(email).is_ok(), "{email}");
        let domain = email.rsplit('@').next().unwrap();
        let reserved = |name: &str| domain == name || domain.ends_with(&format!(".{name}"));
        assert!(
            ["example.com", "example.org", "example.net"].into_iter().any(reserved)
                || domain.ends_with(".example")
        );
    }
}

#[test]
fn the_register_has_what_a_real_one_has() {
    let all = thousands();
    let share = |fits: &dyn Fn(&InventedPerson) -> bool| {
        let fitting = all.iter().filter(|person| fits(person)).count();
        fitting as f64 / all.len() as f64
    };
    for (what, share, least, most) in [
        ("without address", share(&|p| p.email.is_none()), 0.02, 0.06),
        ("deceased", share(&|p| p.deceased), 0.005, 0.06),
        ("protected", share(&|p| p.protected), 0.002, 0.02),
        ("alumni", share(&|p| p.kinds.contains(&ContactKind::Alumn)), 0.6, 0.95),
        ("two degrees", share(&|p| p.degrees.len() == 2), 0.03, 0.2),
        ("working", share(&|p| p.employments.iter().any(|e| e.to.is_none())), 0.3, 0.9),
        ("refusing everything", share(&|p| p.refusals.contains(&InventedRefusal::Everything)), 0.005, 0.03),
        (
            "with an å, ä, ö, ø or æ",
            share(&|p| p.family_name.contains(['å', 'ä', 'ö', 'ø', 'æ', 'Å', 'Ö', 'Ø'])),
            0.1,
            0.6,
        ),
        (
            "in Örebro län",
            share(&|p| p.home.location.is_some_and(|l| l.region_code() == Some("SE-T"))),
            0.1,
            0.4,
        ),
    ] {
        assert!((least..most).contains(&share), "{what}: {share}");
    }
    let mut shared: HashMap<&str, u32> = HashMap::new();
    for email in all.iter().filter_map(|person| person.email.as_deref()) {
        *shared.entry(email).or_default() += 1;
    }
    let couples = shared.values().filter(|people| **people > 1).count();
    assert!((20..150).contains(&couples), "{couples}");
    let languages: HashSet<_> = all.iter().map(|person| person.language).collect();
    assert_eq!(languages.len(), 3);
}

#[test]
fn lives_are_possible() {
    for person in thousands() {
        let born = birth_year(person.birth_date);
        for degree in &person.degrees {
            assert!(degree.start_year >= born + 19 - 1 && degree.start_year < THIS_YEAR, "{person:?}");
            assert!(degree.graduation_year.is_none_or(|year| year > degree.start_year && year <= THIS_YEAR));
            assert_eq!(degree.graduation_year.is_some(), degree.degree_title.is_some());
        }
        for employment in &person.employments {
            assert!(employment.to.is_none_or(|to| to >= employment.from), "{person:?}");
            assert_eq!(employment.ssyk.len(), 4);
        }
        assert!(!person.protected || (person.home.place.is_none() && person.phone.is_none()));
        let nordic = matches!(person.home.country, Some("SE" | "NO" | "DK" | "FI" | "IS"));
        assert_eq!(person.home.location.is_some(), nordic, "{:?}", person.home);
    }
}
