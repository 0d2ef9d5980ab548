// A device on Paho MQTT C++: libcurl asks for its endpoint, Boost.JSON reads what comes, OpenSSL signs. What the session does by itself
// (keep-alive, reconnect with a wait that doubles, messages that go out again) is Paho's.
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <curl/curl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <mqtt/async_client.h>
#include <mutex>
#include <openssl/hmac.h>
#include <optional>
#include <random>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace json = boost::json;

std::string setting(const char* name, const std::string& otherwise = {}) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

struct Settings {
  std::string bootstrap_url = setting("FLEETSIM_BOOTSTRAP_URL", "https://iot-auth-global.aliyuncs.com");
  std::string ca_file = setting("FLEETSIM_CA_FILE", "/etc/ssl/certs/ca-certificates.crt");
  std::string product_key = setting("FLEETSIM_PRODUCT_KEY");
  std::string device_name = setting("FLEETSIM_DEVICE_NAME");
  std::string device_secret = setting("FLEETSIM_DEVICE_SECRET");
  std::filesystem::path flash = setting("FLEETSIM_FLASH", ".");
  bool mqtt_tls = setting("FLEETSIM_MQTT_TLS", "1") == "1";
  double time_scale = std::stod(setting("FLEETSIM_TIME_SCALE", "1"));
  seconds keep_alive{std::stoi(setting("FLEETSIM_KEEP_ALIVE_S", "60"))};
  milliseconds publish_interval{std::stoi(setting("FLEETSIM_PUBLISH_INTERVAL_MS", "0"))};

  /// Shorter when time is, but never shorter than that.
  milliseconds scaled(milliseconds time, milliseconds at_least) const {
    return std::max(at_least, milliseconds{static_cast<long>(static_cast<double>(time.count()) * time_scale)});
  }
  std::string topic(const std::string& tail) const { return "/sys/" + product_key + "/" + device_name + "/thing/" + tail; }
};

struct Endpoint {
  std::string host;
  int port = 0;

  bool is_usable() const {
    const auto belongs = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-'; };
    return !host.empty() && host.size() < 254 && std::all_of(host.begin(), host.end(), belongs) && port > 0 && port < 65536;
  }
};

/// What wakes the main thread: news of the session, and SIGTERM.
class News {
 public:
  void stop() { tell(is_stopped_); }
  void move() { tell(is_told_to_move_); }
  void changed() {
    const std::lock_guard lock(mutex_);
    ++changes_;
    woken_.notify_all();
  }
  bool is_stopped() const { return is_stopped_; }
  bool is_told_to_move() const { return is_told_to_move_; }
  void forget_move() { is_told_to_move_ = false; }
  void await(milliseconds at_most) {
    std::unique_lock lock(mutex_);
    const unsigned seen = changes_;
    woken_.wait_for(lock, at_most, [&] { return changes_ != seen || is_stopped_ || is_told_to_move_; });
  }
  void back_off(milliseconds time) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, time, [&] { return is_stopped_.load(); });
  }

 private:
  void tell(std::atomic<bool>& flag) {
    flag = true;
    changed();
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  unsigned changes_ = 0;
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> is_told_to_move_ = false;
};

// --- Bootstrap ---

std::size_t take_piece(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  constexpr std::size_t body_max = 65536;
  if (body.size() + size * count > body_max) return 0;  // ends the transfer
  body.append(bytes, size * count);
  return size * count;
}

int look_whether_stopped(void* news, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const News*>(news)->is_stopped() ? 1 : 0;
}

std::optional<Endpoint> read_answer(const std::string& body) {
  try {
    const json::object answer = json::parse(body).as_object();
    if (answer.at("code").as_int64() != 200) return std::nullopt;
    const json::object& mqtt = answer.at("data").as_object().at("resources").as_object().at("mqtt").as_object();
    const json::value& port = mqtt.at("port");
    Endpoint found{json::value_to<std::string>(mqtt.at("host")), 0};
    found.port = port.is_string() ? std::stoi(json::value_to<std::string>(port)) : port.to_number<int>();
    if (found.is_usable()) return found;
  } catch (const std::exception& error) {
    std::cerr << "bootstrap: " << error.what() << '\n';
  }
  return std::nullopt;
}

