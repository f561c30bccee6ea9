// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of an emulated camera from URIs; errors that say what would do.
#include "omv/emulator/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omv::emulator {
namespace {

using testing::HasSubstr;

TEST(Options, AnEmptyQueryGivesTheDefaults) {
  const auto options = parse_options("");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->size, (camera::FrameSize{320, 240}));
  EXPECT_EQ(options->format, PixelFormat::rgb565);
  EXPECT_EQ(&board_of(*options), &camera::default_board());
  EXPECT_FALSE(options->fps || options->file || options->frames || options->quality || options->id);
}

TEST(Options, EveryKeyIsRead) {
  const auto options = parse_options(
      "pattern=scene&file=%2Ftmp%2fa+b%20c.bin&fps=29.97&size=VGA&format=GRAYSCALE&seed=18446744073709551615&loop="
      "false&"
      "frames=7&quality=33&lock-interval=0&max-payload=65535&stream-buffer=4096&board=n6&"
      "id=0123456789abcdefABCDEF01");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->file, "/tmp/a+b c.bin");
  EXPECT_EQ(options->fps, *FrameRate::parse("29.97"));
  EXPECT_EQ(options->size, (camera::FrameSize{640, 480}));
  EXPECT_EQ(options->format, PixelFormat::grayscale);
  EXPECT_EQ(options->seed, 18446744073709551615u);
  EXPECT_FALSE(options->loop);
  EXPECT_EQ(options->frames, 7u);
  EXPECT_EQ(options->quality, 33);
  EXPECT_EQ(options->lock_interval_ms, 0u);
  EXPECT_EQ(options->max_payload, 65535);
  EXPECT_EQ(options->stream_buffer, 4096u);
  EXPECT_EQ(options->board->key, "n6");
  EXPECT_EQ(*options->id, (std::array<std::uint32_t, 3>{0x01234567, 0x89ABCDEF, 0xABCDEF01}));
}

TEST(Options, ScriptsAndFaultsAreRead) {
  const auto options = parse_options(
      "name=cam1&profile=yes&report=no&triggers=5&trigger-by=channel&drift=-50&ticks-offset=1073741823&stdout=hi&"
      "stdout-rate=7&corrupt=0.5&unplug=3");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->name, "cam1");
  EXPECT_TRUE(options->profiler);
  EXPECT_FALSE(options->report);
  EXPECT_EQ(options->script, (ScriptOptions{5, TriggerBy::channel, -50, 1073741823, "hi", 7}));
  EXPECT_EQ(options->faults.link.corrupt, 0.5);
  EXPECT_EQ(options->faults.device.unplug.frames, 3u);
}

TEST(Options, FirmwareAndProtocolFitEachOther) {
  using camera::Protocol;
  const auto protocol = [](const char* query) { return protocol_of(*parse_options(query)); };
  EXPECT_EQ(*protocol(""), Protocol::v2);
  EXPECT_EQ(*protocol("protocol=usbdbg"), Protocol::usbdbg);
  EXPECT_EQ(*protocol("firmware=4.8.1"), Protocol::usbdbg);
  EXPECT_EQ(*protocol("firmware=5.0.0"), Protocol::v2);
  EXPECT_EQ(*protocol("protocol=usbdbg&firmware=3.9.1"), Protocol::usbdbg);
  EXPECT_EQ(parse_options("firmware=4.10.255")->firmware, (std::array<std::uint8_t, 3>{4, 10, 255}));
  for (const char* contradiction : {"protocol=v2&firmware=4.8.1", "firmware=5.0.0&protocol=usbdbg"}) {
    ASSERT_FALSE(protocol(contradiction)) << contradiction;
    EXPECT_EQ(protocol(contradiction).error().code, Errc::invalid);
    EXPECT_THAT(protocol(contradiction).error().message, HasSubstr("firmware"));
  }
  for (const char* wrong :
       {"protocol=auto", "protocol=", "firmware=4", "firmware=4.8", "firmware=4.8.1.", "firmware=4.8.x",
        "firmware=4.8.256", "firmware=-4.8.1", "firmware=4..1", "firmware=", "firmware=4.8."})
    EXPECT_FALSE(parse_options(wrong)) << wrong;
}

