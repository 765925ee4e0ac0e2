"""Where an issue is dealt with: the community's committee, and what changes when it goes to another community."""

from typing import Any

from db.committees.models.committee import Committee, CommitteeState
from db.issues.models.issue import Comment, Evidence, Issue, IssueContact, IssueFollower, Rejection
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled, update_where
from db.places.models.division import Division, DivisionLevel, ancestor_codes, lowest_of


def committee_at(division_code: str, field: str = "divisionCode") -> Committee:
    """Find the committee at work in a community.

    Raises:
        DomainError: NOT_FOUND, there is no such community, or none with a committee.
    """
    found = _committee.first(division_code)
    if found is None:
        raise not_found(field, *_missing(division_code))
    return found


def _missing(code: str) -> tuple[str, str]:
    """Say in both languages why no committee is at work at a code."""
    division = Division.find(code=code)
    if division is not None and division.level is not DivisionLevel.COMMUNITY:
        return (
            f"{code} is the code of a {division.level.value.lower()}; send that of a community, {_LIKE}.",
            f"{code} 是{division.name}的代码，请填写社区的{_LIKE_IN_CHINESE}。",
        )
    if len(code) != 12:
        return (
            f"The code of a community has {_LIKE}; this one has {len(code)}.",
            f"社区须填{_LIKE_IN_CHINESE}，现有 {len(code)} 位。",
        )
    return (
        "There is no community of this code with an active committee.",
        "没有此代码的社区，或该社区尚未成立社工委。",
    )


_LIKE, _LIKE_IN_CHINESE = "12 digits such as 620102001005", " 12 位代码，如 620102001005"


@compiled
def _committee(division_code: Any) -> Any:
    is_working = Committee.state.in_([CommitteeState.ACTIVE, CommitteeState.NON_COMPLIANT, CommitteeState.FORMING])
    place = (Division.code == division_code) & (Division.level == DivisionLevel.COMMUNITY)
    return Committee.select().join(Division).where(place, is_working).limit(1)


def moved_to(issue: Issue, committee: Committee) -> dict[str, Any]:
    """Move the rows that belong to an issue to another community, and return the issue's columns that change.

    Its ledger stays as it was written.
    """
    for model in (Comment, Evidence, IssueContact, IssueFollower, Rejection):
        update_where(model, ("division_code",), ("issue",)).change(committee.division_code, issue.id)
    return {
        "division": committee.division_id,
        "division_code": committee.division_code,
        "responsible_code": committee.division_code,
        "committee": committee.id,
        # Its site lies in the community that it leaves.
        "site": None,
    }


def common_level(code: str, other: str) -> DivisionLevel:
    """Find the level of the lowest office that is above both communities."""
    shared = [above for above in ancestor_codes(code) if above in ancestor_codes(other)]
    office = lowest_of(shared)
    if office is None or office.level is DivisionLevel.PROVINCE:
        raise invalid(
            "divisionCode",
            "The community lies in another city; reject the issue with advice instead.",
            "该社区不在本市；请不予受理并告知向属地反映。",
        )
    return office.level
