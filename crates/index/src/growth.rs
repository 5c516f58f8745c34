//! How fast a variant gains on others, from counts by day: logistic regression by maximum likelihood, and what follows
//! for its advantage in transmission.
//!
//! The model is Chen, C. et al., Epidemics 37:100480 (2021): the proportion grows as `1 / (1 + exp(-a (t - t0)))`; with a
//! generation time `g` (days) and a reproduction number `R` of the others, the advantage is `exp(a g) - 1` where
//! generations come in step, and `a g / R` where infections come at any time. Intervals are of the likelihood's curvature
//! (Wald). Refuses to know genomes. Start at [`Growth::estimate`].

/// Days of counts at most.
pub const MAX_DAYS: usize = 10_000;
/// Steps of Newton's method; it needs some ten.
const MAX_STEPS: usize = 60;

/// Counts of one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayCount {
    /// The day, from any day on.
    pub day: f64,
    /// Genomes of the variant.
    pub variant: f64,
    /// All genomes, those of the variant among them.
    pub all: f64,
}

/// Why there is no estimate.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GrowthError {
    /// See [`MAX_DAYS`].
    #[error("these are {0} days, and {MAX_DAYS} are the most: take weeks, or a shorter time")]
    Days(usize),
    /// Counts below zero, a part larger than the whole, or no numbers.
    #[error("on day {0} the counts do not fit: of n genomes 0 to n may be the variant's")]
    Count(usize),
    /// A level, time or number of reproduction that is none.
    #[error("{0}")]
    Setting(&'static str),
    /// No curve is the likeliest.
    #[error(
        "these counts determine no growth: both the variant and others must be found on several days, and overlap in time"
    )]
    Undetermined,
}

/// A number and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The likeliest.
    pub value: f64,
    /// The lower end of the interval.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

impl Estimate {
    fn around(value: f64, half_width: f64) -> Self {
        Self { value, lower: value - half_width, upper: value + half_width }
    }

    /// The same through a rising function.
    pub fn through(self, rising: impl Fn(f64) -> f64) -> Self {
        Self { value: rising(self.value), lower: rising(self.lower), upper: rising(self.upper) }
    }
}

/// The likeliest curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// The logistic growth rate, per day.
    pub rate: Estimate,
    /// When the variant is half of all, in days.
    pub half_day: Estimate,
    intercept: f64,
    slope: f64,
    middle: f64,
    /// Variances of intercept and slope, and their covariance.
    spread: [f64; 3],
    normal_quantile: f64,
}

impl Growth {
    /// The likeliest growth; intervals cover with probability `level` (0 to 1).
    ///
    /// # Errors
    /// When the counts are none or determine nothing.
    pub fn estimate(days: &[DayCount], level: f64) -> Result<Self, GrowthError> {
        if days.len() > MAX_DAYS {
            return Err(GrowthError::Days(days.len()));
        }
        if !(level > 0.0 && level < 1.0) {
            return Err(GrowthError::Setting(
                "the level of confidence must be between 0 and 1, such as 0.95",
            ));
        }
        if let Some(wrong) = days.iter().position(|day| !fits(day)) {
            return Err(GrowthError::Count(wrong));
        }
        let all: f64 = days.iter().map(|day| day.all).sum();
        let middle = days.iter().map(|day| day.day * day.all).sum::<f64>() / all;
        let (intercept, slope, spread) = likeliest(days, middle).ok_or(GrowthError::Undetermined)?;
        let normal_quantile = normal_quantile(0.5 + level / 2.0);
        let [of_intercept, of_slope, of_both] = spread;
        let half = -intercept / slope;
        let of_half = (of_intercept + 2.0 * half * of_both + half * half * of_slope) / (slope * slope);
        Ok(Self {
            rate: Estimate::around(slope, normal_quantile * of_slope.sqrt()),
            half_day: Estimate::around(middle + half, normal_quantile * of_half.max(0.0).sqrt()),
            intercept,
            slope,
            middle,
            spread,
            normal_quantile,
        })
    }

    /// The proportion of the variant on a day.
    pub fn proportion(&self, day: f64) -> Estimate {
        let distance = day - self.middle;
        let [of_intercept, of_slope, of_both] = self.spread;
        let variance = of_intercept + 2.0 * distance * of_both + distance * distance * of_slope;
        let logit = self.intercept + self.slope * distance;
        Estimate::around(logit, self.normal_quantile * variance.max(0.0).sqrt()).through(logistic)
    }

    /// The advantage in each generation of so many days, where generations come in step.
    pub fn advantage_in_step(&self, generation_days: f64) -> Estimate {
        self.rate.through(|rate| (rate * generation_days).exp_m1())
    }

