//! Whether what is trusted is what was agreed to be trusted.

use super::{Judged, errors};
use crate::diagnostic::Found;
use crate::govern::chain::{Chain, Link};
use crate::govern::policy::Approvals;
use crate::govern::standing::{Rules, Seen, Standing, standing};
use crate::govern::trust::Trust;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Whether the rules hold that approvals are then judged by.
pub fn check(judged: &Judged, found: &mut Found) -> bool {
    let now = judged.now;
    let known = judged.base.map_or(0, |base| base.chain.links.len());
    let asks = |approvals| approvals != Approvals::None;
    if now.chain.links.is_empty() && known == 0 {
        // Where no approvals are asked for, nobody is trusted with any.
        let asked = asks(now.trust.approvals) || judged.base.is_some_and(|base| asks(base.trust.approvals));
        if asked {
            found.push(errors::nothing_trusted(now));
        }
        return !asked;
    }
    let errors = found.errors();
    if let Some(base) = judged.base {
        follows(judged, &base.chain, found);
    }
    if known == 0 {
        rooted(judged, found);
    }
    let project = now.side.project;
    for (at, link) in now.chain.links.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &now.chain.links[at]);
        if before.map(|before| before.digest(project)) != link.previous {
            found.push(errors::chain_broken(now, link));
        }
        let (Some(trust), Some(own)) = (now.chain.trust(link.judged_by()), now.chain.trust(link.sequence)) else {
            found.push(errors::trust_text_missing(now, link));
            continue;
        };
        // What the base has was judged when it came to be the base's.
        if at < known {
            continue;
        }
        let asked = if at == 0 { own.trustees() } else { trust.asked_for(own) };
        let of_link = of_link(link, project, &now.chain, trust, &asked, judged.today, judged.base.is_some());
        for (at, why) in &of_link.void {
            found.push(errors::void_in_chain(now, link, *at, why));
        }
        if !of_link.missing.is_empty() {
            found.push(errors::trust_not_agreed(now, link, trust, own, &of_link.missing));
        }
    }
    if now.chain.last().is_none_or(|last| last.trust != now.trust.digest()) {
        found.push(errors::trust_moved(now));
    }
    found.errors() == errors
}

/// How an entry stands by the rules before it.
pub fn of_link(
    link: &Link,
    project: &str,
    chain: &Chain,
    trust: &Trust,
    asked: &BTreeSet<String>,
    today: Date,
    is_new: bool,
) -> Standing {
    let what = link.text(project);
    let days: Vec<Date> = vec![if is_new { today } else { today.min(link.effective) }];
    let seen: Vec<Seen> = link
        .approvals
        .iter()
        .map(|approval| Seen { approval, what: Some(what.clone()), days: days.clone(), is_new })
        .collect();
    let authors = BTreeSet::new();
    standing(&seen, asked, None, &Rules { chain, trust, sequence: link.judged_by(), authors: &authors })
}

/// The base's history is the beginning of this one, entry by entry.
fn follows(judged: &Judged, base: &Chain, found: &mut Found) {
    for (at, link) in base.links.iter().enumerate() {
        if !judged.now.chain.links.get(at).is_some_and(|own| own.is_same(link)) {
            found.push(errors::history_rewritten(judged.now, link));
            return;
        }
    }
}

/// The first entry is the one that is pinned.
fn rooted(judged: &Judged, found: &mut Found) {
    let now = judged.now;
    let Some(first) = now.chain.links.first() else { return };
    let digest = first.digest(now.side.project);
    match judged.root {
        Some(root) if root == digest => {}
        Some(root) => found.push(errors::other_root(now, first, &root, &digest)),
        None if judged.base.is_some() => found.push(errors::root_not_pinned(now, first, &digest)),
        None => {}
    }
}
