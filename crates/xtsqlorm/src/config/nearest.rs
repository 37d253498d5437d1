//! "Did you mean": the valid name that is spelled most like the one written.

/// Returns the name of `known` nearest to `written`, if one is near enough to be meant.
///
/// Near means: at most a third of the letters differ (one in a short name), or one begins with
/// the other (`username` and `user`).
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&written, &lower);
            let (short, long) = if lower.len() < written.len() {
                (&lower, &written)
            } else {
                (&written, &lower)
            };
            let begins = short.len() >= 3 && long.starts_with(short.as_str());
            (distance <= allowed || begins).then_some((distance, name))
        })
        .min()
        .map(|(_, name)| name)
}
