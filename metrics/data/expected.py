"""Works out some numbers of the sample from the CSV files alone: `python3 metrics/data/expected.py > metrics/data/expected.md`.

It shares nothing with the compiler: no SQL, no definition is read, each number is written down again from the sentence that
describes it. So where the compiled statements give other rows, one of the two is wrong.

How values are read and worked out, throughout:
- An empty cell is null. (No number here depends on telling null from empty text.)
- Money is exact (`Decimal`); a ratio, an average and a median are doubles, made from operands that are made doubles first.
- A condition keeps a row only if it is true. A comparison with null is neither true nor false, so it keeps nothing.
- A customer id that is empty, or that no account has, leads nowhere: what would be read there is null.
- Null is a key like any other: one row, also where null has several causes. Nulls stand last.
- A row exists for each combination of keys for which one of the numbers beside each other has a row of its own data; what
  has no data there is null, not 0. A ratio is null if a part is null or the denominator is 0.
- Periods are named by their first day. Years start in February, so quarters start in February, May, August and November.
"""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent


def read(table):
    with open(HERE / f"{table}.csv", newline="", encoding="utf-8") as file:
        return [{name: value if value != "" else None for name, value in row.items()} for row in csv.DictReader(file)]


ACCOUNTS = {row["account_id"]: row for row in read("accounts")}
ORDERS = {row["order_id"]: row for row in read("orders")}
OPPORTUNITIES = read("opportunities")
NOBODY = defaultdict(lambda: None)


# ------------------------------------------------------------------------------------------------------------------ words


def customer(row):
    return ACCOUNTS.get(row["customer_id"], NOBODY)


def is_test(row):
    """The customer is known and is a test account. Without a customer, a row is no test."""
    return customer(row)["is_test"] == "true"


def is_complete(order):
    """Orders whose status says complete, in whatever case and with blanks around it, and that are no test."""
    return order["status"].strip(" ").lower() == "complete" and not is_test(order)


def net(order):
    """The amount less the discount; no discount is a discount of nothing."""
    return Decimal(order["amount"]) - Decimal(order["discount"] or 0)


def day_of(moment):
    return None if moment is None else datetime.fromisoformat(moment).date()


def month_of(moment):
    return None if moment is None else day_of(moment).replace(day=1)


def quarter_of(moment):
    """February to April, May to July, August to October, November to January."""
    month = month_of(moment)
    if month is None:
        return None
    first = {2: 2, 3: 2, 4: 2, 5: 5, 6: 5, 7: 5, 8: 8, 9: 8, 10: 8, 11: 11, 12: 11, 1: 11}[month.month]
    return date(month.year - (month.month == 1), first, 1)


def ratio(above, below):
    if above is None or below is None or below == 0:
        return None
    return float(above) / float(below)


def median(values):
    """The middle one of the sorted values, or halfway between the two middle ones; of no values, null."""
    values = sorted(float(value) for value in values)
    if not values:
        return None
    half = len(values) // 2
    return values[half] if len(values) % 2 else values[half - 1] + (values[half] - values[half - 1]) * 0.5


def groups(rows, *keys):
    found = defaultdict(list)
    for row in rows:
        found[tuple(key(row) for key in keys)].append(row)
    return found


COMPLETE = [order for order in ORDERS.values() if is_complete(order)]


def revenue(orders):
    """Net amounts of completed orders; `orders` has completed ones only. Without one, null."""
    return sum(map(net, orders), Decimal(0)) if orders else None


# ------------------------------------------------------------------------------------------------------------------ numbers


def revenue_and_win_rate():
    """Revenue: net amounts of completed orders, by the month of the order. Win rate: of the deals that are won or lost and no
    test, by the month they were closed, the part that is won. Two deals are lost without a closing time: they are of the null
    month. Each is cut by the region of its own customer."""
    region = lambda row: customer(row)["region"]
    money = groups(COMPLETE, lambda order: month_of(order["ordered_at"]), region)
    closed = [deal for deal in OPPORTUNITIES if deal["stage"] in ("won", "lost") and not is_test(deal)]
    deals = groups(closed, lambda deal: month_of(deal["closed_at"]), region)
    rows = []
    for key in money.keys() | deals.keys():
        decided = deals.get(key, [])
        won = sum(deal["stage"] == "won" for deal in decided)
        rows.append((*key, revenue(money.get(key)), ratio(won, len(decided))))
    show("revenue win_rate --by month,customer.region", ["month", "customer.region", "revenue", "win_rate"], rows, 2)


