// A platform of a few lines, in bytes: the far end of both links of a device under test. It bootstraps, accepts, answers property
// posts and notifies; it hands the device from instance A to instance B when told to distribute. Written from the protocol, not from
// the device's code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device::testing {

inline Bytes mqtt_packet(std::uint8_t first, const Bytes& rest) {
  Bytes packet{first};
  std::size_t size = rest.size();
  do {
    const auto digit = static_cast<std::uint8_t>(size % 128);
    size /= 128;
    packet.push_back(static_cast<std::uint8_t>(digit | (size > 0 ? 0x80U : 0U)));
  } while (size > 0);
  packet.insert(packet.end(), rest.begin(), rest.end());
  return packet;
}

inline void put_text(Bytes& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(text.size() & 0xffU));
  out.insert(out.end(), text.begin(), text.end());
}

/// A PUBLISH of QoS 0, or of QoS 1 when `packet_id` is not 0.
inline Bytes publish_packet(std::string_view topic, std::string_view payload, std::uint16_t packet_id = 0) {
  Bytes rest;
  put_text(rest, topic);
  if (packet_id != 0) {
    rest.push_back(static_cast<std::uint8_t>(packet_id >> 8));
    rest.push_back(static_cast<std::uint8_t>(packet_id & 0xffU));
  }
  rest.insert(rest.end(), payload.begin(), payload.end());
  return mqtt_packet(packet_id != 0 ? 0x32 : 0x30, rest);
}

class TinyPlatform {
 public:
  static constexpr std::string_view topic_prefix = "/sys/a1TestPK001/dev1";

  enum class Placement : std::uint8_t { at_a, handover, at_b };

  std::string endpoint_for_bootstrap() const {
    if (!always_bootstraps_to.empty()) return always_bootstraps_to;
    return placement == Placement::at_a ? "a.example" : "b.example";
  }

  void distribute() {
    if (placement == Placement::at_a) placement = Placement::handover;
  }

