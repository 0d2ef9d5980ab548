// The console's API over a whole platform: the small world of placement_world.hpp, asked in JSON.
//
//   ConsoleWorld world;
//   auto answer = world.post(makers, "/jobs", R"({"product":…})");
//   EXPECT_EQ(answer.status, 201);  EXPECT_EQ(answer.text("state"), "distributed");
#pragma once

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "platform-mock/core/console/console_api.hpp"
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {

struct Answered {
  unsigned status = 0;
  std::string body;
  std::string content_type;
  boost::json::value json;

  const boost::json::value& at(std::string_view pointer) const { return json.at_pointer(pointer); }
  std::string text(std::string_view pointer) const { return std::string{std::string_view{at(pointer).as_string()}}; }
  std::int64_t number(std::string_view pointer) const { return at(pointer).to_number<std::int64_t>(); }
};

struct ConsoleWorld {
  explicit ConsoleWorld(const PlatformConfig& wanted = placement_config()) : config(wanted), platform(config, {}), api(config, platform) {}

  Answered ask(std::string_view account, std::string_view method, std::string_view path, std::string_view body = {}) {
    const std::size_t mark = path.find('?');
    const std::string whole = std::string{console_path_prefix}.append(path.substr(0, mark));
    const std::string query{mark == std::string_view::npos ? std::string_view{} : path.substr(mark + 1)};
    ConsoleAnswer answer = api.answer(
        {.method = method, .path = whole, .query = query, .body = body, .session = platform.registry().find_account(account)}, now, output);
    Answered got{answer.status, answer.body, std::string{answer.content_type}, {}};
    if (answer.content_type == "application/json") got.json = boost::json::parse(answer.body);
    return got;
  }
  Answered get(std::string_view account, std::string_view path) { return ask(account, "GET", path); }
  Answered post(std::string_view account, std::string_view path, std::string_view body = {}) { return ask(account, "POST", path, body); }

  /// A code for a job to the other account, as its recipient reads it.
  std::string code() {
    EXPECT_EQ(post(makers, "/verification-codes", R"({"target_account":"198001"})").status, 201U);
    const Answered inbox = get(others, "/inbox");
    const auto& messages = inbox.at("/messages").as_array();
    return std::string{std::string_view{messages.back().at("verification_code").as_string()}};
  }
  DeviceIndex device(std::string_view name) { return *platform.registry().find_device(test_product, name); }

  PlatformConfig config;
  Platform platform;
  ConsoleApi api;
  RecordingOutput output;
  Instant now{};
};

}  // namespace fleetsim::platform
