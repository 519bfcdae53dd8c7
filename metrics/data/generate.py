"""Makes the CSV files of the sample, byte for byte the same each time: `python3 metrics/data/generate.py`.

Standard library only. Each table draws from a generator of its own, so that changing one table moves no other by chance.
The rows that are written out by hand, under "Traps", are those that real data has and that careless SQL gets wrong.
"""

import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
FIRST, LAST = date(2025, 5, 1), date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
COUNTRIES = [
    ("US", "United States", "AMER", 38), ("CA", "Canada", "AMER", 8), ("MX", "México", "AMER", 3), ("BR", "Brasil", "AMER", 5),
    ("GB", "United Kingdom", "EMEA", 12), ("DE", "Deutschland", "EMEA", 12), ("FR", "France", "EMEA", 7),
    ("ES", "España", "EMEA", 3), ("NL", "Nederland", "EMEA", 3), ("CH", "Schweiz", "EMEA", 2), ("ZA", "South Africa", "EMEA", 2),
    ("JP", "日本", "APAC", 5), ("AU", "Australia", "APAC", 5), ("SG", "Singapore", "APAC", 3), ("IN", "India", "APAC", 4),
]
REGION = {code: region for code, _, region, _ in COUNTRIES}


class Draw:
    """Random choices that rest on `random()` alone, whose sequence Python keeps for good."""

    def __init__(self, table):
        self.next = random.Random(f"acme/{table}").random

    def chance(self, probability):
        return self.next() < probability

    def whole(self, low, high):
        return low + int(self.next() * (high - low + 1))

    def one(self, values):
        return values[int(self.next() * len(values))]

    def weighted(self, values):
        """One of `(value, weight)`."""
        at = self.next() * sum(weight for _, weight in values)
        for value, weight in values:
            at -= weight
            if at < 0:
                return value
        return values[-1][0]

    def day(self):
        """A day of the sample; business grows, so late ones are likelier."""
        return FIRST + timedelta(days=int(DAYS * self.next() ** 0.75))

    def moment(self, day, first_hour=7, last_hour=20):
        return datetime(day.year, day.month, day.day, self.whole(first_hour, last_hour), self.whole(0, 59), self.whole(0, 59))

    def money(self, low, high):
        """Cents as an integer, small amounts likelier."""
        return int(100 * low + 100 * (high - low) * self.next() ** 2.2)

    def country(self):
        return self.weighted([(code, weight) for code, _, _, weight in COUNTRIES])


