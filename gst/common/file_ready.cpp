// SPDX-License-Identifier: LGPL-2.1-or-later
// A signal behind a function.
#include "common/file_ready.h"

#include <memory>

namespace omv::gst {

namespace {

constexpr const char* kSignal = "file-ready";

}  // namespace

void install_file_ready_signal(GObjectClass* klass) {
  g_signal_new(kSignal, G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 3,
               G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_INT64);
}

storage::BeforeName file_ready_of(GstElement* element) {
  const guint signal = g_signal_lookup(kSignal, G_OBJECT_TYPE(element));
  if (!g_signal_has_handler_pending(element, signal, 0, TRUE)) return {};
  const std::shared_ptr<GstElement> held(GST_ELEMENT(gst_object_ref(element)), gst_object_unref);
  return [held, signal](const std::string& path, std::uint64_t bytes, std::chrono::nanoseconds wall_clock) {
    g_signal_emit(held.get(), signal, 0, path.c_str(), guint64{bytes}, gint64{wall_clock.count()});
  };
}

}  // namespace omv::gst
