// SPDX-License-Identifier: LGPL-2.1-or-later
// GSubprocess with a time limit.
#include "runner/child_process.h"

#include <gio/gio.h>
#include <unistd.h>

#include <csignal>

#include "runner/gst_ptr.h"
#include "runner/guarded.h"

namespace omv::runner {

namespace {

struct BytesDeleter {
  void operator()(GBytes* bytes) const { g_bytes_unref(bytes); }
};

// In a process group of its own.
GSubprocess* spawn(const gchar* const* argv, GError** error) {
  GSubprocessLauncher* launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_subprocess_launcher_set_child_setup(
      launcher, [](gpointer) { ::setpgid(0, 0); }, nullptr, nullptr);
  GSubprocess* process = g_subprocess_launcher_spawnv(launcher, argv, error);
  g_object_unref(launcher);
  return process;
}

}  // namespace

// Lives until GIO has called back, whatever becomes of the ChildProcess.
struct ChildProcess::Shared {
  GSubprocess* process = nullptr;
  OnEnd on_end;  // none: nobody wants to know any more
  bool late = false;

  Shared() = default;
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { g_clear_object(&process); }

  using Held = std::unique_ptr<std::shared_ptr<Shared>>;  // what callbacks of GIO hold

  std::string failure() const {
    if (late) return "it took longer than its time limit";
    if (g_subprocess_get_if_signaled(process)) return "signal " + std::to_string(g_subprocess_get_term_sig(process));
    if (!g_subprocess_get_if_exited(process)) return "it is lost";
    const int status = g_subprocess_get_exit_status(process);
    return status == 0 ? "" : "exit status " + std::to_string(status);
  }

  // A program that does not read its input is none that failed, and may run for as long as others.
  static void on_done(GObject*, GAsyncResult* result, gpointer data) {
    Held held(static_cast<std::shared_ptr<Shared>*>(data));
    GSubprocess* process = (*held)->process;
    if (g_subprocess_communicate_finish(process, result, nullptr, nullptr, nullptr) != FALSE) return (*held)->tell();
    g_subprocess_wait_async(process, nullptr, on_waited, held.release());
  }

  static void on_waited(GObject*, GAsyncResult* result, gpointer data) {
    const Held held(static_cast<std::shared_ptr<Shared>*>(data));
    g_subprocess_wait_finish((*held)->process, result, nullptr);
    (*held)->tell();
  }

  // With all that it has started itself.
  void kill() const {
    const gchar* id = g_subprocess_get_identifier(process);
    if (id != nullptr) ::kill(-static_cast<pid_t>(std::stol(id)), SIGKILL);  // else it has ended
  }

  void tell() {
    const OnEnd call = std::exchange(on_end, nullptr);
    if (call) guarded([&] { call(failure()); });
  }
};

std::vector<std::string> expand_words(const std::vector<std::string>& words,
                                      const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<std::string> expanded;
  for (const std::string& word : words) {
    std::string& text = expanded.emplace_back();
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t end = word[at] == '{' ? word.find('}', at) : std::string::npos;
      const std::string name = end != std::string::npos ? word.substr(at + 1, end - at - 1) : "";
      std::size_t next = at + 1;
      std::string piece = word.substr(at, 1);
      for (const auto& [key, value] : values)
        if (!name.empty() && key == name) {
          piece = value;
          next = end + 1;
        }
      text += piece;
      at = next;
    }
  }
  return expanded;
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(EventLoop& loop, const std::vector<std::string>& words,
                                                          const std::string& input, Time limit, OnEnd on_end) {
  std::vector<const gchar*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  GError* raw = nullptr;
  auto shared = std::make_shared<Shared>();
  shared->process = spawn(argv.data(), &raw);
  const GErrorPtr error(raw);
  if (shared->process == nullptr) return Error{Errc::io, error->message};
  shared->on_end = std::move(on_end);
  const std::unique_ptr<GBytes, BytesDeleter> bytes(g_bytes_new(input.data(), input.size()));
  g_subprocess_communicate_async(shared->process, bytes.get(), nullptr, Shared::on_done,
                                 new std::shared_ptr<Shared>(shared));
  std::unique_ptr<ChildProcess> child(new ChildProcess(shared));
  child->limit_ = loop.after(limit, [shared] {
    shared->late = true;
    shared->kill();
  });
  return child;
}

ChildProcess::~ChildProcess() {
  if (!shared_->on_end) return;
  shared_->on_end = nullptr;
  shared_->kill();
}

}  // namespace omv::runner
