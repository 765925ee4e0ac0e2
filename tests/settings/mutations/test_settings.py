"""Numbers that the city and its districts set for rules: who sets them, which one applies, and from when."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.commands import Call
from db.city import models
from db.city.clock import tick
from db.kernel import remembered
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres, write
from db.settings.commands import set_setting
from db.settings.models import Setting, SettingKey
from db.settings.values import greatest, setting
from tests.asking import Asking
from tests.factories import AT, TODAY, make_member
from tests.settings.nouns import make_setting
from tests.town import Town, build

KEY = SettingKey.TERM_WARN_DAYS
GIVEN: dict[str, Any] = {"key": "TERM_WARN_DAYS", "value": 7}


def test_the_nearest_setting_applies(ask: Asking) -> None:
    town = ask.town
    shown = "setting { divisionCode key value version setAt setByName }"

    def applying() -> list[int]:
        return [setting(KEY, place.division_code) for place in (town.home, town.across, town.far)]

    before = applying()
    ask.change("city", "setSetting", shown, divisionCode=town.city.code, **GIVEN)
    by_city = applying()
    first = ask.change("district", "setSetting", shown, divisionCode=town.street.code, **GIVEN | {"value": 20})
    given = GIVEN | {"divisionCode": town.street.code, "value": 21, "expectedVersion": 1}
    ask.change("district", "setSetting", shown, **given)
    text = "query ($code: String!) { division(code: $code) { settings { nodes { divisionCode value version } } } }"
    shown_there = ask.answer(None, text, code=town.home.division_code)["data"]["division"]["settings"]["nodes"]

    assert first["setting"] == {
        "divisionCode": town.street.code, "key": "TERM_WARN_DAYS", "value": 20, "version": 1,
        "setAt": "2026-01-05T08:00:00Z", "setByName": "示范district",
    }  # fmt: skip
    assert (before, by_city, applying(), greatest(KEY)) == ([30, 30, 30], [7, 7, 7], [21, 7, 7], 30)
    assert shown_there == [
        {"divisionCode": town.street.code, "value": 21, "version": 2},
        {"divisionCode": town.city.code, "value": 7, "version": 1},
    ]


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("subdistrict", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("staff", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("district", {"divisionCode": "city"}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("district", {"divisionCode": "far"}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("city", {"divisionCode": "999999999999"}, [("NOT_FOUND", ["divisionCode"])]),
        ("city", {"value": 0}, [("INVALID_INPUT", ["value"])]),
        ("city", {"value": 181}, [("INVALID_INPUT", ["value"])]),
        ("city", {"expectedVersion": 1}, [("STALE_OBJECT", ["expectedVersion"])]),
    ],
)
def test_setting_a_number_is_refused(ask: Asking, who: str, given: dict[str, Any], refusal: list[Any]) -> None:
    codes = {"city": ask.town.city.code, "far": ask.town.far.division_code}
    inputs = GIVEN | {"divisionCode": ask.town.district.code} | given
    inputs["divisionCode"] = codes.get(inputs["divisionCode"], inputs["divisionCode"])

    assert ask.refused(who, "setSetting", **inputs) == refusal
    assert Setting.select().count() == 0


def test_what_is_set_is_remembered_and_a_change_counts_at_once(
    database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build()
    code, district = town.home.division_code, town.district.code
    monkeypatch.setattr(remembered, "SECONDS", 1e9)

    before = setting(KEY, code)
    make_setting(town.district, value=9)  # As another process would.
    kept = setting(KEY, code)
    monkeypatch.setattr(remembered, "SECONDS", -1.0)
    read_again = setting(KEY, code)
    monkeypatch.setattr(remembered, "SECONDS", 1e9)
    within, elsewhere = _undone(town)
    undone = setting(KEY, code)
    town.act("district", set_setting, division_code=district, key=KEY, value=12)

    assert (before, kept, read_again) == (30, 30, 9)
    assert (within, elsewhere, undone) == (11, 9, 9)
    assert (setting(KEY, code), _in_a_thread(code)) == (12, 12)


def test_a_setting_is_one_for_a_whole_transaction(database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    town = build()
    code, district = town.home.division_code, town.district.code
    monkeypatch.setattr(remembered, "SECONDS", -1.0)
    found: list[int] = []

    def change_and_look() -> None:
        with proxy.obj.connection_context():
            town.act("district", set_setting, division_code=district, key=KEY, value=9)
            found.append(setting(KEY, code))

    changing = threading.Thread(target=change_and_look)
    with write():
        before = setting(KEY, code)
        changing.start()
        if is_postgres():
            changing.join()  # SQLite lets one write at a time, and the thread waits.
        after = setting(KEY, code)
    changing.join()

    assert (before, after, found, setting(KEY, code)) == (30, 30, [9], 9)


def _undone(town: Town) -> tuple[int, int]:
    """Change the setting in a transaction that is undone; return its value meanwhile, there and in another thread."""
    code, call = town.home.division_code, Call(actor_of(town.accounts["district"].id, AT), AT)
    with proxy.atomic() as transaction:
        set_setting(call, division_code=town.district.code, key=KEY, value=11)
        seen = setting(KEY, code), _in_a_thread(code)
        transaction.rollback()
    return seen


def _in_a_thread(code: str) -> int:
    found: list[int] = []

    def look() -> None:
        try:
            found.append(setting(KEY, code))
        finally:
            proxy.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def test_terms_are_warned_of_as_early_as_is_set(town: Town) -> None:
    models.Member.update(term_end=date(2027, 1, 1)).execute()
    ends = TODAY + timedelta(days=40)
    here, there = (make_member(committee, term_end=ends) for committee in (town.home, town.far))
    make_setting(town.district, value=60)

    tick(AT)

    assert [notice.member_id for notice in models.Notice.select()] == [here.id]
    assert there.term_end == ends
