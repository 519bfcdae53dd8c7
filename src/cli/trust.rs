//! `etalon trust`

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome};
use crate::govern::State;
use crate::govern::judge;
use crate::govern::record::said;
use clap::Args;
use serde_json::json;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// Print what is trusted now, as it is approved
    #[arg(long)]
    text: bool,
}

/// Shows each change of what is trusted, and who agreed to it.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    session.sound("", output)?;
    let now = session.state("now");
    if options.text {
        output.print(&now.trust.text());
        return Ok(Ended::Clean);
    }
    if output.is_json() {
        output.print(&format!("{:#}\n", document(&now)));
        return Ok(Ended::Clean);
    }
    let project = now.side.project;
    let mut text = String::new();
    for link in &now.chain.links {
        let (number, digest) = (link.sequence, said(&link.digest(project)));
        text.push_str(&format!("{number}  {}  {digest}\n", link.effective));
        match judge::link_by_itself(&now, link) {
            None => text.push_str("   what it trusts is not in agreed/\n"),
            Some(standing) => {
                for (team, person) in &standing.agreed {
                    text.push_str(&format!("   {team}: {person}\n"));
                }
                for team in &standing.missing {
                    text.push_str(&format!("   {team}: has yet to approve it\n"));
                }
            }
        }
    }
    let is_last = now.chain.last().is_some_and(|last| last.trust == now.trust.digest());
    if now.chain.links.is_empty() {
        text.push_str("nothing is trusted yet: `etalon lock` writes the first entry\n");
    } else if !is_last {
        text.push_str("what is trusted now is something else: `etalon lock` proposes it\n");
    }
    output.print(&text);
    if let Some(first) = now.chain.links.first() {
        output
            .say(&format!("pin the first entry where it is checked: `--trust-root {}`", said(&first.digest(project))));
    }
    Ok(Ended::Clean)
}

fn document(now: &State) -> serde_json::Value {
    let project = now.side.project;
    let link = |link: &crate::govern::chain::Link| {
        let standing = judge::link_by_itself(now, link).unwrap_or_default();
        json!({
            "sequence": link.sequence,
            "digest": said(&link.digest(project)),
            "trusted": said(&link.trust),
            "effective": link.effective.to_string(),
            "approved": standing.agreed,
            "missing": standing.missing,
        })
    };
    let last = now.chain.last().is_some_and(|last| last.trust == now.trust.digest());
    json!({ "entries": now.chain.links.iter().map(link).collect::<Vec<_>>(), "upToDate": last })
}