std::optional<Endpoint> bootstrap(const Settings& mine, News& news) {
  const std::unique_ptr<CURL, void (*)(CURL*)> call(curl_easy_init(), curl_easy_cleanup);
  const std::string form = "productKey=" + mine.product_key + "&deviceName=" + mine.device_name + "&clientId=" + mine.product_key + "." +
                           mine.device_name + "&resources=mqtt";
  std::string body;
  long status = 0;
  curl_easy_setopt(call.get(), CURLOPT_URL, (mine.bootstrap_url + "/auth/bootstrap").c_str());
  curl_easy_setopt(call.get(), CURLOPT_CAINFO, mine.ca_file.c_str());
  curl_easy_setopt(call.get(), CURLOPT_POSTFIELDS, form.c_str());
  curl_easy_setopt(call.get(), CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(call.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(call.get(), CURLOPT_WRITEFUNCTION, take_piece);
  curl_easy_setopt(call.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(call.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(call.get(), CURLOPT_XFERINFOFUNCTION, look_whether_stopped);
  curl_easy_setopt(call.get(), CURLOPT_XFERINFODATA, &news);
  const CURLcode code = curl_easy_perform(call.get());
  if (code != CURLE_OK) std::cerr << "bootstrap: " << curl_easy_strerror(code) << '\n';
  curl_easy_getinfo(call.get(), CURLINFO_RESPONSE_CODE, &status);
  return code == CURLE_OK && status == 200 ? read_answer(body) : std::nullopt;
}

// --- Flash ---

std::optional<Endpoint> load(const Settings& mine) {
  std::ifstream file(mine.flash / "endpoint.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  json::error_code failed;
  const json::value stored = json::parse(text, failed);
  if (failed || !stored.is_object() || !stored.as_object().contains("host") || !stored.as_object().contains("port")) return std::nullopt;
  const json::value& host = stored.at("host");
  const json::value& port = stored.at("port");
  if (!host.is_string() || !port.is_int64()) return std::nullopt;
  const Endpoint found{json::value_to<std::string>(host), static_cast<int>(port.as_int64())};
  return found.is_usable() ? std::optional(found) : std::nullopt;
}

/// Beside the old one, which it replaces once it is whole.
void store(const Settings& mine, const Endpoint& endpoint) {
  const std::optional<Endpoint> stored = load(mine);
  if (stored && stored->host == endpoint.host && stored->port == endpoint.port) return;
  std::ofstream(mine.flash / "endpoint.new") << json::serialize(json::object{{"host", endpoint.host}, {"port", endpoint.port}}) << '\n';
  std::filesystem::rename(mine.flash / "endpoint.new", mine.flash / "endpoint.json");
}

// --- Session ---

std::string signature(const Settings& mine, const std::string& client) {
  const std::string content =
      "clientId" + client + "deviceName" + mine.device_name + "productKey" + mine.product_key + "timestamp2524608000000";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), mine.device_secret.data(), static_cast<int>(mine.device_secret.size()),
       reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest, &length);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += "0123456789ABCDEF"[digest[i] >> 4];
    text += "0123456789ABCDEF"[digest[i] & 15];
  }
  return text;
}

class Session {
 public:
  Session(const Settings& mine, const Endpoint& endpoint, News& news)
      : mine_(mine), news_(news), client_(uri(mine, endpoint), client_id(mine)) {
    client_.set_connected_handler([this](const std::string&) { news_.changed(); });
    client_.set_connection_lost_handler([this](const std::string&) { news_.changed(); });
    client_.set_message_callback([this](const mqtt::const_message_ptr& message) { take(*message); });
  }

  /// Ends when it is told to move, to stop, or was away for so long that the endpoint may be the wrong one. Whether it was of use.
  bool keep(const std::function<void()>& accepted) {
    const std::string client = mine_.product_key + "." + mine_.device_name;
    auto options = mqtt::connect_options_builder()
                       .mqtt_version(MQTTVERSION_3_1_1)
                       .user_name(mine_.device_name + "&" + mine_.product_key)
                       .password(signature(mine_, client))
                       .clean_session(false)
                       .keep_alive_interval(mine_.keep_alive)
                       .connect_timeout(seconds{10})
                       .automatic_reconnect(seconds{1}, std::chrono::duration_cast<seconds>(mine_.scaled(seconds{60}, seconds{4})));
    if (mine_.mqtt_tls)
      options.ssl(mqtt::ssl_options_builder().trust_store(mine_.ca_file).enable_server_cert_auth(true).verify(true).finalize());
    try {
      const mqtt::token_ptr connecting = client_.connect(options.finalize());
      for (int tenths = 0; tenths < 150 && !news_.is_stopped() && !connecting->wait_for(milliseconds{100}); ++tenths) continue;
    } catch (const mqtt::exception& error) {
      std::cerr << "mqtt: " << error.what() << '\n';
      return false;
    }
    if (!client_.is_connected()) return false;
    accepted();
    return attend();
  }

  void leave() {
    try {
      if (client_.is_connected()) client_.disconnect(milliseconds{500})->wait_for(seconds{3});
    } catch (const mqtt::exception& error) {
      std::cerr << "mqtt: " << error.what() << '\n';
    }
  }

 private:
  static std::string uri(const Settings& mine, const Endpoint& endpoint) {
    return (mine.mqtt_tls ? "ssl://" : "tcp://") + endpoint.host + ":" + std::to_string(endpoint.port);
  }
  static std::string client_id(const Settings& mine) {
    return mine.product_key + "." + mine.device_name +
           "|timestamp=2524608000000,_ss=1,_v=paho-cpp,securemode=" + (mine.mqtt_tls ? "2" : "3") + ",signmethod=hmacsha256|";
  }

  bool attend() {
    const milliseconds patience = mine_.scaled(seconds{120}, seconds{15});
    const Clock::time_point begin = Clock::now();
    Clock::time_point due = begin;
    Clock::time_point last_online = begin;
    while (!news_.is_stopped() && !news_.is_told_to_move() && Clock::now() - last_online < patience) {
      const bool is_online = client_.is_connected();
      if (is_online) last_online = Clock::now();
      if (is_online && mine_.publish_interval.count() > 0 && Clock::now() >= due) {
        post_property();
        due = Clock::now() + mine_.publish_interval;
      }
      news_.await(mine_.publish_interval.count() > 0 ? std::min(mine_.publish_interval, milliseconds{500}) : milliseconds{500});
    }
    return Clock::now() - begin > seconds{10};
  }

  void post_property() {
    const json::object post{{"id", std::to_string(++posts_)},
                            {"version", "1.0"},
                            {"params", {{"temperature", 20 + posts_ % 10}}},
                            {"method", "thing.event.property.post"}};
    send("event/property/post", post, 1);
  }

  void send(const std::string& tail, const json::object& content, int qos) {
    try {
      client_.publish(mine_.topic(tail), json::serialize(content), qos, false);
    } catch (const mqtt::exception& error) {
      std::cerr << "mqtt: " << error.what() << '\n';  // the link has gone in between, or too much is under way
    }
  }

  /// On Paho's thread.
  void take(const mqtt::message& message) {
    json::error_code failed;
    const json::value content = json::parse(message.get_payload_str(), failed);
    if (failed || !content.is_object()) return;
    const json::object& order = content.as_object();
    const json::value* const id = order.if_contains("id");
    if (id == nullptr || !(id->is_string() || id->is_number())) return;
    const json::object reply{{"id", *id}, {"code", 200}, {"data", json::object{}}};
    if (message.get_topic() == mine_.topic("service/property/set")) send("service/property/set_reply", reply, 0);
    if (message.get_topic() != mine_.topic("bootstrap/notify")) return;
    const json::value* const method = order.if_contains("method");
    const json::value* const params = order.if_contains("params");
    if (method == nullptr || *method != "thing.bootstrap.notify" || params == nullptr || !params->is_object()) return;
    const json::value* const command = params->as_object().if_contains("cmd");
    if (command == nullptr || *command != 0) return;
    send("bootstrap/notify_reply", reply, 0);
    news_.move();
  }

  const Settings& mine_;
  News& news_;
  mqtt::async_client client_;
  unsigned posts_ = 0;
};

void live(const Settings& mine, News& news) {
  std::mt19937 dice(std::random_device{}());
  std::optional<Endpoint> endpoint = load(mine);
  for (int failures = 0; !news.is_stopped();) {
    if (!endpoint) endpoint = bootstrap(mine, news);
    bool was_of_use = false;
    bool moves = false;
    if (endpoint && !news.is_stopped()) {
      news.forget_move();
      Session session(mine, *endpoint, news);
      was_of_use = session.keep([&] { store(mine, *endpoint); });
      moves = news.is_told_to_move();
      session.leave();
    }
    failures = was_of_use ? 0 : failures + 1;
    // A stored endpoint is tried a few times; told to move, it is asked for anew at once, unless it goes round in circles.
    if (moves || failures % 3 == 0) endpoint.reset();
    if (news.is_stopped() || was_of_use || (moves && failures < 2)) continue;
    const auto longest = mine.scaled(seconds{60}, seconds{4});
    const auto wait = std::min(longest, milliseconds{1000 << std::min(failures, 10)});
    news.back_off(wait / 2 + wait * std::uniform_int_distribution<int>(0, 100)(dice) / 200);
  }
}

}  // namespace

int main() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // for every thread; the one below awaits them
  const Settings mine;
  if (mine.product_key.empty() || mine.device_name.empty() || mine.device_secret.empty()) {
    std::cerr << "FLEETSIM_PRODUCT_KEY, _DEVICE_NAME and _DEVICE_SECRET say who this is\n";
    return 2;
  }
  News news;
  std::thread([&] {
    int which = 0;
    sigwait(&ends, &which);
    news.stop();
  }).detach();
  curl_global_init(CURL_GLOBAL_DEFAULT);
  live(mine, news);
  curl_global_cleanup();
  return 0;
}
