// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of options as docs/rig.md.
#include <algorithm>
#include <string>

#include "rig.h"
#include "rig/options.h"
#include "rig/suggest.h"

namespace omv::tool {

namespace {

using rig::Form;
using rig::Kind;
using rig::Option;
using rig::SectionInfo;

constexpr std::string_view kTop = R"(# Rig files

<!-- Made by `omv rig reference`; the sections below from the tables of options in rig/options_*.cpp. -->

A rig file is one [TOML](https://toml.io) file that says which cameras there are, what is recorded, what triggers, and
how long it is kept:

```toml
[camera.garden]
framesize = "VGA"

[trigger.visitor]
type = "motion"
camera = "garden"

[record.visits]
type = "clip"
triggers = ["visitor"]
pre = "5s"
post = "10s"

[[retain]]
max_age = "30d"
```

```sh
omv rig check garden.toml     # everything that is wrong with it, each with line and column
omv rig plan garden.toml      # every default, memory, bytes a day, and the launch lines it stands for
omv rig schema > rig.schema.json
```

Rigs to copy are in [examples/rigs](../examples/rigs). With the schema, editors complete and check while you type:
in VS Code's "Even Better TOML" and others that use Taplo, put `#:schema rig.schema.json` into the first line.

`check` exits with 0 when the file is fine, also with warnings; with 78 when there are errors; with 1 when it can't be
read. It looks at the file alone: at no camera, disk or network, except that rings are compared with the memory of this
machine. A file has at most 1 MiB, 256 sections of a kind, and 16 brackets within each other.

## Values

| Kind | Is written | Examples |
|---|---|---|
| duration | number and unit, or several: `w` `d` `h` `min` `s` `ms` `us` `ns` | `"10s"`, `"1.5h"`, `"1h30min"`, `"7d"` |
| size | number and unit: `B`, `kB` `MB` `GB` `TB` `PB` (powers of 1000), `KiB` `MiB` `GiB` `TiB` `PiB` (of 1024) | `"64MiB"`, `"2GB"` |
| rate | number and time: `/s` `/min` `/h` `/d` | `"5/s"`, `"10/min"` |
| names | names of sections in a list; a single one may stand without | `["left", "right"]`, `"left"` |
| command | a program and its arguments; no shell reads them | `["rclone", "copyto", "{path}", "s3:bucket/{name}"]` |
| rectangle | `[x, y, width, height]` in pixels | `[0, 120, 320, 120]` |

Relative paths count from the directory that the rig file is in. Names of cameras, triggers and records have up to 48 letters,
digits, `-` and `_`: files, topics and addresses are called so.

## Schedules

A schedule is one of these texts, or a list of them:

- `every DURATION [from TIME to TIME] [on DAYS]`: counted from the first TIME, else from midnight, and anew each day; from
  1s to 24h. The second TIME is excluded; when it is not later than the first, it is on the next day.
- `at TIME[, TIME…] [on DAYS]`

TIME is `HH:MM` or `HH:MM:SS` of the local clock, DAYS are `mon` to `sun` with commas and ranges:
`"every 10min from 06:00 to 20:00 on mon-fri"`, `"every 1h from 22:00 to 04:00"`, `"at 07:30, 12:00 on sat, sun"`. When the
clock is put forward, a time that it leaves out comes an hour later; when it is put back, one that comes twice counts
once. The same goes for clocks that somebody sets: of times that were leapt over the first is made up for; none is
repeated when the clock goes back by up to two hours, and beyond that the schedule begins anew.

## Names

`location` of a record is a pattern, as that of [`omvimagesink`](elements.md#omvimagesink): conversions of `strftime` and
`date` (`%Y`, `%m`, `%-d` …) in local time, `%{ms}`, `%{index:05d}`, `%{running-time}`, and `%{rig}`, `%{record}`,
`%{camera}`, `%{trigger}` (of the first trigger) and `%{clip}` (its number). Values never lead out of their directory. A
file has its name once it is complete; until then it ends in `.part`.

## Files

In the directory of `[storage]`, each record and camera has a hidden journal (`.omv-rig.RECORD.CAMERA.journal`). A file is in
there before it has its name, and only what is in there is ever counted or deleted: no limit walks over directories, none
touches a file of somebody else.

- **A rig that was killed** misses nothing when it runs again: a file that got its name in the last moment is found by the
  journal, and its hook is run. With `recover`, parts are repaired while the cameras record already, one after the other, at
  a low priority, as long as there is room for a copy beyond `stop_free`. The log says for each what was saved and what was
  lost (`recovery`, `losses`); what is saved is a file like any other, without a `.json`. The same goes for parts that an
  error of the disk leaves while the rig runs; those that there is no room for are tried again, each time after a longer
  while.

  | Part | Becomes |
  |---|---|
  | ImageIO, AVI, GIF | every whole frame, under its name |
  | a directory of stills | the directory, under its name |
  | Matroska, MP4 | stays `NAME.part`: it plays as far as it goes, and [clips](clips.md) says how to make a whole file of it. It is kept and deleted like others; its hook is not run |
  | what can't be read | stays likewise |
  | what is empty, or has no whole frame | goes |

- **The oldest files**, for `max_files`, `max_size` and `min_free`, are those that came first, whatever the clock said then.
  `max_age` goes by the clock: let a machine without one of its own get the time before the rig starts.
- **Files that wait for their hook** are not deleted and do not count until it is done with them, or given up. A file that is
  gone needs no hook.
- **A full disk** costs frames, which are counted, and ends nothing. `stop_free` comes first: records finish their files and
  begin anew when there is 5 % more than that; cameras go on, and so do streams.
- **A storage with `require_mount`** may come and go: nothing, not even a directory, is made before it is there; its journals
  and its outbox are read when it is.
- **Another `directory`** after SIGHUP has journals of its own. Files in the one before are left as they are, until it is the
  rig's again; what was being written is finished there.

## What triggers bring

Each trigger is a line of the log, `trigger`, and stands in the facts of its clips ([clips.md](clips.md)) with when it was
and what it brought:

| Type | When | Brings |
|---|---|---|
| motion, script | of the frame, or as the camera's clock says | what the element or the script says |
| message | now, unless the message has a `running-time` | the fields of the message |
| schedule, signal, http | now | nothing; http the fields of the request |
| file | now; a file is looked at four times a second | `text`: the line of a FIFO, its first 1000 bytes |
| gpio | of the edge, by the kernel's clock; a level counts once it has stayed for `debounce` | `level` |
| mqtt | now | `topic`, and `text`, its first 1000 bytes |

Messages that a broker has retained are what was, and trigger nothing. Two triggers whose topics overlap without being
the same may hear a message twice, if the broker sends it twice. `gpio` and `mqtt` need a build with libgpiod 1.x and
libmosquitto; `check` says so when they are missing.

## Streams

A stream is sent as long as the rig runs. When the other side is not there, goes away or takes nothing for 10 s, it is
connected anew, after 0.5 s and later each time up to a minute; nothing else of the rig waits for it. Frames that come
meanwhile, or do not fit into `queue`, are lost and counted: `omv rig run` then ends with 3. What has been given to the
network counts as sent, whether it arrived or not. When the rig ends, what is queued has 2 s to leave.

| `url` | `codec` | Carries | Receive it with |
|---|---|---|---|
| `rtsp://HUB/PATH` | `none` | JPEG over TCP, in colour and with less chroma than luma: `quality` up to 59 | any RTSP player, from the hub |
| | `h264` | H.264 over TCP | |
| `srt://HOST:PORT`, also with `?mode=listener` | `h264` | H.264 in MPEG-TS | `ffplay 'srt://:PORT?mode=listener'` |
| `tcp://HOST:PORT` | `none` | `omvlenpay`: length and JPEG | [examples/receive_pictures.py](../examples/receive_pictures.py) |

Hubs, brokers, buckets and clusters, and what each costs: [scaling.md](scaling.md).

## Brokers

With `mqtt` in `[notify]`, each of `events` is published to `TOPIC/RIG/EVENT` as the JSON object that its line of the log
is, and `TOPIC/RIG/state` is, retained, `online` or `offline`: the latter also when the rig dies, by its will. Up to
1000 events wait for a broker that is away (with `mqtt_qos` 0: none).
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

// 'key' as `key`.
std::string with_code(std::string_view text) {
  std::string out = escaped(text);
  std::replace(out.begin(), out.end(), '\'', '`');
  return out;
}

std::string code(std::string_view text) { return "`" + escaped(text) + "`"; }

std::string joined_codes(std::span<const std::string_view> texts) {
  std::string out;
  for (const std::string_view text : texts) out += (out.empty() ? "" : ", ") + code(text);
  return out;
}

std::string wanted(const Option& option) {
  if (option.kind == Kind::choice) return joined_codes(option.choices);
  if (option.kind == Kind::choices) return "a list of " + joined_codes(option.choices);
  return escaped(rig::wanted_text(option));
}

std::string unset(const Option& option) {
  if (option.required) return "required";
  if (!option.otherwise.empty()) return escaped(option.otherwise);
  return option.preset.empty() ? "none" : code(option.preset);
}

std::string row(const SectionInfo& info, const Option& option) {
  std::string text = "| " + code(option.key) + " | " + escaped(option.help);
  if (!option.needs.empty()) text += ". Needs " + with_code(option.needs);
  text += " | " + wanted(option) + " | " + unset(option) + " | " + code(option.example) + " |";
  if (info.types.empty()) return text + "\n";
  std::string types;
  for (std::size_t type = 0; option.types != 0 && type < info.types.size(); ++type)
    if (rig::applies(option, type)) types += (types.empty() ? "" : ", ") + std::string(info.types[type]);
  return text + " " + (types.empty() ? "all" : types) + " |\n";
}

std::string section(const SectionInfo& info) {
  const std::string name(info.name);
  const std::string title = info.form == Form::named      ? "[" + name + ".NAME]"
                            : info.form == Form::repeated ? "[[" + name + "]]"
                                                          : "[" + name + "]";
  std::string text = "\n## `" + title + "`\n\n" + std::string(info.help) + "\n\n";
  const bool typed = !info.types.empty();
  text += std::string("| Key | Meaning | Is | Default | Example |") + (typed ? " Types |\n" : "\n");
  text += std::string("|---|---|---|---|---|") + (typed ? "---|\n" : "\n");
  for (const Option& option : info.options) text += row(info, option);
  return text;
}

}  // namespace

std::string rig_reference() {
  std::string text(kTop);
  for (const SectionInfo& info : rig::sections()) text += section(info);
  return text;
}

}  // namespace omv::tool
