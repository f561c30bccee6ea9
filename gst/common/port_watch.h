// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells on a thread of its own that serial ports may have come or gone: through udev, or by the clock.
#pragma once

#include <functional>
#include <memory>

namespace omv::gst {

/// With libgudev, and unless OMV_SYSFS names another tree than the system's, it tells when udev says that a tty has
/// changed, once its rules are done; else once a second.
class PortWatch {
 public:
  /// `look` is called on the thread of the watch, the first time before this returns. Nothing it throws leaves it.
  explicit PortWatch(std::function<void()> look);
  /// Waits until a call that is under way has returned; none comes after that.
  ~PortWatch();
  PortWatch(const PortWatch&) = delete;
  PortWatch& operator=(const PortWatch&) = delete;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace omv::gst
