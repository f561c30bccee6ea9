# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the journals of a rig say, beside what is on the disk."""

import urllib.parse

EXPECTED = 2
COMPANIONS = (".json", ".gif")


def lines_of(journal):
    """Path to (bytes, index), the last line of each path."""
    entries = {}
    for line in journal.read_text().splitlines():
        size, _, index, path = line.split(" ")[:4]  # and a note
        entries[urllib.parse.unquote(path)] = (int(size), int(index))
    return entries


def entries(out):
    """Of all journals of a storage: path to (bytes, index)."""
    found = {}
    for journal in out.glob(".omv-rig.*.journal"):
        found.update(lines_of(journal))
    return found


def files(out):
    """What records have made: paths below the storage, a directory of stills as one. Nothing that is hidden."""
    found = set()
    for path in out.rglob("*"):
        relative = path.relative_to(out)
        if any(part.startswith(".") for part in relative.parts) or not path.is_file():
            continue
        found.add(str(relative))
    return found


def is_beside(path, others):
    """A clip.json, or the preview of a file, which go with it."""
    names = {other.removesuffix(".part") for other in others}
    return any(path.endswith(end) and path[: -len(end)] in names for end in COMPANIONS)


def kept(out, all_files):
    """Files that a journal has, in the size it says: path to index."""
    found = {}
    for path, (size, index) in entries(out).items():
        if path in all_files and (out / path).stat().st_size == size:
            found[path] = index
        elif (out / path).is_dir():
            found.update({inside: index for inside in all_files if inside.startswith(path + "/")})
    return found


def orphans(out):
    """Files that no limit would ever delete, because no journal has them; or has them as not there yet."""
    all_files = files(out)
    known = kept(out, all_files)
    settled = {path for path, index in known.items() if not index & EXPECTED}
    return sorted(path for path in all_files - settled if not is_beside(path, settled))
