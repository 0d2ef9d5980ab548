#include "platform-mock/store/request_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>

#include "platform-mock/store/json_string.hpp"

namespace fleetsim::platform {
namespace {

namespace json = boost::json;

template <class Names>
json::array names_of(const Names& names) {
  json::array array;
  for (const auto& name : names) array.emplace_back(json_string(name.view()));
  return array;
}

std::string_view string_at(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains({name.data(), name.size()});
  if (found == nullptr || !found->is_string()) return {};
  return view_of(found->get_string());
}

template <class NameType>
std::vector<NameType> names_at(const json::object& object, std::string_view name) {
  std::vector<NameType> names;
  const json::value* const found = object.if_contains({name.data(), name.size()});
  if (found == nullptr || !found->is_array()) return names;
  for (const json::value& entry : found->get_array())
    if (entry.is_string()) names.emplace_back(view_of(entry.get_string()));
  return names;
}

template <class Enum>
bool read_word(const json::object& object, std::string_view name, Enum last, Enum& out) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last); ++i) {
    if (name_of(static_cast<Enum>(i)) != string_at(object, name)) continue;
    out = static_cast<Enum>(i);
    return true;
  }
  return false;
}

}  // namespace

std::string text_of(const DistributeRequest& request) {
  json::object object;
  object["account"] = json_string(request.account.view());
  object["product"] = json_string(request.product.view());
  object["source"] = json_string(request.source.view());
  object["policy"] = json_string(name_of(request.policy));
  object["targets"] = names_of(request.targets);
  object["content"] = json_string(name_of(request.content));
  object["source_region"] = json_string(request.source_region.view());
  object["target_regions"] = names_of(request.target_regions);
  object["method"] = json_string(name_of(request.method));
  object["target_account"] = json_string(request.target_account.view());
  object["target_account_name"] = json_string(request.target_account_name);
  return json::serialize(object);
}

std::optional<DistributeRequest> request_in(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse({text.data(), text.size()}, failed);
  const json::object* const object = failed ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  DistributeRequest request;
  request.account = AccountId{string_at(*object, "account")};
  request.product = ProductKey{string_at(*object, "product")};
  request.source = InstanceId{string_at(*object, "source")};
  request.targets = names_at<InstanceId>(*object, "targets");
  request.source_region = RegionId{string_at(*object, "source_region")};
  request.target_regions = names_at<RegionId>(*object, "target_regions");
  request.target_account = AccountId{string_at(*object, "target_account")};
  request.target_account_name = string_at(*object, "target_account_name");
  const bool is_known = read_word(*object, "policy", Policy::nearest_access, request.policy) &&
                        read_word(*object, "content", JobContent::product_only, request.content) &&
                        read_word(*object, "method", Method::cross_account, request.method);
  if (!is_known) return std::nullopt;
  return request;
}

}  // namespace fleetsim::platform
