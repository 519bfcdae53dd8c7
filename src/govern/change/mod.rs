//! What changed between two sides of a project: each difference once, in its class, with what it moves.
//!
//! Default-deny: a field that differs changes the meaning until a proof listed here says otherwise, and words that differ
//! without any field differing are said to be undecided. Every comparison takes its thing apart field by field, so that a new
//! field does not compile until it has a class.

mod beside;
mod calendars;
mod causes;
mod files;
mod item;
mod metrics;
mod reports;
mod settings;
mod sources;
mod stakes;
mod teams;
mod warehouses;
mod written;

pub use item::Item;
pub use stakes::{Author, Paid, Stake};

use super::Side;
use crate::diagnostic::Code;
use crate::diagnostic::codes::change as codes;
use crate::meaning::canonical::Digest;
use crate::meaning::compare::{Apart, Budget, Direction, Witness};
use crate::model::MetricId;
use crate::source::Span;
use smol_str::SmolStr;
use written::Between;

/// What kind of change it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// Spelling, order, comments, files.
    Cosmetic,
    /// What is shown beside a number.
    Presentation,
    /// Other words of which it is proved that they mean the same.
    Refactor,
    /// There is more than there was.
    Additive,
    /// Another meaning, or one that could not be shown to be the same.
    Meaning,
    /// Something that others may use is gone or has another form.
    Breaking,
    /// Who may agree to what, who is paid for what, and what is asked of approvals.
    Trust,
}

impl Class {
    pub const ALL: [Class; 7] = [
        Class::Meaning,
        Class::Breaking,
        Class::Trust,
        Class::Additive,
        Class::Refactor,
        Class::Presentation,
        Class::Cosmetic,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::Presentation => "presentation",
            Class::Refactor => "refactor",
            Class::Additive => "additive",
            Class::Meaning => "meaning",
            Class::Breaking => "breaking",
            Class::Trust => "trust",
        }
    }

    pub fn code(self) -> &'static Code {
        match self {
            Class::Cosmetic => &codes::COSMETIC,
            Class::Presentation => &codes::PRESENTATION,
            Class::Refactor => &codes::REFACTOR,
            Class::Additive => &codes::ADDITIVE,
            Class::Meaning => &codes::MEANING,
            Class::Breaking => &codes::BREAKING,
            Class::Trust => &codes::TRUST,
        }
    }

    /// Whether somebody has to agree to it.
    pub fn weighs(self) -> bool {
        matches!(self, Class::Meaning | Class::Breaking | Class::Trust)
    }
}

/// What is changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Metric,
    Source,
    Column,
    Join,
    Dimension,
    Grain,
    Report,
    Calendar,
    Warehouse,
    Team,
    Policy,
    Signers,
    Project,
    File,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Source => "source",
            Kind::Column => "column",
            Kind::Join => "join",
            Kind::Dimension => "dimension",
            Kind::Grain => "grain",
            Kind::Report => "report",
            Kind::Calendar => "calendar",
            Kind::Warehouse => "warehouse",
            Kind::Team => "team",
            Kind::Policy => "policy",
            Kind::Signers => "signers",
            Kind::Project => "project",
            Kind::File => "file",
        }
    }
}

/// A place on one of the two sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Base(Span),
    Now(Span),
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Change {
    pub class: Class,
    pub kind: Kind,
    /// `qualified_leads`, `leads.is_qualified`, `snowflake_prod`
    pub name: String,
    /// What happened, as a message says it: in lower case, names in backticks.
    pub fact: String,
    /// Now, unless it is gone.
    pub place: Place,
    /// The text of what changed, as it was.
    pub before: Option<String>,
    pub after: Option<String>,
    /// The metrics that mean something else because of it, however far downstream, by their places in [`Changes::moved`];
    /// those nearest to it first.
    pub moved: Vec<usize>,
    /// Metrics of which a published cut means something else because of it.
    pub cuts: Vec<SmolStr>,
    /// Reports that show something else because of it.
    pub reports: Vec<SmolStr>,
    /// Why it could not be decided what this does. It counts as a change of meaning then.
    pub undecided: Option<String>,
    /// What a metric rests on, for a change that may move metrics.
    cause: Option<Item>,
    /// The warehouse that reads these sources elsewhere.
    pub warehouse: Option<String>,
    elsewhere: Option<Vec<SmolStr>>,
}

