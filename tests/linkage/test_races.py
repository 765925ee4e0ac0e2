"""What happens at once: a committee has one leader and one patch, whoever races; and the database holds to it too."""

from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.kernel.fields import utc_text
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from tests.asking import Asking
from tests.factories import AT, make_account, make_person
from tests.linkage.factories import make_sponsorship
from tests.linkage.mutations.test_linkage import DAY, gid
from tests.threads import at_once
from tests.town import build

K = SponsorshipKind


def test_of_many_at_once_one_becomes_the_leader_and_one_the_supervisor(database: DatabaseProxy) -> None:
    ask = Asking(build())
    home, street = ask.town.home, ask.town.street.code
    people = iter([make_person(home.division, account=make_account(), phone=f"1380000000{at}") for at in range(8)])

    def lead() -> list[Any]:
        given = {"kind": "LEADER_CONTACT", "sponsorId": gid(next(people)), "rows": [{"targetId": gid(home)}]}
        return ask.refused("district", "assignSponsor", **given)

    def supervise() -> list[Any]:
        given = {
            "divisionCode": street, "patchName": "第一片区", "supervisorId": gid(next(people)),
            "rows": [{"committeeId": gid(home)}],
        }  # fmt: skip
        return ask.refused("subdistrict", "assignPatch", **given)

    for work, kind in ((lead, K.LEADER_CONTACT), (supervise, K.PATCH)):
        answers = at_once(4, work)
        assert sorted(len(answer) for answer in answers) == [0, 1, 1, 1]
        assert {code for answer in answers for code, _ in answer} == {"ALREADY_EXISTS"}
        active = Sponsorship.select().where(Sponsorship.committee == home, Sponsorship.kind == kind)
        assert [row.state for row in active] == [SponsorshipState.ACTIVE]
    held = RoleGrant.select().where(RoleGrant.role == Role.LEADER, is_held(RoleGrant, utc_text(AT + DAY)))
    followed = {row.grant_id for row in Sponsorship.select() if row.grant_id is not None}
    # The town has a leader of its own, whom an officer made one by hand.
    assert len({grant.id for grant in held} - followed) == 1
    assert len(followed) == 1


@pytest.mark.parametrize("kind", [K.LEADER_CONTACT, K.PATCH])
def test_the_database_keeps_no_second_one(scratch: DatabaseProxy, kind: SponsorshipKind) -> None:
    first = make_sponsorship(kind)

    with pytest.raises(IntegrityError), scratch.atomic():
        make_sponsorship(kind, first.committee)
    first.change(state=SponsorshipState.ENDED, ends_on=first.starts_on, end_reason="调整")
    make_sponsorship(kind, first.committee)
