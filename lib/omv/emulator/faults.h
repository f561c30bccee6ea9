// SPDX-License-Identifier: LGPL-2.1-or-later
// What may go wrong with an emulated camera and its link, and how text says so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omv/base/clock.h"
#include "omv/base/result.h"

namespace omv::emulator {

/// Again and again: each time so many frames have been shown to a host, or so much time has passed. 0: never.
struct When {
  std::uint64_t frames = 0;
  Time time{0};

  bool operator==(const When&) const = default;
};

/// Faults of the link, in both directions unless said otherwise. Probabilities are 0 to 1.
struct LinkFaults {
  Time latency{0};
  Time jitter{0};                     ///< up to that much more, another one for each packet; order is kept
  std::optional<std::uint64_t> rate;  ///< bytes per second; 0: unlimited; unset: as the board
  double bit_errors = 0;              ///< of each byte: one of its bits is wrong
  double corrupt = 0;                 ///< of each packet: one of its bytes is wrong
  double lose = 0;                    ///< of each packet
  double duplicate = 0;               ///< of each packet: it comes twice
  Time stall_every{0};                ///< nothing moves for stall_for, once in that time
  Time stall_for{0};
  std::uint32_t garbage = 0;   ///< random bytes in front of the first packet to the host
  double garbage_between = 0;  ///< and, with this probability, behind each
  std::uint64_t cut = 0;       ///< the link closes after so many bytes to the host; 0: never

  bool operator==(const LinkFaults&) const = default;
  bool of_packets() const { return corrupt > 0 || lose > 0 || duplicate > 0 || garbage_between > 0; }
  /// False when bytes pass at once and as they are.
  bool any() const;
};

struct DeviceFaults {
  When reboot;       ///< the script ends as with machine.soft_reset()
  When exception;    ///< the script ends with a traceback
  When hang;         ///< nothing is answered for hang_for
  Time hang_for{0};  ///< 0: for ever
  When unplug;       ///< the link closes for replug_after; the script goes on if there is a battery
  When power_cycle;  ///< the same, and nothing survives
  Time replug_after = std::chrono::seconds(1);
  bool battery = false;
  std::uint64_t oversized = 0;   ///< every Nth frame does not fit into the stream buffer; 0: none
  std::uint64_t cut_jpeg = 0;    ///< every Nth frame, if it is a JPEG, ends half way
  std::uint64_t bad_length = 0;  ///< every Nth frame's header claims what is not so

  bool operator==(const DeviceFaults&) const = default;
};

struct Faults {
  LinkFaults link;
  DeviceFaults device;

  bool operator==(const Faults&) const = default;
};

/// One line per option, for help texts.
struct OptionHelp {
  std::string_view name;
  std::string_view value;  ///< "N", "WIDTHxHEIGHT"
  std::string_view help;
};
std::span<const OptionHelp> fault_help();

/// Sets one of fault_help() from text. nullopt: there is none of that name. Errc::invalid names key, value and what is
/// allowed.
std::optional<Result<void>> set_fault(Faults& faults, std::string_view key, std::string_view value);

/// Something that happens to a camera while it runs.
struct Fault {
  enum class Kind {
    set,     ///< an option of fault_help() changes
    clear,   ///< nothing goes wrong any more: no faults, a hang ends, an unplugged camera comes back
    reboot,  ///< these happen now, once
    exception,
    hang,
    unplug,
    power_cycle,
  };
  Kind kind = Kind::clear;
  std::optional<Time> duration = std::nullopt;  ///< hang: for ever when unset; unplug, power_cycle: replug_after
  std::string key = {}, value = {};             ///< set
};

/// "unplug 500", "hang", "hang 2000", "corrupt 0.01", "clear"; times in milliseconds. Errc::invalid says what is
/// allowed.
Result<Fault> parse_fault(std::string_view text);

}  // namespace omv::emulator
