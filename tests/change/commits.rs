//! Commits, and what a person would say that each does.

use crate::history::Edit;

pub struct Commit {
    pub message: &'static str,
    pub who: &'static str,
    pub edits: &'static [Edit],
    /// One line a change: class, kind, name; after the colon the metrics that it moves; what is cut otherwise.
    pub expect: &'static [&'static str],
}

const INES: &str = "ines@acme.example";
const TOM: &str = "tom@acme.example";
const DANA: &str = "dana@acme.example";

const MARKETING: &str = "metrics/marketing.metric";
const SALES: &str = "metrics/sales.metric";
const FINANCE: &str = "metrics/finance.metric";
const SUCCESS: &str = "metrics/customer_success.metric";
const TEAMS: &str = "metrics/teams.metric";
const REPORTS: &str = "metrics/reports.metric";
const DIMENSIONS: &str = "metrics/dimensions.metric";
const CONFIG: &str = "metrics/etalon.yaml";
const OF_MARKETING: &str = "metrics/sources/marketing.metric";
const OF_SALES: &str = "metrics/sources/sales.metric";
const OF_FINANCE: &str = "metrics/sources/finance.metric";

const MQL: &str = "metric mql 'Leads by points alone' = count() from leads where score >= 60 and not is_test {
  means  'Leads with 60 points or more, whether or not sales took them. Replaced by qualified leads.'
  owner  marketing
  variant of leads because 'old charts show it'
  status deprecated since 2026-02-01 use qualified_leads
}
";

