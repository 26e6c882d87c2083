//! Dates of the calendar, in UTC.

/// A second of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Date {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: i64,
    /// The day of the month, from 1.
    pub day: i64,
    /// The second of the day.
    pub second: i64,
}

impl Date {
    /// The date of a time in seconds since 1970.
    pub fn of(seconds: i64) -> Date {
        let days = seconds.div_euclid(DAY);
        // Years are counted from March on, so that the leap day is the last.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        Date {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * month_from_march + 2) / 5 + 1,
            second: seconds.rem_euclid(DAY),
        }
    }

    /// The digits of year, month, day, hour, minute and second, as Nix writes `lastModifiedDate`.
    pub fn digits(self) -> String {
        let Date {
            year, month, day, ..
        } = self;
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }
}

const DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates() {
        for (seconds, digits) in [
            (0, "19700101000000"),
            (951_782_400, "20000229000000"),
            (1_755_820_801, "20250822000001"),
            (1_767_225_599, "20251231235959"),
            (-1, "19691231235959"),
        ] {
            assert_eq!(Date::of(seconds).digits(), digits);
        }
    }
}
