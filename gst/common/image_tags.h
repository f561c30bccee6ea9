// SPDX-License-Identifier: LGPL-2.1-or-later
// What GStreamer's tags say of a picture, as the metadata of a still file.
#pragma once

#include <gst/gst.h>

#include "omv/formats/metadata.h"

namespace omv::gst {

/// EXIF and XMP as gsttag writes them, where they would say something; comments; an ICC profile (an attachment of the
/// type application/vnd.iccprofile); title, artist, description and copyright as texts under PNG's keywords; the
/// resolution if both directions agree. `tags` may be NULL: nothing then.
formats::Metadata metadata_from_tags(const GstTagList* tags);

/// The tags of an element that is a GstTagSetter together with those of its stream, by the merge mode that the
/// application has set. A new list; either may be NULL.
GstTagList* merged_tags(GstTagSetter* setter, const GstTagList* of_stream);

}  // namespace omv::gst
