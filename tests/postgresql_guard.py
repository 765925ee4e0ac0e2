"""Runs a throwaway PostgreSQL exactly as long as the tests live, whatever way they end; a process of its own."""

import select
import shutil
import signal
import subprocess
import sys

POLL_SECONDS = 0.2
STOP_SECONDS = 10


def guard(directory: str, user: str, command: list[str]) -> int:
    """Run the server until standard input is closed, then end it and delete its directory.

    The tests hold the other end of standard input and never write to it: the kernel closes it even when they are
    killed, so this needs no signal, no timer and no clean-up at exit. Returns the server's own status if it ends first.

    directory: everything that belongs to the server. user: an account to run it as, or "" to keep ours.
    """
    # A shell's background job begins with this signal ignored, and a child keeps that.
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    account = {"user": user, "group": _group(user), "extra_groups": []} if user else {}
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, **account)
    while server.poll() is None:
        if select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            break
    else:
        return server.returncode
    # SIGQUIT is PostgreSQL's immediate shutdown: nothing is written out, for the files go next.
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    shutil.rmtree(directory, ignore_errors=True)
    return 0


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


if __name__ == "__main__":
    sys.exit(guard(sys.argv[1], sys.argv[2], sys.argv[3:]))
