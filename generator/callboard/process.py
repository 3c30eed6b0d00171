"""Other programs are run here: bounded, with a chosen environment, with a useful error."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL = 20


class ToolError(Exception):
    """A program failed; the message holds the command and the end of what it printed."""

    def __init__(self, command: Sequence[str], outcome: str, output: str) -> None:
        tail = "\n".join(f"  | {line}" for line in output.splitlines()[-TAIL:])
        super().__init__(f"{shlex.join(command)} {outcome}" + (f"\n{tail}" if tail else ""))
        self.command = tuple(command)
        self.output = output


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float, input: bytes | None = None
) -> bytes:
    """Return what *command* wrote to its standard output. Raises ToolError; on timeout its process group is ended.

    The environment is *env* and nothing else: secrets of the build are not inherited.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(input, timeout=timeout)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise ToolError(command, f"took longer than {timeout:g} s", errors.decode(errors="replace")) from None
        raise
    if process.returncode:
        raise ToolError(command, f"exited with {process.returncode}", errors.decode(errors="replace"))
    return output