  // --- the bootstrap side: all of the request so far; empty until it is whole -----------------------------------------------------
  std::string answer_http(std::string_view request) {
    const std::size_t head_end = request.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return {};
    if (request.starts_with("GET ")) return answer_file(request);
    const std::size_t length_at = request.find("Content-Length: ");
    const std::size_t length = std::stoul(std::string(request.substr(length_at + 16)));
    if (request.size() < head_end + 4 + length) return {};
    if (request.starts_with("POST /auth/register/device ")) return answer_registration(request);
    ++bootstraps;
    if (!http_answer.empty()) return http_answer;
    const std::string body = !http_body.empty() ? http_body
                             : !knows_device    ? R"({"code":6100,"message":"device not found"})"
                                                : R"({"code":200,"data":{"resources":{"mqtt":{"host":")" + endpoint_for_bootstrap() +
                                                   R"(","port":1883}}},"message":"success"})";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  // --- the MQTT side: one packet of the device in, packets for it out ---------------------------------------------------------------
  std::vector<Bytes> answer_mqtt(std::string_view host, ByteView packet) {
    switch (packet[0] >> 4) {
      case 1:
        if (text_of(packet).find("authType=register") != std::string_view::npos) return answer_registration_connect();
        if (text_of(packet).find("authType=regnwl") != std::string_view::npos) return answer_token_registration();
        if (const auto code = refusal_of_token(text_of(packet)); code != 0) return {Bytes{0x20, 0x02, 0x00, code}};
        activated = true;
        return answer_connect(host);
      case 3:
        return answer_publish(packet);
      case 8:
        return {mqtt_packet(0x90, {packet[2], packet[3], suback_code})};
      case 10:
        return {mqtt_packet(0xb0, {packet[2], packet[3]})};
      case 12:
        if (!answers_pings) return {};
        return {mqtt_packet(0xd0, {})};
      default:
        return {};
    }
  }

  Bytes notify() { return publish_packet(std::string(topic_prefix) + "/thing/bootstrap/notify", notify_text); }

  Placement placement = Placement::at_a;
  int replies = 0;  // notify replies that arrived
  int connects_at_b = 0;
  std::string notify_text = R"({"id":"4294967295","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})";
  std::string last_reply;

  // misbehaviour
  std::string http_answer;           // instead of the right one
  std::string http_body;             // likewise, but only the body
  std::string always_bootstraps_to;  // host, whatever the placement
  std::uint8_t connack_code = 0;     // refuse every CONNECT
  std::uint8_t suback_code = 1;      // of every SUBSCRIBE
  bool answers_pings = true;
  bool acknowledges = true;  // publishes of QoS 1

  // an upgrade, offered to whoever tells another version, and again to whoever failed
  std::string image;
  std::string offer;            // the message
  std::string offered_version;  // empty: none is offered
  std::vector<std::string> informed;
  std::vector<std::string> progress;  // the steps told
  std::vector<std::string> file_requests;
  std::string file_answer;  // instead of the right one
  bool knows_ranges = true;
  int offers_left = 1000;
  int bootstraps = 0;

  // dynamic registration: the secret is told until the device has logged in
  std::string secret = "its-own-secret";
  bool activated = false;
  std::vector<std::string> registrations;  // requests; "CONNECT" for one over MQTT
  std::string registration_body;           // instead of the right answer
  std::string registration_message;        // likewise, over MQTT

  // without pre-registration: each registration makes the device known and its former token void, until it has logged in
  bool knows_device = true;
  int tokens_given = 0;
  bool token_is_valid = false;
  std::uint8_t wrong_token_code = 4;
  std::string token() const { return "its-own-token-" + std::to_string(tokens_given); }
  std::string token_client_id() const { return "client-" + std::to_string(tokens_given); }
  void delete_device() {
    knows_device = false;
    activated = false;
    token_is_valid = false;
  }

 private:
  std::vector<Bytes> answer_token_registration() {
    registrations.emplace_back("CONNECT");
    if (activated) return {wire("20 02 00 05")};
    ++tokens_given;
    knows_device = true;
    token_is_valid = true;
    const std::string message =
        R"({"productKey":"a1TestPK001","deviceName":"dev1","clientId":")" + token_client_id() + R"(","deviceToken":")" + token() + R"("})";
    return {wire("20 02 00 00"), publish_packet("/ext/regnwl", registration_message.empty() ? message : registration_message)};
  }
  /// 0: it is no login by token, or the right one.
  std::uint8_t refusal_of_token(std::string_view connect) const {
    if (connect.find("authType=connwl") == std::string_view::npos) return 0;
    const std::string begin = token_client_id() + "|authType=connwl,securemode=-2,_ss=1,ext=3,_v=";
    const bool is_right = token_is_valid && connect.find(begin) != std::string_view::npos && connect.ends_with(token());
    if (!is_right) return wrong_token_code;
    return 0;
  }

  std::string answer_registration(std::string_view request) {
    registrations.emplace_back(request);
    std::string body =
        R"({"code":200,"data":{"productKey":"a1TestPK001","deviceName":"dev1","deviceSecret":")" + secret + R"("},"message":"success"})";
    if (activated) body = R"({"code":6289,"message":"the device is active already"})";
    if (!registration_body.empty()) body = registration_body;
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::vector<Bytes> answer_registration_connect() {
    registrations.emplace_back("CONNECT");
    if (activated) return {wire("20 02 00 05")};
    const std::string message = R"({"productKey":"a1TestPK001","deviceName":"dev1","deviceSecret":")" + secret + R"("})";
    return {wire("20 02 00 00"), publish_packet("/ext/register", registration_message.empty() ? message : registration_message)};
  }

  std::string answer_file(std::string_view request) {
    file_requests.emplace_back(request);
    if (!file_answer.empty()) return file_answer;
    std::size_t first = 0;
    std::size_t last = image.size() - 1;
    if (const std::size_t at = request.find("Range: bytes="); knows_ranges && at != std::string_view::npos) {
      const std::string range(request.substr(at + 13, request.find('\r', at) - at - 13));
      first = std::stoul(range);
      last = std::stoul(range.substr(range.find('-') + 1));
    }
    const std::string body = image.substr(first, last - first + 1);
    const std::string status = knows_ranges ? "206 Partial Content" : "200 OK";
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  static std::string text_behind(const std::string& payload, const std::string& name) {
    const std::size_t at = payload.find(name) + name.size();
    return payload.substr(at, payload.find('"', at) - at);
  }

  void take_upgrade_message(const std::string& topic, const std::string& payload, std::vector<Bytes>& answers) {
    bool offers = false;
    if (topic == "/ota/device/inform/a1TestPK001/dev1") {
      informed.push_back(text_behind(payload, R"("version":")"));
      offers = informed.back() != offered_version;
    } else if (topic == "/ota/device/progress/a1TestPK001/dev1") {
      progress.push_back(text_behind(payload, R"("step":")"));
      offers = progress.back().starts_with('-');
    }
    if (!offers || offered_version.empty() || offers_left == 0) return;
    --offers_left;
    answers.push_back(publish_packet("/ota/device/upgrade/a1TestPK001/dev1", offer));
  }

  std::vector<Bytes> answer_connect(std::string_view host) {
    const bool at_b = host == "b.example";
    if (at_b) {
      if (placement == Placement::handover) placement = Placement::at_b;
      ++connects_at_b;
    }
    const bool welcome = at_b ? placement == Placement::at_b : placement != Placement::at_b;
    if (connack_code != 0) return {Bytes{0x20, 0x02, 0x00, connack_code}};
    std::vector<Bytes> answers{wire(welcome ? "20 02 00 00" : "20 02 00 05")};
    if (welcome && placement == Placement::handover) answers.push_back(notify());  // it was offline when the job ran
    return answers;
  }

  std::vector<Bytes> answer_publish(ByteView packet) {
    std::size_t at = 1;
    while ((packet[at] & 0x80U) != 0) ++at;
    ++at;
    const std::size_t topic_size = static_cast<std::size_t>(packet[at]) << 8 | packet[at + 1];
    const std::string topic(text_of(packet.subspan(at + 2, topic_size)));
    ByteView rest = packet.subspan(at + 2 + topic_size);
    std::vector<Bytes> answers;
    if ((packet[0] & 0x06U) != 0) {
      if (acknowledges) answers.push_back(mqtt_packet(0x40, {rest[0], rest[1]}));
      rest = rest.subspan(2);
    }
    const std::string payload(text_of(rest));
    take_upgrade_message(topic, payload, answers);
    if (topic == std::string(topic_prefix) + "/thing/bootstrap/notify_reply") {
      ++replies;
      last_reply = payload;
    } else if (topic == std::string(topic_prefix) + "/thing/event/property/post") {
      const std::size_t id_at = payload.find(R"("id":")") + 6;
      const std::string id = payload.substr(id_at, payload.find('"', id_at) - id_at);
      answers.push_back(publish_packet(topic + "_reply", R"({"code":200,"data":{},"id":")" + id + R"(","message":"success"})"));
    }
    return answers;
  }
};

}  // namespace fleetsim::device::testing