pub const COMMITS: &[Commit] = &[
    Commit {
        message: "a comment says more",
        who: TOM,
        edits: &[(MARKETING, "# Marketing's numbers.", "# Marketing's numbers, and what came before them.")],
        expect: &["cosmetic file metrics/marketing.metric"],
    },
    Commit {
        message: "blank lines",
        who: TOM,
        edits: &[(MARKETING, "metric visits 'Visits' = ", "\n\nmetric visits 'Visits'   =   ")],
        expect: &["cosmetic file metrics/marketing.metric"],
    },
    Commit {
        message: "the operands of `and` the other way round",
        who: TOM,
        edits: &[(MARKETING, "where is_qualified and not is_test", "where not is_test and is_qualified")],
        expect: &["cosmetic metric qualified_leads"],
    },
    Commit {
        message: "two teams change places",
        who: INES,
        edits: &[
            (TEAMS, "team finance 'Finance' {\n  lead    'ines@acme.example'\n  paid on nothing\n}\n\n", ""),
            (TEAMS, "", "\nteam finance 'Finance' {\n  lead    'ines@acme.example'\n  paid on nothing\n}\n"),
        ],
        expect: &["cosmetic file metrics/teams.metric"],
    },
    Commit {
        message: "an old metric goes to a file of its own",
        who: TOM,
        edits: &[(MARKETING, MQL, ""), ("metrics/old.metric", "", MQL)],
        expect: &["cosmetic file metrics/old.metric"],
    },
    Commit {
        message: "a title",
        who: TOM,
        edits: &[(MARKETING, "metric leads 'Leads' =", "metric leads 'Inquiries' =")],
        expect: &["presentation metric leads"],
    },
    Commit {
        message: "a format and a tag",
        who: INES,
        edits: &[
            (FINANCE, "  tags      money, board\n", "  tags      money, board, quarterly\n"),
            (
                FINANCE,
                "  guardrail refund_rate\n  format    '$0,0'\n",
                "  guardrail refund_rate\n  format    '$0,0.00'\n",
            ),
        ],
        expect: &["presentation metric revenue", "presentation metric revenue"],
    },
    Commit {
        message: "the sentence that says what it is",
        who: TOM,
        edits: &[(MARKETING, "each counted once, on the day", "each counted on the day")],
        expect: &["presentation metric visits"],
    },
    Commit {
        message: "a metric through another",
        who: TOM,
        edits: &[(
            MARKETING,
            "= count() from leads where not is_test and is_qualified {",
            "= leads where is_qualified {",
        )],
        expect: &["refactor metric qualified_leads"],
    },
    Commit {
        message: "a filter becomes a column",
        who: DANA,
        edits: &[
            (
                OF_SALES,
                "  is_closed       = ",
                "  is_won          = stage = 'won' and not is_test\n  is_closed       = ",
            ),
            (
                SALES,
                "  = sum(amount) from opportunities at closed_at where stage = 'won' and not is_test {",
                "  = sum(amount) from opportunities at closed_at where is_won {",
            ),
        ],
        expect: &["additive column opportunities.is_won", "refactor metric bookings"],
    },
    Commit {
        message: "a new metric",
        who: DANA,
        edits: &[(
            SALES,
            "",
            "\nmetric deals_lost 'Deals lost'\n  = count() from opportunities at closed_at where stage = 'lost' and not is_test {\n  owner sales\n}\n",
        )],
        expect: &["additive metric deals_lost"],
    },
    Commit {
        message: "a column, and a cut by another",
        who: TOM,
        edits: &[
            (OF_MARKETING, "  landing     text\n", "  landing     text\n  device      text?\n"),
            (
                MARKETING,
                "  also  'sessions', 'traffic'\n  goal  up\n  by    region, channel\n",
                "  also  'sessions', 'traffic'\n  goal  up\n  by    region, channel, landing\n",
            ),
        ],
        expect: &["additive column visits.device", "additive metric visits"],
    },
    Commit {
        message: "a dimension reaches further, and has one more value",
        who: DANA,
        edits: &[
            (
                DIMENSIONS,
                "  leads         owner.name\n",
                "  leads         owner.name\n  refunds       order.sold_by.name\n",
            ),
            (DIMENSIONS, "accepted 'AMER', 'APAC', 'EMEA'", "accepted 'AMER', 'APAC', 'EMEA', 'LATAM'"),
        ],
        expect: &["additive dimension region", "additive dimension salesperson"],
    },
    Commit {
        message: "a report",
        who: DANA,
        edits: &[(
            REPORTS,
            "",
            "\nreport lost_deals 'Deals lost' {\n  owner sales\n  show deals_lost\n  by month\n}\n",
        )],
        expect: &["additive report lost_deals"],
    },
    Commit {
        message: "a warehouse whose tables go by one pattern",
        who: INES,
        edits: &[(CONFIG, "", "  mysql_shop: { dialect: mysql, table: 'shop.{source}' }\n")],
        expect: &["additive warehouse mysql_shop"],
    },
    Commit {
        message: "one more name for a number",
        who: TOM,
        edits: &[(MARKETING, "also  'sessions', 'traffic'", "also  'sessions', 'traffic', 'hits'")],
        expect: &["additive metric visits"],
    },
    Commit {
        message: "sales need no longer agree to work on a lead",
        who: TOM,
        edits: &[(OF_MARKETING, "score >= 60 and accepted_at is not null", "score >= 60")],
        expect: &["meaning column leads.is_qualified: cost_per_qualified_lead qualified_leads"],
    },
    Commit {
        message: "leads of one company are not counted",
        who: TOM,
        edits: &[(
            MARKETING,
            "= count() from leads where not is_test {\n  means     'Forms",
            "= count() from leads where not is_test and company is not null {\n  means     'Forms",
        )],
        // Since it is a part of `leads` by name, the qualified ones move with them.
        expect: &[
            "meaning metric leads: channel_share cost_per_lead cost_per_qualified_lead leads qualified_leads visit_to_lead",
        ],
    },
    Commit {
        message: "a discount that is not known is the cost",
        who: DANA,
        edits: &[(OF_SALES, "= amount - coalesce(discount, 0)", "= amount - coalesce(discount, cost, 0)")],
        expect: &[
            "meaning column orders.net_amount: average_order_value gross_margin gross_profit median_customer_revenue \
             net_revenue online_revenue refund_rate region_share revenue revenue_28_days revenue_after_visit \
             revenue_growth revenue_year_to_date",
        ],
    },
    Commit {
        message: "discounts are left out",
        who: DANA,
        edits: &[(OF_SALES, "= amount - coalesce(discount, cost, 0)", "= amount")],
        // It has a digit less, which nobody who uses the number sees.
        expect: &[
            "meaning column orders.net_amount: average_order_value gross_margin gross_profit median_customer_revenue \
             net_revenue online_revenue refund_rate region_share revenue revenue_28_days revenue_after_visit \
             revenue_growth revenue_year_to_date",
        ],
    },
    Commit {
        message: "an order is sold by whoever manages the account",
        who: DANA,
        edits: &[(
            OF_SALES,
            "join sold_by         to reps     on rep_id                       #",
            "join sold_by         to reps     on account_manager_id = rep_id  #",
        )],
        expect: &["meaning join orders.sold_by; cuts discount_rate"],
    },
    Commit {
        message: "an account may be of several kinds",
        who: INES,
        edits: &[(OF_FINANCE, "key  bank_account, day", "key  bank_account, kind, day")],
        expect: &["meaning source account_days: closing_balance"],
    },
    Commit {
        message: "a lead counts when sales took it",
        who: DANA,
        edits: &[(
            OF_MARKETING,
            "source leads 'People who left an address, one row for each form sent' {\n  key  lead_id\n  time created_at",
            "source leads 'People who left an address, one row for each form sent' {\n  key  lead_id\n  time accepted_at",
        )],
        expect: &[
            "meaning source leads: channel_share cost_per_lead cost_per_qualified_lead lead_to_opportunity leads mql \
             qualified_leads visit_to_lead",
        ],
    },
    Commit {
        message: "a lead is of the region of whoever works on it",
        who: DANA,
        edits: &[(DIMENSIONS, "  leads         territory.region\n", "  leads         owner.office\n")],
        expect: &["meaning dimension region; cuts lead_to_opportunity leads qualified_leads visit_to_lead"],
    },
    Commit {
        message: "a deal is of the segment of its industry",
        who: DANA,
        edits: &[(DIMENSIONS, "  opportunities customer.segment\n", "  opportunities customer.industry\n")],
        // The formula of enterprise bookings names the dimension, and none of its own words changes.
        expect: &[
            "meaning dimension segment: enterprise_bookings; cuts bookings deals_won opportunities_opened pipeline win_rate",
        ],
    },
    Commit {
        message: "days are those of Berlin",
        who: INES,
        edits: &[(CONFIG, "timezone: America/New_York", "timezone: Europe/Berlin")],
        // Each is asked for by periods of its time, and periods are cut there.
        expect: &["meaning calendar timezone: every metric"],
    },
    Commit {
        message: "weeks begin on Sundays",
        who: INES,
        edits: &[(CONFIG, "week_starts: monday", "week_starts: sunday")],
        expect: &["meaning calendar week_starts: every metric"],
    },
    Commit {
        message: "one warehouse reads another table",
        who: INES,
        edits: &[(
            CONFIG,
            "table: 'ANALYTICS.MART.{source}' }",
            "table: 'ANALYTICS.MART.{source}', sources: { account_days: { table: RAW.BANK.DAYS } } }",
        )],
        expect: &["meaning warehouse snowflake_prod.account_days: closing_balance"],
    },
    Commit {
        message: "one warehouse reads a query",
        who: INES,
        edits: &[(
            CONFIG,
            "table: 'acme-mkt.mart.{source}' }",
            "table: 'acme-mkt.mart.{source}', sources: { campaign_spend: { query: 'SELECT * FROM spend WHERE amount > 5' } } }",
        )],
        expect: &["meaning warehouse bigquery_mkt.campaign_spend: ad_spend cac cost_per_lead cost_per_qualified_lead"],
    },
    Commit {
        message: "a report of one region only, and of fewer rows",
        who: DANA,
        edits: &[
            (REPORTS, "  where  region is not null\n", "  where  region = 'EMEA'\n"),
            (REPORTS, "  limit  1000\n", "  limit  100\n"),
        ],
        expect: &["meaning report board_pack", "meaning report sales_review"],
    },
    Commit {
        message: "marketing is paid on leads",
        who: TOM,
        edits: &[(TEAMS, "paid on qualified_leads", "paid on leads")],
        expect: &["trust team marketing"],
    },
    Commit {
        message: "somebody joins a team",
        who: TOM,
        edits: &[(TEAMS, "members 'tom@acme.example'", "members 'tom@acme.example', 'zoe@acme.example'")],
        expect: &["trust team marketing"],
    },
    Commit {
        message: "marketing need not agree to revenue",
        who: DANA,
        edits: &[(
            FINANCE,
            "counted apart.'\n  owner     finance\n  agreed by sales, marketing\n",
            "counted apart.'\n  owner     finance\n  agreed by sales\n",
        )],
        expect: &["trust metric revenue"],
    },
    Commit {
        message: "nobody looks how many rate",
        who: INES,
        edits: &[(SUCCESS, "  guardrail rating_rate  # ask only the happy ones and everybody is happy\n", "")],
        expect: &["cosmetic file metrics/customer_success.metric", "trust metric csat"],
    },
    Commit {
        message: "a tier lower, another goal, a draft again",
        who: DANA,
        edits: &[
            (
                SALES,
                "  guardrail median_days_to_close  # it is easy to win all deals if the doubtful ones are never closed\n  format    '0.0%'\n  goal      up\n  by        region, segment\n  tier      1\n",
                "  guardrail median_days_to_close  # it is easy to win all deals if the doubtful ones are never closed\n  format    '0.0%'\n  goal      up\n  by        region, segment\n  tier      2\n",
            ),
            (SALES, "  also      'open pipeline'\n", "  also      'open pipeline'\n  status    draft\n"),
            (
                MARKETING,
                "  format '0.0%'\n  goal   down\n  by     channel\n",
                "  format '0.0%'\n  goal   up\n  by     channel\n",
            ),
        ],
        expect: &["trust metric bounce_rate", "trust metric pipeline", "trust metric win_rate"],
    },
    Commit {
        message: "approvals are signed, and one rule is off",
        who: INES,
        edits: &[(CONFIG, "", "policy: { approvals: signed, rules: { G0301: off } }\n")],
        expect: &["trust policy approvals", "trust policy rules"],
    },
    Commit {
        message: "a key",
        who: INES,
        edits: &[("metrics/allowed_signers", "", "ines@acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBQx\n")],
        expect: &["trust signers ines@acme.example"],
    },
    Commit {
        message: "a metric that nobody shows is gone",
        who: TOM,
        edits: &[(
            MARKETING,
            "metric bounce_rate 'Bounce rate' = count(where is_bounce) / count() from visits {
  means  'Share of visits that ended within ten seconds.'
  owner  marketing
  unit   percent
  format '0.0%'
  goal   up
  by     channel
}

",
            "",
        )],
        expect: &["breaking metric bounce_rate"],
    },
    Commit {
        message: "another name",
        who: DANA,
        edits: &[
            (SALES, "metric deals_lost 'Deals lost'", "metric lost_deals 'Deals lost'"),
            (REPORTS, "show deals_lost", "show lost_deals"),
        ],
        expect: &["additive report lost_deals", "breaking metric deals_lost", "breaking report lost_deals"],
    },
    Commit {
        message: "a column and a cut are gone",
        who: TOM,
        edits: &[
            (OF_MARKETING, "  device      text?\n", ""),
            (MARKETING, "  by    region, channel, landing\n", "  by    region, channel\n"),
        ],
        expect: &["breaking column visits.device", "breaking metric visits"],
    },
    Commit {
        message: "another unit",
        who: TOM,
        edits: &[(MARKETING, "  unit  visitors\n", "  unit  browsers\n")],
        expect: &["breaking metric visitors: visitors"],
    },
    Commit {
        message: "a type: points with a half",
        who: TOM,
        edits: &[(
            OF_MARKETING,
            "  score        integer?    # empty: not scored yet",
            "  score        decimal(5, 1)?  # empty: not scored yet",
        )],
        expect: &["breaking column leads.score: cost_per_qualified_lead mql qualified_leads"],
    },
    Commit {
        message: "many things at once",
        who: DANA,
        edits: &[
            (SALES, "# Sales' numbers.", "# The numbers of sales."),
            (SALES, "metric deals_won 'Deals won'", "metric deals_won 'Deals signed'"),
            (
                SALES,
                "metric opportunities_opened 'Deals opened' = count() from opportunities where not is_test {",
                "metric opportunities_opened 'Deals opened' = count() from opportunities where not is_test and lead_id is not null {",
            ),
            (TEAMS, "paid on bookings, win_rate", "paid on bookings"),
        ],
        expect: &[
            "cosmetic file metrics/sales.metric",
            "meaning metric opportunities_opened: opportunities_opened",
            "presentation metric deals_won",
            "trust team sales",
        ],
    },
];
