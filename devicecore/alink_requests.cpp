#include "devicecore/alink_requests.hpp"

#include <array>

#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

/// In topic and method, "{}" stands for the name.
struct Form {
  AlinkRequest what;
  std::string_view before;  // product key and device name
  std::string_view topic;
  std::string_view method;  // empty: the envelope has none
};

constexpr std::array<Form, alink_request_count> forms = {{
    {AlinkRequest::event_post, "/sys/", "/thing/event/{}/post", "thing.event.{}.post"},
    {AlinkRequest::desired_get, "/sys/", "/thing/property/desired/get", "thing.property.desired.get"},
    {AlinkRequest::desired_delete, "/sys/", "/thing/property/desired/delete", "thing.property.desired.delete"},
    {AlinkRequest::tags_update, "/sys/", "/thing/deviceinfo/update", "thing.deviceinfo.update"},
    {AlinkRequest::tags_delete, "/sys/", "/thing/deviceinfo/delete", "thing.deviceinfo.delete"},
    {AlinkRequest::tags_get, "/sys/", "/thing/deviceinfo/get", "thing.deviceinfo.get"},
    {AlinkRequest::config_get, "/sys/", "/thing/config/get", "thing.config.get"},
    {AlinkRequest::upgrade_query, "/sys/", "/thing/ota/firmware/get", "thing.ota.firmware.get"},
    {AlinkRequest::topology_add, "/sys/", "/thing/topo/add", "thing.topo.add"},
    {AlinkRequest::topology_delete, "/sys/", "/thing/topo/delete", "thing.topo.delete"},
    {AlinkRequest::topology_get, "/sys/", "/thing/topo/get", "thing.topo.get"},
    {AlinkRequest::sub_register, "/sys/", "/thing/sub/register", "thing.sub.register"},
    {AlinkRequest::sub_login, "/ext/session/", "/combine/login", ""},
    {AlinkRequest::sub_logout, "/ext/session/", "/combine/logout", ""},
}};

constexpr bool forms_stand_in_order() {
  for (std::size_t i = 0; i < forms.size(); ++i)
    if (static_cast<std::size_t>(forms[i].what) != i) return false;
  return true;
}
static_assert(forms_stand_in_order());

const Form& form_of(AlinkRequest what) { return forms[static_cast<std::size_t>(what)]; }

void put_with_name(TextWriter& text, std::string_view pattern, std::string_view name) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{') {
      text.put(name);
      ++i;
    } else {
      text.put(pattern[i]);
    }
  }
}

}  // namespace

bool is_request_name(AlinkRequest what, std::string_view name) {
  if (what != AlinkRequest::event_post) return name.empty();
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '-' && c != '.' && c != ':') return false;
  }
  return !name.empty() && name.size() <= limits::alink_name_bytes_max;
}

void put_request_topic(TextWriter& text, const Identity& identity, AlinkRequest what, std::string_view name) {
  const Form& form = form_of(what);
  text.put(form.before).put(identity.product_key()).put('/').put(identity.device_name());
  put_with_name(text, form.topic, name);
}

void put_request(TextWriter& text, AlinkRequest what, std::string_view name, std::uint32_t id, std::string_view params_json) {
  const Form& form = form_of(what);
  text.put(R"({"id":")").put_number(id).put('"');
  if (!form.method.empty()) text.put(R"(,"version":"1.0")");
  text.put(R"(,"params":)").put(params_json);
  if (!form.method.empty()) {
    text.put(R"(,"method":")");
    put_with_name(text, form.method, name);
    text.put('"');
  }
  text.put('}');
}

}  // namespace fleetsim::device
