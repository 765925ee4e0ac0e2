"""The demo city's service catalogue, in two versions, and an application in every community (F9)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from db.access.models.account import A_RESIDENT, Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.attachments.models import Attachment
from db.issues.deadlines import until_warning
from db.issues.models.issue import EvidenceKind
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, moment, utc
from db.people.seed import Home
from db.places.models.division import DivisionLevel
from db.places.seed.office_hours import in_office_hours, working_days_after
from db.places.seed.plan import CITY
from db.services.catalogue import ItemRow, MaterialRow
from db.services.lifecycle import APPLICATION_LIFECYCLE
from db.services.models.application import (
    ApplicationConsent,
    ApplicationDecision,
    ApplicationMaterial,
    ApplicationSerial,
    ApplicationState,
    ServiceApplication,
)
from db.services.models.catalogue import ServiceArea, ServiceCatalogue, ServiceItem, ServiceMaterial, ServiceMode
from db.settings.models import SettingKey

A, M, S = JournalAction, ServiceMode, ApplicationState
# Of each area: the start of its codes, its department, and what its services are about.
_AREAS = {
    ServiceArea.CIVIL_AFFAIRS: ("MZ", "民政局", "最低生活保障 临时救助 特困人员救助供养 孤儿基本生活保障 慈善救助"),
    ServiceArea.EDUCATION: ("JY", "教育局", "义务教育入学 困难学生资助 生源地助学贷款 幼儿园入园 转学"),
    ServiceArea.EMPLOYMENT: ("CY", "人力资源和社会保障局", "失业登记 就业困难人员认定 创业担保贷款 培训补贴 社保补贴"),
    ServiceArea.SOCIAL_SECURITY: ("SB", "人力资源和社会保障局", "居民养老保险 养老待遇 社会保障卡 丧葬补助 参保关系"),
    ServiceArea.HOUSEHOLD: ("HJ", "公安局", "居住证 户口迁移 户口登记项目 居民身份证 出生登记"),
    ServiceArea.TRAFFIC: ("JT", "交通运输局", "公交优待卡 非机动车登记 驾驶证换证 道路占用 停车泊位"),
    ServiceArea.HEALTH: ("WJ", "卫生健康委员会", "居民医疗保险 门诊慢特病 生育登记 医疗救助 家庭医生签约"),
    ServiceArea.ELDERLY: ("YL", "民政局", "高龄津贴 养老服务补贴 老年人优待证 助餐服务 适老化改造"),
    ServiceArea.HOUSING: ("ZF", "住房和城乡建设局", "公共租赁住房 租赁补贴 住房维修资金 加装电梯 房屋安全鉴定"),
    ServiceArea.DISABLED: ("CL", "残疾人联合会", "残疾人证 残疾人两项补贴 辅助器具 康复救助 无障碍改造"),
    ServiceArea.VETERANS: ("TY", "退役军人事务局", "军人优待证 优抚待遇 困难帮扶 光荣牌 就业推荐"),
    ServiceArea.OTHER: ("QT", "政务服务管理局", "便民缴费 法律援助 证明事项 流动人口登记 志愿者注册"),
}
_ACTS = (("申请", M.ENTRUSTED), ("信息变更", M.AUTHORIZED), ("帮办", M.ASSISTED))
_PAPERS = (
    MaterialRow("M-1", "身份证"),
    MaterialRow("M-2", "申请表"),
    MaterialRow("M-3", "情况证明", is_required=False),
)
# How many services of an area were in the first version, which of these promised more days, and in how many areas there
# was one more that the second version has no longer.
_FIRST_COUNT, _SLOWER, _DROPPED = 12, 4, 6
_FIRST, _SECOND = "2020-10-01", "2021-09-01"
# When the applications for services of the first version were filed.
_EARLY = moment("2021-08-20T10:00:00")
_OFFICER = "市级干部"
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_STREET = Actor("街道干部1", Role.SUBDISTRICT_OFFICER)
_RESIDENT = Actor(A_RESIDENT, Role.RESIDENT)
_RATE_DAYS = SettingKey.APPLICATION_RATE_DAYS.default


class Applicant(NamedTuple):
    """Who applies: a person of a community."""

    home: Home
    person_id: int


class _Item(NamedTuple):
    """A service as applications need to know it."""

    id: int
    row: ItemRow


def add_services(rows: Rows, city: int, applicants: Sequence[Applicant], present: Present) -> None:
    """Add both versions of the catalogue, and an application of each applicant."""
    first, second = _add_version(rows, city, 1, _FIRST), _add_version(rows, city, 2, _SECOND)
    for at, applicant in enumerate(applicants):
        Life(present, at, first, second).add(rows, applicant)


def _add_version(rows: Rows, city: int, version: int, published_on: str) -> list[_Item]:
    listed, code = list(_listed(version)), CITY[0]
    catalogue = rows.add(
        ServiceCatalogue, division_id=city, division_code=code, version=version, published_on=published_on,
        item_count=len(listed), published_by_name=_OFFICER,
    )  # fmt: skip
    return [_Item(_add_item(rows, catalogue, row), row) for row in listed]


def _listed(version: int) -> Iterator[ItemRow]:
    """List the services of a version: 150 in the first, 180 in the second."""
    for place, (area, (prefix, department, topics)) in enumerate(_AREAS.items()):
        made = [(topic, act, mode, at) for at, topic in enumerate(topics.split()) for act, mode in _ACTS]
        for number, (topic, act, mode, at) in enumerate(made[: _FIRST_COUNT if version == 1 else None], start=1):
            is_slower = version == 1 and number % _SLOWER == 0
            yield ItemRow(
                f"{prefix}-{number:03}", f"{topic}{act}", area, department, mode,
                DivisionLevel.COMMUNITY if at < 3 else DivisionLevel.SUBDISTRICT,
                5 * (1 + number % 3) + (5 if is_slower else 0), Decimal(20 if topic == "居民身份证" else 0),
                materials=_PAPERS[: 2 + number % 2],
            )  # fmt: skip
        if version == 1 and place < _DROPPED:
            yield ItemRow(
                f"{prefix}-099", f"{department}纸质查询", area, department, M.ENTRUSTED, DivisionLevel.COMMUNITY, 5,
                materials=_PAPERS[:1],
            )  # fmt: skip


def _add_item(rows: Rows, catalogue: int, row: ItemRow) -> int:
    code = CITY[0]
    item = rows.add(
        ServiceItem, catalogue_id=catalogue, division_code=code, code=row.code, name=row.name, area=row.area,
        department=row.department, mode=row.mode, level=row.level, promised_days=row.promised_days,
        fee=int(row.fee * 100), digest=row.digest,
    )  # fmt: skip
    for position, one in enumerate(row.materials, start=1):
        rows.add(
            ServiceMaterial, item_id=item, division_code=code, position=position, code=one.code, name=one.name,
            is_required=one.is_required,
        )  # fmt: skip
    return item


class Life:
    """How one application went: each community has another of twelve lives, one after the other."""

    def __init__(self, present: Present, at: int, first: Sequence[_Item], second: Sequence[_Item]) -> None:
        """Choose the service. at: which of the applications it is."""
        self.present, self.at, self.steps = present, at, list[Step]()
        self.columns: dict[str, Any] = {}
        kind = at % len(_LIVES)
        self.is_assisted, self._live = at % 3 == 0, _LIVES[kind]
        wanted = M.ASSISTED if kind in _FORWARDED else M.AUTHORIZED
        services = [
            one for one in (first if kind in _EARLIER else second)
            if one.row.mode is wanted and one.row.level is DivisionLevel.COMMUNITY
        ]  # fmt: skip
        self.item = services[at % len(services)]
        self.filed_at = _EARLY + at * MINUTE if kind in _EARLIER else 0
        self.has_materials = False

    def add(self, rows: Rows, applicant: Applicant) -> None:
        """Add the application with its journal, its number and what it brought."""
        self._live(self)
        (division, code), year = (applicant.home.division_id, applicant.home.code), day(self.filed_at)[:4]
        if "forwarded_to" in self.columns:
            self.columns["forwarded_to"] = code[:9] + "000"
        helped = {"assisted_by_name": _STAFF.name, "consent": ApplicationConsent.SIGNED} if self.is_assisted else {}
        made = add_with_journal(
            rows, APPLICATION_LIFECYCLE, ServiceApplication, self.steps, number=f"BJ-{code}-{year}-{1:06}",
            division_id=division, division_code=code, item_id=self.item.id, applicant_id=applicant.person_id,
            level=self.item.row.level, created_at=utc(self.filed_at), **helped, **self.columns,
        )  # fmt: skip
        rows.add(ApplicationSerial, division_code=code, year=int(year), last=1)
        if self.has_materials:
            file = rows.add(
                Attachment, subject_type="ServiceApplication", subject_id=made, division_code=code,
                kind=EvidenceKind.DOCUMENT, description="申请表（示范）", created_at=utc(self.filed_at),
            )  # fmt: skip
            rows.add(
                ApplicationMaterial, application_id=made, division_code=code, code="M-2", attachment_id=file
            )  # fmt: skip

    # --- Steps --------------------------------------------------------------------------------------------------------

    def file(self, days: int, spread: int = 7) -> None:
        """File it on a morning, so many days ago or a few more, fewer than `spread`; or when it was told already.

        Long holidays put it off to before them: what comes of it on the next working day has happened.
        """
        ago = days + self.at % spread
        while not self.filed_at:
            morning = in_office_hours(midnight(self.present.day_after(-ago)) + 9 * HOUR)
            if in_office_hours(morning + DAY) + 4 * HOUR <= self.present.at:
                self.filed_at = morning
            ago += 1
        self._step(self.filed_at, A.CREATE, S.SUBMITTED, self._filer)
        self._run(self.filed_at, SettingKey.APPLICATION_ACCEPT_WD.default)

    def file_just_now(self) -> None:
        """File it within the last hours."""
        self.filed_at = self.present.at - (30 + self.at % 60) * MINUTE
        self.file(0)

    def ask(self) -> None:
        """Request a paper that is missing."""
        self._step(self.filed_at + HOUR, A.REQUEST, S.NEEDS_MATERIALS, _STAFF)
        self.columns |= {"requested_at": utc(self._last), "requested": "M-1"}

    def supplement(self) -> None:
        """Supply the paper on the same day."""
        self._step(self._last + HOUR, A.SUPPLEMENT, S.SUBMITTED, self._filer, note="已补齐")

    def accept(self) -> None:
        """Accept it an hour later."""
        self._step(self._last + HOUR, A.TAKE_ON, S.ACCEPTED, _STAFF)
        self.columns["accepted_at"] = utc(self._last)
        self._run(self._last, self.item.row.promised_days)

    def forward(self) -> None:
        """Forward it to the subdistrict."""
        self._step(self._last + HOUR, A.FORWARD, S.FORWARDED, _STAFF)
        self.columns |= {"forwarded_to": "", "outside_number": f"JD-{self.at:05}"}

    def decide(self, decision: ApplicationDecision = ApplicationDecision.APPROVED) -> None:
        """Decide it the next day."""
        by = _STREET if "forwarded_to" in self.columns else _STAFF
        at = in_office_hours(self._last + DAY)
        self._step(at, A.DECIDE, S.DECIDED, by, facts={"decision": decision.value})
        self.columns |= {"decided_at": utc(at), "decision": decision, "rate_until": utc(at + _RATE_DAYS * DAY)}
        if decision is ApplicationDecision.REFUSED:
            self.columns |= {"grounds": "不符合申请条件", "remedy": "可自收到告知之日起六十日内申请行政复议"}

    def rate(self, rating: int) -> None:
        """Rate it two hours later."""
        self._step(self._last + 2 * HOUR, A.RATE, S.RATED, _RESIDENT)
        self.columns["rating"] = rating

    def withdraw(self) -> None:
        """Withdraw it an hour later."""
        self._step(self._last + HOUR, A.WITHDRAW, S.WITHDRAWN, self._filer, note="不再需要")
        self.columns["withdrawn_at"] = utc(self._last)

    @property
    def _filer(self) -> Actor:
        return _STAFF if self.is_assisted else _RESIDENT

    @property
    def _last(self) -> int:
        return self.steps[-1].at

    def _step(self, at: int, action: JournalAction, state: ApplicationState, by: Actor, **more: Any) -> None:
        self.steps.append(Step(at, action, state, by, **more))

    def _run(self, since: int, days: int) -> None:
        due = working_days_after(since, days)
        self.columns |= {"due_at": utc(due), "warn_at": utc(since + until_warning(due - since))}


def _submitted(life: Life) -> None:
    life.file_just_now()
    life.has_materials = True


def _short_of_papers(life: Life) -> None:
    life.file(2)
    life.ask()
    life.has_materials = True


def _accepted(life: Life) -> None:
    # None is nearly due yet.
    life.file(2, spread=3)
    life.accept()
    life.has_materials = True


def _forwarded(life: Life) -> None:
    _accepted(life)
    life.forward()


def _decided(life: Life) -> None:
    life.file(12)
    life.accept()
    life.decide()


def _refused(life: Life) -> None:
    life.file(15)
    life.accept()
    life.decide(ApplicationDecision.REFUSED)


def _decided_above(life: Life) -> None:
    life.file(20)
    life.accept()
    life.forward()
    life.decide()


def _rated(life: Life) -> None:
    life.file(40)
    life.accept()
    life.decide()
    life.rate(5 if life.at % 5 else 2)


def _rated_after_papers(life: Life) -> None:
    life.file(60)
    life.ask()
    life.supplement()
    life.accept()
    life.decide()
    life.rate(4)


def _withdrawn(life: Life) -> None:
    life.file(9)
    life.withdraw()


_LIVES = (
    _submitted, _rated, _accepted, _decided, _forwarded, _rated_after_papers, _short_of_papers, _rated, _refused,
    _rated, _decided_above, _withdrawn,
)  # fmt: skip
# Those of services that another office decides, and those that were filed under the first version.
_FORWARDED, _EARLIER = (4, 10), (9,)
