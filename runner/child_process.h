// SPDX-License-Identifier: LGPL-2.1-or-later
// A program that the rig runs beside itself: without a shell, with a time limit, waiting for nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/result.h"
#include "runner/event_loop.h"

namespace omv::runner {

/// {NAME} in each word is replaced by the value; what has no value stays.
std::vector<std::string> expand_words(const std::vector<std::string>& words,
                                      const std::vector<std::pair<std::string, std::string>>& values);

/// Of the loop's thread. The program, and what it has started itself, is killed when this goes or its time is over.
class ChildProcess {
 public:
  /// Empty: it has ended with 0; else what went wrong. May end this object.
  using OnEnd = std::function<void(const std::string& failure)>;

  /// `input` is its standard input; its output goes where that of the rig goes. Errc::io: it can't be run; `on_end` is
  /// not called then.
  static Result<std::unique_ptr<ChildProcess>> start(EventLoop& loop, const std::vector<std::string>& words,
                                                     const std::string& input, Time limit, OnEnd on_end);

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

 private:
  struct Shared;

  explicit ChildProcess(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  std::shared_ptr<Shared> shared_;
  Watch limit_;
};

}  // namespace omv::runner
