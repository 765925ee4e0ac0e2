"""Contents in a bucket: served as from a folder, refused while its server is away, swept, and whole after a kill."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.access.actor import SYSTEM, actor_of
from db.access.clock import TickReport
from db.access.commands import Call
from db.access.tokens import issue_token
from db.files.bucket import BucketStore
from db.files.clock import sweep_contents, sweep_shard
from db.files.models import File
from db.files.store import SHARDS
from db.files.uploads import UploadLimits, add_file, prepare, send
from db.kernel.database import database as proxy
from db.kernel.database import write
from graph_api import create_app
from graph_api.config import Config
from graph_api.doctor import files
from graph_api.stores import store_of
from tests.conftest import url_of
from tests.factories import make_account
from tests.files.factories import image, pdf
from tests.files.s3 import KEYS, Gate, serving_s3
from tests.files.sending import code_of, token_of, told_of, upload
from tests.files.test_server import SETTINGS, Client, text
from tests.graph_api.processes import kill, started

LATER = 7_200


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a server that speaks S3."""
    with serving_s3(tmp_path_factory.mktemp("s3")) as port:
        yield port


@dataclass
class There:
    """The bucket behind a gate. seen: what it holds, not through the gate."""

    gate: Gate
    config: Config
    seen: BucketStore

    def names(self) -> list[str]:
        """List what the bucket holds."""
        return sorted(name for shard in range(SHARDS) for name in self.seen.names(shard, time.time() + LATER))

    def copies(self) -> list[Path]:
        """List what lies in the folder."""
        return sorted(path for path in Path(self.config.files_folder).glob("copies/*/*"))


