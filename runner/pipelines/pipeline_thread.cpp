// SPDX-License-Identifier: LGPL-2.1-or-later
// One thread for each pipeline, which belongs to nobody but itself.
#include "runner/pipelines/pipeline_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "runner/event_loop.h"

namespace omv::runner {

struct PipelineThread::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_to_stop = false;
  OnStopped on_stopped;  // of the loop's thread

  void play(const ElementPtr& pipeline) {
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);  // why it failed comes as a message
    {
      std::unique_lock hold(mutex);
      changed.wait(hold, [this] { return is_to_stop; });
    }
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  }
};

PipelineThread::PipelineThread(ElementPtr pipeline, OnStopped on_stopped) : shared_(std::make_shared<Shared>()) {
  shared_->on_stopped = std::move(on_stopped);
  std::thread([shared = shared_, held = std::move(pipeline)]() mutable {
    shared->play(held);
    held.reset();
    EventLoop::post([shared] {
      const OnStopped call = std::exchange(shared->on_stopped, nullptr);
      if (call) call();
    });
  }).detach();
}

PipelineThread::~PipelineThread() {
  shared_->on_stopped = nullptr;
  stop();
}

void PipelineThread::stop() {
  const std::lock_guard hold(shared_->mutex);
  shared_->is_to_stop = true;
  shared_->changed.notify_all();
}

}  // namespace omv::runner
