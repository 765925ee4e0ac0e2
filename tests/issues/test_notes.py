"""Urging, commenting, regrading and rating (T17, T23)."""

from datetime import timedelta
from typing import Any

import pytest

from db.city import models
from db.issues import intake, notes
from db.issues.ledger_check import verify
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, IssueState
from db.issues.models.issue import Urgency
from db.kernel.errors import ErrorCode
from tests import factories as make
from tests.factories import AT
from tests.town import HIDDEN, NOT_THEIRS, Town, issue_of, last_of, ledger_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_reporter_presses_once_a_day_of_shanghai(town: Town) -> None:
    issue_id = town.submit()
    # AT is four in the afternoon in Shanghai, eight hours before the next day.
    town.act("resident", notes.urge_issue, issue_id=issue_id, text="请尽快处理")

    again = town.refused("resident", notes.urge_issue, AT + 7 * HOUR, issue_id=issue_id, text="请尽快处理")
    town.act("resident", notes.urge_issue, AT + 8 * HOUR, issue_id=issue_id, text="请尽快处理")

    assert again == (ErrorCode.LIMIT_REACHED, "")
    assert ledger_of(issue_id) == ["CREATE", "URGE", "URGE"]


@pytest.mark.parametrize("who", ["leader", "subdistrict", "district", "city"])
def test_leaders_and_offices_above_press_at_any_time(town: Town, who: str) -> None:
    issue_id = town.submit()

    for _ in range(2):
        town.act(who, notes.urge_issue, issue_id=issue_id, text="请尽快处理")

    issue = issue_of(issue_id)
    assert (issue.state, issue.version, issue.due_at) == (IssueState.SUBMITTED, 3, AT + DAY)
    assert last_of(issue_id).note == "请尽快处理"


@pytest.mark.parametrize("who", ["neighbour", "staff", "member", "stranger", "other_subdistrict"])
def test_others_do_not_press(town: Town, who: str) -> None:
    issue_id = town.accept()

    assert town.refused(who, notes.urge_issue, issue_id=issue_id, text="请尽快处理") == NOT_THEIRS


@pytest.mark.parametrize("who", ["neighbour", "stranger", "other_subdistrict"])
def test_what_is_not_taken_up_is_remarked_on_by_who_may_know_of_it(town: Town, who: str) -> None:
    issue_id = town.submit()

    assert town.refused(who, notes.comment_issue, issue_id=issue_id, text="我家门口也不亮") == HIDDEN


def test_a_remark_is_kept_and_noted(town: Town) -> None:
    issue_id = town.accept()

    done = town.act("neighbour", notes.comment_issue, issue_id=issue_id, text=" 我家门口也不亮 ")

    comment = models.Comment.get_by_id(done.rows["comment"])
    assert (comment.text, comment.author_name, comment.created_at) == ("我家门口也不亮", "示范neighbour", AT)
    assert (last_of(issue_id).note, last_of(issue_id).told) == ("我家门口也不亮", {"comment_id": comment.id})


def test_the_remark_of_an_anonymous_reporter_has_no_name(town: Town) -> None:
    issue_id = town.submit(is_anonymous=True)

    done = town.act("resident", notes.comment_issue, issue_id=issue_id, text="今天还是不亮")

    assert models.Comment.get_by_id(done.rows["comment"]).author_name == "匿名反映人"


@pytest.mark.parametrize("state", OPEN_STATES)
def test_an_open_issue_is_remarked_on_and_urged(town: Town, state: IssueState) -> None:
    issue = make.make_issue(state, town.home)

    town.act("member", notes.comment_issue, issue_id=issue.id, text="还是不亮")
    town.act("leader", notes.urge_issue, issue_id=issue.id, text="请尽快处理")

    assert issue_of(issue.id).state is state


@pytest.mark.parametrize("state", CLOSED_STATES)
def test_a_closed_issue_is_neither_remarked_on_nor_urged_nor_regraded(town: Town, state: IssueState) -> None:
    issue_id = make.make_issue(state, town.home).id
    regrade = {"urgency": Urgency.URGENT, "reason": "有人摔倒"}

    assert town.refused("member", notes.comment_issue, issue_id=issue_id, text="不亮")[0] == "ILLEGAL_TRANSITION"
    assert town.refused("leader", notes.urge_issue, issue_id=issue_id, text="请处理")[0] == "ILLEGAL_TRANSITION"
    assert town.refused("staff", notes.regrade_issue, issue_id=issue_id, **regrade)[0] == "ILLEGAL_TRANSITION"


@pytest.mark.parametrize("text", ["", "  ", "长" * 2001])
def test_a_text_says_something_and_not_too_much(town: Town, text: str) -> None:
    issue_id = town.submit()

    assert town.refused("leader", notes.urge_issue, issue_id=issue_id, text=text) == ("INVALID_INPUT", "text")
    assert town.refused("leader", notes.comment_issue, issue_id=issue_id, text=text) == ("INVALID_INPUT", "text")


def test_regrading_reckons_the_deadline_from_the_start_of_its_clock(town: Town) -> None:
    issue_id = town.accept()

    town.act("staff", notes.regrade_issue, AT + HOUR, issue_id=issue_id, urgency=Urgency.URGENT, reason="有人摔倒")

    issue = issue_of(issue_id)
    assert (issue.urgency, issue.due_at) == (Urgency.URGENT, AT + 4 * HOUR)
    entry = last_of(issue_id)
    assert (entry.action, entry.due_before, entry.due_after) == ("REGRADE", AT + 3 * DAY, AT + 4 * HOUR)
    assert (entry.note, entry.told) == ("有人摔倒", {"from_urgency": "NORMAL", "to_urgency": "URGENT"})


