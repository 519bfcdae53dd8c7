//! One scan of a source: which tables are joined, which rows are read, what is aggregated of them.

use super::frames;
use super::line;
use super::measures::Filters;
use super::planner::Planner;
use super::{Cell, Folded, Hop, RelationId, Scan, ScanLookup, ScanPick, Stretches};
use crate::model::{
    Aggregate, Base, Bound, Expr, Function, JoinId, Key, KeyKind, Kind, Literal, Lookup, Measure, Moment, Range,
    RowExpr, RowLeaf, SourceId, Type, Validity,
};

/// A scan as it grows: tables and lookups are added as expressions need them.
pub struct Builder<'p, 'm> {
    planner: &'p mut Planner<'m>,
    source: SourceId,
    hops: Vec<Hop>,
    stretches: Option<Stretches>,
    /// The path of each table, by number: the source itself first.
    paths: Vec<Vec<JoinId>>,
    lookups: Vec<ScanLookup>,
}

/// A measure with the filters of its context, to be planned in one scan with others.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    pub measure: &'w Measure,
    pub filters: &'w [crate::model::PerSource<RowExpr>],
    pub ty: &'w Type,
}

/// Which rows a scan reads, by their time.
pub enum Reading {
    /// Those of a range, grouped by the periods of their own axis.
    Range(Option<Range>),
    /// Those between two moments.
    Between((Option<Expr<Cell>>, Option<Expr<Cell>>)),
    /// Those of each stretch of a relation; `open`: a stretch has no beginning.
    Stretches { relation: RelationId, times: Vec<Key>, open: bool },
}

/// The conditions by which the rows of a measure are within a stretch of time: those that have their moment in it, and of
/// intervals those that hold the moment of it that counts.
pub fn in_stretch(
    builder: &mut Builder,
    measure: &Measure,
    from: Option<Expr<Cell>>,
    until: Option<Expr<Cell>>,
) -> Vec<Expr<Cell>> {
    let Some(axis) = &measure.axis else { return Vec::new() };
    let at = builder.moment(axis);
    let Some(alive) = &measure.alive else {
        let from = from.map(|from| compared(Function::GreaterOrEqual, at.clone(), from));
        let until = until.map(|until| compared(Function::Less, at, until));
        return from.into_iter().chain(until).collect();
    };
    let end = builder.moment(&alive.until);
    let open = Expr::call(Function::IsNull, vec![end.clone()], Type::plain(Base::Boolean));
    let or_open = |ends: Expr<Cell>| Expr::any(vec![open.clone(), ends]);
    let ends = |function, limit: Expr<Cell>| or_open(compared(function, end.clone(), limit));
    let never = || Expr::literal(Literal::Boolean(false), Type::plain(Base::Boolean));
    match alive.moment {
        Moment::Last => match until {
            Some(until) => {
                let begun = compared(Function::Less, at, until.clone());
                [Some(begun), ends(Function::GreaterOrEqual, until)].into_iter().flatten().collect()
            }
            None => vec![never()],
        },
        Moment::First => match from {
            Some(from) => {
                let begun = compared(Function::LessOrEqual, at, from.clone());
                [Some(begun), ends(Function::Greater, from)].into_iter().flatten().collect()
            }
            None => vec![never()],
        },
        Moment::Any => {
            let begun = until.map(|until| compared(Function::Less, at.clone(), until));
            let lasting = from.and_then(|from| ends(Function::Greater, from));
            begun.into_iter().chain(lasting).chain(ends(Function::Greater, at)).collect()
        }
    }
}

