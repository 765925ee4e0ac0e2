"""Enumerations that grow: a new name is written and read without a migration, and an unknown one is never written."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.city import models
from db.city.words import unknown_words
from db.issues.lifecycle import LedgerAction
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import EnumField
from db.kernel.ranks import rank_indexes, rank_name
from db.organizations.models.organization import OrganizationKind
from tests import factories as make
from tests.city.test_constraints import let_the_ledger_change, same, update
from tests.factories import MAKERS

GROWING = [
    (model, field)
    for model in models.ALL
    for field in model._meta.sorted_fields
    if isinstance(field, EnumField) and field.is_growing
]
# What must change with a kind, as other checks of the table say.
BESIDES: dict[tuple[str, str], dict[str, Any]] = {
    ("issue_request", "kind"): {"resume_on": None},
    ("scan_event", "reason"): {"result": "REFUSED"},
    ("committee_result", "appeal_indicator"): {"appeal_state": "PENDING", "appeal_grounds": "示范"},
    ("organization", "social_kind"): {"kind": OrganizationKind.SOCIAL_ORGANIZATION},
}
each_column = pytest.mark.parametrize(
    ("model", "field"), GROWING, ids=lambda part: part.column_name if isinstance(part, EnumField) else part.__name__
)


def of_tomorrow(enum: type[DomainEnum]) -> Any:
    """Build an enumeration with the names of another and one more."""
    names = {member.value: (member.value, member.english) for member in enum}
    return GrowingEnum(enum.__name__, names | {"OF_TOMORROW": ("OF_TOMORROW", "A name of the next release.")})


@each_column
def test_a_new_name_needs_no_migration(
    scratch: DatabaseProxy, monkeypatch: pytest.MonkeyPatch, model: Any, field: EnumField
) -> None:
    row, today = MAKERS[model](), field.enum
    let_the_ledger_change()

    monkeypatch.setattr(field, "enum", of_tomorrow(today))
    changed = {field.name: field.enum["OF_TOMORROW"], **BESIDES.get((model._meta.table_name, field.name), {})}
    model.update(changed).where(*same(row)).execute()

    assert getattr(model.get(*same(row)), field.name) is field.enum["OF_TOMORROW"]
    assert unknown_words() == {}

    monkeypatch.setattr(field, "enum", today)
    assert getattr(model.get(*same(row)), field.name) == "OF_TOMORROW"
    assert unknown_words() == {f"{model._meta.table_name}.{field.column_name}": ["OF_TOMORROW"]}


@each_column
def test_a_name_that_is_not_known_is_never_written(scratch: DatabaseProxy, model: Any, field: EnumField) -> None:
    row = MAKERS[model]()

    with pytest.raises(ValueError, match=f"OF_TOMORROW is not a {field.enum.__name__}; the names are "):
        model.update({field.name: "OF_TOMORROW"}).where(*same(row)).execute()


def test_the_enumerations_that_grow_are_these() -> None:
    assert {field.enum.__name__ for _, field in GROWING} == {
        "AidKind", "AuditAction", "BookingPurpose", "CapacityModel", "Channel", "DeclineReason", "EmergencyService",
        "EndReason",
        "EvidenceKind", "EvidenceStage", "Force", "HealthIndicator", "IncidentKind", "Indicator", "IssueRequestKind",
        "JournalAction", "LedgerAction", "MemberPost", "MessageChannel",
        "NominationChannel", "NormKind", "NoticeKind", "OrganizationFiling", "OrganizationKind", "ProjectKind",
        "PublicationKind", "Role", "ScanReason", "ServiceArea", "ServiceCategory", "SettingKey", "ShiftKind",
        "SocialOrganizationKind", "StockItem", "SubCommitteeKind", "VisitForm", "VolunteerTeamKind",
    }  # fmt: skip


def test_a_role_of_tomorrow_lets_its_holder_do_nothing(scratch: DatabaseProxy) -> None:
    grant = make.make_role_grant()
    known = make.make_role_grant(account=grant.account)
    update(grant, role="OF_TOMORROW")

    held = actor_of(grant.account_id, make.AT).held

    assert [(one.role, one.part) for one in held] == [(known.role, known.part)]


def test_an_entry_of_tomorrow_can_be_read(scratch: DatabaseProxy) -> None:
    entry = make.make_ledger_entry()
    let_the_ledger_change()
    update(entry, action="OF_TOMORROW")

    assert models.LedgerEntry.get_by_id(entry.id).action not in list(LedgerAction)


def test_no_index_lists_the_names_of_an_enumeration_that_grows() -> None:
    ranked = {(model, columns[0]) for model in models.ALL for columns in rank_indexes(model)}

    assert ranked.isdisjoint((model, rank_name(field.column_name)) for model, field in GROWING)
