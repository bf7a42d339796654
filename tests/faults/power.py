"""What SQLite asks of the disk, call by call, and what may be on the disk after the power fails.

SQLite reaches its files through a table of functions (https://sqlite.org/vfs.html). Here that table is copied, and the
calls that write, cut and sync the database and its log are written down before they are passed on. The library that
Python's own `sqlite3` uses is asked, so the program under test is the real one and knows nothing of it.
"""

from __future__ import annotations

import ctypes
import random
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, NamedTuple

from tests import postgres

SECTOR = 512
MAIN_DB, WAL = 0x100, 0x80000


class Written(NamedTuple):
    """Bytes given to the disk, which may keep them in its memory until the next sync of that file."""

    file: str
    at: int
    content: bytes


class Cut(NamedTuple):
    """A file made this long; that too may be forgotten until the next sync."""

    file: str
    size: int


class Synced(NamedTuple):
    """A sync that has ended: everything asked of the file before call number `began` is on the disk for good."""

    file: str
    began: int


class Acknowledged(NamedTuple):
    """Somebody was told that this is saved."""

    title: str


class Disk(NamedTuple):
    """The database and its log, as one might find them when the power is back."""

    database: bytes
    log: bytes

    def put_into(self, folder: Path) -> Path:
        """Write both files; the index of the log lives in memory and is never there."""
        path = folder / "handrail.db"
        path.write_bytes(self.database)
        (folder / "handrail.db-wal").write_bytes(self.log)
        (folder / "handrail.db-shm").unlink(missing_ok=True)
        return path


