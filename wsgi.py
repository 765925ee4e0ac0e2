"""What a WSGI server loads: `wsgi:app`."""

from graph_api import create_app

app = create_app()
