#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "sim/events/event_line.hpp"
#include "sim/events/event_stream.hpp"

namespace fleetsim::sim {
namespace {

class EventFile : public testing::Test {
 protected:
  EventFile() : path_(std::filesystem::temp_directory_path() / ("fleetsim-events-" + std::to_string(::getpid()))) {}
  ~EventFile() override { std::filesystem::remove(path_); }

  std::vector<std::string> lines() const {
    std::ifstream in{path_};
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
  std::filesystem::path path_;
};

RunEvent connected(int number) {
  RunEvent event;
  event.at = Instant{Duration{1'250'000}};
  event.kind = "connected";
  event.group = "meters";
  event.device = "a1TestPK001/meters-" + std::to_string(number);
  return event;
}

TEST_F(EventFile, BeginsWithALineThatSaysWhatItIs) {
  auto stream = EventStream::to_file(path_, "quickstart", 7);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ((*stream)->close(), "");
  EXPECT_EQ(lines(), std::vector<std::string>{R"({"schema_version":1,"scenario":"quickstart","seed":7})"});
}

TEST_F(EventFile, LosesNothingOfManyProducers) {
  constexpr int producers = 4, batches = 50, batch = 100;
  auto stream = EventStream::to_file(path_, "s", 1);
  ASSERT_TRUE(stream.ok());
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p)
    threads.emplace_back([&, p] {
      for (int b = 0; b < batches; ++b) {
        std::vector<RunEvent> events;
        for (int i = 0; i < batch; ++i) events.push_back(connected((p * batches + b) * batch + i));
        (*stream)->write(std::move(events));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ((*stream)->close(), "");
  std::vector<std::string> all = lines();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), 1U + producers * batches * batch);
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
}

TEST_F(EventFile, TakesABatchThatIsLongerThanItsQueue) {
  auto stream = EventStream::to_file(path_, "s", 1);
  ASSERT_TRUE(stream.ok());
  (*stream)->write(std::vector<RunEvent>(70'000, connected(1)));
  (*stream)->write({connected(2)});
  EXPECT_EQ((*stream)->close(), "");
  EXPECT_EQ(lines().size(), 70'002U);
}

TEST_F(EventFile, ClosesOnceAndIgnoresWhatComesAfter) {
  auto stream = EventStream::to_file(path_, "s", 1);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ((*stream)->close(), "");
  (*stream)->write({connected(1)});
  EXPECT_EQ((*stream)->close(), "");
  EXPECT_EQ(lines().size(), 1U);
}

TEST(EventStream, SaysWhyAFileCannotBeOpened) {
  const auto stream = EventStream::to_file("/no/such/folder/events", "s", 1);
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error(), "cannot write /no/such/folder/events: No such file or directory");
}

TEST(EventStream, ReportsAFullDiskWhenItIsClosedAndNeverBlocksTheRun) {
  auto stream = EventStream::to_file("/dev/full", "s", 1);
  ASSERT_TRUE(stream.ok());
  for (int i = 0; i < 20; ++i) (*stream)->write(std::vector<RunEvent>(10'000, connected(i)));
  EXPECT_EQ((*stream)->close(), "cannot write /dev/full: No space left on device");
}

TEST(EventStream, ReportsAFullDiskThoughLittleWasToBeWrittenAndTheEndCameAtOnce) {
  // Whether the writer's thread flushes first or is told to close first is decided anew each time: both must see it.
  for (int i = 0; i < 200; ++i) {
    auto stream = EventStream::to_file("/dev/full", "s", 1);
    ASSERT_TRUE(stream.ok());
    (*stream)->write({connected(i)});
    ASSERT_EQ((*stream)->close(), "cannot write /dev/full: No space left on device") << i;
  }
}

TEST(EventLine, LeavesOutWhatIsEmptyOrZero) {
  std::string line;
  append_event_line(line, connected(3));
  EXPECT_EQ(line, "{\"t\":1.250000,\"side\":\"device\",\"kind\":\"connected\",\"group\":\"meters\",\"device\":\"a1TestPK001/meters-3\"}\n");
}

TEST(EventLine, WritesEveryFieldAndEscapesText) {
  RunEvent event{Instant{Duration{-5}}, EventSide::platform, "refused", "g",          "pk/dn", "iot-1",
                 "cn-shanghai",         "say \"no\"\n",      -7,        "203.0.113.7"};
  std::string line;
  append_event_line(line, event);
  EXPECT_EQ(line,
            "{\"t\":-0.000005,\"side\":\"platform\",\"kind\":\"refused\",\"group\":\"g\",\"device\":\"pk/dn\",\"instance\":\"iot-1\","
            "\"region\":\"cn-shanghai\",\"address\":\"203.0.113.7\",\"detail\":\"say \\\"no\\\"\\n\",\"code\":-7}\n");
}

}  // namespace
}  // namespace fleetsim::sim