def qualified_leads():
    """Leads with 60 points or more that sales accepted, and whose address, without blanks around it and in small letters, is
    not one of Acme's; by the month the form was sent."""
    good = [
        lead
        for lead in read("leads")
        if lead["score"] is not None
        and int(lead["score"]) >= 60
        and lead["accepted_at"] is not None
        and not lead["email"].strip(" ").lower().endswith("@acme.example")
    ]
    rows = [(*key, len(leads)) for key, leads in groups(good, lambda lead: month_of(lead["created_at"])).items()]
    show("qualified_leads --by month", ["month", "qualified_leads"], rows, 1)


def completed_by_account():
    """Completed orders of each account that exists."""
    return groups((order for order in COMPLETE if order["customer_id"] in ACCOUNTS), lambda order: order["customer_id"])


def repeat_customers():
    """Accounts that are no test and have more than one completed order, over all time. By segment, a segment has a row as soon
    as one such account is in it."""
    orders = completed_by_account()
    again = [a for a in ACCOUNTS.values() if a["is_test"] == "false" and len(orders.get((a["account_id"],), [])) > 1]
    show("repeat_customers", ["repeat_customers"], [(len(again),)], 0)
    rows = [(*key, len(accounts)) for key, accounts in groups(again, lambda account: account["segment"]).items()]
    show("repeat_customers --by segment", ["segment", "repeat_customers"], rows, 1)


def avg_daily_buyers():
    """For each day with a completed order, the number of different customer ids (also of ids that no account has; empty ones
    are none, so a day may have 0); for each month, the average over those days."""
    buyers = {
        day: len({order["customer_id"] for order in orders} - {None})
        for (day,), orders in groups(COMPLETE, lambda order: day_of(order["ordered_at"])).items()
    }
    months = groups(buyers, lambda day: day.replace(day=1))
    rows = [(*key, float(sum(buyers[day] for day in days)) / len(days)) for key, days in months.items()]
    show("avg_daily_buyers --by month", ["month", "avg_daily_buyers"], rows, 1)


def region_share():
    """Revenue of the customers of a region as a part of the revenue of all, over all time. Orders of no customer, of an unknown
    one and of customers without a region are one region: null."""
    whole = revenue(COMPLETE)
    regions = groups(COMPLETE, lambda order: customer(order)["region"])
    rows = [(*key, ratio(revenue(orders), whole)) for key, orders in regions.items()]
    show("region_share --by customer.region", ["customer.region", "region_share"], rows, 1)


def median_deal_size():
    """The median amount of deals that are won and no test, by the fiscal quarter they were closed in. Deals without an amount
    are left out."""
    won = [deal for deal in OPPORTUNITIES if deal["stage"] == "won" and not is_test(deal)]
    quarters = groups(won, lambda deal: quarter_of(deal["closed_at"]))
    rows = [
        (*key, median(deal["amount"] for deal in deals if deal["amount"] is not None)) for key, deals in quarters.items()
    ]
    show("median_deal_size --by quarter", ["quarter", "median_deal_size"], rows, 1)


def cac():
    """Spend of all campaigns in the weeks whose Monday is in the month, by the accounts, no tests, whose first completed order
    is of the month."""
    spend = groups(read("campaign_spend"), lambda row: month_of(row["week_of"]))
    first = {key: min(order["ordered_at"] for order in orders) for (key,), orders in completed_by_account().items()}
    new = groups((key for key in first if ACCOUNTS[key]["is_test"] == "false"), lambda key: month_of(first[key]))
    rows = []
    for key in spend.keys() | new.keys():
        spent = sum((Decimal(row["amount"]) for row in spend[key]), Decimal(0)) if key in spend else None
        customers = len(new[key]) if key in new else None
        rows.append((*key, spent, customers, ratio(spent, customers)))
    show("ad_spend new_customers cac --by month", ["month", "ad_spend", "new_customers", "cac"], rows, 1)


