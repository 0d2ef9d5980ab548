#include "server_fixture.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::chrono::seconds kPatience{20};  // only a failing test waits so long

void append_field(std::string& out, std::string_view text) {
  out += static_cast<char>(text.size() >> 8);
  out += static_cast<char>(text.size() & 0xff);
  out += text;
}

std::string signature(std::string_view secret, const std::string& content) {
  static thread_local OpensslHmac hmac;
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const HmacPort port = hmac.port();
  const std::size_t size = port.compute(port.context, HmacMethod::sha256, bytes_of(secret), bytes_of(content), mac);
  std::string out;
  for (const std::uint8_t byte : ByteView{mac}.first(size)) {
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 15];
  }
  return out;
}

InstanceConfig instance(std::string_view id, std::string_view region, InstanceKind kind, std::string_view address) {
  InstanceConfig config;
  config.id = InstanceId{id};
  config.name = std::string{id};
  config.region = RegionId{region};
  config.kind = kind;
  if (kind == InstanceKind::enterprise) config.owner = AccountId{"198000"};
  config.mqtt.address = std::string{address};
  config.mqtt.tls = false;
  return config;
}

}  // namespace

PlatformConfig three_instances() {
  PlatformConfig config;
  config.accounts = {{AccountId{"198000"}, "test"}};
  config.regions = {{RegionId{"cn-shanghai"}, "Shanghai", {31.2, 121.5}}, {RegionId{"ap-southeast-1"}, "Singapore", {1.3, 103.8}}};
  config.instances = {instance("iotx-oxssharez200", "cn-shanghai", InstanceKind::public_shared, "127.0.21.1"),
                      instance("iotx-oxssharez400", "ap-southeast-1", InstanceKind::public_shared, "127.0.21.2"),
                      instance("iot-060a0b", "cn-shanghai", InstanceKind::enterprise, "127.0.21.3")};
  ProductConfig product;
  product.key = ProductKey{kProduct};
  product.name = "test";
  product.secret = "product secret";
  product.owner = AccountId{"198000"};
  product.instance = InstanceId{"iotx-oxssharez200"};
  for (int i = 1; i <= 9; ++i) product.devices.push_back({DeviceName{"dev" + std::to_string(i)}, "secret"});
  config.products = {product};
  config.bootstrap.address = "127.0.21.9";
  config.bootstrap.tls = false;
  config.limits.mode = LimitsMode::unlimited;
  return config;
}

PlatformConfig three_instances_with_tls() {
  PlatformConfig config = three_instances();
  config.bootstrap.tls = true;
  for (InstanceConfig& instance : config.instances) instance.mqtt.tls = true;
  return config;
}

std::string connect_packet(std::string_view device, int securemode, std::string_view secret) {
  const std::string id = std::string{kProduct} + "." + std::string{device};
  const std::string password = signature(
      secret, "clientId" + id + "deviceName" + std::string{device} + "productKey" + std::string{kProduct} + "timestamp2524608000000");
  std::string body;
  append_field(body, "MQTT");
  body += '\x04';
  body += '\xc2';                      // user name, password, clean session
  body += std::string{"\x04\xb0", 2};  // keep-alive 1200 s
  append_field(body, id + "|timestamp=2524608000000,_ss=1,_v=sdk-c-4.2.0,securemode=" + std::to_string(securemode) +
                         ",signmethod=hmacsha256,ext=3,_conn=tls_2c|");
  append_field(body, std::string{device} + "&" + std::string{kProduct});
  append_field(body, password);
  std::string packet = "\x10";
  packet += static_cast<char>(0x80 | (body.size() & 0x7f));
  packet += static_cast<char>(body.size() >> 7);
  return packet + body;
}

std::string ping_packet() { return {"\xc0\x00", 2}; }

std::string bootstrap_request(std::string_view device) {
  const std::string body = "productKey=" + std::string{kProduct} + "&deviceName=" + std::string{device} + "&resources=mqtt";
  return "POST /auth/bootstrap HTTP/1.1\r\nHost: 127.0.21.9\r\nContent-Type: application/x-www-form-urlencoded;charset=utf-8\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TestServer::TestServer(PlatformConfig config) : TestServer(std::move(config), ServerOptions{}) {}

TestServer::TestServer(PlatformConfig config, ServerOptions options) {
  options.on_event = [this](const PlatformEvent& event, Instant) {
    const std::lock_guard lock{mutex_};
    events_.push_back({event.kind, std::string{event.instance}, std::string{event.device_name}, std::string{event.reason}, event.peer});
    changed_.notify_all();
  };
  options.on_warning = [this](std::string_view text) {
    const std::lock_guard lock{mutex_};
    warnings_.emplace_back(text);
    changed_.notify_all();
  };
  auto started = PlatformServer::start(std::move(config), std::move(options));
  if (!started) throw std::runtime_error(started.error().what);
  server_ = std::move(*started);
}

const Endpoint& TestServer::endpoint(std::string_view name) const {
  for (const Endpoint& endpoint : server_->endpoints())
    if (endpoint.name == name) return endpoint;
  throw std::runtime_error("no such endpoint");
}

RecordedEvent TestServer::wait_for(const std::function<bool(const RecordedEvent&)>& wanted) {
  std::unique_lock lock{mutex_};
  RecordedEvent found;
  const bool seen = changed_.wait_for(lock, kPatience, [&] {
    for (const RecordedEvent& event : events_) {
      if (!wanted(event)) continue;
      found = event;
      return true;
    }
    return false;
  });
  EXPECT_TRUE(seen) << "the event did not come";
  return found;
}

RecordedEvent TestServer::wait_for(PlatformEventKind kind) {
  return wait_for([kind](const RecordedEvent& event) { return event.kind == kind; });
}

std::string TestServer::wait_for_warning() {
  std::unique_lock lock{mutex_};
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return !warnings_.empty(); }));
  return warnings_.empty() ? std::string{} : warnings_.front();
}

std::size_t TestServer::count(PlatformEventKind kind) {
  const std::lock_guard lock{mutex_};
  std::size_t found = 0;
  for (const RecordedEvent& event : events_) found += event.kind == kind ? 1 : 0;
  return found;
}

Client::Client(const Endpoint& endpoint, int receive_buffer) { connect_to(endpoint.address, endpoint.port, receive_buffer); }
Client::Client(const std::string& address, std::uint16_t port) { connect_to(address, port, 0); }
Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

void Client::connect_to(const std::string& address, std::uint16_t port, int receive_buffer) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) throw std::runtime_error("no socket");
  if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("connect failed");
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string Client::read_some() {
  std::array<char, 65536> buffer{};
  const ssize_t n = ::recv(socket_, buffer.data(), buffer.size(), 0);
  EXPECT_FALSE(n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "nothing came in time";
  return n > 0 ? std::string(buffer.data(), static_cast<std::size_t>(n)) : std::string{};
}

std::string Client::read(std::size_t size) {
  std::string out(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = ::recv(socket_, out.data() + got, size - got, 0);
    EXPECT_FALSE(n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "nothing came in time";
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

std::string Client::read_to_end() {
  std::string all;
  for (std::string part = read_some(); !part.empty(); part = read_some()) all += part;
  return all;
}

bool Client::closed_by_peer() { return read_some().empty(); }

void Client::finish_sending() { ::shutdown(socket_, SHUT_WR); }

}  // namespace fleetsim::platform
