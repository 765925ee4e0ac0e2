"""What filters mean, case by case: two-valued logic, nothing that is null, texts by their characters."""

from typing import Any

import pytest

from tests.graph.sides import Side
from tests.graph.town import NOW


def found(side: Side, field: str, filter_: str, variables: dict[str, Any] | None = None, declared: str = "") -> str:
    """Return the numbers of the rows that match, by id."""
    text = (
        f"query Q{declared} {{ {field}(first: 100, filter: {filter_}, orderBy: [{{field: ID}}]) {{ nodes {{ id }} }} }}"
    )
    rows = side.json(text, variables, now=NOW)["data"][field]["nodes"]
    return " ".join(row["id"].rpartition("_")[2] for row in rows)


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        # Without a value a row differs from everything and stands in no order.
        ("{rating: {eq: 4}}", "3"), ("{rating: {neq: 4}}", "1 2 4 5 6 7"), ("{rating: {in: [4, 5]}}", "3 4"),
        ("{rating: {nin: [4]}}", "1 2 4 5 6 7"), ("{rating: {in: []}}", ""), ("{rating: {nin: []}}", "1 2 3 4 5 6 7"),
        ("{rating: {gt: 4}}", "4"), ("{rating: {lte: 4}}", "3"), ("{rating: {eq: null}}", "1 2 5 6 7"),
        ("{rating: {neq: null}}", "3 4"), ("{rating: {isNull: true}}", "1 2 5 6 7"),
        ("{rating: {isNull: false}}", "3 4"),
        # What is not known to hold does not hold, so its contrary does.
        ("{not: {rating: {gt: 4}}}", "1 2 3 5 6 7"), ("{not: {not: {rating: {gt: 4}}}}", "4"),
        ("{not: {rating: {neq: 4}}}", "3"), ("{or: [{rating: {lt: 5}}, {rating: {gte: 5}}]}", "3 4"),
        # And, or, not; nothing given holds, one of nothing does not.
        ("{}", "1 2 3 4 5 6 7"), ("{and: []}", "1 2 3 4 5 6 7"), ("{or: []}", ""), ("{not: {}}", ""),
        ("{or: [{}]}", "1 2 3 4 5 6 7"), ("{not: {or: []}}", "1 2 3 4 5 6 7"),
        ("{rating: {gte: 4, lt: 5}}", "3"), ("{state: {eq: CLOSED}, rating: {eq: 5}}", "4"),
        ("{or: [{rating: {eq: 5}}, {state: {eq: MERGED}}], and: [{rating: {isNull: true}}]}", "6"),
        # What is null in a filter is as if it were not there.
        ("null", "1 2 3 4 5 6 7"), ("{rating: null, and: null, or: null, not: null}", "1 2 3 4 5 6 7"),
        ("{rating: {isNull: null}, handler: null, hasHandler: null, claims: null}", "1 2 3 4 5 6 7"),
        ("{handler: {organization: null}}", "1 2 3"), ("{handler: {organization: null, member: {}}}", "3"),
        # Texts are compared by code points, and hold no patterns.
        ('{title: {startsWith: "100%_"}}', "7"), ('{title: {contains: "%"}}', "7"), ('{title: {contains: "_想"}}', "7"),
        ('{title: {contains: ""}}', "1 2 3 4 5 6 7"), ('{title: {startsWith: ""}}', "1 2 3 4 5 6 7"),
        ('{title: {startsWith: "楼道灯坏"}}', "1"), ('{description: {contains: "\\\\"}}', "1"),
        ('{topicCode: {contains: "hou"}}', ""), ('{topicCode: {startsWith: "HOU"}}', "1 3"),
        ('{title: {gte: "楼", lt: "樽"}}', "1 6"),
        # Relations to one row, and to one of several kinds.
        ("{submitter: {position: {eq: DEPUTY_DIRECTOR}}}", "1 2"), ("{submitter: {}}", "1 2 3"),
        ("{hasSubmitter: false}", "4 5 6 7"), ("{not: {submitter: {position: {eq: DEPUTY_DIRECTOR}}}}", "3 4 5 6 7"),
        ("{handler: {}}", "1 2 3"), ("{handler: {member: {}}}", "3"), ("{hasHandler: false}", "4 5 6 7"),
        ('{handler: {organization: {name: {eq: "示范物业"}}, volunteerTeam: {kind: {eq: VETERAN}}}}', "1 2"),
        ("{mergedInto: {hasMergedInto: false}}", "6"),
        ("{committee: {compliance: {isCompliant: {eq: true}}, memberCount: {gte: 14}}}", "1 2 4 6 7"),
        ("{committee: {compliance: {isCompliant: {isNull: true}}}}", ""),
        # Lists: some, every, none, and how many.
        ("{claims: {some: {state: {eq: CONFIRMED}}}}", "1"), ("{claims: {some: {}}}", "1 2"),
        ("{claims: {none: {}}}", "3 4 5 6 7"), ("{claims: {every: {state: {neq: DECLINED}}}}", "2 3 4 5 6 7"),
        ("{claims: {every: {quantity: {gt: 1}}}}", "3 4 5 6 7"), ("{claims: {count: {eq: 2}}}", "1"),
        ("{claims: {count: {in: [0, 2]}}}", "1 3 4 5 6 7"), ("{mergedIssues: {some: {state: {eq: MERGED}}}}", "1"),
        ("{claims: {some: {state: {eq: CONFIRMED}}, count: {lt: 2}}}", ""), ("{claims: {}}", "1 2 3 4 5 6 7"),
        # Moments: in any zone, or counted from now.
        ('{createdAt: {eq: "2026-01-02T16:00:00+08:00"}}', "1"), ('{createdAt: {gte: "-P9D"}}', "2 4 5 6 7"),
        ('{dueAt: {lt: "P0D"}}', "1 3 5"), ('{dueAt: {gt: "P1W"}}', "7"), ('{dueAt: {lte: "-PT72H"}}', "1 3 5"),
        # Ids, of this type and of others.
        ('{id: {in: ["Issue_3", "Member_4", "nonsense"]}}', "3"), ('{id: {neq: "Member_1"}}', "1 2 3 4 5 6 7"),
        # Computed fields are compared like columns.
        ("{isOverdue: {eq: true}}", "1"), ("{slaStatus: {in: [RED, YELLOW]}}", "1 2"),
    ],
)  # fmt: skip
def test_a_filter_finds_these_issues(side: Side, filter_: str, expected: str) -> None:
    assert found(side, "issues", filter_) == expected


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("{quantity: {eq: 3}}", "1"), ('{quantity: {eq: "3.00"}}', "1"), ("{quantity: {gt: 0.2, lt: 1}}", "3"),
        ('{quantity: {in: ["0.25", 3]}}', "1 3"), ("{claimant: {member: {}}}", "2"), ("{hasResource: false}", "2"),
        ('{promisedOn: {eq: "2026-01-09"}}', "2"), ('{promisedOn: {neq: "2026-01-09"}}', "1 3"),
        ("{resource: {availableQuantity: {eq: 17.25}}}", "1 3"),
    ],
)  # fmt: skip
def test_a_filter_finds_these_claims(side: Side, filter_: str, expected: str) -> None:
    assert found(side, "claims", filter_) == expected


def test_parts_of_a_filter_that_are_absent_variables_are_not_there(side: Side) -> None:
    filter_, declared = (
        "{rating: {gte: $least, lt: $most}, state: $state}",
        "($least: Int, $most: Int, $state: IssueStateFilter)",
    )

    assert found(side, "issues", filter_, {"least": 4}, declared) == "3 4"
    assert found(side, "issues", filter_, {"least": 4, "most": 5}, declared) == "3"
    assert found(side, "issues", filter_, {"state": {"neq": "CLOSED"}}, declared) == "1 2 5 6 7"


def test_a_division_is_found_by_its_figures(side: Side) -> None:
    assert found(side, "divisions", "{stats: {memberCount: {eq: 3}}}") == "6"
    assert found(side, "divisions", "{issues: {count: {gt: 4}}, level: {neq: PROVINCE}}") == "2 3 4 5"
