"""Lifecycle machines and their journal: every state × every action, who was faster, and what an entry records."""

import json
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.commands import Call
from db.access.journal import JOURNAL_COLUMNS, illegal_transition, move
from db.access.models.journal import JournalAction
from db.access.step_names import STEP_NAMES
from db.assessment.models import AssessmentPeriod
from db.city import models
from db.city.machines import JOURNALED, MACHINES
from db.forum.models import ForumSession
from db.funds.models import Donation
from db.health.models.sub_committee import SubCommittee
from db.incidents.models import Incident
from db.issues.lifecycles import CLAIM_LIFECYCLE
from db.issues.models.claim import ClaimState
from db.kernel.chain import GENESIS, chained_hash
from db.kernel.database import database
from db.kernel.errors import DomainError, ErrorCode
from db.linkage.models.sponsorship import Sponsorship
from db.linkage.models.task_force import TaskForce
from db.matches.models import Match
from db.messages.models import ChannelMessage
from db.monitoring.models import AidTask, MonitoringCase
from db.registrations.models.agreement import PartnershipAgreement
from db.registrations.models.registration import Registration
from db.services.models.application import ServiceApplication
from tests.assessment.factories import OF_STATE as ASSESSED
from tests.factories import AT, MAKERS, TODAY, make_claim, make_issue, make_member, make_person

CALL = Call(SYSTEM, AT)
_CALLED = {"called_at": AT}
_GRADED = {**_CALLED, "graded_at": AT, "grade": "IV"}
_ON_SITE = {**_GRADED, "first_on_site_at": AT}
_DECIDED = {"accepted_at": AT, "decided_at": AT, "decision": "APPROVED", "rate_until": AT}
_TAKEN = {"taker": make_person, "taken_at": AT}
_DONE = {**_TAKEN, "done_at": AT, "hours": 1}
# What a state demands of the row besides; a row of another table is made.
DEMANDS: dict[tuple[Any, str], dict[str, Any]] = {
    (models.Candidacy, "PUBLIC_NOTICE"): {"notice_until": TODAY},
    (models.Candidacy, "APPOINTED"): {"member": make_member},
    (models.Need, "STRUCK_OFF"): {"struck_off_at": AT},
    (models.Need, "TRANSFERRED"): {"struck_off_at": AT},
    (models.Meeting, "HELD"): {"held_at": AT},
    (models.Meeting, "CLOSED"): {"held_at": AT},
    (ForumSession, "HELD"): {"held_at": AT, "participant_count": 9},
    (ForumSession, "CLOSED"): {"held_at": AT, "participant_count": 9, "published_at": AT, "summary": "已逐条答复。"},
    (ChannelMessage, "CONVERTED"): {"settled_at": AT, "issue": make_issue},
    (ChannelMessage, "LINKED"): {"settled_at": AT, "issue": make_issue},
    (ChannelMessage, "ANSWERED"): {"settled_at": AT, "reply": "已答复。", "replied_at": AT},
    (ChannelMessage, "DISCARDED"): {"settled_at": AT, "discard_reason": "ABUSIVE"},
    (models.IssueRequest, "APPROVED"): {"decided_at": AT},
    (models.IssueRequest, "DECLINED"): {"decided_at": AT},
    (TaskForce, "ENDED"): {"ended_on": TODAY},
    (Donation, "RECEIVED"): {"received_on": TODAY, "receipt_number": "JZ-1"},
    (SubCommittee, "DISSOLVED"): {"dissolved_on": TODAY},
    (Sponsorship, "ENDED"): {"ends_on": TODAY, "end_reason": "调整"},
    (Registration, "ENDED"): {"end_reason": "OTHER"},
    (Match, "ACCEPTED"): {"claim": make_claim},
    (Incident, "CALLED"): _CALLED,
    (Incident, "GRADED"): _GRADED,
    (Incident, "HANDLING"): _ON_SITE,
    (Incident, "STOOD_DOWN"): {**_ON_SITE, "stood_down_at": AT},
    (Incident, "REVIEWED"): {**_ON_SITE, "stood_down_at": AT, "lessons": "已复盘。"},
    (MonitoringCase, "CLOSED"): {"outcome": "COMPLETED"},
    (AidTask, "TAKEN"): _TAKEN,
    (AidTask, "DONE"): _DONE,
    (AidTask, "CONFIRMED"): _DONE,
    (ServiceApplication, "NEEDS_MATERIALS"): {"requested_at": AT},
    (ServiceApplication, "ACCEPTED"): {"accepted_at": AT},
    (ServiceApplication, "FORWARDED"): {"accepted_at": AT, "forwarded_to": "620102001000", "outside_number": "1"},
    (ServiceApplication, "DECIDED"): _DECIDED,
    (ServiceApplication, "RATED"): {**_DECIDED, "rating": 5},
    (ServiceApplication, "WITHDRAWN"): {"withdrawn_at": AT},
    **{(AssessmentPeriod, state.value): demands for state, demands in ASSESSED.items()},
    **{
        (PartnershipAgreement, state): {"signed_by_community_at": AT, "signed_by_unit_at": AT}
        for state in ("SIGNED", "EXPIRED")
    },
}
CLEARED: dict[Any, dict[str, Any]] = {
    models.Need: {"struck_off_at": None},
    ChannelMessage: {"settled_at": None, "discard_reason": None},
    AidTask: {"taker": None, "taken_at": None},
}
PAIRS = [
    (model, state, action)
    for model, machine in JOURNALED.items()
    for state in machine.states.__members__.values()
    for action in machine.transitions
    if None not in machine.transitions[action].sources
]


