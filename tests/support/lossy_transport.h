// SPDX-License-Identifier: LGPL-2.1-or-later
// A link between datagram transports that loses some of what passes, always the same ones.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "omv/camera/transport/transport.h"
#include "omv/camera/v2/packet.h"

namespace omv::test {

/// Loses every n-th datagram of each direction, beginning with the n-th; 0: none of that direction.
struct Losses {
  unsigned outgoing = 0;
  unsigned incoming = 0;
};

class LossyTransport final : public camera::Transport {
 public:
  /// `lost` counts them and outlives this.
  LossyTransport(std::unique_ptr<camera::Transport> link, Losses losses, unsigned& lost)
      : link_(std::move(link)), losses_(losses), lost_(lost) {}

  // Datagrams that fit into `into`, which those of 1400 bytes do.
  Result<std::size_t> read(ByteSpan into, Time deadline) override {
    while (true) {
      auto got = link_->read(into, deadline);
      if (!got || !is_lost(++received_, losses_.incoming)) return got;
    }
  }

  Result<std::size_t> write(ConstByteSpan from, Time deadline) override {
    if (is_lost(++sent_, losses_.outgoing)) return camera::first_packet_size(from);
    return link_->write(from, deadline);
  }

  std::string describe() const override { return link_->describe(); }

 private:
  bool is_lost(unsigned number, unsigned every) {
    const bool lost = every != 0 && number % every == 0;
    lost_ += lost;
    return lost;
  }

  std::unique_ptr<camera::Transport> link_;
  Losses losses_;
  unsigned& lost_;
  unsigned received_ = 0;
  unsigned sent_ = 0;
};

}  // namespace omv::test