def visits():
    """Visits by the month that it was in New York at the moment of the visit; the file has moments in UTC."""
    zone = ZoneInfo("America/New_York")
    local = lambda row: datetime.fromisoformat(row["seen_at"]).replace(tzinfo=timezone.utc).astimezone(zone)
    rows = [(*key, len(seen)) for key, seen in groups(read("visits"), lambda row: local(row).date().replace(day=1)).items()]
    show("visits --by month", ["month", "visits"], rows, 1)


def refund_rate():
    """Money given back for orders that are no test, by the region of the order's customer, as a part of the revenue of that
    region; over all time. A refund of an order that nobody knows is of the null region."""
    order = lambda refund: ORDERS.get(refund["order_id"], NOBODY)
    back = groups(
        (refund for refund in read("refunds") if not is_test(order(refund))), lambda refund: customer(order(refund))["region"]
    )
    money = groups(COMPLETE, lambda order: customer(order)["region"])
    rows = []
    for key in back.keys() | money.keys():
        refunded = sum((Decimal(row["amount"]) for row in back[key]), Decimal(0)) if key in back else None
        rows.append((*key, refunded, ratio(refunded, revenue(money.get(key)))))
    show("refunded refund_rate --by region", ["region", "refunded", "refund_rate"], rows, 1)


