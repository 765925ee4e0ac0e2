"""Many at once: what was acknowledged is in the ledger once, nothing is taken twice, and nobody fails for a lock.

`make races` runs it at length: 16 threads with 500 mutations each, on 50 issues and 20 resources.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.commands import Call, CommandResult, run_command
from db.access.models.account import Role
from db.city import models
from db.issues import claims, closing, handling, intake, notes
from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.lifecycle import IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import ClaimState, NeedState
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EvidenceKind, Urgency
from db.issues.rollups import ROLLUPS
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres
from db.kernel.errors import DomainError
from db.kernel.rollups import differences
from db.organizations.capacity import taken_at
from graph_api.writer import Writer
from tests import factories as make
from tests.factories import AT, TODAY
from tests.town import Town, build

THREADS = int(os.environ.get("RACE_THREADS", "8"))
MUTATIONS = int(os.environ.get("RACE_MUTATIONS", "40"))
ISSUES, RESOURCES = (50, 20) if MUTATIONS >= 500 else (10, 4)
DAY = timedelta(days=1)


@dataclass
class Race:
    """What the threads share, and what they were told."""

    town: Town
    issues: list[int] = field(default_factory=list)
    resources: list[int] = field(default_factory=list)
    acknowledged: list[tuple[str, CommandResult]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[BaseException] = field(default_factory=list)
    # How a change is made: on SQLite as the server does, so that those who wait share a transaction.
    change: Callable[[Callable[[], Any]], Any] = lambda work: work()
    seconds: Any = field(default_factory=count)

    def run(self, work: Iterable[Callable[[], Any]]) -> None:
        """Let each piece of work run in a thread of its own, with its own connection, all beginning at once."""
        pieces = list(work)
        together = threading.Barrier(len(pieces))

        def alone(piece: Callable[[], Any]) -> None:
            try:
                together.wait()
                piece()
            except BaseException as error:
                self.failures.append(error)
            finally:
                proxy.close()

        threads = [threading.Thread(target=alone, args=(piece,)) for piece in pieces]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def act(
        self, who: str, command: Callable[..., CommandResult], key: str | None = None, **inputs: Any
    ) -> CommandResult | None:
        """Perform a command; None when a rule said no."""
        at = self.now()
        call = Call(actor_of(self.town.accounts[who].id, at), at, idempotency_key=key)
        try:
            done = self.change(lambda: run_command(command.__name__, command, call, inputs, lambda done: done))
        except DomainError as refusal:
            self.refused[refusal.code] += 1
            return None
        self.acknowledged.append((command.__name__, done))
        return done

    def now(self) -> datetime:
        """Return a moment that nobody else has."""
        return AT + timedelta(seconds=next(self.seconds))


@pytest.fixture
def race(database: DatabaseProxy) -> Race:
    """Return issues of every kind and resources that do not suffice for all."""
    race = Race(build())
    if not is_postgres():
        race.change = Writer(database.obj, lambda _: None).run
    race.issues = [race.town.accept() for _ in range(ISSUES)]
    for _ in range(RESOURCES):
        race.resources.append(make.make_resource(race.town.unit, quantity=5).id)
    return race


def step(race: Race, rng: random.Random) -> None:
    """Try what may come next for some issue, as far as a glance at it tells."""
    issue = models.Issue.get_by_id(rng.choice(race.issues))
    given: dict[str, Any] = {"issue_id": issue.id}
    claim_id = _claim_of(issue.id, ClaimState.PENDING)
    if rng.random() < 0.15:
        race.act("neighbour", notes.comment_issue, text="还是不亮", **given)
    elif rng.random() < 0.1:
        _submit_and_accept(race)
    elif issue.state is IssueState.ACCEPTED and rng.random() < 0.7:
        until = race.now() + 3 * DAY
        race.act("staff", claims.publish_issue, wanted_help="梯子", claim_until=until, **given)
    elif issue.state is IssueState.ACCEPTED:
        race.act("director", handling.assign_issue, handler_id=("Organization", _unit(race)), **given)
    elif claim_id and rng.random() < 0.7:
        race.act("staff", claims.confirm_claim, claim_id=claim_id, **given)
    elif issue.state is IssueState.OPEN_FOR_CLAIM or (issue.state is IssueState.IN_PROGRESS and rng.random() < 0.5):
        _claim(race, rng, given)
    elif issue.state is IssueState.IN_PROGRESS:
        _go_on(race, rng, given)
    elif issue.state is IssueState.AWAITING_VERIFICATION and rng.random() < 0.3:
        race.act("grid", closing.rework_issue, missing="灯罩", **given)
    elif issue.state is IssueState.AWAITING_VERIFICATION:
        race.act("grid", closing.close_issue, verification="属实", rating=4, **given)
    elif issue.state is IssueState.CLOSED:
        race.act("resident", closing.reopen_issue, reason="又不亮了", **given)


def _claim_of(issue_id: int, state: ClaimState) -> int | None:
    # A cursor that is not read to its end would hold a SQLite reader, and with it the writes of its connection, back.
    claim = models.Claim.select().where(models.Claim.issue == issue_id, models.Claim.state == state).first()
    return claim.id if claim else None


def _unit(race: Race) -> int:
    assert race.town.unit
    return race.town.unit.id


def _submit_and_accept(race: Race) -> None:
    made = race.act(
        "resident", intake.submit_issue, division_code=race.town.home.division_code, channel=Channel.APP,
        title="示范小区路灯不亮", description="三天不亮", duty=Duty.DISPUTE_RESOLUTION, urgency=Urgency.NORMAL,
        is_anonymous=True,
    )  # fmt: skip
    assert made
    given = {"issue_id": made.rows["issue"], "urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}
    race.act("staff", intake.accept_issue, **given)


def _claim(race: Race, rng: random.Random, given: dict[str, Any]) -> None:
    offer = {"resource_id": rng.choice(race.resources), "quantity": Decimal(rng.choice(("0.50", "1", "2")))}
    race.act("contact", claims.claim_issue, promise="修好", promised_on=TODAY + 30 * DAY, **offer, **given)


def _go_on(race: Race, rng: random.Random, given: dict[str, Any]) -> None:
    claim_id = _claim_of(given["issue_id"], ClaimState.CONFIRMED)
    roll = rng.random()
    if roll < 0.4 and claim_id:
        race.act("contact", claims.release_claim, claim_id=claim_id, reason="另有急用", **given)
    elif roll < 0.6:
        race.act("staff", handling.return_issue, reason="没有进展", **given)
    else:
        proof = [{"kind": EvidenceKind.PHOTO, "description": "修复后"}]
        race.act(
            "contact", handling.report_issue_done, result="已修好", evidence=proof, done_on=TODAY,
            outcome=IssueOutcome.RESOLVED, **given,
        )  # fmt: skip


def chain_of(issue: models.Issue) -> list[Any]:
    """Read an issue's ledger, and check its chain."""
    prev_hash, entries = GENESIS, models.LedgerEntry.select().where(models.LedgerEntry.issue == issue.id)
    found = list(entries.order_by(models.LedgerEntry.seq))
    fields = models.LedgerEntry._meta.columns
    for entry in found:
        stored = {name: fields[name].db_value(getattr(entry, fields[name].name)) for name in HASHED_COLUMNS[1:]}
        stored["actor_id"] = entry.actor_id
        assert entry.prev_hash == prev_hash
        assert entry.hash == entry_hash({"issue_id": issue.id, **stored}, prev_hash)
        prev_hash = entry.hash
    return found


