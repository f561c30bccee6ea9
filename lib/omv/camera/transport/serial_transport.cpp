// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminals, real and pseudo.
#include "omv/camera/transport/serial_transport.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "omv/camera/transport/port_users.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr speed_t kBaud = B921600;
constexpr Time kLastWordTime = 50ms;
constexpr Time kLookAgain = 1ms;

Error open_error(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV: return {Errc::io, path + ": there is no such device; is the camera plugged in?"};
    case EACCES:
    case EPERM: return {Errc::io, path + ": permission denied; " + permission_advice(path)};
    case EBUSY: return {Errc::busy, path + ": in use by " + describe_users(find_port_users(path))};
    default: return {Errc::io, path + ": " + std::strerror(error)};
  }
}

// TIOCEXCL keeps later openers out, the lock tells us of earlier ones that care.
Result<void> claim(UniqueFd& fd, const std::string& path) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    fd.reset();  // so as not to be found among the users
    return open_error(path, EBUSY);
  }
  if (::ioctl(fd.get(), TIOCEXCL) != 0)
    return Error{Errc::io, path + ": is not a serial port (" + std::strerror(errno) + ")"};
  return {};
}

// tcsetattr() succeeds when any of the settings could be made.
Result<void> check_speed(int fd, const std::string& path) {
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0 || ::cfgetospeed(&settings) == kBaud) return {};
  return Error{Errc::io, path + ": cannot be set to 921600 baud, without which a camera does not speak its protocol"};
}

Result<void> make_raw(int fd, const std::string& path) {
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0) return Error{Errc::io, path + ": is not a serial port"};
  ::cfmakeraw(&settings);
  settings.c_cflag &= static_cast<tcflag_t>(~(CSTOPB | CRTSCTS | PARENB));
  settings.c_cflag |= CLOCAL | CREAD | HUPCL | CS8;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  ::cfsetispeed(&settings, kBaud);
  ::cfsetospeed(&settings, kBaud);
  if (::tcsetattr(fd, TCSANOW, &settings) != 0)
    return Error{Errc::io, path + ": cannot be set to 921600 baud: " + std::strerror(errno)};
  return check_speed(fd, path);
}

// Pseudo-terminals answer ENOTTY or EINVAL, which does not matter.
void set_modem_lines(int fd, bool on) {
  const int lines = TIOCM_DTR | TIOCM_RTS;
  (void)::ioctl(fd, on ? TIOCMBIS : TIOCMBIC, &lines);
}

bool has_unsent(int fd) {
  int count = 0;
  return ::ioctl(fd, TIOCOUTQ, &count) == 0 && count > 0;
}

class SerialTransport final : public FdTransport {
 public:
  using FdTransport::FdTransport;
  // A last word gets the time that a camera needs to take it. What is left is dropped: close() would wait for it, up to
  // 30 s with the kernel's defaults. Nothing is dropped for nothing: with a pseudo-terminal that would be what the
  // other side has not read yet.
  ~SerialTransport() override {
    const auto clock = Clock::steady();
    for (const Time due = clock->now() + kLastWordTime; has_unsent(fd()) && clock->now() < due;)
      clock->sleep_until(clock->now() + kLookAgain);
    if (has_unsent(fd())) (void)::tcflush(fd(), TCOFLUSH);
    set_modem_lines(fd(), false);
    (void)::ioctl(fd(), TIOCNXCL);
  }
};

// Keeps the other end open, so that hosts may come and go.
class PtyTransport final : public FdTransport {
 public:
  PtyTransport(UniqueFd master, UniqueFd slave, std::string path, std::shared_ptr<Cancellation> cancellation)
      : FdTransport(std::move(master), std::move(path), std::move(cancellation)), slave_(std::move(slave)) {}

 private:
  UniqueFd slave_;
};

}  // namespace

Result<std::unique_ptr<Transport>> open_serial(const std::string& path, std::shared_ptr<Cancellation> cancellation) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return open_error(path, errno);
  OMV_CHECK(claim(fd, path));
  OMV_CHECK(make_raw(fd.get(), path));
  set_modem_lines(fd.get(), true);
  (void)::tcflush(fd.get(), TCIOFLUSH);
  return std::unique_ptr<Transport>(new SerialTransport(std::move(fd), path, std::move(cancellation)));
}

Result<PseudoTerminal> open_pseudo_terminal(std::shared_ptr<Cancellation> cancellation) {
  UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0)
    return Error{Errc::io, std::string("no pseudo-terminal: ") + std::strerror(errno)};
  std::string path(64, '\0');
  if (::ptsname_r(master.get(), path.data(), path.size()) != 0)
    return Error{Errc::io, std::string("no name of the pseudo-terminal: ") + std::strerror(errno)};
  path.resize(std::strlen(path.c_str()));
  UniqueFd slave(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) return open_error(path, errno);
  OMV_CHECK(make_raw(slave.get(), path));
  auto camera = std::make_unique<PtyTransport>(std::move(master), std::move(slave), path, std::move(cancellation));
  return PseudoTerminal{std::move(camera), path};
}

}  // namespace omv::camera
