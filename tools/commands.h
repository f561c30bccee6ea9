// SPDX-License-Identifier: LGPL-2.1-or-later
// The subcommands of `omv`: one row in main.cpp, one file each.
#pragma once

namespace omv::tool {

/// Exit statuses, as documented in docs/omv.md.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;        ///< the work could not be done
inline constexpr int kExitUsage = 2;          ///< the command line makes no sense
inline constexpr int kExitLossy = 3;          ///< done, but not everything could be saved
inline constexpr int kExitConfig = 78;        ///< a configuration file is wrong (EX_CONFIG)
inline constexpr int kExitInterrupted = 130;  ///< a signal ended what would have gone on

/// argv[0] is the subcommand's own name.
using Run = int (*)(int argc, char** argv);

struct Command {
  const char* name;
  const char* summary;  ///< one line for `omv --help`
  Run run;
};

int run_convert(int argc, char** argv);
int run_devices(int argc, char** argv);
int run_emulate(int argc, char** argv);
int run_info(int argc, char** argv);
int run_play(int argc, char** argv);
int run_record(int argc, char** argv);
int run_recover(int argc, char** argv);
int run_rig(int argc, char** argv);
int run_trigger(int argc, char** argv);

}  // namespace omv::tool
