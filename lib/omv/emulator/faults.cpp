// SPDX-License-Identifier: LGPL-2.1-or-later
// One row per fault: name, help, and how its text is read.
#include "omv/emulator/faults.h"

#include <array>
#include <limits>
#include <vector>

#include "omv/emulator/option_values.h"

namespace omv::emulator {

namespace {

using Text = std::string_view;

constexpr auto kMaxCount = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kMaxGarbage = 1'000'000;

// --- Values ---

// "100": frames; "2.5s": seconds.
Result<When> parse_when(Text key, Text value) {
  if (!value.ends_with('s')) {
    OMV_TRY(const std::uint64_t frames, parse_number<std::uint64_t>(key, value, 0, kMaxCount));
    return When{frames, Time(0)};
  }
  constexpr double kMaxSeconds = 86'400;
  double seconds = 0;
  const Text digits = value.substr(0, value.size() - 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || !(seconds > 0 && seconds <= kMaxSeconds))
    return bad_value(key, value, "frames (100) or seconds (2.5s, up to 86400s) are wanted");
  return When{0, Time(static_cast<Time::rep>(seconds * 1e9))};
}

Result<void> parse_latency(LinkFaults& to, Text key, Text value) {
  const auto [latency, jitter] = split_at_colon(value);
  OMV_CHECK(assign(to.latency, parse_milliseconds(key, latency)));
  return assign(to.jitter, parse_milliseconds(key, jitter.empty() ? "0" : jitter));
}

Result<void> parse_stall(LinkFaults& to, Text key, Text value) {
  const auto [every, duration] = split_at_colon(value);
  OMV_TRY(const Time period, parse_milliseconds(key, every));
  OMV_TRY(const Time length, parse_milliseconds(key, duration.empty() ? "0" : duration));
  if (length > period) return bad_value(key, value, "EVERY:FOR is wanted, in milliseconds, and FOR is not the longer");
  to.stall_every = period;
  to.stall_for = length;
  return {};
}

Result<void> parse_garbage(LinkFaults& to, Text key, Text value) {
  const auto [bytes, between] = split_at_colon(value);
  OMV_CHECK(assign(to.garbage, parse_number<std::uint32_t>(key, bytes, 0, kMaxGarbage)));
  return assign(to.garbage_between, parse_probability(key, between.empty() ? "0" : between));
}

Result<void> parse_hang(DeviceFaults& to, Text key, Text value) {
  const auto [when, duration] = split_at_colon(value);
  OMV_CHECK(assign(to.hang, parse_when(key, when)));
  return assign(to.hang_for, parse_milliseconds(key, duration.empty() ? "0" : duration));
}

Result<void> parse_every(std::uint64_t& to, Text key, Text value) {
  return assign(to, parse_number<std::uint64_t>(key, value, 0, kMaxCount));
}

// --- The faults ---

struct Row {
  OptionHelp help;
  Result<void> (*set)(Faults& to, Text key, Text value);
};

const Row kRows[] = {
    {{"link-rate", "BYTES", "Bytes per second over the link, as in 1M; 0: unlimited (a named board's own)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.rate, parse_bytes(key, value)); }},
    {{"latency", "MS[:JITTER]", "Every packet arrives so much later, and up to JITTER more (0)"},
     [](Faults& to, Text key, Text value) { return parse_latency(to.link, key, value); }},
    {{"bit-errors", "P", "Probability of each byte that one of its bits is wrong (0)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.bit_errors, parse_probability(key, value)); }},
    {{"corrupt", "P", "Probability of each packet that one of its bytes is wrong (0)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.corrupt, parse_probability(key, value)); }},
    {{"lose", "P", "Probability of each packet to be lost (0)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.lose, parse_probability(key, value)); }},
    {{"duplicate", "P", "Probability of each packet to arrive twice (0)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.duplicate, parse_probability(key, value)); }},
    {{"stall", "EVERY:FOR", "Once in EVERY milliseconds the link stands still for FOR milliseconds (never)"},
     [](Faults& to, Text key, Text value) { return parse_stall(to.link, key, value); }},
    {{"garbage", "BYTES[:P]", "Random bytes before the first packet, and with probability P behind each (0)"},
     [](Faults& to, Text key, Text value) { return parse_garbage(to.link, key, value); }},
    {{"cut", "BYTES", "The cable is pulled after so many bytes to the host, each time (never)"},
     [](Faults& to, Text key, Text value) { return assign(to.link.cut, parse_bytes(key, value)); }},
    {{"reboot", "WHEN", "Soft reboot every so many frames (100) or seconds (2.5s); the script ends (never)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.reboot, parse_when(key, value)); }},
    {{"exception", "WHEN", "The script raises an exception (never)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.exception, parse_when(key, value)); }},
    {{"hang", "WHEN[:MS]", "The camera answers nothing for so many milliseconds, or for ever (never)"},
     [](Faults& to, Text key, Text value) { return parse_hang(to.device, key, value); }},
    {{"unplug", "WHEN", "The cable is pulled; power goes with it unless battery=true (never)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.unplug, parse_when(key, value)); }},
    {{"power-cycle", "WHEN", "As unplug, and power goes in any case (never)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.power_cycle, parse_when(key, value)); }},
    {{"replug-after", "MS", "For how long an unplugged camera is away (1000)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.replug_after, parse_milliseconds(key, value)); }},
    {{"battery", "BOOL", "The camera has power of its own: its script outlives unplug and cut (false)"},
     [](Faults& to, Text key, Text value) { return assign(to.device.battery, parse_bool(key, value)); }},
    {{"oversized", "N", "Every Nth frame does not fit into the stream buffer (none)"},
     [](Faults& to, Text key, Text value) { return parse_every(to.device.oversized, key, value); }},
    {{"cut-jpeg", "N", "Every Nth frame, if it is a JPEG, ends half way (none)"},
     [](Faults& to, Text key, Text value) { return parse_every(to.device.cut_jpeg, key, value); }},
    {{"bad-length", "N", "Every Nth frame's header claims another size than it has (none)"},
     [](Faults& to, Text key, Text value) { return parse_every(to.device.bad_length, key, value); }},
};

// --- At run time ---

struct Command {
  Text name;
  Fault::Kind kind;
  bool lasts;  // takes a duration
};

constexpr std::array<Command, 6> kCommands = {{
    {"clear", Fault::Kind::clear, false},
    {"reboot", Fault::Kind::reboot, false},
    {"exception", Fault::Kind::exception, false},
    {"hang", Fault::Kind::hang, true},
    {"unplug", Fault::Kind::unplug, true},
    {"power-cycle", Fault::Kind::power_cycle, true},
}};

Text trimmed(Text text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == Text::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<Fault> parse_command(const Command& command, Text argument) {
  Fault fault;
  fault.kind = command.kind;
  if (argument.empty()) return fault;
  if (!command.lasts) return Error{Errc::invalid, std::string(command.name) + " has no argument"};
  OMV_CHECK(assign(fault.duration, parse_milliseconds(command.name, argument)));
  return fault;
}

Error unknown_fault(Text name) {
  std::string allowed;
  for (const Command& command : kCommands) allowed += std::string(command.name) + ", ";
  for (const Row& row : kRows) allowed += std::string(row.help.name) + (&row == std::end(kRows) - 1 ? "" : ", ");
  return {Errc::invalid, "'" + std::string(name) + "' is no fault, only " + allowed};
}

}  // namespace

bool LinkFaults::any() const {
  return of_packets() || bit_errors > 0 || latency > Time(0) || jitter > Time(0) || rate.value_or(0) > 0 ||
         stall_for > Time(0) || garbage > 0 || cut > 0;
}

std::span<const OptionHelp> fault_help() {
  static const std::vector<OptionHelp> help = [] {
    std::vector<OptionHelp> rows;
    for (const Row& row : kRows) rows.push_back(row.help);
    return rows;
  }();
  return help;
}

std::optional<Result<void>> set_fault(Faults& faults, std::string_view key, std::string_view value) {
  for (const Row& row : kRows)
    if (row.help.name == key) return row.set(faults, key, value);
  return std::nullopt;
}

Result<Fault> parse_fault(std::string_view text) {
  text = trimmed(text);
  const std::size_t space = std::min(text.find_first_of(" \t="), text.size());
  const Text name = text.substr(0, space);
  const Text argument = trimmed(text.substr(std::min(space + 1, text.size())));
  for (const Command& command : kCommands)
    if (command.name == name) return parse_command(command, argument);
  Faults ignored;
  const auto set = set_fault(ignored, name, argument);
  if (!set) return unknown_fault(name);
  if (!*set) return set->error();
  return Fault{Fault::Kind::set, std::nullopt, std::string(name), std::string(argument)};
}

}  // namespace omv::emulator
