//! The rows that go out and come back: the edges of every type, and texts that want to be something else.

use crate::support::world::Rows;

/// Texts that a careless writer of SQL would not get through.
pub const HOSTILE: [&str; 58] = [
    "",
    "a",
    "A",
    "ä",
    "a ",
    " a",
    "  ",
    "O'Brien",
    "''",
    "'",
    "back\\slash",
    "back\\",
    "\\'",
    "\\n",
    "%",
    "_",
    "100%",
    "[c]",
    "a*b?",
    "\"q\"",
    "`b`",
    "/* x */",
    "-- x",
    "#",
    ";",
    "'; drop table things; --",
    "{{ x }}",
    "{% x %}",
    "${x}",
    "$1",
    "$$",
    ":x",
    "@v",
    "?",
    "%s",
    "NULL",
    "null",
    "0",
    "1e5",
    " 12 ",
    "2026-01-31",
    "two\nlines",
    "tab\tbed",
    "日本",
    "😀",
    "e\u{301}",
    "é",
    "\u{feff}bom",
    "2026-1-5",
    "2026-02-30",
    "20260131",
    "2026-01-31T10:00:00",
    "2026-01-31 10:00",
    "2026-01-31 10:00:00.5",
    " 2026-01-31",
    "2026-01-31 25:00:00",
    "2026-01-31 10:00:00+01:00",
    "2026-01-31x",
];

/// Texts that are numbers, or nearly.
const NUMBERS: [&str; 27] = [
    "0",
    "1",
    "-1",
    "12.5",
    "-12.345",
    "2.5",
    "-2.5",
    "0.005",
    "007",
    "+3",
    "1e3",
    "abc",
    "1.2.3",
    "12abc",
    "",
    "99999999.994",
    "Infinity",
    "nan",
    "0x1F",
    ".5",
    "5.",
    "1_000",
    "0.49999999999",
    "- 3",
    "2e-1",
    "1e",
    "\t8\n",
];
const INTEGERS: [&str; 13] = ["0", "1", "-1", "7", "-7", "10", "25", "-25", "1000000", "2", "3", "-3", "~"];
const DIVISORS: [&str; 7] = ["0", "2", "-2", "3", "~", "5", "1"];
const MONEY: [&str; 11] =
    ["0.00", "0.01", "-0.01", "1.05", "-1.05", "2.50", "-2.50", "12345.67", "99999999.99", "0.05", "~"];
const RATES: [&str; 8] = ["1.2500", "0.0000", "0.3333", "-0.6667", "2.0000", "1.0500", "~", "0.0050"];
const DOUBLES: [&str; 14] =
    ["0", "1.5", "-1.5", "2.5", "-2.5", "0.125", "1024", "10000000000", "-3.75", "0.5", "0.29", "-4.35", "1.15", "~"];
const FACTORS: [&str; 6] = ["2", "0", "0.5", "-4", "3", "~"];
const DAYS: [&str; 12] = [
    "1969-12-31",
    "1970-01-01",
    "2024-02-29",
    "2023-02-28",
    "2024-12-30",
    "2025-01-01",
    "2000-02-29",
    "1930-03-01",
    "2026-03-29",
    "2026-10-31",
    "~",
    "2026-12-31",
];
const MOMENTS: [&str; 11] = [
    "2024-02-29 10:00:00",
    "1969-12-31 23:59:59",
    "1970-01-01 00:00:00",
    "2024-12-31 23:59:59.999999",
    "2026-03-29 02:30:00",
    "2026-10-25 02:30:00.123456",
    "1930-06-15 12:00:00.5",
    "2024-02-29 12:30:31",
    "~",
    "2025-01-05 00:00:00",
    "2025-01-06 00:00:00",
];
/// Around the changes of clocks in Berlin.
const INSTANTS: [&str; 9] = [
    "2026-03-29 00:59:59",
    "2026-03-29 01:00:00",
    "2026-10-25 00:30:00",
    "2026-10-25 01:30:00.25",
    "1969-12-31 22:30:00",
    "1969-12-31 23:30:00",
    "2024-02-28 23:30:00",
    "~",
    "2025-06-30 22:00:00",
];

/// The columns, as the model declares them.
pub const COLUMNS: &str = "\
  id     integer
  half   integer
  i      integer?
  j      integer?
  d      decimal(12, 2)?
  e      decimal(12, 4)?
  f      double?
  g      double?
  s      text?
  t      text?
  number text?
  day    date?
  seen   timestamp?
  moment instant?
  flag   boolean?
  tick   timestamp
";

/// Each row takes the next value of each list; the lists are of different lengths, so that every pair meets sooner or later.
/// The last row has nothing but its key.
pub fn rows(source: &str) -> Rows {
    let columns =
        ["id", "half", "i", "j", "d", "e", "f", "g", "s", "t", "number", "day", "seen", "moment", "flag", "tick"];
    let own = |text: &str| (text != "~").then(|| text.to_string());
    let of = |list: &[&str], row: usize| own(list[row % list.len()]);
    let mut rows: Vec<Vec<Option<String>>> = (0..HOSTILE.len() * 2)
        .map(|row| {
            let tick = format!("2026-01-{:02} 0{}:00:00", row % 28 + 1, row / 28);
            vec![
                Some(row.to_string()),
                Some((row % 2).to_string()),
                of(&INTEGERS, row),
                of(&DIVISORS, row),
                of(&MONEY, row),
                of(&RATES, row),
                of(&DOUBLES, row),
                of(&FACTORS, row),
                Some(HOSTILE[row % HOSTILE.len()].to_string()),
                of(&["a", "", "b", "A", "~", "ä", "'", "a "], row),
                of(&NUMBERS, row),
                of(&DAYS, row),
                of(&MOMENTS, row),
                of(&INSTANTS, row),
                of(&["true", "false", "~"], row),
                Some(tick),
            ]
        })
        .collect();
    let mut nothing = vec![None; columns.len()];
    (nothing[0], nothing[1]) = (Some("999".to_string()), Some("2".to_string()));
    nothing[15] = Some("2026-02-01 00:00:00".to_string());
    rows.push(nothing);
    Rows { source: source.to_string(), columns: columns.map(str::to_string).to_vec(), rows }
}
