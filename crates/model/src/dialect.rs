//! The state of clan-core that a clan is read by: its main branch at the end of one day.

mod facts;

use std::fmt;

pub use facts::Fact;

/// A day, as `YYYY-MM-DD`. Days compare as text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Dialect {
    day: String,
}

/// A day that this program speaks of by name.
#[derive(Clone, Copy, Debug)]
pub struct KnownDay(&'static str);

impl Dialect {
    /// The newest state of clan-core that is known here.
    pub const NEWEST: KnownDay = KnownDay("2026-08-22");
    /// The state of the services generation that the guides describe.
    pub const SERVICES: KnownDay = KnownDay("2024-12-09");
    /// The last state that has both services and instances.
    pub const BOTH: KnownDay = KnownDay("2025-08-13");

    /// A state that is known by name.
    pub fn of(day: KnownDay) -> Dialect {
        Dialect {
            day: day.0.to_owned(),
        }
    }

    /// The state at the end of that day. Errors: `None` for what is no day.
    pub fn parse(day: &str) -> Option<Dialect> {
        let parts: Vec<&str> = day.split('-').collect();
        let [year, month, date] = parts.as_slice() else {
            return None;
        };
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let in_range = |text: &str, most: u32| {
            text.parse::<u32>()
                .is_ok_and(|number| (1..=most).contains(&number))
        };
        let fits = digits(year, 4) && digits(month, 2) && digits(date, 2);
        (fits && in_range(month, 12) && in_range(date, 31)).then(|| Dialect {
            day: day.to_owned(),
        })
    }

    /// The day.
    pub fn day(&self) -> &str {
        &self.day
    }

    /// Whether the state is that of `day` or later.
    pub fn since(&self, day: &str) -> bool {
        self.day.as_str() >= day
    }

    /// Whether clan-core does that already.
    pub fn has(&self, fact: Fact) -> bool {
        self.since(fact.day())
    }

    /// Whether `inventory.services` does anything.
    pub fn has_services(&self) -> bool {
        !self.has(Fact::NoServices)
    }

    /// Whether there is `inventory.instances`.
    pub fn has_instances(&self) -> bool {
        self.has(Fact::Instances)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Fact};

    #[test]
    fn only_days_are_dialects() {
        assert!(Dialect::parse("2024-12-09").is_some());
        assert!(Dialect::parse("2024-13-09").is_none());
        assert!(Dialect::parse("newest").is_none());
    }

    #[test]
    fn facts_are_days_in_order_with_names_of_their_own() {
        let days: Vec<&str> = Fact::ALL.iter().map(|fact| fact.day()).collect();
        assert!(days.is_sorted());
        assert!(days.iter().all(|day| Dialect::parse(day).is_some()));
        let mut names: Vec<&str> = Fact::ALL.iter().map(|fact| fact.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Fact::ALL.len());
    }

    #[test]
    fn days_compare() {
        let day = Dialect::parse("2025-01-08").unwrap();
        assert!(day.since("2025-01-08") && !day.since("2025-01-09"));
    }
}
