// Steady traffic costs no allocation: counted by an operator new of this program's own.
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

#include "tests/platform-mock/broker_world.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size)) return block;
  std::abort();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace fleetsim::platform::broker_test {
namespace {

class Discard final : public Output {
 public:
  void send(ConnectionId, ByteView sent) override { bytes += sent.size(); }
  void close(ConnectionId, CloseMode) override { ADD_FAILURE() << "closed"; }
  void event(const PlatformEvent& told) override { ADD_FAILURE() << told.reason; }
  std::size_t bytes = 0;
};

/// Allocations of a thousand rounds of the script, in pieces of so many bytes, once it has run warm.
std::size_t allocations_of(const std::string& script, std::size_t piece_bytes) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
  Discard output;
  const auto round = [&] {
    for (std::size_t at = 0; at < script.size(); at += piece_bytes)
      world.platform.received(client.id(), bytes_of(std::string_view(script).substr(at, piece_bytes)), world.now, output);
  };
  for (int i = 0; i < 10; ++i) round();
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) round();
  EXPECT_GT(output.bytes, 1000U);
  return allocations - before;
}

const std::string property_post = publish(
    {.topic = sys("dev1", "thing/event/property/post"),
     .payload = R"({"id":"1234567890123456789","version":"1.0","params":{"power":{"value":"on","time":1524448722000},"level":23.6},)"
                R"("sys":{"ack":1},"method":"thing.event.property.post"})",
     .qos = 1,
     .packet_id = 7});

TEST(SteadyTraffic, OfWholePacketsDoesNotAllocate) {
  EXPECT_EQ(allocations_of(property_post, property_post.size()), 0U);
  EXPECT_EQ(allocations_of(property_post + property_post + pingreq, 10000), 0U);
  const std::string custom = publish({.topic = "/a1TestPK001/dev1/user/x", .payload = std::string(100, 'x'), .qos = 1, .packet_id = 9});
  EXPECT_EQ(allocations_of(custom, custom.size()), 0U);
}

TEST(SteadyTraffic, OfSplitPacketsDoesNotAllocateEither) { EXPECT_EQ(allocations_of(property_post, 50), 0U); }

TEST(SteadyTraffic, IsReallyCounted) {
  EXPECT_GE(allocations_of(
                subscribe(1, {{"/a1TestPK001/dev1/user/a_long_name", 1}}) + unsubscribe(2, {"/a1TestPK001/dev1/user/a_long_name"}), 1000),
            1000U);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
