// SPDX-License-Identifier: LGPL-2.1-or-later
// A pipeline from a launch line, on the rig's time, that says on the loop's thread what happens in it.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <string>

#include "omv/base/result.h"
#include "runner/event_loop.h"
#include "runner/gst_ptr.h"
#include "runner/timebase.h"

namespace omv::runner {

/// Stops when it goes, unless it was handed over. Of the loop's thread.
class Pipeline {
 public:
  /// May end this pipeline.
  using OnMessage = std::function<void(GstMessage*)>;

  /// `text` is quoted for a shell, as those of rig/launch.h. Errc::invalid: no such element or property.
  static Result<std::unique_ptr<Pipeline>> launch(const std::string& text, const Timebase& timebase,
                                                  OnMessage on_message);

  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();

  /// Why it failed comes as a message.
  bool set_state(GstState state);

  /// What is wrong later comes as a message. Errc::io: why it can't begin.
  Result<void> play();

  /// No thread of it runs any more, and no message comes.
  void stop();

  /// For somebody else to play and to stop. Messages come here as long as this object lives.
  ElementPtr hand_over();

  /// Null: there is none of this name, or made by this factory.
  ElementPtr find(const char* name) const;
  ElementPtr find_made_by(const char* factory) const;

 private:
  Pipeline(ElementPtr pipeline, OnMessage on_message);
  void watch_bus();

  ElementPtr pipeline_;
  bool is_ours_ = true;                    // to stop
  std::shared_ptr<OnMessage> on_message_;  // outlives a call within which the pipeline goes
  Watch watch_;
};

/// True for an element that the factory of this name has made.
bool is_made_by(GstObject* source, const char* factory);

/// The sentence of an error, warning or info message.
std::string message_text(GstMessage* message);

}  // namespace omv::runner
