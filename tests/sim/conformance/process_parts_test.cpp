// What a device that is a program needs, piece by piece: its command, its log, its process, its flash, the answers of a person. Whole exams
// of programs are in tests/sim/process_dut_test.py.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "sim/conformance/duts/child_guard.hpp"
#include "sim/conformance/duts/child_process.hpp"
#include "sim/conformance/duts/command_text.hpp"
#include "sim/conformance/duts/flash_watch.hpp"
#include "sim/conformance/duts/listening_sockets.hpp"
#include "sim/conformance/duts/log_ring.hpp"
#include "sim/conformance/duts/prompts.hpp"
#include "sim/conformance/duts/scaled_clock.hpp"
#include "sim/conformance/duts/work_folder.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/live/tcp_socket.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

using Words = std::vector<std::string>;

TEST(CommandText, SplitsAtWhiteSpaceAndKeepsWhatIsQuoted) {
  EXPECT_EQ(*split_command("./dut --host  h"), (Words{"./dut", "--host", "h"}));
  EXPECT_EQ(*split_command(R"(dut 'a b' "c d" e\ f 'g'"h"i)"), (Words{"dut", "a b", "c d", "e f", "ghi"}));
  EXPECT_EQ(*split_command(R"(dut "a \"b\" \\ \n" 'c\d' '')"), (Words{"dut", R"(a "b" \ \n)", R"(c\d)", ""}));
}

TEST(CommandText, SaysWhatIsWrongWithACommand) {
  EXPECT_THAT(split_command("dut 'a").error(), HasSubstr("the ' at position 5 of the command is never closed"));
  EXPECT_THAT(split_command("dut \\").error(), HasSubstr("escapes nothing"));
  EXPECT_THAT(split_command("  ").error(), HasSubstr("there is no command"));
  EXPECT_THAT(split_command("''").error(), HasSubstr("there is no command"));
}

TEST(CommandText, FillsInPlacesAndLeavesOtherBracesAlone) {
  const Placeholders places{{"flash", "/tmp/f"}, {"home_port", "1883"}};
  EXPECT_EQ(*fill_in("{flash}/a:{home_port}", places), "/tmp/f/a:1883");
  EXPECT_EQ(*fill_in(R"({"a": {}, {B})", places), R"({"a": {}, {B})");
  EXPECT_EQ(*fill_in("{{flash} {", places), "{flash} {");
}

TEST(CommandText, TellsWhetherACommandNamesAPlace) {
  EXPECT_TRUE(names_place({"dut", "--clock={clock_file}"}, "clock_file"));
  EXPECT_FALSE(names_place({"dut", "clock_file", "{clock_files}"}, "clock_file"));
}

TEST(CommandText, AnUnknownPlaceIsAMistakeThatNamesThoseThereAre) {
  EXPECT_THAT(fill_in("{flsh}", {{"flash", "x"}}).error(), AllOf(HasSubstr("no {flsh} to fill in"), HasSubstr("{flash}")));
}

TEST(LogRing, KeepsTheLastLinesWithTheirMomentsAndCountsTheRest) {
  LogRing log({});
  log.take("one\ntw", Instant{1s});
  log.take("o\r\n\nthree", Instant{2s});
  const auto lines = log.lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1].text, "two");
  EXPECT_EQ(lines[1].at, Instant{1s});
  EXPECT_EQ(log.last_line(), "three");
  for (std::size_t i = 0; i < LogRing::lines_max; ++i) log.take("more\n", Instant{3s});
  EXPECT_EQ(log.lines().size(), LogRing::lines_max);
  EXPECT_EQ(log.lines_dropped(), 3U);
}

