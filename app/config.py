"""What the surroundings say: read once, and refused clearly when something needed is missing."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Any

from app.engines import normal_url
from app.mail import Server

HERE = Path(__file__).resolve().parent.parent


class CannotStart(SystemExit):
    """Something needed is missing or wrong: the program ends with this text, which says what to do, and status 1."""


def data_folder() -> Path:
    """Where this agency's data lives: `HANDRAIL_DATA`, else `instance/` beside the program; made if it is not there."""
    os.umask(0o077)  # what is made here is for its owner alone, the database too
    folder = Path(os.environ.get("HANDRAIL_DATA") or HERE / "instance")
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(exist_ok=True, mode=0o700)
    return folder.resolve()


# A file on these can be locked by two machines at once, and SQLite's log needs memory that they do not share.
FAR = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "coda",
    "ceph",
    "glusterfs",
    "lustre",
    "gfs2",
    "ocfs2",
    "9p",
}
FAR_THROUGH_FUSE = ("sshfs", "s3", "rclone", "gcsfuse", "glusterfs", "goofys", "blobfuse", "davfs", "gvfs", "juicefs")


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system a folder lies on, from what Linux tells in `/proc/self/mounts`; "" where nothing is told."""
    best, kind = "", ""
    for line in mounts.splitlines():
        _device, place, its_kind = (line.split(" ") + ["", ""])[:3]
        place = place.replace("\\040", " ")
        within = place == "/" or str(folder) == place or str(folder).startswith(place + "/")
        if within and len(place) >= len(best):
            best, kind = place, its_kind
    return kind


def refuse_far_away(folder: Path) -> None:
    """Refuse to keep a SQLite database on a network file system, where it breaks sooner or later (sqlite.org/faq.html#q5)."""
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace")
    except OSError:  # no Linux: nobody tells
        return
    kind = file_system(folder, mounts)
    if kind in FAR or kind.startswith("fuse.") and kind.removeprefix("fuse.").startswith(FAR_THROUGH_FUSE):
        raise CannotStart(
            f"The data folder {folder} is on a network file system ({kind}), where an SQLite database breaks. "
            "Put it on a disk of this machine (HANDRAIL_DATA), or use Postgres (DATABASE_URL)."
        )


def secret(folder: Path) -> str:
    """The key that signs cookies: made at the first start, readable by the owner alone, the same ever after."""
    path = folder / "secret"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise CannotStart(
            f"The file {path} is damaged. Restore it from a backup, or delete it: everybody signs in anew."
        )
    return kept


def _write_once(path: Path, text: str) -> None:
    """Write a file that is there wholly or not at all; when two workers start together, the first one's stays."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def hosts() -> list[str] | None:
    """The names this server answers to: `HANDRAIL_HOSTS`, commas between; without it, this machine's own names."""
    named = [name.strip() for name in os.environ.get("HANDRAIL_HOSTS", "").split(",") if name.strip()]
    return named or ["localhost", "127.0.0.1", "[::1]", socket.gethostname()]


def mail_server() -> Server | None:
    """The server that sends e-mail: `HANDRAIL_SMTP_HOST` and its companions; without it nothing is ever sent."""
    host = os.environ.get("HANDRAIL_SMTP_HOST", "").strip()
    if not host:
        return None
    security = os.environ.get("HANDRAIL_SMTP_SECURITY", "starttls").strip().lower()
    usual = {"starttls": "587", "tls": "465", "none": "25"}
    if security not in usual:
        raise CannotStart("HANDRAIL_SMTP_SECURITY is starttls, tls, or none for a mail server on this machine.")
    port = os.environ.get("HANDRAIL_SMTP_PORT", usual[security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CannotStart("HANDRAIL_SMTP_PORT is a number, such as 587.")
    sender = os.environ.get("HANDRAIL_SMTP_FROM", "").strip()
    if "@" not in sender:
        raise CannotStart("HANDRAIL_SMTP_FROM is needed with HANDRAIL_SMTP_HOST: the address that e-mail comes from.")
    if not os.environ.get("HANDRAIL_HOSTS", "").strip():
        raise CannotStart(
            "HANDRAIL_HOSTS is needed with HANDRAIL_SMTP_HOST: links in e-mail lead to the first of these names."
        )
    user, password = os.environ.get("HANDRAIL_SMTP_USER"), os.environ.get("HANDRAIL_SMTP_PASSWORD")
    return Server(host, int(port), security, user or None, password or None, sender)


def read() -> dict[str, Any]:
    """The settings of the app, from the environment and the data folder."""
    folder = data_folder()
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'handrail.db'}"
    if url.startswith("sqlite:"):
        refuse_far_away(folder)
    proxies = os.environ.get("HANDRAIL_PROXIES", "0")
    if not proxies.isdigit():
        raise CannotStart("HANDRAIL_PROXIES is the number of proxies in front of this server: 0, 1, …")
    return {
        "DATA": folder,
        "SECRET_KEY": secret(folder),
        "SQLALCHEMY_DATABASE_URI": normal_url(url),
        "TRUSTED_HOSTS": hosts(),
        "PROXIES": int(proxies),
        "SMTP": mail_server(),
        "BABEL_DEFAULT_LOCALE": "en",
    }
