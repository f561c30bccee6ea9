#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""C++ that holds text files: embed_text.py OUTPUT HEADER NAMESPACE FUNCTION=FILE...

Writes OUTPUT, which defines each FUNCTION, declared in HEADER as `std::string_view FUNCTION();`, to give its FILE.
"""

import pathlib
import sys

DELIMITER = "omv_text"
HEAD = """// SPDX-License-Identifier: LGPL-2.1-or-later
// Written by embed_text.py from {files}.
#include "{header}"

namespace {namespace} {{
"""


def definition(function, path):
    text = path.read_text(encoding="utf-8")
    if f"){DELIMITER}" in text:
        sys.exit(f"{path}: '){DELIMITER}' would end the literal")
    return f'\nstd::string_view {function}() {{ return R"{DELIMITER}({text}){DELIMITER}"; }}\n'


def main():
    output, header, namespace, *pairs = sys.argv[1:]
    sources = [(name, pathlib.Path(file)) for name, file in (pair.split("=", 1) for pair in pairs)]
    head = HEAD.format(files=", ".join(path.name for _, path in sources), header=header, namespace=namespace)
    body = "".join(definition(name, path) for name, path in sources)
    pathlib.Path(output).write_text(f"{head}{body}\n}}  // namespace {namespace}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
