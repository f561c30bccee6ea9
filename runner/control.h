// SPDX-License-Identifier: LGPL-2.1-or-later
// What a running rig lets others see and do: its status page, its metrics and `omv trigger` know it by this alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omv/base/result.h"

namespace omv::runner {

/// Milliseconds since 1970, UTC.
using WallTime = std::chrono::milliseconds;

enum class CameraState {
  starting,  ///< no frame yet
  running,   ///< frames come
  lost,      ///< was there, or is optional and not there yet, or sends nothing; it is looked for
  failed,    ///< its pipeline had an error; it is started again after `restart_delay`
  stopped,   ///< its stream has come to an end, or the rig is stopping
};

/// Counts are since the rig was started, over all restarts of the camera's pipeline, and never go back.
struct CameraStatus {
  std::string name;
  CameraState state = CameraState::starting;
  std::string message;          ///< why it does not run; empty while it does
  std::string preview_problem;  ///< why preview() has no picture of it, a sentence; empty: nothing is wrong
  std::string format;           ///< of the frames, as people call it: "JPEG", "GRAYSCALE"; empty: none yet
  std::uint32_t width = 0;      ///< pixels; 0: none yet
  std::uint32_t height = 0;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped = 0;   ///< frames that came from the camera and got lost in front of every record
  std::uint64_t restarts = 0;  ///< times that it was lost, or failed
  double frame_rate = 0;       ///< frames a second, over the last seconds
  double byte_rate = 0;        ///< bytes a second, likewise
  std::optional<std::chrono::milliseconds> last_frame;  ///< how long ago that was
};

enum class RecordState {
  idle,       ///< waits for a trigger, for its schedule, or for the camera
  recording,  ///< writes, or sends
  resting,    ///< `max_clips` is reached
  no_space,   ///< less than `stop_free` is left, or the mount is missing
  failed,     ///< can't write or send; the message says why, and it is tried again
};

/// Frames in memory in front of a trigger.
struct RingStatus {
  std::uint64_t bytes = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t frames = 0;
  std::chrono::milliseconds duration{0};
  std::chrono::milliseconds wanted{0};  ///< `pre`: with so much the ring is ready; 0: bounded in frames
};

/// One record of one camera.
struct RecordStatus {
  std::string name;
  std::string camera;
  std::string type;  ///< as in the rig file: "continuous", "clip", "still", "stream"
  RecordState state = RecordState::idle;
  std::string message;             ///< of no_space and failed; else empty
  std::optional<RingStatus> ring;  ///< of clips
  std::uint64_t files = 0;         ///< finished since the rig was started
  std::uint64_t bytes = 0;         ///< in these files, or sent
  std::uint64_t frames = 0;        ///< likewise
  std::uint64_t lost = 0;          ///< frames that should be in a file or stream and are not
};

struct TriggerStatus {
  std::string name;
  std::string type;           ///< as in the rig file
  std::uint64_t raised = 0;   ///< since the rig was started, by whomever
  std::uint64_t ignored = 0;  ///< besides these, within `hold_off`
  std::optional<WallTime> last;
};

struct DiskStatus {
  std::string directory;
  std::uint64_t total = 0;      ///< bytes of the file system
  std::uint64_t free = 0;       ///< bytes that may still be written
  std::uint64_t min_free = 0;   ///< below it the oldest files go; 0: none
  std::uint64_t stop_free = 0;  ///< below it nothing is written; 0: none
  bool writable = true;         ///< false: nothing is written, for lack of space or of the mount
  std::uint64_t files = 0;      ///< that the rig keeps, also from earlier runs
  std::uint64_t bytes = 0;      ///< of these
  std::uint64_t deleted = 0;    ///< files that limits have deleted since the rig was started
};

struct HookStatus {
  std::uint64_t waiting = 0;  ///< files in the outbox
  std::uint64_t done = 0;     ///< since the rig was started; likewise below
  std::uint64_t retries = 0;
  std::uint64_t given_up = 0;
};

enum class EventLevel { info, warning, error };

/// Something that the operator may want to know, as in the log.
struct Event {
  WallTime time{0};
  EventLevel level = EventLevel::info;
  std::string name;  ///< as in `events` of [notify]: "clip", "camera-lost", …
  std::string text;  ///< one sentence
};

/// The rig at one moment.
struct Status {
  static constexpr std::size_t kMaxEvents = 50;

