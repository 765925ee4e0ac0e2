"""Files at once: one belongs to one row, and the clock removes no contents that somebody keeps at that moment."""

import time
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.commands import Call
from db.files.clock import sweep_shard
from db.files.models import File
from db.files.store import SHARDS, Store
from db.files.uploads import UploadLimits, add_file, prepare, send
from db.issues.models.issue import Evidence
from db.kernel.database import write
from tests.asking import Asking
from tests.factories import make_account
from tests.files.factories import make_file, pdf
from tests.threads import at_once
from tests.town import build


def test_a_file_belongs_to_one_row(database: DatabaseProxy) -> None:
    ask = Asking(build())
    photo = make_file(ask.town.accounts["resident"])
    issues = [ask.town.submit() for _ in range(4)]
    number, piece = count(), {"kind": "PHOTO", "description": "路灯", "fileId": f"File_{photo.id}"}

    def attach() -> Any:
        return ask.refused("resident", "attachEvidence", issueId=f"Issue_{issues[next(number)]}", evidence=[piece])

    answers = at_once(4, attach)

    assert sorted(answers, key=len) == [[], *[[("ALREADY_EXISTS", ["evidence", "0", "fileId"])]] * 3]
    assert Evidence.select().where(Evidence.file == photo.id).count() == 1


def test_contents_stay_while_somebody_keeps_them(database: DatabaseProxy, tmp_path: Path) -> None:
    store, content, limits = Store(tmp_path), pdf(b"example"), UploadLimits()
    call = Call(actor_of(make_account().id, datetime.now(UTC)), datetime.now(UTC).replace(microsecond=0))
    number, kept = count(), list[bool]()

    def keep_or_sweep() -> None:
        is_sweeper = next(number) == 0
        for _ in range(12):
            if is_sweeper:
                # As if everything had lain there for hours.
                for shard in range(SHARDS):
                    sweep_shard(store, shard, time.time() + 7_200)
                continue
            with store.incoming() as folder:
                prepared = prepare(BytesIO(content), folder, limits)
                send(prepared, store)
                file = add_file(call, prepared, store, limits)
            kept.append(store.path(file.sha256).is_file())
            with write():
                File.delete().where(File.id == file.id).execute()

    at_once(4, keep_or_sweep)

    # As long as a row was there, so were its contents; nothing is left of any.
    assert kept == [True] * 36
    assert sum(sweep_shard(store, shard, time.time() + 7_200) for shard in range(SHARDS)) <= 1
    assert list(tmp_path.glob("??/*")) == []
