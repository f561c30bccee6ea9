#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Completion in bash: commands and options, from what --help lists.

completion_test.py OMV SCRIPT [unittest arguments]
"""

import shutil
import subprocess
import sys
import unittest

OMV = SCRIPT = None


@unittest.skipUnless(shutil.which("bash"), "there is no bash")
class CompletionTest(unittest.TestCase):
    def complete(self, *words):
        line = " ".join(f"'{word}'" for word in (OMV, *words))
        program = (f"source '{SCRIPT}'; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _omv; "
                   'printf "%s\\n" "${COMPREPLY[@]}"')
        return subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=30).stdout.split()

    def test_knows_commands(self):
        self.assertEqual(self.complete("rec"), ["record", "recover"])
        self.assertIn("convert", self.complete(""))

    def test_knows_options_of_a_command(self):
        self.assertEqual(self.complete("convert", "--sh"), ["--shard"])
        self.assertEqual(self.complete("info", "--sh"), ["--sheet"])
        self.assertEqual(self.complete("convert", "clip"), [])


if __name__ == "__main__":
    OMV, SCRIPT = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