class Recording:
    """All that was asked of one database's two files, in order, and what was acknowledged in between."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.before = {str(path): path.read_bytes(), f"{path}-wal": b""}
        self.calls: list[Written | Cut | Synced | Acknowledged] = []

    def acknowledge(self, title: str) -> None:
        self.calls.append(Acknowledged(title))

    def acknowledged(self, until: int) -> list[str]:
        """What had been acknowledged when that many calls were made."""
        return [call.title for call in self.calls[:until] if isinstance(call, Acknowledged)]

    def after_failure(self, until: int, chance: random.Random) -> Disk:
        """One of the many states in which a disk may be found whose power failed after that many calls."""
        return Disk(*(self._found(file, until, chance) for file in self.before))

    def _found(self, file: str, until: int, chance: random.Random) -> bytes:
        safe = max(
            (call.began for call in self.calls[:until] if isinstance(call, Synced) and call.file == file), default=0
        )
        content = bytearray(self.before[file])
        for number, call in enumerate(self.calls[:until]):
            if isinstance(call, Written | Cut) and call.file == file and number < safe:
                _done(content, call)
        waiting = [c for c in self.calls[safe:until] if isinstance(c, Written | Cut) and c.file == file]
        for call in _survivors(waiting, chance):
            _done(content, call)
        return bytes(content)


def _done(content: bytearray, call: Written | Cut) -> None:
    if isinstance(call, Cut):
        del content[call.size :]
        return
    content.extend(bytes(max(0, call.at - len(content))))
    content[call.at : call.at + len(call.content)] = call.content


def _survivors(waiting: list[Written | Cut], chance: random.Random) -> Iterator[Written | Cut]:
    """Of what was not synced: nothing, all, the first so many, or any; whole, or only some sectors of it, or nonsense."""
    way = chance.choice(("nothing", "all", "the first", "any", "torn", "nonsense"))
    first = chance.randint(0, len(waiting))
    for number, call in enumerate(waiting):
        if way == "nothing" or (way == "the first" and number >= first) or (way == "any" and chance.random() < 0.5):
            continue
        if way in ("torn", "nonsense") and isinstance(call, Written):
            yield from _torn(call, chance, nonsense=way == "nonsense")
        else:
            yield call


def _torn(call: Written, chance: random.Random, *, nonsense: bool) -> Iterator[Written]:
    """Each sector of a write by itself: there, not there, or something that was never written."""
    for at in range(0, len(call.content), SECTOR):
        sector = call.content[at : at + SECTOR]
        fate = chance.random()
        if fate < 0.6:
            yield Written(call.file, call.at + at, sector)
        elif nonsense and fate < 0.8:
            yield Written(call.file, call.at + at, chance.randbytes(len(sector)))


# SQLite's own structures (sqlite3.h); of the functions that are only passed on, the address is enough.

Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = CFUNCTYPE(c_int, c_void_p, c_int)
Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))


class Methods(Structure):
    """sqlite3_io_methods: what can be done with an open file."""

    _fields_ = [
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", Write), ("truncate", Truncate), ("sync", Sync),
        *((name, c_void_p) for name in (
            "size", "lock", "unlock", "reserved", "control", "sector", "device", "shm_map", "shm_lock", "shm_barrier",
            "shm_unmap", "fetch", "unfetch",
        )),
    ]  # fmt: skip


class Vfs(Structure):
    """sqlite3_vfs: how files are opened."""

    _fields_ = [
        ("version", c_int), ("file_size", c_int), ("longest", c_int), ("next", c_void_p), ("name", c_char_p), ("data", c_void_p),
        ("open", Open),
        *((name, c_void_p) for name in (
            "delete", "access", "full", "dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep", "time", "last_error",
            "time64", "set_call", "get_call", "next_call",
        )),
    ]  # fmt: skip


class _Shim:
    """A copy of SQLite's table of functions that writes down what is asked; made once, and never taken apart."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        self.recording: Recording | None = None
        self._files: dict[int, str] = {}
        self._tables: dict[int, tuple[Methods, Methods]] = {}
        self.original = library.sqlite3_vfs_find(None)
        self.vfs = Vfs()
        ctypes.memmove(ctypes.byref(self.vfs), self.original, ctypes.sizeof(Vfs))
        self._open = Vfs.from_address(self.original).open
        self._calls = (Open(self._opened), Write(self._wrote), Truncate(self._cut), Sync(self._sync))
        self.vfs.name, self.vfs.open = b"recorded", self._calls[0]

    def _opened(self, _vfs: Any, name: Any, file: int, flags: int, out: Any) -> int:
        said = self._open(self.original, name, file, flags, out)
        if said == 0 and name and flags & (MAIN_DB | WAL):
            self._files[file] = ctypes.string_at(name).decode()
            methods = ctypes.cast(file, POINTER(c_void_p))
            methods[0] = ctypes.addressof(self._recording_table(methods[0]))
        return said

    def _recording_table(self, address: int) -> Methods:
        if address not in self._tables:
            theirs, ours = Methods.from_address(address), Methods()
            ctypes.memmove(ctypes.byref(ours), address, ctypes.sizeof(Methods))
            _, ours.write, ours.truncate, ours.sync = self._calls
            self._tables[address] = (theirs, ours)
        return self._tables[address][1]

    def _theirs(self, file: int) -> Methods:
        ours = ctypes.cast(file, POINTER(c_void_p))[0]
        return next(theirs for theirs, mine in self._tables.values() if ctypes.addressof(mine) == ours)

    def _noted(self, file: int) -> list[Any]:
        known = self.recording is not None and self._files[file] in self.recording.before
        return self.recording.calls if known else []  # type: ignore[union-attr]

    def _wrote(self, file: int, content: int, count: int, at: int) -> int:
        self._noted(file).append(Written(self._files[file], at, ctypes.string_at(content, count)))
        return self._theirs(file).write(file, content, count, at)

    def _cut(self, file: int, size: int) -> int:
        self._noted(file).append(Cut(self._files[file], size))
        return self._theirs(file).truncate(file, size)

    def _sync(self, file: int, flags: int) -> int:
        calls = self._noted(file)
        began = len(calls)  # what is written while the disk is busy with it is not covered
        said = self._theirs(file).sync(file, flags)
        if said == 0:
            calls.append(Synced(self._files[file], began))
        return said


_shims: list[_Shim] = []


@contextmanager
def recorded(path: Path) -> Iterator[Recording]:
    """Write down all that is asked of this database's files by connections that are opened inside."""
    shim = _shims[0] if _shims else _Shim(_library())
    _shims[:] = [shim]
    shim.recording = Recording(path)
    shim.library.sqlite3_vfs_register(ctypes.byref(shim.vfs), 1)
    try:
        yield shim.recording
    finally:
        shim.recording = None
        shim.library.sqlite3_vfs_register(shim.original, 1)


def _library() -> ctypes.CDLL:
    """The SQLite library that is loaded into this process already."""
    maps = Path("/proc/self/maps")
    found = re.search(r"/\S*libsqlite3[^\s]*", maps.read_text()) if sys.platform == "linux" else None
    if found is None:
        postgres.absent("this Python carries SQLite inside of it; its table of functions cannot be reached")
    library = ctypes.CDLL(found[0])
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
    library.sqlite3_libversion.restype = c_char_p
    assert library.sqlite3_libversion().decode() == sqlite3.sqlite_version, "two SQLites in one process"
    return library
