// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of options, one for each section, and what their rows share.
#pragma once

#include <span>
#include <string_view>

#include "rig/options.h"

namespace omv::rig {

std::span<const Option> general_options();
std::span<const Option> storage_options();
std::span<const Option> camera_options();
std::span<const Option> trigger_options();
std::span<const Option> record_options();
std::span<const Option> retain_options();
std::span<const Option> notify_options();

std::span<const std::string_view> trigger_types();
std::span<const std::string_view> record_types();

namespace detail {

constexpr double kMs = 1e6;
constexpr double kSecond = 1e9;
constexpr double kHour = 3600e9;
constexpr double kDay = 86400e9;
constexpr double kKiB = 0x1p10;
constexpr double kMiB = 0x1p20;
constexpr double kTiB = 0x1p40;

// Checks of texts; the error says half a sentence.
Result<void> not_empty(std::string_view text);
Result<void> valid_name(std::string_view text);  ///< letters, digits, '-' and '_': fit for files, topics and addresses
Result<void> valid_device(std::string_view text);
Result<void> valid_pixformat(std::string_view text);
Result<void> valid_framesize(std::string_view text);
Result<void> valid_location(std::string_view text);
Result<void> valid_listen(std::string_view text);
Result<void> valid_token(std::string_view text);
Result<void> valid_stream_url(std::string_view text);
Result<void> valid_mqtt_url(std::string_view text);
Result<void> valid_topic(std::string_view text);         ///< to publish under
Result<void> valid_topic_filter(std::string_view text);  ///< to subscribe to
Result<void> valid_pipeline(std::string_view text);

}  // namespace detail

}  // namespace omv::rig
