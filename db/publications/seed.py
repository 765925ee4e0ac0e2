"""Publications of the demo city, and their readers: an account of each community's staff and of each subdistrict."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from db.access.models.access import RoleGrant
from db.access.models.account import Account, Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, day, utc
from db.places.models.division import DivisionLevel, last_code
from db.places.seed.plan import CITY, Place, Subdistrict
from db.publications.lifecycle import PUBLICATION_LIFECYCLE
from db.publications.models import Audience, Publication, PublicationKind, PublicationRead, PublicationState

A, D, K = Audience, Duty, PublicationKind
_PILOT = "620102000000"
_VIDEO = "https://video.lanzhou.example.cn/pilot/01.mp4"
# Of so many accounts one has not read a publication yet.
_ONE_UNREAD_OF = 12


class _Item(NamedTuple):
    """What was made known. days: before the present. file: a video of half an hour."""

    division: str
    kind: PublicationKind
    audience: Audience
    title: str
    duty: Duty
    days: int
    file: str | None = None


_ITEMS = (
    _Item(CITY[0], K.PLAN, A.OFFICES, "兰州市社区建设工作委员会建设实施方案（示范）", D.RESOURCE_COORDINATION, 400),
    _Item(CITY[0], K.RULES, A.OFFICES, "社区建设工作委员会月例会制度（示范）", D.AREA_CO_GOVERNANCE, 380),
    _Item(_PILOT, K.TRAINING_VIDEO, A.PUBLIC, "城关区试点社区工作教学视频（示范）", D.PUBLICITY_EDUCATION, 300, _VIDEO),
    _Item(CITY[0], K.CASE, A.OFFICES, "小院自治案例（示范）", D.AREA_CO_GOVERNANCE, 240),
    _Item(CITY[0], K.RULES, A.OFFICES, "三张清单管理制度（示范）", D.RESOURCE_COORDINATION, 200),
    _Item(CITY[0], K.POLICY, A.PUBLIC, "15分钟便民生活圈政策解读（示范）", D.PUBLIC_BENEFIT_SERVICE, 150),
    _Item(CITY[0], K.ANNOUNCEMENT, A.PUBLIC, "在职党员到社区报到通告（示范）", D.PUBLICITY_EDUCATION, 120),
    _Item(CITY[0], K.CASE, A.OFFICES, "错时共享停车案例（示范）", D.PUBLIC_BENEFIT_SERVICE, 90),
    _Item(CITY[0], K.POLICY, A.PUBLIC, "小兰帮办服务事项说明（示范）", D.PUBLIC_BENEFIT_SERVICE, 60),
    _Item(CITY[0], K.PLAN, A.OFFICES, "冬季联防联控工作方案（示范）", D.JOINT_PREVENTION, 30),
    _Item(CITY[0], K.RULES, A.MEMBERS, "委员走访联系群众制度（示范）", D.RESIDENT_OUTREACH, 20),
    _Item(CITY[0], K.POLICY, A.PUBLIC, "养老助餐政策解读（示范）", D.PUBLIC_BENEFIT_SERVICE, 12),
)
_BODY = "示范正文，非正式文本。"


def add_publications(
    rows: Rows, subdistricts: Sequence[Subdistrict], divisions: Mapping[str, int], present: Present
) -> None:
    """Add what the city and its pilot district made known, and who read it. divisions: ids by code."""
    since = present.midnight - (_ITEMS[0].days + 1) * DAY
    readers = [_add_office(rows, place, since) for subdistrict in subdistricts for place in _offices(subdistrict)]
    for number, item in enumerate(_ITEMS):
        level = DivisionLevel.CITY if item.division == CITY[0] else DivisionLevel.DISTRICT
        at = present.midnight - item.days * DAY + 9 * HOUR
        publisher = Actor(f"{level.chinese}干部", Role.CITY_OFFICER if item.file is None else Role.DISTRICT_OFFICER)
        publication = add_with_journal(
            rows, PUBLICATION_LIFECYCLE, Publication,
            [Step(at, JournalAction.CREATE, PublicationState.PUBLISHED, publisher)],
            division_id=divisions[item.division], division_code=item.division,
            last_code=last_code(item.division, level), kind=item.kind, audience=item.audience, title=item.title,
            body=_BODY, uri=item.file, duration_seconds=1_800 if item.file else None, duty=item.duty,
            valid_from=utc(at), needs_receipt=item.audience is A.OFFICES, published_by_name=publisher.name,
            created_at=utc(at),
        )  # fmt: skip
        # Offices are no members.
        for at_reader, account in enumerate(readers if item.audience is not A.MEMBERS else ()):
            if (at_reader + number) % _ONE_UNREAD_OF:
                _add_read(rows, publication, item, account, at, (at_reader + number) % 3)


def _offices(subdistrict: Subdistrict) -> list[Subdistrict | Place]:
    return [subdistrict, *subdistrict.places]


def _add_office(rows: Rows, place: Subdistrict | Place, since: int) -> int:
    """Add the account that an office shares, with its role; return its id."""
    is_street = isinstance(place, Subdistrict)
    level = DivisionLevel.SUBDISTRICT if is_street else DivisionLevel.COMMUNITY
    role = Role.SUBDISTRICT_OFFICER if is_street else Role.STAFF
    account = rows.add(Account, name=f"{place.name}工作账号", subject=None, is_active=True, created_at=utc(since))
    rows.add(
        RoleGrant, account_id=account, role=role, division_code=place.code, last_code=last_code(place.code, level),
        starts_at=utc(since),
    )  # fmt: skip
    return account


def _add_read(rows: Rows, publication: int, item: _Item, account: int, at: int, days: int) -> None:
    first = at + HOUR + account % 600 * 10
    last = first + days * DAY
    rows.add(
        PublicationRead, publication_id=publication, account_id=account, division_code=item.division,
        first_read_at=utc(first), last_read_at=utc(last), last_read_on=day(last), read_days=days + 1,
    )  # fmt: skip
