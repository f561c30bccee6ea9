// SPDX-License-Identifier: LGPL-2.1-or-later
// Base class of the elements that make a still file of each frame: frame-parallel, in order.
#pragma once

#include <gst/video/gstvideoencoder.h>

#include "common/full_range.h"
#include "omv/formats/format.h"

G_BEGIN_DECLS

#define GST_TYPE_OMV_IMAGE_ENCODER (gst_omv_image_encoder_get_type())
G_DECLARE_DERIVABLE_TYPE(GstOmvImageEncoder, gst_omv_image_encoder, GST, OMV_IMAGE_ENCODER, GstVideoEncoder)

/// What a codec adds: its row of the registry and its properties.
struct _GstOmvImageEncoderClass {
  GstVideoEncoderClass parent_class;

  /// Set through gst_omv_image_encoder_class_set_format().
  const omv::formats::Format* format;

  /// Stretched unless class_init says that the codec does so.
  omv::gst::LimitedRange limited_range;

  /// The settings of the moment; called for every frame, in the streaming thread.
  void (*settings)(GstOmvImageEncoder* encoder, omv::formats::EncodeOptions* options);
};

/// For class_init: pads that take what the codec holds and give its media type.
void gst_omv_image_encoder_class_set_format(GstOmvImageEncoderClass* klass, const omv::formats::Format* format);

G_END_DECLS
