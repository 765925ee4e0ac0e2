"""`/healthz`: whether requests can be answered, and what to do if not."""

from flask.testing import FlaskClient

from db.city.migrations import migrate, rollback, status
from db.kernel.database import database as proxy


def test_migrated_database_is_healthy(client: FlaskClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_database_of_an_older_release_is_not_healthy(client: FlaskClient) -> None:
    newest = status(proxy)[-1].name
    rollback(proxy)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json == {
        "status": "unavailable",
        "problem": f"The database lacks {newest}; run `flask migrate`.",
    }
    migrate(proxy)
    assert client.get("/healthz").status_code == 200


def test_asking_an_empty_database_leaves_it_empty(http: FlaskClient) -> None:
    assert http.get("/healthz").status_code == 503

    assert proxy.get_tables() == []
