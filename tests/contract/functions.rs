//! For every function, aggregate, grain and part an expression of the language that needs it.
//!
//! The matches have no wildcard: a function that is new does not compile until it is asked for here.

use etalon::model::{Aggregate, Base, Function, Grain, Part};

/// Every function, those with a parameter for each that the language can ask for.
pub fn all() -> Vec<Function> {
    use Function::*;
    let mut all = vec![
        And,
        Or,
        Not,
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        In,
        NotIn,
        Like,
        NotLike,
        IsNull,
        IsNotNull,
        IsTrue,
        IsNotTrue,
        IsFalse,
        IsNotFalse,
        Add,
        Subtract,
        Multiply,
        Divide,
        Negate,
        Concat,
        Coalesce,
        Nullif,
        Abs,
        Floor,
        Ceil,
        Mod,
        Power,
        Sqrt,
        Ln,
        Exp,
        Least,
        Greatest,
        Lower,
        Upper,
        Trim,
        Length,
        Substring,
        Replace,
        StartsWith,
        EndsWith,
        Contains,
        ToLocal,
    ];
    all.extend([-3, -1, 0, 1, 2].map(Round));
    all.extend(BASES.map(Cast));
    all.extend([Base::Double, Base::Decimal { precision: 18, scale: 4 }].map(Widen));
    for grain in Grain::ALL {
        all.extend([Truncate(grain), Difference(grain)]);
        all.extend([-5, 1, 14].map(|count| Shift { count, unit: grain }));
    }
    all.extend(self::Part::ALL.map(Part));
    all
}

/// Every type of the language.
const BASES: [Base; 8] = [
    Base::Boolean,
    Base::Integer,
    Base::Decimal { precision: 18, scale: 2 },
    Base::Double,
    Base::Text,
    Base::Date,
    Base::Timestamp,
    Base::Instant,
];

