"""The room the presses work in: one quiet process that has loaded the renderer once, and forks a press for every job.

Loading WeasyPrint takes longer than rendering a short chapter. `python -m masterplan.pressroom` reads one folder a line from
its standard input, forks, and answers "pid" when the press has begun and "code" when it has ended. It never renders
anything itself, so no job leaves a trace for the next one, and the limits of masterplan.press hold for each press alone.
It ends with its parent: when its input closes, the press at work is killed.
"""

import gc
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from masterplan import press

KEPT = 2  # idle rooms that a process keeps
LEAVING_SECONDS = 5


class Room:
    """The parent's side of one room."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            bufsize=0,  # `ended` waits for what the pipe holds, so nothing may lie in a buffer
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.jobs, self.answers = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)

    def begin(self, folder: Path) -> int | None:
        """Starts the job of this folder; returns the pid of its press, None when the room is gone."""
        try:
            self.jobs.write(f"{folder}\n".encode())
        except OSError:
            return None
        return self._answer()

    def ended(self, patience: float) -> tuple[bool, int | None]:
        """(whether the press has ended, its code): waits at most `patience` seconds. The code of a lost room is None."""
        ready, _, _ = select.select([self.answers], [], [], patience)
        return (True, self._answer()) if ready else (False, None)

    def _answer(self) -> int | None:
        line = self.answers.readline()
        return int(line) if line else None

    def close(self) -> None:
        """Ends the room, and with it a press that still works; both are gone when this returns."""
        self.jobs.close()
        self.answers.close()
        try:
            self.process.wait(LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_idle: list[tuple[int, Room]] = []
_lock = threading.Lock()


@contextmanager
def room(start: Callable[[], Room]) -> Iterator[Room]:
    """A room for one job: an idle one of this process, or a new one. A room that was left in the middle of a job is closed."""
    with _lock:
        held = next((entry for entry in _idle if entry[0] == os.getpid() and entry[1].process.poll() is None), None)
        if held:
            _idle.remove(held)
    taken = held[1] if held else start()
    try:
        yield taken
    except BaseException:
        taken.close()
        raise
    with _lock:
        _idle[:] = [entry for entry in _idle if entry[0] == os.getpid()]  # a forked process owns none of its parent's
        if len(_idle) < KEPT and taken.process.poll() is None:
            _idle.append((os.getpid(), taken))
            return
    taken.close()


# --- inside the room -------------------------------------------------------------------------------------------------
def work(folder: Path) -> int:
    """Forks a press and waits for it; returns its code as subprocess would. Leaves at once when the parent is gone."""
    pid = os.fork()
    if pid == 0:
        _become_press(folder)
    _say(pid)
    watch = os.pidfd_open(pid)
    ready, _, _ = select.select([watch, sys.stdin], [], [])
    if watch not in ready:  # nothing is written to a room at work: its parent is gone
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os._exit(1)
    os.close(watch)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _become_press(folder: Path) -> None:
    """In the forked child: its own errors, no line to the parent, then the job. Never returns."""
    code = 1
    try:
        errors = os.open(folder / "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, target in ((0, nothing), (1, nothing), (2, errors)):
            os.dup2(target, number)
        os.chdir(folder)
        code = press.main(folder)
    except BaseException:  # the traceback goes to the job's own file, the code to the room
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)  # nothing is left to tidy, and a full heap takes seconds to unwind


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    """Loads the renderer and reads the fonts, then one job a line until the input closes."""
    from masterplan import typecase

    press.load()
    typecase.read()
    typecase.use()
    gc.collect()
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        _say(work(Path(line.rstrip("\n"))))


if __name__ == "__main__":
    serve()
