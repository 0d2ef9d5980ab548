#include "platform-mock/core/api/simple_model.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace fleetsim::platform {
namespace {

namespace json = boost::json;

json::value simple_list(const json::value& features);

/// A property, an event, a service, or a parameter of one. A parameter that is the name of a property stays that.
json::value simple_feature(const json::value& feature) {
  const json::object* const whole = feature.if_object();
  if (whole == nullptr) return feature;
  json::object simple;
  for (const char* const name : {"identifier", "dataType"})
    if (const json::value* const member = whole->if_contains(name)) simple[name] = *member;
  for (const char* const name : {"inputData", "outputData"})
    if (const json::value* const member = whole->if_contains(name)) simple[name] = simple_list(*member);
  return simple;
}

json::value simple_list(const json::value& features) {
  json::array simple;
  if (const json::array* const all = features.if_array())
    for (const json::value& feature : *all) simple.push_back(simple_feature(feature));
  return simple;
}

}  // namespace

std::string simple_model(std::string_view tsl) {
  json::error_code error;
  const json::value tree = json::parse({tsl.data(), tsl.size()}, error);
  const json::object* const model = error ? nullptr : tree.if_object();
  if (model == nullptr) return std::string{tsl};
  json::object simple;
  for (const char* const name : {"schema", "profile"})
    if (const json::value* const member = model->if_contains(name)) simple[name] = *member;
  for (const char* const name : {"properties", "events", "services"})
    if (const json::value* const member = model->if_contains(name)) simple[name] = simple_list(*member);
  return json::serialize(simple);
}

}  // namespace fleetsim::platform
