"""A telephone number as people write it, as the one form it is stored and looked up in (E.164)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

HOME = "ID"
"""Numbers without a country are Indonesian."""

_SEVERAL = re.compile(r"\d[^\d]*[/;,&][^\d]*\d")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_SIGNS = re.compile(r"[0-9+(). -]+")


class NotAPhoneError(ValueError):
    """`key` is the catalogue key of the reason."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_phone(written: str) -> str:
    """`0812-0000-0001`, `62812…` or a spreadsheet's `8.1200000001E+10` as `+6281200000001`. Raises NotAPhoneError."""
    plain = _unscientific(_plain(written))
    if _SEVERAL.search(plain):
        raise NotAPhoneError("import.row.phone_several")
    if not _SIGNS.fullmatch(plain):
        raise NotAPhoneError("import.row.phone")
    international = re.sub(r"^00[ -]*(?=[1-9])", "+", plain)
    try:
        number = parse(international, HOME)
    except NumberParseException:
        raise NotAPhoneError("import.row.phone") from None
    if not is_valid_number(number):
        raise NotAPhoneError("import.row.phone")
    return format_number(number, PhoneNumberFormat.E164)


def _plain(written: str) -> str:
    """Without the invisible signs that copying from a chat brings along, and with one kind of blank and dash."""
    signs = []
    for sign in written.strip().lstrip("'"):
        kind = unicodedata.category(sign)
        if kind != "Cf":
            signs.append(" " if kind in ("Zs", "Cc") else "-" if kind == "Pd" else sign)
    return "".join(signs).strip()


def _unscientific(plain: str) -> str:
    found = _SCIENTIFIC.fullmatch(plain)
    if found is None:
        return plain
    whole, rest, power = found.group(1), found.group(2) or "", int(found.group(3))
    if len(rest.rstrip("0")) < power - 1:
        # Fewer digits than the number has: the spreadsheet threw the last ones away.
        raise NotAPhoneError("import.row.phone_shortened")
    return str(int(Decimal(f"{whole}.{rest or '0'}E{power}")))
