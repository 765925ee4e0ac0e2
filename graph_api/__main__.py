"""`python -m graph_api module:name`: serves any WSGI application in the way that `flask serve` serves ours."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from graph_api import serve
from graph_api.config import Config


def main() -> int:
    """Serve what the command line names; other settings come from the environment."""
    parser = argparse.ArgumentParser(prog="python -m graph_api")
    parser.add_argument("app", help="a WSGI application, module:name")
    parser.add_argument("--factory", action="store_true", help="call it to get the application")
    for name in ("host", "port", "workers"):
        parser.add_argument(f"--{name}", default="")
    given = parser.parse_args()
    chosen = {name.upper(): getattr(given, name) for name in ("host", "port", "workers") if getattr(given, name)}
    config = Config.from_env({**os.environ, **chosen})
    listener = serve.bound(config.host, config.port)
    module, _, name = given.app.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    with serve.shared_file(config) as config:
        application = getattr(importlib.import_module(module), name)
        return serve.serve(application() if given.factory else application, config, listener)


if __name__ == "__main__":
    sys.exit(main())
