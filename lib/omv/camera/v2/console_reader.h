// SPDX-License-Identifier: LGPL-2.1-or-later
// The cycle that fetches console text: SIZE, READ (spec: protocol-v2, section 10, "stdout").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "omv/camera/host_event.h"
#include "omv/camera/text_decoder.h"
#include "omv/camera/v2/host_link.h"

namespace omv::camera {

class ConsoleReader {
 public:
  /// Text is waiting. A printing script says so thousands of times a second; they are answered at leisure.
  void notify(Time now);
  void interrupt();

  Time next_try() const { return waiting_ && !fetching_ ? not_before_ : kNever; }
  /// More bytes came than were asked for.
  bool overrun() const { return overrun_; }

  void begin(HostLink& link, std::uint8_t channel, Time now);
  /// For the answers to text_size and text_read: the text of a whole read.
  std::optional<TextReceived> take(const Answer& answer, HostLink& link, Time now);

 private:
  std::uint8_t channel_ = 0;
  bool waiting_ = false;
  bool fetching_ = false;
  bool overrun_ = false;
  std::size_t expected_ = 0;
  Time not_before_{0};
  std::optional<Time> announced_;
  Time arrival_{0};
  TextDecoder decoder_;
  std::string text_;
};

}  // namespace omv::camera
