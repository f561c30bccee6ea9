// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv`: finds the subcommand and hands over.
#include <array>
#include <clocale>
#include <cstdio>
#include <string_view>

#include "commands.h"

namespace {

using omv::tool::Command;

constexpr std::array kCommands = {
    Command{"convert", "Convert recordings: ImageIO, AVI, GIF, numbered stills", omv::tool::run_convert},
    Command{"devices", "List the OpenMV cameras of this machine", omv::tool::run_devices},
    Command{"emulate", "Serve an emulated OpenMV camera on a TCP or UDP port or a pseudo terminal",
            omv::tool::run_emulate},
    Command{"info", "Describe recordings: version, frames, duration, formats, damage", omv::tool::run_info},
    Command{"play", "Play a recording or a camera in a window", omv::tool::run_play},
    Command{"record", "Record a camera into a file", omv::tool::run_record},
    Command{"recover", "Save what is whole in a recording that was never finished", omv::tool::run_recover},
    Command{"rig", "Check, plan and run a recording rig that one file describes", omv::tool::run_rig},
    Command{"trigger", "Raise a trigger of a rig that runs", omv::tool::run_trigger},
};

void print_help(std::FILE* to) {
  std::fputs("Usage: omv COMMAND [OPTION...]\n\nCommands:\n", to);
  for (const Command& command : kCommands) std::fprintf(to, "  %-10s %s\n", command.name, command.summary);
  std::fputs("\n`omv COMMAND --help` tells the options of a command; `omv --version` the version.\n", to);
}

}  // namespace

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");  // GLib prints help in the terminal's characters
  if (argc < 2) {
    print_help(stderr);
    return omv::tool::kExitUsage;
  }
  const std::string_view name = argv[1];
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(stdout);
    return omv::tool::kExitOk;
  }
  if (name == "--version") {
    std::printf("omv %s\n", OMV_VERSION);
    return omv::tool::kExitOk;
  }
  for (const Command& command : kCommands)
    if (name == command.name) return command.run(argc - 1, argv + 1);
  std::fprintf(stderr, "omv: there is no command '%s'\n\n", argv[1]);
  print_help(stderr);
  return omv::tool::kExitUsage;
}
