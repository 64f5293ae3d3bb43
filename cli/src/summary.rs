//! The line after each result: rows, time, bytes scanned, partitions, cost.

use prismlake_engine::{QueryReport, QueryState, StatementClass};

/// `3 rows · 0.12 s · scanned 4.1 MB of 1.2 GB · 12 of 3,650 partitions · $0.00005`; what is not known is left out.
pub fn summary(report: &QueryReport) -> String {
    let seconds = Seconds(report.queue_ms + report.planning_ms + report.execution_ms);
    let mut parts = Vec::new();
    match (report.state, report.statement_class) {
        (QueryState::Failed, _) => parts.push("failed".to_owned()),
        (QueryState::Cancelled, _) => parts.push("canceled".to_owned()),
        (_, Some(StatementClass::Ddl)) if report.rows == 0 => parts.push("OK".to_owned()),
        _ if report.dry_run => parts.push("nothing was run".to_owned()),
        _ => parts.push(format!(
            "{} {}",
            grouped(report.rows),
            if report.rows == 1 { "row" } else { "rows" }
        )),
    }
    parts.push(seconds.to_string());
    if report.files_total.is_some() {
        let verb = if report.dry_run {
            "would scan"
        } else {
            "scanned"
        };
        let scanned = bytes(report.data_scanned_bytes);
        parts.push(match report.data_total_bytes {
            Some(total) => format!("{verb} {scanned} of {}", bytes(total)),
            None => format!("{verb} {scanned}"),
        });
    }
    if let (Some(scanned), Some(total)) = (report.partitions_scanned, report.partitions_total) {
        parts.push(format!(
            "{} of {} partitions",
            grouped(scanned),
            grouped(total)
        ));
    }
    if report.files_total.is_some() {
        parts.push(dollars(report.cost_usd));
    }
    parts.join(" · ")
}

struct Seconds(u64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = self.0 / 10;
        write!(formatter, "{}.{:02} s", hundredths / 100, hundredths % 100)
    }
}

/// Bytes with a unit, in powers of 1024 as Athena counts them.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    if count < 1024 {
        return format!("{count} B");
    }
    // Shown to one digit, which a double holds.
    #[allow(clippy::cast_precision_loss)]
    let mut value = count as f64 / 1024.0;
    let mut unit = "KB";
    for next in UNITS.iter().skip(1) {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// Digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A price with as many digits as it has; never rounded to nothing.
pub fn dollars(amount: f64) -> String {
    if amount == 0.0 {
        return "$0".to_owned();
    }
    let text = format!("{amount:.6}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "0" {
        return "<$0.000001".to_owned();
    }
    format!("${trimmed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(4_299_161), "4.1 MB");
        assert_eq!(bytes(1_288_490_188), "1.2 GB");
        assert_eq!(grouped(3650), "3,650");
        assert_eq!(grouped(12), "12");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(dollars(0.000_047_68), "$0.000048");
        assert_eq!(dollars(0.0), "$0");
        assert_eq!(dollars(1.5), "$1.5");
    }
}
