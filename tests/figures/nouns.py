"""Published figures in the tests that span all nouns: what each is now, and which snapshot is the newest."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.committees.models.committee import MemberCategory
from tests.graph.evaluator import NARROWED, PERSONAL, ROOT_LISTS, Part, figures_of, rounded, shown
from tests.graph.places import ROLES
from tests.graph.steps import INPUTS, TODAY
from tests.graph.viewers import Viewer
from tests.linkage.nouns import coverage
from tests.services.nouns import items_in_force

_SHANGHAI = timedelta(hours=8)
# The fields of DivisionStats that count a figure.
FIELDS = {
    "F1.communities": "communityCount",
    "F1.committees": "committeeCount",
    "F2.members": "memberCount",
    "F4.social_organizations": "socialOrganizationCount",
    "F4.communities_with_ten": "communitiesWithTenSocialOrganizations",
    "F4.share_with_ten": "shareWithTenSocialOrganizations",
    "F5.partner_units": "partnerPartyOrganizationCount",
    "F5.cadres": "registeredCadreCount",
    "F8.veterans": "veteranCount",
}
# In the order in which `coverage` gives them.
_TARGETS = ("grids", "compounds", "courtyards", "units")


def _field(name: str) -> Callable[[Viewer, Part], Any]:
    return lambda viewer, part: figures_of(viewer, part)[name]()


def _of_category(name: str) -> Callable[[Viewer, Part], int]:
    def count(viewer: Viewer, part: Part) -> int:
        found = figures_of(viewer, part)["memberCountByCategory"]()
        return next((row["count"] for row in found if row["category"] == name), 0)

    return count


def _sponsored(at: int) -> Callable[[Viewer, Part], int]:
    return lambda viewer, part: coverage(viewer, part)[at]["sponsored"]


def _others(viewer: Viewer, part: Part) -> int:
    figures = figures_of(viewer, part)
    return figures["volunteerCount"]() - figures["veteranCount"]()


COUNTED: dict[str, Callable[[Viewer, Part], Any]] = {
    **{code: _field(name) for code, name in FIELDS.items()},
    **{f"F2.{name}": _of_category(name) for name in MemberCategory.__members__},
    **{f"F5.{name}": _sponsored(at) for at, name in enumerate(_TARGETS)},
    "F8.volunteers": _others,
    "F9.service_items": lambda viewer, part: items_in_force(viewer.world),
}


def live(viewer: Viewer, row: Any) -> dict[str, Any] | None:
    """Compare a snapshot with what is counted now."""
    if row.figure not in COUNTED:
        return None
    part = Part("DivisionStats", viewer.world.get("Division", row.division_id), "SUBTREE")
    now = rounded(Decimal(COUNTED[row.figure](viewer, part)), Decimal("0.01"))
    apart = rounded(now - row.value, Decimal("0.01"))
    share = rounded(100 * apart / abs(row.value), Decimal("0.1")) if row.value else None
    return {
        "__typename": "LiveFigure", "value": shown(now), "difference": shown(apart), "differenceShare": shown(share),
        "isWithinPrecision": agrees(row.precision, row.value, now),
    }  # fmt: skip


def agrees(precision: str, value: Decimal, now: Decimal) -> bool:
    """Return whether a count is what a figure says, as far as it is precise."""
    if precision == "AT_LEAST":
        return now >= value
    if precision == "EXACT":
        return now == value
    # The last digit of 2.3E+4 is that of the thousands.
    digit = Decimal(1).scaleb(int(value.normalize().as_tuple().exponent)) if value else Decimal(1)
    return abs(now - value) <= digit / 2


def newest(viewer: Viewer, rows: list[Any], arguments: dict[str, Any]) -> list[Any]:
    """Keep the newest snapshot of each figure of a division by a day."""
    today = (viewer.now + _SHANGHAI).date()
    day = date.fromisoformat(arguments["asOf"]) if arguments.get("asOf") else today
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.source != "live", row.as_of, row.id)):
        if row.division_code == arguments["divisionCode"] and row.as_of <= day:
            found[row.figure] = row
    return list(found.values())


PERSONAL["StatisticsSnapshot", "live"] = live
ROOT_LISTS["figureComparison"] = ("StatisticsSnapshot", "figure")
NARROWED["figureComparison"] = newest
_COMPARED = 'figureComparison(divisionCode: "%(code)s", filter: {id: {eq: "%(figure)s"}}) { totalCount nodes { id } }'
READS = {"figureComparison": (_COMPARED, {*ROLES, None, Role.ANONYMOUS})}
MAY = {"recordSnapshot": ({Role.CITY_OFFICER},)}
INPUTS["recordSnapshot"] = lambda at: {
    "divisionCode": at.place.code, "figure": "F1.communities", "asOf": TODAY, "value": "427", "precision": "EXACT",
    "source": "兰州日报",
}  # fmt: skip
