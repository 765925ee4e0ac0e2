"""The power goes (SQLite): what was acknowledged is on the disk, whatever the system had not written there yet.

A layer below SQLite (a VFS) records each write and each sync. Afterwards the files are made as they would be found if
the power had gone at some moment: what was written before a sync that had ended is there; of what was written since,
nothing, or any of it, cut off anywhere.
"""

import gc
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.access.tokens import issue_token
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import url_of
from tests.town import build

CLIENTS, CHANGES, MOMENTS = 8, 20, 10
COMMENT = """mutation ($issue: ID!, $text: String!, $key: String!) {
    commentIssue(input: {issueId: $issue, text: $text, idempotencyKey: $key}) { userErrors { code } } }"""


class Write(NamedTuple):
    """A write of a file. data: None, the file was cut off at the offset."""

    name: str
    offset: int
    data: bytes | None

    def change(self, content: bytearray) -> None:
        """Do to the content of a file what was written."""
        if self.data is None:
            del content[self.offset :]
            return
        content.extend(bytes(max(0, self.offset - len(content))))
        content[self.offset : self.offset + len(self.data)] = self.data

    def torn(self, chance: random.Random) -> "Write":
        """Return what the disk may have taken of it."""
        return self._replace(data=self.data and self.data[: chance.randint(0, len(self.data))])


class Synced(NamedTuple):
    """The end of a sync. writes: so many of a file, from its first on, are on the disk."""

    name: str
    writes: int


class Acknowledged(NamedTuple):
    """A client was told that its change is kept."""

    key: str


class Disk(apsw.VFS):
    """What happened to files, in order, and what clients were told meanwhile."""

    def __init__(self) -> None:
        super().__init__("recorded", "unix", makedefault=True)
        self.happened: list[Write | Synced | Acknowledged] = []
        self.written: Counter[str] = Counter()
        self.lock = threading.Lock()

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return File(self, name, flags)

    def wrote(self, write: Write) -> None:
        with self.lock:
            self.happened.append(write)
            self.written[write.name] += 1


class File(apsw.VFSFile):
    """A file whose writes and syncs are recorded."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self.disk.wrote(Write(self.name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self.disk.wrote(Write(self.name, newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        count = self.disk.written[self.name]
        super().xSync(flags)
        self.disk.happened.append(Synced(self.name, count))


@pytest.fixture
def path(database: DatabaseProxy) -> Iterator[Path]:
    """Return the path of a database that nothing has opened."""
    if is_postgres():
        pytest.skip("what PostgreSQL writes is its own affair")
    mine = database.obj
    yield Path(database.database)
    database.initialize(mine)


def recorded(path: Path, synchronous: str) -> tuple[bytes, Disk]:
    """Let clients comment on one issue at once; return what the file held before, and what happened then."""
    town = build()
    issue = f"Issue_{town.accept()}"
    headers = {"Authorization": f"Bearer {issue_token(town.accounts['staff'], 'test', datetime.now(UTC))}"}
    config = Config(database_url=url_of(proxy), sqlite_synchronous=synchronous)
    proxy.close()
    before = path.read_bytes()
    disk = Disk()

    def comment(client: FlaskClient, number: int) -> None:
        for key in (f"{number}-{at}" for at in range(CHANGES)):
            variables = {"issue": issue, "text": key, "key": key}
            answer = client.post("/graphql", json={"query": COMMENT, "variables": variables}, headers=headers)
            assert answer.json == {"data": {"commentIssue": {"userErrors": []}}}
            disk.happened.append(Acknowledged(key))

    app = create_app(config)
    # Often, so that the power goes in the middle of it too: its pages go to the database, and then it begins anew.
    app.extensions["graph_connections"].change(lambda: proxy.execute_sql("PRAGMA wal_autocheckpoint = 40"))
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(partial(comment, app.test_client()), range(CLIENTS)))
    # What the end of the application writes is not recorded; its files close before the layer goes.
    disk.happened, happened = [], disk.happened
    del app
    gc.collect()
    disk.unregister()
    disk.happened = happened
    return before, disk


class Found:
    """The files as they are found after the power has gone."""

    def __init__(self, path: Path, before: bytes) -> None:
        self.path = path
        self.kept = defaultdict(bytearray, {path.name: bytearray(before)})
        self.pending: defaultdict[str, list[Write]] = defaultdict(list)
        self.synced: Counter[str] = Counter()
        self.told: set[str] = set()

    def go_on(self, event: Write | Synced | Acknowledged) -> None:
        """Let something happen before the power goes."""
        match event:
            case Write():
                self.pending[event.name].append(event)
            case Synced():
                pending = self.pending[event.name]
                for write in pending[: event.writes - self.synced[event.name]]:
                    write.change(self.kept[event.name])
                del pending[: event.writes - self.synced[event.name]]
                self.synced[event.name] = max(event.writes, self.synced[event.name])
            case Acknowledged():
                self.told.add(event.key)

    def lost(self, folder: Path, chance: random.Random | None) -> set[str]:
        """Return what clients were told and the database does not hold. chance: whether a write is found unsynced."""
        for name in (self.path.name, f"{self.path.name}-wal"):
            content = bytearray(self.kept[name])
            for write in self.pending[name]:
                if chance and chance.random() < 0.5:
                    (write if chance.random() < 0.7 else write.torn(chance)).change(content)
            (folder / name).write_bytes(content)
        (folder / f"{self.path.name}-shm").unlink(missing_ok=True)
        with closing(apsw.Connection(str(folder / self.path.name))) as connection:
            assert connection.pragma("integrity_check") == "ok"
            found = {str(key) for (key,) in connection.execute("SELECT idempotency_key FROM performed")}
            texts = {str(text) for (text,) in connection.execute("SELECT text FROM comment")}
        # A change is there as a whole, or not at all.
        assert found == texts
        return self.told - found


@pytest.mark.parametrize("synchronous", ["full", "normal"])
def test_what_was_acknowledged_is_found_after_the_power_has_gone(path: Path, tmp_path: Path, synchronous: str) -> None:
    before, disk = recorded(path, synchronous)

    found, chance = Found(path, before), random.Random(7)
    told = [at for at, event in enumerate(disk.happened) if isinstance(event, Acknowledged)]
    moments = {*chance.sample(told, MOMENTS), told[-1], *chance.sample(range(told[0], told[-1]), MOMENTS)}
    lost: set[str] = set()
    for at, event in enumerate(disk.happened):
        found.go_on(event)
        if at in moments:
            lost |= found.lost(tmp_path, None) | found.lost(tmp_path, chance)

    syncs = Counter(event.name for event in disk.happened if isinstance(event, Synced))
    assert len(told) == CLIENTS * CHANGES
    if synchronous == "full":
        assert lost == set()
        # Changes have shared syncs; and there were checkpoints, each with a sync of the database.
        assert syncs[f"{path.name}-wal"] < len(told)
        assert syncs[path.name] > 1
    else:
        # So this is what the setting trades, and the layer would show it.
        assert lost
