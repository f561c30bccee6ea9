#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Man pages and --help: every option stands in both and is completed, every help has an example, no page has a fault.

man_test.py OMV COMPLETION PAGE... [unittest arguments]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

OMV = COMPLETION = None
PAGES = {}
OPTION = re.compile(r"^  (?:-\w, )?(--[a-z0-9-]+)", re.MULTILINE)


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})


def help_of(*words):
    return output_of(OMV, *words, "--help").stdout


def commands():
    return re.findall(r"^  ([a-z]+) ", help_of(), re.MULTILINE)


def options_of(command):
    return set(OPTION.findall(help_of(command))) - {"--help"}


class ManPages(unittest.TestCase):
    def test_are_there_for_every_command(self):
        self.assertEqual(set(PAGES), {"omv.1", *[f"omv-{command}.1" for command in commands()]})

    def test_have_every_option_of_help_and_no_other(self):
        for command in commands():
            section = PAGES[f"omv-{command}.1"].read_text().split(".SH OPTIONS")[1].split(".SH")[0]
            tags = re.findall(r"^\.TP\n.*\\fB(\\-\\-[a-z0-9\\-]+)\\fP(?:=.*)?$", section, re.M)
            self.assertEqual({tag.replace("\\-", "-") for tag in tags} - {"--help"}, options_of(command), command)

    def test_tell_examples_and_exit_statuses(self):
        for command in commands():
            page = PAGES[f"omv-{command}.1"].read_text()
            for section in (".SH EXAMPLES\n", ".SH EXIT STATUS\n.TP\n0\n", ".SH DESCRIPTION\n"):
                self.assertIn(section, page, command)

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc")
    def test_are_clean(self):
        linted = output_of("mandoc", "-Tlint", "-Wwarning", *map(str, PAGES.values()))
        self.assertEqual(linted.stdout + linted.stderr, "")

    @unittest.skipUnless(shutil.which("man"), "there is no man")
    def test_can_be_read(self):
        shown = output_of("man", "--warnings", "-l", str(PAGES["omv-convert.1"]))
        self.assertEqual(shown.stderr, "")
        for text in ("omv-convert - convert recordings", "--shard=I/N", "omv convert clip.bin clip.avi"):
            self.assertIn(text, shown.stdout)


class Help(unittest.TestCase):
    def test_has_an_example_and_exit_statuses(self):
        for command in commands():
            text = help_of(command)
            self.assertRegex(text, rf"Examples:\n\n  omv {command} ?", command)
            self.assertIn("Exit status: 0 ", text, command)

    @unittest.skipUnless(shutil.which("bash"), "there is no bash")
    def test_is_what_is_completed(self):
        for command in commands():
            program = (f"source '{COMPLETION}'; COMP_WORDS=('{OMV}' '{command}' '--'); COMP_CWORD=2; _omv; "
                       'printf "%s\\n" "${COMPREPLY[@]}"')
            completed = output_of("bash", "-c", program).stdout.split()
            self.assertEqual(set(completed) - {"--help"}, options_of(command), command)


if __name__ == "__main__":
    OMV, COMPLETION = sys.argv.pop(1), sys.argv.pop(1)
    while len(sys.argv) > 1 and sys.argv[1].endswith(".1"):
        page = pathlib.Path(sys.argv.pop(1))
        PAGES[page.name] = page
    unittest.main()
