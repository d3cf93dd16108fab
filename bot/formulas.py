"""Cells of exported lists: what somebody wrote must not become a formula in a clerk's spreadsheet."""

from __future__ import annotations

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """The same words, behind an apostrophe where a spreadsheet would calculate with them.

    A telephone number keeps its plus: digits alone are no formula.
    """
    if not cell.startswith(_STARTS_A_FORMULA) or cell.removeprefix("+").isdigit():
        return cell
    return f"'{cell}"
