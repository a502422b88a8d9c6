//! What the benchmarks measured, as they hand it over: one JSON file each, below `target/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A measure of several sides, by their names.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Measure(pub BTreeMap<String, f64>);

/// What one benchmark measured, by the names of its measures.
pub type Measures = BTreeMap<String, Measure>;

impl Measure {
    /// What `side` measured, if it did.
    pub fn of(&self, side: &str) -> Option<f64> {
        self.0.get(side).copied()
    }

    /// `side` as a multiple of `baseline`.
    pub fn ratio(&self, side: &str, baseline: &str) -> Option<f64> {
        Some(self.of(side)? / self.of(baseline)?)
    }
}

impl<K: Into<String>> FromIterator<(K, f64)> for Measure {
    fn from_iter<I: IntoIterator<Item = (K, f64)>>(sides: I) -> Self {
        Self(
            sides
                .into_iter()
                .map(|(side, value)| (side.into(), value))
                .collect(),
        )
    }
}

/// The directory of the results, which cargo's target directory holds.
///
/// A benchmark asks for its own: its executable lies there, too.
pub fn directory() -> io::Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let is_profile = |path: &&Path| path.ends_with("debug") || path.ends_with("release");
    let target = exe
        .ancestors()
        .find(is_profile)
        .and_then(Path::parent)
        .ok_or_else(|| io::Error::other("the executable is in no target directory"))?;
    Ok(target.join("benchmarks"))
}

/// Hands over what the benchmark `name` measured.
pub fn write(name: &str, measures: &Measures) -> io::Result<()> {
    let directory = directory()?;
    fs::create_dir_all(&directory)?;
    let text = serde_json::to_string_pretty(measures)?;
    fs::write(directory.join(format!("{name}.json")), text)
}

/// What the benchmark `name` handed over to `directory`.
pub fn read(directory: &Path, name: &str) -> io::Result<Measures> {
    let path = directory.join(format!("{name}.json"));
    let text = fs::read(&path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(serde_json::from_slice(&text)?)
}

/// The instructions that gungraun counted, by function and case, from its summaries in `target`.
pub fn of_gungraun(target: &Path) -> io::Result<Measures> {
    let mut measures = Measures::new();
    for path in files(&target.join("gungraun/xtask-bench"), "summary.json")? {
        let summary: Value = serde_json::from_slice(&fs::read(path)?)?;
        let count = summary.pointer("/profiles/0/data/parts/0/metrics/Ir/values/new");
        let (name, case) = (&summary["function_name"], &summary["id"]);
        let (Some(name), Some(case), Some(count)) =
            (name.as_str(), case.as_str(), count.and_then(Value::as_f64))
        else {
            return Err(io::Error::other("a summary of gungraun is not as expected"));
        };
        let measure = measures.entry(name.to_owned()).or_default();
        measure.0.insert(case.to_owned(), count);
    }
    Ok(measures)
}

/// The median times in seconds that criterion estimated, by group and function.
pub fn of_criterion(target: &Path) -> io::Result<Measures> {
    let root = target.join("criterion");
    let mut measures = Measures::new();
    for path in files(&root, "estimates.json")? {
        let parts: Vec<_> = path
            .strip_prefix(&root)
            .into_iter()
            .flatten()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let [group, function, run, _] = parts.as_slice() else {
            continue;
        };
        if run == "new" {
            let estimates: Value = serde_json::from_slice(&fs::read(&path)?)?;
            let nanoseconds = estimates["median"]["point_estimate"].as_f64();
            let nanoseconds =
                nanoseconds.ok_or_else(|| io::Error::other("criterion estimated no median"))?;
            let measure = measures.entry(group.clone()).or_default();
            measure.0.insert(function.clone(), nanoseconds / 1e9);
        }
    }
    Ok(measures)
}

/// The files named `name` below `directory`.
fn files(directory: &Path, name: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, name)?);
        } else if path.file_name().is_some_and(|own| own == name) {
            found.push(path);
        }
    }
    Ok(found)
}

/// The middle of `values`.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[len / 2],
        len => f64::midpoint(values[len / 2 - 1], values[len / 2]),
    }
}

/// The exponent `k` of the power law `y = c * x^k` that fits `points` best.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    #[allow(clippy::cast_precision_loss)]
    let count = logs.len() as f64;
    let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / count;
    let covariance: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    covariance / variance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&mut [4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(&mut []).is_nan());
    }

    #[test]
    fn the_exponent_is_that_of_a_power_law() {
        let of = |k: f64| {
            let points = [1.0, 10.0, 100.0_f64].map(|x| (x, 3.0 * x.powf(k)));
            exponent(&points)
        };
        assert!((of(1.0) - 1.0).abs() < 1e-9);
        assert!((of(2.0) - 2.0).abs() < 1e-9);
    }
}
