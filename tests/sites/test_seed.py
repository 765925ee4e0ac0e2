"""The demo city has the sites that the article counts, and a person for everybody."""

from peewee import JOIN, DatabaseProxy, fn

from db.city import models
from db.people.models.person import PeopleGroup
from db.sites.models import Site, SiteKind
from tests.city.seed_rows import rows


def test_the_demo_city_has_the_sites_of_the_article(demo_city: DatabaseProxy) -> None:
    assert dict(rows("SELECT kind, COUNT(*) FROM site GROUP BY kind")) == {
        "GRID": 1_794, "COMPOUND": 1_917, "COURTYARD_BUILDING": 6_490,
    }  # fmt: skip
    grid = Site.alias("grid")
    strays = Site.select().join(grid, JOIN.LEFT_OUTER, on=Site.grid == grid.id)
    is_stray = grid.id.is_null() | (grid.kind != SiteKind.GRID) | (grid.division != Site.division)
    assert strays.where(Site.kind != SiteKind.GRID, is_stray).count() == 0
    assert Site.select(fn.COUNT(Site.division_code.distinct())).scalar() == 427
    assert Site.select().where(Site.latitude.is_null() | Site.household_count.is_null()).count() == 0


def test_everybody_in_the_demo_city_is_a_person(demo_city: DatabaseProxy) -> None:
    people, members = models.Person, models.Member
    assert members.select().where(members.person.is_null()).count() == 0
    assert members.select(fn.COUNT(members.person.distinct())).scalar() == 6_046
    # An office shares an account, which is nobody's own.
    own = models.Account.select().where(~models.Account.name.endswith("工作账号")).count()
    assert people.select().where(people.account.is_null(False)).count() == own
    named = members.select().join(people, on=members.person == people.id)
    differs = (people.name != members.name) | (people.division_code != members.division_code)
    assert named.where(differs).count() == 0
    veterans = named.where(members.category == "VETERAN", ~people.groups.contains(PeopleGroup.VETERAN.value))
    assert veterans.count() == 0
