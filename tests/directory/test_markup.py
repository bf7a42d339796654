"""What publishers write becomes plain text with paragraphs, the same each time, and hostile markup stays harmless."""

import contextlib
import time

import pytest

from app.directory.markup import plain_text
from app.directory.values import Unsound, text


@pytest.mark.parametrize(
    ("published", "plain"),
    [
        ("Women&#39;s shelter &amp; caf&eacute;", "Women's shelter & café"),
        ("R&amp;amp;D &amp;#39;twice&amp;#39;", "R&D 'twice'"),
        ("<p>First.</p><p>Second<br>line.</p>", "First.\n\nSecond\nline."),
        ("<P CLASS='x'>Big</P>", "Big"),
        ("<ul><li>One</li><li>Two</li></ul>after", "- One\n- Two\n\nafter"),
        ("<b>Bold</b>ly and <a href='http://x'>linked</a>", "Boldly and linked"),
        ("&lt;p&gt;Escaped&lt;/p&gt;", "Escaped"),
        ("<table><tr><td>Mon</td><td>9</td></tr><tr><td>Tue</td><td>10</td></tr></table>", "Mon 9\nTue 10"),
        ("<script>alert(1)</script>Food", "Food"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Food", "Food"),
        ("<style>p { color: red }</style>Food", "Food"),
        ("a <!-- hidden <p> --> b", "a b"),
        # what only looks like markup
        ("Children <5 and income < 200% of FPL", "Children <5 and income < 200% of FPL"),
        ("if income <poverty level> applies", "if income <poverty level> applies"),
        ("AT&T; Barnes & Noble & co", "AT&T; Barnes & Noble & co"),
        ("Mail <jo@example.org>", "Mail <jo@example.org>"),
        ("Line one\nLine two\n\nNew paragraph", "Line one\nLine two\n\nNew paragraph"),
        # what never ends
        ("Open <!-- and never closed", "Open and never closed"),
        ("Food <script>and no end", "Food and no end"),
        ("Food <p and no end", "Food <p and no end"),
    ],
)  # fmt: skip
def test_published_text_becomes_plain(published, plain):
    assert plain_text(published) == plain
    assert plain_text(plain) == plain, "a second reading changes nothing"


def test_a_column_is_read_without_markup_hidden_letters_and_hard_blanks():
    read = text(255)
    assert read("Tom&nbsp;&amp;&nbsp;Co&#8203;").startswith("Tom & Co")
    assert read("Ring&#7; twice") == "Ring twice"
    assert read("<p> </p>") is None


def test_hostile_markup_is_read_in_a_moment():
    read = text(20_000)
    for hostile in ("<", "<!--", "<p ", "<script>", "<p a='", "&amp;", "&#", "<b>&lt;"):
        begun = time.monotonic()
        with contextlib.suppress(Unsound):
            read(hostile * (900_000 // len(hostile)))
        assert time.monotonic() - begun < 4, hostile
