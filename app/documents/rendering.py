"""From frozen particulars to PDF bytes, in a worker process that hostile or enormous content can only end, not harm.

`render(particulars)` is the whole of it. The same particulars give the same bytes, whichever process prints them: the
only time in the file is the particulars' own `issued_at`. Never call it inside a write transaction: it takes from a
tenth of a second to many seconds.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from pathlib import Path
from typing import Any

from app.documents.composing import compose
from app.documents.particulars import Unfit
from app.documents.worker import LENGTH

MEGABYTE = 1024 * 1024
LIBRARIES = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = "apt-get install fonts-noto-core fonts-noto-cjk"
HARMLESS = ("HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
"""All of our environment that the worker is given: where fonts and libraries are."""
ALWAYS_THE_SAME = {"LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}
"""So that no clock (fontTools stamps each font it cuts) and no chance gets into the bytes."""
WORN = 0.75
"""The part of its memory that a warm worker may hold between jobs (it grows by a third of a megabyte a paper)."""
CROWDED = "Too many papers are being made at once. Try again in a few minutes."
PROGRAM = Path(__file__).with_name("worker.py")


class RenderingFailed(Exception):
    """This paper could not be made; the text says why in plain words and holds nothing of the paper's content."""


class RenderingUnavailable(RenderingFailed):
    """No paper can be made on this machine yet; the text says what to install."""


class _Ended(Exception):
    """The worker is gone, or too slow; the text says which."""


def render(particulars: dict[str, Any], *, worker: Worker | None = None) -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1) of frozen particulars, described in `app.documents.particulars`.

    Signs that no font on this machine can show, such as some emoji, are printed by their name in brackets. Letters are
    not: a name in a script without a font raises RenderingFailed and says which fonts to install. Also raises
    RenderingFailed for particulars that do not fit their template and for content that breaks a limit.
    """
    try:
        sheets = compose(particulars)
    except Unfit as problem:
        raise RenderingFailed(f"The particulars of this paper do not fit its template: {problem}.") from problem
    worker = worker or the_worker
    pdf, unprintable = worker.pdf(sheets)
    if unprintable:
        pdf, unprintable = worker.pdf([_named(sheet, unprintable) for sheet in sheets])
    return pdf


def _named(sheet: str, unprintable: list[int]) -> str:
    """The sheet with signs that have no glyph written out by name; letters without a glyph stop the printing."""
    letters = [code for code in unprintable if unicodedata.category(chr(code))[0] in "LN"]
    if letters:
        shown = ", ".join(f"U+{code:04X}" for code in letters[:5])
        raise RenderingFailed(
            f"No font on this machine can show some letters of this paper ({shown}). "
            f"Ask whoever looks after the server to run: {FONTS}"
        )
    signs = {chr(code): f"[{unicodedata.name(chr(code), f'U+{code:04X}').lower()}]" for code in unprintable}
    return re.sub("|".join(map(re.escape, signs)), lambda found: signs[found[0]], sheet)


class Worker:
    """One warm worker process and the line in front of it; threads wait their turn, and a lost process is replaced.

    `memory` (bytes of address space), `cpu` (processor seconds a job), `wall` (seconds a job), `patience` (seconds a
    thread waits its turn) and `line` (how many threads may be at it, the one that prints included; a server must keep
    some for those who only read) are limits. A process that has used `budget` processor seconds in all, or holds too
    much memory between jobs, is replaced by a fresh one.
    """

    def __init__(
        self,
        *,
        memory: int = 512 * MEGABYTE,
        cpu: float = 30,
        wall: float = 30,
        patience: float = 30,
        line: int = 2,
        budget: float = 120,
        program: Path = PROGRAM,
    ) -> None:
        self.memory, self.cpu, self.wall, self.patience, self.budget = memory, cpu, wall, patience, budget
        self.program = program
        self.line = line
        self._turn = threading.Lock()
        self._line = threading.BoundedSemaphore(line)
        self._process: subprocess.Popen[bytes] | None = None
        self._room: str | None = None
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def pdf(self, sheets: list[str]) -> tuple[bytes, list[int]]:
        """The PDF of these HTML sheets, and the code points no font could show; raises RenderingFailed."""
        if not self._line.acquire(blocking=False):
            raise RenderingFailed(CROWDED)
        try:
            if not self._turn.acquire(timeout=self.patience):
                raise RenderingFailed(CROWDED)
            try:
                return self._job(sheets)
            finally:
                self._turn.release()
        finally:
            self._line.release()

    def close(self) -> None:
        """End the process, if there is one: a job under way fails, and the next job starts another process."""
        process = self._process
        if process is not None:
            process.kill()
        if self._turn.acquire(timeout=5):
            try:
                self._bury()
            finally:
                self._turn.release()

    def _job(self, sheets: list[str]) -> tuple[bytes, list[int]]:
        deadline = time.monotonic() + self.wall
        try:
            process = self._running(deadline)
            _send(process, json.dumps({"sheets": sheets, "cpu": self.cpu}).encode(), deadline)
            answer = json.loads(_receive(process, deadline))
            pdf = _receive(process, deadline)
        except _Ended as end:
            self._bury()
            raise RenderingFailed(f"This paper could not be made: {end}.") from end
        if "failed" in answer or self._worn(answer):
            self._bury()
        if "failed" in answer:
            raise RenderingFailed(_why(answer["failed"]))
        return pdf, answer["unprintable"]

    def _worn(self, answer: dict[str, Any]) -> bool:
        """Whether the process has worked, or grown, so much that the next big paper had better have a fresh one."""
        return answer["cpu"] > self.budget or answer["memory"] > self.memory * WORN

    def _running(self, deadline: float) -> subprocess.Popen[bytes]:
        """The warm process, or a new one that has said it is ready."""
        if self._process is not None and self._process.poll() is not None:
            self._bury()
        if self._process is None:
            self._process = self._start()
            greeting = json.loads(_receive(self._process, deadline))
            if "missing" in greeting:
                self._bury()
                raise RenderingUnavailable(_unavailable(greeting["missing"]))
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        """A new process that is given none of our environment, which holds secrets, but a room of its own."""
        self._room = tempfile.mkdtemp(prefix="handrail-paper-")
        return subprocess.Popen(
            [sys.executable, "-P", "-s", str(self.program), str(self.memory), str(64 * MEGABYTE), self._room],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={name: os.environ[name] for name in HARMLESS if name in os.environ} | ALWAYS_THE_SAME,
            start_new_session=True,
        )

    def _bury(self) -> None:
        """End the process, close its pipes and clear its room; only for whoever has the turn."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        room, self._room = self._room, None
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)

    def _forget(self) -> None:
        """After a fork the process and the line belong to the parent: the child begins with neither."""
        self._turn = threading.Lock()
        self._line = threading.BoundedSemaphore(self.line)
        self._room = None
        process, self._process = self._process, None
        if process is not None and process.stdin is not None and process.stdout is not None:
            process.stdin.close()
            process.stdout.close()
            process.returncode = 0  # not ours to wait for


