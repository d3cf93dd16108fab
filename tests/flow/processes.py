"""Runs functions in processes of their own, forked from a server that has everything imported already."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.flow.preloaded"])


def started(job: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = _CONTEXT.Process(target=job, args=arguments)
    process.start()
    return process


def exit_code(job: Callable[..., None], *arguments: Any) -> int | None:
    process = started(job, *arguments)
    process.join()
    return process.exitcode
