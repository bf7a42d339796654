"""What workers meet when they follow up."""

from tests.browser import Answer


def problems(page: Answer) -> list[str]:
    """What the summary of a refused form says, without the names of the fields."""
    return [text.split(": ", 1)[-1] for text in page.texts(".errors li")]
