// The order of keeping and telling: nothing goes out to anybody before what the step has changed is kept.
#include <chrono>
#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <mutex>
#include <stdexcept>
#include <sys/socket.h>

#include "server_fixture.hpp"

#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

/// A store that says when it commits, waits until it may, and fails when it is told to.
class ScriptedState final : public DurableState, private Journal {
 public:
  std::uint64_t starts() const override { return 0; }
  std::uint64_t seed() const override { return 7; }
  std::optional<StoreError> recover(const DurableParts& parts, std::int64_t) override {
    parts.registry.record(this);
    parts.things.record(this);
    return std::nullopt;
  }
  bool unsaved() const override {
    const std::lock_guard lock{mutex_};
    return unsaved_;
  }
  std::optional<StoreError> commit() override {
    std::unique_lock lock{mutex_};
    ++commits_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (broken_) return StoreError{"/state/platform.db: database or disk is full", "make room"};
    unsaved_ = false;
    return std::nullopt;
  }

  void hold() { set(held_, true); }
  void release() { set(held_, false); }
  void break_disk() { set(broken_, true); }
  int commits() const {
    const std::lock_guard lock{mutex_};
    return commits_;
  }
  bool wait_for_commit(int count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return commits_ >= count; });
  }

 private:
  void product_changed(ProductIndex) override { set(unsaved_, true); }
  void device_changed(DeviceIndex) override { set(unsaved_, true); }
  void job_changed(JobIndex) override { set(unsaved_, true); }
  void firmware_granted(AccountIndex, AccountIndex, std::string_view) override { set(unsaved_, true); }
  void stay_changed(DeviceIndex, const Place&) override { set(unsaved_, true); }
  void labels_changed(DeviceIndex) override { set(unsaved_, true); }
  void gateway_changed(DeviceIndex) override { set(unsaved_, true); }
  void token_changed(DeviceIndex) override { set(unsaved_, true); }
  void codes_changed(AccountIndex, AccountIndex) override { set(unsaved_, true); }
  void firmware_changed(ota::FirmwareIndex) override { set(unsaved_, true); }
  void upgrade_changed(ota::UpgradeIndex) override { set(unsaved_, true); }
  void task_changed(ota::TaskIndex) override { set(unsaved_, true); }
  void remote_config_changed(ProductIndex) override { set(unsaved_, true); }
  void group_changed(std::string_view) override { set(unsaved_, true); }
  void upload_changed(std::string_view) override { set(unsaved_, true); }
  void nickname_changed(DeviceIndex) override { set(unsaved_, true); }
  void application_changed(std::int64_t) override { set(unsaved_, true); }

  void set(bool& what, bool value) {
    const std::lock_guard lock{mutex_};
    what = value;
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool unsaved_ = false;
  bool held_ = false;
  bool broken_ = false;
  int commits_ = 0;
};

ServerOptions with_state(ScriptedState& state) {
  ServerOptions options;
  options.state = &state;
  return options;
}

bool has_heard_something(const Client& client) {
  char byte = 0;
  return ::recv(client.native(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

TEST(ServerState, NoByteGoesOutBeforeTheCommit) {
  ScriptedState state;
  TestServer server(three_instances(), with_state(state));
  Client device(server.endpoint("iotx-oxssharez200"));
  const int before = state.commits();
  state.hold();
  device.send(connect_packet("dev1"));
  ASSERT_TRUE(state.wait_for_commit(before + 1));
  EXPECT_FALSE(has_heard_something(device));
  state.release();
  EXPECT_EQ(device.read(4), connack_accepted);
}

TEST(ServerState, StepsOfOneTurnShareACommit) {
  ScriptedState state;
  TestServer server(three_instances(), with_state(state));
  std::vector<Client> devices;
  for (int i = 1; i <= 9; ++i) devices.emplace_back(server.endpoint("iotx-oxssharez200"));
  Client first(server.endpoint("iotx-oxssharez200"));
  const int before = state.commits();
  state.hold();  // the loop stands still in its commit while the others send
  first.send(connect_packet("dev1"));
  ASSERT_TRUE(state.wait_for_commit(before + 1));
  for (int i = 1; i <= 9; ++i) devices[static_cast<std::size_t>(i - 1)].send(connect_packet("dev" + std::to_string(i)));
  state.release();
  for (Client& device : devices) EXPECT_EQ(device.read(4), connack_accepted);
  EXPECT_LE(state.commits(), before + 4);  // one a device would be ten
}

TEST(ServerState, AfterAFailedCommitNobodyHearsAWord) {
  ScriptedState state;
  std::promise<StoreError> lost;
  ServerOptions options = with_state(state);
  options.on_state_lost = [&lost](const StoreError& problem) { lost.set_value(problem); };
  TestServer server(three_instances(), std::move(options));
  const Endpoint endpoint = server.endpoint("iotx-oxssharez200");
  Client device(endpoint);
  device.send(connect_packet("dev1"));
  EXPECT_EQ(device.read(4), connack_accepted);
  Client other(endpoint);
  const int before = state.commits();
  state.break_disk();
  other.send(connect_packet("dev2"));
  EXPECT_TRUE(other.read_to_end().empty());
  EXPECT_TRUE(device.read_to_end().empty());  // not even a goodbye
  EXPECT_EQ(lost.get_future().get().what, "/state/platform.db: database or disk is full");
  EXPECT_THROW(Client{endpoint}, std::runtime_error);
  bool was_called = false;
  server->call([&](Platform&, Output&, Instant) { was_called = true; });
  EXPECT_TRUE(was_called);
  server->stop(std::chrono::milliseconds{1000});
  EXPECT_EQ(state.commits(), before + 1);  // that one failed, and no other was tried
}

TEST(ServerState, WhatTheDrainChangesIsKeptToo) {
  ScriptedState state;
  TestServer server(three_instances(), with_state(state));
  Client device(server.endpoint("iotx-oxssharez200"));
  device.send(connect_packet("dev1"));
  EXPECT_EQ(device.read(4), connack_accepted);
  const int before = state.commits();
  server->stop(std::chrono::milliseconds{0});
  EXPECT_GT(state.commits(), before);
  EXPECT_FALSE(state.unsaved());
}

TEST(ServerState, IdsFollowFromTheSeedOfTheState) {
  ScriptedState state;
  ServerOptions options = with_state(state);
  options.seed = 1;
  TestServer server(three_instances(), std::move(options));
  TestServer same_seed(three_instances(), [] {
    ServerOptions plain;
    plain.seed = 7;
    return plain;
  }());
  const auto first_job = [](TestServer& platform) {
    std::string id;
    platform->call([&](Platform& core, Output& output, Instant now) {
      DistributeRequest request;
      request.account = AccountId{"198000"};
      request.product = ProductKey{kProduct};
      request.source = InstanceId{"iotx-oxssharez200"};
      request.targets = {InstanceId{"iotx-oxssharez400"}};
      request.devices = {DeviceName{"dev1"}};
      const auto job = core.distribute(request, now, output);
      ASSERT_TRUE(job.ok()) << job.error().message;
      id = std::as_const(core).distribution().job(*job).id;
    });
    return id;
  };
  EXPECT_EQ(first_job(server), first_job(same_seed));
}

}  // namespace
}  // namespace fleetsim::platform
