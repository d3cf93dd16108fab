"""What ends a command with one clear line: a catalogue key and what fills it, never words made in the code."""

from __future__ import annotations

from sqlalchemy.exc import DontWrapMixin


class OperatorError(DontWrapMixin, Exception):
    """The operator has to do something first. `key` names the line in the catalogue; the exit code is 2.

    SQLAlchemy passes it on as it is (`DontWrapMixin`), because a column may raise it while a row is read.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
