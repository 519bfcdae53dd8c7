//! Values of rows: columns, what they are computed from, the rows that joins lead to, and looked-up metrics.

use super::faults;
use super::formula::Engine;
use super::line::Line;
use super::node::{Cell, Computing, Node};
use crate::diagnostic::Diagnostic;
use crate::meaning::coverage::Conditions;
use crate::meaning::{Data, Value};
use crate::model::{ColumnId, JoinId, Lookup, Model, RowExpr, RowLeaf, SourceId, Validity};
use crate::source::Span;
use jiff::tz::TimeZone;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// A value for each row.
type Column = Rc<Vec<Cell>>;

/// The rows that a path leads to, for each row where it begins.
type Hops = Rc<Vec<Option<u32>>>;

/// What a compiled expression reads.
#[derive(Clone)]
pub enum Read<'a> {
    /// A column of a table.
    Given { hops: Option<Hops>, source: SourceId, column: ColumnId, cells: &'a [Option<Value>] },
    /// A derived column or a looked-up metric, computed for each row.
    Computed { hops: Option<Hops>, cells: Column },
}

/// An expression of the rows of one source, ready to be computed.
pub struct Program<'a> {
    node: Node<Read<'a>>,
    span: Span,
}

/// All rows of a request's data. Columns, joins and look-ups are computed when first asked for, and once.
pub struct Rows<'a> {
    pub model: &'a Model,
    pub data: &'a Data,
    pub computing: Computing<'a>,
    derived: RefCell<FxHashMap<(SourceId, ColumnId), Column>>,
    lookups: RefCell<FxHashMap<(SourceId, Lookup), Column>>,
    hops: RefCell<FxHashMap<(SourceId, Vec<JoinId>), Hops>>,
    unique: RefCell<FxHashSet<SourceId>>,
}

