// SPDX-License-Identifier: LGPL-2.1-or-later
// fake_rig DIRECTORY LISTEN SOCKET [TOKEN [CLIENTS [SECONDS]]]: the status page of a rig that is made up, until its
// input ends.
#include <cstdio>
#include <cstdlib>

#include "fake_control.h"
#include "runner/web/server.h"

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "fake_rig DIRECTORY LISTEN SOCKET [TOKEN [CLIENTS [SECONDS]]]\n"), 2;
  omv::test::FakeControl control(argv[1]);
  omv::runner::web::ServerOptions options;
  options.listen = argv[2];
  options.socket = argv[3];
  if (argc > 4) options.token = argv[4];
  if (argc > 5) options.page_clients = std::strtoul(argv[5], nullptr, 10);
  if (argc > 6) options.request_seconds = static_cast<unsigned>(std::strtoul(argv[6], nullptr, 10));
  const auto server = omv::runner::web::Server::start(control, options);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().message.c_str()), 1;
  std::printf("port %u\n", static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
