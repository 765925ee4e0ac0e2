"""What the clock does for files: it removes uploads that nobody used, and contents that belong to no file."""

import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, Due, Purge, TickReport
from db.access.commands import Call
from db.files import store as stores
from db.files.models import File
from db.files.store import SHARDS, Store, StoreUnavailable
from db.files.uploads import forget_file, hold_contents
from db.kernel.database import write
from db.kernel.statements import compiled

# How long an upload may belong to no row.
UNUSED = timedelta(days=1)
# Of the 256 parts of the store, how many a tick looks through: each comes up about every hour.
_SHARDS_A_TICK = 4


forget_uploads = Purge(
    "file.unused",
    Due(File, lambda tick: File.attached_at.is_null() & (File.uploaded_at < tick.ago(UNUSED))),
    before=lambda call: call.at - UNUSED,
    forget=lambda file: forget_file.change(file.id),
)


def sweep_contents(call: Call, report: TickReport) -> None:
    """Remove contents that are left over from a part of the store."""
    if stores.current is None:
        return
    store, now = stores.current, time.time()
    shards = random.sample(range(SHARDS), _SHARDS_A_TICK)
    removed = Counter({"abandoned uploads": store.remove_abandoned(now)})
    try:
        for shard in shards:
            removed["contents without a file"] += sweep_shard(store, shard, now)
    except StoreUnavailable as error:
        report.refusals.append(f"The store of files cannot be reached, and is looked through later: {error}.")
    # A rule that found nothing to do is not in the report.
    report.counts.update(+removed)


def sweep_shard(store: Store, shard: int, now: float) -> int:
    """Remove the contents in one part of the store that no file has; return how many. now: as `time.time()`."""
    names = store.names(shard, now)
    return sum(_remove(store, name) for name in names if not _has_row.exists(_hash(name)))


def _remove(store: Store, name: str) -> bool:
    with write():
        # An upload of the same contents waits for this, or was first.
        hold_contents(_hash(name))
        if _has_row.exists(_hash(name)):
            return False
        store.remove(name)
        return True


def _hash(name: str) -> str:
    return name.partition("-")[0]


@compiled
def _has_row(sha256: Any) -> Any:
    return File.select(File.id).where(File.sha256 == sha256)


RULES: tuple[ClockRule, ...] = (forget_uploads, sweep_contents)
