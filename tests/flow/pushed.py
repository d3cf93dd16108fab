"""Reads from the code which lines may go to somebody who did not write just now: those have to cope with a closed
window."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.catalogue import load_catalogue
from routing.changes import CHANGES

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"[a-z]+(\.[a-z_]+)+")

Known = dict[str, list[ast.expr]]
"""What the names of a function were assigned."""


def pushed_keys() -> set[str]:
    """Keys of every `Notify` to others than the sender, of what the table of changes tells, and of every reminder.

    A key that is put together (`f"{hears}.note"`) counts as each key of the catalogue that fits it.
    """
    patterns = {pattern for source in _sources() for pattern in _notified(ast.parse(source))}
    patterns |= {
        re.escape(rule.reporter_hears) + r"(\.note|\.joined)?" for rule in CHANGES.values() if rule.reporter_hears
    }
    reminders = ast.parse((ROOT / "routing" / "remind.py").read_text(encoding="utf-8"))
    for node in ast.walk(reminders):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("remind."):
            patterns.add(re.escape(node.value) + r"(\.coordinator)?")
    any_of_them = re.compile("|".join(sorted(patterns)))
    return {key for key in load_catalogue("id") if any_of_them.fullmatch(key)}


def _sources() -> Iterator[str]:
    """Of the files that notify anybody."""
    for room in ("handlers", "bot"):
        for path in sorted((ROOT / room).glob("*.py")):
            if "Notify(" in (source := path.read_text(encoding="utf-8")):
                yield source


def _notified(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            known = _assigned(function)
            for call in _calls(function, "Notify"):
                if not (isinstance(call.args[0], ast.Call) and getattr(call.args[0].func, "id", "") == "Sender"):
                    for say in (one for part in _expanded(call.args[1], known) for one in _calls(part, "Say")):
                        for part in _expanded(say.args[0], known):
                            yield from _keys(part)


def _assigned(function: ast.FunctionDef) -> Known:
    known: Known = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    known.setdefault(target.id, []).append(node.value)
    return known


def _calls(node: ast.AST, name: str) -> list[ast.Call]:
    found = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    return [one for one in found if isinstance(one.func, ast.Name) and one.func.id == name and one.args]


def _expanded(
    node: ast.expr, known: dict[str, list[ast.expr]], seen: frozenset[str] = frozenset()
) -> Iterator[ast.expr]:
    """The expression, and whatever its names were assigned in the same function."""
    yield node
    for name in (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id not in seen):
        for value in known.get(name, ()):
            yield from _expanded(value, known, seen | {name})


def _keys(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            texts = [one.value if isinstance(one, ast.Constant) else None for one in part.values]
            if texts[0] is not None and "." in str(texts[0]):
                yield "".join(r"[a-z_.]+" if text is None else re.escape(str(text)) for text in texts)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and KEY.fullmatch(part.value):
            yield re.escape(part.value)