@pytest.fixture
def there(server: int, database: DatabaseProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    """Return the bucket, emptied, and the settings of an application that keeps files there."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    gate = Gate(server)
    with gate.standing() as address:
        config = Config(
            database_url=url_of(database), token_cache_seconds=0, files_folder=str(tmp_path / "files"),
            files_bucket="files", files_endpoint=address, max_file_bytes=1_000_000,
        )  # fmt: skip
        found = There(gate, config, BucketStore(tmp_path / "seen", "files", f"http://127.0.0.1:{server}"))
        # The server makes the bucket with its first object.
        first = tmp_path / "first"
        first.touch()
        found.seen.send(first, "00-first")
        for name in found.names():
            found.seen.remove(name)
        yield found


@pytest.fixture
def client(there: There, database: DatabaseProxy) -> Iterator[FlaskClient]:
    """Return an application that keeps files in the bucket."""
    mine = database.obj
    yield create_app(there.config).test_client()
    proxy.close()
    proxy.initialize(mine)


def test_files_in_a_bucket_are_served_as_those_of_a_folder(there: There, client: FlaskClient) -> None:
    who = token_of(make_account())
    told = told_of(upload(client, who, image("PNG", (700, 500))))
    paper = told_of(upload(client, who, pdf(b"example" * 9_000)))
    name = told["sha256"]
    assert there.names() == sorted([paper["sha256"], name, *(f"{name}-{width}" for width in (160, 320, 640))])

    def get(url: str, **headers: str) -> Any:
        return client.get(url, headers=who | {key.replace("_", "-"): value for key, value in headers.items()})

    for is_copied in (True, False):
        if not is_copied:
            for path in there.copies():
                path.unlink()
        whole = get(told["url"])
        assert (whole.status_code, sha256(whole.data).hexdigest()) == (200, name)
        assert get(f"{told['url']}?width=300").data.startswith(b"\x89PNG")
        part = get(paper["url"], Range="bytes=10-19")
        assert (part.status_code, part.data) == (206, pdf(b"example" * 9_000)[10:20])
        assert get(told["url"], If_None_Match=whole.headers["ETag"]).status_code == 304
    # What is sent again is there already.
    before = there.names()
    assert told_of(upload(client, who, image("PNG", (700, 500))))["sha256"] == name
    assert there.names() == before
    # Copies that nobody read for an hour make room when one beside them is fetched.
    copy = next(path for path in there.copies() if path.name == name)
    left_over = copy.with_name("left-over")
    left_over.touch()
    os.utime(left_over, (0, 0))
    copy.unlink()
    assert (get(told["url"]).status_code, copy.exists(), left_over.exists()) == (200, True, False)
    # What the bucket has lost is told as gone.
    there.seen.remove(name)
    copy.unlink()
    assert code_of(get(told["url"])) == "NOT_FOUND"


def test_while_its_server_is_away_nothing_is_half_written(there: There, client: FlaskClient) -> None:
    who = token_of(make_account())
    told = told_of(upload(client, who, image()))
    kept, copies = there.names(), there.copies()
    there.gate.shut()

    refused = upload(client, who, image(size=(900, 700)))
    in_chinese = client.get("/files/File_0", headers=who | {"Accept-Language": "zh"})
    report = TickReport(datetime.now(UTC))
    sweep_contents(Call(SYSTEM, report.at), report)

    assert (refused.status_code, code_of(refused), refused.headers["Retry-After"]) == (503, "UNAVAILABLE", "5")
    assert "127.0.0.1" not in refused.text
    assert in_chinese.status_code == 404
    assert (File.select().count(), there.names(), there.copies()) == (1, kept, copies)
    assert [text.partition(":")[0] for text in report.refusals] == [
        "The store of files cannot be reached, and is looked through later"
    ]
    # What is at hand is served; anything else waits for the server.
    assert client.get(told["url"], headers=who).status_code == 200
    for path in copies:
        path.unlink()
    assert code_of(client.get(told["url"], headers=who)) == "UNAVAILABLE"
    there.gate.is_shut = False
    assert client.get(told["url"], headers=who).status_code == 200
    told_of(upload(client, who, image(size=(900, 700))))


def test_the_clock_sweeps_a_bucket_and_an_upload_survives_it(there: There, tmp_path: Path) -> None:
    store, now = store_of(there.config), time.time()
    call = Call(actor_of(make_account().id, datetime.now(UTC)), datetime.now(UTC).replace(microsecond=0))

    def swept() -> int:
        return sum(sweep_shard(store, shard, now + LATER) for shard in range(SHARDS))

    with store.incoming() as folder, TemporaryFile() as given:
        given.write(image(size=(700, 500)))
        prepared = prepare(given, folder, UploadLimits())
        send(prepared, store)
        assert len(there.names()) == 4
        # Nobody has it yet, and a clock that found it earlier removes it under the feet of the upload.
        assert (swept(), there.names()) == (4, [])
        file = add_file(call, prepared, store, UploadLimits())

    assert len(there.names()) == 4
    assert (swept(), [store.names(shard, now) for shard in range(SHARDS)]) == (0, [[]] * SHARDS)
    with write():
        File.delete().where(File.id == file.id).execute()
    assert (swept(), there.names(), there.copies()) == (4, [], [])


def test_a_kill_while_a_file_is_sent_leaves_nothing(there: There, database: DatabaseProxy, tmp_path: Path) -> None:
    token = issue_token(make_account(), "示范", datetime.now(UTC))
    database.close()
    settings = SETTINGS | KEYS | {
        "DATABASE_URL": there.config.database_url, "FILES_FOLDER": there.config.files_folder,
        "FILES_BUCKET": there.config.files_bucket, "FILES_ENDPOINT": there.config.files_endpoint,
    }  # fmt: skip
    with started(tmp_path, **settings) as (process, served):
        client = Client(served, token)
        status, whole = client.upload(text(200_000))
        there.gate.stops_after = 500_000
        stuck = threading.Thread(target=lambda: _ignore_end(client))
        stuck.start()
        assert there.gate.is_stuck.wait(60)
        kill(process)
        stuck.join(60)

    assert status == 201, whole
    assert (status, [file.sha256 for file in File.select()]) == (201, [whole["file"]["sha256"]])
    assert there.names() == [whole["file"]["sha256"]]
    # What was under way lies where the clock removes it.
    store = store_of(there.config)
    store.remove_abandoned(time.time() + LATER)
    assert [path.name for path in there.copies()] == [whole["file"]["sha256"]]


def _ignore_end(client: Client) -> None:
    with suppress(OSError, HTTPException, ValueError):
        client.upload(text(3_000_000, 1))


def test_the_doctor_tells_what_is_wrong_with_a_bucket(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    good = files(there.config)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    of_nobody = files(there.config)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["AWS_SECRET_ACCESS_KEY"])
    no_bucket = files(replace(there.config, files_bucket="nothing-here"))
    there.gate.shut()
    away = files(there.config)

    assert (good.fact, good.advice) == (f"in the bucket {there.config.files_bucket}", "")
    assert all("cannot be reached" in one.fact and one.advice for one in (of_nobody, no_bucket, away))
    assert "example-secret" not in of_nobody.fact
