// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for libgpiod.so.2: one line of one chip, whose edges are the letters of the FIFO $FAKE_GPIO/edges.
#include <fcntl.h>
#include <gpiod.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

struct gpiod_line {
  int fd = -1;
};
struct gpiod_chip {
  gpiod_line line;
};

namespace {

std::string path_of(const char* name) {
  const char* folder = std::getenv("FAKE_GPIO");
  return std::string(folder != nullptr ? folder : ".") + "/" + name;
}

}  // namespace

extern "C" {

gpiod_chip* gpiod_chip_open_lookup(const char* name) {
  if (std::strcmp(name, "gpiochip0") == 0) return new gpiod_chip;
  errno = ENOENT;
  return nullptr;
}

void gpiod_chip_close(gpiod_chip* chip) {
  if (chip->line.fd >= 0) ::close(chip->line.fd);
  delete chip;
}

gpiod_line* gpiod_chip_get_line(gpiod_chip* chip, unsigned int offset) {
  if (offset == 17) return &chip->line;
  errno = EINVAL;
  return nullptr;
}

// What is asked for is written down.
int gpiod_line_request(gpiod_line* line, const gpiod_line_request_config* config, int) {
  FILE* file = std::fopen(path_of("request").c_str(), "w");
  if (file == nullptr) return -1;
  std::fprintf(file, "%s %d %d\n", config->consumer, config->request_type, config->flags);
  std::fclose(file);
  line->fd = ::open(path_of("edges").c_str(), O_RDWR | O_CLOEXEC);
  return line->fd < 0 ? -1 : 0;
}

int gpiod_line_get_value(gpiod_line*) { return 0; }

int gpiod_line_event_get_fd(gpiod_line* line) { return line->fd; }

// 'r' and 'f' are edges, anything else is the end of the chip.
int gpiod_line_event_read(gpiod_line* line, gpiod_line_event* event) {
  char edge = 0;
  if (::read(line->fd, &edge, 1) != 1 || (edge != 'r' && edge != 'f')) {
    errno = ENODEV;
    return -1;
  }
  ::clock_gettime(CLOCK_MONOTONIC, &event->ts);
  event->event_type = edge == 'r' ? GPIOD_LINE_EVENT_RISING_EDGE : GPIOD_LINE_EVENT_FALLING_EDGE;
  return 0;
}

}  // extern "C"