def demanded(model: Any, state: Any) -> dict[str, Any]:
    demands = DEMANDS.get((model, str(state)), {})
    return {name: value() if callable(value) else value for name, value in demands.items()}


def entries_of(row: Any) -> list[models.JournalEntry]:
    noun = type(row).__name__
    own = (models.JournalEntry.subject_type == noun) & (models.JournalEntry.subject_id == row.id)
    return list(models.JournalEntry.select().where(own).order_by(models.JournalEntry.seq))


@pytest.mark.parametrize(("model", "state", "action"), PAIRS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_step_works_where_the_table_has_it_and_nowhere_else(
    scratch: DatabaseProxy, model: Any, state: Any, action: Any
) -> None:
    machine = JOURNALED[model]
    step = machine.transitions[action]
    made = MAKERS[model](state=state, **demanded(model, state))
    row = model.get_by_id(made.id)

    if state not in step.sources:
        with pytest.raises(DomainError) as refusal:
            move(CALL, machine, row, action)
        assert refusal.value.code is ErrorCode.ILLEGAL_TRANSITION
        assert refusal.value.message == illegal_transition(machine, state).message
        assert (model.get_by_id(made.id).state, model.get_by_id(made.id).version) == (state, 1)
        assert entries_of(row) == []
        return

    stays = step.sources == step.targets
    to = state if stays else step.targets[0]
    changes = CLEARED.get(model, {}) | demanded(model, to)
    move(CALL, machine, row, action, **changes)

    after = model.get_by_id(made.id)
    [entry] = entries_of(row)
    assert (after.state, after.version) == (to, 2)
    assert (entry.action, entry.from_state, entry.to_state, entry.seq) == (action, state, to, 2)


def test_who_read_an_older_version_is_refused_and_leaves_no_entry(scratch: DatabaseProxy) -> None:
    claim = make_claim()
    first, second = models.Claim.get_by_id(claim.id), models.Claim.get_by_id(claim.id)
    move(CALL, CLAIM_LIFECYCLE, first, JournalAction.CONFIRM, confirmed_at=AT)

    with pytest.raises(DomainError) as refusal:
        move(CALL, CLAIM_LIFECYCLE, second, JournalAction.DECLINE, ended_at=AT)

    assert refusal.value.code is ErrorCode.CONFLICT
    assert models.Claim.get_by_id(claim.id).state is ClaimState.CONFIRMED
    assert [entry.action for entry in entries_of(claim)] == ["CONFIRM"]


def test_entries_are_chained_and_hashed(scratch: DatabaseProxy) -> None:
    claim = models.Claim.get_by_id(make_claim(make_issue()).id)

    move(CALL, CLAIM_LIFECYCLE, claim, JournalAction.CONFIRM, confirmed_at=AT, facts={"day": TODAY})
    move(CALL, CLAIM_LIFECYCLE, claim, JournalAction.FULFIL, ended_at=AT)

    columns = ", ".join([*JOURNAL_COLUMNS, "prev_hash", "hash"])
    rows = database.execute_sql(f"SELECT {columns} FROM journal_entry ORDER BY seq").fetchall()
    before = GENESIS
    for row in rows:
        entry = dict(zip([*JOURNAL_COLUMNS, "prev_hash", "hash"], row, strict=True))
        assert entry["prev_hash"] == before
        assert entry["hash"] == chained_hash(JOURNAL_COLUMNS, entry, before)
        before = entry["hash"]
    assert len(rows) == 2
    assert {entry.issue_id for entry in entries_of(claim)} == {claim.issue_id}


def test_facts_are_ids_days_numbers_and_names_of_states(scratch: DatabaseProxy) -> None:
    claim = models.Claim.get_by_id(make_claim().id)
    facts = {"issue": claim.issue, "from": ClaimState.PENDING, "day": TODAY, "count": 2, "is_late": False}

    move(CALL, CLAIM_LIFECYCLE, claim, JournalAction.CONFIRM, confirmed_at=AT, facts=facts)

    [entry] = entries_of(claim)
    assert json.loads(entry.facts) == {
        "count": 2, "day": "2026-01-05", "from": "PENDING", "is_late": False, "issue": f"Issue_{claim.issue_id}",
    }  # fmt: skip


def test_every_step_of_a_machine_is_reached_and_named() -> None:
    for machine in MACHINES.values():
        action, beginning = machine.beginning
        assert beginning.sources == (None,), (machine.noun, action)
        assert {name for step in machine.steps for name in step.mutations} <= {*STEP_NAMES}
