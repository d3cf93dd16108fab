"""What was mistyped at the command line, in the words of the catalogue: Typer's own sentences are English only."""

from __future__ import annotations

import re
from typing import Any

from typer import BadParameter, TyperException

from bot.operator_error import OperatorError

_QUOTED = re.compile(r"'([^']*)'")
_BRACKETED = re.compile(r"\(([^()]*)\)$")


def is_help(error: TyperException) -> bool:
    """A command that was given nothing and answers with its help, which Typer counts as a complaint."""
    return type(error).__name__ == "NoArgsIsHelpError"


def explained(error: TyperException) -> OperatorError:
    """The same complaint as a line of ours, with the command whose help tells more.

    Typer keeps the classes of its complaints to itself, so they are told apart by name; what is new to us is answered
    in general.
    """
    context = getattr(error, "ctx", None)
    place = context.command_path if context else "kentongan"
    key, values = _reason(error)
    return OperatorError(f"usage.{key}", help=f"{place} --help", **values)


def _reason(error: TyperException) -> tuple[str, dict[str, str]]:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _no_option(error)
    if kind == "MissingParameter":
        return "missing", {"what": _what(error)}
    if isinstance(error, BadParameter):
        return "wrong_value", {"what": _what(error)}
    if kind == "BadOptionUsage":
        key = "needs_value" if "requires" in error.message else "takes_no_value"
        return key, {"what": str(vars(error)["option_name"])}
    return _by_sentence(error.message)


def _no_option(error: Any) -> tuple[str, dict[str, str]]:
    if error.possibilities:
        return "no_option_but_like", {"what": error.option_name, "likely": ", ".join(sorted(error.possibilities))}
    return "no_option", {"what": error.option_name}


def _by_sentence(sentence: str) -> tuple[str, dict[str, str]]:
    command, extra = _QUOTED.search(sentence), _BRACKETED.search(sentence)
    if sentence.startswith("No such command") and command:
        return "no_command", {"what": command[1]}
    if sentence.startswith("Got unexpected extra") and extra:
        return "too_much", {"what": extra[1]}
    if sentence.startswith("Missing command"):
        return "no_command_given", {}
    return "other", {}


def _what(error: Any) -> str:
    """The option as it is typed, or the name that the help gives to an argument."""
    if error.param is None:
        return str(error.param_hint or "?")
    typed = str(error.param.opts[0])
    return typed if typed.startswith("-") else str(error.param.metavar or typed.upper())
