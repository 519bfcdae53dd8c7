//! Projects of any size, made by rule: `n` metrics over a tenth as many sources, of the kinds that companies have. The same
//! size gives the same bytes.

/// Files of definitions, by name: one for each source, with the metrics measured from it.
pub fn definitions(metrics: usize) -> Vec<(String, String)> {
    let sources = (metrics / 10).max(1);
    let mut files = vec![("teams.metric".to_owned(), teams()), ("accounts.metric".to_owned(), accounts())];
    for source in 0..sources {
        let mut text = facts(source);
        for number in 0..10.min(metrics) {
            text.push_str(&metric(source, number, sources));
        }
        files.push((format!("facts_{source}.metric"), text));
    }
    files
}

fn teams() -> String {
    "team sales 'Sales' { lead 'dana@acme.example' paid on nothing }\nteam finance 'Finance' { lead 'kim@acme.example' paid on nothing }\n".to_owned()
}

fn accounts() -> String {
    "source accounts 'One row for each customer' {\n  key account_id\n\n  account_id integer\n  region text?\n  segment text\n  is_test boolean\n  country_id integer\n\n  join country to countries on country_id\n}\n\nsource countries 'One row for each country' {\n  key country_id\n\n  country_id integer\n  name text\n  zone text?\n}\n".to_owned()
}

fn facts(source: usize) -> String {
    format!(
        "source facts_{source} 'One row for each event of kind {source}' {{\n  key event_id\n  time happened_at\n\n  event_id integer\n  account_id integer\n  channel text\n  status text\n  amount decimal(12, 2) in usd\n  refunded decimal(12, 2)? in usd\n  happened_at timestamp\n  shipped_at timestamp?\n\n  net_amount = amount - coalesce(refunded, 0)   # what stays\n  is_late = shipped_at > happened_at + 3 days\n\n  join customer to accounts on account_id\n}}\n\n"
    )
}

fn metric(source: usize, number: usize, sources: usize) -> String {
    let name = format!("m{source}_{number}");
    let next = (source + 1) % sources;
    let head = |formula: &str, more: &str| {
        format!(
            "metric {name} 'Metric {number} of {source}' = {formula} {{\n  means 'What is counted as number {number} of the events of kind {source}, without tests.'\n  owner finance\n  agreed by sales\n{more}}}\n\n"
        )
    };
    match number {
        0 => head(
            &format!("sum(net_amount) from facts_{source} where status = 'complete'"),
            "  unit usd\n  by month, customer.region\n",
        ),
        1 => head(&format!("count() from facts_{source} where not customer.is_test"), ""),
        2 => head(&format!("count(distinct account_id) from facts_{source}"), "  by month, customer.region\n"),
        3 => head(
            &format!("count(where status = 'won') / count(where status in ('won', 'lost')) from facts_{source}"),
            "  unit percent\n",
        ),
        4 => head(&format!("m{source}_0 / m{source}_1"), ""),
        5 => head(
            &format!("m{source}_0 where customer.region = 'EMEA' and channel <> 'partner'"),
            &format!(
                "  variant of m{source}_0 because 'partners are counted elsewhere'\n  by month, customer.segment\n"
            ),
        ),
        6 => head(&format!("coalesce(m{source}_0, 0) - coalesce(m{next}_0, 0)"), ""),
        7 => head(&format!("m{source}_0 / total(m{source}_0 over customer.region)"), "  by month, customer.region\n"),
        8 => head(&format!("avg(m{source}_1 per day)"), "  by month\n"),
        _ => head(
            &format!(
                "sum(case when is_late then 1 else 0 end) from facts_{source} at shipped_at where customer.country.name like 'F%'"
            ),
            "",
        ),
    }
}
