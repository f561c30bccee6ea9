#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the test cases of finished runs: summary.py BUILD_DIR... prints `N passed, N failed, N skipped`.

A GoogleTest or TAP program counts case by case, any other program as one case. A program that failed without a
failed case (it crashed, timed out, leaked) is one failed case more. A build folder may also hold fuzz-results.txt,
lines of `passed NAME` or `failed NAME`. Exit status 0 when nothing failed and something ran.
"""

import collections
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

GOOD_RESULTS = {"OK", "EXPECTEDFAIL"}


def state_of(case):
    """passed, failed or skipped, of one <testcase> of JUnit's XML."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") == "notrun":
        return "skipped"
    return "passed"


def cases_by_program(junit_path):
    """{program: [(case name, state)]} of the suites that belong to one program."""
    programs = collections.defaultdict(list)
    for suite in ElementTree.parse(junit_path).getroot().iter("testsuite"):
        parts = suite.get("name").split(".", 2)  # project.program[.suite]
        if len(parts) < 2:
            continue
        for case in suite.iter("testcase"):
            name = ".".join(parts[2:] + [case.get("name")])
            programs[parts[1]].append((f"{plain(parts[1])}: {name}", state_of(case)))
    return programs


def plain(program):
    """Meson writes `project:suite / name`."""
    return program.split(" / ")[-1]


def state_of_program(result):
    if result in GOOD_RESULTS:
        return "passed"
    return "skipped" if result == "SKIP" else "failed"


def cases_of_meson(build):
    """All (case name, state) of the last `meson test` in `build`."""
    logs = build / "meson-logs"
    by_program = cases_by_program(logs / "testlog.junit.xml")
    cases = []
    for line in (logs / "testlog.json").read_text(errors="replace").splitlines():
        program = json.loads(line)
        name, result = program["name"], program["result"]
        own = by_program.get(name, [])
        cases += own
        outcome = state_of_program(result)
        if not own or (outcome == "failed" and all(state != "failed" for _, state in own)):
            cases.append((f"{plain(name)} ({result.lower()})", outcome))
    return cases


def cases_of_fuzzing(build):
    results = build / "fuzz-results.txt"
    if not results.exists():
        return []
    lines = [line.split(maxsplit=1) for line in results.read_text().splitlines()]
    return [(f"fuzz: {name}", state) for state, name in lines]


def cases_of(build):
    meson = cases_of_meson(build) if (build / "meson-logs" / "testlog.json").exists() else []
    return [(f"{build.name}: {name}", state) for name, state in meson + cases_of_fuzzing(build)]


def main():
    cases = [case for build in sys.argv[1:] for case in cases_of(pathlib.Path(build))]
    for name, state in cases:
        if state == "failed":
            print(f"FAILED  {name}")
    count = collections.Counter(state for _, state in cases)
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 0 if count["failed"] == 0 and count["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
