"""Marking texts for translation where no request is at hand."""


def N_(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text
