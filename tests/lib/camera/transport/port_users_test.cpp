// SPDX-License-Identifier: LGPL-2.1-or-later
// Which process has a port: this one, ones made up, ones that may not be looked at.
#include "omv/camera/transport/port_users.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "omv/camera/transport/serial_transport.h"
#include "temp_dir.h"

namespace omv::camera {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

class PortUsersTest : public testing::Test {
 protected:
  void add_process(const std::string& pid, const std::string& name, const std::vector<std::string>& files) {
    fs::create_directories(dir / ("proc/" + pid + "/fd"));
    test::write_file(dir / ("proc/" + pid + "/comm"), as_bytes(name + "\n"));
    for (std::size_t n = 0; n < files.size(); ++n)
      fs::create_symlink(files[n], dir / ("proc/" + pid + "/fd/" + std::to_string(n)));
  }
  PortUsers users_of(const std::string& path) const { return find_port_users(path, dir / "proc"); }

  const test::TempDir dir;
};

TEST_F(PortUsersTest, FindsProcessesByTheDeviceWhateverItsName) {
  fs::create_symlink("/dev/zero", dir / "link");
  add_process("77", "minicom", {"/dev/null", "/dev/zero", "/dev/zero"});
  add_process("9", "ModemManager", {dir / "link"});
  add_process("78", "sleep", {"/dev/null", "/does/not/exist"});
  add_process("self", "minicom", {"/dev/zero"});
  const PortUsers found = users_of(dir / "link");
  EXPECT_EQ(found.users, (std::vector<PortUser>{{9, "ModemManager"}, {77, "minicom"}}));
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(describe_users(found), "ModemManager (process 9) and minicom (process 77)");
}

TEST_F(PortUsersTest, ProgramsMayCallThemselvesAnything) {
  add_process("5", "\x1b[2Jevil", {"/dev/zero"});
  fs::create_directories(dir / "proc/6/fd");
  fs::create_symlink("/dev/zero", dir / "proc/6/fd/0");
  EXPECT_EQ(describe_users(users_of("/dev/zero")), "?[2Jevil (process 5) and ? (process 6)");
}

TEST_F(PortUsersTest, WhatIsNoDeviceHasNoUsers) {
  test::write_file(dir / "file", {});
  add_process("5", "cat", {dir / "file"});
  EXPECT_THAT(users_of(dir / "file").users, IsEmpty());
  EXPECT_THAT(users_of("/does/not/exist").users, IsEmpty());
  EXPECT_THAT(find_port_users("/dev/zero", "/does/not/exist").users, IsEmpty());
}

TEST_F(PortUsersTest, SaysThatItWasNotPermittedToLook) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
  add_process("5", "secret", {"/dev/zero"});
  ::chmod((dir / "proc/5/fd").c_str(), 0);
  const PortUsers found = users_of("/dev/zero");
  ::chmod((dir / "proc/5/fd").c_str(), 0700);
  EXPECT_FALSE(found.complete);
  EXPECT_THAT(found.users, IsEmpty());
}

TEST(DescribeUsers, SaysWhatIsNotKnown) {
  EXPECT_EQ(describe_users({{}, true}), "another program");
  EXPECT_THAT(describe_users({{}, false}), HasSubstr("another user"));
}

TEST(PermissionAdvice, NamesTheGroupAndTheRule) {
  const test::TempDir dir;
  test::write_file(dir / "port", {});
  const std::string group = group_of_device(dir / "port");
  EXPECT_FALSE(group.empty());
  EXPECT_THAT(permission_advice(dir / "port"),
              AllOf(HasSubstr("'" + group + "'"), HasSubstr("adduser $USER " + group), HasSubstr("50-openmv.rules")));
  EXPECT_EQ(group_of_device("/does/not/exist"), "");
}

// The real /proc, the real lock.
TEST(SerialBusy, NamesTheProcess) {
  auto terminal = open_pseudo_terminal(std::make_shared<Cancellation>());
  ASSERT_TRUE(terminal) << terminal.error().message;
  const auto first = open_serial(terminal->path, std::make_shared<Cancellation>());
  ASSERT_TRUE(first) << first.error().message;
  const auto second = open_serial(terminal->path, std::make_shared<Cancellation>());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().message,
              AllOf(HasSubstr(terminal->path), HasSubstr("(process " + std::to_string(::getpid()) + ")")));
}

}  // namespace
}  // namespace omv::camera