    /// The advantage where infections come at any time, with a reproduction number of the others above 0.
    pub fn advantage_at_any_time(&self, generation_days: f64, reproduction_number: f64) -> Estimate {
        self.rate.through(|rate| rate * generation_days / reproduction_number)
    }
}

fn fits(day: &DayCount) -> bool {
    let are_numbers = day.day.is_finite() && day.all.is_finite() && day.variant.is_finite();
    are_numbers && day.variant >= 0.0 && day.variant <= day.all
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Intercept at the middle day and slope of the likeliest logit, and their spread, by Newton's method with halved steps.
fn likeliest(days: &[DayCount], middle: f64) -> Option<(f64, f64, [f64; 3])> {
    if !middle.is_finite() {
        return None;
    }
    let (mut intercept, mut slope) = (0.0, 0.0);
    let mut likelihood = log_likelihood(days, middle, intercept, slope);
    for _ in 0..MAX_STEPS {
        let (gradient, curvature) = derivatives(days, middle, intercept, slope);
        let [aa, bb, ab] = curvature;
        let determinant = aa * bb - ab * ab;
        let is_flat = determinant.is_nan() || determinant <= 1e-12 * aa.max(1e-300) * bb.max(1e-300);
        if is_flat || aa < 1e-9 {
            return None;
        }
        let by_intercept = (bb * gradient[0] - ab * gradient[1]) / determinant;
        let by_slope = (aa * gradient[1] - ab * gradient[0]) / determinant;
        if by_intercept.abs() < 1e-10 && by_slope.abs() < 1e-10 {
            return Some((intercept, slope, [bb / determinant, aa / determinant, -ab / determinant]));
        }
        let mut part = 1.0;
        loop {
            let (next, next_slope) = (intercept + part * by_intercept, slope + part * by_slope);
            let better = log_likelihood(days, middle, next, next_slope);
            if better >= likelihood || part < 1e-6 {
                (intercept, slope, likelihood) = (next, next_slope, better);
                break;
            }
            part /= 2.0;
        }
    }
    None
}

fn log_likelihood(days: &[DayCount], middle: f64, intercept: f64, slope: f64) -> f64 {
    let of = |day: &DayCount| {
        let logit = intercept + slope * (day.day - middle);
        // ln(1 + e^x) without overflow.
        day.variant * logit - day.all * (logit.max(0.0) + (-logit.abs()).exp().ln_1p())
    };
    days.iter().map(of).sum()
}

/// The gradient, and the curvature of the negated likelihood: of the intercept, of the slope, of both.
fn derivatives(days: &[DayCount], middle: f64, intercept: f64, slope: f64) -> ([f64; 2], [f64; 3]) {
    let (mut gradient, mut curvature) = ([0.0; 2], [0.0; 3]);
    for day in days {
        let distance = day.day - middle;
        let proportion = logistic(intercept + slope * distance);
        let (excess, weight) =
            (day.variant - day.all * proportion, day.all * proportion * (1.0 - proportion));
        gradient[0] += excess;
        gradient[1] += excess * distance;
        curvature[0] += weight;
        curvature[1] += weight * distance * distance;
        curvature[2] += weight * distance;
    }
    (gradient, curvature)
}

/// The number below which a standard normal variable is with a probability: Wichura, M. J., Algorithm AS 241, Applied
/// Statistics 37:477 (1988), to seven figures.
fn normal_quantile(probability: f64) -> f64 {
    let ratio = |x: f64, above: [f64; 4], below: [f64; 3]| {
        let top = ((above[3] * x + above[2]) * x + above[1]) * x + above[0];
        top / (((below[2] * x + below[1]) * x + below[0]) * x + 1.0)
    };
    let off = probability - 0.5;
    if off.abs() <= 0.425 {
        let above = [3.387_132_717_9, 50.434_271_938, 159.291_132_02, 59.109_374_720];
        return off * ratio(0.180_625 - off * off, above, [17.895_169_469, 78.757_757_664, 67.187_563_600]);
    }
    let tail = (-probability.min(1.0 - probability).ln()).sqrt();
    let size = if tail <= 5.0 {
        let above = [1.423_437_277_7, 2.756_815_390_0, 1.306_728_481_6, 0.170_238_211_03];
        ratio(tail - 1.6, above, [0.737_001_642_50, 0.120_211_329_75, 0.0])
    } else {
        let above = [6.657_905_115_0, 3.081_226_386_0, 0.428_682_943_37, 0.017_337_203_997];
        ratio(tail - 5.0, above, [0.241_978_942_25, 0.012_258_202_635, 0.0])
    };
    size.copysign(off)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} is not near {expected}");
    }

    #[test]
    fn quantiles_are_those_of_tables() {
        for (probability, expected) in [
            (0.5, 0.0),
            (0.75, 0.674_489_8),
            (0.975, 1.959_964_0),
            (0.995, 2.575_829_3),
            (0.999_95, 3.890_591_9),
        ] {
            near(normal_quantile(probability), expected, 1e-6);
            near(normal_quantile(1.0 - probability), -expected, 1e-6);
        }
        near(normal_quantile(1e-15), -7.941_345_3, 1e-6);
    }

    #[test]
    fn the_curve_that_made_the_counts_is_found() {
        let day = |day: f64| DayCount { day, variant: 1e6 * logistic(0.08 * (day - 40.0)), all: 1e6 };
        let days: Vec<DayCount> = (0..90).map(|number| day(number.into())).collect();
        let growth = Growth::estimate(&days, 0.95).expect("an estimate");
        near(growth.rate.value, 0.08, 1e-9);
        near(growth.half_day.value, 40.0, 1e-6);
        near(growth.proportion(60.0).value, logistic(1.6), 1e-9);
        near(growth.advantage_in_step(7.0).value, 0.56f64.exp() - 1.0, 1e-8);
        near(growth.advantage_at_any_time(4.8, 1.2).value, 0.32, 1e-8);
    }

    #[test]
    fn intervals_are_those_of_two_days_by_hand() {
        // With two days the curve passes through both, and the logit of each has the variance 1/k + 1/(n - k).
        let days = [
            DayCount { day: 0.0, variant: 20.0, all: 100.0 },
            DayCount { day: 10.0, variant: 60.0, all: 100.0 },
        ];
        let growth = Growth::estimate(&days, 0.95).expect("an estimate");
        let logit = |k: f64| (k / (100.0 - k)).ln();
        near(growth.rate.value, (logit(60.0) - logit(20.0)) / 10.0, 1e-9);
        let variance = (1.0 / 20.0 + 1.0 / 80.0 + 1.0 / 60.0 + 1.0 / 40.0) / 100.0;
        near(growth.rate.upper - growth.rate.value, 1.959_964 * f64::sqrt(variance), 1e-7);
        let spread = 1.959_964 * f64::sqrt(1.0 / 20.0 + 1.0 / 80.0);
        near(growth.proportion(0.0).upper, logistic(logit(20.0) + spread), 1e-7);
    }

    #[test]
    fn counts_without_a_curve_are_refused_in_words() {
        let day = |day, variant, all| DayCount { day, variant, all };
        let check = |days: &[DayCount], expected| assert_eq!(Growth::estimate(days, 0.95), Err(expected));
        check(&[], GrowthError::Undetermined);
        check(&[day(0.0, 3.0, 10.0)], GrowthError::Undetermined);
        check(&[day(0.0, 0.0, 10.0), day(1.0, 0.0, 10.0)], GrowthError::Undetermined);
        check(&[day(0.0, 0.0, 10.0), day(1.0, 10.0, 10.0)], GrowthError::Undetermined);
        check(&[day(0.0, 11.0, 10.0)], GrowthError::Count(0));
        check(&[day(0.0, 1.0, 10.0), day(f64::NAN, 1.0, 10.0)], GrowthError::Count(1));
        check(&vec![day(0.0, 1.0, 2.0); MAX_DAYS + 1], GrowthError::Days(MAX_DAYS + 1));
    }

    proptest! {
        #[test]
        fn no_other_curve_is_likelier(
            counts in prop::collection::vec((0..200u32, 0..50u32, 0..50u32), 2..30),
            (by_intercept, by_slope) in (-0.5..0.5f64, -0.05..0.05f64),
        ) {
            let days: Vec<DayCount> = counts
                .iter()
                .map(|&(day, variant, others)| DayCount {
                    day: day.into(),
                    variant: variant.into(),
                    all: (variant + others).into(),
                })
                .collect();
            if let Ok(growth) = Growth::estimate(&days, 0.95) {
                let best = log_likelihood(&days, growth.middle, growth.intercept, growth.slope);
                let other = log_likelihood(
                    &days,
                    growth.middle,
                    growth.intercept + by_intercept,
                    growth.slope + by_slope,
                );
                prop_assert!(other <= best + 1e-9);
                let half = growth.proportion(growth.half_day.value).value;
                prop_assert!((half - 0.5).abs() < 1e-6);
            }
        }
    }
}
