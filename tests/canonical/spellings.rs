//! One digest for every spelling of a meaning, another for every other meaning.

use super::pairs::{DIFFERENT, Letters, SAME, filled};
use super::shop::{REQUESTS, Random, SHOP, answer, calendar, digest, read, rows};
use etalon::meaning::canonical;

#[test]
fn spellings_of_one_meaning_have_one_digest_and_one_answer() {
    const SEED: u64 = 3;
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (mut trials, mut with_rows) = (0, 0);
    for (left, right) in SAME {
        let has_letters = filled(left, &Letters::any(&mut random)) != *left;
        let mut asked = 0;
        for _ in 0..if has_letters { 6 } else { 2 } {
            let letters = Letters::any(&mut random);
            let (left, right) = (filled(left, &letters), filled(right, &letters));
            let text = format!("{SHOP}\nmetric left_ = {left}\nmetric right_ = {right}\n");
            let (model, mut sources) = read(&text, &calendar());
            let forms = ["left_", "right_"]
                .map(|name| canonical::form(&model, model.metric_named(name).expect("it is declared")).to_string());
            assert_eq!(forms[0], forms[1], "{left}\n{right}");
            assert_eq!(digest(&model, "left_"), digest(&model, "right_"), "{left}\n{right}\n{}", forms[0]);
            for _ in 0..8 {
                let data = rows(&model, &mut random);
                for request in REQUESTS {
                    let one = answer(&model, &mut sources, &data, "left_", request);
                    let two = answer(&model, &mut sources, &data, "right_", request);
                    assert_eq!(one, two, "seed {SEED}: {left}\n{right}\nby {request:?}");
                    trials += 1;
                    asked += usize::from(one.is_some());
                    with_rows += usize::from(one.is_some_and(|rows| !rows.is_empty()));
                }
            }
        }
        assert!(asked > 0, "nothing could be asked of {left}");
    }
    println!("{trials} trials, {with_rows} with rows");
    assert!(with_rows > 4_000, "only {with_rows} of {trials} answers had rows");
}

#[test]
fn another_meaning_has_another_digest() {
    for (left, right) in DIFFERENT {
        let text = format!("{SHOP}\nmetric left_ = {left}\nmetric right_ = {right}\n");
        let (model, _) = read(&text, &calendar());
        assert_ne!(digest(&model, "left_"), digest(&model, "right_"), "{left}\n{right}");
    }
}
