// SPDX-License-Identifier: LGPL-2.1-or-later
// The sections of a rig file.
#include "rig/options.h"

#include "rig/option_tables.h"

namespace omv::rig {

std::span<const SectionInfo> sections() {
  static const std::array kSections = {
      SectionInfo{SectionKind::general, "rig", Form::single, "The rig as a whole.", general_options(), {}},
      SectionInfo{SectionKind::storage,
                  "storage",
                  Form::single,
                  "Where files go, and how much room is left on that file system.",
                  storage_options(),
                  {}},
      SectionInfo{SectionKind::camera,
                  "camera",
                  Form::named,
                  "One camera: an OpenMV camera, the emulated one, or any source that GStreamer has.",
                  camera_options(),
                  {}},
      SectionInfo{SectionKind::trigger, "trigger", Form::named, "Something that asks for clips and stills.",
                  trigger_options(), trigger_types()},
      SectionInfo{SectionKind::record, "record", Form::named, "Something that is recorded, of one or more cameras.",
                  record_options(), record_types()},
      SectionInfo{
          SectionKind::retain,
          "retain",
          Form::repeated,
          "How long files are kept. Only files that the rig has written are counted and deleted; never one that "
          "is open, pinned, or waits for its hook.",
          retain_options(),
          {}},
      SectionInfo{SectionKind::notify, "notify", Form::single, "Who is told what happens.", notify_options(), {}},
  };
  return kSections;
}

const SectionInfo& section_info(SectionKind kind) { return sections()[static_cast<std::size_t>(kind)]; }

bool is_active(const Option& option, const Section& section) { return option.idle == nullptr || !option.idle(section); }

}  // namespace omv::rig
