#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the benchmarks beside this file: bench.py [--rounds N] [--megabytes N] [NAME...].

A benchmark is NAME.toml. It describes two sides, ours and the peer's, which run alternately; the medians are compared:

    what    = one sentence
    measure = "seconds": of the whole process; "reported": the process prints `seconds X` itself;
              "kib": its largest resident set
    need    = the ratio peer / ours must be at least this (both are the smaller the better)
    [ours] and [peer]
    command = the command line; {recording}, {payloads} and so on are inputs (inputs.py), {scratch} is a folder for
              output, emptied before each run, {frames} the number of frames of {recording}, {port} a free TCP port
    server  = optional: runs beside the command, which starts once the server listens on {port}

Each prints `NAME: ratio R (ours X, peer Y, need >= Z) ok`, or SHORT; then the exit status is 1.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shlex
import shutil
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
UNITS = {"seconds": "s", "reported": "s", "kib": "KiB"}


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
def served(command, port, log_path):
    if command is None:
        yield
        return
    with open(log_path, "w+") as log:
        server = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + SERVER_DEADLINE
            while not is_listening(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise BenchError(f"the server does not listen: {command}\n{log.read()}")
                time.sleep(0.01)
            yield
        finally:
            server.terminate()
            server.wait()


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


def run_measured(command, measure):
    """One run of one side: the figure in the unit of `measure`."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=output)
        figure = watch_memory(process) if measure == "kib" else None
        status = process.wait()
        seconds = time.monotonic() - start
        if status != 0:
            raise BenchError(f"exit status {status}: {command}")
        output.seek(0)
        text = output.read()
    if measure != "reported":
        return seconds if figure is None else figure
    reported = re.search(r"^seconds ([0-9.e+-]+)$", text, re.MULTILINE)
    if not reported:
        raise BenchError(f"no line `seconds X` from: {command}")
    return float(reported.group(1))


def run_side(side, measure, places):
    shutil.rmtree(places["scratch"], ignore_errors=True)
    os.mkdir(places["scratch"])
    places["port"] = port = free_port()
    server = side["server"].format_map(places) if "server" in side else None
    with served(server, port, places["scratch"] + "/server.log"):
        return run_measured(side["command"].format_map(places), measure)


def run_benchmark(name, rounds, places):
    bench = tomllib.loads((HERE / f"{name}.toml").read_text())
    sides = ("ours", "peer")
    figures = {side: [] for side in sides}
    for round_number in range(rounds + 1):
        for side in sides:
            figure = run_side(bench[side], bench["measure"], places)
            if round_number > 0:  # the first round warms caches
                figures[side].append(figure)
    ours, peer = (statistics.median(figures[side]) for side in sides)
    ratio, need, unit = peer / ours, bench["need"], UNITS[bench["measure"]]
    good = ratio >= need
    print(f"{name}: ratio {ratio:.3g} (ours {ours:.4g} {unit}, peer {peer:.4g} {unit}, need >= {need:g})"
          f" {'ok' if good else 'SHORT'}", flush=True)
    return good


class Places(dict):
    """What stands for {name} in a command; inputs are made when a command first names them."""

    def __init__(self, folder, megabytes):
        super().__init__(scratch=f"{folder}/scratch", programs=os.environ.get("BENCH_PROGRAMS", ""), here=str(HERE))
        self.folder, self.megabytes = folder, megabytes

    def __missing__(self, name):
        self[name] = inputs.make(name, self.folder, self.megabytes)
        return self[name]


def parse_arguments():
    names = sorted(path.stem for path in HERE.glob("*.toml"))
    parser = argparse.ArgumentParser(description="Compares with what a user would pick instead.")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (default 5)")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the recording (default 1000)")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)} (default: all)")
    arguments = parser.parse_args()
    arguments.names = arguments.names or names
    unknown = set(arguments.names) - set(names)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


def main():
    arguments = parse_arguments()
    good = True
    with tempfile.TemporaryDirectory(prefix="omv-bench-") as folder:
        places = Places(folder, arguments.megabytes)
        for name in arguments.names:
            try:
                good = run_benchmark(name, arguments.rounds, places) and good
            except BenchError as error:
                print(f"{name}: FAILED, {error}", flush=True)
                good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
