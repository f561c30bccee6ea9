// SPDX-License-Identifier: LGPL-2.1-or-later
// What the property muxer of a clip sink says: elements, a GIF, or stills in a directory.
#pragma once

#include <gst/gst.h>

#include <string>

#include "omv/base/result.h"

namespace omv::gst {

/// How the file of a clip is made.
struct ClipMuxer {
  enum class Kind { elements, gif, images };
  Kind kind = Kind::elements;
  std::string name;  ///< as messages and clip.json say it: what the property says, or what was chosen for it
  bool is_whole_anywhere = false;  ///< a file that ends behind any frame needs nothing more
  std::string description;         ///< of kind elements: for gst_parse_launch()
};

/// `muxer` empty: by the extension of `location`. Errc::unsupported: an extension that says nothing, an element that is
/// not there, a description that can't be built; the message names what can be done.
Result<ClipMuxer> choose_clip_muxer(const std::string& muxer, const std::string& location);

/// Frames that it takes.
GstCaps* clip_muxer_caps(const ClipMuxer& muxer);

/// The elements for frames of these caps. Of kind images they end in an omvimagesink named "stills", whose location is
/// clip_stills_location().
std::string clip_chain_for(const ClipMuxer& muxer, const GstCaps* caps);
std::string clip_stills_location(const std::string& directory, const GstCaps* caps);

}  // namespace omv::gst
