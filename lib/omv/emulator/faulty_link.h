// SPDX-License-Identifier: LGPL-2.1-or-later
// The camera's end of a link on which things go wrong.
#pragma once

#include "omv/camera/transport/transport.h"
#include "omv/emulator/link_lane.h"

namespace omv::emulator {

/// A transport around another. Used by one thread, in both directions: what is under way to the host moves while the
/// camera reads or writes. Without faults it costs nothing. Errors as those of the transport inside, and Errc::closed
/// where the link was cut.
class FaultyLink final : public camera::Transport {
 public:
  /// `protocol` decides what a packet is. `inner` and `counters` outlive it. The rate of `faults` is what counts, no
  /// board is asked.
  FaultyLink(camera::Transport& inner, camera::Protocol protocol, const LinkFaults& faults, std::uint64_t seed,
             LinkCounters& counters);

  /// Faults of what is sent from now on.
  void set(const LinkFaults& faults) { faults_ = faults; }

  /// It was the fault `cut` that has closed the link.
  bool was_cut() const { return was_cut_; }

  Result<std::size_t> read(ByteSpan into, Time deadline) override;
  Result<std::size_t> write(ConstByteSpan from, Time deadline) override;
  std::string describe() const override { return inner_.describe(); }

 private:
  bool transparent() const { return !faults_.any() && to_host_.empty() && to_camera_.empty(); }
  Result<void> deliver();
  Result<void> wait(Time until);

  camera::Transport& inner_;
  LinkFaults faults_;
  LinkLane to_host_;
  LinkLane to_camera_;
  Bytes buffer_;
  std::uint64_t delivered_ = 0;  // bytes to the host
  bool host_is_slow_ = false;    // takes nothing at the moment
  bool was_cut_ = false;
  bool begun_ = false;  // garbage goes in front of the first bytes
};

}  // namespace omv::emulator
