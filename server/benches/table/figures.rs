//! What was measured, in words.

/// Times in microseconds, sorted.
pub struct Times(Vec<u32>);

impl Times {
    pub fn of(mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which this part of all came, in milliseconds.
    pub fn within(&self, part: f64) -> f64 {
        let place = ((self.0.len() as f64 * part).ceil() as usize).clamp(1, self.0.len().max(1)) - 1;
        self.0.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1e3)
    }

    pub fn p50(&self) -> f64 {
        self.within(0.5)
    }

    pub fn p99(&self) -> f64 {
        self.within(0.99)
    }

    pub fn longest(&self) -> f64 {
        self.within(1.0)
    }
}

/// Whether a bound was kept.
pub fn verdict(kept: bool) -> &'static str {
    if kept { "within" } else { "OVER" }
}

/// One line of the report.
pub fn line(code: &str, what: &str, figures: &str) {
    println!("{code:<4} {what:<26} {figures}");
}

/// A latency against its floor: the ratio counts, or for the slowest hundredth the absolute figure.
pub fn latency(code: &str, what: &str, program: &Times, durable: &Times, floor: &Times) {
    let (p50, p99) = (program.p50() / durable.p50(), program.p99() / durable.p99());
    line(
        code,
        what,
        &format!(
            "p50 {p50:.2}x durable floor ({:.2} / {:.2} ms) must <= 2x: {}, aim 1.5x   p99 {p99:.2}x ({:.1} / {:.1} ms) \
             must <= 3x or 15 ms: {}, aim 2x or 8 ms   [floor {:.2} / {:.1} ms, {} deliveries]",
            program.p50(),
            durable.p50(),
            verdict(p50 <= 2.0),
            program.p99(),
            durable.p99(),
            verdict(p99 <= 3.0 || program.p99() <= 15.0),
            floor.p50(),
            floor.p99(),
            program.count(),
        ),
    );
}
