#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the tree to its rules: check_tree.py [ROOT]. One line per breach, exit status 1 when there is one.

Checked are the layers (who may include whom), the two lines on top of each file, that every test is built, and that
elements and commands have documentation and tests. Files of more than 600 lines are listed as warnings.
"""

import pathlib
import re
import sys

LICENSE = "SPDX-License-Identifier: LGPL-2.1-or-later"
MAX_LINES = 600

# The folders of lib/omv that each of them may include.
LIB_LAYERS = {
    "base": {"base"},
    "storage": {"base", "storage"},
    "image": {"base", "image"},
    "analysis": {"base", "image", "analysis"},
    "formats": {"base", "image", "formats"},
    "recording": {"base", "image", "recording"},
    "camera": {"base", "image", "camera"},
    "emulator": {"base", "image", "formats", "recording", "camera", "emulator"},
}
FOREIGN_TO_LIB = re.compile(r"^(gst/|glib|gio/|gmodule|gobject/|json-glib/|libsoup/)")
FOREIGN_TO_RIG = re.compile(r"^(gst/|glib|gio/|gmodule|gobject/|json-glib/|libsoup/)")
FOREIGN_TO_TOOLS = re.compile(r"^gst/")
INCLUDE = re.compile(r'^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")')
REGISTRATION = re.compile(r'GST_ELEMENT_REGISTER\s*\(\s*(\w+)|gst_element_register\s*\([^,]*,\s*"(\w+)"')
COMMAND = re.compile(r'Command\{\s*"(\w+)"')


def sources(folder, *patterns):
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if path.is_file())


def includes(path):
    """(line number, name, quoted) of each include."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(2) or match.group(3), match.group(3) is not None


def lib_breach(path, folder, name, quoted):
    """Why a file of lib/omv/<folder> may not include `name`; None when it may."""
    if FOREIGN_TO_LIB.match(name):
        return f"lib knows neither GLib nor GStreamer, but includes {name}"
    if not name.startswith("omv/"):
        return f'"{name}": headers of the library are included as "omv/…"' if quoted else None
    target = name.split("/")[1]
    if folder not in LIB_LAYERS:
        return f"lib/omv/{folder} has no place in the layers (LIB_LAYERS)"
    if target not in LIB_LAYERS[folder]:
        return f"{folder} must not include {target} ({name})"
    return None


def gst_breach(path, _folder, name, quoted):
    """Elements know common/, the library, and their own header; plugin.cpp knows them all."""
    if not quoted or name.startswith("omv/") or path.name == "plugin.cpp":
        return None
    if path.parent.name == "common":
        allowed = name.startswith("common/") or (path.parent / name).is_file()
        return None if allowed else f"gst/common must not include an element ({name})"
    if name.startswith("common/") or name == path.with_suffix(".h").name:
        return None
    return f"an element includes only its own header, common/ and the library, not {name}"


def rig_breach(path, _folder, name, quoted):
    """The model of a rig knows the library and itself."""
    if FOREIGN_TO_RIG.match(name):
        return f"rig knows neither GLib nor GStreamer, but includes {name}"
    if quoted and not name.startswith(("omv/", "rig/")):
        return f"rig includes the library and itself only, as \"omv/…\" and \"rig/…\" ({name})"
    return None


def tools_breach(path, _folder, name, quoted):
    if FOREIGN_TO_TOOLS.match(name):
        return f"tools know the library, not GStreamer ({name})"
    if quoted and not name.startswith(("omv/", "rig/", "runner/")) and not (path.parent / name).is_file():
        return f"tools include the library, rig, runner and each other only ({name})"
    return None


def check_layers(root):
    rooms = (
        (root / "lib" / "omv", lib_breach),
        (root / "gst", gst_breach),
        (root / "rig", rig_breach),
        (root / "tools", tools_breach),
    )
    for base, breach in rooms:
        for path in sources(base, "*.h", "*.cpp"):
            folder = path.relative_to(base).parts[0]
            for number, name, quoted in includes(path):
                why = breach(path, folder, name, quoted)
                if why:
                    yield f"{path.relative_to(root)}:{number}: {why}"


def check_first_lines(root):
    for folder in ("lib", "gst", "rig", "tools", "tests"):
        for path in sources(root / folder, "*.h", "*.cpp"):
            first, second = (path.read_text(errors="replace").splitlines() + ["", ""])[:2]
            if first != f"// {LICENSE}":
                yield f"{path.relative_to(root)}:1: the first line is not '// {LICENSE}'"
            if not re.match(r"// \S.{9,}", second):
                yield f"{path.relative_to(root)}:2: the second line does not tell the purpose"
        for path in sources(root / folder, "meson.build", "*.py", "*.sh"):
            if LICENSE not in "\n".join(path.read_text().splitlines()[:2]):
                yield f"{path.relative_to(root)}:1: no '# {LICENSE}' on top"


def check_tests_are_built(root):
    """A test file that no meson.build names never runs."""
    tests = root / "tests"
    lists = {path.parent: path.read_text() for path in sources(tests, "meson.build")}
    for path in sources(tests, "*_test.cpp", "*_test.py", "*_fuzz*.cpp"):
        folder = next((parent for parent in path.parents if parent in lists), None)
        name = path.relative_to(folder).as_posix() if folder else path.name
        if folder and (name in lists[folder] or f"'{name.removesuffix('_fuzz.cpp')}'" in lists[folder]):
            continue
        yield f"{path.relative_to(root)}: no meson.build builds or runs it"


def registered_elements(root):
    plugin = root / "gst" / "plugin.cpp"
    text = plugin.read_text() if plugin.exists() else ""
    return [a or b for a, b in REGISTRATION.findall(text)]


def has_section(path, name):
    text = path.read_text() if path.exists() else ""
    return re.search(rf"^#+ .*`?\b{re.escape(name)}\b`?", text, re.MULTILINE) is not None


def check_elements(root):
    readme = root / "README.md"
    named = readme.read_text() if readme.exists() else ""
    for name in registered_elements(root):
        if not has_section(root / "docs" / "elements.md", name):
            yield f"docs/elements.md: no section about the element {name}"
        if not list((root / "tests" / "gst").glob(f"{name}*_test.cpp")):
            yield f"tests/gst/{name}_test.cpp: the element {name} has no test"
        if f"`{name}`" not in named:
            yield f"README.md: the table does not list the element {name}"


def check_commands(root):
    main = root / "tools" / "main.cpp"
    for name in COMMAND.findall(main.read_text() if main.exists() else ""):
        if not has_section(root / "docs" / "omv.md", name):
            yield f"docs/omv.md: no section about the command {name}"


def large_files(root):
    for folder in ("lib", "gst", "rig", "tools", "tests"):
        for path in sources(root / folder, "*.h", "*.cpp", "*.py", "*.sh"):
            lines = len(path.read_text(errors="replace").splitlines())
            if lines > MAX_LINES:
                yield f"{path.relative_to(root)}: {lines} lines; is it still one purpose?"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    for warning in large_files(root):
        print(f"warning: {warning}")
    checks = (check_layers, check_first_lines, check_tests_are_built, check_elements, check_commands)
    breaches = [breach for check in checks for breach in check(root)]
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
