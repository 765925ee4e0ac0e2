"""What happens at once: a pair is suggested once, and a match is answered once."""

from itertools import count
from typing import Any

from peewee import DatabaseProxy

from db.access.models.notice import Notice, NoticeKind
from db.issues.models.claim import Claim
from db.matches.models import Match, MatchState
from tests.matches.matching import Matching, codes, faults
from tests.threads import at_once


def test_a_pair_is_suggested_once_and_answered_once(database: DatabaseProxy) -> None:
    matching = Matching()

    suggested = at_once(4, matching.suggest)

    assert sorted(map(codes, suggested)) == [[], *[[("ALREADY_EXISTS", ["resourceId"])]] * 3]
    [match] = Match.select()
    assert Notice.select().where(Notice.kind == NoticeKind.MATCH_SUGGESTED).count() == 1

    number = count()

    def answer() -> Any:
        return matching.answer(f"Match_{match.id}", answer=("ACCEPTED", "DECLINED")[next(number) % 2])

    answered = at_once(4, answer)
    assert sorted(map(codes, answered)) == [[], *[[("ILLEGAL_TRANSITION", ["matchId"])]] * 3]
    [won] = [payload["match"]["state"] for payload in answered if payload["match"]]
    assert Match.get_by_id(match.id).state == won
    assert Claim.select().count() == (won == MatchState.ACCEPTED)

    # The owner accepts while they claim by themselves: one claim waits, whichever it is.
    issue = matching.published()
    other, number = matching.suggested(need=matching.need(issue)), count()

    def accept_or_claim() -> Any:
        if next(number) % 2:
            return matching.answer(other)
        given = {"issueId": f"Issue_{issue.id}", "promise": "提供", "promisedOn": "2026-01-20"}
        return matching.ask.change("contact", "claimIssue", "__typename", **given)

    at_once(4, accept_or_claim)
    assert Claim.select().where(Claim.issue == issue).count() == 1
    assert faults() == []