/// Plans one scan for measures of one source. `keys` are already those of the scan.
pub fn scan(planner: &mut Planner, source: SourceId, keys: &[Key], wanted: &[Wanted], reading: &Reading) -> Scan {
    let mut builder = Builder::new(planner, source);
    let axis = wanted.first().and_then(|wanted| wanted.measure.axis.as_ref());
    let key_exprs = keys.iter().map(|key| builder.key_by(key, axis, reading)).collect();
    if let (Reading::Stretches { relation, open, times }, Some(first)) = (reading, wanted.first()) {
        let of = |at| Expr::leaf(Cell::Stretch(at), Type::plain(Base::Timestamp));
        let from = (!open).then(|| of(frames::FROM));
        let mut on = in_stretch(&mut builder, first.measure, from, Some(of(frames::UNTIL)));
        for (label, value) in read_for(&mut builder, axis, times) {
            on.push(same(value, Expr::leaf(Cell::Label(label), times[label].ty.clone())));
        }
        builder.stretches = Some(Stretches { relation: *relation, on });
    }
    let pick = wanted.first().and_then(|first| builder.pick(first.measure, keys, reading));
    let mut sets: Vec<Vec<Expr<Cell>>> = Vec::with_capacity(wanted.len());
    for each in wanted {
        sets.push(builder.conditions(each, reading));
    }
    // What all measures ask of their rows is asked of the scan; the rest stays with each measure.
    let common: Vec<Expr<Cell>> =
        sets.first().into_iter().flatten().filter(|it| sets.iter().all(|set| set.contains(it))).cloned().collect();
    for set in &mut sets {
        set.retain(|condition| !common.contains(condition));
    }
    let mut filter = common;
    if sets.len() > 1 && sets.iter().all(|set| !set.is_empty()) {
        // No row is read that no measure counts: so the groups are those that some measure has rows for.
        let mut distinct: Vec<&Vec<Expr<Cell>>> = Vec::new();
        for set in &sets {
            if !distinct.contains(&set) {
                distinct.push(set);
            }
        }
        filter.extend(Expr::any(distinct.into_iter().filter_map(|set| Expr::all(set.clone())).collect()));
    }
    let mut folds = Vec::with_capacity(wanted.len());
    for (each, set) in wanted.iter().zip(sets) {
        folds.push(builder.fold(each, set));
    }
    Scan { pick, ..builder.done(key_exprs, filter, folds) }
}

/// Plans a scan that lists the values of a measure by keys, each once; null where the measure's own filter leaves a row out.
pub fn values(planner: &mut Planner, keys: &[Key], wanted: &Wanted) -> Scan {
    let mut builder = Builder::new(planner, wanted.measure.source);
    let reading = Reading::Range(None);
    let axis = wanted.measure.axis.as_ref();
    let mut all: Vec<Expr<Cell>> = keys.iter().map(|key| builder.key_by(key, axis, &reading)).collect();
    let filter = builder.conditions(wanted, &reading);
    let fold = builder.fold(wanted, Vec::new());
    let value = fold.argument.expect("what is counted once is a value");
    let ty = value.ty.clone().or_null(true);
    all.push(match Expr::all(fold.filter) {
        Some(counts) => Expr { kind: Kind::Case { arms: vec![(counts, value)], otherwise: None }, ty },
        None => value,
    });
    builder.done(all, filter, Vec::new())
}

/// Plans a scan that only lists the distinct values of keys.
pub fn listing(planner: &mut Planner, source: SourceId, keys: &[Key], filter: Option<&RowExpr>) -> Scan {
    let mut builder = Builder::new(planner, source);
    let keys = keys.iter().map(|key| builder.key(key, None)).collect();
    let filter = filter.map(|filter| builder.expr(filter).conjuncts()).unwrap_or_default();
    builder.done(keys, filter, Vec::new())
}

