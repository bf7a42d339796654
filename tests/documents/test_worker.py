"""The worker process: fenced in, replaced when lost, alone with what it is given."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.documents import rendering
from app.documents.rendering import LIBRARIES, MEGABYTE, RenderingFailed, RenderingUnavailable, Worker, render
from app.documents.worker import our_files_only
from tests.documents import pdfs, samples

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["<!doctype html><html lang=en><title>Small</title><link rel=stylesheet href=paper:print.css><p>Small"]
DATA = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><text>SECRETWORD</text></svg>"
HUGE_TABLE = [SMALL[0] + "<table>" + "<tr><td>one<td>two<td>three" * 20000 + "</table>"]


@contextmanager
def worker(**limits: object) -> Iterator[Worker]:
    """A worker of the test's own, ended afterwards."""
    one = Worker(**limits)  # type: ignore[arg-type]
    try:
        yield one
    finally:
        one.close()


def pid(one: Worker) -> int:
    """The number of its process."""
    assert one._process is not None
    return one._process.pid


def alive(number: int) -> bool:
    """Whether a process of this number runs (a dead child that nobody waited for does not)."""
    try:
        return " Z " not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_warm_worker_serves_one_job_after_another() -> None:
    with worker() as one:
        one.pdf(SMALL)
        first = pid(one)
        assert one.pdf(SMALL)[0].startswith(b"%PDF-1.7")
        assert pid(one) == first


def test_a_job_that_eats_the_processor_ends_and_the_next_one_works() -> None:
    with worker(cpu=2, wall=60) as one:
        with pytest.raises(RenderingFailed, match="too long to lay out"):
            one.pdf(HUGE_TABLE)
        assert one.pdf(SMALL)[0]


def test_the_processor_limit_is_for_each_job_and_not_for_the_workers_life() -> None:
    with worker(cpu=1.5, wall=60) as one:
        one.pdf(SMALL)
        first = pid(one)
        rows = [SMALL[0] + "<table>" + "<tr><td>one<td>two" * 150 + "</table>"]
        for _ in range(6):
            one.pdf(rows)
        assert pid(one) == first


def test_a_job_that_takes_too_long_by_the_clock_is_ended() -> None:
    with worker(wall=2, cpu=60) as one:
        begun = time.monotonic()
        with pytest.raises(RenderingFailed, match="it took too long"):
            one.pdf(HUGE_TABLE)
        assert time.monotonic() - begun < 6
        assert one.pdf(SMALL)[0]


def test_a_job_that_eats_memory_ends_and_the_next_one_works() -> None:
    with worker(memory=340 * MEGABYTE, wall=60) as one:
        with pytest.raises(RenderingFailed, match="memory"):
            one.pdf(HUGE_TABLE)
        assert one.pdf(SMALL)[0]


def test_a_worker_killed_while_idle_is_replaced_without_a_word() -> None:
    with worker() as one:
        one.pdf(SMALL)
        os.kill(pid(one), signal.SIGKILL)
        time.sleep(0.1)
        assert one.pdf(SMALL)[0]


def test_a_worker_killed_in_the_middle_fails_its_job_in_words_and_only_that_one() -> None:
    with worker(wall=60, cpu=60) as one:
        one.pdf(SMALL)
        threading.Timer(0.5, os.kill, (pid(one), signal.SIGKILL)).start()
        with pytest.raises(RenderingFailed, match="stopped"):
            one.pdf(HUGE_TABLE)
        assert one.pdf(SMALL)[0]


def test_a_worker_that_has_worked_much_is_replaced_by_a_fresh_one() -> None:
    with worker(budget=0) as one:
        assert one.pdf(SMALL)[0]
        assert one._process is None


def test_threads_take_turns_and_each_gets_its_own_paper() -> None:
    sheets = [[SMALL[0] + f" number {number}."] for number in range(8)]
    with worker(line=8) as one, ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda sheet: one.pdf(sheet)[0], sheets))
    assert [pdfs.text(pdf).split(" number ")[1][0] for pdf in made] == [str(number) for number in range(8)]


def test_a_worker_that_has_grown_too_big_is_replaced_by_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "WORN", 0.1)
    with worker() as one:
        assert one.pdf(SMALL)[0]
        assert one._process is None


def test_a_worker_leaves_no_files_behind_however_it_ends() -> None:
    rooms = []
    with worker(wall=60, cpu=60) as one:
        one.pdf(SMALL)
        rooms.append(Path(one._room or "no room"))
        assert rooms[0].is_dir()
        threading.Timer(0.5, os.kill, (pid(one), signal.SIGKILL)).start()
        with pytest.raises(RenderingFailed):
            one.pdf(HUGE_TABLE)
        assert not rooms[0].exists()
        one.pdf(SMALL)
        rooms.append(Path(one._room or "no room"))
    assert not rooms[1].exists()


def test_a_thread_does_not_wait_for_ever() -> None:
    with worker(patience=0.2, wall=5, cpu=60) as one:
        one.pdf(SMALL)
        slow = threading.Thread(target=lambda: pytest.raises(RenderingFailed, one.pdf, HUGE_TABLE))
        slow.start()
        time.sleep(0.3)
        with pytest.raises(RenderingFailed, match="Too many papers"):
            one.pdf(SMALL)
        one.close()
        slow.join()


