"""Activities of the demo city: each team held one of late, and two of 畅家巷 one a month at its courtyards (F10)."""

from collections.abc import Iterator, Mapping, Sequence

from db.activities.models import Activity, ActivityOrganization
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import HOUR, Present, midnight, utc
from db.people.seed import Home
from db.sites.models import SiteKind
from db.teams.models.team import VolunteerTeamKind
from db.teams.seed.teams import Crew

K = VolunteerTeamKind
# What the teams of each kind do: the title, the duty, and what is told of it.
_DONE = {
    K.VETERAN: ("退役军人巡逻守护", Duty.AREA_CO_GOVERNANCE, "退役军人分组巡查网格，劝导占用消防通道的车辆。"),
    K.PARTY: ("党员进楼院宣讲", Duty.PUBLICITY_EDUCATION, "党员到楼院宣讲政策，收集居民意见。"),
    K.RESIDENT: ("楼院清洁日", Duty.CIVILITY_PROMOTION, "居民一起清扫楼院，清理楼道杂物。"),
    K.HOME_MONITORING: ("居家健康随访", Duty.JOINT_PREVENTION, "志愿者上门随访，代买药品和生活物资。"),
    K.GENERAL: ("便民服务日", Duty.PUBLIC_BENEFIT_SERVICE, "志愿者为居民理发、磨刀、修理小家电。"),
    K.RED_PROPERTY: ("物业联合整治楼院", Duty.AREA_CO_GOVERNANCE, "物业公司联合检修楼院照明和管网。"),
}  # fmt: skip
# The teams by which the courtyards of 畅家巷 govern themselves: an activity every 30 days, for a year.
_OF_COURTYARDS, _A_YEAR, _APART = ("畅家巷社区红色物业志愿服务队", "畅大妈志愿服务队"), 12, 30
_WITHIN = 60


def add_activities(
    rows: Rows, home: Home, crews: Sequence[Crew], sites: Mapping[SiteKind, Sequence[int]], present: Present
) -> None:
    """Add the activities of the teams of a community."""
    courtyards = sites[SiteKind.COURTYARD_BUILDING]
    for crew in crews:
        title, duty, summary = _DONE[crew.kind]
        people = len(crew.companies) or 1 + len(crew.veterans) + len(crew.volunteers)
        has_all_come = crew.name in _OF_COURTYARDS
        for turn, days in enumerate(_days(crew)):
            day = present.day_after(-days)
            activity = rows.add(
                Activity, division_id=home.division_id, division_code=home.code, held_on=day, title=title, duty=duty,
                site_id=courtyards[(crew.id + turn) % len(courtyards)], team_id=crew.id,
                participant_count=people if has_all_come else min(people, 6 + crew.id % 12), hours=200, summary=summary,
                created_at=utc(midnight(day) + 18 * HOUR),
            )  # fmt: skip
            for company in crew.companies:
                rows.add(ActivityOrganization, activity_id=activity, organization_id=company)


def _days(crew: Crew) -> Iterator[int]:
    """Say how many days ago a team held its activities."""
    if crew.name not in _OF_COURTYARDS:
        yield 1 + crew.id * 7 % _WITHIN
    else:
        yield from (1 + turn * _APART for turn in reversed(range(_A_YEAR)))
