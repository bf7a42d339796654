"""The short code of a paper, drawn so that a scanner can read it back."""

from __future__ import annotations

from typing import NamedTuple

import segno


class Square(NamedTuple):
    """A QR code as one SVG path: `size` modules to a side, without the quiet zone, and the path of the dark ones."""

    size: int
    path: str


def square(code: str) -> Square:
    """The QR code (level M) of this text and nothing else."""
    rows = segno.make(code, error="m", micro=False, boost_error=False).matrix
    runs = (f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _dark_runs(row))
    return Square(len(rows), "".join(runs))


def _dark_runs(row: bytearray) -> list[tuple[int, int]]:
    """Where the dark modules of one row begin, and how many follow one another."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
