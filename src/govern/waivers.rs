//! `policy.waivers` of etalon.yaml: one finding of one rule on one metric, let through for a while.

use super::levels;
use super::policy::{Policy, Waiver};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Code, Diagnostic, Found, Silence};
use crate::meaning::canonical::Canonical;
use crate::model::{MetricId, Model};
use crate::suggest::closest;
use jiff::civil::Date;

/// Lets through what waivers name, each one finding, and gives back what there is to say of the waivers themselves.
///
/// A waiver holds while its metric means what it meant: while the digest is the one that it names.
pub fn apply(policy: &Policy, model: &Model, today: Date, found: &mut Found) -> Found {
    let mut complaints = Found::default();
    if policy.waivers.is_empty() {
        return complaints;
    }
    let mut canonical = Canonical::new(model);
    let mut open: Vec<(&Waiver, &'static Code)> = Vec::new();
    for waiver in &policy.waivers {
        match standing(waiver, model, today, &mut canonical) {
            Ok(code) => open.push((waiver, code)),
            Err(complaint) => complaints.push(*complaint),
        }
    }
    let mut used = vec![false; open.len()];
    // Of several findings that one waiver names it lets the first of the files through, so that a second needs a second one.
    found.sort();
    found.silence(|diagnostic| {
        let names = |(waiver, code): &(&Waiver, &'static Code)| {
            *code == diagnostic.code && diagnostic.about.as_deref() == Some(waiver.metric.as_str())
        };
        let at = (0..open.len()).find(|at| !used[*at] && names(&open[*at]))?;
        used[at] = true;
        let waiver = open[at].0;
        let (by, reason, expires) = (waiver.by.clone(), waiver.reason.clone(), waiver.expires);
        Some(Silence::Waiver { by, reason, expires })
    });
    for ((waiver, code), _) in open.iter().zip(&used).filter(|(_, used)| !**used) {
        complaints.push(idle(waiver, code));
    }
    complaints
}

/// Says of waivers that the base of a change has not: they let nothing through yet.
pub fn not_yet(now: &Policy, judged_by: &Policy) -> Found {
    let mut found = Found::default();
    for waiver in now.waivers.iter().filter(|waiver| judged_by.waivers.iter().all(|known| known.span != waiver.span)) {
        let fact =
            format!("this waiver of `{}` for `{}` is new, and lets nothing through yet", waiver.rule, waiver.metric);
        found.push(
            Diagnostic::new(&codes::WAIVER_NOT_YET, waiver.span, fact)
                .label("counts from the next change on")
                .help("let it be agreed on in a change of its own, before the change that needs it"),
        );
    }
    found
}

/// The rule of a waiver that holds today.
fn standing(
    waiver: &Waiver,
    model: &Model,
    today: Date,
    canonical: &mut Canonical,
) -> Result<&'static Code, Box<Diagnostic>> {
    let span = waiver.span;
    let Some(code) = Code::find(&waiver.rule) else {
        return Err(Box::new(levels::unknown_rule(span, &waiver.rule)));
    };
    if !code.is_rule() {
        let what = format!("a waiver for `{}` would let it through", waiver.metric);
        return Err(Box::new(levels::hard_rule(span, code, &what)));
    }
    let Some(metric) = model.metric_named(&waiver.metric) else {
        return Err(Box::new(of_nothing(waiver, model)));
    };
    if !is_person(&waiver.by, model) {
        return Err(Box::new(by_nobody(waiver)));
    }
    if waiver.expires < today {
        return Err(Box::new(expired(waiver, code)));
    }
    let digest = canonical.digest(metric).to_string();
    if !digest.eq_ignore_ascii_case(&waiver.digest) {
        return Err(Box::new(outdated(waiver, code, metric, model, &digest)));
    }
    Ok(code)
}

fn is_person(address: &str, model: &Model) -> bool {
    model.teams.iter().flat_map(|team| team.leads.iter().chain(&team.members)).any(|person| person == address)
}

fn of_nothing(waiver: &Waiver, model: &Model) -> Diagnostic {
    let metric = &waiver.metric;
    let diagnostic = Diagnostic::new(
        &codes::WAIVER_OF_NOTHING,
        waiver.span,
        format!("a waiver names `{metric}`, which is no metric"),
    )
    .label("waives nothing");
    match closest(metric, model.metrics.iter().map(|metric| metric.name.as_str())) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("take the waiver out, or name a metric that there is: `etalon list metrics`"),
    }
}

fn by_nobody(waiver: &Waiver) -> Diagnostic {
    let fact = format!("`{}` answers for this waiver, and is in no team", waiver.by);
    Diagnostic::new(&codes::WAIVER_BY_NOBODY, waiver.span, fact)
        .label("waived by nobody")
        .help("name the lead or a member of a team, who answers for it: `by: dana@acme.example`")
}

fn expired(waiver: &Waiver, code: &Code) -> Diagnostic {
    let (metric, expires) = (&waiver.metric, waiver.expires);
    Diagnostic::new(
        &codes::WAIVER_EXPIRED,
        waiver.span,
        format!("the waiver of `{}` for `{metric}` expired on {expires}", code.name),
    )
    .label("no longer holds")
    .help(format!("mend `{metric}` and take the waiver out, or agree on a new day: `expires: …`"))
}

fn outdated(waiver: &Waiver, code: &Code, metric: MetricId, model: &Model, digest: &str) -> Diagnostic {
    let name = &waiver.metric;
    Diagnostic::new(
        &codes::WAIVER_OUTDATED,
        waiver.span,
        format!("`{name}` no longer means what it meant when `{}` was waived for it", code.name),
    )
    .label("is for another meaning")
    .related(model.metric(metric).name_span, "means something else now")
    .help(format!("if what it means now is to be let through too, say so: `digest: '{digest}'`"))
    .help("else take the waiver out")
}

fn idle(waiver: &Waiver, code: &Code) -> Diagnostic {
    let fact = format!("nothing of `{}` is found on `{}`, so that there is nothing to waive", code.name, waiver.metric);
    Diagnostic::new(&codes::WAIVER_IDLE, waiver.span, fact).label("waives nothing").help("take the waiver out")
}
