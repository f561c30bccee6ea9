// SPDX-License-Identifier: LGPL-2.1-or-later
// The ImageIO stream: frames with intervals, kept in a file or in memory (spec: imageio, section 8).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/recording/imageio_format.h"

namespace omv::imageio {

/// The values are what ImageIO.type() returns.
enum class StreamType : std::uint8_t { file = 0, memory = 1 };

/// Keyword arguments of ImageIO.read(), with its defaults.
struct ReadOptions {
  bool loop = true;   ///< at the end of a file go on with frame 0; memory streams ignore it
  bool pause = true;  ///< sleep until the frame is due, then return it
};

/// When a frame was, and which one it is.
struct FrameTiming {
  std::size_t index = 0;     ///< frame of a file, slot of a memory stream
  Microseconds interval{0};  ///< from the previous frame to this one, as stored
  Microseconds time{0};      ///< file: since frame 0; memory: since the stream was made
};

struct TimedFrame {
  Frame frame;
  FrameTiming timing;
};

/// One counterpart for every method of the camera's ImageIO class, without the bugs that section 8 lists.
///
/// Clock. A write stores the time since the write before it (the first: since the stream was made). A paused read
/// sleeps until `interval` after the frame before it was due; a consumer that is late catches up without sleeping.
/// Opening, seek() and unpaused reads let the next paused read count from now. Reads never change what writes store.
///
/// Errors, by what a caller can do about them:
///   Errc::end          no frame at offset() (read with loop = false, or a stream without frames); seek beyond the end
///   Errc::mode         read() of a file being written, write() to a file being read
///   Errc::invalid      negative seek offset; a frame whose bytes do not fit its geometry; an unwritten memory slot
///   Errc::unsupported  writing an argb8 frame: it would be stored without its pixels
///   Errc::limit        writing a frame that is bigger than buffer_size()
///   Errc::closed       the stream is closed: read, write, seek, sync; size() of a file
///   Errc::truncated    the file became shorter while it was open
///   Errc::io           the operating system refused. A file stream is closed after that.
/// After any error but io the stream is as it was before the call.
///
/// Not synchronised: one thread at a time.
class Stream {
 public:
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  virtual StreamType type() const = 0;
  virtual bool is_closed() const = 0;

  /// Frames that there are: of a file all of them (the first call walks over the headers), of memory the slots,
  /// written or not. A closed stream keeps its last value, as do offset(), version() and buffer_size().
  virtual Result<std::size_t> count() = 0;

  /// Index of the frame that is read or written next.
  virtual std::size_t offset() const = 0;

  /// nullopt for memory.
  virtual std::optional<Version> version() const = 0;

  /// Biggest frame that a slot holds, in bytes; nullopt for files.
  virtual std::optional<std::uint64_t> buffer_size() const = 0;

  /// Bytes of the whole stream: length of the file, count times slot size of memory.
  virtual Result<std::uint64_t> size() const = 0;

  /// Stores a frame at offset() and advances by one. The interval is the time since the last write; give one to carry
  /// the times of a capture through instead (negative: 0; at most kMaxInterval).
  virtual Result<void> write(const FrameInfo& info, ConstByteSpan payload,
                             std::optional<Microseconds> interval = std::nullopt) = 0;
  Result<void> write(const Frame& frame, std::optional<Microseconds> interval = std::nullopt) {
    return write(frame.info, frame.data, interval);
  }

  /// Reads the frame at offset() into `frame`, whose memory is reused, and advances by one.
  virtual Result<FrameTiming> read_into(Frame& frame, ReadOptions options = {}) = 0;

  Result<TimedFrame> read(ReadOptions options = {}) {
    TimedFrame result;
    OMV_TRY(result.timing, read_into(result.frame, options));
    return result;
  }

  /// The next read or write happens at frame `offset`. Files: 0 to count(); memory: 0 to count() - 1.
  virtual Result<void> seek(std::int64_t offset) = 0;

  /// Brings what was written to the medium; nothing to do for memory.
  virtual Result<void> sync() = 0;

  /// Idempotent; destructors close too, but can't report. Frees the memory of a memory stream.
  virtual Result<void> close() = 0;

 protected:
  Stream() = default;
};

}  // namespace omv::imageio
