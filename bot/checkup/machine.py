"""What this machine must have: a folder for files that can be written, a key that nobody else reads, the days off."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fsspec.core import url_to_fs

from bot.checkup.finding import Finding, stops, warns
from bot.settings import Settings
from routing.deadlines import missing_years
from routing.region import Region

AHEAD_FROM_MONTH = 10
"""From October on deadlines reach into the next year."""


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    if settings.media_url is not None and not _keeps_files(settings.media_url):
        yield stops("checkup.media_url")
    folder = settings.var_dir / "media" if settings.media_url is None else settings.var_dir
    if not _can_be_made(folder):
        yield stops("checkup.folder", folder=str(folder))
    key_file = settings.key_file or settings.var_dir / "kentongan.key"
    if settings.keys is None and key_file.exists() and _others_may_read(key_file):
        yield warns("checkup.key_open", file=str(key_file))


def look_at_days_off(regions: list[Region], now: datetime) -> Iterator[Finding]:
    """`now` is aware UTC; a year begins in Indonesia some hours earlier, which changes nothing here."""
    years = (now.year, now.year + 1) if now.month >= AHEAD_FROM_MONTH else (now.year,)
    for year in years:
        names = [one.name for one in regions if missing_years(one, year)]
        if names:
            yield warns("checkup.days_off", year=str(year), regions=", ".join(names))


def _can_be_made(folder: Path) -> bool:
    """Whether files could be written there, without making anything."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _keeps_files(url: str) -> bool:
    """Writes a small file there, reads it and takes it away. The address is told nobody: it may hold a password."""
    content = secrets.token_bytes(16)
    try:
        files, root = url_to_fs(url)
        probe = f"{root}/{content.hex()}"
        files.makedirs(root, exist_ok=True)
        files.pipe_file(probe, content)
        kept: bytes = files.cat_file(probe)
        files.rm_file(probe)
    except Exception:  # noqa: BLE001 - each kind of storage fails in a way of its own
        return False
    return kept == content


def _others_may_read(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
