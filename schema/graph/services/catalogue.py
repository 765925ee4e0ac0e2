"""The service catalogue: its versions, their services and the materials of these, and what changed between versions."""

from typing import Any

from peewee import JOIN, SQL, Case, ColumnBase, Node, Select, fn

from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from db.services.catalogue import MAX_ITEMS
from db.services.models import catalogue as models
from schema.catalog.declare import column, computed, derived, many, model_type, one, part_type
from schema.catalog.fields import FieldArgument, FieldContext, Kind


def is_in_force(catalogue: Row) -> ColumnBase:
    """Build the condition that a version of the catalogue is the one in force."""
    newest = models.ServiceCatalogue.alias("newest")
    return catalogue.version == newest.select(fn.MAX(newest.version))


def is_of_catalogue_in_force(item: Row) -> ColumnBase:
    """Build the condition that a service is of the version of the catalogue that is in force."""
    newest = models.ServiceCatalogue.alias("newest")
    return item.catalogue == newest.select(newest.id).order_by(newest.version.desc()).limit(1)


class ServiceChange(DomainEnum):
    """How a service differs between two versions of the catalogue (事项变化)."""

    ADDED = "ADDED", "The earlier version has no such service.", "新增"
    REMOVED = "REMOVED", "The later version has it no more.", "取消"
    CHANGED = "CHANGED", "Both have it, and describe it differently.", "调整"


@part_type("How one service differs between two versions of the catalogue.")
class ServiceItemChange:
    """A row of what changed."""

    code = computed(Kind.CODE, lambda row: row.code, "The code of the service.")
    change = computed(ServiceChange, lambda row: row.change, "Whether it was added, removed or changed.")
    name = computed(Kind.LINE, lambda row: row.name, "The name of the service, in the last version that has it.")


def _changes(catalogue: Row, given: FieldContext) -> Node:
    new, old, since = (model.alias(name) for model, name in _ALIASES)
    asked = given.argument("since")
    former = since.select(since.id).where(since.version == (catalogue.version - 1 if asked is None else asked))
    is_same = (old.code == new.code) & (old.catalogue == former)
    change = Case(None, [(old.id.is_null(), ServiceChange.ADDED.value)], ServiceChange.CHANGED.value)
    found: Any = new.select(new.code.alias("code"), change.alias("change"), new.name.alias("name"))
    found = found.join(old, JOIN.LEFT_OUTER, on=is_same).where(new.catalogue == catalogue.id)
    found = found.where(old.id.is_null() | (old.digest != new.digest))
    gone_from: Any = new.select(new.code).where(new.catalogue == catalogue.id)
    gone = old.select(old.code, SQL(f"'{ServiceChange.REMOVED.value}'"), old.name)
    both = (found + gone.where(old.catalogue == former, old.code.not_in(gone_from))).alias("both")
    return Select(columns=[both.c.code, both.c.change, both.c.name]).from_(both).order_by(both.c.code)


_ALIASES: tuple[tuple[Any, str], ...] = (
    (models.ServiceItem, "new_item"), (models.ServiceItem, "old_item"), (models.ServiceCatalogue, "since"),
)  # fmt: skip


@model_type(models.ServiceCatalogue, "A version of the city's catalogue of services (事项目录).")
class ServiceCatalogue:
    """Published as a whole and never changed."""

    division = one("Division", "The city that published the catalogue.")
    division_code = column("The 12-digit code of the city.")
    version = column("The version, from 1; the highest one is in force.")
    is_in_force = computed(bool, is_in_force, "Whether it is the version in force.")
    published_on = column("The day on which the version was published.")
    item_count = column("The number of services in the version.")
    note = column("What the city says of the version.")
    published_by_name = column("The name of the officer who published it; null when it came with the installation.")
    items = many("ServiceItem", "The services of the version, by code.", on="catalogue", order="code")
    changes = derived(
        "ServiceItemChange",
        "The services that were added, removed or changed since another version, by code; since the one before when "
        "left out (目录变化).",
        query=_changes,
        bound=2 * MAX_ITEMS,
        cost=10,
        arguments=(
            FieldArgument("since", Kind.INT, "The version to compare with; 0 for none.", between=(0, 1_000_000)),
        ),
    )


@model_type(models.ServiceItem, "A service that residents may apply for, in one version of the catalogue (服务事项).")
class ServiceItem:
    """An application keeps the service as it was when it was filed."""

    catalogue = one("ServiceCatalogue", "The version of the catalogue.")
    division_code = column("The 12-digit code of the city.")
    code = column("The code of the service, the same in all versions.")
    is_in_force = computed(bool, is_of_catalogue_in_force, "Whether it is of the version in force.")
    name = column("The name of the service.")
    area = column("What the service is about.")
    department = column("The department that is responsible for the service.")
    mode = column("Who decides an application for it.")
    level = column("The level of the office that accepts applications: COMMUNITY or SUBDISTRICT.")
    promised_days = column("The number of working days from acceptance within which it is decided.")
    fee = column("The fee in yuan; to be helped with an application costs nothing.")
    eligibility = column("The people who may apply for it.")
    materials = many("ServiceMaterial", "What an application brings, in order.", on="item", order="position")


@model_type(models.ServiceMaterial, "Something that an application for a service brings (申请材料).", is_node=False)
class ServiceMaterial:
    """A line of what a service asks for."""

    position = column("The place in the list, from 1.")
    code = column("The code by which an application names the material.")
    name = column("What the material is, such as an identity card.")
    is_required = column("Whether no application is accepted without it.")
