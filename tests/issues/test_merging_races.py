"""Merging at once: no two issues swallow each other, and no reporter is lost or counted twice."""

from functools import partial

from peewee import DatabaseProxy

from db.city import models
from db.issues import merging
from db.issues.lifecycle import IssueState
from tests.issues.test_races import Race
from tests.town import build

COUNT = 6


def test_issues_that_are_merged_in_a_ring_end_in_masters_that_go_on(database: DatabaseProxy) -> None:
    race = Race(build())
    issues = [race.town.submit() for _ in range(COUNT)]
    ring = list(zip(issues, issues[1:] + issues[:1], strict=True))

    race.run(
        partial(race.act, "staff", merging.merge_issue, issue_id=issue_id, master_id=master_id)
        for issue_id, master_id in (*ring, *ring)
    )

    assert race.failures == []
    after = {issue.id: issue for issue in models.Issue.select().where(models.Issue.id.in_(issues))}
    masters = {issue.id for issue in after.values() if issue.state is IssueState.SUBMITTED}
    assert {issue.merged_into_id for issue in after.values()} - {None} <= masters
    assert len(masters) + len(race.acknowledged) == COUNT
    assert sum(after[master].reporter_count for master in masters) == COUNT
    assert race.refused.keys() <= {"ILLEGAL_TRANSITION"}