TEST(LogRing, KeepsABoundedPartOfALineThatNeverEnds) {
  LogRing log({});
  for (int i = 0; i < 100; ++i) log.take(std::string(1000, 'x'), {});
  EXPECT_EQ(log.last_line().size(), LogRing::line_bytes_max);
  EXPECT_EQ(log.bytes_taken(), 100'000U);
}

TEST(LogRing, NoticesASecretInPiecesAndDoesNotShowItAgain) {
  LogRing log({"", "5ecret"});
  log.take("key=5ec", Instant{1s});
  EXPECT_FALSE(log.secret_shown_at());
  log.take("ret!\n", Instant{2s});
  EXPECT_EQ(log.secret_shown_at(), Instant{2s});
  EXPECT_EQ(log.last_line(), "key=***!");
}

TEST(LogRing, LetsNoTerminalObeyAndShowsNoPartOfASecretThatALongLineCutsOff) {
  LogRing log({"5ecret"});
  log.take("\x1b[31mred\x07\n", {});
  EXPECT_EQ(log.last_line(), " [31mred ");
  log.take(std::string(LogRing::line_bytes_max - 3, 'x') + "5ecret\n", {});
  EXPECT_EQ(log.last_line(), std::string(LogRing::line_bytes_max - 3, 'x') + "***");
}

/// Until it has ended.
std::string run(const ChildOrder& order, LogRing& log) {
  auto child = ChildProcess::start(order);
  if (!child) return child.error();
  pollfd end{(*child)->exit_descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 10'000), 1);
  EXPECT_TRUE((*child)->has_ended());
  (*child)->read(log, {});
  return (*child)->how_it_ended();
}

TEST(ChildProcess, TellsHowItEndedAndWhatItPrintedOnBothStreams) {
  LogRing log({});
  EXPECT_EQ(
      run({.words = {"sh", "-c", "echo $A; echo out; echo err >&2; exit 3"}, .environment = {"A=b", "PATH=/usr/bin:/bin"}, .mark = "A=b"},
          log),
      "exit code 3");
  EXPECT_THAT(log.lines(), ElementsAre(testing::Field(&LogLine::text, "b"), testing::Field(&LogLine::text, "out"),
                                       testing::Field(&LogLine::text, "err")));
  EXPECT_THAT(run({.words = {"sh", "-c", "kill -9 $$"}, .environment = {}, .mark = "A=c"}, log), HasSubstr("signal 9"));
}

TEST(ChildProcess, SaysWhyAProgramCannotStart) {
  LogRing log({});
  EXPECT_THAT(run({.words = {"/nowhere/dut"}, .environment = {}, .mark = "A=d"}, log), HasSubstr("No such file or directory"));
  EXPECT_THAT(run({.words = {"no-such-dut"}, .environment = {}, .mark = "A=d"}, log), HasSubstr("no such program in PATH"));
  EXPECT_THAT(run({.words = {"/etc/passwd"}, .environment = {}, .mark = "A=d"}, log), HasSubstr("Permission denied"));
}

TEST(ChildProcess, KillsWhatTheProgramStartedInItsGroupAndBeyond) {
  const WorkFolder folder;
  const std::string mark = "FLEETSIM_TEST_MARK=" + folder.path();
  LogRing log({});
  run({.words = {"sh", "-c", "sleep 600 & setsid sleep 600 & exit 0"}, .environment = {mark, "PATH=/usr/bin:/bin"}, .mark = mark}, log);
  EXPECT_EQ(kill_strays(mark), 0U) << "some were left";
}

TEST(ChildGuard, StandsDownWithItsOwnerAlthoughAnotherForkHoldsTheEndThatItListensTo) {
  auto guard = std::make_unique<ChildGuard>();
  const pid_t other = ::fork();
  if (other == 0) {
    ::pause();
    ::_exit(0);
  }
  std::future<void> over = std::async(std::launch::async, [&guard] { guard.reset(); });
  EXPECT_EQ(over.wait_for(20s), std::future_status::ready);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
}

TEST(ChildProcess, OneThatHasLeftItsGroupIsKilledAndWaitedForNoLongerThanThat) {
  const char* const leaves = "import os, time\nos.setpgid(0, os.getpgid(os.getppid()))\nprint('gone', flush=True)\ntime.sleep(600)";
  auto child = ChildProcess::start({.words = {"/usr/bin/python3", "-c", leaves}, .environment = {"PATH=/usr/bin:/bin"}, .mark = "A=e"});
  ASSERT_TRUE(child.ok()) << child.error();
  LogRing log({});
  pollfd words{(*child)->output(), POLLIN, 0};
  ASSERT_EQ(::poll(&words, 1, 20'000), 1);
  (*child)->read(log, {});
  ASSERT_EQ(log.last_line(), "gone");
  EXPECT_TRUE((*child)->kill());
  EXPECT_THAT((*child)->how_it_ended(), HasSubstr("signal 9"));
}

TEST(ChildProcess, TellsOfConnectsThatNobodyListensToAndTheyAreRefusedAllTheSame) {
  const char* const knocks =
      "import socket\n"
      "for kind, place in ((socket.AF_INET, '127.0.77.9'), (socket.AF_INET6, '::ffff:127.0.77.9')):\n"
      "  try: socket.socket(kind).connect((place, 4711))\n"
      "  except OSError as problem: print(problem.strerror, flush=True)\n";
  ChildOrder order{.words = {"/usr/bin/python3", "-c", knocks}, .environment = {"PATH=/usr/bin:/bin"}, .mark = "A=f"};
  order.watches_connects = true;
  auto child = ChildProcess::start(order);
  ASSERT_TRUE(child.ok()) << child.error();
  ASSERT_NE((*child)->connects(), nullptr) << "this host does not let a connect be watched";
  std::vector<std::pair<IpAddress, std::uint16_t>> told;
  pollfd waiting[]{{(*child)->connects()->descriptor(), POLLIN, 0}, {(*child)->exit_descriptor(), POLLIN, 0}};
  while (waiting[1].revents == 0) {
    ASSERT_GE(::poll(waiting, 2, 20'000), 1) << "it waits for somebody to let it go on";
    (*child)->connects()->serve([&](const IpAddress& address, std::uint16_t port) { told.emplace_back(address, port); });
  }
  LogRing log({});
  (*child)->read(log, {});
  const std::pair<IpAddress, std::uint16_t> place{IpAddress::from_v4(0x7f004d09U), 4711};  // 127.0.77.9
  EXPECT_THAT(told, ElementsAre(place, place));
  EXPECT_THAT(log.lines(),
              ElementsAre(testing::Field(&LogLine::text, "Connection refused"), testing::Field(&LogLine::text, "Connection refused")));
}

TEST(ListeningSockets, RefuseWhoKnocksAtADoorThatIsShutKeepItsPortAndOpenItAgain) {
  const ListeningPlaces places{.bootstrap = IpAddress::from_v4(0x7f004d02U), .stations = {}};  // 127.0.77.2
  auto sockets = ListeningSockets::listen_at(places, {});
  ASSERT_TRUE(sockets.ok()) << sockets.error();
  const std::uint16_t port = sockets->ports().bootstrap;
  const auto knock = [&] {
    const TcpConnect device = tcp_connect(places.bootstrap, port, std::nullopt);
    if (device.fd < 0) return device.error;
    pollfd answer{device.fd, POLLOUT, 0};
    EXPECT_EQ(::poll(&answer, 1, 10'000), 1);
    const int error = tcp_error(device.fd);
    ::close(device.fd);
    return error;
  };
  EXPECT_EQ(knock(), 0);
  sockets->shut(0);
  EXPECT_EQ(knock(), ECONNREFUSED);
  EXPECT_EQ(sockets->reopen(0), "");
  EXPECT_EQ(knock(), 0);
}

TEST(ListeningSockets, AreHadAgainWhileLinksOfTheExamBeforeLinger) {
  const ListeningPlaces places{.bootstrap = IpAddress::from_v4(0x7f004d01U), .stations = {}};  // 127.0.77.1
  ListeningPorts ports;
  {
    auto sockets = ListeningSockets::listen_at(places, {});
    ASSERT_TRUE(sockets.ok()) << sockets.error();
    ports = sockets->ports();
    const TcpConnect device = tcp_connect(places.bootstrap, ports.bootstrap, std::nullopt);
    ASSERT_GE(device.fd, 0);
    pollfd caller{sockets->descriptors().front(), POLLIN, 0};
    ASSERT_EQ(::poll(&caller, 1, 10'000), 1);
    ::close(accept_one(caller.fd).fd);  // the platform ends it first: it is its end that lingers
    ::close(device.fd);
  }
  const auto again = ListeningSockets::listen_at(places, ports);
  EXPECT_TRUE(again.ok()) << again.error();
}

TEST(WorkFolder, LeavesAloneWhatASymbolicLinkLeadsTo) {
  const WorkFolder outside;
  const WorkFolder folder;
  const std::string file = outside.path() + "/program";
  std::ofstream(file) << "12345678";
  std::filesystem::create_symlink(file, folder.path() + "/link");
  EXPECT_EQ(folder.spoil(FlashDamage::half_written), "");
  EXPECT_EQ(std::filesystem::file_size(file), 8U);
  EXPECT_EQ(folder.spoil(FlashDamage::emptied), "");
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST(WorkFolder, SpoilsWhatIsInItAndGoesWithTheBench) {
  std::string path;
  {
    const WorkFolder folder;
    path = folder.path();
    const std::string file = path + "/slot";
    const auto write = [&] { std::ofstream(file) << "12345678"; };
    const auto content = [&] {
      std::ifstream in(file);
      return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    write();
    EXPECT_EQ(folder.spoil(FlashDamage::half_written), "");
    EXPECT_EQ(content(), "1234");
    write();
    folder.spoil(FlashDamage::bit_flipped);
    EXPECT_EQ(content(), "12344678");
    write();
    folder.spoil(FlashDamage::erased);
    EXPECT_EQ(content(), std::string(8, '\xff'));
    folder.spoil(FlashDamage::emptied);
    EXPECT_FALSE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FlashWatch, CountsWritesAsTheyBeginAndTearsThoseThatWereNeverFinished) {
  const WorkFolder folder;
  const auto write = [](const std::string& file, std::string_view text) { std::ofstream(file) << text << std::flush; };
  const std::string old = folder.path() + "/old";
  write(old, "12345678");
  auto watch = FlashWatch::begin(folder.path());
  ASSERT_NE(watch, nullptr);
  EXPECT_EQ(watch->begun(), 0U) << "what was there before was written before";
  write(folder.path() + "/closed", "12345678");
  std::filesystem::create_directory(folder.path() + "/inner");
  EXPECT_EQ(watch->begun(), 1U);
  const std::string torn = folder.path() + "/inner/torn";
  std::ofstream under_way(torn);
  under_way << "1234" << std::flush;
  EXPECT_EQ(watch->begun(), 1U);
  under_way << "5678" << std::flush;
  EXPECT_EQ(watch->begun(), 0U) << "it goes on";
  std::ofstream renamed(folder.path() + "/new");
  renamed << "12345678" << std::flush;
  std::filesystem::rename(folder.path() + "/new", old);
  EXPECT_EQ(watch->begun(), 1U);
  watch->tear();
  EXPECT_EQ(std::filesystem::file_size(torn), 4U);
  EXPECT_EQ(std::filesystem::file_size(old), 8U) << "whole before it got its name";
  EXPECT_EQ(std::filesystem::file_size(folder.path() + "/closed"), 8U);
}

TEST(Prompts, ALastLineWithoutAnEndIsAnAnswerToo) {
  const WorkFolder folder;
  const std::string file = folder.path() + "/answers";
  std::ofstream(file) << "done\nno";
  auto person = Prompts::open(file);
  ASSERT_TRUE(person.ok());
  EXPECT_EQ(person->answer(), "done");
  EXPECT_EQ(person->answer(), "no");
  EXPECT_FALSE(person->answer());
}

TEST(Prompts, ReadsAnAnswerALineAndNothingBehindTheLast) {
  const WorkFolder folder;
  const std::string file = folder.path() + "/answers";
  std::ofstream(file) << "done\nno\n";
  auto person = Prompts::open(file);
  ASSERT_TRUE(person.ok());
  EXPECT_FALSE(Prompts::is_refusal(*person->answer()));
  EXPECT_TRUE(Prompts::is_refusal(*person->answer()));
  EXPECT_FALSE(person->answer());
  EXPECT_FALSE(person->is_anybody_there());
  EXPECT_THAT(Prompts::open("/nowhere/answers").error(), HasSubstr("/nowhere/answers"));
}

TEST(ScaledClock, MakesASecondOfOursTenOfTheDevices) {
  const ScaledClock clock(0.1);
  EXPECT_EQ(clock.of_ours(1s), Duration{10s});
  const timespec wait = clock.wait_until(clock.now() + 100s);
  EXPECT_NEAR(static_cast<double>(wait.tv_sec) + static_cast<double>(wait.tv_nsec) * 1e-9, 10.0, 0.1);
}

constexpr auto misses_something = [](Exam& exam) { exam.fail("this", "that"); };

TEST(Examiner, WhatADeviceDoesThatNoneMayFailsWhateverIsAsked) {
  StillDut dut;
  dut.findings = {{.expected = "a log that shows no secret", .actual = "it does", .at = {}}};
  const Requirement should{.id = "TEST-01", .level = Level::should, .text = "x", .clause = {"a", "b"}, .examine = [](Exam&) {}};
  const Examined one = examine(dut, {&should}, {}).examined.front();
  EXPECT_EQ(one.verdict, ExamVerdict::fail);
  EXPECT_EQ(one.findings.front().actual, "it does");
}

TEST(Examiner, WhatIsMissedAfterTheDeviceDiedIsNoFindingOfItsOwn) {
  StillDut dut;
  dut.findings = {{.expected = "it runs", .actual = "it ended", .at = {}}};
  dut.died_at = Instant{};
  const Requirement asked{.id = "TEST-01", .level = Level::must, .text = "x", .clause = {"a", "b"}, .examine = misses_something};
  EXPECT_EQ(examine(dut, {&asked}, {}).examined.front().findings.size(), 1U);
  dut.died_at.reset();
  EXPECT_EQ(examine(dut, {&asked}, {}).examined.front().findings.size(), 2U);
}

TEST(Examiner, WhatLastsLongerThanACaseMayIsNotExercisedAndSaysSo) {
  StillDut dut;
  dut.most = 3min;
  const Requirement day{
      .id = "TEST-01", .level = Level::must, .text = "x", .clause = {"a", "b"}, .lasts = 24h, .examine = misses_something};
  const Examined one = examine(dut, {&day}, {}).examined.front();
  EXPECT_EQ(one.verdict, ExamVerdict::not_exercised);
  EXPECT_THAT(one.reason, AllOf(HasSubstr("it lasts up to 24h"), HasSubstr("may take 3m")));
}

}  // namespace
}  // namespace fleetsim::sim
