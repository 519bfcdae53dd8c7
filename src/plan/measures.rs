//! Metric formulas taken apart: which measures, in which context, and what is computed of them.

use super::frames::{self, Frame, Move};
use crate::model::{
    Expr, Follow, Function, Key, Measure, MetricExpr, MetricLeaf, Model, Over, Per, PerSource, RowExpr,
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Filters that reach every measure under a metric, the outermost first.
pub type Filters = Vec<PerSource<RowExpr>>;

/// Something that a relation has to provide a value column for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(clippy::large_enum_variant)] // Nearly all of them are the largest one.
pub enum Ingredient {
    Measure { measure: Measure, filters: Filters, frame: Frame },
    Per { per: Per, filters: Filters, frame: Frame },
    Follow { follow: Follow, filters: Filters, frame: Frame },
}

/// An ingredient at some of the request's keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Use {
    /// A place in [`Parts::groups`].
    pub group: usize,
    /// A place in [`Group::ingredients`].
    pub ingredient: usize,
}

/// Ingredients that are grouped by the same keys.
#[derive(Debug)]
pub struct Group {
    /// Places among the keys of the whole.
    pub keys: Vec<usize>,
    /// Needed to decide on rows, and adds none.
    hidden: bool,
    /// With the name of the value column and its type.
    pub ingredients: Vec<(Ingredient, SmolStr, crate::model::Type)>,
    known: FxHashMap<Ingredient, usize>,
}

/// What several metric expressions are made of, each thing once. Group 0 has all keys.
#[derive(Debug)]
pub struct Parts<'m> {
    model: &'m Model,
    keys: &'m [Key],
    pub groups: Vec<Group>,
    /// Nothing says where the whole ends.
    endless: bool,
    /// The measures whose last row ends a window.
    pub ends: Vec<Vec<(Measure, Filters)>>,
}

impl<'m> Parts<'m> {
    pub fn new(model: &'m Model, keys: &'m [Key], endless: bool) -> Self {
        let mut parts = Parts { model, keys, groups: Vec::new(), endless, ends: Vec::new() };
        parts.group((0..keys.len()).collect(), false);
        parts
    }

    fn group(&mut self, keys: Vec<usize>, hidden: bool) -> usize {
        if let Some(at) = self.groups.iter().position(|group| group.keys == keys && group.hidden == hidden) {
            return at;
        }
        self.groups.push(Group { keys, hidden, ingredients: Vec::new(), known: FxHashMap::default() });
        self.groups.len() - 1
    }

    /// The expression over ingredients that a metric expression is, in a context of filters, at all keys. `name` is for the
    /// columns of what has no name of its own.
    pub fn take_apart(&mut self, expr: &MetricExpr, filters: &Filters, name: &str) -> Expr<Use> {
        self.at(0, expr, filters, &Frame::new(), name)
    }

    /// The same for an expression that decides on rows, and has none of its own: metrics in it that are not shown stand
    /// beside the rows.
    pub fn take_apart_hidden(
        &mut self,
        expr: &MetricExpr,
        filters: &Filters,
        shown: &[crate::model::MetricId],
    ) -> Expr<Use> {
        expr.replace(&mut |leaf, ty| {
            let group = match leaf {
                MetricLeaf::Metric(id) if !shown.contains(id) => self.group((0..self.keys.len()).collect(), true),
                _ => 0,
            };
            self.at(group, &Expr::leaf(leaf.clone(), ty.clone()), filters, &Frame::new(), "having")
        })
    }

