//! Days of the calendar.

use nix_frontend::calendar::Date;

/// The day (`2025-08-22`, UTC) of a time in seconds since 1970.
pub fn day(seconds: i64) -> String {
    let Date {
        year, month, day, ..
    } = Date::of(seconds);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_days() {
        assert_eq!(day(1_755_820_800), "2025-08-22");
        assert_eq!(day(-1), "1969-12-31");
    }
}
