"""A cluster of two processes, and functions that its workers can import."""

import os
import time
from contextlib import contextmanager

from cooperon.diagrams.progress import Bar


@contextmanager
def two_workers():
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        yield client


def logged_square(log, number):
    """Note every evaluation in a file, by one write."""
    with open(log, "ab", buffering=0) as stream:
        stream.write(f"{number} {os.getpid()}\n".encode())
    time.sleep(0.05)
    return number**2


def at_chunk(monkeypatch, number, action):
    """Do something when so many chunks are finished."""
    show, seen = Bar.show, []

    def watched(self, done):
        show(self, done)
        seen.append(done)
        if len(seen) == number:
            action()

    monkeypatch.setattr(Bar, "show", watched)
