"""The service catalogue: its next version is published as a whole, and what was published stays as it was."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.officers import as_seen, division_of
from db.access.subjects import command
from db.kernel.batches import batch
from db.kernel.bounds import Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.places.models.division import Division, DivisionLevel
from db.services.models.catalogue import (
    CODE,
    FEE,
    LEVELS,
    PROMISED_DAYS,
    ServiceArea,
    ServiceCatalogue,
    ServiceItem,
    ServiceMaterial,
    ServiceMode,
)

# How many services a version has, and how many materials each of them.
MAX_ITEMS, MAX_MATERIALS = 500, 20


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material of a service."""

    code: Annotated[str, CODE]
    name: Annotated[str, Length(1, 100, has_lines=False)]
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A service as a version of the catalogue describes it."""

    code: Annotated[str, CODE]
    name: Annotated[str, Length(2, 100, has_lines=False)]
    area: ServiceArea
    department: Annotated[str, Length(2, 60, has_lines=False)]
    mode: ServiceMode
    level: DivisionLevel
    promised_days: Annotated[int, PROMISED_DAYS]
    fee: Annotated[Decimal, FEE] = Decimal(0)
    eligibility: Prose | None = None
    materials: Annotated[Sequence[MaterialRow], Items(0, MAX_MATERIALS)] = ()

    @property
    def digest(self) -> str:
        """The hash of all that is said of the service: it is the same in two versions where nothing changed."""
        said = asdict(self) | {"fee": f"{self.fee:.2f}", "materials": [asdict(one) for one in self.materials]}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@command(division_of(Role.CITY_OFFICER, level=DivisionLevel.CITY))
def publish_service_catalogue(
    call: Call,
    city: Division,
    standing: None,
    *,
    items: Annotated[Sequence[ItemRow], Items(1, MAX_ITEMS)],
    note: Prose | None = None,
) -> CommandResult:
    """Publish the next version of the service catalogue, which is in force at once (发布事项目录).

    Raises:
        DomainError: NOT_FOUND, no such city; NOT_PERMITTED, also where the catalogue is another city's; STALE_OBJECT,
            another version was published meanwhile; INVALID_INPUT, a code stands twice, or a level is none of the two.
    """
    former = in_force()
    if former is not None and former.division_code != city.code:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            f"The catalogue here is that of the city {former.division_code}, whose officers publish it.",
            ("divisionCode",),
            chinese=f"本系统的事项目录由 {former.division_code} 发布，请联系该市。",
        )
    version = former.version if former else 0
    as_seen(call, version)
    _require_whole(items)
    catalogue = ServiceCatalogue.create(
        division=city.id, division_code=city.code, version=version + 1, published_on=call.day, item_count=len(items),
        note=note, published_by_name=call.actor.name,
    )  # fmt: skip
    with batch() as rows, rows.part():
        for row in items:
            _add(catalogue, row)
    return CommandResult({"serviceCatalogue": catalogue.id})


def _require_whole(items: Sequence[ItemRow]) -> None:
    _require_each_once([row.code for row in items], ("items",))
    for at, row in enumerate(items):
        _require_each_once([one.code for one in row.materials], ("items", str(at), "materials"))
        if row.level not in LEVELS:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                "A service is taken in by a COMMUNITY or a SUBDISTRICT; choose one of these levels.",
                ("items", str(at), "level"),
                chinese="事项须由社区（COMMUNITY）或街道（SUBDISTRICT）受理。",
            )


def _require_each_once(codes: Sequence[str], path: tuple[str, ...]) -> None:
    twice = next((at for at, code in enumerate(codes) if code in codes[:at]), None)
    if twice is not None:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            f"The code {codes[twice]} stands twice; give each its own.",
            (*path, str(twice), "code"),
            chinese=f"代码 {codes[twice]} 重复，请分别编码。",
        )


def _add(catalogue: ServiceCatalogue, row: ItemRow) -> None:
    code = catalogue.division_code
    item = ServiceItem.create(
        catalogue=catalogue.id, division_code=code, code=row.code, name=row.name, area=row.area,
        department=row.department, mode=row.mode, level=row.level, promised_days=row.promised_days, fee=row.fee,
        eligibility=row.eligibility, digest=row.digest,
    )  # fmt: skip
    for position, one in enumerate(row.materials, start=1):
        ServiceMaterial.create(
            item=item.id, division_code=code, position=position, code=one.code, name=one.name,
            is_required=one.is_required,
        )  # fmt: skip


def in_force() -> ServiceCatalogue | None:
    """Return the version that is in force; None before the first."""
    return _newest.first()


def item_in_force(item_id: int | None, code: str | None) -> ServiceItem:
    """Find a service of the version in force, by its id or by its code.

    Raises:
        DomainError: INVALID_INPUT, it is named twice or not at all, or an earlier version is meant; NOT_FOUND.
    """
    if (item_id is None) == (code is None):
        raise invalid("itemId", "Send exactly one of itemId and itemCode.", "itemId 与 itemCode 必须且只能提供一个。")
    catalogue = in_force()
    named = {"id": item_id} if item_id is not None else {"code": code, "catalogue": catalogue and catalogue.id}
    item = ServiceItem.find(**named) if catalogue is not None else None
    field = "itemId" if item_id is not None else "itemCode"
    if item is None or catalogue is None:
        message = "There is no such service in the catalogue in force; check the id or code."
        raise not_found(field, message, "现行事项目录中没有此事项，请核对 ID 或代码。")
    if item.catalogue_id != catalogue.id:
        raise invalid(
            field,
            f"The service is of an earlier version of the catalogue; apply by its code ({item.code}).",
            f"该事项属于旧版目录，请按事项代码（{item.code}）申请。",
        )
    return item


def materials_of(item_id: int) -> list[str]:
    """List the codes of the materials of a service."""
    return [code for (code,) in _codes.tuples(item_id)]


@compiled
def _newest() -> Any:
    rows = ServiceCatalogue.select()
    return rows.where(ServiceCatalogue.version == ServiceCatalogue.select(fn.MAX(ServiceCatalogue.version)))


@compiled
def _codes(item_id: Any) -> Any:
    rows = ServiceMaterial.select(ServiceMaterial.code).where(ServiceMaterial.item == item_id)
    return rows.order_by(ServiceMaterial.position)