def cell(value):
    """One cell: null is empty, an empty text is `""`."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    text = str(value)
    if text == "" or text != text.strip() or any(letter in text for letter in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write(table, columns, rows):
    lines = [columns.replace(" ", ",")] + [",".join(cell(value) for value in row) for row in rows]
    (HERE / f"{table}.csv").write_bytes(("\n".join(lines) + "\n").encode())
    print(f"{table:15} {len(rows):5} rows")


def dollars(cents):
    return None if cents is None else f"{cents // 100}.{cents % 100:02d}"


def within(moment):
    """The moment, or None where it lies behind the end of the sample."""
    return moment if moment is not None and moment.date() <= LAST else None


def reps():
    rows = [
        (1, "Dana Whitfield", "New York", "head of sales", "2019-02-01", None),
        (2, "Luis Ortega", "New York", "sales", "2021-06-14", 1),
        (3, "Mei Tanaka", "Singapore", "sales", "2022-01-10", 1),
        (4, "Zoë Núñez", "London", "sales", "2022-09-01", 1),
        (5, "Seán O'Neill", "London", "sales", "2023-03-27", 1),
        (6, "Aisha Bello", "New York", "sales", "2024-11-04", 1),
        (7, "Mei Tanaka", "New York", "sales", "2025-08-18", 1),  # two people of one name
        (8, "Jonas Brandt", "London", "head of customer success", "2020-05-04", None),
        (9, "Kavya Rao", "Singapore", "account manager", "2021-10-11", 8),
        (10, "Olu Adeyemi", "London", "account manager", "2023-07-03", 8),
        (11, "Grace Kim", "New York", "account manager", "2024-02-19", 8),
        (12, "Pablo Ruiz", "New York", "support", "2023-01-16", 8),
        (13, "Ida Lindqvist", "London", "support", "2024-06-10", 8),
        (14, "Noor Haddad", "Singapore", "support", "2026-09-28", 8),  # no ticket yet
    ]
    write("reps", "rep_id name office role hired_on manager_id", rows)


def territories():
    write("territories", "country label region", [row[:3] for row in COUNTRIES])


CAMPAIGNS = [
    (1, "Search: brand", "search", 24000, "2025-05-01", None),
    (2, "Search: project planning", "search", 60000, "2025-05-01", None),
    (3, "Social spring 2025", "social", 15000, "2025-05-05", "2025-07-31"),
    (4, "Newsletter", "email", 0, "2025-05-01", None),
    (5, "Webinar: close the month in a day", "events", 8000, "2025-09-01", "2025-10-12"),
    (6, "Partner portal", "partner", 30000, "2025-06-02", None),
    (7, "Messe München", "events", 22000, "2025-10-06", "2025-11-02"),
    (8, "Year end offer", "email", 3000, "2025-12-01", "2026-01-31"),
    (9, "Social: founders", "social", 18000, "2026-01-12", "2026-05-31"),
    (10, "Search: 日本語", "search", 12000, "2026-02-02", None),
    (11, "Webinar: one definition", "events", 9000, "2026-03-02", "2026-04-05"),
    (12, "Trade fair Kraków", "events", 14000, "2026-04-13", "2026-05-03"),  # not one lead, not one visit
    (13, "Social summer 2026", "social", 20000, "2026-06-01", "2026-08-30"),
    (14, "Re-engagement", "email", 2000, "2026-09-07", None),
]
BARREN = {12}


def campaigns():
    rows = [(n, name, channel, dollars(100 * budget), start, end) for n, name, channel, budget, start, end in CAMPAIGNS]
    write("campaigns", "campaign_id name channel budget starts_on ends_on", rows)


def campaign_spend():
    draw, rows = Draw("campaign_spend"), []
    weekly = {"search": (300, 1500), "social": (400, 1900), "email": (0, 90), "events": (800, 5200), "partner": (150, 900)}
    for number, _, channel, _, start, end in CAMPAIGNS:
        week = date.fromisoformat(start)
        week += timedelta(days=-week.weekday() % 7)
        while week <= min(LAST, date.fromisoformat(end) if end else LAST):
            if draw.chance(0.93):
                amount = 0 if draw.chance(0.02) else draw.money(*weekly[channel])
                rows.append((number, week, dollars(amount)))
            week += timedelta(days=7)
    write("campaign_spend", "campaign_id week_of amount", rows)


def running(draw, day):
    """A campaign that runs on a day and draws people, or none."""
    if draw.chance(0.3):
        return None
    alive = [c[0] for c in CAMPAIGNS if c[0] not in BARREN and c[4] <= str(day) and (c[5] is None or str(day) <= c[5])]
    return draw.one(alive) if alive else None


def visit_rows():
    draw, rows = Draw("visits"), []
    pages = ["/", "/pricing", "/product", "/blog/one-number", "/customers", "/docs"]
    for _ in range(1480):
        day = draw.day()
        seconds = None if draw.chance(0.06) else int(600 * draw.next() ** 3)
        country = None if draw.chance(0.04) else draw.country()
        visitor = None if draw.chance(0.09) else f"v{draw.whole(1, 620):04d}"
        rows.append([visitor, running(draw, day), country, draw.one(pages), seconds, draw.moment(day, 0, 23)])
    # Traps: moments in UTC that are another day, month or year in New York, and the hours in which its clocks change.
    for text in [
        "2025-06-01 03:59:59", "2025-06-01 04:00:00", "2025-11-02 05:30:00", "2025-11-02 06:30:00", "2025-12-01 04:59:59",
        "2026-01-01 04:59:59", "2026-01-01 05:00:00", "2026-02-01 04:30:00", "2026-02-01 05:30:00", "2026-03-01 04:45:00",
        "2026-03-08 06:59:59", "2026-03-08 07:00:00", "2026-04-01 03:59:59", "2026-07-01 03:30:00", "2026-11-01 03:15:00",
    ]:
        rows.append(["v0007", 2, "US", "/pricing", 42, datetime.fromisoformat(text)])
    return [(n, *row) for n, row in enumerate(rows, 1)]


def visits():
    write("visits", "visit_id visitor campaign_id country landing seconds seen_at", visit_rows())


FIRST_NAMES = "ana bo chiara dev emre finn gia hugo ines jack kofi lena mia noah omar pia quinn rosa sven tara uma vik wen yara zoe".split()
FIRMS = "northwind lakeside tessera bluefin orchard quarry lumen ferrum kestrel harbor aurora mosaic atlas cobalt juniper".split()


def lead_rows():
    draw, rows = Draw("leads"), []
    for _ in range(880):
        day = draw.day()
        created = draw.moment(day, 0, 23)
        email = f"{draw.one(FIRST_NAMES)}.{draw.whole(1, 400)}@{draw.one(FIRMS)}.example"
        email = draw.weighted([(email, 90), (email.title(), 6), (email + " ", 4)])
        company = draw.weighted([(draw.one(FIRMS).title(), 80), (None, 15), ("", 5)])
        country = draw.country()
        country = draw.weighted([(country, 80), (country.lower(), 8), (country + " ", 5), (None, 5), ("ZZ", 2)])
        score = None if draw.chance(0.12) else draw.weighted([(draw.whole(5, 59), 55), (draw.whole(60, 100), 43), (60, 2)])
        good = score is not None and score >= 60
        accepted = created + timedelta(minutes=draw.whole(20, 9000)) if draw.chance(0.72 if good else 0.1) else None
        accepted = within(accepted)
        converted = accepted + timedelta(minutes=draw.whole(60, 50000)) if accepted and draw.chance(0.55) else None
        owner = draw.whole(2, 7) if accepted or draw.chance(0.4) else None
        rows.append([email, company, country, running(draw, day), owner, score, created, accepted, within(converted)])
    # Traps: our own people trying the form, one form sent twice, the last and the first second of months.
    at = datetime.fromisoformat
    rows.append(["QA.Bot@Acme.Example ", "Acme", "US", 1, 2, 99, at("2026-02-10 09:00:00"), at("2026-02-10 09:05:00"), at("2026-02-10 09:06:00")])
    rows.append(["tom@acme.example", None, "us", None, None, 61, at("2025-12-31 23:59:59"), at("2026-01-02 09:00:00"), None])
    for second in range(2):
        rows.append(["ana.12@kestrel.example", "Kestrel", "GB", 9, 4, 75, at("2026-03-31 18:20:00"), at("2026-04-01 09:12:00"), None])
    for moment in ["2025-10-31 23:59:59", "2025-11-01 00:00:00", "2026-02-28 23:59:59", "2026-03-01 00:00:00"]:
        rows.append(["mia.3@lumen.example", "Lumen", "DE", 2, 5, 60, at(moment), at(moment) + timedelta(days=1), None])
    return [(n, *row) for n, row in enumerate(rows, 1)]


def leads():
    columns = "lead_id email company country campaign_id owner_id score created_at accepted_at converted_at"
    write("leads", columns, lead_rows())


def account_rows():
    draw, rows = Draw("accounts"), []
    endings = ["GmbH", "Inc", "Ltd", "S.A.", "LLC", "AG"]
    for number in range(1, 246):
        country = None if draw.chance(0.04) else draw.country()
        region = None if country is None or draw.chance(0.05) else REGION[country]
        if region and draw.chance(0.03):
            region = draw.one(["AMER", "APAC", "EMEA"])  # looked after from elsewhere
        name = f"{draw.one(FIRMS).title()} {draw.one(['Software', 'Logistik', 'Café', 'Labs', 'Énergie'])} {draw.one(endings)}"
        name = draw.weighted([(name, 90), (name.upper(), 4), (name + "  ", 4), (name.replace("é", "e"), 2)])
        segment = draw.weighted([("small", 55), ("mid-market", 28), ("enterprise", 14), (None, 3)])
        if segment == "enterprise":  # large customers are always assigned to somebody
            country = country or "US"
            region = region or REGION[country]
        industry = draw.weighted([("software", 40), ("Software", 5), ("software ", 3), ("logistics", 30), ("retail", 17), (None, 5)])
        signed = date(2023, 6, 1) + timedelta(days=draw.whole(0, 690)) if number <= 80 else draw.day()
        owner = None if draw.chance(0.05) else draw.whole(2, 7)
        rows.append((number, name, country, region, segment, industry, number in (17, 102, 171), signed, owner))
    return rows


def accounts():
    write("accounts", "account_id name country region segment industry is_test signed_up_on owner_id", account_rows())


def buyer(draw, day, rows):
    """An account that had signed up by a day; a quarter of them never buys, some buy often."""
    while True:
        row = rows[int(len(rows) * draw.next() ** 1.3)]
        if row[7] <= day and row[0] % 4 != 3:
            return row


def opportunities():
    draw, known, rows = Draw("opportunities"), account_rows(), []
    begun = [(lead[0], lead[9], lead[5]) for lead in lead_rows() if lead[9]]
    begun += [(None, draw.moment(draw.day()), draw.whole(2, 7)) for _ in range(330)]
    for lead, created, rep in sorted(begun, key=lambda each: (each[1], each[0] or 0)):
        account = buyer(draw, created.date(), known)
        size = {"small": (900, 9000), "mid-market": (6000, 42000), "enterprise": (20000, 180000)}.get(account[4], (900, 20000))
        amount = draw.weighted([(draw.money(*size), 94), (None, 5), (0, 1)])
        closed = within(created + timedelta(minutes=draw.whole(2 * 1440, 110 * 1440)))
        if closed and draw.chance(0.88):
            stage = draw.weighted([("won", 36 if lead else 29), ("lost", 68)])
        else:
            stage, closed = draw.one(["open", "proposal"]), None
        customer = None if draw.chance(0.03) else account[0]
        rep = None if draw.chance(0.03) else rep
        rows.append([customer, lead, rep, stage, dollars(amount), created, closed])
    at = datetime.fromisoformat
    # Traps: the last second of the fiscal year and the first of the next; deals without a closing time; no amount; a test.
    rows.append([5, None, 2, "won", "48000.00", at("2025-11-20 10:00:00"), at("2026-01-31 23:59:59")])
    rows.append([5, None, 2, "won", "48000.00", at("2025-11-20 10:00:00"), at("2026-02-01 00:00:00")])
    rows.append([9, None, 4, "won", None, at("2026-04-02 09:30:00"), at("2026-04-30 23:58:00")])
    rows.append([10, None, 4, "lost", "7000.00", at("2025-09-09 11:00:00"), None])
    rows.append([None, None, None, "lost", "100.00", at("2025-09-10 11:00:00"), None])
    rows.append([17, None, 3, "won", "999999.99", at("2026-05-05 12:00:00"), at("2026-05-06 12:00:00")])
    rows.append([9999, None, 3, "won", "1200.50", at("2026-06-01 08:00:00"), at("2026-06-30 23:59:59")])
    columns = "opportunity_id customer_id lead_id rep_id stage amount created_at closed_at"
    write("opportunities", columns, [(n, *row) for n, row in enumerate(rows, 1)])


def order_rows():
    draw, known, rows = Draw("orders"), account_rows(), []
    prices = {"small": 2900, "mid-market": 2600, "enterprise": 2300}
    days = sorted(draw.day() for _ in range(1010))
    late = [FIRST + timedelta(days=draw.whole(60, 420)) for _ in range(18)]  # loaded long after they were placed
    for day in days + late:
        account = buyer(draw, day, known)
        through = draw.weighted([("web", 55), ("direct", 30), ("partner", 15)])
        quantity = {"small": draw.whole(1, 25), "mid-market": draw.whole(10, 120), "enterprise": draw.whole(60, 700)}.get(account[4], 5)
        amount = quantity * (prices.get(account[4], 2900) + draw.whole(-300, 300))
        discount = None if draw.chance(0.6) else amount * draw.whole(0, 30) // 100
        cost = None if draw.chance(0.05) else amount * draw.whole(12, 45) // 100
        status = draw.weighted([("complete", 62), ("Complete", 16), ("COMPLETE ", 8), ("cancelled", 8), ("pending", 6)])
        customer = None if draw.chance(0.02) else account[0]
        rep = None if through == "web" else draw.whole(2, 7)
        manager = None if draw.chance(0.3) else draw.whole(9, 11)
        ordered = draw.moment(day, 0, 23) if through == "web" else draw.moment(day)
        rows.append([customer, rep, manager, through, status, quantity, amount, discount, cost, ordered])
    at = datetime.fromisoformat
    # Traps: midnight at month ends, two orders alike but for their key, nothing paid, a customer nobody knows, a test account.
    rows.append([1, None, None, "web", "complete", 10, 29000, None, 6000, at("2025-12-31 23:59:59")])
    rows.append([1, None, None, "web", "complete", 10, 29000, None, 6000, at("2026-01-01 00:00:00")])
    rows.append([2, None, 9, "web", "Complete", 3, 8700, 0, 2000, at("2026-02-28 23:59:59")])
    rows.append([2, None, 9, "web", "COMPLETE ", 3, 8700, 0, 2000, at("2026-03-01 00:00:00")])
    for _ in range(2):
        rows.append([6, 2, 9, "direct", "complete", 40, 104000, 4000, 20000, at("2026-04-30 16:45:10")])
    rows.append([8, None, None, "web", "complete", 1, 0, None, 0, at("2026-05-31 12:00:00")])
    rows.append([8, None, None, "web", "complete", 1, 2900, 2900, None, at("2026-05-31 12:05:00")])
    rows.append([9999, 3, 10, "partner", "complete", 20, 52000, None, 9000, at("2025-08-31 23:15:00")])
    rows.append([9999, 3, 10, "partner", "complete", 20, 52000, 2001, 9000, at("2026-06-30 23:59:59")])
    rows.append([None, None, None, "web", "complete", 2, 5801, 0, None, at("2026-10-31 23:59:59")])
    rows.append([17, 2, 9, "direct", "complete", 500, 99999999, None, 1, at("2026-03-15 10:00:00")])
    return [(1000 + n, *row) for n, row in enumerate(rows, 1)]


def orders():
    """The cookie of a web order is that of a visit of the days before it, or of a browser that was never seen."""
    draw, seen = Draw("order_visitors"), [(row[6], row[1]) for row in visit_rows() if row[1]]
    columns = "order_id customer_id rep_id account_manager_id sold_through status quantity amount discount cost ordered_at visitor clicked_at"
    rows = []
    for row in order_rows():
        web, clicked = row[4] == "web", row[10].replace(tzinfo=ZoneInfo("America/New_York")).astimezone(timezone.utc).replace(tzinfo=None)
        recent = [visitor for moment, visitor in seen if timedelta(0) < clicked - moment < timedelta(days=10)]
        visitor = draw.weighted([(draw.one(recent or ["v9999"]), 60), ("v9999", 10), (None, 30)]) if web else None
        rows.append((*row[:7], *(dollars(cents) for cents in row[7:10]), row[10], visitor, clicked if web else None))
    write("orders", columns, rows)


def refunds():
    draw, rows = Draw("refunds"), []
    for order in order_rows():
        number, amount, ordered = order[0], order[7], order[10]
        if order[5].strip().lower() == "complete" and amount < 10_000_000 and draw.chance(0.075):
            part = draw.weighted([(100, 50), (50, 30), (draw.whole(5, 95), 20)])
            refunded = within(ordered + timedelta(minutes=draw.whole(60, 75 * 1440)))
            reason = draw.weighted([("duplicate", 30), ("Duplicate ", 5), ("not as expected", 45), (None, 20)])
            if refunded:
                rows.append([number, dollars(amount * part // 100), reason, refunded])
    at = datetime.fromisoformat
    # Traps: more given back than was paid, two refunds of one order, nothing given back, an order nobody knows.
    rows.append([1005, "9000.00", "settlement", at("2026-08-31 23:59:59")])
    rows.append([1041, "10.00", None, at("2025-07-31 23:30:00")])
    rows.append([1041, "10.00", None, at("2025-08-01 00:00:00")])
    rows.append([1077, "0.00", "goodwill", at("2026-01-31 12:00:00")])
    rows.append([88888, "125.25", "chargeback", at("2026-06-15 03:00:00")])
    columns = "refund_id order_id amount reason refunded_at"
    write("refunds", columns, [(n, *row) for n, row in enumerate(rows, 1)])


def subscriptions():
    draw, known, rows = Draw("subscriptions"), account_rows(), []
    for _ in range(262):
        day = draw.day()
        account = buyer(draw, day, known)
        plan, price = draw.weighted([(("basic", 1900), 40), (("team", 2900), 42), (("Team", 2900), 4), (("enterprise", 3900), 14)])
        seats = draw.whole(1, 20) if plan == "basic" else draw.whole(5, 150)
        ended = day + timedelta(days=draw.whole(20, 400)) if draw.chance(0.38) else None
        rows.append([account[0], plan, seats, dollars(seats * price), day, ended if ended and ended <= LAST else None])
    # Traps: begun and ended on one day, begun on the last day of a month, no seats.
    rows.append([12, "team", 10, "290.00", "2026-02-28", "2026-02-28"])
    rows.append([13, "team", 10, "290.00", "2026-01-31", None])
    rows.append([13, "basic", 0, "0.00", "2025-10-31", None])
    columns = "subscription_id customer_id plan seats monthly_amount started_on ended_on"
    write("subscriptions", columns, [(n, *row) for n, row in enumerate(rows, 1)])


def tickets():
    draw, known, rows = Draw("tickets"), account_rows(), []
    subjects = ["Cannot sign in", "Invoice is wrong", "Export fails", "Slow dashboard", "How do I add a user?", "Mot de passe oublié"]
    for _ in range(590):
        day = draw.day()
        account = buyer(draw, day, known)
        opened = draw.moment(day, 0, 23)
        priority = draw.weighted([("low", 35), ("normal", 45), ("high", 17), ("urgent", 3)])
        wait = {"low": 2600, "normal": 900, "high": 240, "urgent": 60}[priority]
        replied = within(opened + timedelta(seconds=int(60 * wait * draw.next() ** 2)) if draw.chance(0.94) else None)
        closed = within(replied + timedelta(minutes=draw.whole(5, 9000)) if replied and draw.chance(0.9) else None)
        rating = draw.weighted([(5, 40), (4, 30), (3, 14), (2, 8), (1, 8)]) if closed and draw.chance(0.35) else None
        customer = None if draw.chance(0.04) else account[0]
        agent = draw.whole(12, 13) if replied else None
        rows.append([customer, agent, draw.one(subjects), priority, opened, replied, closed, rating, draw.chance(0.07)])
    at = datetime.fromisoformat
    # Traps: answered in the second it came, over midnight and over a year's end, an unknown customer.
    rows.append([4, 12, "Auto-reply", "low", at("2026-03-03 10:00:00"), at("2026-03-03 10:00:00"), None, None, False])
    rows.append([4, 13, "EXPORT FAILS ", "high", at("2025-12-31 23:58:30"), at("2026-01-01 00:01:10"), at("2026-01-01 00:01:10"), 1, True])
    rows.append([9999, 12, "Who am I?", "normal", at("2026-08-31 23:59:59"), at("2026-09-01 00:00:00"), None, None, False])
    columns = "ticket_id customer_id agent_id subject priority opened_at first_reply_at closed_at rating reopened"
    write("tickets", columns, [(n, *row) for n, row in enumerate(rows, 1)])


def account_days():
    """What each of four bank accounts holds at the end of a day. Banks are closed at weekends, so a month may end with no row."""
    draw, rows = Draw("account_days"), []
    first, harbor = ("First National", "US"), ("Harbor Savings", "CA")
    accounts = [
        ("operating", "checking", first, 24_000_000), ("payroll", "checking", first, 6_000_000), ("reserve", "savings", harbor, 90_000_000),
        ("escrow", "trust", harbor, 3_000_000),
    ]
    for account, kind, bank, cents in accounts:
        day = FIRST
        while day <= LAST:
            cents += draw.whole(-400_000, 460_000)
            closed_on = date(2026, 7, 18) if account == "payroll" else None
            # Traps: the reserve account opens late, the payroll account is closed, what lies in escrow is not Acme's.
            alive = day >= date(2025, 9, 15) if account == "reserve" else account != "payroll" or day <= date(2026, 7, 17)
            if day.weekday() < 5 and alive:
                rows.append((account, kind, *bank, account == "escrow", closed_on, day, dollars(cents)))
            day += timedelta(days=1)
    write("account_days", "bank_account kind bank country is_escrow closed_on day balance", sorted(rows, key=lambda row: (row[6], row[0])))


def retail_days():
    """The 4-4-5 calendar of partners: years of 52 weeks from Monday, 3 February 2025, quarters of 4, 4 and 5 weeks."""
    rows, day = [], date(2025, 2, 3)
    while day < date(2027, 2, 1):
        year, week = 2025 + (day - date(2025, 2, 3)).days // 364, (day - date(2025, 2, 3)).days % 364 // 7
        quarter, rest = week // 13, week % 13
        period = 3 * quarter + min(rest // 4, 2)
        rows.append((day, f"{year}-P{period + 1:02d}", f"{year}-Q{quarter + 1}", year))
        day += timedelta(days=1)
    write("retail_days", "day retail_period retail_quarter retail_year", rows)


if __name__ == "__main__":
    for table in (
        reps, territories, campaigns, campaign_spend, visits, leads, accounts, opportunities, orders, refunds, subscriptions, tickets,
        account_days, retail_days,
    ):
        table()