def test_a_deadline_that_would_have_passed_runs_from_the_regrading(town: Town) -> None:
    issue_id = town.accept()

    town.act("staff", notes.regrade_issue, AT + DAY, issue_id=issue_id, urgency=Urgency.URGENT, reason="有人摔倒")

    assert issue_of(issue_id).due_at == AT + DAY + 4 * HOUR


def test_an_urge_does_not_start_the_clock_anew(town: Town) -> None:
    issue_id = town.accept()
    town.act("leader", notes.urge_issue, AT + HOUR, issue_id=issue_id, text="请尽快处理")

    town.act("staff", notes.regrade_issue, AT + HOUR, issue_id=issue_id, urgency=Urgency.EMERGENCY, reason="有人摔倒")

    assert issue_of(issue_id).due_at == AT + 2 * HOUR


def test_regrading_while_the_reporter_is_asked_leaves_the_reporters_time(town: Town) -> None:
    issue_id = town.submit()
    town.act("staff", intake.request_info, issue_id=issue_id, question="在几号楼？")

    town.act("staff", notes.regrade_issue, issue_id=issue_id, urgency=Urgency.URGENT, reason="有人摔倒")

    assert issue_of(issue_id).due_at == AT + 7 * DAY


@pytest.mark.parametrize(
    ("who", "inputs", "refusal"),
    [
        ("staff", {"urgency": Urgency.NORMAL}, (ErrorCode.INVALID_INPUT, "urgency")),
        ("staff", {"reason": " "}, (ErrorCode.INVALID_INPUT, "reason")),
        ("resident", {}, (ErrorCode.NOT_PERMITTED, "")),
        ("subdistrict", {}, (ErrorCode.NOT_PERMITTED, "")),
    ],
)
def test_regrading_refuses(town: Town, who: str, inputs: dict[str, Any], refusal: tuple[ErrorCode, str]) -> None:
    given = {"issue_id": town.accept(), "urgency": Urgency.URGENT, "reason": "有人摔倒", **inputs}

    assert town.refused(who, notes.regrade_issue, **given) == refusal


@pytest.mark.parametrize("state", [IssueState.AWAITING_VERIFICATION, IssueState.CLOSED])
def test_the_reporter_rates_what_was_done_once(town: Town, state: IssueState) -> None:
    issue = make.make_issue(state, town.home, reporter=town.accounts["resident"])

    town.act("resident", notes.rate_issue, issue_id=issue.id, rating=5, comment="很快就修好了")

    assert (issue_of(issue.id).rating, issue_of(issue.id).state) == (5, state)
    assert (last_of(issue.id).note, last_of(issue.id).told) == ("很快就修好了", {"rating": 5})
    again = town.refused("resident", notes.rate_issue, issue_id=issue.id, rating=1)
    assert again == (ErrorCode.LIMIT_REACHED, "")


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_one_to_five(town: Town, rating: int) -> None:
    issue = make.make_issue(IssueState.CLOSED, town.home, reporter=town.accounts["resident"])

    refusal = town.refused("resident", notes.rate_issue, issue_id=issue.id, rating=rating)

    assert refusal == (ErrorCode.INVALID_INPUT, "rating")


def test_nobody_else_rates_and_nothing_before_it_is_done(town: Town) -> None:
    issue = make.make_issue(IssueState.CLOSED, town.home, reporter=town.accounts["resident"])

    assert town.refused("staff", notes.rate_issue, issue_id=issue.id, rating=5) == (ErrorCode.NOT_PERMITTED, "")
    assert town.refused("resident", notes.rate_issue, issue_id=town.accept(), rating=5) == ("ILLEGAL_TRANSITION", "")


def test_an_entry_is_corrected_by_another_one(town: Town) -> None:
    issue_id = town.accept()
    wrong = last_of(issue_id)
    given = {"issue_id": issue_id, "entry_id": wrong.id, "note": "紧急程度登记有误"}

    done = town.act("staff", notes.correct_ledger_entry, facts=[notes.Correction("urgency", "URGENT")], **given)

    entry = last_of(issue_id)
    assert (entry.id, entry.action, entry.note, entry.from_state) == (
        done.rows["event"],
        "CORRECT",
        given["note"],
        entry.to_state,
    )
    assert entry.told == {"corrects": wrong.seq, "facts": {"urgency": "URGENT"}}
    kept = models.LedgerEntry.get_by_id(wrong.id)
    assert (kept.hash, kept.details) == (wrong.hash, wrong.details)
    assert verify().findings == []


def test_a_correction_is_of_what_the_entry_records(town: Town) -> None:
    issue_id, other = town.accept(), town.accept()
    entry = last_of(issue_id).id

    def refused(who: str, *facts: notes.Correction, entry_id: int = entry) -> tuple[ErrorCode, str]:
        given = {"issue_id": issue_id, "entry_id": entry_id, "note": "有误", "facts": facts}
        return town.refused(who, notes.correct_ledger_entry, **given)

    twice = [notes.Correction("note", "甲"), notes.Correction("note", "乙")]
    assert refused("staff", notes.Correction("colour", "red")) == (ErrorCode.INVALID_INPUT, "facts.0.name")
    assert refused("staff", *twice) == (ErrorCode.INVALID_INPUT, "facts.1.name")
    assert refused("staff", entry_id=last_of(other).id) == (ErrorCode.NOT_FOUND, "entryId")
    assert refused("member") == NOT_THEIRS