def test_everybody_at_once_on_the_same_issues_and_resources(race: Race) -> None:
    before = models.LedgerEntry.select().count()

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(MUTATIONS):
            step(race, rng)

    race.run(partial(work, seed) for seed in range(THREADS))

    assert race.failures == []
    assert len(race.acknowledged) > THREADS * MUTATIONS / 3
    assert "CONFLICT" not in race.refused
    events = [done.rows["event"] for _, done in race.acknowledged]
    by_clock = models.LedgerEntry.select().where(models.LedgerEntry.action == LedgerAction.ESCALATE).count()
    assert len(set(events)) == len(events)
    assert models.LedgerEntry.select().where(models.LedgerEntry.id.in_(events)).count() == len(events)
    assert models.LedgerEntry.select().count() == before + len(events) + by_clock
    _ledgers_are_whole()
    _numbers_have_no_gap()
    _nothing_is_taken_twice(race)
    assert {one.name: differences(one) for one in ROLLUPS} == {one.name: 0 for one in ROLLUPS}


def _ledgers_are_whole() -> None:
    for issue in models.Issue.select():
        entries = chain_of(issue)
        assert [entry.seq for entry in entries] == list(range(1, issue.version + 1))
        last = entries[-1]
        assert (last.to_state, last.to_level, last.due_after) == (issue.state, issue.current_level, issue.due_at)
        assert [entry.from_state for entry in entries[1:]] == [entry.to_state for entry in entries[:-1]]
        handlers = (issue.handler_organization_id, issue.handler_team_id, issue.handler_member_id)
        assert issue.state is not IssueState.IN_PROGRESS or sum(party is not None for party in handlers) == 1
        listed = models.Need.select().where(models.Need.issue == issue.id, models.Need.struck_off_at.is_null()).count()
        is_listed = issue.number is not None and issue.state is not IssueState.CLOSED
        assert listed == int(is_listed)


