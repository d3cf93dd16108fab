"""A model that was trained here (`kentongan retrain`) instead of the one that is shipped."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

from bot.operator_error import OperatorError
from routing.learned import Learned, load_learned, read_model


def open_model(path: Path) -> Learned:
    """Raises OperatorError where the file is none of ours, or was trained on the corpus of another release."""
    try:
        learned = read_model(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        raise OperatorError("cli.retrain.unreadable", path=str(path)) from None
    if learned.corpus != load_learned().corpus:
        raise OperatorError("cli.retrain.outdated", path=str(path))
    return learned
