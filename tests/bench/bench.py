#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the benchmarks beside this file: bench.py [--rounds N] [--megabytes N] [--quick] [NAME...].

A benchmark is NAME.toml. It describes two sides, ours and the peer's, which run in turns:

    what    = one sentence
    measure = "seconds": of the whole process; "reported": the process prints `seconds X` itself; "processor": it prints
              `processor X`, seconds of all processors together; "bytes": it prints `bytes X` of what it has made;
              "kib": its largest resident set; "cpu": processor time of the process alone, user and system, per frame
    need    = the ratio peer / ours must be at least this (both are the smaller the better)
    wants   = optional: environment variables without which the benchmark is skipped
    [ours] and [peer]
    command = the command line; {recording}, {payloads} and so on are inputs (inputs.py), {scratch} is a folder for
              output, in memory if it fits there and emptied before each run, {port} a free TCP port, {pty} where a
              pseudo-terminal is to be, {some} the frames of this side
    server  = optional: runs beside the command, which starts once the server listens on {port} or {pty} is there
    frames  = with "cpu" and {some}: how many frames the command takes, and how many with --quick

Each prints `NAME: ratio R [LOW to HIGH] (ours X, peer Y, need >= Z) ok`: the median of the rounds' ratios, the lowest
and the highest of them, and the median figure of each side. SHORT in place of ok makes the exit status 1. With --quick
the inputs are small, so that most of the time goes into starting programs: nothing is judged then, a command that
fails still is.
"""

import argparse
import contextlib
import functools
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

import inputs

HERE = pathlib.Path(__file__).parent
SERVER_DEADLINE = 10.0
MEMORY = pathlib.Path("/dev/shm")
UNITS = {"seconds": "s", "reported": "s", "processor": "s", "bytes": "B", "kib": "KiB", "cpu": "s/frame"}
REPORTED = {"reported": "seconds", "processor": "processor", "bytes": "bytes"}  # the word in front of the figure


class BenchError(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    """Whether a local TCP port is listened on, without connecting: a server may take one client only."""
    wanted = f"0100007F:{port:04X}", f"00000000:{port:04X}"
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1] in wanted and fields[3] == "0A":
            return True
    return False


@contextlib.contextmanager
def started(command, **streams):
    """A process that does not outlive the block."""
    process = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, **streams)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()


@contextlib.contextmanager
def served(command, is_ready):
    if command is None:
        yield
        return
    with tempfile.TemporaryFile("w+") as log, started(command, stdout=log, stderr=log) as server:
        deadline = time.monotonic() + SERVER_DEADLINE
        while not is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise BenchError(f"the server is not ready: {command}\n{log.read()}")
            time.sleep(0.01)
        yield


def watch_memory(process):
    """Waits for the end of a process; its largest resident set in KiB, as of its last hundredths of a second.

    Not ru_maxrss: a child inherits that of its parent, which here is the larger one.
    """
    largest = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
            largest = int(found.group(1)) if found else largest
        time.sleep(0.005)
    return float(largest)


def processor_seconds():
    """Of all processes that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_measured(command, measure, frames):
    """One run of one side: the figure in the unit of `measure`."""
    start, cpu = time.monotonic(), processor_seconds()
    with tempfile.TemporaryFile("w+") as output, started(command, stdout=output) as process:
        figure = watch_memory(process) if measure == "kib" else None
        status = process.wait()
        seconds, cpu = time.monotonic() - start, processor_seconds() - cpu
        if status != 0:
            raise BenchError(f"exit status {status}: {command}")
        output.seek(0)
        text = output.read()
    if measure not in REPORTED:
        return {"seconds": seconds, "kib": figure, "cpu": cpu / frames}[measure]
    reported = re.search(rf"^{REPORTED[measure]} ([0-9.e+-]+)$", text, re.MULTILINE)
    if not reported:
        raise BenchError(f"no line `{REPORTED[measure]} X` from: {command}")
    return float(reported.group(1))


def run_side(side, measure, places, judged):
    shutil.rmtree(places["scratch"], ignore_errors=True)
    os.mkdir(places["scratch"])
    places["port"] = port = free_port()
    places["pty"] = pty = f"{places['scratch']}/camera"
    places["some"] = frames = side.get("frames", [1, 1])[0 if judged else 1]
    server = side["server"].format_map(places) if "server" in side else None
    with served(server, lambda: is_listening(port) or os.path.exists(pty)):
        return run_measured(side["command"].format_map(places), measure, frames)


def missing(bench):
    """The variable that a benchmark wants and does not have, if any."""
    return next((name for name in bench.get("wants", []) if not os.environ.get(name)), None)


def run_benchmark(name, rounds, places, judged):
    bench = tomllib.loads((HERE / f"{name}.toml").read_text())
    if variable := missing(bench):
        print(f"{name}: skipped, {variable} is not set (docs/benchmarks.md)", flush=True)
        return True
    pairs = [
        [run_side(bench[side], bench["measure"], places, judged) for side in ("ours", "peer")]
        for _ in range(rounds + 1)
    ]
    pairs = pairs[1:]  # the first round warms caches
    ratios = [peer / ours for ours, peer in pairs]
    ours, peer = (statistics.median(figures) for figures in zip(*pairs))
    ratio, need, unit = statistics.median(ratios), bench["need"], UNITS[bench["measure"]]
    good = not judged or ratio >= need
    verdict = ("ok" if good else "SHORT") if judged else "not judged"
    print(f"{name}: ratio {ratio:.3g} [{min(ratios):.3g} to {max(ratios):.3g}]"
          f" (ours {ours:.4g} {unit}, peer {peer:.4g} {unit}, need >= {need:g}) {verdict}", flush=True)
    return good


class Places(dict):
    """What stands for {name} in a command; inputs are made when a command first names them."""

    def __init__(self, folder, scratch, megabytes):
        super().__init__(scratch=f"{scratch}/scratch", programs=os.environ.get("BENCH_PROGRAMS", ""), here=str(HERE))
        self.folder, self.megabytes = folder, megabytes

    def __missing__(self, name):
        self[name] = inputs.make(name, self.folder, self.megabytes)
        os.sync()  # its way to the disk is not to be measured
        return self[name]


def output_folder(megabytes):
    """Where outputs go: memory, because writing back to a disk comes and goes as it likes; None: no room there."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 * megabytes * 1_000_000:
        return MEMORY
    return None


def parse_arguments():
    names = sorted(path.stem for path in HERE.glob("*.toml"))
    parser = argparse.ArgumentParser(description="Compares with what a user would pick instead.")
    parser.add_argument("--rounds", type=int, help="runs of each side (default 5, quick 1)")
    parser.add_argument("--megabytes", type=int, help="size of the recording (default 1000, quick 20)")
    parser.add_argument("--quick", action="store_true", help="small inputs, no verdict")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)} (default: all)")
    arguments = parser.parse_args()
    arguments.names = arguments.names or names
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 5)
    arguments.megabytes = arguments.megabytes or (20 if arguments.quick else 1000)
    unknown = set(arguments.names) - set(names)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that processes and files are cleaned up
    good = True
    temporary = functools.partial(tempfile.TemporaryDirectory, prefix="omv-bench-")
    with temporary() as folder, temporary(dir=output_folder(arguments.megabytes)) as scratch:
        places = Places(folder, scratch, arguments.megabytes)
        for name in arguments.names:
            try:
                good = run_benchmark(name, arguments.rounds, places, not arguments.quick) and good
            except BenchError as error:
                print(f"{name}: FAILED, {error}", flush=True)
                good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
