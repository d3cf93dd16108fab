"""What a thief of the disk reads: every file of an installation, and its logs, searched for what people wrote."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

_SPOKEN = re.compile(r"^(?!bot)[a-z][\w.-]*(?: [A-Z]+)?> ?(.+)$", re.MULTILINE)
_THING = re.compile(r"\[.+?\]|\([^)]*\)")
_SHORTEST = 12
"""Letters of a piece of a message: shorter ones (*air*, *drainase*) are names of offices and categories as well."""


def secrets_of(story: str) -> set[str]:
    """Every sentence that anybody says in a story, and the names and contacts of everybody in it."""
    said = {piece.strip() for line in _SPOKEN.findall(story) for piece in _THING.sub("", line).split(" / ")}
    table = (files("bot.demo") / "people.csv").read_text(encoding="utf-8").splitlines()
    people = {value for row in csv.DictReader(table) for value in (row["name"], row["contact"])}
    return {one for one in said if len(one) >= _SHORTEST} | people


def found_in_clear(folder: Path, logs: str, secrets: set[str], *, but: frozenset[str] = frozenset()) -> list[str]:
    """Which of `secrets` stand readable in a file under `folder` or in `logs`; files named in `but` are not looked at.

    Databases are read as bytes, free pages and write-ahead log included.
    """
    seen = logs.encode("utf-8")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not but & set(path.relative_to(folder).parts):
            seen += path.read_bytes()
    return sorted(one for one in secrets if one.encode("utf-8") in seen)
