"""The application with a small demo city, for commands and servers of tests: `FLASK_APP=tests.graph_api.small_city`."""

from tests.city.two_subdistricts import shrink

shrink()

from wsgi import app as app  # noqa: E402