/// Expressions over the columns of `things` that need a function.
pub fn expressions(function: Function) -> Vec<String> {
    use Function::*;
    let fixed: &[&str] = match function {
        And => &["flag and i > 0", "flag and i > 0 and s = 'a'"],
        Or => &["flag or i > 0", "i < 0 or d > 1 or flag"],
        Not => &["not flag", "not (i > j)"],
        Equal => &[
            "i = j",
            "d = e",
            "f = g",
            "s = t",
            "day = day_of(seen)",
            "seen = timestamp '2024-02-29 10:00:00'",
            "flag = (i > 0)",
        ],
        NotEqual => &["i <> j", "d <> e", "s <> t", "day <> 2024-02-29"],
        Less => &["i < j", "d < e", "s < t", "day < 2000-01-01", "s < 'B'"],
        LessOrEqual => &["i <= j", "f <= g", "s <= t", "seen <= timestamp '1970-01-01 00:00:00'"],
        Greater => &["i > j", "d > 1.05", "s > 'a'", "moment > instant '2026-03-29 01:00:00'"],
        GreaterOrEqual => &["i >= j", "e >= d", "s >= t"],
        In => &["i in (0, 7, -7)", "s in ('a', 'A', 'a ', '')", "d in (1.05, 2.5)", "day in (2024-02-29, 1970-01-01)"],
        NotIn => &["i not in (0, 7)", "s not in ('a', 'ä')"],
        Like => {
            &["s like 'a%'", "s like '%\\%'", "s like '_'", "s like '%''%'", "s like '[%'", "s like '%*%'", "s like ''"]
        }
        NotLike => &["s not like '%a'", "s not like '\\%'"],
        IsNull => &["i is null", "s is null", "(i > j) is null", "moment is null"],
        IsNotNull => &["d is not null", "flag is not null"],
        IsTrue => &["flag is true", "(i > j) is true"],
        IsNotTrue => &["flag is not true"],
        IsFalse => &["flag is false", "(s = t) is false"],
        IsNotFalse => &["flag is not false"],
        Add => &["i + j", "d + e", "i + d", "f + g", "i + f"],
        Subtract => &["i - j", "d - e", "f - g", "i - (j - 3)"],
        Multiply => &["i * j", "d * e", "d * i", "f * g", "-i * 3"],
        Divide => &["i / j", "d / e", "f / g", "i / 4", "(i + 1) / (j - 2)", "d / 3"],
        Negate => &["-i", "-d", "-f", "-(-i)"],
        Concat => &["s || t", "s || '|' || s", "'[' || s || ']'"],
        Coalesce => &[
            "coalesce(i, j, -1)",
            "coalesce(s, t, '')",
            "coalesce(d, e)",
            "coalesce(day, 1970-01-01)",
            "coalesce(flag, i > 0)",
        ],
        Nullif => &["nullif(i, 7)", "nullif(s, 'a')", "nullif(d, 1.05)", "nullif(s, t)", "nullif(day, 1970-01-01)"],
        Abs => &["abs(i)", "abs(d)", "abs(f)"],
        Round(digits) => {
            return ["i", "d", "e", "f"].iter().map(|x| format!("round({x}, {digits})")).collect();
        }
        Floor => &["floor(d)", "floor(f)", "floor(e)"],
        Ceil => &["ceil(d)", "ceil(f)", "ceil(e)"],
        Mod => &["mod(i, j)", "mod(d, e)", "mod(f, g)", "mod(i, 3)", "mod(-i, 4)"],
        Power => &["power(f, 2)", "power(i, 2)", "power(f, 0.5)", "power(2, j)", "power(d, -1)"],
        Sqrt => &["sqrt(f)", "sqrt(i)", "sqrt(d)"],
        Ln => &["ln(f)", "ln(i)", "ln(d)"],
        Exp => &["exp(g)", "exp(j)"],
        Least => &["least(i, j)", "least(d, e)", "least(day, 2000-01-01)", "least(f, g)", "least(i, 3, j)"],
        Greatest => {
            &["greatest(i, j)", "greatest(d, e)", "greatest(seen, timestamp '2000-01-01 00:00:00')", "greatest(s, t)"]
        }
        Lower => &["lower(case when s in ('a', 'A', 'NULL', '1e5') then s end)"],
        Upper => &["upper(case when s in ('a', 'A', 'null', '%s') then s end)"],
        Trim => &["trim(s)", "'<' || trim(s) || '>'"],
        Length => &["length(s)", "length(s || t)"],
        Substring => &[
            "substring(s, 1, 1)",
            "substring(s, 2)",
            "substring(s, 2, 3)",
            "substring(s, 4, 100)",
            "substring(s, i, j)",
        ],
        Replace => &["replace(s, 'a', 'b')", "replace(s, 'O''B', '\"')", "replace(s, '\\', '/')", "replace(s, t, '-')"],
        StartsWith => &["starts_with(s, 'a')", "starts_with(s, t)", "starts_with(s, '')", "starts_with(s, '%')"],
        EndsWith => &["ends_with(s, 'a')", "ends_with(s, t)", "ends_with(s, ' ')", "ends_with(s, '')"],
        Contains => &["contains(s, 'a')", "contains(s, t)", "contains(s, '%')", "contains(s, 'O''')"],
        Cast(base) => return casts(base),
        Widen(Base::Double) => &["f + i", "f * d"],
        Widen(_) => &["i + e", "case when flag then d else e end", "coalesce(i, e)"],
        Shift { count, unit } => {
            let step = format!("{} {} {}", if count < 0 { '-' } else { '+' }, count.abs(), unit.plural());
            let of: &[&str] = match unit {
                Grain::Second | Grain::Minute | Grain::Hour => &["seen", "moment"],
                Grain::Day | Grain::Week => &["day", "seen", "moment"],
                // An instant has no months: they are of the wall's calendar.
                Grain::Month | Grain::Quarter | Grain::Year => &["day", "seen"],
            };
            return of.iter().map(|x| format!("{x} {step}")).collect();
        }
        Truncate(grain) => {
            let of = if grain < Grain::Day { &["seen", "moment"][..] } else { &["day", "seen", "moment"][..] };
            return of.iter().map(|x| format!("{}_of({x})", grain.name())).collect();
        }
        Difference(grain) => {
            let of: &[&str] = match grain < Grain::Day {
                true => &["seen, timestamp '2024-02-29 12:30:30'", "timestamp '1970-01-01 00:00:00', seen"],
                false => &["day, 2024-02-29", "1969-12-31, day", "day, seen", "seen, timestamp '2024-03-01 00:00:00'"],
            };
            return of.iter().map(|pair| format!("{}_between({pair})", grain.plural())).collect();
        }
        Part(part) => {
            let below = matches!(part, self::Part::Second | self::Part::Minute | self::Part::Hour);
            let wall = "cast(moment as timestamp)";
            let of = if below { &["seen", wall][..] } else { &["day", "seen", wall][..] };
            return of.iter().map(|x| format!("part({}, {x})", part.key_name())).collect();
        }
        ToLocal => &["day_of(moment)", "cast(moment as timestamp)"],
        // Only plans have these: spines and hours of instants, which the cases ask for.
        ToUtc | FromUtc | SecondsLater => &[],
    };
    fixed.iter().map(|text| text.to_string()).collect()
}