def test_html_of_several_megabytes_gets_through_the_pipe() -> None:
    with worker() as one:
        hidden = "<p hidden>" + "word " * 600_000
        assert one.pdf([SMALL[0] + hidden])[0]


def test_our_paper_files_are_fetched_and_nothing_else() -> None:
    fetch = our_files_only().fetch
    assert fetch("paper:print.css").content_type == "text/css"
    for address in (
        "http://127.0.0.1/",
        "https://example.org/x.css",
        "file:///etc/passwd",
        "data:text/css,p{color:red}",
        "ftp://example.org/",
        "paper:../css/handrail.css",
        "paper:fonts/LICENSE-OFL.txt",
        "paper:LICENSE-OFL.txt",
        "paper:///etc/passwd",
        "PAPER:print.css",
        "/etc/passwd",
    ):
        with pytest.raises(ValueError, match="only our own"):
            fetch(address)


def test_hostile_html_reaches_neither_the_network_nor_a_file(tmp_path: Path) -> None:
    knocks = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocks.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">SECRETWORD</text></svg>'
    )
    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        html = f"""{SMALL[0]}<base href="{site}/"><link rel=stylesheet href="{site}/a.css">
            <style>@import "{site}/b.css"; @font-face {{ font-family: x; src: url({site}/c.woff2) }}
            p {{ font-family: x; background: url({site}/d.png) }} li {{ content: url(file://{secret}) }}</style>
            <img src="{site}/e.png"><img src="file://{secret}"><object data="file://{secret}"></object>
            <embed src="{secret}"><link rel=attachment href="file://{secret}"><li>
            <a rel=attachment href="file://{secret}">a</a><iframe src="{site}/f"></iframe>
            <svg width=9 height=9><image href="file://{secret}" width=9 height=9 />
            <use href="file://{secret}#x" /></svg><img src="{DATA}">"""
        with worker() as one:
            pdf, _ = one.pdf([html])
        server.shutdown()
    assert knocks == []
    assert "SECRETWORD" not in pdfs.text(pdf)
    assert b"EmbeddedFile" not in pdf


def test_the_worker_is_told_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDRAIL_SECRET_KEY", "hush-hush")
    program = tmp_path / "tells.py"
    program.write_text(
        textwrap.dedent("""
            import json, os, struct, sys
            body = json.dumps({"missing": repr(dict(os.environ)) + os.getcwd()}).encode()
            sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
        """)
    )
    with worker(program=program) as one, pytest.raises(RenderingUnavailable) as told:
        one.pdf(SMALL)
    assert "SOURCE_DATE_EPOCH" in str(told.value)
    assert "HANDRAIL" not in str(told.value)
    assert str(ROOT) not in str(told.value)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ("raise OSError(\"cannot load library 'libpango-1.0-0'\")", LIBRARIES),
        ("raise ImportError(\"No module named 'weasyprint'\")", "No module named"),
    ],
)
def test_a_machine_that_cannot_print_says_what_to_install(tmp_path: Path, spoiled: str, said: str) -> None:
    program = tmp_path / "bare.py"
    program.write_text(
        textwrap.dedent(f"""
            import sys, runpy
            class Bare:
                def find_spec(self, name, *rest):
                    if name == "weasyprint":
                        {spoiled}
            sys.meta_path.insert(0, Bare())
            runpy.run_path({str(ROOT / "app/documents/worker.py")!r}, run_name="__main__")
        """)
    )
    with worker(program=program) as one, pytest.raises(RenderingUnavailable, match=said):
        one.pdf(SMALL)


def run(script: str) -> list[str]:
    """What a script prints that prints papers."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_the_worker_ends_with_the_program() -> None:
    (number,) = run("""
        from app.documents import rendering
        from tests.documents import samples
        rendering.render(samples.closing_letter())
        print(rendering.the_worker._process.pid)
    """)
    assert not alive(int(number))


def test_the_worker_ends_even_when_the_program_is_killed() -> None:
    script = """
        import os, signal
        from app.documents import rendering
        from tests.documents import samples
        rendering.render(samples.closing_letter())
        print(rendering.the_worker._process.pid, rendering.the_worker._room, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    number, room = run(script)
    for _ in range(50):
        if not alive(int(number)):
            break
        time.sleep(0.1)
    assert not alive(int(number))
    assert not Path(room).exists()


def test_after_a_fork_parent_and_child_print_the_same_each_with_a_worker_of_its_own() -> None:
    told = run("""
        import hashlib, os, sys
        from app.documents import rendering
        from tests.documents import samples
        def tell():
            pdf = rendering.render(samples.closing_letter())
            print(hashlib.sha256(pdf).hexdigest(), rendering.the_worker._process.pid, flush=True)
        tell()
        if os.fork() == 0:
            tell()
            sys.exit()
        os.wait()
        tell()
    """)
    assert len({told[0], told[2], told[4]}) == 1
    assert told[1] == told[5] != told[3]


def test_the_same_particulars_give_the_same_bytes_in_another_process_at_another_time() -> None:
    with worker() as one, worker() as other:
        first = render(samples.service_plan_es(), worker=one)
        time.sleep(1.1)
        render(samples.referral_slip(), worker=other)
        again = [render(samples.service_plan_es(), worker=press) for press in (one, other)]
    assert again == [first, first]
