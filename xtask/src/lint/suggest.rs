//! "Did you mean": the closest of some names.

/// The name that `text` is most likely a mistyped form of.
pub(crate) fn did_you_mean<'a>(
    text: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = text.to_lowercase();
    names
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&folded, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| {
            let longest = text.chars().count().max(name.chars().count());
            // One slip in three letters, and never more than three.
            *distance <= (longest / 3).clamp(1, 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["properties", "required", "type"];
        for (text, meant) in [
            ("propertys", Some("properties")),
            ("Required", Some("required")),
            ("tpye", Some("type")),
            ("zebra", None),
            ("in", None),
        ] {
            assert_eq!(did_you_mean(text, names), meant, "{text}");
        }
    }
}
