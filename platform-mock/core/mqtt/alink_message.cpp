#include "platform-mock/core/mqtt/alink_message.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

enum class Key : std::uint8_t { none, id, params, code, sys, device_send_time };

Key key_of(std::string_view text) {
  if (text == "id") return Key::id;
  if (text == "params") return Key::params;
  if (text == "code") return Key::code;
  if (text == "sys") return Key::sys;
  if (text == "deviceSendTime") return Key::device_send_time;
  return Key::none;
}

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// The callbacks of Boost.JSON's parser. `depth` 1 is inside the outermost object.
struct AlinkMessage::Handler {
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  AlinkMessage* message = nullptr;
  int depth = 0;
  Key key = Key::none;  // the member of the outermost object that is being read
  bool in_ack = false;
  bool outermost_is_object = false;
  bool captured_too_long = false;

  std::string* captured() const {
    if (depth != 1) return nullptr;
    if (key == Key::id) return &message->id_;
    if (key == Key::device_send_time) return &message->device_send_time_;
    return nullptr;
  }
  void note_kind(JsonKind kind) const {
    if (depth == 1 && key == Key::params) message->params_ = kind;
  }
  void note_count(std::size_t n) const {
    if (depth == 1 && key == Key::params) message->params_count_ = n;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    note_kind(JsonKind::object);
    if (depth == 0) outermost_is_object = true;
    ++depth;
    return true;
  }
  bool on_object_end(std::size_t n, json::error_code&) {
    --depth;
    note_count(n);
    return true;
  }
  bool on_array_begin(json::error_code&) {
    note_kind(JsonKind::array);
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t n, json::error_code&) {
    --depth;
    note_count(n);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t total, json::error_code&) {
    take_string(view(part), total);
    return true;
  }
  bool on_string(json::string_view part, std::size_t total, json::error_code&) {
    note_kind(JsonKind::other);
    std::string* out = captured();
    if (out == nullptr) return true;
    if (total == part.size() && total <= id_bytes_max) {
      append_json_string(*out, view(part));
      return true;
    }
    take_string(view(part), total);
    const std::string text = std::move(*out);
    out->clear();
    append_json_string(*out, text);
    return true;
  }
  bool on_key_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_key(json::string_view last_part, std::size_t total, json::error_code&) {
    const std::string_view text = total == last_part.size() ? view(last_part) : std::string_view{};  // none of ours is escaped
    if (depth == 1) {
      key = key_of(text);
      if (std::string* out = captured()) out->clear();  // of two equal keys the last one counts
    }
    in_ack = depth == 2 && key == Key::sys && text == "ack";
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view text, json::error_code&) {
    if (depth == 1 && key == Key::code) message->code_ = value;
    if (in_ack && depth == 2) message->wants_reply_ = value != 0;
    return take_number(view(text));
  }
  bool on_uint64(std::uint64_t, json::string_view text, json::error_code&) { return take_number(view(text)); }
  bool on_double(double, json::string_view text, json::error_code&) { return take_number(view(text)); }
  bool on_bool(bool, json::error_code&) {
    note_kind(JsonKind::other);
    return true;
  }
  bool on_null(json::error_code&) {
    note_kind(JsonKind::other);
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  void take_string(std::string_view part, std::size_t total) {
    std::string* out = captured();
    if (out == nullptr) return;
    if (total > id_bytes_max) {
      captured_too_long = true;
    } else {
      out->append(part);
    }
  }
  bool take_number(std::string_view text) {
    note_kind(JsonKind::other);
    std::string* out = captured();
    if (out == nullptr) return true;
    if (text.size() > id_bytes_max) {
      captured_too_long = true;
    } else {
      out->assign(text);
    }
    return true;
  }
};

bool AlinkMessage::parse(ByteView bytes) {
  id_.clear();
  device_send_time_.clear();
  params_ = JsonKind::absent;
  params_count_ = 0;
  code_.reset();
  wants_reply_ = true;

  json::basic_parser<Handler> parser{json::parse_options{}};
  parser.handler().message = this;
  json::error_code error;
  const std::string_view text = text_of(bytes);
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  const bool ok = !error && used == text.size() && parser.handler().outermost_is_object && !parser.handler().captured_too_long &&
                  id_.size() <= id_bytes_max;
  if (!ok) id_.clear();
  return ok;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 0x0fU]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace fleetsim::platform::mqtt