TEST(Options, OldFirmwareHasNoChannels) {
  for (const char* query : {"trigger-by=channel", "profile=true"}) {
    EXPECT_TRUE(protocol_of(*parse_options(query)));
    const auto refused = protocol_of(*parse_options(std::string("firmware=4.8.1&") + query));
    ASSERT_FALSE(refused) << query;
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr(query));
  }
  EXPECT_TRUE(protocol_of(*parse_options("firmware=4.8.1&triggers=3")));
}

TEST(Options, TheLastOfEqualKeysCounts) { EXPECT_EQ(parse_options("seed=1&seed=2&")->seed, 2u); }

TEST(Options, EveryOptionOfTheHelpExists) {
  for (const OptionHelp& row : option_help()) {
    EmulatorOptions options;
    const auto set = set_option(options, row.name, "\x01");
    const std::string message = set ? "" : set.error().message;
    EXPECT_THAT(message, testing::Not(HasSubstr("there is no option"))) << row.name;
    EXPECT_FALSE(row.help.empty());
  }
}

struct BadQuery {
  const char* query;
  const char* named;    // the pair at fault
  const char* allowed;  // some of what would do
};

TEST(Options, ErrorsNameKeyValueAndWhatIsAllowed) {
  const BadQuery queries[] = {
      {"colour=red", "colour=red", "pattern, file, fps, size"},
      {"seed=1&fps=fast", "fps=fast", "0.001 to 9000"},
      {"size=BIG", "size=BIG", "WIDTHxHEIGHT"},
      {"format=png", "format=png", "grayscale, rgb565"},
      {"seed=-1", "seed=-1", "from 0 to"},
      {"seed=1x", "seed=1x", "from 0 to"},
      {"loop=maybe", "loop=maybe", "true or false"},
      {"frames=0", "frames=0", "from 1 to"},
      {"quality=101", "quality=101", "from 1 to 100"},
      {"lock-interval=60001", "lock-interval=60001", "from 0 to 60000"},
      {"max-payload=49", "max-payload=49", "from 50 to 65535"},
      {"max-payload=65536", "max-payload=65536", "from 50 to 65535"},
      {"stream-buffer=", "stream-buffer=", "from 1024 to"},
      {"board=arduino", "board=arduino", "rt1062, m4"},
      {"id=123", "id=123", "24 hexadecimal digits"},
      {"pattern=bars", "pattern=bars", "scene"},
      {"file=", "file=", "path"},
      {"file=%00", "file=", "path"},
      {"trigger-by=mail", "trigger-by=mail", "console or channel"},
      {"ticks-offset=1073741824", "ticks-offset=", "to 1073741823"},
      {"stdout=a%0Ab", "stdout=a", "one line"},
      {"corrupt=2", "corrupt=2", "0 to 1"},
      {"fps", "'fps'", "key=value"},
      {"file=%2", "'%2'", "hexadecimal"},
      {"file=%zz", "'%zz'", "hexadecimal"},
  };
  for (const BadQuery& bad : queries) {
    const auto options = parse_options(bad.query);
    ASSERT_FALSE(options) << bad.query;
    EXPECT_EQ(options.error().code, Errc::invalid) << bad.query;
    EXPECT_THAT(options.error().message, HasSubstr(bad.named)) << bad.query;
    EXPECT_THAT(options.error().message, HasSubstr(bad.allowed)) << bad.query;
  }
}

TEST(Options, ProvidersAreMadeOfThem) {
  EXPECT_TRUE(make_provider(*parse_options("size=33x17&format=binary")));
  EXPECT_EQ(make_provider(*parse_options("size=8x8")).error().code, Errc::invalid);
  EXPECT_EQ(make_provider(*parse_options("file=/does/not/exist")).error().code, Errc::io);
}

}  // namespace
}  // namespace omv::emulator