  std::string rig;  ///< its name
  WallTime started{0};
  bool stopping = false;
  std::string config_error;           ///< the rig file was to be read again and is wrong: what is; the old rig runs on
  std::uint64_t reloads = 0;          ///< rig files that were taken while it ran
  std::vector<CameraStatus> cameras;  ///< in the order of the rig file; so are these
  std::vector<RecordStatus> records;
  std::vector<TriggerStatus> triggers;
  DiskStatus disk;
  HookStatus hooks;
  std::uint64_t files_revision = 0;  ///< another number whenever files() would say something else
  std::vector<Event> events;         ///< the latest first, at most kMaxEvents
};

/// A finished file that the rig keeps.
struct FileEntry {
  std::uint64_t id = 0;  ///< for this file alone, as long as the rig runs; later files have larger ones
  std::string path;      ///< absolute. For the process itself: no client names a path
  std::string name;      ///< below the storage's directory, for people
  std::string record;
  std::string camera;
  std::string trigger;     ///< the first one; empty: none
  std::string type;        ///< of the record: "continuous", "clip", "still"
  std::string media_type;  ///< "video/x-msvideo", "image/gif"; empty: a directory, which can't be downloaded
  std::uint64_t bytes = 0;
  WallTime time{0};  ///< of the first frame
  std::chrono::milliseconds duration{0};
  std::uint64_t frames = 0;
  std::uint64_t lost = 0;  ///< frames that should be in it and are not
  bool pinned = false;
  std::string preview_path;  ///< absolute, of a GIF or a JPEG beside it; empty: none
  std::string preview_type;  ///< its media type
};

struct FileQuery {
  std::optional<std::uint64_t> before;  ///< only smaller ids: the next page
  std::size_t limit = 50;
  std::string record;  ///< empty: all; likewise below
  std::string camera;
  std::string type;
  bool pinned_only = false;
};

struct FilePage {
  std::vector<FileEntry> files;  ///< the latest first
  bool more = false;             ///< there are others behind the last
};

/// A picture of a camera as its page shows it. Never changed once it is handed out.
struct PreviewFrame {
  std::uint64_t sequence = 0;  ///< grows from picture to picture
  std::vector<std::uint8_t> jpeg;
};

/// What comes with a trigger, as keys and values: goes into the facts of the clip.
using TriggerDetails = std::vector<std::pair<std::string, std::string>>;

/// What became of a trigger.
enum class Raised {
  taken,
  held_off,  ///< within `hold_off` of the one before: counted and ignored
};

/// A running rig. Every function may be called from any thread at any time between construction and destruction, also
/// from several at once, and returns soon: no function waits for a camera, a queue or a hook; of the disk only
/// set_pinned() and remove() wait, for one journal line or one deletion. None calls back into its caller.
class Control {
 public:
  virtual ~Control() = default;

  virtual Status status() const = 0;

  virtual FilePage files(const FileQuery& query) const = 0;

  /// None: there is no such file, or no longer.
  virtual std::optional<FileEntry> file(std::uint64_t id) const = 0;

  /// Asks for what the records of this trigger do; any trigger can be raised so, whatever its type. `origin` says who
  /// asks ("http", "page", "command"). Errc::invalid: there is no such trigger. Errc::closed: the rig is stopping.
  /// Errc::limit: more details than the facts of a clip can hold.
  virtual Result<Raised> raise(std::string_view trigger, std::string_view origin, const TriggerDetails& details) = 0;

  /// Pinned files are deleted by no limit. Errc::invalid: there is no such file. Errc::io, Errc::full: the journal.
  virtual Result<void> set_pinned(std::uint64_t id, bool pinned) = 0;

  /// Deletes a file and what lies beside it. Errc::invalid: there is no such file. Errc::busy: it is pinned, or its
  /// hook has still to be run. Errc::io: the file system.
  virtual Result<void> remove(std::uint64_t id) = 0;

  /// The latest picture of a camera; null: none yet, previews are off, or there is no such camera. Costs a reference.
  virtual std::shared_ptr<const PreviewFrame> preview(std::string_view camera) const = 0;

  /// Pictures for preview() are made only while somebody looks. Each `true` is taken back by one `false`; nothing
  /// happens for a camera that there is not.
  virtual void watch_preview(std::string_view camera, bool watching) = 0;
};

}  // namespace omv::runner
