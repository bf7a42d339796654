"""Each sample is printed once; the tests read the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from app.documents.rendering import render
from tests.documents import samples


@pytest.fixture(scope="session")
def printed() -> Callable[[str], bytes]:
    """printed("service_plan") is the PDF of that sample."""

    @cache
    def once(name: str) -> bytes:
        return render(samples.ALL[name]())

    return once
