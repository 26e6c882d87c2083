//! The state of clan-core that a clan is read by: its main branch at the end of one day.

use std::fmt;

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

    /// Whether an unknown tag is an error rather than a warning.
    pub fn unknown_tag_is_error(&self) -> bool {
        !self.since("2025-01-08")
    }

    /// Whether `inventory.services` does anything.
    pub fn has_services(&self) -> bool {
        !self.since("2025-08-14")
    }

    /// Whether `inventory.instances` exists.
    pub fn has_instances(&self) -> bool {
        self.since("2025-03-26")
    }

    /// Whether a computed tag comes behind the written ones.
    pub fn written_tags_first(&self) -> bool {
        self.since("2025-04-21")
    }

    /// Whether `module.input = null` means clan-core's own services rather than the user's modules.
    pub fn null_input_is_clan_core(&self) -> bool {
        self.since("2025-06-30")
    }

    /// Whether services of the instances generation may demand numbers of machines and instances.
    pub fn has_constraints(&self) -> bool {
        self.since("2026-05-12")
    }

    /// Whether settings of a tag do something.
    pub fn has_tag_settings(&self) -> bool {
        self.since("2026-07-06")
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn only_days_are_dialects() {
        assert!(Dialect::parse("2024-12-09").is_some());
        assert!(Dialect::parse("2024-13-09").is_none());
        assert!(Dialect::parse("newest").is_none());
    }

    #[test]
    fn days_compare() {
        let day = Dialect::parse("2025-01-08").unwrap();
        assert!(day.since("2025-01-08") && !day.since("2025-01-09"));
    }
}