    fn at(&mut self, group: usize, expr: &MetricExpr, filters: &Filters, frame: &Frame, name: &str) -> Expr<Use> {
        let alone = matches!(expr.kind, crate::model::Kind::Leaf(_));
        expr.replace(&mut |leaf, ty| match leaf {
            MetricLeaf::Measure(measure) => {
                let ingredient = Ingredient::Measure {
                    measure: (**measure).clone(),
                    filters: filters.clone(),
                    frame: frame.clone(),
                };
                Expr::leaf(self.ingredient(group, ingredient, name, alone, ty), ty.clone())
            }
            MetricLeaf::Per(per) => {
                let ingredient =
                    Ingredient::Per { per: (**per).clone(), filters: filters.clone(), frame: frame.clone() };
                Expr::leaf(self.ingredient(group, ingredient, name, alone, ty), ty.clone())
            }
            MetricLeaf::Metric(id) => {
                let metric = self.model.metric(*id);
                let value = self.at(group, &metric.formula, filters, frame, &metric.name);
                match &metric.fill {
                    Some(fill) => filled(value, fill, ty),
                    None => value,
                }
            }
            MetricLeaf::Filtered { inner, filter } => {
                let mut filters = filters.clone();
                filters.push(filter.clone());
                self.at(group, inner, &filters, frame, name)
            }
            MetricLeaf::Total { inner, over } => {
                // Even where it takes no key away it makes no rows.
                let keys = self.keys_left(group, over);
                let group = self.group(keys, true);
                self.at(group, inner, filters, frame, &format!("{name}_total"))
            }
            MetricLeaf::Window { inner, window, .. } => {
                let mut moved = frame.clone();
                let has_period = self.groups[group].keys.iter().any(|at| self.keys[*at].period().is_some());
                if self.endless && !has_period {
                    moved.push(Move::DataEnd(self.ends.len()));
                    let rows = frames::measures_bare(self.model, inner);
                    self.ends.push(rows);
                }
                self.at(group, inner, filters, &followed(&moved, Move::Window(*window)), name)
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                let by = Move::Prior { count: *count, unit: *unit };
                self.at(group, inner, filters, &followed(frame, by), name)
            }
            MetricLeaf::StartOf { inner, period, .. } => {
                // It stands beside the rows and makes none.
                let keys = self.groups[group].keys.clone();
                let group = self.group(keys, true);
                self.at(group, inner, filters, &followed(frame, Move::StartOf(*period)), name)
            }
            MetricLeaf::Filled { inner, value } => {
                let inner = self.at(group, inner, filters, frame, name);
                filled(inner, value, ty)
            }
            MetricLeaf::Follow(follow) => {
                let ingredient =
                    Ingredient::Follow { follow: (**follow).clone(), filters: filters.clone(), frame: frame.clone() };
                Expr::leaf(self.ingredient(group, ingredient, name, alone, ty), ty.clone())
            }
        })
    }

    /// Gives group 0 the ingredients of another group, of one with all keys if there is any, so that it has rows.
    pub fn rows_from_totals(&mut self) {
        let all_keys = self.groups[1..].iter().find(|group| group.keys.len() == self.keys.len());
        if let Some(other) = all_keys.or(self.groups.get(1)) {
            let ingredients = other.ingredients.clone();
            self.groups[0].ingredients = ingredients;
        }
    }

    fn keys_left(&self, group: usize, over: &Over) -> Vec<usize> {
        let stays = |at: &usize| {
            let key = &self.keys[*at];
            let named = |keys: &[Key]| keys.iter().any(|other| other.is_same_cut(key));
            match over {
                Over::EveryDimension => key.is_time(),
                Over::Keys(keys) => !named(keys),
                Over::Except(keys) => key.is_time() || named(keys),
            }
        };
        self.groups[group].keys.iter().copied().filter(stays).collect()
    }

    fn ingredient(
        &mut self,
        group: usize,
        ingredient: Ingredient,
        name: &str,
        alone: bool,
        ty: &crate::model::Type,
    ) -> Use {
        // What makes rows anyway need not stand beside them once more.
        let with_rows = self.groups[0].keys == self.groups[group].keys;
        for place in with_rows.then_some(0).into_iter().chain([group]) {
            if let Some(&ingredient) = self.groups[place].known.get(&ingredient) {
                return Use { group: place, ingredient };
            }
        }
        let of = &mut self.groups[group];
        let keys = self.keys;
        let taken = |wanted: &str| {
            of.ingredients.iter().any(|(_, known, _)| known == wanted) || keys.iter().any(|key| key.name == wanted)
        };
        let mut unique = SmolStr::new(name);
        let mut number = 1;
        if !alone {
            unique = format!("{name}_{number}").into();
        }
        while taken(&unique) {
            number += 1;
            unique = format!("{name}_{number}").into();
        }
        let place = of.ingredients.len();
        of.known.insert(ingredient.clone(), place);
        of.ingredients.push((ingredient, unique, ty.clone()));
        Use { group, ingredient: place }
    }
}

fn followed(frame: &Frame, by: Move) -> Frame {
    frame.iter().copied().chain([by]).collect()
}

/// What stands where there is no value. A constant has no leaves.
fn filled(value: Expr<Use>, constant: &MetricExpr, ty: &crate::model::Type) -> Expr<Use> {
    let constant = constant.replace(&mut |_, _| Expr::broken());
    Expr::call(Function::Coalesce, vec![value, constant], ty.clone())
}
