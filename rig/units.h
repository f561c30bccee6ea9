// SPDX-License-Identifier: LGPL-2.1-or-later
// Durations, sizes, rates and times of day as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::rig {

using Duration = std::chrono::nanoseconds;

/// "10s", "500ms", "5min", "1.5h", "24h", "7d", "2w", and sums: "1h30min". At most ten years. Errors are Errc::invalid
/// and tell in half a sentence what is wrong: "there is no unit 'sec' (did you mean 's'?)".
Result<Duration> parse_duration(std::string_view text);

/// "64MiB", "2GB", "500 kB", "100B": powers of 1000 or 1024 as the unit says, up to PiB.
Result<std::uint64_t> parse_size(std::string_view text);

/// A second: "5/s", "12.5/s", "10/min", "1/h", "24/d".
Result<double> parse_rate(std::string_view text);

/// Seconds since midnight: "06:30", "23:59:30", "24:00".
Result<std::chrono::seconds> parse_time_of_day(std::string_view text);

/// The shortest text that parses to the same: "1h30min", "0s".
std::string duration_text(Duration value);

/// The same for sizes: "64MiB", "2GB", "1234567B".
std::string size_text(std::uint64_t value);

std::string rate_text(double per_second);

/// "06:30", "23:59:30".
std::string time_of_day_text(std::chrono::seconds value);

/// Three digits for people: "1.25 GB", "640 MB"; not to be parsed.
std::string rounded_size(double bytes);

/// Up to nine digits and without zeros at the end: "12.5", "3".
std::string plain_number(double value);

}  // namespace omv::rig
