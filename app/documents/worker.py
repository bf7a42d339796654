"""The process that turns HTML into PDF, behind limits: it holds no secret, opens no network, and may die without harm.

It is started by `app.documents.rendering.Worker` and speaks over its standard input and output. Every message is a
four-byte length (big endian) and that many bytes.

    parent → worker   JSON {"sheets": [html, …], "cpu": seconds this job may use}
    worker → parent   JSON {"cpu": seconds used since start, "memory": bytes taken, …}, then the PDF, or nothing

The first thing the worker says, unasked, is whether it is ready: {"ready": true} or {"missing": why}.
This file imports nothing else of ours, so that the worker holds as little as possible.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import math
import os
import resource
import shutil
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

PAPER = Path(__file__).resolve().parent.parent / "static" / "paper"
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
LENGTH = struct.Struct(">I")

# An archival file must describe the PDF/UA identifier it carries; the wording is fixed by ISO 14289-1 and ISO 19005-2.
UA1 = b"""
<rdf:Description rdf:about='' xmlns:pdfuaid='http://www.aiim.org/pdfua/ns/id/'><pdfuaid:part>1</pdfuaid:part>
</rdf:Description><rdf:Description rdf:about='' xmlns:pdfaExtension='http://www.aiim.org/pdfa/ns/extension/'
 xmlns:pdfaSchema='http://www.aiim.org/pdfa/ns/schema#' xmlns:pdfaProperty='http://www.aiim.org/pdfa/ns/property#'>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType='Resource'>
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def main(memory: int, files: int, room: str) -> None:
    """Serve jobs until the parent closes the pipe, or is gone; then clear the room, the folder for passing files.

    `memory` (address space) and `files` (the size of each) are limits in bytes, set first of all.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tempfile.tempdir = room
    asked, told = _private_pipes()
    try:
        press = Press()
    except Exception as problem:
        _tell(told, {"missing": str(problem)})
        return
    _tell(told, {"ready": True})
    while (message := _hear(asked)) is not None:
        _one_job(press, json.loads(message), told)
    shutil.rmtree(room, ignore_errors=True)


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our two ends; a stray print of some library must not land between two messages."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, told


def _one_job(press: Press, job: dict[str, Any], told: BinaryIO) -> None:
    """Answer one job: a PDF, or the name of what went wrong (its text may hold a client's words, so it stays here)."""
    _allow_cpu(job["cpu"])
    pdf = b""
    answer: dict[str, Any] = {}
    try:
        pdf, answer["unprintable"] = press.pdf(job["sheets"])
    except Exception as problem:
        answer["failed"] = "memory" if _for_want_of_memory(problem) else type(problem).__name__
    _tell(told, answer | {"cpu": _cpu_used(), "memory": _memory_taken()}, pdf)
    gc.collect()  # a finished document holds itself, its fonts and their files in a ring


def _for_want_of_memory(problem: BaseException | None) -> bool:
    """Whether memory ran out somewhere behind this; libraries in C then also fail with a SystemError of no meaning."""
    while problem is not None:
        if isinstance(problem, (MemoryError, SystemError)):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def _allow_cpu(seconds: float) -> None:
    """Give this job so many seconds of processor; the kernel ends the process when they are spent."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(_cpu_used() + seconds), hard))


def _cpu_used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory_taken() -> int:
    """Bytes of address space taken now; 0 where the system does not tell (only Linux does)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _hear(asked: BinaryIO) -> bytes | None:
    head = asked.read(LENGTH.size)
    return asked.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _tell(told: BinaryIO, answer: dict[str, Any], pdf: bytes | None = None) -> None:
    for body in [json.dumps(answer).encode()] if pdf is None else [json.dumps(answer).encode(), pdf]:
        told.write(LENGTH.pack(len(body)) + body)
    told.flush()


class Press:
    """WeasyPrint, loaded and warm, able to reach our own paper files and nothing else."""

    def __init__(self) -> None:
        """Load WeasyPrint; raises OSError or ImportError, saying what is missing, where it cannot run."""
        import weasyprint
        import weasyprint.pdf.tags as tags

        self.html = weasyprint.HTML
        self.reach = our_files_only()
        self.unprintable = Unprintable()
        tags._build_box_tree = with_language(tags._build_box_tree)
        log = logging.getLogger("weasyprint")
        log.handlers = [self.unprintable]
        log.propagate = False

    def pdf(self, sheets: list[str]) -> tuple[bytes, list[int]]:
        """One file of all the sheets, each with its own page numbers, and the code points no font here can show."""
        self.unprintable.found.clear()
        drawn = [self.html(string=sheet, url_fetcher=self.reach).render(pdf_variant="pdf/a-2a") for sheet in sheets]
        pages = [page for document in drawn for page in document.pages]
        out = io.BytesIO()
        drawn[0].copy(pages).write_pdf(out, pdf_variant="pdf/a-2a", finisher=also_ua1)
        return out.getvalue(), sorted(self.unprintable.found)


class Unprintable(logging.Handler):
    """Gathers the code points that WeasyPrint warns it has no glyph for; every other message is dropped, unwritten."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.found: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the code point of a ".notdef" warning, which carries the character and its number."""
        if ".notdef" in str(record.msg) and isinstance(record.args, tuple):
            self.found.add(int(record.args[1]))  # type: ignore[call-overload]


def our_files_only() -> Any:
    """A fetcher that knows the names in static/paper as `paper:<name>`, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OurFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            """The file behind a `paper:` address; anything else raises, without being opened."""
            scheme, _, name = url.partition(":")
            if scheme != "paper" or name not in OURS:
                raise ValueError("only our own paper files are fetched")
            return URLFetcherResponse(url, OURS[name].read_bytes(), {"Content-Type": KINDS[OURS[name].suffix]})

    return OurFilesOnly()


OURS = {path.name: path for path in PAPER.rglob("*") if path.suffix in KINDS}


def with_language(build: Any) -> Any:
    """WeasyPrint's tag builder, also noting each element's own `lang`, which PDF/UA-1 (7.2) wants where it changes."""
    import pydyf

    def build_and_note(box: Any, *rest: Any) -> Any:
        element = getattr(getattr(box, "_box", box), "element", None)
        language = None if element is None else element.get("lang")
        for made in build(box, *rest):
            if language:
                made["Lang"] = pydyf.String(language)
            yield made

    return build_and_note


def also_ua1(_document: Any, pdf: Any) -> None:
    """Finisher: add the PDF/UA-1 identifier, described as PDF/A asks, to the uncompressed metadata."""
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Type") == "/Metadata":
            item.compress = False
            item.stream = [part.replace(b"</rdf:RDF>", UA1 + b"</rdf:RDF>") for part in item.stream]


if __name__ == "__main__":
    main(memory=int(sys.argv[1]), files=int(sys.argv[2]), room=sys.argv[3])
