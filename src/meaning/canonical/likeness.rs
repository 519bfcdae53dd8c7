//! What metrics have in common but for their filters.

use super::build::Canonical;
use super::form;
use super::metrics::Filters;
use super::term::{Op, Term};
use crate::model::MetricId;
use rustc_hash::FxHashMap;

/// The most measures that are looked at.
const MOST: usize = 32;

/// A metric, taken apart into its filters and the rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Likeness {
    /// What the metric is, without its unit.
    pub formula: Term,
    /// The same without the filters of its measures.
    pub skeleton: Term,
    /// The filters of each measure of the skeleton, sorted, with the rows that they are of.
    pub filters: Vec<(Term, Vec<Term>)>,
}

impl Canonical<'_> {
    /// A metric taken apart. `None` where it has too many measures, or two that only filters tell apart.
    pub fn likeness(&mut self, id: MetricId) -> Option<Likeness> {
        let formula = self.metric(id, &Filters::none());
        let mut bare: FxHashMap<Term, Term> = FxHashMap::default();
        let mut filters: Vec<(Term, Term, Vec<Term>)> = Vec::new();
        let alone = matches!(self.terms.op(formula), Op::Measure(_));
        let skeleton = self.bare(formula, alone, &mut bare, &mut filters)?;
        filters.sort_by_key(|(measure, ..)| self.terms.digest(*measure));
        if filters.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let filters = filters.into_iter().map(|(_, source, filter)| (source, filter)).collect();
        Some(Likeness { formula, skeleton, filters })
    }

    /// A condition in few words.
    pub fn condition_text(&self, condition: Term) -> String {
        form::phrase(&self.terms, condition)
    }

    /// The term without the filters of its measures, which are noted. The aggregate's own `where` is a filter like others
    /// where the measure is all there is.
    fn bare(
        &mut self,
        term: Term,
        alone: bool,
        known: &mut FxHashMap<Term, Term>,
        filters: &mut Vec<(Term, Term, Vec<Term>)>,
    ) -> Option<Term> {
        if let Some(known) = known.get(&term) {
            return Some(*known);
        }
        if self.terms.droppable(term) {
            return Some(term);
        }
        let node = self.terms.node(term).clone();
        let mut parts = node.parts.clone();
        let none = self.terms.part(Op::Conditions, Vec::new());
        let (source, places): (Term, &[usize]) = match node.op {
            // What comes before a moment is picked tells which moment it is, and is no filter of what was picked.
            Op::Measure(_) if !self.terms.is_absent(parts[6]) => (parts[0], if alone { &[3, 5] } else { &[5] }),
            Op::Measure(_) => (parts[0], if alone { &[3, 4] } else { &[4] }),
            Op::Follow { .. } => (parts[1], &[4]),
            _ => {
                for part in &mut parts {
                    *part = self.bare(*part, false, known, filters)?;
                }
                let bare = match node.op {
                    Op::Call(_) | Op::Case => self.terms.value(node.op, node.base, parts),
                    op => self.terms.plain(op, node.base, parts),
                };
                known.insert(term, bare);
                return Some(bare);
            }
        };
        let mut filter: Vec<Term> = places.iter().flat_map(|at| self.terms.parts(parts[*at]).to_vec()).collect();
        filter = self.terms.sorted_set(filter);
        places.iter().for_each(|at| parts[*at] = none);
        let bare = self.terms.plain(node.op, node.base, parts);
        filters.push((bare, source, filter));
        known.insert(term, bare);
        (filters.len() <= MOST).then_some(bare)
    }
}
