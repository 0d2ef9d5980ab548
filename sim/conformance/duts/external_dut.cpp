#include "sim/conformance/duts/external_dut.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <string>
#include <unistd.h>
#include <utility>

#include "sim/conformance/duts/external_bench.hpp"

namespace fleetsim::sim {
namespace {

// Its application publishes or not: that is found out.
constexpr std::uint16_t external_capabilities = needs::network | needs::traffic;
constexpr std::uint16_t with_a_person = needs::power | needs::reset | needs::clock | needs::running_clock;
constexpr int highest_port = 65535;
constexpr int stations_behind = 3;

/// The secret on the disk, for its owner's eyes only; gone with the exam.
class SecretFile {
 public:
  SecretFile() = default;
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  ~SecretFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const std::string& path() const { return path_; }
  /// What is in the way; empty: nothing.
  std::string write(std::string_view secret) {
    const char* const folder = std::getenv("TMPDIR");
    std::string path = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/fleetsim-secret-XXXXXX";
    const int fd = ::mkstemp(path.data());  // 0600
    if (fd < 0) return fmt::format("cannot write the secret into {}: {}", path, std::strerror(errno));
    path_ = path;
    const std::string text = std::string(secret) + "\n";
    const ssize_t written = ::write(fd, text.data(), text.size());
    ::close(fd);
    return written == static_cast<ssize_t>(text.size()) ? std::string{} : "cannot write the secret into " + path;
  }

 private:
  std::string path_;
};

class ExternalDut final : public DutAdapter {
 public:
  ExternalDut(std::string name, const IpAddress& address, Prompts person, const DutOptions& options)
      : name_(std::move(name)),
        address_(address),
        person_(std::move(person)),
        options_(options),
        time_scale_(options.time_scale.value_or(1)) {
    if (options.port == 0) return;
    ports_.bootstrap = options.port;
    for (std::uint16_t i = 1; i <= stations_behind; ++i) ports_.stations.push_back(static_cast<std::uint16_t>(options.port + i));
  }

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override {
    const std::uint16_t by_hand = person_.is_anybody_there() ? with_a_person : needs::nothing;
    const std::uint16_t with_tls = options_.tls == DutTls::both ? needs::tls : needs::nothing;
    return static_cast<std::uint16_t>(external_capabilities | by_hand | with_tls);
  }
  bool in_parallel() const override { return false; }
  Duration lasts_max() const override { return ScaledClock(time_scale_).of_ours(options_.case_time); }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    SocketBenchPlan plan{.order = order, .time_scale = time_scale_};
    plan.bootstrap_tls = options_.tls == DutTls::bootstrap || options_.tls == DutTls::both;
    plan.mqtt_tls = options_.tls == DutTls::mqtt || options_.tls == DutTls::both;
    plan.places = {.bootstrap = address_, .stations = {address_, address_, address_}};
    plan.ports = ports_;
    plan.device_prefix = "dut-";
    plan.time_max = 3 * options_.case_time + 4 * options_.patience + std::chrono::minutes{1} +
                    std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double>(order.recovery) * time_scale_);
    if (options_.tls != DutTls::off && !tls_) {
      auto tls = make_bench_tls(plan.places, order.seed);
      if (!tls) return fail(tls.error());
      tls_ = std::move(*tls);
    }
    plan.tls = tls_.get();
    if (tls_ && (order.requirement.needs & needs::tls) != 0) tls_->make_faulty_certificates();
    ExternalBench bench(plan, person_, options_.patience, is_off_);
    if (std::string lacking = bench.set_up(); !lacking.empty()) return fail(std::move(lacking));
    ports_ = bench.listening();  // it was burned in once
    if (std::string lacking = tell_what_to_burn(bench); !lacking.empty()) return fail(std::move(lacking));
    if (is_off_) {  // the case before has left it so
      if (std::string lacking = bench.power(PowerOrder::on); !lacking.empty()) return fail(std::move(lacking));
    }
    if (!bench.await_first_link(options_.patience) && !has_come_)
      return fail(fmt::format("no device came to {}:{} within {} s", bench.door().address, bench.door().port, options_.patience.count()));
    has_come_ = true;
    work(bench);
    bench.send_home();
    return bench.record();
  }

 private:
  /// Once: all cases have the same places and the same device.
  std::string tell_what_to_burn(const ExternalBench& bench) {
    if (!secret_.path().empty()) return {};
    if (std::string wrong = secret_.write(bench.candidate().device_secret); !wrong.empty()) return wrong;
    const platform::Endpoint& door = bench.door();
    const Station& home = bench.stations().front();
    Prompts::tell(
        fmt::format("burn into the device, and switch it on within {} s:\n"
                    "  product key    {}\n"
                    "  device name    {}\n"
                    "  device secret  in {} (readable by you only, gone when the exam is over)\n"
                    "  bootstrap      {}://{}:{}/auth/bootstrap\n"
                    "  MQTT at home   {}:{}{}\n"
                    "  trusted CA     {}",
                    options_.patience.count(), bench.candidate().product_key, bench.candidate().device_name, secret_.path(),
                    door.tls ? "https" : "http", door.address, door.port, home.host, home.port,
                    options_.tls == DutTls::mqtt || options_.tls == DutTls::both ? " (TLS)" : "",
                    tls_ ? tls_->ca_file() : std::string("none: no leg speaks TLS (--dut-tls)")));
    return {};
  }

  std::string name_;
  IpAddress address_;
  Prompts person_;
  DutOptions options_;
  double time_scale_;
  ListeningPorts ports_;
  std::unique_ptr<BenchTls> tls_;
  SecretFile secret_;
  bool has_come_ = false;
  bool is_off_ = false;
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_external_dut(std::string_view what, const DutOptions& options) {
  const auto address = IpAddress::parse(options.address);
  if (!address) return fail(fmt::format("--external-address {}: expected an address such as 192.168.1.5", options.address));
  if (options.port > highest_port - stations_behind)
    return fail(fmt::format("--external-port {}: expected at most {}, for the stations have the three that follow", options.port,
                            highest_port - stations_behind));
  auto person = Prompts::open(options.answers_file);
  if (!person) return fail(person.error());
  std::string name = what.empty() ? std::string("external") : fmt::format("external:{}", what);
  std::unique_ptr<DutAdapter> made = std::make_unique<ExternalDut>(std::move(name), *address, std::move(*person), options);
  return made;
}

}  // namespace fleetsim::sim
