"""Settings in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.places.models.division import Division
from db.settings.models import Setting, SettingKey
from tests.factories import AT, MAKERS, make_division
from tests.graph.evaluator import LISTS, ROOT_LISTS, World
from tests.graph.maker import LINES, MOMENTS, Maker
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS


def make_setting(division: Division | None = None, **values: Any) -> Setting:
    """Make a setting of a division."""
    division = division or make_division()
    given = {"key": SettingKey.TERM_WARN_DAYS, "value": 10, "version": 1, "set_at": AT, **values}
    return Setting.create(division_code=division.code, **given)


MAKERS[Setting] = make_setting


def fill(maker: Maker) -> None:
    """Add settings to a random database."""
    maker.add(
        Setting,
        [
            {
                "division_code": row["code"], "key": key, "value": maker.random.randint(1, 99),
                "version": maker.random.randint(1, 3), "set_at": maker.one(MOMENTS), "set_by_name": maker.maybe(LINES),
            }
            for row in maker.tree
            for key in maker.several(list(SettingKey), 2)
        ],
    )  # fmt: skip


FILLS.append(fill)


def _set_above(world: World, division: Any, _: str) -> list[Any]:
    code = division.code
    over = {code[:digits].ljust(12, "0") for digits in (2, 4, 6, 9, 12)}
    return [row for row in world.rows["Setting"] if row.division_code in over]


LISTS[("Division", "settings")] = (_set_above, "-divisionCode key")
ROOT_LISTS["settings"] = ("Setting", "divisionCode key")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a setting of the community."""
    return {"setting": f"Setting_{make_setting(Division.get(Division.code == place.code)).id}"}


THINGS.append(add_to_place)
READS = {
    "settings": (
        'settings(filter: {id: {eq: "%(setting)s"}}) { totalCount nodes { id } }', {*ROLES, None, Role.ANONYMOUS},
    ),
}  # fmt: skip
MAY = {"setSetting": ({Role.CITY_OFFICER, Role.DISTRICT_OFFICER},)}
INPUTS["setSetting"] = lambda at: {"divisionCode": at.place.code, "key": "TERM_WARN_DAYS", "value": 7}
