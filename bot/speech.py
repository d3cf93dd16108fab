"""Speech into words by a model on this machine; nothing that anybody said leaves it. Off unless a model is set up."""

from __future__ import annotations

import importlib
import io
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import structlog

from bot.logs import place_of
from bot.operator_error import OperatorError

LIBRARY = "faster_whisper"
NEEDED = ("config.json", "model.bin", "tokenizer.json")
"""Files of a model folder; without the last one the library would fetch it from the network."""
LANGUAGE = "id"
LONGEST = 180.0
"""Seconds of a voice note that a turn is worth; people listen to longer ones."""
PATIENCE = 8.0
"""Seconds a turn waits for the words, well within its lease."""
LEAST_SURE = -1.0
"""Mean log probability below which the words are a guess, and a guess is worse than a person who listens."""

log = structlog.get_logger(__name__)


class SpeechMissingError(OperatorError):
    """A model was asked for, and its library or its files are not there."""


class Speech:
    """One model in one thread, loaded when the first voice note comes (Whisper through CTranslate2)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="speech")
        self._last: Future[str] | None = None
        self._lock = Lock()

    def hear(self, content: bytes, patience: float | None = PATIENCE) -> str:
        """The words; empty when nobody can tell, when it takes too long, or while another one is still at work.

        `patience` is in seconds; None waits for its turn and to the end.
        """
        with self._lock:
            if patience is not None and self._last is not None and not self._last.done():
                return ""
            self._last = at_work = self._thread.submit(self._transcribe, content)
        try:
            return at_work.result(patience)
        except TooSlowError:
            return ""
        except Exception as error:  # noqa: BLE001 - whatever a decoder makes of a stranger's file, the note is kept
            log.warning("speech.failed", error=place_of(error))
            return ""

    def close(self) -> None:
        """What is at work ends; what waits does not begin."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _transcribe(self, content: bytes) -> str:
        if self._model is None:
            library = importlib.import_module(LIBRARY)
            self._model = library.WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", local_files_only=True
            )
        pieces, about = self._model.transcribe(
            io.BytesIO(content), language=LANGUAGE, vad_filter=True, condition_on_previous_text=False
        )
        if about.duration > LONGEST:
            return ""  # the pieces are made while they are read: nothing of it was put into words yet
        heard = list(pieces)
        if not heard or sum(piece.avg_logprob for piece in heard) / len(heard) < LEAST_SURE:
            return ""
        return " ".join(piece.text.strip() for piece in heard)


def open_speech(folder: Path | None) -> Speech | None:
    """None without a folder. Raises SpeechMissingError at the start, not at the first voice note."""
    if folder is None:
        return None
    if find_spec(LIBRARY) is None:
        raise SpeechMissingError("speech.no_library")
    for name in NEEDED:
        if not (folder / name).is_file():
            raise SpeechMissingError("speech.no_model", folder=str(folder), file=name)
    return Speech(folder)
