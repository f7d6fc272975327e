//! Person or machine. What is known of an event is kept in coarse words; which class they make is judged when it is
//! read, so that what was counted can be judged anew.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use chrono::TimeDelta;

/// The table of programs; its head says where it comes from.
const AGENTS: &str = include_str!("agents.tsv");

/// No `User-Agent` at all.
const NONE: &str = "none";
/// One that the table does not know.
const OTHER: &str = "other";

/// More of a header than this is not read.
const LONGEST: usize = 512;

/// Nobody reads a mail and acts on it so soon after its delivery.
const AT_ONCE: TimeDelta = TimeDelta::seconds(2);

crate::text_enum! {
    /// Who opened or clicked, as far as it can be told.
    Class {
        /// Somebody, with a program of their own.
        Person = "person",
        /// A provider's proxy that fetches when somebody opens.
        Proxy = "proxy",
        /// A program that fetches before anybody looks, as Apple's does.
        Prefetch = "prefetch",
        /// A program that looks for malice, or a robot.
        Scanner = "scanner",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

crate::text_enum! {
    /// How it was asked for.
    Sign {
        /// Like a reader does.
        Get = "get",
        /// By a HEAD, which no reader sends.
        Head = "head",
        /// The request said that it fetches ahead.
        Prefetch = "prefetch",
        /// Several links of one person's mail within seconds.
        Burst = "burst",
        /// The hidden link, which no reader sees.
        Trap = "trap",
    }
}

crate::text_enum! {
    /// How long after the delivery; known only where people are measured one by one.
    Age {
        Unknown = "unknown",
        /// Less than two seconds.
        AtOnce = "at_once",
        /// Less than an hour.
        Hour = "hour",
        /// Less than a day.
        Day = "day",
        Later = "later",
    }
}

impl Age {
    /// Of something that happened so long after the delivery.
    pub(super) fn of(passed: TimeDelta) -> Self {
        match passed {
            passed if passed < AT_ONCE => Self::AtOnce,
            passed if passed < TimeDelta::hours(1) => Self::Hour,
            passed if passed < TimeDelta::days(1) => Self::Day,
            _ => Self::Later,
        }
    }
}

/// By what an event was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker {
    pub(super) family: &'static str,
    pub(super) sign: Sign,
}

impl Asker {
    /// Reads what a request says of itself: its `User-Agent`, whether it is a HEAD, and whether it says that it fetches
    /// ahead (`Sec-Purpose`, and its forerunners).
    #[must_use]
    pub fn of(agent: Option<&str>, is_head: bool, fetches_ahead: bool) -> Self {
        let sign = match (is_head, fetches_ahead) {
            (true, _) => Sign::Head,
            (false, true) => Sign::Prefetch,
            (false, false) => Sign::Get,
        };
        Self { family: TABLE.family(agent), sign }
    }
}

/// Which class signals make. A family that the table does not know any more says nothing.
#[must_use]
pub fn class_of(family: &str, sign: Sign, age: Age) -> Class {
    match (sign, TABLE.class(family)) {
        (Sign::Head | Sign::Trap | Sign::Burst, _) => Class::Scanner,
        (Sign::Prefetch, _) => Class::Prefetch,
        // Scanners that disguise themselves as browsers come while the mail is delivered.
        (Sign::Get, Some(Class::Person) | None) if age == Age::AtOnce => Class::Scanner,
        (Sign::Get, Some(class)) => class,
        (Sign::Get, None) => Class::Unknown,
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(AGENTS));

/// The table, ready to be searched.
struct Table {
    lines: Vec<(&'static str, Class)>,
    /// Whole headers, each with its line.
    whole: Vec<(&'static str, usize)>,
    /// Finds the words; the line of each.
    words: Option<AhoCorasick>,
    line_of: Vec<usize>,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let (mut lines, mut whole, mut words, mut line_of) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(word), Some(family), Some(Ok(class))) =
                (cells.next(), cells.next(), cells.next().map(str::parse))
            else {
                continue;
            };
            match word.strip_prefix('=') {
                Some(header) => whole.push((header, lines.len())),
                None => {
                    words.push(word);
                    line_of.push(lines.len());
                }
            }
            lines.push((family, class));
        }
        // The words are constants that a test has built; without them everybody is unknown.
        let words = AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
        Self { lines, whole, words, line_of }
    }

    fn family(&self, agent: Option<&str>) -> &'static str {
        let agent = agent.map(str::trim).unwrap_or_default();
        if agent.is_empty() {
            return NONE;
        }
        let agent = agent.get(..LONGEST).unwrap_or(agent);
        let whole = self.whole.iter().filter(|(header, _)| *header == agent).map(|(_, line)| *line);
        let found = self.words.iter().flat_map(|words| words.find_overlapping_iter(agent));
        let lines = found.filter_map(|found| self.line_of.get(found.pattern().as_usize()).copied());
        lines.chain(whole).min().and_then(|line| self.lines.get(line)).map_or(OTHER, |(family, _)| family)
    }

    fn class(&self, family: &str) -> Option<Class> {
        self.lines.iter().find(|(name, _)| *name == family).map(|(_, class)| *class)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{AGENTS, Age, Asker, Class, Sign, TABLE, class_of};

    #[test]
    fn every_line_of_the_table_is_read_and_a_family_has_one_kind() {
        let lines = AGENTS.lines().filter(|line| !line.starts_with('#'));
        let mut kinds = BTreeMap::new();
        let mut count = 0;
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(cells.iter().all(|cell| !cell.is_empty()), "{line}");
            assert_eq!(*kinds.entry(cells[1]).or_insert(cells[2]), cells[2], "{line}");
            count += 1;
        }
        assert_eq!(TABLE.lines.len(), count);
        assert!(TABLE.words.is_some());
    }

    #[test]
    fn known_programs_are_told_apart() {
        const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                              Chrome/128.0.0.0 Safari/537.36";
        for (agent, class) in [
            ("Mozilla/5.0", Class::Prefetch),
            (CHROME, Class::Person),
            (
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
                Class::Proxy,
            ),
            ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", Class::Proxy),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0",
                Class::Prefetch,
            ),
            ("Mozilla/5.0 (compatible; BarracudaSentinel/1.0)", Class::Scanner),
            ("mimecast", Class::Scanner),
            ("Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36", Class::Scanner),
            ("Microsoft Office/16.0 (Microsoft Outlook 16.0.17328; Pro)", Class::Person),
            ("Something/1.0", Class::Unknown),
            ("", Class::Unknown),
        ] {
            let asker = Asker::of(Some(agent), false, false);
            assert_eq!(class_of(asker.family, asker.sign, Age::Unknown), class, "{agent}");
        }
        let reader = Asker::of(Some(CHROME), false, false).family;
        assert_eq!(class_of(reader, Sign::Get, Age::AtOnce), Class::Scanner);
        assert_eq!(class_of(reader, Sign::Get, Age::Hour), Class::Person);
        for sign in [Sign::Head, Sign::Burst, Sign::Trap] {
            assert_eq!(class_of(reader, sign, Age::Later), Class::Scanner);
        }
        assert_eq!(class_of(reader, Sign::Prefetch, Age::Later), Class::Prefetch);
        assert_eq!(class_of("forgotten", Sign::Get, Age::Unknown), Class::Unknown);
    }
}
