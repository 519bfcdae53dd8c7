//! Who is asked for a review of which file: a block for CODEOWNERS. It asks; what counts is `etalon check --against`.

use crate::cli::session::Session;
use crate::govern::State;
use crate::model::TeamId;
use crate::source::FileId;
use std::collections::{BTreeMap, BTreeSet};

/// The block, between two marks, so that it can be put in the place of an older one.
pub fn block(session: &Session, now: &State) -> String {
    let model = now.side.model;
    let mut asked: BTreeMap<FileId, BTreeSet<TeamId>> = BTreeMap::new();
    for metric in &model.metrics {
        let teams = asked.entry(metric.span.file).or_default();
        teams.extend(metric.owner.iter().chain(&metric.agreed_by));
    }
    for report in &model.reports {
        asked.entry(report.span.file).or_default().extend(report.owner);
    }
    let people = |teams: &BTreeSet<TeamId>| -> BTreeSet<&String> {
        let leads = teams.iter().flat_map(|id| {
            let team = model.team(*id);
            if team.leads.is_empty() { &team.members } else { &team.leads }
        });
        leads.collect()
    };
    let keepers: BTreeSet<TeamId> = {
        let names = now.agreed_trust().0.trustees();
        let of_name =
            |(at, team): (usize, &crate::model::Team)| names.contains(team.name.as_str()).then_some(TeamId(at as u32));
        model.teams.iter().enumerate().filter_map(of_name).collect()
    };
    let sources = &session.project.sources;
    let mut lines = vec!["# etalon: begin (made by `etalon approvals --codeowners`)".to_owned()];
    let mut say = |path: &str, teams: &BTreeSet<TeamId>| {
        let people: Vec<String> = people(teams).into_iter().cloned().collect();
        if !people.is_empty() {
            lines.push(format!("/{} {}", path.replace(' ', "\\ "), people.join(" ")));
        }
    };
    for (file, teams) in &asked {
        say(&sources.path(*file), teams);
    }
    let config = sources.path(session.project.config.file);
    let beside = config.trim_end_matches("etalon.yaml");
    for name in ["etalon.yaml", "etalon.trust", "allowed_signers"] {
        say(&format!("{beside}{name}"), &keepers);
    }
    say(".github/", &keepers);
    lines.push("# etalon: end".to_owned());
    lines.push(String::new());
    lines.join("\n")
}
