//! What an engine of the tests gets wrong though the statement is right for its warehouse: the engine, how the expression begins,
//! and why that is not ours. An excuse that nothing needs is a failure.

pub const EXCUSES: &[(&str, &str, &str)] = &[
    (
        "bigquery",
        "approx_count_distinct(",
        "the reference implementation has no APPROX_COUNT_DISTINCT, which BigQuery documents",
    ),
    ("redshift", "s = '\u{feff}bom'", "the translation takes U+FEFF for a blank"),
    ("redshift", "'\u{feff}bom' || s", "the translation takes U+FEFF for a blank"),
    ("redshift", "case when t = 'a' then '\u{feff}bom'", "the translation takes U+FEFF for a blank"),
    ("snowflake", "sum(", "the emulator translates a sum of exact numbers to one of doubles"),
    ("snowflake", "substring(s, i, j)", "the emulator gives integers as decimals, which its SUBSTRING does not take"),
];
