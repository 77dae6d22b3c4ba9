//! Times in figures.

/// `0.0534`: seconds with up to six digits after the point.
#[must_use]
pub fn seconds(micros: u64, digits: usize) -> String {
    let fraction = format!("{:06}", micros % 1_000_000);
    format!("{}.{}", micros / 1_000_000, &fraction[..digits.min(6)])
}

/// `52.359`: milliseconds.
#[must_use]
pub fn milliseconds(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}