/// The first and last moment of the rows of any of these measures, which all have this axis.
pub fn bounds(planner: &mut Planner, source: SourceId, axis: &RowExpr, measures: &[(Measure, Filters)]) -> Scan {
    let mut builder = Builder::new(planner, source);
    let ty = Type::plain(Base::Timestamp).or_null(true);
    let mut sets: Vec<Vec<Expr<Cell>>> = Vec::new();
    for (measure, filters) in measures {
        // Picked or not, all rows of the definition say where it begins and ends.
        let plain = Measure { pick: None, ..measure.clone() };
        let wanted = Wanted { measure: &plain, filters, ty: &ty };
        let set = builder.conditions(&wanted, &Reading::Range(None));
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let filter = match &sets[..] {
        [only] => only.clone(),
        several if several.iter().any(Vec::is_empty) => Vec::new(),
        several => Expr::any(several.iter().filter_map(|set| Expr::all(set.clone())).collect()).into_iter().collect(),
    };
    let end = |aggregate, argument| Folded {
        aggregate,
        argument: Some(argument),
        filter: Vec::new(),
        exists: Vec::new(),
        order: Vec::new(),
        ty: Type::plain(Base::Timestamp).or_null(true),
    };
    let axis = builder.moment(axis);
    let folds = vec![end(Aggregate::Min, axis.clone()), end(Aggregate::Max, axis)];
    builder.done(Vec::new(), filter, folds)
}

/// Both are equal, or both null.
pub fn same<L: Clone>(left: Expr<L>, right: Expr<L>) -> Expr<L> {
    let truth = Type::plain(Base::Boolean);
    let is_null = |expr: &Expr<L>| Expr::call(Function::IsNull, vec![expr.clone()], truth.clone());
    let nulls = [&left, &right].iter().all(|expr| expr.ty.nullable);
    let nulls = nulls.then(|| Expr::call(Function::And, vec![is_null(&left), is_null(&right)], truth.clone()));
    let nullable = left.ty.nullable || right.ty.nullable;
    let equal = Expr::call(Function::Equal, vec![left, right], truth.clone().or_null(nullable));
    match nulls {
        Some(nulls) => Expr::call(Function::Or, vec![equal, nulls], truth.clone()),
        None => equal,
    }
}

/// What a stretch is read for besides its time: the place of its label, and the value that a row has for it.
pub fn read_for(builder: &mut Builder, axis: Option<&RowExpr>, times: &[Key]) -> Vec<(usize, Expr<Cell>)> {
    let keys = times.iter().enumerate().filter(|(_, key)| key.period().is_none());
    keys.map(|(at, key)| (at, builder.key(key, axis))).collect()
}

pub fn compared(function: Function, left: Expr<Cell>, right: Expr<Cell>) -> Expr<Cell> {
    let nullable = left.ty.nullable || right.ty.nullable;
    Expr::call(function, vec![left, right], Type::plain(Base::Boolean).or_null(nullable))
}

impl<'p, 'm> Builder<'p, 'm> {
    pub fn new(planner: &'p mut Planner<'m>, source: SourceId) -> Self {
        Builder { planner, source, hops: Vec::new(), stretches: None, paths: vec![Vec::new()], lookups: Vec::new() }
    }

    /// The wall time of an axis as a timestamp.
    pub fn moment(&mut self, axis: &RowExpr) -> Expr<Cell> {
        let axis = self.expr(axis);
        self.planner.on_line(axis)
    }

    pub fn done(self, keys: Vec<Expr<Cell>>, filter: Vec<Expr<Cell>>, folds: Vec<Folded<Cell>>) -> Scan {
        let (hops, stretches, lookups) = (self.hops, self.stretches, self.lookups);
        Scan { source: self.source, hops, stretches, pick: None, lookups, keys, filter, folds }
    }

    /// A key as a reading has it: the name of the stretch's period for a key of time.
    pub fn key_by(&mut self, key: &Key, axis: Option<&RowExpr>, reading: &Reading) -> Expr<Cell> {
        if let Reading::Stretches { times, .. } = reading
            && let Some(at) = times.iter().position(|time| time.name == key.name)
        {
            return Expr::leaf(Cell::Label(at), Type { nullable: false, ..key.ty.clone() });
        }
        self.key(key, axis)
    }

    fn key(&mut self, key: &Key, axis: Option<&RowExpr>) -> Expr<Cell> {
        match &key.kind {
            KeyKind::Column(each) => {
                let expr = each.get(self.source).expect("a key was checked to be reached from every source");
                self.expr(expr)
            }
            KeyKind::Grain(grain) => {
                let axis = self.axis(axis);
                if *grain < crate::model::Grain::Day && self.planner.universal {
                    let start = self.planner.start_on_line(*grain, self.planner.on_line(axis));
                    return line::named(start, key.ty.base);
                }
                self.planner.calendar().truncate(*grain, axis)
            }
            KeyKind::Declared(id) => {
                let axis = self.axis(axis);
                let day = self.planner.calendar().truncate(crate::model::Grain::Day, axis);
                let relation = self.planner.declared(*id);
                self.found(relation, vec![day], false, &key.ty)
            }
            KeyKind::Part(part) => {
                let axis = self.axis(axis);
                self.planner.calendar().part(*part, axis)
            }
        }
    }

    fn axis(&mut self, axis: Option<&RowExpr>) -> Expr<Cell> {
        self.expr(axis.expect("a key of time was checked to have an axis"))
    }

    /// Every condition on the rows of a measure: its definition's, the context's, the range's.
    pub fn conditions(&mut self, wanted: &Wanted, reading: &Reading) -> Vec<Expr<Cell>> {
        let mut all: Vec<Expr<Cell>> = Vec::new();
        let source = self.source;
        let contextual = wanted.filters.iter().filter_map(|filter| filter.get(source));
        // Where moments are picked, the rows of the definition are those among which they are.
        let own = wanted.measure.rows.iter().filter(|_| wanted.measure.pick.is_none());
        for condition in own.chain(contextual) {
            for part in self.expr(condition).conjuncts() {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        let limits = match (reading, &wanted.measure.axis) {
            _ if wanted.measure.pick.is_some() => Vec::new(),
            (Reading::Range(Some(range)), Some(axis)) => {
                let axis = self.expr(axis);
                within(self.planner.calendar(), axis, range)
            }
            (Reading::Between((from, until)), Some(_)) => in_stretch(self, wanted.measure, from.clone(), until.clone()),
            _ => Vec::new(),
        };
        for condition in limits {
            if !all.contains(&condition) {
                all.push(condition);
            }
        }
        all
    }

    /// The columns of the source's key.
    pub fn key_columns(&mut self) -> Vec<Expr<Cell>> {
        let key = self.planner.model().source(self.source).key.clone();
        key.into_iter().map(|column| self.column(0, self.source, column)).collect()
    }

    /// How the moments of a measure are picked: among the rows of its definition that are read, before any other filter.
    fn pick(&mut self, measure: &Measure, keys: &[Key], reading: &Reading) -> Option<ScanPick> {
        let pick = measure.pick.as_ref()?;
        let axis = measure.axis.as_ref()?;
        let plain = Measure { pick: None, ..measure.clone() };
        let ty = Type::plain(Base::Boolean);
        let mut among = self.conditions(&Wanted { measure: &plain, filters: &[], ty: &ty }, reading);
        let moment = self.expr(axis);
        let moment = self.planner.calendar().local(moment);
        if moment.ty.nullable {
            among.push(Expr::call(Function::IsNotNull, vec![moment.clone()], Type::plain(Base::Boolean)));
        }
        let periods = self.planner.stretch_keys(keys);
        let periods = periods.iter().map(|key| self.key_by(key, Some(axis), reading)).collect();
        let per = pick.per.iter().map(|each| self.expr(each)).collect();
        Some(ScanPick { last: pick.last, moment, periods, per, among })
    }

    pub fn fold(&mut self, wanted: &Wanted, set: Vec<Expr<Cell>>) -> Folded<Cell> {
        let measure = wanted.measure;
        let argument = measure.argument.as_ref().map(|argument| self.expr(argument));
        let own = measure.filter.as_ref().map(|filter| self.expr(filter).conjuncts()).unwrap_or_default();
        let order = match (measure.aggregate, &measure.axis) {
            (Aggregate::First | Aggregate::Last, Some(axis)) => {
                let axis = self.expr(axis);
                std::iter::once(axis).chain(self.key_columns()).collect()
            }
            _ => Vec::new(),
        };
        let mut filter = set.clone();
        for condition in own {
            if !filter.contains(&condition) {
                filter.push(condition);
            }
        }
        Folded { aggregate: measure.aggregate, argument, filter, exists: set, order, ty: wanted.ty.clone() }
    }

    /// A row-level expression over this scan's tables: paths become joins, derived columns what they are computed from.
    pub fn expr(&mut self, expr: &RowExpr) -> Expr<Cell> {
        self.expr_from(0, expr)
    }

    fn expr_from(&mut self, table: usize, expr: &RowExpr) -> Expr<Cell> {
        expr.replace(&mut |leaf, ty| match leaf {
            RowLeaf::Column { path, source, column } => {
                let table = self.table(table, path);
                let mut value = self.column(table, *source, *column);
                value.ty = ty.clone();
                value
            }
            RowLeaf::Lookup(lookup) => self.lookup(table, lookup, ty),
        })
    }

    /// A column of a table: a derived one as the expression it is.
    pub fn column(&mut self, table: usize, source: SourceId, column: crate::model::ColumnId) -> Expr<Cell> {
        let declared = self.planner.model().source(source).column(column);
        match &declared.derived {
            Some(derived) => self.expr_from(table, derived),
            None => {
                let ty = declared.ty.clone().or_null(table > 0);
                Expr::leaf(Cell::Column { table, column }, ty)
            }
        }
    }

    /// The table at the end of a path from a table, joined if it is not yet.
    fn table(&mut self, from: usize, path: &[JoinId]) -> usize {
        let mut table = from;
        for &join in path {
            let mut way = self.paths[table].clone();
            way.push(join);
            table = match self.paths.iter().position(|known| *known == way) {
                Some(known) => known,
                None => self.hop(table, join, way),
            };
        }
        table
    }

    fn hop(&mut self, from: usize, join_id: JoinId, way: Vec<JoinId>) -> usize {
        let model = self.planner.model();
        let holder = if from == 0 { self.source } else { self.hops[from - 1].source };
        let join = model.source(holder).join(join_id).clone();
        let here: Vec<Expr<Cell>> = join.on.iter().map(|(here, _)| self.column(from, holder, *here)).collect();
        let table = self.paths.len();
        self.paths.push(way);
        self.hops.push(Hop { from, join: join_id, source: join.target, on: Vec::new(), valid: Vec::new() });
        let there: Vec<Expr<Cell>> = join.on.iter().map(|(_, there)| self.column(table, join.target, *there)).collect();
        let valid = join.valid.as_ref().map(|valid| self.valid((from, holder), (table, join.target), valid));
        let hop = &mut self.hops[table - 1];
        hop.on = here.into_iter().zip(there).collect();
        hop.valid = valid.unwrap_or_default();
        table
    }

    /// The version that holds the moment: half-open, a null bound is open.
    fn valid(
        &mut self,
        (here, holder): (usize, SourceId),
        (there, target): (usize, SourceId),
        valid: &Validity,
    ) -> Vec<Expr<Cell>> {
        let moment = self.column(here, holder, valid.moment);
        let bounds = [self.column(there, target, valid.from), self.column(there, target, valid.to)];
        // A date meets a timestamp at its midnight.
        let kinds = bounds.iter().any(|bound| bound.ty.base != moment.ty.base);
        let alike = |expr: Expr<Cell>| if kinds { frames::at_midnight(expr) } else { expr };
        let moment = alike(moment);
        let [from, to] = bounds.map(alike);
        let open = |bound: &Expr<Cell>| Expr::call(Function::IsNull, vec![bound.clone()], Type::plain(Base::Boolean));
        // A row without a time has no version, however open a version is.
        let known = Expr::call(Function::IsNotNull, vec![moment.clone()], Type::plain(Base::Boolean));
        let known = moment.ty.nullable.then_some(known);
        let begun = compared(Function::LessOrEqual, from.clone(), moment.clone());
        let ends = compared(Function::Less, moment, to.clone());
        let within = Expr::any(vec![open(&from), begun]).into_iter().chain(Expr::any(vec![open(&to), ends]));
        known.into_iter().chain(within).collect()
    }

    fn lookup(&mut self, table: usize, lookup: &Lookup, ty: &Type) -> Expr<Cell> {
        let keys: Vec<Expr<Cell>> = lookup.keys.iter().map(|(_, value)| self.expr_from(table, value)).collect();
        if let Some(until) = &lookup.until {
            let source = if table == 0 { self.source } else { self.hops[table - 1].source };
            let relation = self.planner.looked_up_until(source, lookup, until);
            let keys = keys.into_iter().chain([self.expr_from(table, until)]).collect();
            return self.found(relation, keys, lookup.null_matches, ty);
        }
        let of: Vec<Key> = lookup.keys.iter().map(|(key, _)| key.clone()).collect();
        let relation = self.planner.looked_up(&lookup.metric, &of);
        self.found(relation, keys, lookup.null_matches, ty)
    }

    /// The one value of a relation that a row looks up by these values.
    fn found(&mut self, relation: RelationId, keys: Vec<Expr<Cell>>, null_matches: bool, ty: &Type) -> Expr<Cell> {
        let wanted = ScanLookup { relation, keys, null_matches };
        let at = self.lookups.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.lookups.push(wanted);
            self.lookups.len() - 1
        });
        Expr::leaf(Cell::Lookup { lookup: at, value: 0 }, ty.clone())
    }
}

/// Conditions that hold an axis within a range of wall time.
fn within(calendar: &crate::model::Calendar, axis: Expr<Cell>, range: &Range) -> Vec<Expr<Cell>> {
    let nullable = axis.ty.nullable;
    let axis = calendar.local(axis);
    let bound = |bound: &Bound| match bound {
        Bound::Day(day) if axis.ty.base == Base::Date => {
            Expr::literal(crate::model::Literal::Date(*day), Type::plain(Base::Date))
        }
        Bound::Day(day) => {
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            Expr::literal(crate::model::Literal::Timestamp(midnight), Type::plain(Base::Timestamp))
        }
        Bound::FromNow { periods, grain } => {
            let now = Expr::leaf(Cell::Now, Type::plain(Base::Timestamp));
            let start = calendar.truncate(*grain, now);
            let start = if *periods == 0 { start } else { start.shifted(*periods, *grain) };
            match axis.ty.base {
                Base::Date => start,
                _ => Expr::call(Function::Cast(Base::Timestamp), vec![start], Type::plain(Base::Timestamp)),
            }
        }
    };
    let compare = |function, limit: Expr<Cell>| {
        Expr::call(function, vec![axis.clone(), limit], Type::plain(Base::Boolean).or_null(nullable))
    };
    let from = range.from.as_ref().map(|from| compare(Function::GreaterOrEqual, bound(from)));
    let until = range.until.as_ref().map(|until| compare(Function::Less, bound(until)));
    from.into_iter().chain(until).collect()
}
