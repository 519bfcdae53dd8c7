//! The items that each kind of declaration has: for messages about those it does not have.

use super::grammar::Rule;

pub const TYPES: [&str; 8] = ["integer", "decimal", "double", "text", "boolean", "date", "timestamp", "instant"];

/// What a declaration's block is made of.
pub struct Items {
    /// `metric`
    pub keyword: &'static str,
    /// Takes as many items as fit.
    pub some: Rule,
    /// Takes the whole of a block.
    pub whole: Rule,
    /// Each item's keyword, with the whole as it is typed.
    pub known: &'static [(&'static str, &'static str)],
    /// An item that begins with a name, in words.
    pub named: Option<&'static str>,
}

impl Items {
    pub fn usage(&self, word: &str) -> Option<&'static str> {
        self.known.iter().find(|(known, _)| *known == word).map(|(_, usage)| *usage)
    }
}

/// The items of what a keyword begins.
pub fn of(keyword: &str) -> Option<&'static Items> {
    ALL.iter().find(|items| items.keyword == keyword)
}

static ALL: [Items; 6] = [
    Items {
        keyword: "team",
        some: Rule::team_items,
        whole: Rule::whole_team,
        known: &[
            ("lead", "lead 'dana@acme.example'"),
            ("members", "members 'a@acme.example', 'b@acme.example'"),
            ("paid", "paid on revenue"),
        ],
        named: None,
    },
    Items {
        keyword: "source",
        some: Rule::source_items,
        whole: Rule::whole_source,
        known: &[
            ("key", "key order_id"),
            ("time", "time ordered_at"),
            ("join", "join customer to customers on customer_id"),
        ],
        named: Some("a column such as `amount decimal(12, 2)`"),
    },
    Items {
        keyword: "metric",
        some: Rule::attributes,
        whole: Rule::whole_metric,
        known: &[
            ("title", "title 'Revenue'"),
            ("means", "means 'Money from completed orders.'"),
            ("owner", "owner finance"),
            ("agreed", "agreed by sales, marketing"),
            ("unit", "unit usd per order"),
            ("also", "also 'net sales', 'turnover'"),
            ("guardrail", "guardrail refund_rate"),
            ("variant", "variant of revenue because 'the board reports it alone'"),
            ("status", "status draft | official | deprecated since 2026-01-01 use other_metric"),
            ("goal", "goal up | down"),
            ("format", "format '0.0%'"),
            ("grain", "grain month"),
            ("by", "by month, customer.region"),
            ("only", "only by month, customer.region"),
            ("fill", "fill 0"),
            ("tags", "tags board, weekly"),
            ("tier", "tier gold"),
        ],
        named: None,
    },
    Items {
        keyword: "dimension",
        some: Rule::dimension_items,
        whole: Rule::whole_dimension,
        known: &[("accepted", "accepted 'EMEA', 'AMER'")],
        named: Some("a source with its path such as `orders customer.region`"),
    },
    Items {
        keyword: "report",
        some: Rule::report_items,
        whole: Rule::whole_report,
        known: &[
            ("owner", "owner finance"),
            ("means", "means 'What the board sees every month.'"),
            ("show", "show revenue, win_rate"),
            ("by", "by month, customer.region"),
            ("where", "where customer.is_test = false"),
            ("having", "having revenue > 0"),
            ("during", "during last 13 months"),
            ("order", "order by month, revenue desc"),
            ("limit", "limit 1000"),
        ],
        named: None,
    },
    Items {
        keyword: "calendar",
        some: Rule::calendar_items,
        whole: Rule::whole_calendar,
        known: &[("grain", "grain period = fiscal_period")],
        named: None,
    },
];
