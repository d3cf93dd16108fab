"""Stands in for the library of the same name: the same class, arguments and results, and a model that is a text file.

`model.bin` holds what is heard: a line of duration, certainty and words; `wait` in front of it waits to be let go.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

go_on = threading.Event()


@dataclass
class Segment:
    text: str
    avg_logprob: float


@dataclass
class TranscriptionInfo:
    language: str
    duration: float


class WhisperModel:
    loaded = 0

    def __init__(
        self,
        model_size_or_path: str,
        device: str = "auto",
        device_index: int = 0,
        compute_type: str = "default",
        cpu_threads: int = 0,
        num_workers: int = 1,
        download_root: str | None = None,
        local_files_only: bool = False,
    ) -> None:
        assert local_files_only, "the real one would look in the network"
        self._folder = Path(model_size_or_path)
        type(self).loaded += 1

    def transcribe(
        self,
        audio: BinaryIO,
        language: str | None = None,
        task: str = "transcribe",
        beam_size: int = 5,
        condition_on_previous_text: bool = True,
        vad_filter: bool = False,
    ) -> tuple[Iterator[Segment], TranscriptionInfo]:
        if not audio.read(4) == b"OggS":
            raise ValueError("nothing that can be decoded")
        duration, certainty, words = (self._folder / "model.bin").read_text(encoding="utf-8").split(" ", 2)
        pieces = (Segment(f" {half.strip()}", float(certainty)) for half in words.split("|"))
        return self._made(pieces), TranscriptionInfo(language or "", float(duration))

    def _made(self, pieces: Iterator[Segment]) -> Iterator[Segment]:
        """Like the real one it begins to work only when it is read."""
        if (self._folder / "wait").exists():
            go_on.wait(10)
        yield from pieces