/// A metric that means something else than it did, and what can be said of that.
#[derive(Clone, Debug)]
pub struct Moved {
    pub name: SmolStr,
    pub base: MetricId,
    pub now: MetricId,
    /// Then and now. Equal where only a warehouse reads other rows.
    pub digests: [Digest; 2],
    /// How many metrics lie between it and the nearest cause.
    pub distance: usize,
    /// Where the value goes; nothing where rows come from elsewhere.
    pub direction: Option<Direction>,
    /// The conditions that only one side has, where nothing else differs.
    pub conditions: Option<Vec<Apart>>,
    /// What differs beside the values.
    pub notes: Vec<String>,
    /// Its type, but for how many digits it may have, or its unit is another.
    pub is_retyped: bool,
    pub witness: Sought,
    /// Whose pay moves with it.
    pub paid: Vec<Paid>,
    /// Who has to agree, as the base says: the owner first.
    pub parties: Vec<SmolStr>,
}

/// Rows on which then and now differ.
#[derive(Clone, Debug)]
pub enum Sought {
    Found(Box<Witness>),
    /// So many trials found none, which proves nothing.
    NotFound {
        trials: usize,
    },
    /// The value is the same on all rows, by going through so many cases.
    Same {
        cells: usize,
    },
    /// Made-up rows cannot show it.
    Impossible(String),
    /// They were not looked for: it lies further downstream, or there are many.
    Left,
}

/// All that changed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The heaviest classes first; of a class those that move most first, then by name.
    pub all: Vec<Change>,
    pub moved: Vec<Moved>,
    /// Whom git names as the authors of the change, with their teams.
    pub authors: Vec<Author>,
}

impl Changes {
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.all.iter().filter(move |change| change.class == class)
    }

    /// The metrics that a change moves, the nearest first.
    pub fn moved_by<'c>(&'c self, change: &'c Change) -> impl Iterator<Item = &'c Moved> {
        change.moved.iter().map(|at| &self.moved[*at])
    }

    /// Whether somebody has to agree to some of it.
    pub fn weigh(&self) -> bool {
        self.all.iter().any(|change| change.class.weighs())
    }
}

/// How much is found out of each metric that moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// For how many metrics of each change rows are made up: those at the cause and those that somebody is paid on, the
    /// nearest first.
    pub witnesses: usize,
    /// For how many of all metrics.
    pub witnesses_in_all: usize,
    /// For how many metrics it is worked out where the value goes. Of the others nothing is known: either way.
    pub courses: usize,
    pub budget: Budget,
}

impl Effort {
    /// Without made-up rows.
    pub const CLASSES: Effort =
        Effort { witnesses: 0, witnesses_in_all: 0, courses: 2000, budget: Budget { trials: 0, seed: 1 } };
}

impl Default for Effort {
    fn default() -> Self {
        Effort { witnesses: 3, witnesses_in_all: 12, budget: Budget { trials: 600, seed: 1 }, ..Effort::CLASSES }
    }
}

/// What changed from the base until now. `authors` are addresses that git names; they grant nothing, they are only said.
pub fn changes(base: &Side, now: &Side, authors: &[String], effort: &Effort) -> Changes {
    let mut between = Between::new(base, now);
    let mut all = Vec::new();
    metrics::compare(&between, &mut all);
    sources::compare(&mut between, &mut all);
    calendars::compare(&mut between, &mut all);
    reports::compare(&mut between, &mut all);
    teams::compare(&between, &mut all);
    warehouses::compare(&between, &mut all);
    settings::compare(&between, &mut all);
    files::compare(&between, &mut all);
    let moved = causes::attach(&mut between, &mut all, effort);
    all.sort_by(|a, b| {
        let order = |change: &Change| Class::ALL.iter().position(|class| *class == change.class);
        let key = |change: &Change| (order(change), usize::MAX - change.moved.len(), change.kind);
        (key(a), &a.name, &a.fact).cmp(&(key(b), &b.name, &b.fact))
    });
    let authors = authors.iter().map(|address| Author::of(base, now, address)).collect();
    Changes { all, moved, authors }
}

impl Change {
    fn new(class: Class, kind: Kind, name: impl Into<String>, place: Place, fact: impl Into<String>) -> Change {
        Change {
            class,
            kind,
            name: name.into(),
            fact: fact.into(),
            place,
            before: None,
            after: None,
            moved: Vec::new(),
            cuts: Vec::new(),
            reports: Vec::new(),
            undecided: None,
            cause: None,
            warehouse: None,
            elsewhere: None,
        }
    }

    fn texts(mut self, before: Option<&str>, after: Option<&str>) -> Change {
        self.before = before.map(str::to_owned);
        self.after = after.map(str::to_owned);
        self
    }

    fn causing(mut self, item: Item) -> Change {
        self.cause = Some(item);
        self
    }

    /// Of a warehouse that reads these sources elsewhere.
    fn reading(mut self, warehouse: &str, sources: Vec<&SmolStr>) -> Change {
        self.warehouse = Some(warehouse.to_owned());
        self.elsewhere = Some(sources.into_iter().cloned().collect());
        self
    }

    fn undecided(mut self, why: impl Into<String>) -> Change {
        self.undecided = Some(why.into());
        self
    }
}
