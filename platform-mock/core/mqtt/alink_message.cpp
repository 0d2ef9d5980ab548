#include "platform-mock/core/mqtt/alink_message.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace fleetsim::platform::mqtt {

// With linkage, for the handler below has members of these types.
namespace alink_reading {

enum class Key : std::uint8_t { none, id, params, data, code, sys, device_send_time };

/// Keys inside one member of params: {"value":…,"time":…} is an envelope, anything else is the value itself.
enum class InnerKey : std::uint8_t { none, value, time };

}  // namespace alink_reading

namespace {

namespace json = boost::json;
using alink_reading::InnerKey;
using alink_reading::Key;

Key key_of(std::string_view text) {
  if (text == "id") return Key::id;
  if (text == "params") return Key::params;
  if (text == "data") return Key::data;
  if (text == "code") return Key::code;
  if (text == "sys") return Key::sys;
  if (text == "deviceSendTime") return Key::device_send_time;
  return Key::none;
}

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// The callbacks of Boost.JSON's parser. `depth` 1 is inside the outermost object, 2 inside params, 3 inside a member of params.
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

  // Copying params and data in compact form.
  std::size_t value_begins = 0;
  std::size_t token_begins = 0;
  bool in_text = false;  // inside a string or key of which a part has been copied
  bool member_open = false;
  bool member_is_object = false;
  InnerKey inner_key = InnerKey::none;
  std::uint32_t inner_values = 0;
  std::uint32_t inner_others = 0;

  bool copies() const { return key == Key::params || key == Key::data; }
  std::string& text() const { return message->text_; }
  MemberRange& member() const { return message->members_.back(); }

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
    open('{');
    if (depth == 2 && member_open) member_is_object = true;
    ++depth;
    return true;
  }
  bool on_object_end(std::size_t n, json::error_code&) {
    --depth;
    note_count(n);
    close('}');
    return true;
  }
  bool on_array_begin(json::error_code&) {
    note_kind(JsonKind::array);
    open('[');
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t n, json::error_code&) {
    --depth;
    note_count(n);
    close(']');
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t total, json::error_code&) {
    take_string(view(part), total);
    copy_text(view(part));
    return true;
  }
  bool on_string(json::string_view part, std::size_t total, json::error_code&) {
    note_kind(JsonKind::other);
    copy_text(view(part));
    if (copies()) text().push_back('"');
    in_text = false;
    value_ends();
    std::string* out = captured();
    if (out == nullptr) return true;
    if (total == part.size() && total <= id_bytes_max) {
      append_json_string(*out, view(part));
      return true;
    }
    take_string(view(part), total);
    const std::string whole = std::move(*out);
    out->clear();
    append_json_string(*out, whole);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    if (depth > 1) copy_text(view(part));
    return true;
  }
  bool on_key(json::string_view last_part, std::size_t total, json::error_code&) {
    const std::string_view name = total == last_part.size() ? view(last_part) : std::string_view{};  // none of ours is escaped
    if (depth == 1) {
      key = key_of(name);
      if (std::string* out = captured()) out->clear();  // of two equal keys the last one counts
      if (key == Key::params) message->members_.clear();
    } else if (copies()) {
      copy_key(view(last_part), name);
    }
    in_ack = depth == 2 && key == Key::sys && name == "ack";
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view number, json::error_code&) {
    if (depth == 1 && key == Key::code) message->code_ = value;
    if (in_ack && depth == 2) message->wants_reply_ = value != 0;
    if (depth == 3 && member_open && inner_key == InnerKey::time) member().time_ms = value;
    return take_number(view(number));
  }
  bool on_uint64(std::uint64_t, json::string_view number, json::error_code&) { return take_number(view(number)); }
  bool on_double(double, json::string_view number, json::error_code&) { return take_number(view(number)); }
  bool on_bool(bool value, json::error_code&) {
    take_word(value ? "true" : "false");
    return true;
  }
  bool on_null(json::error_code&) {
    take_word("null");
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
  bool take_number(std::string_view number) {
    take_word(number);
    std::string* out = captured();
    if (out == nullptr) return true;
    if (number.size() > id_bytes_max) {
      captured_too_long = true;
    } else {
      out->assign(number);
    }
    return true;
  }

  // --- the compact copy ---------------------------------------------------------------------------------------------
  void take_word(std::string_view word) {
    note_kind(JsonKind::other);
    if (!copies()) return;
    separate();
    text().append(word);
    value_ends();
  }
  void open(char bracket) {
    if (!copies() || depth == 0) return;
    separate();
    text().push_back(bracket);
  }
  void close(char bracket) {
    if (!copies() || depth == 0) return;
    text().push_back(bracket);
    value_ends();
  }
  /// A comma, if a value stands before this token. No token but an opening one or a key's colon ends with one of the three.
  void separate() {
    if (depth == 1) value_begins = text().size();
    if (text().size() == value_begins) return;
    const char last = text().back();
    if (last != '{' && last != '[' && last != ':') text().push_back(',');
  }
  void copy_text(std::string_view part) {
    if (!copies()) return;
    if (!in_text) {
      separate();
      text().push_back('"');
      token_begins = text().size();
      in_text = true;
    }
    append_json_escaped(text(), part);
  }
  void copy_key(std::string_view last_part, std::string_view name) {
    copy_text(last_part);
    in_text = false;
    const std::size_t closed = text().size();
    text().append("\":");
    if (key != Key::params) return;
    if (depth == 2 && message->params_ == JsonKind::object) open_member({token_begins, closed});
    if (depth == 3 && member_open) {
      inner_key = name == "value" ? InnerKey::value : name == "time" ? InnerKey::time : InnerKey::none;
      if (inner_key == InnerKey::none) ++inner_others;
      if (inner_key == InnerKey::value) member().value.begin = text().size();
    }
  }
  void open_member(Range name) {
    member_open = message->members_.size() < message->members_max_;
    if (!member_open) return;
    member_is_object = false;
    inner_key = InnerKey::none;
    inner_values = 0;
    inner_others = 0;
    MemberRange& added = message->members_.emplace_back();
    added.name = name;
    added.whole.begin = text().size();
  }
  /// The value that ends here was one of the outermost object, of params, or of a member of params; deeper ones are only copied.
  void value_ends() {
    if (!copies()) return;
    const std::size_t end = text().size();
    if (depth == 1) {
      (key == Key::params ? message->params_range_ : message->data_range_) = {value_begins, end};
    } else if (member_open && depth == 3 && inner_key == InnerKey::value) {
      member().value.end = end;
      ++inner_values;
    } else if (member_open && depth == 2) {
      close_member(end);
    }
  }
  void close_member(std::size_t end) {
    member_open = false;
    member().whole.end = end;
    if (member_is_object && inner_values == 1 && inner_others == 0) return;
    member().value = member().whole;
    member().time_ms = 0;
  }
};

bool AlinkMessage::parse(ByteView bytes) {
  id_.clear();
  device_send_time_.clear();
  text_.clear();
  params_range_ = {};
  data_range_ = {};
  members_.clear();
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

AlinkMessage::Member AlinkMessage::member(std::size_t index) const {
  const MemberRange& at = members_[index];
  return {.name = piece(at.name), .value = piece(at.value), .whole = piece(at.whole), .time_ms = at.time_ms};
}

}  // namespace fleetsim::platform::mqtt
