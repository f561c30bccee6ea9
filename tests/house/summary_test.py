#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The counting of test cases, on results made up here."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SUMMARY = pathlib.Path(__file__).with_name("summary.py")
GTEST = """<testsuite name="p.prog.Suite"><testcase name="A" status="run"/>
<testcase name="B" status="run"><skipped message="no sample"/></testcase>{more}</testsuite>"""
FAILED_CASE = '<testcase name="C" status="run"><failure message="1 != 2"/></testcase>'


class Summary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name)
        (self.build / "meson-logs").mkdir()

    def run_on(self, results, suites):
        logs = self.build / "meson-logs"
        lines = [json.dumps({"name": name, "result": result}) for name, result in results]
        (logs / "testlog.json").write_text("\n".join(lines))
        (logs / "testlog.junit.xml").write_text(f"<testsuites>{suites}</testsuites>")
        done = subprocess.run([sys.executable, SUMMARY, self.build], capture_output=True, text=True)
        return done.stdout.splitlines(), done.returncode

    def test_counts_cases_not_programs(self):
        lines, status = self.run_on([("prog", "OK"), ("script", "OK")], GTEST.format(more=""))
        self.assertEqual(lines, ["2 passed, 0 failed, 1 skipped"])
        self.assertEqual(status, 0)

    def test_names_a_failed_case(self):
        lines, status = self.run_on([("prog", "FAIL")], GTEST.format(more=FAILED_CASE))
        self.assertIn("prog: Suite.C", lines[0])
        self.assertEqual(lines[-1], "1 passed, 1 failed, 1 skipped")
        self.assertEqual(status, 1)

    def test_counts_a_crash_after_good_cases(self):
        lines, status = self.run_on([("prog", "FAIL")], GTEST.format(more=""))
        self.assertEqual(lines[-1], "1 passed, 1 failed, 1 skipped")
        self.assertEqual(status, 1)

    def test_counts_a_program_that_left_no_results(self):
        lines, status = self.run_on([("prog", "TIMEOUT")], "")
        self.assertEqual(lines[-1], "0 passed, 1 failed, 0 skipped")
        self.assertEqual(status, 1)

    def test_counts_fuzz_targets(self):
        (self.build / "fuzz-results.txt").write_text("passed a\nfailed b\n")
        lines, status = self.run_on([("script", "OK")], "")
        self.assertEqual(lines[-1], "2 passed, 1 failed, 0 skipped")
        self.assertEqual(status, 1)

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(self.run_on([], ""), (["0 passed, 0 failed, 0 skipped"], 1))


if __name__ == "__main__":
    unittest.main()
