"""Keeps the worker processes of a server running: starts them, replaces those that end, stops them together."""

import gc
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from graph_api.worker import PATIENCE, STOP_SIGNALS

# Workers in a row that end before they answered: then there is no use in starting more.
_MAX_FAILED_STARTS = 5
# Only a fork shares the application that is already built, so that a worker is replaced in a moment.
_context = multiprocessing.get_context("fork")


class Supervisor:
    """Runs so many workers. work: what a worker does; it gets the descriptors `life` and `ready`, see `worker.run`."""

    def __init__(self, count: int, work: Callable[[int, int], None], when_ready: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._when_ready = when_ready
        self._workers: list[BaseProcess] = []
        self._failed_starts = 0
        # Every worker holds the reading end of `life`, and only this process the writing one.
        self._life, self._our_life = os.pipe()
        self._ready, self._their_ready = os.pipe()
        self._signals, self._signalled = socket.socketpair()

    def run(self) -> int:
        """Run the workers until a signal comes; return the exit status."""
        self._signalled.setblocking(False)
        signal.set_wakeup_fd(self._signalled.fileno(), warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: None)
        # What is there by now stays as it is, so that the workers go on sharing it.
        gc.collect()
        gc.freeze()
        self._start_missing()
        is_announced = False
        while self._failed_starts < _MAX_FAILED_STARTS:
            events = wait([self._signals, self._ready, *(worker.sentinel for worker in self._workers)])
            if self._signals in events:
                return self._stop(0)
            if self._ready in events:
                os.read(self._ready, 1)
                self._failed_starts = 0
                if not is_announced:
                    self._when_ready()
                    is_announced = True
            self._strike_ended()
            self._start_missing()
        sys.stderr.write("The workers end as soon as they are started; see the messages above.\n")
        return self._stop(1)

    def _strike_ended(self) -> None:
        for worker in [worker for worker in self._workers if not worker.is_alive()]:
            self._workers.remove(worker)
            self._failed_starts += 1
            how = f"status {worker.exitcode}"
            if worker.exitcode and worker.exitcode < 0:
                how = f"signal {signal.Signals(-worker.exitcode).name}"
            sys.stderr.write(f"A worker (process {worker.pid}) ended with {how}; another one takes its place.\n")

    def _start_missing(self) -> None:
        while len(self._workers) < self._count:
            worker = _context.Process(target=self._be_worker, daemon=True)
            # Blocked, so that no signal finds a worker that still has our handlers.
            signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
            try:
                worker.start()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            self._workers.append(worker)

    def _be_worker(self) -> None:
        signal.set_wakeup_fd(-1)
        os.close(self._our_life)
        os.close(self._ready)
        self._signals.close()
        self._signalled.close()
        self._work(self._life, self._their_ready)

    def _stop(self, status: int) -> int:
        for worker in self._workers:
            worker.terminate()
        # A worker ends by itself within its patience; one that is stuck is killed.
        waiting = list(self._workers)
        for worker in waiting:
            worker.join(PATIENCE + 2)
            if worker.is_alive():
                worker.kill()
                worker.join()
        return status
