"""Files through the application: answers, headers, rights, what is kept on the disk, the clock."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy
from PIL import Image

from db.access.actor import SYSTEM
from db.access.clock import TickReport
from db.access.commands import Call
from db.access.models.access import TokenScope
from db.access.models.account import Role
from db.access.models.purge import PurgeRun
from db.files.clock import forget_uploads, sweep_contents, sweep_shard
from db.files.models import File
from db.files.store import SHARDS, Store
from db.issues.lifecycle import IssueState
from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import url_of
from tests.factories import make_account, make_evidence, make_issue, make_role_grant
from tests.files.factories import image, office, pdf
from tests.files.sending import code_of, token_of, told_of, upload

FORM = "multipart/form-data"


@dataclass
class Here:
    """An application with a store of its own."""

    client: FlaskClient
    store: Store
    who: dict[str, str]

    def kept(self) -> list[str]:
        """List the names of what is kept."""
        return sorted(path.name for path in self.store.folder.glob("??/*"))


@pytest.fixture
def here(database: DatabaseProxy, tmp_path: Path) -> Iterator[Here]:
    """Return an application on a migrated database of the test's own, and somebody's token."""
    mine = database.obj
    folder = tmp_path / "files"
    config = Config(
        database_url=url_of(database), token_cache_seconds=0, files_folder=str(folder), max_file_bytes=100_000,
        files_a_day=9, file_bytes_a_day=300_000,
    )  # fmt: skip
    yield Here(create_app(config).test_client(), Store(folder), token_of(make_account()))
    proxy.close()
    proxy.initialize(mine)


def camera(**options: Any) -> bytes:
    """Return a photograph as a telephone makes it: lying on its side, with the place and the camera."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 6, "ExampleCamera", "Model 1"
    exif[0x8825] = {1: "N", 2: (36.0, 3.0, 22.0), 3: "E", 4: (103.0, 50.0, 4.0)}
    return image("JPEG", (1_600, 1_200), exif=exif, comment=b"13800000000", **options)


def test_a_photograph_is_redrawn_upright_and_tells_nothing(here: Here) -> None:
    given = camera()
    assert b"ExampleCamera" in given

    answer = upload(here.client, here.who, given)

    told = told_of(answer)
    assert (told["mediaType"], told["width"], told["height"]) == ("image/jpeg", 1_200, 1_600)
    whole = here.client.get(told["url"], headers=here.who)
    assert whole.status_code == 200
    assert (told["byteSize"], told["sha256"]) == (len(whole.data), sha256(whole.data).hexdigest())
    drawn = Image.open(BytesIO(whole.data))
    assert drawn.size == (1_200, 1_600)
    # What was light on the left is light at the top, once it is turned.
    light: Any = drawn.convert("L")
    assert light.getpixel((600, 100)) > 200 > 60 > light.getpixel((600, 1_500))
    assert not drawn.getexif()
    assert not {"exif", "comment", "icc_profile"} & drawn.info.keys()
    assert not any(word in whole.data for word in (b"ExampleCamera", b"13800000000", b"Exif"))
    assert here.kept() == sorted([told["sha256"], *(f"{told['sha256']}-{width}" for width in (160, 320, 640))])
    assert "13800000000" not in str(File.get().__data__)
    # The same picture again is another row with the same contents.
    again = told_of(upload(here.client, here.who, given))
    assert (again["sha256"], again["id"] == told["id"]) == (told["sha256"], False)
    assert len(here.kept()) == 4
    assert list((here.store.folder / "incoming").iterdir()) == []


