//! Metrics that look back, and those that are filled.

use super::metric::{Author, Draft, Grains};
use super::random::Random;

impl Author<'_> {
    fn unshifted(&self, random: &mut Random) -> Option<usize> {
        self.pick(random, |it| !it.looks_back() && !it.sources.contains(&0))
    }

    pub(super) fn rolling(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let length = random.word(&[
            "1 day",
            "3 days",
            "7 days",
            "28 days",
            "2 weeks",
            "1 month",
            "3 months",
            "2 quarters",
            "1 year",
        ]);
        let mut draft = self.over(
            "rolling",
            &[at],
            self.metrics[at].kind,
            format!("rolling({}, {length})", self.written(random, at)),
        );
        draft.traits.windowed = true;
        Some(draft)
    }

    pub(super) fn to_date(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let mut until = random.word(&["week", "month", "quarter", "year", "year", "month"]);
        if self.schema.calendar && random.percent(40) {
            until = random.word(&["period", "season"]);
        }
        let mut draft = self.over(
            "to_date",
            &[at],
            self.metrics[at].kind,
            format!("to_date({}, {until})", self.written(random, at)),
        );
        draft.traits.windowed = true;
        draft.traits.refuses = draft.traits.refuses.and(Grains::not_within(until));
        Some(draft)
    }

    pub(super) fn cumulative(&self, random: &mut Random) -> Option<Draft> {
        let at = self.unshifted(random)?;
        let mut draft =
            self.over("cumulative", &[at], self.metrics[at].kind, format!("cumulative({})", self.written(random, at)));
        draft.traits.windowed = true;
        Some(draft)
    }

    pub(super) fn prior(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let offset = random.word(&[
            "1 day",
            "7 days",
            "1 week",
            "1 month",
            "1 month",
            "3 months",
            "1 quarter",
            "1 year",
            "1 year",
        ]);
        let mut draft =
            self.over("prior", &[at], self.metrics[at].kind, format!("prior({}, {offset})", self.written(random, at)));
        draft.traits.shifted = true;
        // An offset of whole periods; of months there are none in a week.
        let unit = match offset {
            "1 day" => "day",
            "7 days" | "1 week" => "week",
            "1 month" => "month",
            "3 months" | "1 quarter" => "quarter",
            _ => "year",
        };
        draft.traits.refuses = draft.traits.refuses.and(Grains::not_within(unit));
        Some(draft)
    }

    pub(super) fn start_of(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |_| true)?;
        let period = random.word(&["week", "month", "quarter", "year"]);
        let mut draft = self.over(
            "start_of",
            &[at],
            self.metrics[at].kind,
            format!("start_of({}, {period})", self.written(random, at)),
        );
        draft.traits.shifted = true;
        draft.traits.refuses = draft.traits.refuses.and(Grains::not_within(period));
        draft.traits.rowless = true;
        Some(draft)
    }

    pub(super) fn fill(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number())?;
        Some(self.over("fill", &[at], self.metrics[at].kind, format!("fill({}, 0)", self.written(random, at))))
    }

    pub(super) fn fill_attribute(&self, random: &mut Random) -> Option<Draft> {
        let at = self.pick(random, |it| it.kind.is_number())?;
        let mut draft = self.over("fill attribute", &[at], self.metrics[at].kind, self.metrics[at].formula.clone());
        draft.attributes = "fill 0";
        draft.uses = self.metrics[at].uses.clone();
        draft.operators.extend(&self.metrics[at].operators);
        Some(draft)
    }
}
