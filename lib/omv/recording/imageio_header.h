// SPDX-License-Identifier: LGPL-2.1-or-later
// The two halves of read_chunk(): the header as it stands, and what firmware of its time meant by it. Not installed.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/file.h"
#include "omv/recording/imageio_format.h"

namespace omv::imageio {

/// Bytes from `offset` to the end of the source; nullopt when a growing source does not know its end.
Result<std::optional<std::uint64_t>> bytes_left(const ByteSource& source, std::uint64_t offset);

/// The header at `offset` taken at its word; whether the payload is there is not looked at. Errors as read_chunk().
Result<Chunk> read_header(const ByteSource& source, Version version, std::uint64_t offset);

/// Corrects the payload length and format of BINARY chunks of V1 files by the bytes of the payload and behind it.
Result<void> resolve_old_firmware(const ByteSource& source, Version version, BinaryLength before, Chunk& chunk);

}  // namespace omv::imageio
