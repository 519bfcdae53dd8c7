"""Redshift's dialect without a Redshift, by `translated.py`."""

from translated import Translated


def open_engine():
    return Redshift()


class Redshift(Translated):
    dialect = "redshift"
