#include "server/config/config.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qf::server {
namespace {

// The message of the error that `text` gives.
std::string ErrorOf(absl::string_view text) {
  const auto config = ParseConfig(text);
  EXPECT_THAT(config, Fails(Reason::REASON_CONFIG));
  return std::string(config.status().message());
}

TEST(ConfigTest, TheReferenceFileIsTheDefaults) {
  Config written;
  written.dir = "/var/lib/\"odd\" \\ name";
  written.listen = "127.0.0.1:1";
  written.host = "office.example";
  ASSERT_OK_AND_ASSIGN(const Config read, ParseConfig(FormatConfig(written)));
  const Config defaults;
  EXPECT_EQ(read.dir, written.dir);
  EXPECT_EQ(read.listen, written.listen);
  EXPECT_EQ(read.host, written.host);
  EXPECT_EQ(read.key_file, defaults.key_file);
  EXPECT_EQ(read.certificate_days, defaults.certificate_days);
  EXPECT_EQ(read.log_level, defaults.log_level);
  EXPECT_EQ(read.cache_mib, defaults.cache_mib);
  EXPECT_EQ(read.queued_records, defaults.queued_records);
  EXPECT_EQ(read.records_per_day, defaults.records_per_day);
  EXPECT_EQ(read.mib_per_day, defaults.mib_per_day);
  EXPECT_EQ(read.unsigned_calls_burst, defaults.unsigned_calls_burst);
  EXPECT_EQ(read.unsigned_calls_refill_ms, defaults.unsigned_calls_refill_ms);
}

TEST(ConfigTest, AnErrorNamesItsLineAndTheNearestName) {
  EXPECT_EQ(ErrorOf("dir = \"/x\"\n\nlisten_on = \"[::]:1\"\n"),
            "line 3: there is no setting of that name; the nearest is listen");
  EXPECT_EQ(ErrorOf("cahce_mib = 3"), "line 1: there is no setting of that name; the nearest is cache_mib");
  EXPECT_EQ(ErrorOf("\ncache_mib = 3"), "line 2: cache_mib must be a whole number from 4 to 65536");
  EXPECT_EQ(ErrorOf("cache_mib = \"64\""), "line 1: cache_mib must be a whole number from 4 to 65536");
  EXPECT_EQ(ErrorOf("cache_mib = -5"), "line 1: cache_mib must be a whole number from 4 to 65536");
  EXPECT_EQ(ErrorOf("log_level = \"verbose\""), "line 1: log_level must be debug, info, warning or error");
  EXPECT_EQ(ErrorOf("dir = 5"), "line 1: dir must be a folder");
  EXPECT_THAT(ErrorOf("dir = \"/x\"\nhost = = \"y\""), ::testing::StartsWith("line 2: "));
  EXPECT_THAT(ErrorOf("dir = \"/x\"\ndir = \"/y\""), ::testing::StartsWith("line 2: "));
}

TEST(ConfigTest, Addresses) {
  for (const char* good : {"[::]:8443", "0.0.0.0:8443", "localhost:1", "[2001:db8::1]:65535"}) {
    EXPECT_OK(ParseConfig(std::string("listen = \"") + good + "\"")) << good;
  }
  for (const char* bad : {"", "8443", "localhost", "localhost:", "localhost:65536", "host:x", ":8443", "a b:1"}) {
    EXPECT_THAT(ParseConfig(std::string("listen = \"") + bad + "\""), Fails(Reason::REASON_CONFIG)) << bad;
  }
}

}  // namespace
}  // namespace qf::server
