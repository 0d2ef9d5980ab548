// Watching costs no allocation: counted by an operator new of this program's own.
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <string>

#include "tests/sim/invariants/scripted_run.hpp"

namespace {
std::size_t watch_allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++watch_allocations;
  if (void* block = std::malloc(size)) return block;
  std::abort();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace fleetsim::sim {
namespace {

using device::EventKind;

/// What one connection of a device looks like, its packets whole and in pieces.
class ConnectionScript {
 public:
  void play(ScriptedRun& run, std::int64_t ms, std::uint32_t connection) const {
    const ScriptedRun::Link link{.connection = connection};
    run.wire(ms, link, WireKind::opening);
    run.wire(ms, link, WireKind::opened);
    run.up(ms, link, connect_);
    run.down(ms, link, connack_);
    run.up(ms + 1, link, std::string_view{text_}.substr(0, 9));
    run.up(ms + 2, link, std::string_view{text_}.substr(9));
    run.down(ms + 3, link, puback_);
    run.wire(ms + 4, link, WireKind::finished);
    run.tell(ms + 4, meter, {EventKind::published, EventKind::publish_acknowledged});
  }

 private:
  std::string connect_ = ScriptedRun::connect_packet("meter|securemode=3|");
  std::string connack_{"\x20\x02\x00\x00", 4};
  std::string puback_{"\x40\x02\x00\x07", 4};
  std::string text_ = ScriptedRun::publish_packet('\x32', "/sys/a1TestPK001/meter/thing/event/property/post", 7, "{\"params\":{}}");
};

std::size_t allocations_of_a_thousand(Seat seat) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].bootstraps = false;  // it connects where nobody has sent it
  ScriptedRun run(seat, facts);
  const ConnectionScript script;
  run.mishap(0, meter, Mishap::powered_on);
  run.tell(0, meter, {EventKind::connect_started, EventKind::connected});
  std::uint32_t connection = 0;
  for (int i = 0; i < 10; ++i, ++connection) script.play(run, 10'000 * connection, connection + 1);
  const std::size_t before = watch_allocations;
  for (int i = 0; i < 1000; ++i, ++connection) script.play(run, 10'000 * connection, connection + 1);
  const std::size_t after = watch_allocations;
  EXPECT_EQ(run.watch().findings().violations.total(), 0u);
  EXPECT_GE(run.exercised(seat == Seat::fleet ? "speaks_in_order" : "accepted_by_exactly_one"), 1000u);
  return after - before;
}

TEST(Watching, DoesNotAllocate) {
  EXPECT_EQ(allocations_of_a_thousand(Seat::fleet), 0u);
  EXPECT_EQ(allocations_of_a_thousand(Seat::platform), 0u);
}

TEST(Watching, AllocationsAreReallyCounted) {
  ScriptedRun run(Seat::platform);
  const std::size_t before = watch_allocations;
  run.knock(0, {.connection = 1, .instance = singapore});  // a violation is put into words
  EXPECT_GT(watch_allocations, before);
}

}  // namespace
}  // namespace fleetsim::sim
