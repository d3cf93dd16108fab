"""Imported once by the server that child processes are forked from: what is slow the first time was done by then."""

import sqlite3  # noqa: F401
from datetime import UTC, datetime

import fsspec.implementations.chained  # noqa: F401
import psycopg  # noqa: F401
import pytest  # noqa: F401 - the main module of a run without workers, which every child looks at

from bot.app import knowledge
from bot.catalogue import load_catalogue
from routing.deadlines import WorkingTime

load_catalogue("id")
ATLAS, _ = knowledge()
WorkingTime(ATLAS.regions["64.72"]).day_after(datetime(2026, 11, 23, tzinfo=UTC), 1)
