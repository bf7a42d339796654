"""Finished papers: what they claim to be, what stands on them, and where."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pikepdf
import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from app.documents.codes import square
from app.documents.composing import compose
from app.documents.rendering import RenderingFailed, Worker, render
from tests.documents import pdfs, samples

Printed = Callable[[str], bytes]
INCH = 72
FOOT = {"standard": 9.95 * INCH, "large": 9.35 * INCH, "xl": 8.7 * INCH}
"""Below this height stands nothing but the footer."""


def around(pdf: bytes, phrase: str) -> list[pdfs.Word]:
    """The words of the first place where this phrase stands, in the order of the page."""
    words, wanted = pdfs.words(pdf), phrase.split()
    for start in range(len(words)):
        found = words[start : start + len(wanted)]
        if [word.text for word in found] == wanted:
            return found
    raise AssertionError(f"{phrase!r} is not there")


@pytest.mark.parametrize("name", samples.ALL)
def test_every_paper_is_archival_and_accessible(name: str, printed: Printed) -> None:
    assert pdfs.faults(printed(name)) == []


@pytest.mark.parametrize("name", samples.ALL)
def test_every_file_is_sound_and_says_what_it_is(name: str, printed: Printed) -> None:
    particulars = samples.ALL[name]()
    with pikepdf.open(io.BytesIO(printed(name))) as opened:
        assert opened.check_pdf_syntax() == []
        assert str(opened.Root.Lang) == particulars["language"]
        info = {key: str(value) for key, value in opened.docinfo.items()}
        assert "/EmbeddedFiles" not in opened.Root.get("/Names", {})
    assert info["/Author"] == "Millbrook Neighbor Services"
    assert particulars["code"] in info["/Title"]
    assert particulars["client"]["name"] not in info["/Title"] or not particulars["client"]["name"]
    made = re.sub(r"\D", "", particulars["issued_at"][:19])
    assert info["/CreationDate"].startswith(f"D:{made}")


@pytest.mark.parametrize("name", samples.ALL)
def test_nothing_is_smaller_than_twelve_points_and_large_print_is_large(name: str, printed: Printed) -> None:
    smallest = {"standard": 12, "large": 18, "xl": 24}[samples.ALL[name]()["size"]]
    assert min(pdfs.sizes(printed(name))) >= smallest


@pytest.mark.parametrize("name", samples.ALL)
def test_our_font_is_embedded_and_no_other_is_needed(name: str, printed: Printed) -> None:
    fonts = set()
    for page in PdfReader(io.BytesIO(printed(name))).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts.add(str(font.get_object()["/BaseFont"]))
    assert fonts
    assert {re.sub(r"^/[A-Z]{6}\+", "", font)[:13] for font in fonts} == {"Source-Sans-3"}


@pytest.mark.parametrize("name", samples.ALL)
def test_nothing_runs_over_the_edge_of_the_paper(name: str, printed: Printed) -> None:
    outside = [
        w for w in pdfs.words(printed(name)) if w.left < 0.6 * INCH or w.right > 7.95 * INCH or w.bottom > 10.85 * INCH
    ]
    assert [word.text for word in outside] == []


@pytest.mark.parametrize("name", [name for name in samples.ALL if samples.ALL[name]()["size"] == "standard"])
def test_the_footer_of_every_page_says_whose_paper_which_version_and_when(name: str, printed: Printed) -> None:
    particulars = samples.ALL[name]()
    pages = pdfs.pages(printed(name))
    for text in pages:
        assert "Millbrook Neighbor Services" in text
        assert particulars["client"]["number"] in text
        assert particulars["code"] in text
        assert re.search(r"(Page \d+ of \d+|Página \d+ de \d+)", text)
        assert re.search(r"(Made|Hecho) (Nov|Dec|\d+ nov|\d+ dic)[^,]* ?\d*,? ?2026, \d+:\d\d", text)


def test_each_copy_of_a_slip_counts_its_own_pages(printed: Printed) -> None:
    pages = pdfs.pages(printed("referral_slip"))
    assert [re.search(r"Page \d+ of \d+", text)[0] for text in pages] == ["Page 1 of 1"] * 3  # type: ignore[index]
    assert ["client copy" in pages[0], "provider copy" in pages[1], "file copy" in pages[2]] == [True] * 3


@pytest.mark.parametrize("name", [name for name in samples.ALL if not samples.ALL[name]()["draft"]])
def test_no_heading_is_left_alone_at_the_foot_of_a_page(name: str, printed: Printed) -> None:
    size = samples.ALL[name]()["size"]
    points = {"standard": 12.5, "large": 18, "xl": 24}[size]
    body = [word for word in pdfs.words(printed(name)) if word.bottom < FOOT[size]]
    for _, words in groupby(body, key=lambda word: word.page):
        lowest = max(words, key=lambda word: word.bottom)
        assert lowest.bottom - lowest.top < points * 1.65, f"“{lowest.text}” ends page {lowest.page}"


@pytest.mark.parametrize("name", [name for name in samples.ALL if samples.ALL[name]()["code"]])
def test_the_code_that_is_drawn_is_the_code_alone(name: str, printed: Printed) -> None:
    code = samples.ALL[name]()["code"]
    assert f'd="{square(code).path}"' in "".join(compose_again(name))
    assert modules(square(code)) == [
        list(row) for row in segno.make(code, error="m", micro=False, boost_error=False).matrix
    ]
    assert code in pdfs.text(printed(name))


@pytest.mark.parametrize("name", ["service_plan", "referral_slip"])
def test_the_code_can_be_seen_on_the_last_page_by_a_scanner(name: str, printed: Printed) -> None:
    assert dark_squares(printed(name), page=len(pdfs.pages(printed(name))))


def compose_again(name: str) -> list[str]:
    """The HTML of a sample."""
    return compose(samples.ALL[name]())


def modules(drawn: object) -> list[list[int]]:
    """The dark and light modules that a path describes, drawn afresh here."""
    size, path = drawn  # type: ignore[misc]
    grid = [[0] * size for _ in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        grid[int(y)][int(x) : int(x) + int(length)] = [1] * int(length)
    return grid


def dark_squares(pdf: bytes, *, page: int) -> bool:
    """Whether this page shows a finder pattern, as scanners look for: dark, light, dark, light, dark as 1:1:3:1:1."""
    command = ["pdftoppm", "-f", str(page), "-l", str(page), "-r", "144", "-gray", "-png", "-"]
    image = Image.open(io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout)).convert(
        "L"
    )
    data, width = image.tobytes(), image.width
    for y in range(0, image.height, 3):
        runs = [
            (dark, len(list(run))) for dark, run in groupby(byte < 128 for byte in data[y * width : (y + 1) * width])
        ]
        for five in zip(*(runs[shift:] for shift in range(5)), strict=False):
            one, lengths = five[0][1], [length for _, length in five]
            if (
                five[0][0]
                and one >= 3
                and all(abs(n - one * of) <= 2 for n, of in zip(lengths, (1, 1, 3, 1, 1), strict=True))
            ):
                return True
    return False


# -- the service plan


@pytest.mark.parametrize("name", ["service_plan", "service_plan_es"])
def test_the_signature_page_is_whole_with_its_statement_its_plan_and_every_signer(name: str, printed: Printed) -> None:
    statement = {"service_plan": "I helped make this plan.", "service_plan_es": "Ayudé a hacer este plan."}[name]
    (page,) = (text for text in pdfs.pages(printed(name)) if statement in text)
    for part in (
        "SP-2031-3-K7QD",
        "Rosa Delgado-Marsh",
        "Dana Whitfield, caseworker",
        "Marcus Oyelaran, supervisor",
        "C-2031",
    ):
        assert part in page
    boxes = [
        "agree with this plan",
        "agree in part",
        "do not agree.",
        "with a mark",
        "Declined",
        "Unable",
        "nterpreter",
    ]
    assert [box for box in boxes if box not in page] == []


def test_the_fullest_signature_page_still_is_one_page() -> None:
    plan = samples.service_plan_es() | {
        "representatives": [{"name": "", "authority": ""}],
        "interpreter": {"name": "", "language": ""},
    }
    (page,) = (text for text in pdfs.pages(render(plan)) if "Ayudé a hacer este plan." in text)
    assert "tutor o representante legal" in page
    assert "Marcus Oyelaran, supervisor. Aprobado el 19 de noviembre de 2026." in page


def test_each_signature_line_has_room_above_it(printed: Printed) -> None:
    """0.4 in between what is printed above the client's line and the name under it, the line itself being one point."""
    name, above = around(printed("service_plan"), "Rosa Delgado-Marsh, client")[0], 0.0
    for word in pdfs.words(printed("service_plan")):
        if word.page == name.page and word.bottom <= name.top:
            above = max(above, word.bottom)
    assert name.top - above >= 0.4 * INCH


