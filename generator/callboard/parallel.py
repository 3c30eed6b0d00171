"""Concurrency that the rest of the code cannot see."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle, islice
from typing import Any, BinaryIO, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_ordered(work: Callable[[T], R], items: Iterable[T], *, jobs: int) -> list[R]:
    """Like ``map``: results in the order of *items*, whoever finishes first. With one job it is plain Python."""
    if jobs == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))


def map_forked(work: Callable[[T], R], items: Sequence[T], *, jobs: int) -> Iterator[R]:
    """Like ``map``, for work of the processor alone: *jobs* copies of this process do it, and results come in order.

    *work* and *items* are never pickled, results are; what *work* changes is lost. An exception comes with a note of
    where it was raised. With one job, or where a process with threads cannot be copied, it is plain Python.
    """
    jobs = min(jobs, len(items))
    if jobs <= 1 or not sys.platform.startswith("linux"):
        yield from map(work, items)
        return
    children: dict[int, BinaryIO] = {}
    try:
        for number in range(jobs):
            pid, results = _fork(work, islice(items, number, None, jobs), children.values())
            children[pid] = results
        for _, results in zip(items, cycle(children.values()), strict=False):
            good, value = _answer(results)
            if not good:
                raise value
            yield value
    finally:
        for pid, results in children.items():
            results.close()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _fork(work: Callable[[T], R], items: Iterable[T], others: Iterable[BinaryIO]) -> tuple[int, BinaryIO]:
    """A copy of this process that does *work*; its number, and where its results can be read. It holds none of the
    pipes of *others* open, so that it ends when nobody reads its own."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # said of processes with threads: ours hold no lock that work needs
        pid = os.fork()
    if pid == 0:
        os.close(reading)
        for other in others:
            os.close(other.fileno())
        _serve(work, items, writing)
    os.close(writing)
    return pid, open(reading, "rb", buffering=1 << 16)


def _serve(work: Callable[[T], R], items: Iterable[T], writing: int) -> NoReturn:
    """The life of a copy: no line of its parent's code runs after it."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
        with open(writing, "wb", buffering=1 << 16) as results:
            for item in items:
                try:
                    answer = pickle.dumps((True, work(item)), pickle.HIGHEST_PROTOCOL)
                except Exception as error:
                    error.add_note("".join(traceback.format_exception(error)))
                    answer = _failure(error)
                results.write(answer)
                results.flush()
        status = 0
    finally:
        os._exit(status)


def _failure(error: Exception) -> bytes:
    try:
        return pickle.dumps((False, error))
    except Exception:  # an exception may hold anything
        return pickle.dumps((False, RuntimeError("".join(traceback.format_exception(error)))))


def _answer(results: BinaryIO) -> tuple[bool, Any]:
    try:
        answer: tuple[bool, Any] = pickle.load(results)  # noqa: S301  # written by a copy of this process
        return answer
    except EOFError:
        return False, RuntimeError("a process that made pages ended: it may have run out of memory")
