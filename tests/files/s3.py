"""A server that speaks S3 (SeaweedFS), as a process of its own, and a gate in front of it that can be shut."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.graph_api.processes import free_port

KEYS = {"AWS_ACCESS_KEY_ID": "example-key", "AWS_SECRET_ACCESS_KEY": "example-secret", "AWS_REGION": "example-1"}
_SECONDS, _PIECE = 60, 1 << 14
_WHO = {
    "identities": [
        {
            "name": "example",
            "credentials": [{"accessKey": KEYS["AWS_ACCESS_KEY_ID"], "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"]}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
    ]
}


@contextmanager
def serving_s3(folder: Path) -> Iterator[int]:
    """Run the server for a block, with everything in a folder; return its port."""
    # Its ports are free ones, and services that have one of their own are off: the tests of both databases run at once.
    settings = folder / "s3.json"
    settings.write_bytes(orjson.dumps(_WHO))
    (folder / "volumes").mkdir()
    names = [f"{part}.port{kind}" for part in ("master", "volume", "filer", "s3") for kind in ("", ".grpc")]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    arguments = [
        str(Path(sys.executable).with_name("weed")), "server", "-dir", str(folder / "volumes"), "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1", "-filer", "-s3", f"-s3.config={settings}", "-master.volumeSizeLimitMB=64",
        "-volume.max=16", "-volume.preStopSeconds=0", "-s3.port.lance=0", "-s3.port.iceberg=0",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "s3.txt").open("w") as written:
        home = os.environ | {"HOME": str(folder)}
        process = subprocess.Popen(arguments, env=home, stdout=written, stderr=written, start_new_session=True)
    try:
        _await(process, ports["s3.port"], folder / "s3.txt")
        yield ports["s3.port"]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_SECONDS)


def _free_ports(count: int) -> list[int]:
    found: set[int] = set()
    while len(found) < count:
        found.add(free_port())
    return list(found)


def _await(process: "subprocess.Popen[bytes]", port: int, output: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError:
            # It does not know us, and so it answers.
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {output.read_text()[-2_000:]}")


@dataclass
class Gate:
    """Passes connections on to a port. is_shut: it takes none. stops_after: bytes, after which a request gets stuck."""

    to: int
    is_shut: bool = False
    stops_after: int | None = None
    is_stuck: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def standing(self) -> Iterator[str]:
        """Pass on for a block; return the address."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._open.append(listener)
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            self.shut()

    def shut(self) -> None:
        """Take no connection any more, and end those that are there."""
        self.is_shut = True
        for one in self._open[1:]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                if self.is_shut:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.to))
                self._open += [client, server]
                threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, here: socket.socket, there: socket.socket, is_request: bool) -> None:
        passed = 0
        with suppress(OSError):
            while piece := here.recv(_PIECE):
                passed += len(piece)
                if is_request and self.stops_after is not None and passed > self.stops_after:
                    self.is_stuck.set()
                    # What comes is read no further; the end of the client ends this too.
                    while here.recv(_PIECE):
                        pass
                    break
                there.sendall(piece)
        for one in (here, there):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