def _numbers_have_no_gap() -> None:
    numbers: list[Any] = [issue.number for issue in models.Issue.select().where(models.Issue.number.is_null(False))]
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, len(numbers) + 1))


def _nothing_is_taken_twice(race: Race) -> None:
    amounts = [taken_at(resource_id, race.now()) for resource_id in race.resources]
    assert max(amounts) <= 5
    # By chance; the least that one was taken in many runs is 2.5.
    assert max(amounts) >= 1
    for need in models.Need.select().where(models.Need.struck_off_at.is_null()):
        is_met = models.Claim.select().where(
            models.Claim.need == need.id, models.Claim.state.in_([ClaimState.CONFIRMED, ClaimState.FULFILLED])
        )
        assert need.state == (NeedState.MET if is_met.exists() else NeedState.OPEN)


def test_one_resource_is_shared_out_to_the_last_bit_however_many_confirm(race: Race) -> None:
    resource = make.make_resource(race.town.unit, quantity=5).id
    waiting: list[tuple[int, int]] = []
    for issue_id in race.issues[:THREADS]:
        until = race.now() + DAY
        race.act("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=until)
        offer = {"resource_id": resource, "quantity": Decimal(1), "promise": "修好", "promised_on": TODAY + DAY}
        made = race.act("contact", claims.claim_issue, issue_id=issue_id, **offer)
        assert made
        waiting.append((issue_id, made.rows["claim"]))

    race.run(
        partial(race.act, "staff", claims.confirm_claim, issue_id=issue_id, claim_id=claim_id)
        for issue_id, claim_id in waiting
    )

    assert race.failures == []
    assert taken_at(resource, race.now()) == 5
    assert race.refused == {"CLAIM_CAPACITY_EXCEEDED": len(waiting) - 5}


def test_one_handler_is_chosen_however_many_assign(race: Race) -> None:
    issue_id = race.issues[0]
    given: Any = {"issue_id": issue_id, "handler_id": ("Organization", _unit(race))}

    race.run([partial(race.act, "staff", handling.assign_issue, **given)] * THREADS)

    assert race.failures == []
    assert (len(race.acknowledged), race.refused) == (1, {"ILLEGAL_TRANSITION": THREADS - 1})


def test_one_claim_of_a_unit_waits_however_many_of_its_contacts_claim(race: Race) -> None:
    issue_id = race.issues[0]
    race.act("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=race.now() + DAY)
    for number in range(THREADS):
        contact = race.town.accounts[f"contact {number}"] = make.make_account()
        make.make_role_grant(Role.UNIT_CONTACT, race.town.home.division, account=contact, organization=race.town.unit)
    race.acknowledged.clear()
    given: Any = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY + DAY}

    race.run(partial(race.act, f"contact {number}", claims.claim_issue, **given) for number in range(THREADS))

    assert race.failures == []
    assert (len(race.acknowledged), race.refused) == (1, {"LIMIT_REACHED": THREADS - 1})
    assert models.Claim.select().where(models.Claim.state == ClaimState.PENDING).count() == 1


def test_the_same_key_at_once_is_performed_once_and_answered_alike(race: Race) -> None:
    given: Any = {"issue_id": race.issues[0], "text": "还是不亮"}

    race.run([partial(race.act, "neighbour", notes.comment_issue, "same-key", **given)] * THREADS)

    assert race.failures == []
    assert {done.rows["event"] for _, done in race.acknowledged} == {race.acknowledged[0][1].rows["event"]}
    assert len(race.acknowledged) == THREADS
    assert models.Comment.select().count() == 1


def test_a_transaction_that_lost_against_another_is_run_again(race: Race) -> None:
    tries: list[int] = []

    def lose_once(call: Call) -> CommandResult:
        tries.append(1)
        if len(tries) == 1:
            # On SQLite, where a transaction holds everything, only a row that is there already is met.
            deadlock = "DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"
            proxy.execute_sql(deadlock if is_postgres() else "UPDATE account SET subject = 'same'")
        return CommandResult({"event": 7})

    done = race.act("staff", lose_once)

    assert (done, len(tries)) == (CommandResult({"event": 7}), 2)
