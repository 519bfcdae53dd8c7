use super::*;

const TRUTHS: [Value; 3] = [Value::Boolean(true), Value::Boolean(false), Value::Null];

#[test]
fn conjunction_and_disjunction_are_three_valued() {
    // Kleene's tables, rows and columns in the order true, false, null.
    let and = ["true", "false", "null", "false", "false", "false", "null", "false", "null"];
    let or = ["true", "true", "true", "true", "false", "null", "true", "null", "null"];
    for (place, (one, two)) in TRUTHS.iter().flat_map(|one| TRUTHS.iter().map(move |two| (one, two))).enumerate() {
        let word = |truth: &str| if truth == "null" { truth.to_owned() } else { format!("boolean {truth}") };
        let both = [one.clone(), two.clone()];
        gives(Function::And, &both, Base::Boolean, &word(and[place]));
        gives(Function::Or, &both, Base::Boolean, &word(or[place]));
    }
    gives(Function::And, &[truth(true), Value::Null, truth(false)], Base::Boolean, "boolean false");
    gives(Function::Or, &[truth(false), Value::Null, truth(true)], Base::Boolean, "boolean true");
    gives(Function::Not, &[Value::Null], Base::Boolean, "null");
    gives(Function::Not, &[truth(false)], Base::Boolean, "boolean true");
}

#[test]
fn tests_of_null_and_truth_are_never_null() {
    // Of true, false and null.
    let table = [
        (Function::IsNull, [false, false, true]),
        (Function::IsNotNull, [true, true, false]),
        (Function::IsTrue, [true, false, false]),
        (Function::IsNotTrue, [false, true, true]),
        (Function::IsFalse, [false, true, false]),
        (Function::IsNotFalse, [true, false, true]),
    ];
    for (function, expected) in table {
        for (value, expected) in TRUTHS.iter().zip(expected) {
            gives(function, std::slice::from_ref(value), Base::Boolean, &format!("boolean {expected}"));
        }
    }
}

#[test]
fn a_null_gives_null() {
    use Function::*;
    let two = [
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        Add,
        Subtract,
        Multiply,
        Mod,
        Least,
        Greatest,
        In,
        NotIn,
    ];
    for function in two {
        gives(function, &[Value::Null, integer(1)], Base::Integer, "null");
    }
    for function in [Least, Greatest, Add, Equal] {
        gives(function, &[integer(1), Value::Null], Base::Integer, "null");
    }
    for function in [Negate, Abs, Round(1), Floor, Ceil, Sqrt, Ln, Exp, Cast(Base::Text), Widen(Base::Double), Lower] {
        gives(function, &[Value::Null], Base::Double, "null");
    }
    gives(Substring, &[text("abc"), integer(1), Value::Null], Base::Text, "null");
    gives(Replace, &[text("abc"), text("b"), Value::Null], Base::Text, "null");
}

#[test]
fn the_first_that_is_not_null_and_null_where_equal() {
    gives(Function::Coalesce, &[Value::Null, integer(0), integer(1)], Base::Integer, "integer 0");
    gives(Function::Coalesce, &[Value::Null, Value::Null], Base::Integer, "null");
    gives(Function::Nullif, &[integer(5), integer(5)], Base::Integer, "null");
    gives(Function::Nullif, &[integer(5), integer(6)], Base::Integer, "integer 5");
    // `case when x = y then null else x end`: nothing equals null.
    gives(Function::Nullif, &[integer(5), Value::Null], Base::Integer, "integer 5");
    gives(Function::Nullif, &[Value::Null, integer(5)], Base::Integer, "null");
}

#[test]
fn comparisons_go_by_amount_and_by_bytes() {
    gives(Function::Equal, &[decimal("1.50"), decimal("1.5")], Base::Boolean, "boolean true");
    gives(Function::In, &[decimal("2.0"), integer(1), integer(2)], Base::Boolean, "boolean true");
    gives(Function::NotIn, &[integer(3), integer(1), integer(2)], Base::Boolean, "boolean true");
    gives(Function::Equal, &[double(0.0), double(-0.0)], Base::Boolean, "boolean true");
    gives(Function::Less, &[text("Z"), text("a")], Base::Boolean, "boolean true");
    gives(Function::Equal, &[text("a"), text("a ")], Base::Boolean, "boolean false");
    // One letter, and the same letter as two code points.
    gives(Function::Equal, &[text("\u{e9}"), text("e\u{301}")], Base::Boolean, "boolean false");
    gives(Function::Greatest, &[decimal("-1.5"), decimal("-1.4"), decimal("-1.6")], of(2, 1), "decimal -1.4");
    gives(Function::Least, &[text("b"), text("B"), text("a")], Base::Text, "text B");
    // Further apart than one scale can say: 38 nines beside 0.000000000000000001.
    let (large, small) = (decimal(&"9".repeat(38)), decimal("0.000000000000000001"));
    gives(Function::Greater, &[large, small], Base::Boolean, "boolean true");
}
