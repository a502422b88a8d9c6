//! Documents of any size, put together from the fixtures, so that every construct of theirs is in.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_yaml_ng::{Mapping, Value};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A document of `operations` operations with their schemas, as YAML.
///
/// The fixtures follow each other, again and again, each time with other names and paths: the same
/// number gives the same text.
pub fn document(operations: usize) -> io::Result<String> {
    let fixtures = fixtures()?;
    let mut paths = Mapping::new();
    let mut components = Mapping::new();
    let mut left = operations;
    'full: for round in 0.. {
        for (stem, fixture) in &fixtures {
            let mut copy = fixture.clone();
            rename(&mut copy, &Names { stem, round });
            for (kind, named) in mapping(copy.get("components")) {
                let all = components
                    .entry(kind.clone())
                    .or_insert_with(|| Mapping::new().into());
                if let (Value::Mapping(all), Value::Mapping(named)) = (all, named) {
                    all.extend(named.clone());
                }
            }
            for (path, item) in mapping(copy.get("paths")) {
                let mut item = item.clone();
                if let Value::Mapping(item) = &mut item {
                    item.retain(|key, _| {
                        let is_operation = METHODS.iter().any(|method| key == *method);
                        let fits = !is_operation || left > 0;
                        left -= usize::from(is_operation && fits);
                        fits
                    });
                }
                let prefixed = format!("/{stem}-{round}{}", path.as_str().unwrap_or_default());
                paths.insert(prefixed.into(), item);
                if left == 0 {
                    break 'full;
                }
            }
        }
    }
    let mut document = Mapping::new();
    document.insert("openapi".into(), "3.0.3".into());
    let info = [
        ("title", "synthetic"),
        ("description", "Generated."),
        ("version", "1.0.0"),
    ];
    let info: Mapping = info
        .map(|(key, value)| (key.into(), value.into()))
        .into_iter()
        .collect();
    document.insert("info".into(), info.into());
    let server = Mapping::from_iter([("url".into(), "https://api.example.com".into())]);
    document.insert("servers".into(), vec![Value::from(server)].into());
    document.insert("paths".into(), paths.into());
    document.insert("components".into(), components.into());
    serde_yaml_ng::to_string(&document).map_err(io::Error::other)
}

fn mapping(value: Option<&Value>) -> impl Iterator<Item = (&Value, &Value)> {
    value.and_then(Value::as_mapping).into_iter().flatten()
}

/// The documents below `tests/fixtures`, by their names.
fn fixtures() -> io::Result<Vec<(String, Value)>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut paths = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(path)?;
            let value = serde_yaml_ng::from_str(&text).map_err(io::Error::other)?;
            Ok((stem.into_owned(), value))
        })
        .collect()
}

/// What tells the names of one copy of one fixture from all others.
struct Names<'a> {
    stem: &'a str,
    round: usize,
}

impl Names<'_> {
    fn of(&self, name: &str) -> String {
        let stem: String = self
            .stem
            .split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        format!("{name}{stem}{}", self.round)
    }
}

/// Renames all components and operations in `document`, and what refers to them.
fn rename(document: &mut Value, names: &Names<'_>) {
    if let Some(Value::Mapping(kinds)) = document.get_mut("components") {
        for named in kinds.values_mut() {
            if let Value::Mapping(named) = named {
                *named = std::mem::take(named)
                    .into_iter()
                    .map(|(name, value)| (rename_text(&name, names), value))
                    .collect();
            }
        }
    }
    rename_references(document, names);
}

fn rename_references(node: &mut Value, names: &Names<'_>) {
    match node {
        Value::Sequence(items) => items
            .iter_mut()
            .for_each(|item| rename_references(item, names)),
        Value::Mapping(entries) => {
            for (key, value) in entries.iter_mut() {
                match key.as_str() {
                    Some("operationId" | "$ref") => *value = rename_text(value, names),
                    Some("mapping") => {
                        for (_, target) in value.as_mapping_mut().into_iter().flatten() {
                            *target = rename_text(target, names);
                        }
                    }
                    Some("example" | "examples" | "default" | "enum") => {}
                    _ => rename_references(value, names),
                }
            }
        }
        _ => {}
    }
}

fn rename_text(name: &Value, names: &Names<'_>) -> Value {
    names.of(name.as_str().unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(text: &str) -> usize {
        let document: Value = serde_yaml_ng::from_str(text).unwrap();
        mapping(document.get("paths"))
            .flat_map(|(_, item)| mapping(Some(item)))
            .filter(|(key, _)| METHODS.iter().any(|method| *key == *method))
            .count()
    }

    #[test]
    fn documents_have_the_size_that_was_asked_for_and_are_the_same_each_time() {
        for size in [1, 10, 100] {
            let text = document(size).unwrap();
            assert_eq!(operations(&text), size);
            assert_eq!(text, document(size).unwrap());
        }
    }

    #[test]
    fn documents_are_ones_that_generate_accepts() {
        let path = std::env::temp_dir().join(format!("synthetic-{}.yaml", std::process::id()));
        fs::write(&path, document(100).unwrap()).unwrap();
        let generated =
            xtask::generate::generate(&path, &path, &xtask::lint::Allowed::house()).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(generated.warnings.is_empty(), "{:?}", generated.warnings);
    }
}
