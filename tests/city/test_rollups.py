"""Roll-ups stay equal to their rows, whatever is written and by how many at once, and nobody waits for them."""

import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy, fn

from db.city import models
from db.city.migrations import migrate, rollback
from db.city.rollups import ROLLUPS
from db.committees.models.committee import CommitteeState
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Urgency
from db.issues.rollups import ROLLUPS as OF_ISSUES
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres, write
from db.kernel.rollups import differences, rebuild
from db.organizations.models.organization import OrganizationKind, SocialOrganizationKind
from db.organizations.rollups import COMMUNITY_ROLLUPS
from db.places.models.division import DivisionLevel
from graph_api.doctor import Finding, rollups
from tests import factories as make
from tests.factories import AT

SOCIAL = OrganizationKind.SOCIAL_ORGANIZATION
COUNTS: Any = OF_ISSUES[0].counts


def wrong() -> dict[str, int]:
    """Return the roll-ups that differ from their rows, and in how many places."""
    return {one.name: count for one in ROLLUPS if (count := differences(one))}


def communities() -> list[models.Committee]:
    """Make four communities with their committees, in two districts."""
    city = make.make_division(DivisionLevel.CITY)
    districts = [make.make_division(DivisionLevel.DISTRICT, city) for _ in range(2)]
    streets = [make.make_division(DivisionLevel.SUBDISTRICT, district) for district in districts]
    places = [make.make_division(DivisionLevel.COMMUNITY, street) for street in streets for _ in range(2)]
    return [make.make_committee(place) for place in places]


class Changes:
    """Changes of issues by chance, of every kind that a database knows."""

    def __init__(self, seed: int, committees: list[models.Committee]) -> None:
        self.random, self.committees = Random(seed), committees
        self.number, self.base = 0, seed * 1_000

    def step(self) -> None:
        """Make one change."""
        ids = [row.id for row in models.Issue.select(models.Issue.id)]
        self.random.choice([self.add, self.add, self.add_many, self.change, self.move, self.merge, self.drop])(ids)

    def values(self) -> dict[str, Any]:
        """Draw what an issue is counted by."""
        one, committee = self.random.choice, self.random.choice(self.committees)
        state = one([state for state in IssueState if state not in (IssueState.CLOSED, IssueState.MERGED)])
        self.number += 1
        return {
            "state": state, "committee": committee, "duty": one(list(Duty)), "urgency": one(list(Urgency)),
            "channel": one(list(Channel)), "number": one([None, f"LZ-{self.base + self.number}"]),
        }  # fmt: skip

    def add(self, _: list[int]) -> None:
        make.make_issue(**self.values())

    def add_many(self, ids: list[int]) -> None:
        rows = [row.__data__ for row in models.Issue.select().where(models.Issue.id.in_(ids[:5]))]
        others = ("id", "number", "external_id", "external_source")
        copies = [{name: value for name, value in row.items() if name not in others} for row in rows]
        if copies:
            models.Issue.insert_many(copies).execute()

    def change(self, ids: list[int]) -> None:
        values = self.values()
        changed = {name: values[name] for name in self.random.sample(["duty", "urgency", "channel"], 2)}
        models.Issue.update(changed, version=models.Issue.version + 1).where(self.some(ids)).execute()
        for row_id in ids[:1]:
            values = {
                "state": IssueState.CLOSED,
                "closed_at": AT,
                "outcome": IssueOutcome.RESOLVED,
                "merged_into": None,
            }
            models.Issue.update(values).where(models.Issue.id == row_id).execute()

    def move(self, ids: list[int]) -> None:
        committee = self.random.choice(self.committees)
        moved = {"division": committee.division, "division_code": committee.division_code, "committee": committee}
        models.Issue.update(moved).where(self.some(ids)).execute()

    def merge(self, ids: list[int]) -> None:
        if len(ids) > 1:
            merged = {"state": IssueState.MERGED, "merged_into": ids[0], "closed_at": None, "outcome": None}
            models.Issue.update(merged).where(models.Issue.id == ids[-1]).execute()

    def drop(self, ids: list[int]) -> None:
        whole = models.Issue.merged_into.is_null() & models.Issue.id.not_in(
            models.Issue.select(models.Issue.merged_into).where(models.Issue.merged_into.is_null(False))
        )
        models.Issue.delete().where(self.some(ids) & whole).execute()

    def some(self, ids: list[int]) -> Any:
        return models.Issue.id.in_(self.random.sample(ids, min(len(ids), 3)))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_changes_leave_the_counts_of_the_rows(scratch: DatabaseProxy, seed: int) -> None:
    changes = Changes(seed, communities())

    for step in range(120):
        changes.step()
        if step % 10 == 0:
            assert wrong() == {}
            with pytest.raises(ZeroDivisionError):
                _undone(changes)
    assert wrong() == {}
    assert models.Issue.select().count() > 20
    counted = Counter((row.division_code, row.state.value) for row in models.Issue.select())
    kept: Any = OF_ISSUES[2].counts
    found = kept.select(kept.division_code, kept.state, fn.SUM(kept.row_count)).group_by(kept.division_code, kept.state)
    assert {(code, state): int(n) for code, state, n in found.tuples() if n} == counted


