"""Values of every engine as JSON that loses nothing: what JSON has no exact form for is an object with one key, its kind."""

import datetime
import decimal


class Missing(Exception):
    """The engine is not installed on this machine."""


def tagged(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else {"integer": str(value)}
    if isinstance(value, decimal.Decimal):
        return {"decimal": format(value, "f") if value.is_finite() else str(value)}
    if isinstance(value, float):
        return {"double": repr(value)}
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return {"timestamp": value.isoformat(" ")}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    raise TypeError(f"a result holds a {type(value).__name__}, which no metric can be: {value!r}")
