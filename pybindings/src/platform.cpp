// The platform of an open world, for Python: what its registry and its jobs say, the management API without a request, and messages to
// devices. Each look is copied between two moments of the run; nothing of Python is touched on the platform's thread.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/core/api/api_service.hpp"
#include "pybindings/src/bindings.hpp"
#include "pybindings/src/platform_look.hpp"
#include "pybindings/src/world.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::python {
namespace {

constexpr std::chrono::milliseconds look_for_answers_after{50};

class WorldPlatform {
 public:
  explicit WorldPlatform(std::shared_ptr<World> world) : world_(std::move(world)) {}

  /// On the platform's thread.
  void with(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) {
    world_->with([&](sim::OpenRun& run) { run.platform->host().call(work); });
  }

  /// The same for what changes something.
  void order(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) {
    world_->order([&](sim::OpenRun& run) { run.platform->host().call(work); });
  }

  std::vector<platform::Endpoint> endpoints() {
    std::vector<platform::Endpoint> all;
    world_->with([&](sim::OpenRun& run) { all = run.platform->host().endpoints(); });
    return all;
  }

  /// What the scenario calls them: job -> name.
  std::map<std::string, std::string> names_of_jobs() {
    std::map<std::string, std::string> names;
    world_->with([&](sim::OpenRun& run) {
      for (const sim::DistributionResult& entry : run.platform->distribution())
        for (const std::string& job : entry.jobs) names.emplace(job, entry.job);
    });
    return names;
  }

  std::optional<SeenDevice> device(const std::string& name) {
    std::optional<SeenDevice> seen;
    with([&](platform::Platform& platform, platform::Output&, Instant) {
      if (const auto found = device_named(platform.registry(), name)) seen = look_at_device(platform, *found);
    });
    return seen;
  }

  bool publish_to(const std::string& device, const std::string& topic, const std::string& payload, unsigned qos) {
    bool is_sent = false;
    order([&](platform::Platform& platform, platform::Output& output, Instant now) {
      const auto found = device_named(platform.registry(), device);
      is_sent = found && platform.publish_to_device(*found, topic, bytes_of(payload), static_cast<std::uint8_t>(qos), now, output);
    });
    return is_sent;
  }

  /// The answer, a JSON object. One that comes later is waited for; nothing: the run was over before it came.
  std::optional<std::string> call(const std::string& action, const std::string& parameters, const std::string& account, bool changes) {
    platform::DirectAnswer answer;
    bool is_known = true;
    const auto asked = [&](platform::Platform& platform, platform::Output& output, Instant now) {
      const platform::Registry& registry = platform.registry();
      auto index = registry.find_account(account);
      if (account.empty() && registry.account_count() > 0) index = platform::AccountIndex{0};
      is_known = index.has_value();
      if (!index) return;
      answer = platform::api_of(platform).call({.action = action, .parameters = parameters, .account = *index}, now, output);
      platform.advance(now, output);  // the end of a step: what was closed or promised meanwhile goes out
      if (!answer.ticket) return;
      if (auto late = platform::api_of(platform).take_late(*answer.ticket, now)) answer = {.body = std::move(*late)};
    };
    changes ? order(asked) : with(asked);
    if (!is_known) throw py::key_error("no account " + account);
    if (!answer.ticket) return answer.body;
    return await(*answer.ticket);
  }

 private:
  std::optional<std::string> await(platform::ConnectionId ticket) {
    std::optional<std::string> late;
    world_->pass([&](sim::OpenRun& run) {
      const PythonThread thread;
      do
        run.platform->host().call([&](platform::Platform& platform, platform::Output&, Instant now) {
          late = platform::api_of(platform).take_late(ticket, now);
        });
      while (!late && run.host.pause_for_turn(look_for_answers_after));
    });
    return late;
  }

