"""What a machine is, in a few words, from what its browser says of itself: best effort, and never trusted."""

from __future__ import annotations

# The first that is found counts: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str | None) -> str | None:
    """`Firefox, Windows`; only names from our own lists, so that nothing a browser makes up is ever shown. None: unknown."""
    said = user_agent or ""
    found = [next((name for sign, name in signs if sign in said), None) for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or None