def test_organizations_and_communities_that_have_many_are_counted(scratch: DatabaseProxy) -> None:
    random, places = Random(1), [committee.division for committee in communities()]

    for step in range(60):
        place, kind = random.choice(places), random.choice([OrganizationKind.ENTERPRISE, *[SOCIAL] * 3])
        values = {"kind": kind, "social_kind": SocialOrganizationKind.CULTURE_SPORT if kind is SOCIAL else None}
        organization = make.make_organization(division=place, division_code=place.code, **values)
        if step % 3 == 0:
            moved = {"division": places[0], "division_code": places[0].code, "is_partner_unit": True}
            models.Organization.update(moved).where(models.Organization.id == organization.id).execute()
        if step % 7 == 0:
            organization.delete_instance()
        assert wrong() == {}
    many = COMMUNITY_ROLLUPS[0].counts.alias("many")
    found = many.select(fn.SUM(many.row_count)).where(many.has_many, many.kind == SOCIAL.value)
    per_place = Counter(row.division_code for row in models.Organization.select() if row.kind is SOCIAL)
    assert int(found.scalar()) == sum(count >= 10 for count in per_place.values()) > 0

    models.Organization.delete().execute()
    member = make.make_member()
    models.Member.update(is_active=False).where(models.Member.id == member.id).execute()
    models.Committee.update(state=CommitteeState.DISSOLVED).execute()
    assert wrong() == {}


def _undone(changes: Changes) -> None:
    with write():
        changes.step()
        raise ZeroDivisionError


def test_a_migration_counts_the_rows_that_are_there(database: DatabaseProxy) -> None:
    changes = Changes(3, communities())
    make.make_member()
    make.make_organization()
    for _ in range(40):
        changes.step()
    rollback(database, "0020_roll_counts_up")

    migrate(database)

    assert wrong() == {}
    changes.step()
    assert wrong() == {}


def test_damage_is_found_and_mended(scratch: DatabaseProxy) -> None:
    for committee in communities():
        make.make_issue(committee=committee)
    well = rollups()

    COUNTS.update(row_count=COUNTS.row_count + 1).execute()
    broken = rollups()
    rebuild(OF_ISSUES[0])

    assert (well.advice, rollups()) == ("", well)
    assert broken == Finding(
        "roll-ups",
        "differ from the rows that they count: issue_count_by_duty in 2 places",
        "Run `flask rebuild-counts`, which may be done while the server runs.",
    )


# --- Several at once --------------------------------------------------------------------------------------------------


def at_once(*pieces: Callable[[], None]) -> None:
    """Run each piece in a thread with a connection of its own, and raise what one failed with."""
    failures: list[BaseException] = []

    def alone(piece: Callable[[], None]) -> None:
        try:
            piece()
        except BaseException as error:
            failures.append(error)
        finally:
            proxy.close()

    threads = [threading.Thread(target=alone, args=(piece,)) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_writers_at_once_lose_no_count_while_somebody_rebuilds(database: DatabaseProxy) -> None:
    committees = communities()
    database.close()

    def add(seed: int) -> Callable[[], None]:
        def piece() -> None:
            changes = Changes(seed, committees)
            for _ in range(25):
                with write():
                    values = changes.values()
                    issue = make.make_issue(**values)
                    models.Issue.update(changes.values() | {"committee": issue.committee, "number": None}).where(
                        models.Issue.id == issue.id
                    ).execute()

        return piece

    def mend() -> None:
        for _ in range(5):
            for one in ROLLUPS:
                rebuild(one)
                assert differences(one) == 0

    at_once(*map(add, range(4, 8)), mend)

    assert models.Issue.select().count() == 100
    assert wrong() == {}


def test_writers_do_not_wait_for_each_other(database: DatabaseProxy) -> None:
    if not is_postgres():
        pytest.skip("SQLite has one writer.")
    here, there = communities()[:2]
    waiting, written = threading.Event(), threading.Event()
    database.close()

    def hold() -> None:
        with write():
            make.make_issue(committee=here)
            waiting.set()
            assert written.wait(30)

    def commit() -> None:
        assert waiting.wait(30)
        database.execute_sql("SET lock_timeout = '5s'")
        # In the same district, and in the same community.
        make.make_issue(committee=there)
        make.make_issue(committee=here)
        written.set()

    at_once(hold, commit)

    assert wrong() == {}
    # What met was counted in rows of its own, which stay few: whoever comes later finds one of them free.
    slots = COUNTS.select(fn.COUNT(COUNTS.slot.distinct())).scalar()
    make.make_issue(committee=here)
    assert (slots, COUNTS.select(fn.COUNT(COUNTS.slot.distinct())).scalar()) == (2, 2)
    rebuild(OF_ISSUES[0])
    assert COUNTS.select(fn.COUNT(COUNTS.slot.distinct())).scalar() == 1
