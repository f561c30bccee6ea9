// SPDX-License-Identifier: LGPL-2.1-or-later
// Owners of what GStreamer and GLib count references of.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace omv::runner {

struct ObjectDeleter {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
using ElementPtr = std::unique_ptr<GstElement, ObjectDeleter>;
using BusPtr = std::unique_ptr<GstBus, ObjectDeleter>;
using PadPtr = std::unique_ptr<GstPad, ObjectDeleter>;
using ClockPtr = std::unique_ptr<GstClock, ObjectDeleter>;

struct StructureDeleter {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using StructurePtr = std::unique_ptr<GstStructure, StructureDeleter>;

struct SampleDeleter {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using SamplePtr = std::unique_ptr<GstSample, SampleDeleter>;

struct BufferDeleter {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using BufferPtr = std::unique_ptr<GstBuffer, BufferDeleter>;

struct CapsDeleter {
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
using CapsPtr = std::unique_ptr<GstCaps, CapsDeleter>;

struct ErrorDeleter {
  void operator()(GError* error) const { g_error_free(error); }
};
using GErrorPtr = std::unique_ptr<GError, ErrorDeleter>;

struct FreeDeleter {
  void operator()(gpointer memory) const { g_free(memory); }
};
using TextPtr = std::unique_ptr<gchar, FreeDeleter>;

struct StrvDeleter {
  void operator()(gchar** strings) const { g_strfreev(strings); }
};
using StrvPtr = std::unique_ptr<gchar*, StrvDeleter>;

}  // namespace omv::runner
