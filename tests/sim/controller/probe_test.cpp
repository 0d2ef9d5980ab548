// The oracles from outside: what a probe sends and how its answers are judged, what the kernel's table says, and when ledgers disagree.
#include "sim/live/probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "sim/live/run_tcp_census.hpp"
#include "sim/world/run_cross_check.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Probe, SendsAConnectOfTheStandardsForm) {
  const std::vector<std::uint8_t> packet = encode_probe_connect({"c", "u", "pw", 60});
  EXPECT_THAT(packet, ElementsAre(0x10, 20, 0, 4, 'M', 'Q', 'T', 'T', 4, 0xc2, 0, 60, 0, 1, 'c', 0, 1, 'u', 0, 2, 'p', 'w'));
}

TEST(Probe, EncodesARemainingLengthOfTwoBytes) {
  const std::string id(200, 'x');
  const std::vector<std::uint8_t> packet = encode_probe_connect({id, "u", "p", 60});
  // 10 + 2 + 200 + 3 + 3 = 218 = 0x5a + 1 * 128
  EXPECT_EQ(packet[1], 0xda);
  EXPECT_EQ(packet[2], 0x01);
  EXPECT_EQ(packet.size(), 3u + 218u);
}

TEST(Probe, AcceptsADeviceAtExactlyOneInstanceOnly) {
  EXPECT_EQ(judge_probe("pk/d", {"a"}, {}), "");
  EXPECT_THAT(judge_probe("pk/d", {"a", "b"}, {}), HasSubstr("pk/d: accepted at 2 instances: a, b"));
  EXPECT_THAT(judge_probe("pk/d", {}, {}), HasSubstr("accepted at no instance"));
  EXPECT_THAT(judge_probe("pk/d", {"a"}, {"b (no answer in time)"}), HasSubstr("no clear answer from b"));
}

TEST(TcpCensus, CountsEstablishedConnectionsByTheirRemoteEnd) {
  std::istringstream table(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0102007F:075B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
      "   1: 0101007F:8001 0102007F:075B 01 00000000:00000000 00:00000000 00000000     0        0 2\n"
      "   2: 0102007F:075B 0101007F:8001 01 00000000:00000000 00:00000000 00000000     0        0 3\n"
      "   3: 0201007F:8002 0102007F:075B 01 00000000:00000000 00:00000000 00000000     0        0 4\n"
      "   4: 0201007F:8003 0102007F:075B 06 00000000:00000000 00:00000000 00000000     0        0 5\n"
      "   5: 0201007F:8004 0202007F:075B 01 00000000:00000000 00:00000000 00000000     0        0 6\n");
  const auto counts = count_established(table, {{*IpAddress::parse("127.0.2.1"), 1883}, {*IpAddress::parse("127.0.2.2"), 1883}});
  EXPECT_THAT(counts, ElementsAre(2u, 1u));
}

LedgerCounts agreeing() {
  LedgerCounts counts;
  counts.commits = 10;
  counts.noticed_moves = {9, 10};
  counts.device_moves = 10;
  counts.sessions = {{"a", 0, 0}, {"b", 10, 10}};
  counts.devices_online = 10;
  counts.settled = true;
  counts.kernel_known = true;
  return counts;
}

TEST(CrossCheck, IsSilentWhenAllLedgersAgree) { EXPECT_THAT(disagreements(agreeing()), IsEmpty()); }

TEST(CrossCheck, SeesMovesThatOnlyOneSideKnowsOf) {
  LedgerCounts counts = agreeing();
  counts.device_moves = 8;
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("the devices count 8")));
  counts.device_moves = 11;
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("the devices count 11")));
}

TEST(CrossCheck, SeesSessionsWithoutConnectionsAndDevicesWithoutSessions) {
  LedgerCounts counts = agreeing();
  counts.sessions[1].established = 9;
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("sessions at b: the platform has 10, the kernel holds 9")));
  counts = agreeing();
  counts.devices_online = 9;
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("devices online: 9")));
}

TEST(CrossCheck, ADeviceThatNeverComesOnlineHidesNoDisagreementOfTheOthers) {
  LedgerCounts counts = agreeing();
  counts.devices_online = 9;
  counts.on_their_way = 1;
  EXPECT_THAT(disagreements(counts), IsEmpty()) << "its session may be older than its own word";
  counts.sessions[1] = {"b", 9, 10};
  EXPECT_THAT(disagreements(counts), IsEmpty()) << "its connection may be there before its session";
  counts.sessions[1] = {"b", 9, 7};
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("sessions at b: the platform has 9, the kernel holds 7")));
  counts.sessions[1] = {"b", 8, 8};
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("devices online: 9 by their own word, 8 sessions")));
}

TEST(CrossCheck, ADeviceWithoutPowerMayHaveASessionAndNoMoreThanOne) {
  LedgerCounts counts = agreeing();
  counts.devices_online = 9;
  counts.half_open = 1;
  EXPECT_THAT(disagreements(counts), IsEmpty()) << "the platform has not missed it yet";
  counts.sessions[1] = {"b", 9, 10};
  EXPECT_THAT(disagreements(counts), IsEmpty()) << "it was cut before it had one";
  counts.sessions[1] = {"b", 11, 11};
  EXPECT_THAT(disagreements(counts), ElementsAre(HasSubstr("devices online: 9 by their own word, 11 sessions")));
}

TEST(CrossCheck, DoesNotJudgeConnectionsWhileDevicesAreBetweenTwoStates) {
  LedgerCounts counts = agreeing();
  counts.settled = false;
  counts.devices_online = 5;
  EXPECT_THAT(disagreements(counts), IsEmpty());
}

}  // namespace
}  // namespace fleetsim::sim
