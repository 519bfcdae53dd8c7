//! "Did you mean": the known name nearest to what was typed.

/// The known name nearest to `wanted`, if any is near enough to be a slip: at most a third of its letters differ, a swap of
/// two neighbours counting once. Ties go to the first in order of the alphabet.
pub fn closest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = wanted.chars().take(64).flat_map(char::to_lowercase).collect();
    let limit = (wanted.len() / 3).max(1);
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(wanted.len()) <= limit + 2)
        .filter_map(|name| Some((distance(&wanted, name, limit)?, name)))
        .min()
        .map(|(_, name)| name)
}

/// Optimal string alignment distance (Damerau-Levenshtein without overlaps), or `None` above the limit.
fn distance(wanted: &[char], name: &str, limit: usize) -> Option<usize> {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    if wanted.len().abs_diff(name.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in wanted.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in name.iter().enumerate() {
            let mut cost = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == name[j - 1] && wanted[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.pop().filter(|cost| *cost <= limit)
}
