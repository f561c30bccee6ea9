#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Man pages out of what is written already: options, synopsis and examples from --help, the rest from docs/omv.md.

make_man.py OMV DOCS VERSION OUTPUT...     an output is omv.1 or omv-COMMAND.1
"""

import datetime
import os
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"^  (?:(-\w), )?(--[a-z0-9-]+)(=\S+)?\s+(\S.*)$")
LIST_ITEM = re.compile(r"^- ")


def run_help(omv, *words):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "200", "ASAN_OPTIONS": "detect_leaks=0"}
    return subprocess.run([omv, *words, "--help"], capture_output=True, text=True, check=True, env=environment,
                          encoding="utf-8", timeout=120).stdout


# ---- roff ----------------------------------------------------------------------------------------------------------


def plain(text):
    """Text as roff sees it."""
    text = text.replace("\\", "\\(rs").replace("-", "\\-").replace("…", "...").replace("—", "\\(em")
    text = text.replace("→", "\\(->").replace("~", "\\(ti").replace("^", "\\(ha").replace("`", "\\(ga")
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def guarded(line):
    return "\\&" + line if line.startswith((".", "'")) else line


def prose(markdown):
    """A paragraph: code becomes bold, a link its text, * italic."""
    markdown = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", markdown)
    parts = re.split(r"(`[^`]+`|\*\*[^*]+\*\*|(?<!\w)\*[^*\s][^*]*\*)", markdown)
    out = []
    for part in parts:
        if part.startswith("`") and part.endswith("`") and len(part) > 1:
            out.append(f"\\fB{plain(part[1:-1])}\\fP")
        elif part.startswith("**"):
            out.append(f"\\fB{plain(part[2:-2])}\\fP")
        elif part.startswith("*") and part.endswith("*") and len(part) > 1:
            out.append(f"\\fI{plain(part[1:-1])}\\fP")
        else:
            out.append(plain(part))
    text = guarded("".join(out).strip())
    # A sentence that ends in the middle of a line is one to some readers of roff, and none to others.
    return re.sub(r"([.!?]) +(?=[A-Z\\])", r"\1\n", text)


def literal(lines):
    return [".PP", ".nf", ".RS 4", *[guarded(plain(line)) for line in lines], ".RE", ".fi"]


def tagged(tag, text):
    return [".TP", tag, prose(text)]


# ---- docs/omv.md ---------------------------------------------------------------------------------------------------


def sections(docs):
    """name -> lines; '' is what is in front of the first command."""
    found, name = {"": []}, ""
    for line in docs.splitlines()[1:]:  # without the title
        heading = re.match(r"## `omv (\w+)`", line)
        if heading:
            name = heading.group(1)
            found[name] = []
        else:
            found[name].append(line)
    return found


def blocks(lines):
    """(kind, lines) of code, tables, list items and paragraphs."""
    at = 0
    while at < len(lines):
        line = lines[at]
        begin = at
        if line.startswith("```"):
            at = lines.index("```", at + 1) + 1
            yield "code", lines[begin + 1:at - 1]
        elif line.startswith("|"):
            while at < len(lines) and lines[at].startswith("|"):
                at += 1
            yield "table", lines[begin:at]
        elif not line.strip():
            at += 1
        else:
            at += 1
            while at < len(lines) and lines[at].strip() and not lines[at].startswith(("|", "```", "- ")):
                at += 1
            yield ("item" if LIST_ITEM.match(line) else "paragraph"), lines[begin:at]


def cells(row):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def option_texts(lines):
    """Long option -> what a table of two columns says of it alone."""
    texts = {}
    for kind, rows in blocks(lines):
        if kind != "table" or cells(rows[0]) != ["Option", "Meaning"]:
            continue
        for row in rows[2:]:
            names = re.findall(r"--[a-z0-9-]+", cells(row)[0])
            if len(names) == 1:
                texts[names[0]] = cells(row)[1]
    return texts


def table(rows):
    header = cells(rows[0])
    out = []
    for row in rows[2:]:
        first, *others = cells(row)
        named = [f"{name}: {text}" if len(others) > 1 else text for name, text in zip(header[1:], others) if text]
        out += [".TP", ".B " + plain(re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", first).replace("`", "")),
                "\n.br\n".join(prose(text) for text in named)]
    return out


def body(lines):
    out = []
    for kind, content in blocks(lines):
        if kind == "code":
            out += literal(content)
        elif kind == "item":
            out += [".IP \\(bu 2", prose(" ".join(line.strip() for line in content)[2:])]
        elif kind == "paragraph" and not content[0].startswith("#"):
            out += [".PP", prose(" ".join(line.strip() for line in content))]
        elif kind == "table" and not cells(content[0])[0] == "Option":
            out += table(content)
    return out


# ---- --help --------------------------------------------------------------------------------------------------------


def options_of(help_text, documented):
    out = []
    for line in help_text.splitlines():
        match = OPTION.match(line)
        if not match:
            continue
        letter, name, value, text = match.groups()
        tag = "".join([f"\\fB{plain(letter)}\\fP, " if letter else "", f"\\fB{plain(name)}\\fP",
                       f"=\\fI{plain(value[1:])}\\fP" if value else ""])
        text = documented.get(name, text)
        out += [".TP", tag, prose(text[0].upper() + text[1:])]
    return out


def examples_of(help_text):
    match = re.search(r"Examples?:\n\n((?:  .*\n|\n(?=  ))+)", help_text)
    return match.group(1).rstrip().splitlines() if match else []


def statuses_of(help_text):
    match = re.search(r"Exit status: ((?:.+\n)+)", help_text)
    if not match:
        return []
    text = " ".join(match.group(1).split()).rstrip(".")
    return [line for status, meaning in re.findall(r"(\d+) (.*?)(?=[;,] \d+ |$)", text)
            for line in tagged(status, meaning)]


# ---- pages ---------------------------------------------------------------------------------------------------------


def head(name, summary, date, version):
    return [f'.TH {plain(name.upper())} 1 "{date}" "omv {version}" "User Commands"', ".SH NAME",
            plain(name) + " \\- " + plain(summary)]


def page_of_command(name, summaries, help_text, section, date, version):
    usage = help_text.splitlines()[1].strip().split(" ", 2)
    page = head(f"omv-{name}", summaries[name][0].lower() + summaries[name][1:], date, version)
    page += [".SH SYNOPSIS", f".B omv {plain(name)}", plain(usage[2] if len(usage) > 2 else "")]
    page += [".SH DESCRIPTION", *body(section)[1:]]
    page += [".SH OPTIONS", *options_of(help_text, option_texts(section))]
    if examples_of(help_text):
        page += [".SH EXAMPLES", *literal([line[2:] for line in examples_of(help_text)])[1:]]
    page += [".SH EXIT STATUS", *statuses_of(help_text)]
    return page + see_also(["omv", *[f"omv-{other}" for other in summaries if other != name]])


def page_of_omv(summaries, intro, date, version):
    page = head("omv", "cameras, recordings and rigs of OpenMV", date, version)
    page += [".SH SYNOPSIS", ".B omv", "\\fICOMMAND\\fP [\\fIOPTION\\fP...]", ".br", ".B omv", "\\fB\\-\\-help\\fP", ".br",
             ".B omv", "\\fB\\-\\-version\\fP", ".SH COMMANDS"]
    for name, summary in summaries.items():
        page += tagged(f"\\fBomv\\-{name}\\fP(1)", summary)
    page += [".SH EXIT STATUS"]
    rest = []
    for kind, content in blocks(intro):
        if kind == "table":
            page += table(content)
        elif kind == "paragraph":
            rest += [".PP", prose(" ".join(line.strip() for line in content))]
    return page + [".SH NOTES", *rest[1:]] + see_also([f"omv-{name}" for name in summaries])


def see_also(names):
    return [".SH SEE ALSO", *[f".BR {plain(name)} (1)" + ("," if name != names[-1] else "") for name in names]]


def main():
    omv, docs_path, version, *outputs = sys.argv[1:]
    docs = pathlib.Path(docs_path)
    by_command = sections(docs.read_text(encoding="utf-8"))
    summaries = dict(re.findall(r"^  ([a-z]+) +(.+)$", run_help(omv), re.MULTILINE))
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", docs.stat().st_mtime))
    date = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%d")
    for output in map(pathlib.Path, outputs):
        name = output.stem.removeprefix("omv").removeprefix("-")
        page = (page_of_command(name, summaries, run_help(omv, name), by_command[name], date, version) if name
                else page_of_omv(summaries, by_command[""], date, version))
        output.write_text("\n".join(page) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