  std::shared_ptr<World> world_;
};

py::dict dict_of(const SeenDevice& seen) {
  using namespace py::literals;
  return py::dict("name"_a = seen.name, "account"_a = seen.account, "instance"_a = seen.instance, "listed_at"_a = seen.listed_at,
                  "status"_a = seen.status, "online"_a = seen.is_online, "enabled"_a = seen.is_enabled, "activated"_a = seen.is_activated,
                  "job"_a = seen.job, "handover_step"_a = seen.handover_step, "moves"_a = seen.moves, "created"_a = seen.created);
}

py::list jobs_of(WorldPlatform& self) {
  using namespace py::literals;
  std::vector<SeenJob> jobs;
  self.with([&](platform::Platform& platform, platform::Output&, Instant) { jobs = look_at_jobs(platform); });
  const std::map<std::string, std::string> names = self.names_of_jobs();
  py::list all;
  for (const SeenJob& job : jobs) {
    const auto named = names.find(job.id);
    all.append(py::dict("id"_a = job.id, "name"_a = named == names.end() ? job.id : named->second, "state"_a = job.state,
                        "policy"_a = job.policy, "account"_a = job.account, "product"_a = job.product, "source"_a = job.source,
                        "targets"_a = job.targets, "devices"_a = job.devices, "moved"_a = job.moved, "failure"_a = job.failure,
                        "created"_a = job.created));
  }
  return all;
}

py::list instances_of(WorldPlatform& self) {
  using namespace py::literals;
  const std::vector<platform::Endpoint> endpoints = self.endpoints();
  std::vector<SeenInstance> instances;
  self.with(
      [&](platform::Platform& platform, platform::Output&, Instant) { instances = look_at_instances(platform.registry(), endpoints); });
  py::list all;
  for (const SeenInstance& one : instances)
    all.append(py::dict("id"_a = one.id, "region"_a = one.region, "owner"_a = one.owner, "host"_a = one.host, "port"_a = one.port,
                        "tls"_a = one.tls, "address"_a = one.address));
  return all;
}

py::list products_of(WorldPlatform& self) {
  using namespace py::literals;
  std::vector<SeenProduct> products;
  self.with([&](platform::Platform& platform, platform::Output&, Instant) { products = look_at_products(platform.registry()); });
  py::list all;
  for (const SeenProduct& one : products)
    all.append(py::dict("key"_a = one.key, "name"_a = one.name, "owner"_a = one.owner, "gateway"_a = one.is_gateway,
                        "instances"_a = one.instances, "devices"_a = one.devices));
  return all;
}

py::list accounts_of(WorldPlatform& self) {
  using namespace py::literals;
  std::vector<SeenAccount> accounts;
  self.with([&](platform::Platform& platform, platform::Output&, Instant) { accounts = look_at_accounts(platform.registry()); });
  py::list all;
  for (const SeenAccount& one : accounts) all.append(py::dict("id"_a = one.id, "name"_a = one.name, "access_keys"_a = one.access_keys));
  return all;
}

py::list rules_of(WorldPlatform& self) {
  using namespace py::literals;
  std::vector<SeenRule> rules;
  self.with([&](platform::Platform& platform, platform::Output&, Instant now) { rules = look_at_rules(platform, now); });
  py::list all;
  for (const SeenRule& one : rules)
    all.append(py::dict("name"_a = one.name, "kind"_a = one.kind, "calls"_a = one.calls, "fired"_a = one.fired, "over"_a = one.is_over));
  return all;
}

}  // namespace

void bind_platform(py::module_& module) {
  py::class_<WorldPlatform>(module, "WorldPlatform", "The platform of an open world.")
      .def(py::init<std::shared_ptr<World>>(), py::arg("world"))
      .def("accounts", &accounts_of)
      .def("instances", &instances_of)
      .def("products", &products_of)
      .def("jobs", &jobs_of)
      .def("rules", &rules_of)
      .def(
          "device",
          [](WorldPlatform& self, const std::string& name) -> py::object {
            const std::optional<SeenDevice> seen = self.device(name);
            if (!seen) return py::none();
            return dict_of(*seen);
          },
          py::arg("name"))
      .def("device_names",
           [](WorldPlatform& self) {
             std::vector<std::string> names;
             self.with([&](platform::Platform& platform, platform::Output&, Instant) { names = names_of_devices(platform.registry()); });
             return names;
           })
      .def("device_count",
           [](WorldPlatform& self) {
             std::uint64_t count = 0;
             self.with([&](platform::Platform& platform, platform::Output&, Instant) { count = count_devices(platform.registry()); });
             return count;
           })
      .def("statistics",
           [](WorldPlatform& self) {
             std::map<std::string, std::uint64_t> counts;
             self.with([&](platform::Platform& platform, platform::Output&, Instant) { counts = look_at_statistics(platform); });
             return counts;
           })
      .def(
          "publish_to",
          [](WorldPlatform& self, const std::string& device, const std::string& topic, const py::bytes& payload, unsigned qos) {
            return self.publish_to(device, topic, payload, qos);
          },
          py::arg("device"), py::arg("topic"), py::arg("payload"), py::arg("qos"))
      .def("call", &WorldPlatform::call, py::arg("action"), py::arg("parameters"), py::arg("account"), py::arg("changes"));
}

}  // namespace fleetsim::python
