"""A gate of the demo city: how many went through it in two weeks, and the pass of somebody who lives there."""

from hashlib import sha256

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.gates.lifecycle import ACCESS_POINT_LIFECYCLE, PASS_LIFECYCLE
from db.gates.models import AccessDay, AccessPass, AccessPoint, AccessPointState, PassState, ScanDirection
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, day, utc
from db.people.seed import Home
from db.settings.models import SettingKey

_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# The gate was registered so many days ago, and counted for so many days; their scans are kept no longer.
_SINCE, _COUNTED = 60, 14
_UNTIL = SettingKey.SCAN_KEEP_DAYS.default
# When the pass was issued, and how much longer it is valid, in days.
_ISSUED, _VALID = 20, 180


def add_gate(rows: Rows, home: Home, site: int, person: int, present: Present) -> None:
    """Add the only gate of a compound, its counts of the days before scans of today are kept, and a person's pass."""
    since = present.midnight - _SINCE * DAY + 9 * HOUR
    point = add_with_journal(
        rows, ACCESS_POINT_LIFECYCLE, AccessPoint, [Step(since, JournalAction.CREATE, AccessPointState.ACTIVE, _STAFF)],
        division_id=home.division_id, division_code=home.code, site_id=site, name="东门", is_only_gate=True,
        needs_pass=True, created_at=utc(since),
    )  # fmt: skip
    for number in range(_COUNTED):
        on = day(present.midnight - (_UNTIL + _COUNTED - number) * DAY)
        counts = (
            (ScanDirection.IN, 640 + number * 37 % 90, number % 4),
            (ScanDirection.OUT, 655 + number * 53 % 90, 0),
        )
        for direction, passed, refused in counts:
            rows.add(
                AccessDay, access_point_id=point, division_code=home.code, day=on, direction=direction, passed=passed,
                refused=refused,
            )  # fmt: skip
    issued = present.midnight - _ISSUED * DAY + 15 * HOUR
    add_with_journal(
        rows, PASS_LIFECYCLE, AccessPass, [Step(issued, JournalAction.CREATE, PassState.VALID, _STAFF)],
        site_id=site, division_code=home.code, person_id=person, code_hash=sha256(b"demo").hexdigest(),
        valid_until=present.day_after(_VALID), created_at=utc(issued),
    )  # fmt: skip