def _send(process: subprocess.Popen[bytes], body: bytes, deadline: float) -> None:
    """Write one message without ever blocking past the deadline."""
    assert process.stdin is not None
    pipe = process.stdin.fileno()
    os.set_blocking(pipe, False)
    rest = memoryview(LENGTH.pack(len(body)) + body)
    while rest:
        _await(pipe, select.POLLOUT, deadline)
        try:
            rest = rest[os.write(pipe, rest[: 64 * 1024]) :]
        except BlockingIOError:
            continue
        except BrokenPipeError as broken:
            raise _Ended(_epitaph(process)) from broken


def _receive(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Read one message, or raise _Ended when the process dies or the deadline passes."""
    (length,) = LENGTH.unpack(_exactly(process, LENGTH.size, deadline))
    return _exactly(process, length, deadline)


def _exactly(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    got = bytearray()
    while len(got) < size:
        _await(pipe, select.POLLIN, deadline)
        piece = os.read(pipe, min(size - len(got), MEGABYTE))
        if not piece:
            raise _Ended(_epitaph(process))
        got += piece
    return bytes(got)


def _await(pipe: int, what: int, deadline: float) -> None:
    """Wait until the pipe can be read or written, or is broken; no longer than the deadline."""
    poll = select.poll()
    poll.register(pipe, what)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise _Ended("it took too long")


def _epitaph(process: subprocess.Popen[bytes]) -> str:
    """Why the process ended, in words."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "the program that makes papers stopped answering"
    if code == -signal.SIGXCPU:
        return "it took too long to lay out"
    return "the program that makes papers stopped, perhaps for want of memory"


def _why(failure: str) -> str:
    if failure == "memory":
        return "This paper could not be made: it needs more memory than one paper may use."
    return f"This paper could not be made: the program that makes papers met an error ({failure})."


def _unavailable(missing: str) -> str:
    if "cannot load library" in missing:
        return f"Papers cannot be made on this machine yet. Ask whoever looks after the server to run: {LIBRARIES}"
    return f"Papers cannot be made on this machine yet: {missing}"


the_worker = Worker()
