"""What a WSGI server loads: `wsgi:app`."""

from click import get_current_context

from graph_api import create_app

app = create_app()
if get_current_context(silent=True) is None:
    # A server; Flask's commands, which load this file too, need not wait for the schema.
    app.extensions["graph_executor"].prepare()
