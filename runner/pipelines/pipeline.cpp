// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch lines become pipelines.
#include "runner/pipelines/pipeline.h"

#include <utility>

#include "runner/guarded.h"

namespace omv::runner {

namespace {

gboolean on_bus(GstBus*, GstMessage* message, gpointer data) {
  const std::shared_ptr<Pipeline::OnMessage> call = *static_cast<std::shared_ptr<Pipeline::OnMessage>*>(data);
  guarded([&] { (*call)(message); });
  return G_SOURCE_CONTINUE;
}

void delete_call(gpointer data) { delete static_cast<std::shared_ptr<Pipeline::OnMessage>*>(data); }

// Why a line is none, with what helps against the reason that is met most often.
std::string reason(const GError* error, const std::string& line) {
  if (error == nullptr) return "no pipeline: " + line;
  const bool is_unknown = g_error_matches(error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT) != FALSE;
  return std::string(error->message) +
         (is_unknown ? "; is its plugin installed, or in a folder that GST_PLUGIN_PATH names?" : "");
}

Result<ElementPtr> parse(const std::string& text) {
  GError* raw_error = nullptr;
  gchar** raw_words = nullptr;
  const bool is_line = g_shell_parse_argv(text.c_str(), nullptr, &raw_words, &raw_error) != FALSE;
  const StrvPtr words(raw_words);
  GstElement* element = nullptr;
  if (is_line)
    element = gst_parse_launchv_full(const_cast<const gchar**>(words.get()), nullptr, GST_PARSE_FLAG_FATAL_ERRORS,
                                     &raw_error);
  const GErrorPtr error(raw_error);
  if (element == nullptr) return Error{Errc::invalid, reason(error.get(), text)};
  gst_object_ref_sink(element);
  return ElementPtr(element);
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::launch(const std::string& text, const Timebase& timebase,
                                                   OnMessage on_message) {
  OMV_TRY(ElementPtr element, parse(text));
  if (!GST_IS_PIPELINE(element.get())) return Error{Errc::invalid, "one element alone is no pipeline: " + text};
  timebase.apply(element.get());
  return std::unique_ptr<Pipeline>(new Pipeline(std::move(element), std::move(on_message)));
}

Pipeline::Pipeline(ElementPtr pipeline, OnMessage on_message)
    : pipeline_(std::move(pipeline)), on_message_(std::make_shared<OnMessage>(std::move(on_message))) {
  watch_bus();
}

Pipeline::~Pipeline() {
  watch_.reset();
  if (is_ours_) stop();
}

ElementPtr Pipeline::hand_over() {
  is_ours_ = false;
  return ElementPtr(GST_ELEMENT(gst_object_ref(pipeline_.get())));
}

void Pipeline::watch_bus() {
  const BusPtr bus(gst_element_get_bus(pipeline_.get()));
  GSource* source = gst_bus_create_watch(bus.get());
  const auto dispatch = reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(on_bus));
  g_source_set_callback(source, dispatch, new std::shared_ptr<OnMessage>(on_message_), delete_call);
  g_source_attach(source, nullptr);
  watch_.reset(source);
}

bool Pipeline::set_state(GstState state) {
  return gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE;
}

// Elements say why on the bus before their state change fails.
Result<void> Pipeline::play() {
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE) return {};
  const BusPtr bus(gst_element_get_bus(pipeline_.get()));
  GstMessage* error = gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR);
  if (error == nullptr) return Error{Errc::io, "its pipeline does not start, and no element says why"};
  const std::string why = message_text(error);
  gst_message_unref(error);
  return Error{Errc::io, why};
}

void Pipeline::stop() {
  watch_.reset();
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

ElementPtr Pipeline::find(const char* name) const {
  return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

ElementPtr Pipeline::find_made_by(const char* factory) const {
  GstIterator* all = gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline_.get()), factory);
  GValue item = G_VALUE_INIT;
  ElementPtr found;
  if (gst_iterator_next(all, &item) == GST_ITERATOR_OK) {
    found.reset(GST_ELEMENT(g_value_dup_object(&item)));
    g_value_unset(&item);
  }
  gst_iterator_free(all);
  return found;
}

bool is_made_by(GstObject* source, const char* factory) {
  GstElementFactory* made_by = GST_IS_ELEMENT(source) ? gst_element_get_factory(GST_ELEMENT(source)) : nullptr;
  return made_by != nullptr && g_strcmp0(GST_OBJECT_NAME(made_by), factory) == 0;
}

std::string message_text(GstMessage* message) {
  GError* raw = nullptr;
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR: gst_message_parse_error(message, &raw, nullptr); break;
    case GST_MESSAGE_WARNING: gst_message_parse_warning(message, &raw, nullptr); break;
    case GST_MESSAGE_INFO: gst_message_parse_info(message, &raw, nullptr); break;
    default: break;
  }
  const GErrorPtr error(raw);
  return error ? error->message : "";
}

}  // namespace omv::runner
