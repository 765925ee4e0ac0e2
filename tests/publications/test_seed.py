"""The demo city's publications: the pilot's training video, the city's plan, and about 5,000 readings."""

from peewee import DatabaseProxy

from tests.asking import answer_to
from tests.city.seed_rows import rows


def test_what_the_city_made_known_and_who_has_read_it(demo_city: DatabaseProxy) -> None:
    assert rows("SELECT COUNT(*) FROM publication_read") == [(5_022,)]
    text = """{ publications(filter: {kind: {eq: TRAINING_VIDEO}}, first: 3) {
        nodes { title division { name } audience durationSeconds isInForce viewCount } } }"""
    [video] = answer_to(None, text)["data"]["publications"]["nodes"]
    assert (video["division"]["name"], video["audience"], video["durationSeconds"]) == ("城关区", "PUBLIC", 1800)
    assert (video["isInForce"], video["viewCount"]) == (True, None)
    # Every office has an account, and no reading is later than the city's present.
    assert rows("SELECT COUNT(DISTINCT account_id), MAX(last_read_on) < '2022-02-10' FROM publication_read") in (
        [(498, True)], [(498, 1)],
    )  # fmt: skip