def test_ranges_caches_and_thumbnails(here: Here) -> None:
    told = told_of(upload(here.client, here.who, image("PNG", (700, 500))))
    url = told["url"]
    whole = here.client.get(url, headers=here.who).data

    def get(path: str = url, **headers: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return here.client.get(path, headers=here.who | given)

    answer = get()
    etag = answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == f'inline; filename="{told["id"]}.png"'
    assert answer.headers["Vary"] == "Authorization"
    assert (get(If_None_Match=etag).status_code, get(If_None_Match=f'"x", W/{etag}').data) == (304, b"")
    assert get(If_None_Match='"x"').status_code == 200
    size = len(whole)
    for asked, part in {
        "bytes=0-0": whole[:1],
        "bytes=10-19": whole[10:20],
        "bytes=10-": whole[10:],
        "bytes=-7": whole[-7:],
        f"bytes=-{size + 9}": whole,
        f"bytes=5-{size + 9}": whole[5:],
    }.items():
        answer = get(Range=asked)
        start = whole.index(part) if len(part) > 6 else (0 if part == whole[:1] else size - 7)
        assert (answer.status_code, answer.data) == (206, part), asked
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{size}"
    for asked in ("bytes=0-1,3-4", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=a-b"):
        assert (get(Range=asked).status_code, get(Range=asked).data) == (200, whole), asked
    assert get(Range="bytes=3-5", If_Range='"old"').status_code == 200
    assert get(Range="bytes=3-5", If_Range=etag).data == whole[3:6]
    for asked in (f"bytes={size}-", "bytes=-0"):
        refused = get(Range=asked)
        assert (refused.status_code, refused.headers["Content-Range"]) == (416, f"bytes */{size}")
    head = here.client.head(url, headers=here.who)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(size))
    for width, found in {"1": 160, "160": 160, "161": 320, "320": 320, "500": 640, "641": 700, "4096": 700}.items():
        small = get(f"{url}?width={width}")
        assert Image.open(BytesIO(small.data)).width == found
        assert (small.headers["ETag"] == etag) == (found == 700)
    assert [get(f"{url}?width={width}").status_code for width in ("0", "-1", "a", "", "4097")] == [400] * 5


def test_documents_are_kept_as_they_are_and_downloaded(here: Here) -> None:
    sent = {
        "application/pdf": pdf(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office("xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": office("ppt/presentation.xml"),
        "text/plain": "示范小区\r\n第二行\t完".encode(),
    }

    for media_type, content in sent.items():
        told = told_of(upload(here.client, here.who, content))
        answer = here.client.get(told["url"], headers=here.who)
        assert (told["mediaType"], told["width"], told["thumbnailUrl"]) == (media_type, None, None)
        assert (answer.data, answer.headers["Content-Type"].partition(";")[0]) == (content, media_type)
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{told["id"]}.')
        assert here.client.get(f"{told['url']}?width=160", headers=here.who).status_code == 400


def test_what_is_refused_before_a_file_is_looked_at(here: Here) -> None:
    client, photo = here.client, image()
    reader = token_of(make_account(), scopes=[TokenScope.READ])
    bad = {"Authorization": "Bearer lzg_nobody"}
    form = {"content_type": FORM, "headers": here.who}
    pair = {"file": [(BytesIO(photo), "a"), (BytesIO(photo), "b")]}

    found = [
        upload(client, {}, photo), upload(client, bad, photo), upload(client, reader, photo),
        client.post("/files", data=photo, headers=here.who, content_type="image/jpeg"),
        client.post("/files", data={"file": "text"}, **form), client.post("/files", data={}, **form),
        client.post("/files", data=pair, **form),
        client.post("/files", data={"other": (BytesIO(photo), "a")}, **form),
        client.post("/files", data=b"--x\r\nnonsense", headers=here.who, content_type=f"{FORM}; boundary=x"),
        upload(client, here.who, b"a" * 100_001), upload(client, here.who, b"a" * 250_000),
        client.post("/files", data={"text": "a" * 150_000}, **form),
    ]  # fmt: skip

    assert [(answer.status_code, code_of(answer)) for answer in found] == [
        (401, "UNAUTHENTICATED"), (401, "UNAUTHENTICATED"), (403, "FORBIDDEN"), (415, "UNSUPPORTED_MEDIA_TYPE"),
        *[(400, "BAD_REQUEST")] * 5, (413, "FILE_TOO_LARGE"), (413, "FILE_TOO_LARGE"), (413, "PAYLOAD_TOO_LARGE"),
    ]  # fmt: skip
    chinese = upload(client, here.who | {"Accept-Language": "zh"}, b"<svg/>")
    assert (chinese.status_code, "请上传" in json.loads(chinese.data)["errors"][0]["message"]) == (415, True)
    assert (client.get("/files/File_1").status_code, client.put("/files").status_code) == (404, 405)
    assert (File.select().count(), here.kept()) == (0, [])
    assert list((here.store.folder / "incoming").iterdir()) == []


def test_an_account_sends_so_much_a_day(here: Here) -> None:
    texts = [f"示范 {number}".encode() for number in range(10)]

    found = [upload(here.client, here.who, text).status_code for text in texts]
    other = token_of(make_account())
    large = [upload(here.client, other, bytes([65 + number]) * 90_000).status_code for number in range(4)]

    assert found == [201] * 9 + [429]
    assert large == [201] * 3 + [429]


def test_a_file_is_seen_with_its_row(here: Here) -> None:
    resident = make_account()
    issue = make_issue(IssueState.SUBMITTED, number=None, reporter=resident)
    staff = make_role_grant(Role.STAFF, issue.division).account
    tokens = {"uploader": here.who, "reporter": token_of(resident), "staff": token_of(staff)}
    tokens |= {
        "somebody": token_of(make_account()),
        "nobody": {},
        "elsewhere": token_of(make_role_grant(Role.STAFF).account),
    }
    told = told_of(upload(here.client, here.who, image()))

    def seen() -> set[str]:
        return {who for who, token in tokens.items() if here.client.get(told["url"], headers=token).status_code == 200}

    assert seen() == {"uploader"}
    file = File.get()
    file.change(attached_at=datetime.now(UTC).replace(microsecond=0))
    make_evidence(issue, file=file)
    assert seen() == {"reporter", "staff"}
    issue.change(number="LZ-1")
    assert seen() == tokens.keys()
    assert here.client.get(told["url"]).headers["Cache-Control"] == "public, max-age=300"


def test_the_clock_removes_what_nobody_uses(here: Here) -> None:
    names = [told_of(upload(here.client, here.who, text)) for text in (b"first", b"second", b"second", b"third")]
    first, second, _, third = (int(told["id"].rpartition("_")[2]) for told in names)
    now = datetime.now(UTC).replace(microsecond=0)
    old = now - timedelta(hours=25)
    File.get_by_id(first).change(uploaded_at=old)
    File.get_by_id(second).change(uploaded_at=old)
    File.get_by_id(third).change(uploaded_at=old, attached_at=old)
    left = here.store.folder / "incoming" / "left"
    left.mkdir()
    (left / "image").write_bytes(b"half")
    report, hours = TickReport(now), time.time() + 7_200

    for rule in (forget_uploads, sweep_contents):
        rule(Call(SYSTEM, now), report)

    assert report.counts["purged file.unused"] == 2
    [run] = PurgeRun.select()
    assert (run.rule, run.at, run.before, run.count) == ("file.unused", now, now - timedelta(days=1), 2)
    assert (File.find(id=first), File.find(id=second)) == (None, None)
    # Contents that came within the hour may belong to a row that is being written.
    assert sum(sweep_shard(here.store, shard, time.time()) for shard in range(SHARDS)) == 0
    assert left.exists()
    assert sum(sweep_shard(here.store, shard, hours) for shard in range(SHARDS)) == 1
    assert here.kept() == sorted({names[1]["sha256"], names[3]["sha256"]})
    os.utime(left, (1, 1))
    sweep_contents(Call(SYSTEM, now), report)
    assert (left.exists(), report.counts["abandoned uploads"]) == (False, 1)