def test_a_plan_says_everything_of_the_outline_in_order(printed: Printed) -> None:
    text = pdfs.spoken(printed("service_plan"))
    order = [
        "My service plan", "Client number", "Next review", "What I want", "My strengths", "What makes it hard",
        "Goal 1", "Why it matters to me", "How we will know", "By when", "Done", "Goal 2", "Goal 3",
        "Services and referrals", "If things get hard", "988", "Needs we talked about", "When we will be finished",
        "If this plan stops working", "My rights", "My signature", "Review log",
    ]  # fmt: skip
    places = [text.find(heading) for heading in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_signed_paper_in_spanish_carries_the_english_too_marked_as_english(printed: Printed) -> None:
    text = pdfs.text(printed("service_plan_es"))
    for spanish, english in [
        ("Mi firma", "My signature"),
        ("Estoy de acuerdo con este plan.", "I agree with this plan."),
        ("Quejas: Puedo quejarme y seguir recibiendo ayuda.", "Complaints: I can complain and still get help."),
    ]:
        assert text.find(spanish) < text.find(english)
        assert spanish in text
    languages = {language for _, language in pdfs.tags(printed("service_plan_es"))}
    assert languages == {"", "es", "en"}


def test_a_slip_speaks_spanish_to_the_client_and_english_to_the_provider(printed: Printed) -> None:
    client, provider, file = pdfs.pages(printed("referral_slip_es"))
    assert "Dónde recibir ayuda" in client and "Asuntos legales" in client and "Your answer" not in client
    assert (
        "Referral for Rosa Delgado-Marsh" in provider and "Your answer" in provider and "Confidential" not in provider
    )
    assert "Confidential file copy" in file
    assert [language for tag, language in pdfs.tags(printed("referral_slip_es")) if language] == ["es", "en", "en"]


def test_done_boxes_and_the_review_log_are_left_for_the_hand(printed: Printed) -> None:
    plan = samples.service_plan()
    steps = sum(len(part["steps"]) for goal in plan["goals"] for part in [goal, *goal["objectives"]])
    figures = [kind for kind, _ in pdfs.tags(printed("service_plan"))].count("Figure")
    agreement, mark, not_signed, codes = 3, 1, 2, 2
    assert figures == steps + agreement + mark + not_signed + codes
    rows = [kind for kind, _ in pdfs.tags(printed("service_plan"))]
    assert rows.count("TR") >= 6 + steps


def test_a_draft_says_so_across_every_page_and_once_aloud_and_has_no_code(printed: Printed) -> None:
    draft = printed("service_plan_draft")
    assert pdfs.spoken(draft).count("Unsigned draft") == 1
    for page in PdfReader(io.BytesIO(draft)).pages:
        drawn = page.extract_text()
        assert drawn.startswith("Unsigned draft"), "the watermark lies under the text, so it is drawn first"
        assert drawn.count("Unsigned draft") >= 2
    assert "K7QD" not in pdfs.text(draft)
    assert "Unsigned draft" not in pdfs.text(printed("service_plan"))


def test_empty_sections_keep_their_heading_and_say_that_nothing_is_recorded(printed: Printed) -> None:
    text = pdfs.spoken(printed("service_plan_empty"))
    for heading in ("What I want", "My strengths", "What makes it hard", "My goals", "Services and referrals"):
        assert f"{heading} Nothing recorded." in text
    assert "I helped make this plan." in text


def test_a_goal_without_steps_and_a_plan_with_no_name_still_print() -> None:
    plan = samples.service_plan_empty()
    plan["goals"] = [{**samples.service_plan()["goals"][0], "objectives": [], "steps": []}]
    plan["client"] = {"name": "", "legal_name": "", "number": ""}
    assert "My steps Nothing recorded." in pdfs.spoken(render(plan))


def test_forty_steps_run_over_pages_with_their_heading_and_none_is_cut() -> None:
    plan = samples.service_plan()
    action = "Call the office again about the paper that was lost, and write down the name of the person."
    plan["goals"][1]["steps"] = [samples.step(f"{n:02}. {action}", "Rosa", "2026-12-01") for n in range(1, 41)]
    pdf = render(plan)
    text = pdfs.text(pdf)
    assert [n for n in range(1, 41) if f"{n:02}. Call" not in text] == []
    words = pdfs.words(pdf)
    starts = {w.text: w.page for w in words if re.fullmatch(r"\d\d\.", w.text)}
    ends = [w.page for w in words if w.text == "person."]
    assert ends == [starts[f"{n:02}."] for n in range(1, 41)]
    pages = [text for text in pdfs.pages(pdf) if re.search(r"\d\d\. Call", text)]
    assert len(pages) > 2
    assert all("What will happen" in text for text in pages)
    assert pdfs.faults(pdf) == []


# -- closing


def test_the_closure_summary_has_its_thirteen_parts_in_order(printed: Printed) -> None:
    text = pdfs.spoken(printed("closure_summary"))
    parts = [
        "The case", "Why it closed", "Then and now", "Goals", "From entry to exit", "Services delivered",
        "Referrals and what came of them", "Strengths and gains", "Open needs and risks",
        "Recommendations and aftercare", "How to come back", "Follow-up", "Signatures",
    ]  # fmt: skip
    places = [text.find(f"{number}. {part}") for number, part in enumerate(parts, start=1)]
    assert -1 not in places
    assert places == sorted(places)
    for value in (
        "298",
        "CSBG, Riverton Community Fund",
        "Partially met",
        "11 of 27",
        "$190.00",
        "Declined by provider – no funds",
    ):
        assert value in text


def test_the_letter_tells_outcomes_in_plain_words_and_no_scores(printed: Printed) -> None:
    text = pdfs.spoken(printed("closing_letter"))
    assert "Reached on October 30, 2026." in text
    assert "Partly reached." in text
    assert not re.search(r"PHQ|GAD|Partially met|crisis\)", text)


# -- hostile content


def hostile() -> dict[str, object]:
    """A plan full of what people should not type but do."""
    plan = samples.service_plan()
    plan["vision"] = (
        "<script>alert('x')</script> </p><h1>Big</h1> {{ 7*7 }} {% raw %} 100% %(name)s %s &amp; &lt; <!-- ]]>"
    )
    plan["strengths"] = "a\x0bb\x00c \u2028 \ufeff\u202e reversed \u202c done"
    plan["barriers"] = "W" * 3000
    plan["goals"][0]["statement"] = "<img src=http://127.0.0.1:1/x>"
    plan["goals"][1]["steps"][0]["responsible"] = "<b>Rosa</b> 100%"
    plan["goals"][1]["steps"][0]["action"] = "http://example.org/" + "very-long-address" * 30
    plan["agency"] = plan["agency"] | {"name": 'Quote " & < > Neighbors'}
    plan["client"] = plan["client"] | {"name": "عبد الرحمن ليلى", "number": 'C-1" onload="x'}
    plan["services"] = []
    return plan


def test_hostile_text_is_printed_as_text_and_the_paper_stays_sound() -> None:
    pdf = render(hostile())
    assert pdfs.faults(pdf) == []
    text = pdfs.text(pdf).replace(" ", "")
    for typed in (
        "<script>alert('x')</script>",
        "</p><h1>Big</h1>",
        "{{ 7*7 }}",
        "100% %(name)s %s &amp; &lt;",
        "<img src=",
    ):
        assert typed.replace(" ", "") in text
    assert "<b>Rosa</b>100%" in text
    assert "عبد" in text or "دبع" in text
    assert [word.text for word in pdfs.words(pdf) if word.right > 7.6 * INCH] == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not any("/Annots" in page for page in opened.pages)


def test_three_thousand_words_in_any_text_are_all_there() -> None:
    story = " ".join(f"word{number}" for number in range(3000))
    plan = samples.service_plan()
    plan["vision"] = plan["crisis"]["warning_signs"] = plan["contingency"] = story
    plan["goals"][0]["statement"] = plan["goals"][1]["steps"][1]["action"] = plan["needs_not_now"][0]["reason"] = story
    pdf = render(plan)
    found = pdfs.text(pdf)
    for number in (0, 1, 1499, 2998, 2999):
        assert len(re.findall(rf"\bword{number}\b", found)) == 6
    assert pdfs.faults(pdf) == []


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker on a machine without a single font of its own."""
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<?xml version='1.0'?><fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(fonts))
    worker = Worker()
    yield worker
    worker.close()


@pytest.mark.parametrize("name", ["service_plan_es", "referral_slip"])
def test_our_own_font_is_enough_for_english_and_spanish(name: str, bare: Worker, printed: Printed) -> None:
    assert render(samples.ALL[name](), worker=bare) == printed(name)


def test_a_sign_without_a_glyph_is_printed_by_its_name(bare: Worker) -> None:
    pdf = render(samples.closing_letter() | {"why": "A home \U0001faf6 1\ufe0f\u20e3 \U000f1234 <b>"}, worker=bare)
    assert "A home [heart hands] 1[combining enclosing keycap] [u+f1234] <b>" in pdfs.text(pdf)
    assert pdfs.faults(pdf) == []


def test_letters_without_a_glyph_stop_the_paper_and_say_which_fonts_to_install(bare: Worker) -> None:
    with pytest.raises(RenderingFailed, match=r"U\+0628.*fonts-noto-core"):
        render(samples.closing_letter() | {"why": "\u0628"}, worker=bare)


def test_a_paper_in_a_language_we_have_not_written_says_so_in_english() -> None:
    text = pdfs.spoken(render(samples.closing_letter() | {"language": "ht"}))
    assert "We do not have this paper in Haitian Creole yet" in text
    assert "Our time together" in text


def test_particulars_that_do_not_fit_fail_in_words_without_the_clients_words() -> None:
    plan = samples.service_plan()
    del plan["goals"][0]["why"]
    with pytest.raises(RenderingFailed) as failed:
        render(plan)
    assert "goals[0].why is missing" in str(failed.value)
    assert "Rosa" not in str(failed.value)


def test_a_nameless_slip_holds_neither_name_nor_number_anywhere(printed: Printed) -> None:
    pdf = printed("referral_slip_nameless")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        everything = str(opened.docinfo) + opened.open_metadata().__str__() + pdfs.text(pdf) + pdfs.spoken(pdf)
    for secret in ("Rosa", "Delgado", "C-2031", "555-0142"):
        assert secret not in everything
    assert "No name on this paper" in everything
