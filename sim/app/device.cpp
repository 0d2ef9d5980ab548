// `fleetsim device`: one device on sockets, until it is told to switch off.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <sys/signalfd.h>
#include <unistd.h>

#include "devicecore/firmware_profile.hpp"
#include "sim/app/verbs.hpp"
#include "sim/live/lone_device.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

constexpr const char* system_ca = "/etc/ssl/certs/ca-certificates.crt";

int refuse_device(ExitCode code, const std::string& why) {
  std::fputs(fmt::format("fleetsim device: {}\n", why).c_str(), stderr);
  return static_cast<int>(code);
}

std::optional<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text;
}

/// 2026-11-29T19:50:01.123Z
std::string time_stamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{}.{:03}Z", text.data(), ms);
}

/// Readable once somebody wants it off.
int stop_descriptor() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, SIGTERM);
  ::sigaddset(&wanted, SIGINT);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  return ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// What is wrong with the options, beyond their form.
std::string mistake_in(const DeviceVerb& verb) {
  const device::FirmwareProfile* const profile = device::find_firmware_profile(verb.profile);
  if (profile == nullptr) return fmt::format("there is no firmware profile \"{}\"; `fleetsim list profiles` shows all", verb.profile);
  if (verb.bootstrap_host.empty() && verb.home_host.empty()) return "where should it go? Give --bootstrap-host or --home-host";
  if (!profile->can_bootstrap && verb.home_host.empty())
    return fmt::format("firmware \"{}\" knows no bootstrap: give --home-host", verb.profile);
  return {};
}

}  // namespace

int device_verb(const DeviceVerb& verb) {
  if (const std::string mistake = mistake_in(verb); !mistake.empty()) return refuse_device(ExitCode::usage, mistake);
  std::string secret = verb.device_secret;
  if (!verb.device_secret_file.empty()) {
    const auto text = text_of_file(verb.device_secret_file);
    if (!text) return refuse_device(ExitCode::environment, "cannot read the secret in " + verb.device_secret_file);
    secret = text->substr(0, text->find_first_of(" \t\r\n"));
  }
  const auto identity = device::Identity::parse(verb.product_key, verb.device_name, secret);
  if (!identity) return refuse_device(ExitCode::usage, std::string(device::describe(identity.error())));
  LoneDeviceOptions options;
  options.profile = verb.profile;
  options.bootstrap_host = verb.bootstrap_host;
  options.bootstrap_port = verb.bootstrap_port;
  options.bootstrap_tls = verb.bootstrap_tls;
  options.mqtt_tls = verb.mqtt_tls;
  options.home_host = verb.home_host;
  options.home_port = verb.home_port;
  options.flash_folder = verb.flash_folder;
  options.keep_alive_s = verb.keep_alive_s;
  // Of our time, as whoever ordered it counts; all else is the device's own.
  options.publish_every = Duration{static_cast<std::int64_t>(verb.publish_interval_ms * 1e3 / verb.time_scale)};
  options.firmware_version = verb.firmware_version;
  options.time_scale = verb.time_scale;
  options.clock_offset = std::chrono::seconds{verb.clock_offset_s};
  options.clock_file = verb.clock_file;
  options.seed = verb.seed ? *verb.seed : std::random_device{}();
  if (verb.bootstrap_tls || verb.mqtt_tls) {
    const std::string path = verb.ca_file.empty() ? system_ca : verb.ca_file;
    const auto pem = text_of_file(path);
    if (!pem) return refuse_device(ExitCode::environment, fmt::format("cannot read the CA in {}: give --ca-file", path));
    options.ca_pem = *pem;
  }
  if (!verb.quiet) options.log = [](std::string_view line) { std::fputs(fmt::format("{} {}\n", time_stamp(), line).c_str(), stderr); };
  const int stop = stop_descriptor();
  if (stop < 0) return refuse_device(ExitCode::environment, "no descriptor is left to hear signals with");
  LoneDevice device(*identity, std::move(options));
  const std::string problem = device.run(stop);
  ::close(stop);
  return problem.empty() ? static_cast<int>(ExitCode::pass) : refuse_device(ExitCode::environment, problem);
}

}  // namespace fleetsim::sim
