#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check_tree.py on small trees: a good one passes, each kind of breach is found."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).with_name("check_tree.py")
TOP = "// SPDX-License-Identifier: LGPL-2.1-or-later\n// A file of a tree that does not exist.\n"

GOOD_TREE = {
    "lib/omv/base/bytes.h": TOP + "#include <vector>\n",
    "lib/omv/image/image.h": TOP + '#include "omv/base/bytes.h"\n',
    "lib/omv/recording/imageio.cpp": TOP + '#include "omv/image/image.h"\n',
    "lib/omv/emulator/scene.cpp": TOP + '#include "omv/recording/imageio.h"\n#include "omv/camera/v2/packet.h"\n',
    "gst/plugin.cpp": TOP + '#include "omvfoo.h"\nGST_ELEMENT_REGISTER(omvfoo, plugin);\n',
    "gst/omvfoo.h": TOP + "#include <gst/gst.h>\n",
    "gst/omvfoo.cpp": TOP + '#include "omvfoo.h"\n#include "common/caps.h"\n#include "omv/base/bytes.h"\n',
    "gst/omvbar.h": TOP,
    "gst/common/caps.h": TOP,
    "rig/model.h": TOP + '#include "rig/units.h"\n#include "omv/base/bytes.h"\n',
    "tools/main.cpp": TOP + '#include "commands.h"\nCommand{"info", "…"},\n',
    "tools/commands.h": TOP,
    "tests/gst/omvfoo_test.cpp": TOP,
    "tests/gst/meson.build": "# SPDX-License-Identifier: LGPL-2.1-or-later\n['omvfoo_test.cpp']\n",
    "tests/fuzz/foo_fuzz.cpp": TOP,
    "tests/fuzz/meson.build": "# SPDX-License-Identifier: LGPL-2.1-or-later\nfuzz_targets = ['foo']\n",
    "docs/elements.md": "# Elements\n\n## `omvfoo`\n",
    "docs/omv.md": "# omv\n\n## info\n",
    "README.md": "| `omvfoo` | does foo |\n",
}


class CheckTree(unittest.TestCase):
    def check(self, changes):
        """Output and status for the good tree with some files changed; None removes one."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**GOOD_TREE, **changes}.items():
                if text is not None:
                    path = pathlib.Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
            done = subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True)
            return done.stdout, done.returncode

    def assert_breach(self, where, include):
        path, text = where, TOP + include + "\n"
        output, status = self.check({path: text})
        self.assertEqual(status, 1, output)
        self.assertIn(f"{path}:3:", output)

    def test_good_tree_passes(self):
        self.assertEqual(self.check({}), ("", 0))

    def test_base_includes_no_image(self):
        self.assert_breach("lib/omv/base/crc.cpp", '#include "omv/image/image.h"')

    def test_rig_knows_no_glib_and_no_tools(self):
        for include in ("#include <glib.h>", '#include "gst/omvfoo.h"', '#include "commands.h"'):
            self.assert_breach("rig/checks.cpp", include)

    def test_recording_and_formats_do_not_know_each_other(self):
        self.assert_breach("lib/omv/recording/gif.cpp", '#include "omv/formats/jpeg.h"')
        self.assert_breach("lib/omv/formats/jpeg.cpp", "#include <omv/recording/gif.h>")

    def test_camera_includes_no_recording(self):
        self.assert_breach("lib/omv/camera/packet.cpp", '#include "omv/recording/imageio.h"')

    def test_only_the_emulator_includes_the_emulator(self):
        self.assert_breach("lib/omv/camera/host.cpp", '#include "omv/emulator/scene.h"')

    def test_lib_knows_no_glib(self):
        self.assert_breach("lib/omv/base/log.cpp", "#include <glib.h>")
        self.assert_breach("lib/omv/emulator/view.cpp", "#include <gst/gst.h>")

    def test_a_new_lib_folder_needs_a_layer(self):
        self.assert_breach("lib/omv/attic/box.cpp", '#include "omv/base/bytes.h"')

    def test_elements_do_not_include_each_other(self):
        self.assert_breach("gst/omvfoo.cpp", '#include "omvbar.h"')
        self.assert_breach("gst/common/caps.h", '#include "omvbar.h"')

    def test_tools_know_no_gstreamer(self):
        self.assert_breach("tools/info.cpp", "#include <gst/gst.h>")
        self.assert_breach("tools/info.cpp", '#include "omvfoo.h"')

    def test_missing_first_lines_are_found(self):
        output, status = self.check({"lib/omv/base/bytes.h": "#pragma once\n"})
        self.assertEqual(status, 1)
        self.assertIn("bytes.h:1:", output)
        self.assertIn("bytes.h:2:", output)

    def test_a_test_that_is_not_built_is_found(self):
        for name in ("tests/gst/omvbar_test.cpp", "tests/fuzz/bar_fuzz.cpp", "tests/lib/base/crc_test.cpp"):
            output, status = self.check({name: TOP})
            self.assertEqual((output, status), (f"{name}: no meson.build builds or runs it\n", 1))

    def test_an_element_needs_section_test_and_table_row(self):
        for name in ("docs/elements.md", "tests/gst/omvfoo_test.cpp", "README.md"):
            output, status = self.check({name: None})
            self.assertEqual(status, 1, name)
            self.assertIn(name, output)

    def test_a_command_needs_a_section(self):
        output, status = self.check({"docs/omv.md": "# omv\n"})
        self.assertEqual(status, 1)
        self.assertIn("command info", output)

    def test_large_files_are_warnings(self):
        output, status = self.check({"lib/omv/base/bytes.h": TOP + "\n" * 600})
        self.assertIn("warning: lib/omv/base/bytes.h: 602 lines", output)
        self.assertEqual(status, 0)


if __name__ == "__main__":
    unittest.main()
