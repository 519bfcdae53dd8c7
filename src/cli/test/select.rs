//! Which tests are run.

use crate::cli::session::Session;
use crate::diagnostic::Failure;
use crate::model::Model;
use crate::suggest::closest;
use crate::testing::{Test, TestFile};

/// The first test of a project.
pub const FIRST: &str = "\
given:
  orders:
    - { order_id: 1, amount: 10.00, ordered_at: 2026-01-05 10:00:00 }
tests:
  - name: revenue is the sum of amounts
    query: revenue --by month
    expect:
      - { month: 2026-01-01, revenue: 10.00 }
";

/// Whether one of the names is part of the test's name or of its file's, or is a metric that it asks for. No names pick all.
pub fn picks(names: &[String], model: &Model, file: &str, test: &Test) -> bool {
    let request = test.question.as_ref().and_then(|question| question.request.as_ref());
    let asks = |name: &str| {
        let metrics = request.into_iter().flat_map(|request| &request.metrics);
        metrics.map(|id| &model.metric(*id).name).any(|metric| metric == name)
    };
    let part = |name: &str| [file, &test.name].iter().any(|of| of.to_lowercase().contains(&name.to_lowercase()));
    names.is_empty() || names.iter().any(|name| part(name) || asks(name))
}

/// That there is nothing to run.
pub fn nothing(session: &Session, files: &[TestFile], names: &[String]) -> Failure {
    let project = &session.project;
    let folder = project.tests.strip_prefix(&project.root).unwrap_or(&project.tests).display().to_string();
    let tests: Vec<&Test> = files.iter().flat_map(|file| &file.tests).collect();
    if tests.is_empty() {
        let fact = format!("there are no tests in `{folder}`");
        return Failure::other(fact, format!("begin with a file `{folder}/first.yaml`:\n\n{FIRST}"));
    }
    let known = tests.iter().map(|test| test.name.as_str());
    let known = known.chain(session.model.metrics.iter().map(|metric| metric.name.as_str()));
    let near = names.first().and_then(|name| closest(name, known));
    let help = match near {
        Some(near) if session.model.metric_named(near).is_some() => {
            format!("no test asks for `{near}`, if that is what you mean; without names all tests run")
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "a name is a part of a test's name or of its file's, or a metric; without names all tests run".to_owned()
        }
    };
    Failure::other(format!("no test is picked by {}", quoted(names)), help)
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
