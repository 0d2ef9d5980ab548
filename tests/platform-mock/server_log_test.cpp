// The log for machines: one JSON object a line, whatever peers send, and no more lines than anybody can read.
#include <boost/json/parse.hpp>
#include <cstdio>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "platform-mock/server/serve_log.hpp"

namespace fleetsim::platform {
namespace {

class LogFile {
 public:
  LogFile() : file_(std::tmpfile(), &std::fclose) {}
  std::FILE* get() { return file_.get(); }

  /// Every line so far; the test fails when one is no JSON object.
  std::vector<boost::json::object> lines() {
    std::string text;
    std::rewind(file_.get());
    for (int c = 0; (c = std::fgetc(file_.get())) != EOF;) text.push_back(static_cast<char>(c));
    std::vector<boost::json::object> found;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      EXPECT_NE(end, std::string::npos) << "a line without its end";
      boost::json::error_code error;
      const boost::json::value line = boost::json::parse(text.substr(at, end - at), error);
      EXPECT_TRUE(!error && line.is_object()) << text.substr(at, end - at);
      if (line.is_object()) found.push_back(line.get_object());
      at = end + 1;
    }
    return found;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

PlatformEvent refused() {
  PlatformEvent event;
  event.kind = PlatformEventKind::connect_refused;
  event.product_key = "a1TestPK001";
  event.device_name = "dev1";
  event.instance = "iot-060a0b";
  event.region = "cn-shanghai";
  event.reason = "signature does not match";
  event.code = 4;
  event.peer = *IpAddress::parse("127.0.0.9");
  return event;
}

TEST(JsonLog, TellsWhoWasRefusedWhereAndWhy) {
  LogFile file;
  ServeLog log(LogFormat::json, file.get());
  log.note(refused());
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 1U);
  const boost::json::object& line = lines[0];
  EXPECT_EQ(line.at("level"), "warn");
  EXPECT_EQ(line.at("event"), "connect_refused");
  EXPECT_EQ(line.at("instance"), "iot-060a0b");
  EXPECT_EQ(line.at("region"), "cn-shanghai");
  EXPECT_EQ(line.at("device"), "a1TestPK001/dev1");
  EXPECT_EQ(line.at("code"), 4);
  EXPECT_EQ(line.at("reason"), "signature does not match");
  EXPECT_EQ(line.at("peer"), "127.0.0.9");
  const std::string ts{line.at("ts").as_string().c_str()};
  EXPECT_EQ(ts.size(), std::string_view{"2026-11-29T01:02:03.004Z"}.size()) << ts;
  EXPECT_EQ(ts.back(), 'Z');
}

TEST(JsonLog, NamesThatAreNoneAndBytesThatAreNoTextDoNotGetIn) {
  LogFile file;
  ServeLog log(LogFormat::json, file.get());
  PlatformEvent event = refused();
  event.device_name = "x\n{\"forged\":1}";
  event.reason = "\xff\xfe \"quoted\"";
  log.note(event);
  event.reason = "line\nbreak \"quoted\" \x01";
  log.note(event);
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_FALSE(lines[0].contains("device"));
  EXPECT_EQ(lines[0].at("reason"), "(not UTF-8)");
  EXPECT_FALSE(lines[1].contains("forged"));
}

TEST(JsonLog, LeavesOutLinesThatComeTooFastAndCountsThem) {
  LogFile file;
  ServeLog log(LogFormat::json, file.get());
  LimitCounts limits;
  log.count(&limits);
  for (std::uint32_t i = 0; i < 5 * default_limits.log_lines_per_second; ++i) log.note(refused());
  log.summarise();
  const auto lines = file.lines();
  std::uint64_t left_out = 0;
  for (const boost::json::object& line : lines)
    if (line.at("event") == "lines_left_out") left_out += static_cast<std::uint64_t>(line.at("count").as_int64());
  EXPECT_EQ(left_out, limits.of(LimitKind::log_lines_per_second));
  EXPECT_GE(left_out, 2 * default_limits.log_lines_per_second) << "it took less than three seconds, whatever the machine";
  EXPECT_EQ(lines.size() + left_out, 5 * default_limits.log_lines_per_second + 1)
      << "nothing is lost: told, or counted in a line of its own";
}

TEST(JsonLog, LeavesOutMoreWhereItsLimitIsLower) {
  LogFile file;
  ServeLog log(LogFormat::json, file.get());
  LimitCounts limits;
  log.count(&limits);
  log.limit(2);
  for (int i = 0; i < 100; ++i) log.note(refused());
  log.summarise();
  EXPECT_GE(limits.of(LimitKind::log_lines_per_second), 90U) << "a second or two have passed, whatever the machine";
  EXPECT_EQ(file.lines().back().at("reason"), "more than 2 lines in a second");
}

TEST(JsonLog, TellsStatesOfJobsAndNotWhatGoesWell) {
  LogFile file;
  ServeLog log(LogFormat::json, file.get());
  PlatformEvent event;
  event.kind = PlatformEventKind::device_connected;
  log.note(event);
  event.kind = PlatformEventKind::job_state_changed;
  event.job = "J1";
  event.reason = "distributed";
  log.note(event);
  log.info("draining", "SIGTERM: draining");
  log.warn("accept paused");
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("job"), "J1");
  EXPECT_EQ(lines[0].at("level"), "info");
  EXPECT_EQ(lines[1].at("event"), "draining");
  EXPECT_EQ(lines[2].at("event"), "warning");
}

}  // namespace
}  // namespace fleetsim::platform
