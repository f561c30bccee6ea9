// SPDX-License-Identifier: LGPL-2.1-or-later
// Two connected transports inside one process: a host and an emulated camera without a network.
#pragma once

#include <memory>
#include <utility>

#include "omv/camera/transport/transport.h"

namespace omv::camera {

using TransportPair = std::pair<std::unique_ptr<Transport>, std::unique_ptr<Transport>>;

/// What one end writes the other reads; destroying one closes the other. Each end has its own cancellation.
Result<TransportPair> make_pipe(std::shared_ptr<Cancellation> first, std::shared_ptr<Cancellation> second);

}  // namespace omv::camera