impl<'a> Rows<'a> {
    pub fn new(model: &'a Model, data: &'a Data, zone: TimeZone, conditions: Option<&'a Conditions<'a>>) -> Rows<'a> {
        Rows {
            model,
            data,
            computing: Computing { zone, conditions },
            derived: RefCell::default(),
            lookups: RefCell::default(),
            hops: RefCell::default(),
            unique: RefCell::default(),
        }
    }

    /// Rows whose keys need not identify them.
    pub fn of_any_keys(model: &'a Model, data: &'a Data, zone: TimeZone) -> Rows<'a> {
        let rows = Rows::new(model, data, zone, None);
        rows.unique.borrow_mut().extend((0..model.sources.len()).map(|at| SourceId(at as u32)));
        rows
    }

    pub fn count(&self, source: SourceId) -> usize {
        self.data.table(source).rows
    }

    /// Makes an expression ready.
    pub fn compile(&self, source: SourceId, expr: &RowExpr) -> Result<Program<'a>, Box<Diagnostic>> {
        self.compile_at(source, expr, self.model.source(source).span)
    }

    /// The same, with the place that a fault is reported at.
    pub fn compile_at(&self, source: SourceId, expr: &RowExpr, span: Span) -> Result<Program<'a>, Box<Diagnostic>> {
        self.unique(source)?;
        let node = Node::of(expr, &self.computing, &mut |leaf, _| self.read(source, leaf))?;
        Ok(Program { node, span })
    }

    fn read(&self, source: SourceId, leaf: &RowLeaf) -> Result<Read<'a>, Box<Diagnostic>> {
        match leaf {
            RowLeaf::Column { path, source: end, column } => {
                let hops = if path.is_empty() { None } else { Some(self.hops(source, path)?) };
                match self.model.source(*end).column(*column).derived {
                    Some(_) => Ok(Read::Computed { hops, cells: self.derived(*end, *column)? }),
                    None => {
                        let cells = &self.data.table(*end).columns[column.0 as usize];
                        Ok(Read::Given { hops, source: *end, column: *column, cells })
                    }
                }
            }
            RowLeaf::Lookup(lookup) => Ok(Read::Computed { hops: None, cells: self.looked_up(source, lookup)? }),
        }
    }

    fn derived(&self, source: SourceId, column: ColumnId) -> Result<Column, Box<Diagnostic>> {
        if let Some(cells) = self.derived.borrow().get(&(source, column)) {
            return Ok(cells.clone());
        }
        let declared = self.model.source(source).column(column);
        let expr = declared.derived.as_ref().expect("called for derived columns only");
        let program = self.compile_at(source, expr, declared.span)?;
        let cells: Column = Rc::new((0..self.count(source)).map(|row| self.value(&program, row)).collect());
        self.derived.borrow_mut().insert((source, column), cells.clone());
        Ok(cells)
    }

    /// `metric(m …)` for each row of a source: over all time and unfiltered, grouped by what the row goes by.
    fn looked_up(&self, source: SourceId, lookup: &Lookup) -> Result<Column, Box<Diagnostic>> {
        let known = (source, lookup.clone());
        if let Some(cells) = self.lookups.borrow().get(&known) {
            return Ok(cells.clone());
        }
        let keys: Vec<Program> = lookup
            .keys
            .iter()
            .map(|(_, value)| self.compile_at(source, value, lookup.span))
            .collect::<Result<_, _>>()?;
        let until = lookup.until.as_ref().map(|until| self.compile_at(source, until, lookup.span)).transpose()?;
        let mut wanted: Vec<Result<Option<Vec<Value>>, Box<Diagnostic>>> = Vec::with_capacity(self.count(source));
        let line = Line {
            calendar: &self.model.calendar,
            zone: self.computing.zone.clone(),
            universal: false,
            declared: Rc::default(),
        };
        for row in 0..self.count(source) {
            wanted.push(self.wanted(lookup, &keys, until.as_ref(), &line, row));
        }
        let bounds = until.is_some().then(|| {
            let mut bounds: Vec<Value> =
                wanted.iter().flatten().flatten().filter_map(|tuple| tuple.last().cloned()).collect();
            bounds.sort();
            bounds.dedup();
            bounds
        });
        let mut found = Engine::new(self, line).looked_up(lookup, bounds)?;
        let cells = wanted
            .into_iter()
            .map(|wanted| match wanted? {
                None => Ok(Value::Null),
                Some(tuple) => found(&tuple),
            })
            .collect();
        let cells: Column = Rc::new(cells);
        self.lookups.borrow_mut().insert(known, cells.clone());
        Ok(cells)
    }

    /// What a row looks for: its keys, and its moment where the look-up is bounded. `None` where it can find nothing.
    fn wanted(
        &self,
        lookup: &Lookup,
        keys: &[Program],
        until: Option<&Program>,
        line: &Line,
        row: usize,
    ) -> Result<Option<Vec<Value>>, Box<Diagnostic>> {
        let mut tuple = Vec::with_capacity(keys.len() + 1);
        for key in keys {
            let value = self.value(key, row)?;
            if value.is_null() && !lookup.null_matches {
                return Ok(None);
            }
            tuple.push(value);
        }
        if let Some(until) = until {
            match line.position(&self.value(until, row)?) {
                Some(moment) => tuple.push(Value::Timestamp(moment)),
                None => return Ok(None),
            }
        }
        Ok(Some(tuple))
    }

    /// For each row of a source the row at the end of a path.
    fn hops(&self, from: SourceId, path: &[JoinId]) -> Result<Hops, Box<Diagnostic>> {
        let known = (from, path.to_vec());
        if let Some(hops) = self.hops.borrow().get(&known) {
            return Ok(hops.clone());
        }
        let hops = match path {
            [] => (0..self.count(from)).map(|row| Some(row as u32)).collect(),
            [join] => self.join(from, *join)?,
            [before @ .., join] => {
                let first = self.hops(from, before)?;
                let holder = before.iter().fold(from, |at, hop| self.model.source(at).join(*hop).target);
                let last = self.hops(holder, &[*join])?;
                first.iter().map(|row| row.and_then(|row| last[row as usize])).collect()
            }
        };
        let hops: Hops = Rc::new(hops);
        self.hops.borrow_mut().insert(known, hops.clone());
        Ok(hops)
    }

    fn join(&self, from: SourceId, join: JoinId) -> Result<Vec<Option<u32>>, Box<Diagnostic>> {
        let here = self.model.source(from);
        let join = here.join(join);
        self.unique(join.target)?;
        let column = |source: SourceId, column: ColumnId| {
            let ty = self.model.source(source).column(column).ty.clone();
            let leaf = RowLeaf::Column { path: Vec::new(), source, column };
            self.compile(source, &RowExpr::leaf(leaf, ty))
        };
        let ours: Vec<Program> = join.on.iter().map(|(ours, _)| column(from, *ours)).collect::<Result<_, _>>()?;
        let theirs: Vec<Program> =
            join.on.iter().map(|(_, theirs)| column(join.target, *theirs)).collect::<Result<_, _>>()?;
        let mut index: FxHashMap<Vec<Value>, Vec<u32>> = FxHashMap::default();
        for row in 0..self.count(join.target) {
            if let Some(tuple) = self.tuple(&theirs, row)? {
                index.entry(tuple).or_default().push(row as u32);
            }
        }
        let valid = join.valid.as_ref().map(|valid| self.versions(from, join.target, valid)).transpose()?;
        let mut found = Vec::with_capacity(self.count(from));
        for row in 0..self.count(from) {
            let rows = self.tuple(&ours, row)?.and_then(|tuple| index.get(&tuple));
            let rows = rows.map_or(&[][..], Vec::as_slice);
            found.push(match &valid {
                None => rows.first().copied(),
                Some((moment, from_moment, to)) => {
                    let at = self.value(moment, row)?.as_moment();
                    let mut holding = None;
                    for &version in rows {
                        let from_moment = self.value(from_moment, version as usize)?.as_moment();
                        let to = self.value(to, version as usize)?.as_moment();
                        let holds = at
                            .is_some_and(|at| from_moment.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to));
                        match holding.filter(|_| holds) {
                            Some(other) => {
                                let target = self.model.source(join.target);
                                let rows = (other as usize, version as usize);
                                return Err(faults::validity_overlaps(here, join, target, row, rows));
                            }
                            None if holds => holding = Some(version),
                            None => {}
                        }
                    }
                    holding
                }
            });
        }
        Ok(found)
    }

    #[allow(clippy::type_complexity)] // The three moments of a validity, used at once by the only caller.
    fn versions(
        &self,
        from: SourceId,
        target: SourceId,
        valid: &Validity,
    ) -> Result<(Program<'a>, Program<'a>, Program<'a>), Box<Diagnostic>> {
        let column = |source: SourceId, column: ColumnId| {
            let ty = self.model.source(source).column(column).ty.clone();
            self.compile(source, &RowExpr::leaf(RowLeaf::Column { path: Vec::new(), source, column }, ty))
        };
        Ok((column(from, valid.moment)?, column(target, valid.from)?, column(target, valid.to)?))
    }

    /// Values that have to be equal; `None` where one is null.
    fn tuple(&self, programs: &[Program], row: usize) -> Result<Option<Vec<Value>>, Box<Diagnostic>> {
        let mut tuple = Vec::with_capacity(programs.len());
        for program in programs {
            match self.value(program, row)? {
                Value::Null => return Ok(None),
                value => tuple.push(value),
            }
        }
        Ok(Some(tuple))
    }

    /// Fails where two rows of a source have the same key. A key that was not given is not compared.
    pub fn unique(&self, source: SourceId) -> Result<(), Box<Diagnostic>> {
        if !self.unique.borrow_mut().insert(source) {
            return Ok(());
        }
        let declared = self.model.source(source);
        // A derived key is seen by the joins that find two rows; here only what the table says is at hand.
        if declared.key.iter().any(|column| declared.column(*column).derived.is_some()) {
            return Ok(());
        }
        let table = self.data.table(source);
        let mut seen: FxHashMap<Vec<&Value>, usize> = FxHashMap::default();
        for row in 0..table.rows {
            let key: Option<Vec<&Value>> =
                declared.key.iter().map(|column| table.columns[column.0 as usize][row].as_ref()).collect();
            let Some(key) = key else { continue };
            if let Some(earlier) = seen.get(&key) {
                let key: Vec<Value> = key.into_iter().cloned().collect();
                return Err(faults::key_not_unique(declared, &key, (*earlier, row)));
            }
            seen.insert(key, row);
        }
        Ok(())
    }

    /// The value of an expression for a row.
    pub fn value(&self, program: &Program, row: usize) -> Cell {
        program.node.compute(&self.computing, program.span, &|read| self.cell(read, row))
    }

    /// Whether a condition is true for a row.
    pub fn holds(&self, program: &Program, row: usize) -> Result<bool, Box<Diagnostic>> {
        Ok(self.value(program, row)?.truth() == Some(true))
    }

    fn cell(&self, read: &Read, row: usize) -> Cell {
        let at = |hops: &Option<Hops>| match hops {
            None => Some(row),
            Some(hops) => hops[row].map(|row| row as usize),
        };
        match read {
            Read::Given { hops, source, column, cells } => {
                let Some(row) = at(hops) else { return Ok(Value::Null) };
                cells[row].clone().ok_or_else(|| {
                    let source = self.model.source(*source);
                    faults::not_given(source, &source.column(*column).name, row)
                })
            }
            Read::Computed { hops, cells } => at(hops).map_or(Ok(Value::Null), |row| cells[row].clone()),
        }
    }
}
