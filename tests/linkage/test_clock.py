"""The clock reminds sponsors once a period, and coverage counts targets."""

from datetime import timedelta
from typing import Any

from db.access.models.notice import Notice, NoticeKind
from db.city import models
from db.city.clock import tick
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind
from db.linkage.models.visit import VisitForm
from db.sites.models import SiteKind, SiteState
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT, TODAY
from tests.linkage.factories import make_sponsorship, make_visit
from tests.linkage.mutations.test_linkage import gid, person

DAY = timedelta(days=1)


def told() -> list[tuple[str, int | None]]:
    notices = Notice.select().where(Notice.kind == NoticeKind.VISIT_DUE).order_by(Notice.id)
    return [(notice.role, notice.account_id) for notice in notices]


def test_sponsors_are_reminded_once_a_period(ask: Asking) -> None:
    town, home = ask.town, ask.town.home.division
    site, leader, lead = make.make_site(home), person(ask, "leader"), person(ask, "member")
    due: dict[str, Any] = {"visit_by": TODAY - DAY, "remind_on": TODAY}
    contact = make_sponsorship(SponsorshipKind.LEADER_CONTACT, town.home, sponsor_person=leader, **due)
    make_sponsorship(target=site, sponsor_organization=town.unit, lead_person=lead, **due)
    make_sponsorship(target=make.make_site(home), sponsor_person=person(ask), **due)
    make_sponsorship(target=make.make_site(home), sponsor_person=leader, remind_on=TODAY + DAY)
    expected = [("LEADER", leader.account_id), ("UNIT_CONTACT", town.accounts["contact"].id)]

    assert tick(AT).counts["visits due"] == 3
    assert told() == [*expected, ("RESIDENT", lead.account_id)]
    assert tick(AT + DAY).counts["visits due"] == 1
    assert tick(AT + 30 * DAY).counts["visits due"] == 0
    assert tick(AT + 31 * DAY).counts["visits due"] == 1
    assert told()[-1] == expected[0]
    assert Sponsorship.get_by_id(contact.id).remind_on == TODAY + 62 * DAY
    query = "{ viewer { notices { nodes { kind text } } } }"
    texts = ask.answer("leader", query, at=AT + 31 * DAY)["data"]["viewer"]["notices"]["nodes"]
    assert {one["kind"] for one in texts} == {"VISIT_DUE"}
    assert town.home.name in texts[0]["text"]


def test_coverage_counts_targets_and_sums_over_children(ask: Asking) -> None:
    town, home = ask.town, ask.town.home.division
    grid = make.make_site(home)
    sites = [make.make_site(home, kind=SiteKind.COMPOUND, grid=grid, code=f"X-{at}") for at in range(3)]
    make.make_site(home, kind=SiteKind.COMPOUND, grid=grid, code="X-9", state=SiteState.RETIRED)
    unit = make.make_organization(town.next_door.division, is_target_unit=True)
    for sponsor in (make.make_person(), make.make_person()):
        make_sponsorship(target=sites[0], sponsor_person=sponsor)
    ended = make_sponsorship(target=sites[1])
    ended.change(state="ENDED", ends_on=TODAY, end_reason="调整")
    make_sponsorship(target=unit)
    for site, form in ((sites[0], "ON_SITE"), (sites[0], "TALK"), (sites[1], "PHONE"), (sites[2], "RESEARCH")):
        make_visit(site, form=VisitForm[form])
    shown = "coverage { targetKind total sponsored sponsoredShare visited }"

    def covered(division: models.Division, scope: str) -> dict[str, tuple[Any, ...]]:
        text = f"query ($id: ID) {{ division(id: $id) {{ stats(scope: {scope}) {{ {shown} }} }} }}"
        rows = ask.answer(None, text, id=gid(division))["data"]["division"]["stats"]["coverage"]
        return {row.pop("targetKind"): tuple(row.values()) for row in rows}

    assert covered(town.street, "SUBTREE") == {
        "GRID": (1, 0, "0.0", 0), "COMPOUND": (3, 1, "33.3", 2), "COURTYARD_BUILDING": (0, 0, "0.0", 0),
        "UNIT": (1, 1, "100.0", 0), "COMMITTEE": (2, 0, "0.0", 0),
    }  # fmt: skip
    below = [covered(one, "SELF") for one in (home, town.next_door.division)]
    for scope in ("SUBTREE", "CHILDREN"):
        for kind, (total, sponsored, _, visited) in covered(town.street, scope).items():
            sums = [sum(one[kind][at] for one in below) for at in (0, 1, 3)]
            assert sums == [total, sponsored, visited], kind
