"""Files over real HTTP: bodies that wait on the disk, ranges that granian sends, slow clients, and a kill (SIGKILL)."""

import http.client
import threading
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.tokens import issue_token
from db.files.models import File
from tests.conftest import url_of
from tests.factories import make_account
from tests.files.factories import image
from tests.graph_api.processes import Served, kill, started

BOUNDARY = "example"
LARGE, CLIENTS = 6_000_000, 6
SETTINGS = {
    "MAX_FILE_BYTES": str(LARGE),
    "FILES_A_DAY": "0",
    "FILE_BYTES_A_DAY": "0",
    "MAX_BODY_BYTES": "1000",
    "ENVIRONMENT": "production",
}


def form(content: bytes) -> bytes:
    """Write a form with a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def text(size: int, seed: int = 0) -> bytes:
    """Return a text of its own for each seed."""
    return (f"{seed} " + "示范 " * (size // 7)).encode().ljust(size)[:size]


class Client:
    """A client with a token; each request has a connection of its own."""

    def __init__(self, served: Served, token: str) -> None:
        self.port = served.port
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, bytes]:
        """Send a request, and return the status, the headers and the body of the answer."""
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def upload(self, content: bytes) -> tuple[int, Any]:
        """Upload a file."""
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        status, _, body = self.send("POST", "/files", form(content), Content_Type=kind)
        return status, orjson.loads(body)


@pytest.fixture
def token(database: DatabaseProxy) -> str:
    """Return the token of somebody on a database that a server can open."""
    token = issue_token(make_account(), "示范", datetime.now(UTC))
    database.close()
    return token


def memory_of(pid: int) -> int:
    """Return the most memory that a process has had, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def worker_of(pid: int) -> int:
    """Return the worker of a server."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def test_real_requests_and_a_kill(database: DatabaseProxy, token: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    settings = SETTINGS | {"DATABASE_URL": url_of(database), "FILES_FOLDER": str(folder)}
    with started(tmp_path, **settings) as (process, served):
        read_and_refused(Client(served, token), Client(served, ""), worker_of(process.pid))
        assert list((folder / "incoming").iterdir()) == []
        acknowledged = killed_while_uploading(process, Client(served, token))

    rows = {f"File_{file.id}": file for file in File.select()}
    kept = {path.name: path for path in folder.glob("??/*")}
    assert {told["id"] for told in acknowledged} <= rows.keys()
    assert all("-" in name or sha256(path.read_bytes()).hexdigest() == name for name, path in kept.items())
    assert all(kept[file.sha256].stat().st_size == file.byte_size for file in rows.values())
    # What was under way is gone, or lies where the clock removes it.
    assert {path.parent.name for path in folder.glob("*/*") if path.is_dir()} <= {"incoming"}


def read_and_refused(client: Client, stranger: Client, worker: int) -> None:
    """Upload, read in parts, and be refused."""
    content, before = text(LARGE - 10), memory_of(worker)
    found: list[Any] = []
    people = [threading.Thread(target=lambda: found.append(client.upload(content))) for _ in range(CLIENTS)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert [status for status, _ in found] == [201] * CLIENTS
    # So many bodies of 6 MB were on the disk, not in memory.
    assert memory_of(worker) - before < CLIENTS * LARGE
    url = found[0][1]["file"]["url"]
    assert client.send("GET", url)[2] == content
    status, headers, part = client.send("GET", url, Range="bytes=1000000-1000009")
    assert (status, part) == (206, content[1_000_000:1_000_010])
    assert headers["Content-Range"] == f"bytes 1000000-1000009/{len(content)}"
    assert client.send("GET", url, Range="bytes=-5")[2] == content[-5:]
    status, headers, body = client.send("HEAD", url)
    assert (status, headers["Content-Length"], body) == (200, str(len(content)), b"")
    assert client.send("GET", url, If_None_Match=headers["ETag"])[0] == 304
    assert stranger.send("GET", url)[0] == 404
    status, told = client.upload(image())
    assert (status, client.send("GET", told["file"]["thumbnailUrl"])[2][:3]) == (201, b"\xff\xd8\xff")
    # Who has no token is refused before the body is received; so is a body that is too long.
    assert stranger.send("POST", "/files", b"--", Content_Length=str(LARGE))[0] == 401
    assert client.send("POST", "/files", b"", Content_Length=str(LARGE * 2))[0] == 413
    # The larger limit holds at this address alone.
    assert client.send("POST", "/graphql", b"{" + b" " * 2_000, Content_Type="application/json")[0] == 413


def killed_while_uploading(process: Any, client: Client) -> list[Any]:
    """Kill a server in the middle of uploads, and return what it had acknowledged."""
    acknowledged: list[Any] = []
    enough = threading.Event()

    def work(name: int) -> None:
        try:
            for number in range(1_000):
                is_image = number % 3 == 2
                content = image(size=(300 + name, 200 + number)) if is_image else text(300_000, name * 1_000 + number)
                acknowledged.append(client.upload(content)[1]["file"])
                if len(acknowledged) > 3 * CLIENTS:
                    enough.set()
        except (OSError, http.client.HTTPException, ValueError):
            pass

    people = [threading.Thread(target=work, args=(name,)) for name in range(CLIENTS)]
    for one in people:
        one.start()
    assert enough.wait(120)
    kill(process)
    for one in people:
        one.join()
    return acknowledged
