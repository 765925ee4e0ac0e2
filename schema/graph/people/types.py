"""People, and what each viewer may know of them."""

from peewee import Case, ColumnBase, Node, Value, fn

from db.kernel.expressions import Row, json_names
from db.people import visibility
from db.people.models.person import OF_THE_COMMUNITY, PeopleGroup
from db.people.models.person import Person as Table
from schema.catalog.declare import column, computed, model_type, names, one
from schema.catalog.fields import Kind
from schema.graph.masks import masked, masked_phone
from schema.graph.viewer import ASKER


def _name(person: Row) -> Node:
    return Case(None, [(visibility.knows_name(person, ASKER), person.name)], masked(person.name, 1))


def _phone(person: Row) -> Node:
    seen = [(_is_self(person), person.phone), (visibility.is_office(person, ASKER), masked_phone(person.phone))]
    return Case(None, seen)


def _account_id(person: Row) -> Node:
    known = (_is_self(person) | visibility.is_office(person, ASKER)) & person.account.is_null(False)
    return Case(None, [(known, Value("Account_").concat(person.account.cast("TEXT")))])


def _is_self(person: Row) -> ColumnBase:
    return visibility.is_self(person, ASKER)


def _knows_all_groups(person: Row) -> ColumnBase:
    return _is_self(person) | visibility.is_staff(person, ASKER)


def _for_offices(person: Row) -> ColumnBase:
    """Return the groups that an office above the community learns of: one blank around each."""
    text = Value(" ").concat(person.groups).concat(" ")
    for group in OF_THE_COMMUNITY:
        text = fn.REPLACE(text, f" {group.value} ", " ")
    return fn.TRIM(text)


def _groups(person: Row) -> Node:
    seen = [(_knows_all_groups(person), person.groups), (visibility.is_office(person, ASKER), _for_offices(person))]
    text = Case(None, seen)
    return json_names(text)


def _verified_on(person: Row) -> Node:
    tells_no_more = visibility.is_office(person, ASKER) & (_for_offices(person) != "")
    return Case(None, [(_knows_all_groups(person) | tells_no_more, person.groups_verified_on)])


def _note(person: Row) -> Node:
    return Case(None, [(_knows_all_groups(person), person.groups_note)])


@model_type(Table, "A person who takes part in a community; there is no row of anybody else (人员).")
class Person:
    """All see that there is somebody; who it is, and what else is known, depends on who asks."""

    name = computed(
        Kind.LINE,
        _name,
        "The name of the person, masked (张****) except for holders of a seat or office, and to those who work with "
        "the person.",
        queryable=False,
    )
    division = one("Division", "The home community of the person.")
    division_code = column("The 12-digit code of the person's home community.")
    work_unit = one("Organization", "The organization that the person works for.")
    phone = computed(
        Kind.CODE,
        _phone,
        "The telephone number: in full for the person, masked for the offices over the community, null for others.",
        nullable=True,
        queryable=False,
    )
    account_id = computed(
        Kind.CODE,
        _account_id,
        "The global id of the person's account, for the person and the offices over the community.",
        nullable=True,
        queryable=False,
    )
    groups = names(
        _groups,
        "The groups that the person belongs to, for the person and the offices over the community; "
        "ELDER and DISABLED are shown to the person and to staff only.",
        enum=PeopleGroup,
        nullable=True,
    )
    groups_verified_on = computed(
        Kind.DATE,
        _verified_on,
        "The day on which staff last verified the groups; null for those who do not see any of them.",
        nullable=True,
        queryable=False,
    )
    groups_note = computed(
        Kind.PROSE,
        _note,
        "The papers that staff saw when they verified the groups, for the person and the staff of the community.",
        nullable=True,
        queryable=False,
    )
    is_erased = column("Whether the person was erased (已注销).")
    created_at = column("When the person was registered.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
