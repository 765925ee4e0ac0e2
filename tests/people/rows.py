"""Random rows of people for the tests that compare the engine with an independent reading."""

from typing import Any

from db.city import models
from db.people.models.person import PeopleGroup
from tests.graph.maker import DAYS, LINES, MOMENTS, PHONES, PROSE, Maker


def people(maker: Maker) -> None:
    accounts = maker.ids(maker.people)
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        phones = maker.several(PHONES, len(PHONES))
        for _ in maker.few(4):
            known = sorted(maker.several(list(PeopleGroup), 3), key=list(PeopleGroup).index)
            made.append(
                {
                    "division": home["id"], "division_code": home["code"], "name": maker.one(LINES),
                    "phone": phones.pop() if phones else None,
                    "account": accounts.pop() if accounts and maker.random.random() < 0.6 else None,
                    "groups": " ".join(known), "groups_verified_on": maker.maybe(DAYS),
                    "groups_note": maker.maybe(PROSE), "is_erased": maker.random.random() < 0.1,
                    "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
                    "work_unit": maker.maybe(maker.ids(maker.units)),
                }
            )  # fmt: skip
    maker.persons = maker.add(models.Person, made)