fn casts(to: Base) -> Vec<String> {
    let of: &[&str] = match to {
        Base::Boolean => &[],
        Base::Integer => &["d", "e", "f", "s", "number"],
        Base::Decimal { .. } => &["i", "d", "e", "f", "s", "number"],
        Base::Double => &["i", "d", "s", "number"],
        Base::Text => &["i", "d", "e", "flag", "day", "s"],
        Base::Date => &["s", "seen", "moment"],
        Base::Timestamp => &["s", "day", "moment"],
        Base::Instant | Base::Broken | Base::Null => &[],
    };
    of.iter().map(|x| format!("cast({x} as {to})")).collect()
}

/// Every aggregate.
pub const AGGREGATES: [Aggregate; 18] = [
    Aggregate::Count,
    Aggregate::CountValues,
    Aggregate::CountDistinct,
    Aggregate::ApproxCountDistinct,
    Aggregate::Sum,
    Aggregate::Avg,
    Aggregate::Min,
    Aggregate::Max,
    Aggregate::First,
    Aggregate::Last,
    Aggregate::PercentileCont { digits: 5, scale: 1 },
    Aggregate::PercentileCont { digits: 95, scale: 2 },
    Aggregate::PercentileDisc { digits: 5, scale: 1 },
    Aggregate::PercentileDisc { digits: 1, scale: 0 },
    Aggregate::Stddev { population: false },
    Aggregate::Stddev { population: true },
    Aggregate::Variance { population: false },
    Aggregate::Variance { population: true },
];

/// Formulas of metrics over `things` that need an aggregate.
pub fn formulas(aggregate: Aggregate) -> Vec<String> {
    let of = |name: &str, columns: &[&str]| -> Vec<String> {
        columns.iter().map(|column| format!("{name}({column})")).collect()
    };
    match aggregate {
        Aggregate::Count => vec!["count()".into(), "count(where flag)".into()],
        Aggregate::CountValues => of("count", &["i", "s", "flag", "moment where flag"]),
        Aggregate::CountDistinct => {
            let columns = ["i", "d", "s", "day", "seen", "flag", "s where i > 0"];
            columns.iter().map(|column| format!("count(distinct {column})")).collect()
        }
        Aggregate::ApproxCountDistinct => of("approx_count_distinct", &["i"]),
        Aggregate::Sum => of("sum", &["i", "d", "e", "f", "i where flag", "e * j", "i where i is null"]),
        Aggregate::Avg => of("avg", &["i", "d", "f", "e where not flag"]),
        Aggregate::Min => of("min", &["i", "d", "f", "s", "day", "seen", "moment", "s where flag"]),
        Aggregate::Max => of("max", &["i", "d", "f", "s", "day", "seen", "moment", "day where flag"]),
        Aggregate::First => of("first", &["i", "s", "d", "f where flag"]),
        Aggregate::Last => of("last", &["i", "s", "d", "day where flag"]),
        Aggregate::PercentileCont { digits: 5, .. } => of("median", &["i", "d", "f", "d where flag"]),
        Aggregate::PercentileCont { digits, scale } => {
            let p = format!("0.{digits:0>width$}", width = usize::from(scale));
            ["i", "d", "f"].iter().map(|column| format!("percentile({column}, {p})")).collect()
        }
        Aggregate::PercentileDisc { digits, scale } => {
            let p = if scale == 0 {
                digits.to_string()
            } else {
                format!("0.{digits:0>width$}", width = usize::from(scale))
            };
            ["i", "d"].iter().map(|column| format!("percentile_disc({column}, {p})")).collect()
        }
        Aggregate::Stddev { population: false } => of("stddev", &["i", "d", "f"]),
        Aggregate::Stddev { population: true } => of("stddev_pop", &["i", "f where flag"]),
        Aggregate::Variance { population: false } => of("variance", &["i", "d", "f"]),
        Aggregate::Variance { population: true } => of("variance_pop", &["i", "d"]),
    }
}
