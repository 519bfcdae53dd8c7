//! The ways to cheat, one by one.

use crate::attacks::Cheat;
use crate::repo::{Repo, address, key, path, public_key, sign};
use crate::support::program::Run;
use etalon::govern::lock::Approval;
use etalon::govern::record::to_sign;
use etalon::meaning::canonical::Digest;

const METRICS: &str = "metrics/metrics.metric";
const SOURCES: &str = "metrics/sources.metric";
const TEAMS: &str = "metrics/teams.metric";

/// A change of definitions, committed by somebody of marketing.
fn changed(repo: &Repo, file: &str, from: &str, to: &str) -> Run {
    repo.edit(file, from, to);
    repo.commit("priya", "A small clean-up");
    repo.check()
}

/// The same, proposed and approved by the own team alone.
fn proposed(repo: &Repo, file: &str, from: &str, to: &str) -> Run {
    repo.edit(file, from, to);
    repo.lock();
    repo.approve("qualified_leads", "marketing", "priya");
    repo.commit("priya", "A small clean-up");
    repo.check()
}

/// More leads are qualified than were, and locked as such.
fn test_leads_count(repo: &Repo) {
    repo.edit(METRICS, "where is_qualified and not is_test {", "where is_qualified {");
    repo.lock();
}

/// The change is committed as if all had agreed, and put to the gate.
fn passed_off(repo: &Repo) -> Run {
    repo.commit("priya", "Agreed");
    repo.check()
}

fn appended(repo: &Repo, text: &str) -> Run {
    repo.append(METRICS, text);
    repo.commit("priya", "One more metric");
    repo.check()
}

