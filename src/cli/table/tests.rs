use super::{Rows, print};
use crate::meaning::{Answer, AnswerColumn, Value};
use crate::model::{Base, Type};

fn answer(columns: &[(&str, Base)], rows: Vec<Vec<Value>>) -> Answer {
    let column = |(name, base): &(&str, Base)| AnswerColumn { name: (*name).into(), ty: Type::plain(*base) };
    Answer { columns: columns.iter().map(column).collect(), rows }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn texts_give_way_on_a_narrow_terminal_and_numbers_do_not() {
    let rows = vec![vec![text("the north of the county"), Value::Integer(1_234_567_890)]];
    let answer = answer(&[("region", Base::Text), ("n", Base::Integer)], rows);
    let narrow = print(&answer, Rows::Table, &[false, false], Some(24));
    assert_eq!(narrow.text, "region                 n\n────────────  ──────────\nthe north o…  1234567890\n");
    assert!(narrow.cut);
    let least = print(&answer, Rows::Table, &[false, false], Some(10));
    assert!(least.text.ends_with("\nthe nor…  1234567890\n"), "{}", least.text);
    for width in [Some(35), None] {
        let whole = print(&answer, Rows::Table, &[false, false], width);
        assert!(!whole.cut && whole.text.contains("the north of the county  1234567890"), "{}", whole.text);
    }
}

#[test]
fn no_text_is_taken_for_null() {
    let texts = ["", "-", " a", "\"a\"", "a-\tb"].map(|it| vec![text(it)]);
    let rows = texts.into_iter().chain([vec![Value::Null]]).collect();
    let shown = print(&answer(&[("t", Base::Text)], rows), Rows::Table, &[false], None).text;
    assert_eq!(shown.lines().skip(2).collect::<Vec<_>>(), ["\"\"", "\"-\"", "\" a\"", "\"\"a\"\"", "a- b", "-"]);
}

#[test]
fn numbers_are_rounded_for_people_and_whole_for_programs() {
    let doubles = [1.0 / 3.0, 0.000_000_12, -0.0, 1e21, 0.1 + 0.2].map(|it| vec![Value::Double(it)]);
    let answer = answer(&[("x", Base::Double)], doubles.to_vec());
    let lines = |form, percent| print(&answer, form, &[percent], None).text;
    let shown: Vec<String> = lines(Rows::Table, false).lines().skip(2).map(|line| line.trim().to_owned()).collect();
    assert_eq!(shown, ["0.333333", "1.200e-7", "0", "1000000000000000000000", "0.3"]);
    assert!(lines(Rows::Table, true).contains("33.33%"));
    let read: Vec<f64> = lines(Rows::Csv, true).lines().skip(1).map(|line| line.parse().expect("a number")).collect();
    assert_eq!(read, [1.0 / 3.0, 0.000_000_12, 0.0, 1e21, 0.1 + 0.2]);
}

#[test]
fn pages_show_what_the_text_says() {
    let rows = vec![vec![text("a|b")], vec![text("<i> *a* `b` [c] \\")], vec![text("a\r\nb_c")], vec![Value::Null]];
    let page = print(&answer(&[("t", Base::Text)], rows), Rows::Markdown, &[false], None).text;
    let expected = "| t |\n| --- |\n| a\\|b |\n| \\<i> \\*a\\* \\`b\\` \\[c] \\\\ |\n| a  b_c |\n|  |\n";
    assert_eq!(page, expected);
}
