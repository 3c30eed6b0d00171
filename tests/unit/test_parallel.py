"""Work that is spread over threads and processes."""

from __future__ import annotations

import os

import pytest

from callboard.parallel import map_forked, map_ordered


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_results_come_in_the_order_of_what_they_are_made_of(jobs, count):
    items = [f"{n}" * 100_000 for n in range(count)]

    assert list(map_forked(str.upper, items, jobs=jobs)) == items
    assert map_ordered(str.upper, items, jobs=jobs) == items


def test_the_work_is_done_by_as_many_processes_as_there_are_jobs():
    found = list(map_forked(lambda _: os.getpid(), range(10), jobs=2))

    assert len(set(found)) == 2 and os.getpid() not in found


class Strange(Exception):
    """Cannot be pickled."""

    def __reduce__(self):
        raise TypeError


@pytest.mark.parametrize(("raised", "expected"), [(ValueError("no"), ValueError), (Strange("no"), RuntimeError)])
def test_what_is_raised_in_a_process_is_raised_here_after_what_came_before(raised, expected):
    def work(number):
        if number == 3:
            raise raised
        return number

    results = map_forked(work, range(6), jobs=2)

    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(expected) as caught:
        next(results)
    assert "test_parallel.py" in "".join((str(caught.value), *getattr(caught.value, "__notes__", ())))


def test_a_process_that_is_ended_is_said_to_have_ended():
    with pytest.raises(RuntimeError, match="a process that made pages ended"):
        list(map_forked(lambda _: os.kill(os.getpid(), 9), range(2), jobs=2))


def test_no_process_is_left_when_nobody_wants_the_rest():
    results = map_forked(lambda number: (os.getpid(), b"x" * 1_000_000), range(100), jobs=2)
    pids = {next(results)[0], next(results)[0]}

    results.close()

    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
