"""The demo city's services: the catalogue of 180 items after one of 150 (F9), and an application in each community."""

from collections import Counter

from peewee import DatabaseProxy

from db.city.seed import AS_OF_TIME
from db.services.catalogue import ItemRow, MaterialRow
from db.services.models.application import RUNNING, ApplicationSerial, ApplicationState, ServiceApplication
from db.services.models.catalogue import ServiceItem, ServiceMaterial
from tests.asking import answer_to
from tests.city.seed_rows import found

S = ApplicationState


def test_the_catalogue_has_180_services_in_its_second_version(demo_city: DatabaseProxy) -> None:
    shown = "version itemCount isInForce items { totalCount } changes { change }"
    text = f"{{ serviceCatalogue {{ {shown} }} first: serviceCatalogue(version: 1) {{ {shown} }} }}"
    answer = answer_to(None, text)["data"]
    for name, version, count, changes in (
        ("serviceCatalogue", 2, 180, {"ADDED": 36, "CHANGED": 36, "REMOVED": 6}), ("first", 1, 150, {"ADDED": 150}),
    ):  # fmt: skip
        told = Counter(one["change"] for one in answer[name].pop("changes"))
        assert told == changes
        assert answer[name] == {
            "version": version, "itemCount": count, "isInForce": version == 2, "items": {"totalCount": count},
        }  # fmt: skip


def test_each_service_has_the_hash_of_what_its_version_says(demo_city: DatabaseProxy) -> None:
    papers: dict[int, list[MaterialRow]] = {}
    for row in found(ServiceMaterial.select().order_by(ServiceMaterial.item, ServiceMaterial.position)):
        papers.setdefault(row.item_id, []).append(MaterialRow(row.code, row.name, row.is_required))

    for row in found(ServiceItem.select()):
        said = ItemRow(
            row.code, row.name, row.area, row.department, row.mode, row.level, row.promised_days, row.fee,
            row.eligibility, papers[row.id],
        )  # fmt: skip
        assert row.digest == said.digest, row.code


def test_each_community_has_an_application_and_none_is_late(demo_city: DatabaseProxy) -> None:
    applications = found(ServiceApplication.select())

    assert Counter(row.state for row in applications) == {
        S.SUBMITTED: 36, S.NEEDS_MATERIALS: 36, S.ACCEPTED: 36, S.FORWARDED: 36, S.DECIDED: 106, S.RATED: 142,
        S.WITHDRAWN: 35,
    }  # fmt: skip
    assert len({row.division_code for row in applications}) == ApplicationSerial.select().count() == 427
    assert all(row.due_at > AS_OF_TIME for row in applications if row.state in RUNNING)
    moments = (at for row in applications for at in (row.created_at, row.accepted_at, row.decided_at, row.withdrawn_at))
    assert max(at for at in moments if at is not None) <= AS_OF_TIME
    versions = Counter(row.item.catalogue_id for row in applications)
    assert sorted(versions.values()) == [35, 392]