def mrr():
    """At the end of each month: the monthly amounts of the subscriptions, of no test account, that have begun by its last day and
    have not ended by it; for each customer also what that was a month and a year before. From the first month to October 2026,
    the last in which a subscription begins."""
    running = [row for row in read("subscriptions") if not is_test(row)]
    ahead = lambda month: date(month.year + month.month // 12, month.month % 12 + 1, 1)

    def stock(month):
        """By customer, what runs on the last day of the month."""
        end, paid = str(ahead(month)), {}
        for row in running:
            if row["started_on"] < end and (row["ended_on"] is None or row["ended_on"] >= end):
                paid[row["customer_id"]] = paid.get(row["customer_id"], 0) + Decimal(row["monthly_amount"])
        return paid

    total = lambda amounts: sum(amounts, Decimal(0)) if amounts else None
    month, rows, stocks = month_of(min(row["started_on"] for row in running)), [], []
    while month <= date(2026, 10, 1):
        now, before = stock(month), stocks[-1] if stocks else {}
        stocks.append(now)
        everybody = now.keys() | before.keys()
        pairs = [(now.get(key), before.get(key)) for key in everybody]
        new = total([n for n, b in pairs if not b and n is not None])
        more = total([n - b for n, b in pairs if b and n is not None and n > b])
        less = total([b - n for n, b in pairs if b and n and n < b])
        lost = [b for n, b in pairs if b and not n]
        year = stocks[-13] if len(stocks) > 12 else {}
        then = total(list(year.values()))
        kept = total([now.get(key, Decimal(0)) for key, paid in year.items() if paid > 0])
        least = total([min(now.get(key, Decimal(0)), paid) for key, paid in year.items() if paid > 0])
        paying, paid = sum(1 for n in now.values() if n > 0), sum(1 for b in before.values() if b > 0)
        churn = ratio(len(lost), paid) if len(stocks) > 1 else None
        rows.append((month, total(list(now.values())), new, more, less, total(lost), paying, len(lost), churn, ratio(kept, then), ratio(least, then)))
        month = ahead(month)
    columns = (
        "mrr new_mrr expansion_mrr contraction_mrr churned_mrr subscribers churned_customers customer_churn_rate"
        " net_revenue_retention gross_revenue_retention"
    )
    show(f"{columns} --by month", ["month", *columns.split()], rows, 1)


def revenue_over_time():
    """Revenue of each month, of the 28 days that end with it, since the last first of February, and against the month a year
    earlier, all by the time of the order."""
    dated = [(day_of(order["ordered_at"]), order) for order in COMPLETE]
    between = lambda start, end: revenue([order for day, order in dated if start <= day < end] or None)
    month, rows = min(day for day, _ in dated).replace(day=1), []
    while month <= date(2026, 10, 1):
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        year = date(month.year - (month.month == 1), 2, 1)
        last_year = between(month.replace(year=month.year - 1), end.replace(year=end.year - 1))
        now = between(month, end)
        growth = None if last_year is None else ratio(now, last_year) - 1
        rows.append((month, now, between(end - timedelta(days=28), end), between(year, end), growth))
        month = end
    columns = "revenue revenue_28_days revenue_year_to_date revenue_growth"
    show(f"{columns} --by month", ["month", *columns.split()], rows, 1)


def closing_balance():
    """For each month the last balance of each bank account that has one in it, added up, but for what is held in escrow."""
    rows = []
    own = [row for row in read("account_days") if row["is_escrow"] == "false"]
    for key, days in groups(own, lambda row: month_of(row["day"])).items():
        last = {row["bank_account"]: Decimal(row["balance"]) for row in sorted(days, key=lambda row: row["day"])}
        rows.append((*key, sum(last.values())))
    show("closing_balance --by month", ["month", "closing_balance"], rows, 1)


def revenue_by_retail_period():
    """Revenue by periods of 4, 4 and 5 weeks, counted from Monday, 3 February 2025."""
    first, starts = date(2025, 2, 3), []
    for quarter in range(8):
        starts += [first + timedelta(weeks=13 * quarter + weeks) for weeks in (0, 4, 8)]
    period = lambda order: max(start for start in starts if start <= day_of(order["ordered_at"]))
    rows = [(*key, revenue(orders)) for key, orders in groups(COMPLETE, period).items()]
    show("revenue --by retail_period", ["retail_period", "revenue"], rows, 1)


def orders_after_visit():
    """Completed orders whose browser visited less than seven days before, each at the latest such visit; by its month in New York."""
    zone = ZoneInfo("America/New_York")
    at = datetime.fromisoformat
    local = lambda row: at(row["seen_at"]).replace(tzinfo=timezone.utc).astimezone(zone).date().replace(day=1)
    seen = [row for row in read("visits") if row["visitor"]]
    found = defaultdict(list)
    for order in COMPLETE:
        if order["visitor"] and order["clicked_at"]:
            click = at(order["clicked_at"])
            near = [
                row for row in seen
                if row["visitor"] == order["visitor"] and at(row["seen_at"]) < click < at(row["seen_at"]) + timedelta(days=7)
            ]
            if near:
                found[local(max(near, key=lambda row: (row["seen_at"], int(row["visit_id"]))))].append(order)
    rows = []
    for (month,), visits in groups(seen, local).items():
        orders = found.get(month)
        count = len(orders) if orders else None
        rows.append((month, len(visits), count, revenue(orders), ratio(count, len(visits))))
    columns = "visits_with_cookie orders_after_visit revenue_after_visit visit_to_order"
    show(f"{columns} --by month", ["month", *columns.split()], rows, 1)


def cohort_retention():
    """Customers that an account has, by the month of their first completed order and the months since: how many different ones
    bought, as a part of all of that month."""
    orders = completed_by_account()
    first = {key: month_of(min(order["ordered_at"] for order in of)) for (key,), of in orders.items()}
    size, active = defaultdict(int), defaultdict(set)
    for (key,), of in orders.items():
        size[first[key]] += 1
        for order in of:
            month = month_of(order["ordered_at"])
            active[first[key], 12 * (month.year - first[key].year) + month.month - first[key].month].add(key)
    rows = [(cohort, age, len(keys), ratio(len(keys), size[cohort])) for (cohort, age), keys in active.items()]
    columns = ["customer.first_bought_in", "age", "cohort_buyers", "cohort_retention"]
    show("cohort_buyers cohort_retention --by customer.first_bought_in,age", columns, rows, 2)


# ------------------------------------------------------------------------------------------------------------------ printing


def show(query, columns, rows, keys):
    """A Markdown table with the rows in order of their keys, nulls last."""
    rows = sorted(rows, key=lambda row: [(key is None, str(key)) for key in row[:keys]])
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(len(row[at]) for row in [columns, ["---"] * len(columns), *cells]) for at in range(len(columns))]
    line = lambda row: "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |"
    print(f"\n## `etalon query {query}`\n")
    print(line(columns))
    print(line(["-" * width for width in widths]))
    for row in cells:
        print(line(row))


if __name__ == "__main__":
    print("# Expected numbers of the sample\n\nWorked out from the CSV files by `expected.py`, independently of the compiler. An empty cell is null.")
    revenue_and_win_rate()
    qualified_leads()
    repeat_customers()
    avg_daily_buyers()
    region_share()
    median_deal_size()
    cac()
    visits()
    refund_rate()
    mrr()
    revenue_over_time()
    closing_balance()
    revenue_by_retail_period()
    orders_after_visit()
    cohort_retention()