pub const CHEATS: &[Cheat] = &[
    Cheat {
        how: "edits the filter of a metric",
        caught_by: &["G0102"],
        says: "2 metrics are not what etalon.lock says, because `bookings` is computed otherwise",
        tried: |repo| {
            changed(
                repo,
                METRICS,
                "from deals where stage = 'won' {\n  means",
                "from deals where stage in ('won', 'verbal') {\n  means",
            )
        },
    },
    Cheat {
        how: "edits the filter, locks it, and approves for the own team alone",
        caught_by: &["G0103"],
        says: "version 2 of `qualified_leads` is not agreed on: `finance`, `sales` have yet to approve it",
        tried: |repo| proposed(repo, METRICS, "where is_qualified and not is_test {", "where is_qualified {"),
    },
    Cheat {
        how: "edits a metric that the number is computed from",
        caught_by: &["G0102"],
        says: "`deals_won`, `win_value`",
        tried: |repo| {
            changed(
                repo,
                METRICS,
                "'Deals won' = count() from deals where stage = 'won'",
                "'Deals won' = count() from deals where stage = 'won' and amount > 0",
            )
        },
    },
    Cheat {
        how: "edits a computed column of a source, no line of the metric",
        caught_by: &["G0102"],
        says: "`qualified_leads` is not what etalon.lock says; what differs: its meaning",
        tried: |repo| changed(repo, SOURCES, "is_qualified = score >= 60 and accepted", "is_qualified = score >= 60"),
    },
    Cheat {
        how: "edits the key of a source, by which rows are told apart",
        caught_by: &["G0102"],
        says: "because the key of `leads` changes from `lead_id` to `lead_id`, `sent_at`",
        tried: |repo| changed(repo, SOURCES, "key  lead_id", "key  lead_id, sent_at"),
    },
    Cheat {
        how: "edits the join that a published cut goes through",
        caught_by: &["G0102"],
        says: "what the cut `region` is",
        tried: |repo| {
            changed(
                repo,
                SOURCES,
                "join account to accounts on account_id",
                "join account to accounts on lead_id = account_id",
            )
        },
    },
    Cheat {
        how: "edits a dimension that a published cut is",
        caught_by: &["G0102"],
        says: "what the cut `region` is",
        tried: |repo| {
            repo.edit(
                SOURCES,
                "join account to accounts on account_id",
                "join account to accounts on account_id\n  join other to accounts on score = account_id",
            );
            changed(repo, "metrics/dimensions.metric", "leads account.region", "leads other.region")
        },
    },
    Cheat {
        how: "takes away a cut that a metric is published by",
        caught_by: &["G0102"],
        says: "the cut `region`, which is gone",
        tried: |repo| changed(repo, METRICS, "  by        region\n", ""),
    },
    Cheat {
        how: "moves one warehouse's table of one source",
        caught_by: &["G0102"],
        says: "because in the warehouse `mirror`, `deals` is another table",
        tried: |repo| {
            changed(
                repo,
                "etalon.yaml",
                "dialect: postgres, table: 'mart.{source}' }",
                "dialect: postgres, table: 'mart.{source}', sources: { deals: { table: mart.deals_clean } } }",
            )
        },
    },
    Cheat {
        how: "puts a query in the place of one warehouse's table",
        caught_by: &["G0102"],
        says: "because in the warehouse `prod`, `leads` is the rows of a query",
        tried: |repo| {
            changed(
                repo,
                "etalon.yaml",
                "dialect: duckdb, table: 'mart.{source}' }",
                "dialect: duckdb, table: 'mart.{source}', sources: { leads: { query: 'SELECT * FROM mart.leads WHERE score > 0' } } }",
            )
        },
    },
    Cheat {
        how: "lets one warehouse read another column",
        caught_by: &["G0102"],
        says: "2 metrics are not what etalon.lock says, because in the warehouse `prod`, `deals`",
        tried: |repo| {
            changed(
                repo,
                "etalon.yaml",
                "dialect: duckdb, table: 'mart.{source}' }",
                "dialect: duckdb, table: 'mart.{source}', sources: { deals: { columns: { amount: list_price } } } }",
            )
        },
    },
    Cheat {
        how: "adds a warehouse with a query of its own, and has it approved by the owner alone",
        caught_by: &["G0103"],
        says: "`sales` has yet to approve `bookings`, `win_value`",
        tried: |repo| {
            repo.edit(
                "etalon.yaml",
                "policy:",
                "  extra: { dialect: sqlite, sources: { deals: { query: 'SELECT * FROM deals_adjusted' } } }\npolicy:",
            );
            repo.lock();
            repo.approve("bookings", "finance", "ines");
            repo.commit("priya", "One more warehouse");
            repo.check()
        },
    },
    Cheat {
        how: "adds a warehouse by its plain tables, and asks nobody",
        caught_by: &["G0103"],
        says: "`finance` has yet to approve `bookings`, `win_value`",
        tried: |repo| {
            repo.edit("etalon.yaml", "policy:", "  extra: { dialect: sqlite }\npolicy:");
            repo.lock();
            repo.commit("priya", "One more warehouse");
            repo.check()
        },
    },
    Cheat {
        how: "sets the calendar to another time zone",
        caught_by: &["G0102"],
        says: "because the time zone of the project changes from America/New_York to America/Los_Angeles",
        tried: |repo| changed(repo, "etalon.yaml", "America/New_York", "America/Los_Angeles"),
    },
    Cheat {
        how: "lets weeks start on another day",
        caught_by: &["G0102"],
        says: "because the first day of the week changes from Monday to Sunday",
        tried: |repo| changed(repo, "etalon.yaml", "week_starts: monday", "week_starts: sunday"),
    },
    Cheat {
        how: "lets the fiscal year start in another month",
        caught_by: &["G0102"],
        says: "because the first month of the year changes from February to January",
        tried: |repo| changed(repo, "etalon.yaml", "year_starts: february", "year_starts: january"),
    },
    Cheat {
        how: "gives a column another unit",
        caught_by: &["G0102"],
        says: "because the column `amount` of `deals` is declared `decimal(12, 2) in eur`, no longer `decimal(12, 2)`",
        tried: |repo| {
            changed(repo, SOURCES, "amount    decimal(12, 2) check >= 0", "amount    decimal(12, 2) in eur check >= 0")
        },
    },
    Cheat {
        how: "rewrites the sentence that people agreed to, not the formula",
        caught_by: &["G0102"],
        says: "its title, sentence, names, unit, goal, format or guardrails",
        tried: |repo| changed(repo, METRICS, "What customers signed for.", "What customers paid."),
    },
    Cheat {
        how: "takes a guardrail off a paid metric",
        caught_by: &["G0102"],
        says: "its title, sentence, names, unit, goal, format or guardrails",
        tried: |repo| changed(repo, METRICS, "  guardrail deals_won\n", ""),
    },
    Cheat {
        how: "edits what a report filters or shows",
        caught_by: &["G0102"],
        says: "`funnel` is not what etalon.lock says; what differs: what it shows",
        tried: |repo| changed(repo, "metrics/reports.metric", "during last 6 months", "during last 3 months"),
    },
    Cheat {
        how: "takes a party off the metric in the same change",
        caught_by: &["G0103"],
        says: "`sales` agreed to version 1 and can only be left out by agreeing to that",
        tried: |repo| {
            repo.edit(METRICS, "agreed by sales, marketing", "agreed by marketing");
            test_leads_count(repo);
            repo.approve("qualified_leads", "marketing", "priya");
            repo.approve("qualified_leads", "finance", "ines");
            repo.commit("priya", "Fewer cooks");
            repo.check()
        },
    },
    Cheat {
        how: "takes all parties and the owner off",
        caught_by: &["G0103", "G0109"],
        says: "nobody answers for `deals_won`",
        tried: |repo| {
            repo.edit(
                METRICS,
                "from deals where stage = 'won' {\n  owner     finance\n}",
                "from deals where stage <> 'lost'",
            );
            repo.lock();
            repo.commit("priya", "Simpler");
            repo.check()
        },
    },
    Cheat {
        how: "makes oneself the owner, so that only oneself has to agree",
        caught_by: &["G0103"],
        says: "`finance` has yet to approve `deals_won`, `win_value`",
        tried: |repo| {
            repo.edit(
                METRICS,
                "from deals where stage = 'won' {\n  owner     finance\n}",
                "from deals where stage <> 'lost' {\n  owner     marketing\n}",
            );
            repo.lock();
            repo.approve("deals_won", "marketing", "priya");
            repo.commit("priya", "We do this now");
            repo.check()
        },
    },
    Cheat {
        how: "adds a key for somebody, and signs with it in the same change",
        caught_by: &["G0203"],
        says: "entry 2 of etalon.trust is not agreed on: `finance`, `sales` have yet to approve it",
        tried: |repo| {
            repo.append("allowed_signers", &format!("{} {}\n", address("dana"), public_key("mallory")));
            test_leads_count(repo);
            repo.approve("qualified_leads", "finance", "ines");
            repo.approve("qualified_leads", "marketing", "priya");
            repo.forge("qualified_leads", "sales", "dana", "mallory", 1);
            repo.commit("priya", "A new laptop");
            repo.check()
        },
    },
    Cheat {
        how: "adds a key, has the change of trust agreed on, and signs with the key in the same change",
        caught_by: &["G0104"],
        says: "the key that signed it",
        tried: |repo| {
            repo.append("allowed_signers", &format!("{} {}\n", address("dana"), public_key("mallory")));
            test_leads_count(repo);
            repo.approve_trust("finance", "ines");
            repo.approve_trust("sales", "dana");
            repo.approve("qualified_leads", "finance", "ines");
            repo.approve("qualified_leads", "marketing", "priya");
            repo.forge("qualified_leads", "sales", "dana", "mallory", 2);
            repo.commit("priya", "A new laptop");
            repo.check()
        },
    },
    Cheat {
        how: "puts oneself into another team",
        caught_by: &["G0203"],
        says: "`finance`, `sales` have yet to approve it",
        tried: |repo| {
            repo.edit(
                TEAMS,
                "members 'sam@acme.example'\n  paid on bookings",
                "members 'sam@acme.example', 'priya@acme.example'\n  paid on bookings",
            );
            repo.lock();
            repo.commit("priya", "Helping out");
            repo.check()
        },
    },
    Cheat {
        how: "puts oneself into another team, and approves the change of trust for it",
        caught_by: &["G0203"],
        says: "the person is not in that team",
        tried: |repo| {
            repo.edit(
                TEAMS,
                "members 'sam@acme.example'\n  paid on bookings",
                "members 'sam@acme.example', 'priya@acme.example'\n  paid on bookings",
            );
            repo.lock();
            let text =
                etalon::govern::chain::Chain::read(&repo.read("etalon.trust"), &|_| None).0.links[1].text("acme");
            let word = sign("priya", &to_sign(&text, 1, "sales", &address("priya")));
            repo.append("etalon.trust", &format!("2 approval sales {} {word}\n", address("priya")));
            repo.commit("priya", "Helping out");
            repo.check()
        },
    },
    Cheat {
        how: "no longer says that the own pay rests on a metric",
        caught_by: &["G0203"],
        says: "no longer: paid marketing on qualified_leads",
        tried: |repo| {
            repo.edit(TEAMS, "paid on qualified_leads", "paid on nothing");
            repo.lock();
            repo.approve_trust("marketing", "priya");
            repo.commit("priya", "Not any more");
            repo.check()
        },
    },
    Cheat {
        how: "lowers what the policy asks for, in the same change",
        caught_by: &["G0203"],
        says: "no longer: approvals signed",
        tried: |repo| {
            repo.edit("etalon.yaml", "approvals: signed", "approvals: named");
            test_leads_count(repo);
            repo.commit("priya", "Less red tape");
            repo.check()
        },
    },
    Cheat {
        how: "asks for no approvals any more, and leaves the history of trust as it was",
        caught_by: &["G0202"],
        says: "no longer: approvals signed",
        tried: |repo| changed(repo, "etalon.yaml", "approvals: signed", "approvals: none"),
    },
    Cheat {
        how: "takes out lock, history and policy at once",
        caught_by: &["G0205"],
        says: "entry 1 of etalon.trust is not the base's",
        tried: |repo| {
            repo.remove("etalon.lock");
            repo.remove("etalon.trust");
            changed(repo, "etalon.yaml", "policy:\n  approvals: signed\n  trust: [finance, sales]\n", "")
        },
    },
    Cheat {
        how: "puts a second etalon.yaml above the first, without policy and with other tables",
        caught_by: &["G0205", "G0202"],
        says: "entry 1 of etalon.trust is not the base's",
        tried: |repo| {
            repo.git(&["checkout", "-q", "main"]);
            repo.git(&["mv", "etalon.yaml", "allowed_signers", "etalon.lock", "etalon.trust", "agreed", "metrics/"]);
            repo.commit("ines", "All in one folder");
            assert_eq!(repo.etalon(&["check"]).code, Some(0), "it lies elsewhere, and is the same");
            repo.git(&["checkout", "-q", "-B", "change"]);
            repo.write(
                "etalon.yaml",
                "project: acme\nwarehouses:\n  prod: { dialect: duckdb, table: 'clean.{source}' }\n",
            );
            repo.commit("priya", "Defaults");
            repo.check()
        },
    },
    Cheat {
        how: "writes the history of trust anew, with oneself in it",
        caught_by: &["G0205"],
        says: "entries are only ever added",
        tried: |repo| {
            repo.remove("etalon.trust");
            repo.edit("etalon.yaml", "trust: [finance, sales]", "trust: [marketing]");
            repo.good(&["lock"]);
            repo.approve_trust("marketing", "priya");
            repo.commit("priya", "A fresh start");
            repo.check()
        },
    },
    Cheat {
        how: "governs a repository for the first time by an entry of one's own",
        caught_by: &["G0206"],
        says: "has to be pinned",
        tried: |repo| {
            repo.git(&["checkout", "-q", "main"]);
            repo.git(&["rm", "-q", "-r", "etalon.trust", "etalon.lock", "agreed"]);
            repo.commit("ines", "As it was before it was governed");
            repo.git(&["checkout", "-q", "-B", "change"]);
            repo.good(&["lock"]);
            repo.approve_trust("finance", "ines");
            repo.approve_trust("sales", "dana");
            for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
                repo.good(&["approve", "--all", "--as", team, "--key", &path(&key(person))]);
            }
            repo.commit("priya", "Governed");
            repo.check()
        },
    },
    Cheat {
        how: "takes away a text that the history of trust rests on",
        caught_by: &["G0204"],
        says: "what entry 1 of etalon.trust trusts is not there, or is something else",
        tried: |repo| {
            let trust = etalon::govern::chain::Chain::read(&repo.read("etalon.trust"), &|_| None).0.links[0].trust;
            let file = format!("agreed/{trust}.txt");
            changed(repo, &file, "person finance ines@acme.example", "person finance mallory@acme.example")
        },
    },
    Cheat {
        how: "lets people sign a digest, and keeps another text beside it for them to read",
        caught_by: &["G0111"],
        says: "the text of `qualified_leads` that etalon.lock names is not there, or is something else",
        tried: |repo| {
            test_leads_count(repo);
            let text = repo.entry("qualified_leads").record.facts.text.expect("it has one");
            repo.edit(&format!("agreed/{text}.txt"), "formula", "# formula");
            passed_off(repo)
        },
    },
    Cheat {
        how: "copies an approval from another metric",
        caught_by: &["G0104", "G0103"],
        says: "it is of another version or meaning",
        tried: |repo| {
            test_leads_count(repo);
            let from =
                repo.entry("leads").approvals.iter().find(|it| it.team == "sales").cloned().expect("sales agreed");
            repo.put("qualified_leads", from);
            passed_off(repo)
        },
    },
    Cheat {
        how: "copies an approval from another metric, and says that it is of this one",
        caught_by: &["G0104", "G0103"],
        says: "its signature is not of what stands here",
        tried: |repo| {
            test_leads_count(repo);
            let from =
                repo.entry("leads").approvals.iter().find(|it| it.team == "sales").cloned().expect("sales agreed");
            let record = Digest::of_bytes(repo.entry("qualified_leads").record.text("acme"));
            repo.put("qualified_leads", Approval { record, ..from });
            passed_off(repo)
        },
    },
    Cheat {
        how: "keeps the approvals of the version before",
        caught_by: &["G0104", "G0103"],
        says: "it is of another version or meaning",
        tried: |repo| {
            let before = repo.entry("qualified_leads").approvals;
            test_leads_count(repo);
            before.into_iter().for_each(|approval| repo.put("qualified_leads", approval));
            passed_off(repo)
        },
    },
    Cheat {
        how: "takes an approval that was given in another project",
        caught_by: &["G0104"],
        says: "its signature is not of what stands here",
        tried: |repo| {
            test_leads_count(repo);
            let entry = repo.entry("qualified_leads");
            let there = entry.record.text("another");
            let word = sign("dana", &to_sign(&there, 1, "sales", &address("dana")));
            let record = Digest::of_bytes(entry.record.text("acme"));
            let (team, person) = ("sales".to_owned(), address("dana"));
            repo.put("qualified_leads", Approval { team, person, trust: 1, record, signature: Some(word) });
            passed_off(repo)
        },
    },
    Cheat {
        how: "signs with a key that nobody knows",
        caught_by: &["G0104"],
        says: "is nobody's in allowed_signers",
        tried: |repo| {
            test_leads_count(repo);
            repo.forge("qualified_leads", "sales", "dana", "mallory", 1);
            passed_off(repo)
        },
    },
    Cheat {
        how: "signs for another with one's own key",
        caught_by: &["G0104"],
        says: "the key that signed it is that of priya@acme.example",
        tried: |repo| {
            test_leads_count(repo);
            repo.forge("qualified_leads", "sales", "dana", "priya", 1);
            passed_off(repo)
        },
    },
    Cheat {
        how: "signs with a key that has run out",
        caught_by: &["G0104"],
        says: "is not valid on",
        tried: |repo| {
            test_leads_count(repo);
            repo.forge("qualified_leads", "marketing", "olga", "olga", 1);
            repo.commit("ines", "Agreed");
            repo.check()
        },
    },
    Cheat {
        how: "signs with a key that has run out, and dates the change back",
        caught_by: &["G0104"],
        says: "is not valid on",
        tried: |repo| {
            repo.edit(METRICS, "where is_qualified and not is_test {", "where is_qualified {");
            repo.good(&["lock", "--against", "main", "--effective", "2023-06-01"]);
            repo.forge("qualified_leads", "marketing", "olga", "olga", 1);
            repo.commit("ines", "Agreed");
            repo.check()
        },
    },
    Cheat {
        how: "approves by name where signatures are asked for",
        caught_by: &["G0104"],
        says: "it is not signed, and the policy asks for signatures",
        tried: |repo| {
            test_leads_count(repo);
            let record = Digest::of_bytes(repo.entry("qualified_leads").record.text("acme"));
            let (team, person) = ("sales".to_owned(), address("dana"));
            repo.put("qualified_leads", Approval { team, person, trust: 1, record, signature: None });
            passed_off(repo)
        },
    },
    Cheat {
        how: "approves under rules that do not exist",
        caught_by: &["G0104"],
        says: "it names entry 7 of etalon.trust",
        tried: |repo| {
            test_leads_count(repo);
            repo.forge("qualified_leads", "sales", "dana", "dana", 7);
            passed_off(repo)
        },
    },
    Cheat {
        how: "speaks for two teams as one person",
        caught_by: &["G0104", "G0103"],
        says: "one person wears one hat",
        tried: |repo| {
            test_leads_count(repo);
            repo.approve("qualified_leads", "finance", "ines");
            repo.approve("qualified_leads", "sales", "sam");
            repo.approve("qualified_leads", "marketing", "sam");
            repo.commit("ravi", "Agreed");
            repo.check()
        },
    },
    Cheat {
        how: "approves one's own change for a second team",
        caught_by: &["G0104", "G0103"],
        says: "the author of the change, as git says, counts for marketing alone",
        tried: |repo| {
            test_leads_count(repo);
            repo.approve("qualified_leads", "finance", "ines");
            repo.approve("qualified_leads", "sales", "sam");
            repo.approve("qualified_leads", "marketing", "priya");
            repo.commit("sam", "Agreed");
            repo.check()
        },
    },
    Cheat {
        how: "changes what the own team is paid on, with the word of nobody but those who gain",
        caught_by: &["G0110"],
        says: "may raise the pay of `sales`, sam@acme.example of that team wrote it, and nobody without a stake agreed",
        tried: |repo| {
            repo.edit(TEAMS, "paid on nothing", "paid on bookings");
            repo.lock();
            repo.approve_trust("finance", "ines");
            repo.approve_trust("sales", "dana");
            repo.commit("ines", "Finance has a bonus too");
            repo.git(&["checkout", "-q", "-B", "main"]);
            repo.git(&["checkout", "-q", "-b", "more"]);
            repo.edit(
                METRICS,
                "'Bookings' = sum(amount) from deals where stage = 'won'",
                "'Bookings' = sum(amount) from deals where stage in ('won', 'verbal')",
            );
            repo.lock();
            for (team, person) in [("finance", "ines"), ("sales", "dana")] {
                repo.good(&["approve", "--all", "--as", team, "--key", &path(&key(person))]);
            }
            repo.commit("sam", "What is promised is promised");
            repo.check()
        },
    },
    Cheat {
        how: "gives two people one key, to speak as both",
        caught_by: &["G0208", "G0203"],
        says: "count as one person",
        tried: |repo| {
            let own = format!("{} namespaces=\"etalon\" {}", address("dana"), public_key("dana"));
            repo.edit("allowed_signers", &own, &format!("{own}\n{} {}", address("dana"), public_key("priya")));
            repo.lock();
            repo.commit("priya", "Both of us");
            repo.check()
        },
    },
    Cheat {
        how: "writes a pattern into allowed_signers, so that a key is everybody's",
        caught_by: &["G0207"],
        says: "is a pattern, and an approval is one person's",
        tried: |repo| {
            repo.append("allowed_signers", &format!("*@acme.example {}\n", public_key("mallory")));
            repo.commit("priya", "Everybody");
            repo.check()
        },
    },
    Cheat {
        how: "edits the lock by hand, so that it has the new digest and the old approvals",
        caught_by: &["G0104", "G0103", "G0105"],
        says: "it is of another version or meaning",
        tried: |repo| {
            let before = repo.entry("qualified_leads");
            test_leads_count(repo);
            let after = repo.entry("qualified_leads");
            repo.git(&["checkout", "-q", "main", "--", "etalon.lock"]);
            let said =
                |entry: &etalon::govern::lock::Entry| entry.record.facts.definition.expect("it is defined").to_string();
            repo.edit("etalon.lock", &said(&before), &said(&after));
            passed_off(repo)
        },
    },
    Cheat {
        how: "edits the lock by hand, so that it says two things of one metric",
        caught_by: &["G0108"],
        says: "is said twice, and not the same",
        tried: |repo| {
            repo.append("etalon.lock", "metric bookings version 9\n");
            repo.commit("priya", "Merged");
            repo.check()
        },
    },
    Cheat {
        how: "deletes a metric that others agreed on",
        caught_by: &["G0106"],
        says: "the metric `old_leads` was agreed on, and is no longer defined",
        tried: |repo| {
            changed(
                repo,
                METRICS,
                "metric old_leads 'Forms' = count() from leads where score > 0 {\n  owner     marketing\n}\n",
                "",
            )
        },
    },
    Cheat {
        how: "deletes a metric, and its lines of the lock",
        caught_by: &["G0106"],
        says: "the metric `deals_won` was taken out of etalon.lock",
        tried: |repo| {
            let lock: String = repo
                .read("etalon.lock")
                .lines()
                .filter(|line| !line.starts_with("metric deals_won "))
                .map(|line| format!("{line}\n"))
                .collect();
            repo.write("etalon.lock", &lock);
            repo.commit("priya", "Cleaned up");
            repo.check()
        },
    },
    Cheat {
        how: "deletes a metric in one change, and makes another one of that name in the next",
        caught_by: &["G0107"],
        says: "the name `deals_won` was retired",
        tried: |repo| {
            let definition =
                "metric deals_won 'Deals won' = count() from deals where stage = 'won' {\n  owner     finance\n}\n";
            repo.edit(METRICS, definition, "");
            repo.edit(
                METRICS,
                "metric win_value 'Value of a win' = bookings / deals_won {",
                "metric win_value 'Value of a win' = bookings / 2 {",
            );
            repo.edit(METRICS, "  guardrail deals_won\n", "");
            repo.edit("metrics/reports.metric", ", deals_won", "");
            repo.lock();
            for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
                repo.good(&["approve", "--all", "--as", team, "--key", &path(&key(person))]);
            }
            repo.commit("ines", "Nobody needs it");
            assert_eq!(repo.check().code, Some(0), "everybody agreed to that");
            repo.git(&["checkout", "-q", "-B", "main"]);
            repo.git(&["checkout", "-q", "-b", "again"]);
            repo.append(METRICS, "metric deals_won 'Deals won' = count() from deals { owner marketing }\n");
            repo.lock();
            repo.approve("deals_won", "marketing", "priya");
            repo.commit("priya", "A useful metric");
            repo.check()
        },
    },
    Cheat {
        how: "makes an official metric a draft, which nobody has to approve, and edits it",
        caught_by: &["G0103"],
        says: "`finance` has yet to approve `bookings`, `win_value`",
        tried: |repo| {
            repo.edit(METRICS, "  guardrail qualified_leads\n  goal      up", "  goal      up\n  status    draft");
            repo.edit("metrics/reports.metric", ", bookings", "");
            repo.edit(
                METRICS,
                "'Bookings' = sum(amount) from deals where stage = 'won'",
                "'Bookings' = sum(amount) from deals",
            );
            repo.lock();
            repo.commit("priya", "Under construction");
            repo.check()
        },
    },
    Cheat {
        how: "lowers the tier of a metric",
        caught_by: &["G0102"],
        says: "its tier",
        tried: |repo| changed(repo, METRICS, "  tier      1\n", ""),
    },
    Cheat {
        how: "goes back to an old version, whose approvals everybody gave",
        caught_by: &["G0105"],
        says: "`qualified_leads` is version 1 in etalon.lock, but the base has version 2, after which comes 3",
        tried: |repo| {
            test_leads_count(repo);
            for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
                repo.approve("qualified_leads", team, person);
            }
            repo.commit("ines", "Tests count");
            assert_eq!(repo.check().code, Some(0), "everybody agreed to that");
            repo.git(&["checkout", "-q", "-B", "main"]);
            repo.git(&["checkout", "-q", "-b", "back"]);
            repo.git(&["checkout", "-q", "HEAD~1", "--", "etalon.lock", METRICS]);
            repo.commit("priya", "As everybody agreed");
            repo.check()
        },
    },
    Cheat {
        how: "renames a metric, and lets the copy mean something else",
        caught_by: &["G0106", "G0101"],
        says: "the metric `deals_signed` is not in etalon.lock",
        tried: |repo| {
            repo.edit(METRICS, "deals_won", "deals_signed");
            repo.edit("metrics/reports.metric", "deals_won", "deals_signed");
            changed(
                repo,
                METRICS,
                "'Deals won' = count() from deals where stage = 'won'",
                "'Deals won' = count() from deals",
            )
        },
    },
    Cheat {
        how: "takes another metric's title for a metric of one's own",
        caught_by: &["G0101", "E0423"],
        says: "readers cannot tell",
        tried: |repo| {
            appended(
                repo,
                "metric leads_ok 'Qualified  leads' = count() from leads where score >= 40 { owner marketing }\n",
            )
        },
    },
    Cheat {
        how: "takes another metric's name as a synonym",
        caught_by: &["E0205"],
        says: "bookings",
        tried: |repo| appended(repo, "metric signed = sum(amount) from deals { owner marketing also 'bookings' }\n"),
    },
    Cheat {
        how: "moves a definition to another file, and edits it on the way",
        caught_by: &["G0102"],
        says: "2 metrics are not what etalon.lock says, because `deals_won` is computed otherwise",
        tried: |repo| {
            let definition =
                "metric deals_won 'Deals won' = count() from deals where stage = 'won' {\n  owner     finance\n}\n";
            repo.edit(METRICS, definition, "");
            repo.write("metrics/archive/old.metric", &definition.replace("stage = 'won'", "stage <> 'lost'"));
            repo.commit("priya", "Tidied up");
            repo.check()
        },
    },
    Cheat {
        how: "reads definitions from outside the project, by a link",
        caught_by: &[],
        says: "leads out of the project",
        tried: |repo| {
            std::os::unix::fs::symlink("/etc/hostname", repo.path().join("metrics/extra.metric"))
                .expect("links can be made");
            repo.commit("priya", "More");
            repo.check()
        },
    },
    Cheat {
        how: "puts a link in the place of allowed_signers, to a file that no review sees",
        caught_by: &[],
        says: "leads out of the project",
        tried: |repo| {
            repo.remove("allowed_signers");
            std::os::unix::fs::symlink("/etc/hostname", repo.path().join("allowed_signers"))
                .expect("links can be made");
            repo.commit("priya", "One place");
            repo.check()
        },
    },
    Cheat {
        how: "names a folder of data outside the project",
        caught_by: &["E0703"],
        says: "a folder beside etalon.yaml or below",
        tried: |repo| changed(repo, "etalon.yaml", "project: acme\n", "project: acme\ndata: ../elsewhere\n"),
    },
    Cheat {
        how: "lowers a rule in the change that breaks it",
        caught_by: &["G0403", "G0203"],
        says: "entry 2 of etalon.trust is not agreed on",
        tried: |repo| {
            repo.edit("etalon.yaml", "policy:\n", "policy:\n  rules: { G0302: off }\n");
            repo.append(METRICS, "metric \"bооkings\" = count() from deals { owner marketing }\n");
            repo.lock();
            repo.commit("priya", "Less noise");
            repo.check()
        },
    },
    Cheat {
        how: "lowers the rule by which a metric's owner must not be paid on it, and takes the metric over",
        caught_by: &["warning[G0301]", "G0203"],
        says: "new: rule G0301 off",
        tried: |repo| {
            repo.edit("etalon.yaml", "policy:\n", "policy:\n  rules: { G0301: off }\n");
            repo.edit(METRICS, "  owner     finance\n  agreed by sales, marketing\n", "  owner     marketing\n");
            repo.lock();
            repo.commit("priya", "We look after it");
            repo.check()
        },
    },
    Cheat {
        how: "hands the trust to a team that there is not yet",
        caught_by: &["G0209", "G0203"],
        says: "the policy trusts the team `board`, which there is not",
        tried: |repo| {
            repo.edit("etalon.yaml", "trust: [finance, sales]", "trust: [board]");
            repo.lock();
            repo.commit("priya", "Higher up");
            repo.check()
        },
    },
    Cheat {
        how: "lowers what cannot be lowered",
        caught_by: &["G0502"],
        says: "is an error in every project",
        tried: |repo| changed(repo, "etalon.yaml", "policy:\n", "policy:\n  rules: { G0103: off }\n"),
    },
    Cheat {
        how: "waives a finding by the word of nobody",
        caught_by: &["G0505"],
        says: "answers for this waiver, and is in no team",
        tried: |repo| {
            let digest = repo.entry("old_leads").record.facts.definition.expect("it is defined");
            let waiver = format!(
                "policy:\n  waivers:\n    - {{ rule: G0302, metric: old_leads, digest: '{digest}', reason: 'later', by: 'nobody@acme.example', expires: 2099-01-01 }}\n"
            );
            repo.edit("etalon.yaml", "policy:\n", &waiver);
            repo.etalon(&["check"])
        },
    },
    Cheat {
        how: "waives a finding in the change that needs it",
        caught_by: &["G0511", "warning[G0301]", "G0203"],
        says: "is new, and lets nothing through yet",
        tried: |repo| {
            repo.edit(METRICS, "  owner     finance\n  agreed by sales, marketing\n", "  owner     marketing\n");
            repo.lock();
            let digest = repo.entry("qualified_leads").record.facts.definition.expect("it is defined");
            let waiver = format!(
                "policy:\n  waivers:\n    - {{ rule: G0301, metric: qualified_leads, digest: '{digest}', reason: 'we know best', by: 'priya@acme.example', expires: 2099-01-01 }}\n"
            );
            repo.edit("etalon.yaml", "policy:\n", &waiver);
            repo.lock();
            repo.commit("priya", "We look after it");
            repo.check()
        },
    },
    Cheat {
        how: "adds a line to the baseline, so that a new finding is an old one",
        caught_by: &["G0508"],
        says: "is new in the baseline",
        tried: |repo| {
            repo.append(
                METRICS,
                "metric adjusted_leads = count() from leads where score > 5 { owner marketing status draft }\n",
            );
            repo.good(&["check", "--write-baseline"]);
            repo.commit("priya", "As it was");
            repo.check()
        },
    },
    Cheat {
        how: "names a metric with letters of another alphabet that look the same",
        caught_by: &["G0403"],
        says: "bookings",
        tried: |repo| appended(repo, "metric \"bооkings\" = sum(amount) from deals { owner marketing status draft }\n"),
    },
    Cheat {
        how: "turns the direction of text, so that reviewers read something else than the compiler",
        caught_by: &["G0405"],
        says: "direction",
        tried: |repo| changed(repo, "etalon.yaml", "project: acme\n", "project: acme # as \u{202e}agreed\n"),
    },
    Cheat {
        how: "writes a comment that looks as if it turned a rule off",
        caught_by: &["warning[G0407]", "G0102"],
        says: "does nothing",
        tried: |repo| {
            changed(
                repo,
                METRICS,
                "where is_qualified and not is_test {",
                "where is_qualified { # etalon: ignore G0102",
            )
        },
    },
    Cheat {
        how: "shows a draft in an official report",
        caught_by: &["G0305"],
        says: "`guess`",
        tried: |repo| {
            changed(
                repo,
                "metrics/reports.metric",
                "show   qualified_leads, bookings",
                "show   guess, qualified_leads, bookings",
            )
        },
    },
    Cheat {
        how: "renames a file by its capitals alone, so that one disk has two files and another has one",
        caught_by: &["G0406"],
        says: "Metrics.metric",
        tried: |repo| {
            repo.write(
                "metrics/Metrics.metric",
                "metric forms = count() from leads where score > 9 { owner marketing status draft }\n",
            );
            repo.commit("priya", "A new home");
            repo.check()
        },
    },
    Cheat {
        how: "goes on without lock and history where the base asks for approvals",
        caught_by: &["G0201"],
        says: "etalon.trust does not say yet whose count",
        tried: |repo| {
            repo.git(&["checkout", "-q", "main"]);
            repo.git(&["rm", "-q", "-r", "etalon.trust", "etalon.lock", "agreed"]);
            repo.commit("ines", "As it was before it was governed");
            repo.git(&["checkout", "-q", "-B", "change"]);
            changed(repo, METRICS, "where is_qualified and not is_test {", "where is_qualified {")
        },
    },
    Cheat {
        how: "edits a statement that was compiled (`etalon verify build`)",
        caught_by: &["G0601"],
        says: "`prod/metrics/bookings.sql` was changed after it was compiled",
        tried: |repo| {
            repo.good(&["compile"]);
            repo.edit("build/prod/metrics/bookings.sql", "'won'", "'lost'");
            repo.etalon(&["verify", "build"])
        },
    },
    Cheat {
        how: "edits a statement, and the manifest to match (`etalon verify build`)",
        caught_by: &["G0603"],
        says: "prod/metrics/bookings.sql",
        tried: |repo| {
            repo.good(&["compile"]);
            let file = "build/prod/metrics/bookings.sql";
            let before = Digest::of_bytes(repo.read(file)).to_string();
            repo.edit(file, "'won'", "'lost'");
            let after = Digest::of_bytes(repo.read(file)).to_string();
            repo.edit("build/manifest.json", &before, &after);
            repo.etalon(&["verify", "build"])
        },
    },
    Cheat {
        how: "compiles another definition, and puts the approved digest into the header (`etalon verify FILE`)",
        caught_by: &["G0608"],
        says: "bookings",
        tried: |repo| {
            repo.good(&["compile"]);
            let sql = repo.read("build/prod/metrics/bookings.sql").replace("'won'", "'lost'");
            repo.write("dashboard.sql", &sql);
            repo.etalon(&["verify", "dashboard.sql"])
        },
    },
    Cheat {
        how: "checks against a revision that is not there, for want of a finding",
        caught_by: &[],
        says: "there is no revision",
        tried: |repo| repo.etalon(&["check", "--against", "origin/main"]),
    },
];
