#include <algorithm>

#include "platform-mock/core/platform_config.hpp"
#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {
namespace {

bool told(const PlatformConfig& config, std::string_view path, std::string_view part) {
  const auto problems = problems_of(config);
  return std::any_of(problems.begin(), problems.end(),
                     [&](const ConfigProblem& problem) { return problem.path == path && problem.message.find(part) != std::string::npos; });
}

TEST(PlatformConfig, ASoundOneHasNoProblems) {
  for (const ConfigProblem& problem : problems_of(placement_config())) ADD_FAILURE() << problem.path << ": " << problem.message;
}

TEST(PlatformConfig, EveryNameMustReferToSomething) {
  PlatformConfig config = placement_config();
  config.instances[1].region = RegionId{"cn-nowhere"};
  config.instances[4].owner = AccountId{"nobody"};
  config.products[0].owner = AccountId{"nobody"};
  config.geo.fallback = RegionId{"cn-nowhere"};
  EXPECT_TRUE(told(config, "instances[1].region", "no region \"cn-nowhere\""));
  EXPECT_TRUE(told(config, "instances[4].owner", "no account"));
  EXPECT_TRUE(told(config, "products[0].owner", "no account"));
  EXPECT_TRUE(told(config, "geo.fallback", "no region"));
  config.products[0].instance = InstanceId{"iot-none"};
  EXPECT_TRUE(told(config, "products[0].instance", "no instance"));
}

TEST(PlatformConfig, NamesAreGivenOnce) {
  PlatformConfig config = placement_config();
  config.accounts.push_back(config.accounts[0]);
  config.regions.push_back(config.regions[0]);
  config.instances.push_back(config.instances[0]);
  config.products.push_back(config.products[0]);
  config.products[0].devices.push_back(config.products[0].devices[0]);
  config.geo.blocks.push_back({"10.1.99.99/16", "FR"});
  EXPECT_TRUE(told(config, "accounts[2].id", "twice"));
  EXPECT_TRUE(told(config, "regions[21].id", "twice"));
  EXPECT_TRUE(told(config, "instances[6].id", "twice"));
  EXPECT_TRUE(told(config, "products[1].key", "twice"));
  EXPECT_TRUE(told(config, "products[0].devices[8].name", "twice"));
  EXPECT_TRUE(told(config, "geo.blocks[4].cidr", "twice"));
}

TEST(PlatformConfig, AnEnterpriseInstanceTakesItsOwnersProductsOnly) {
  PlatformConfig config = placement_config();
  config.products[0].instance = InstanceId{other_enterprise};
  EXPECT_TRUE(told(config, "products[0].instance", "belongs to account \"198001\""));
  config.instances[0].owner = AccountId{"198000"};
  EXPECT_TRUE(told(config, "instances[0].owner", "serves every account"));
}

TEST(PlatformConfig, AddressesBlocksAndNamesAreWellFormed) {
  PlatformConfig config = placement_config();
  config.bootstrap.address = "localhost";
  config.instances[0].mqtt.proxy_trusted = {"10.0.0.0/99"};
  config.instances[1].mqtt.proxy_protocol = ProxyProtocol::required;
  config.instances[1].mqtt.proxy_trusted = {};
  config.instances[2].mqtt.plain = config.instances[2].mqtt.tls = false;
  config.products[0].key = ProductKey{"a1/x"};
  config.products[0].devices[0].name = DeviceName{"abc"};
  config.products[0].devices[1].secret = "";
  config.geo.blocks.push_back({"10.5.0.0", "Germany"});
  config.geo.countries = {{"de", {91, 181}}};
  EXPECT_TRUE(told(config, "bootstrap.address", "not an IP address"));
  EXPECT_TRUE(told(config, "instances[0].mqtt.proxy_trusted[0]", "not a block"));
  EXPECT_TRUE(told(config, "instances[1].mqtt.proxy_trusted", "at least one"));
  EXPECT_TRUE(told(config, "instances[2].mqtt", "plain, tls or both"));
  EXPECT_TRUE(told(config, "products[0].key", "must be"));
  EXPECT_TRUE(told(config, "products[0].devices[0].name", "4 to 32"));
  EXPECT_TRUE(told(config, "products[0].devices[1].secret", "1 to 64"));
  EXPECT_TRUE(told(config, "geo.blocks[4].country", "country code"));
  EXPECT_TRUE(told(config, "geo.countries[0]", "country code"));
  EXPECT_TRUE(told(config, "geo.countries[0]", "latitude"));
  EXPECT_TRUE(told(config, "geo.countries[0]", "longitude"));
}

TEST(PlatformConfig, ValuesAreInTheirRanges) {
  PlatformConfig config = placement_config();
  config.limits.keep_alive_s_min = 2000;
  config.limits.http_header_bytes = 100;
  config.limits.http_body_bytes = 10;
  config.limits.connections_max = 0;
  config.limits.http_requests_per_connection = 0;
  config.limits.http_request_timeout = Duration::zero();
  config.limits.http_idle_timeout = Duration::zero();
  config.limits.connect_packet_timeout = Duration::zero();
  config.source_grace = Duration{-1};
  config.notify_qos = 2;
  config.tls.rsa = config.tls.ecdsa = false;
  EXPECT_EQ(problems_of(config).size(), 11U) << "every one at once";
}

TEST(PlatformConfig, ThereMustBeAnInstance) { EXPECT_TRUE(told(PlatformConfig{}, "instances", "at least one")); }

TEST(Names, DeviceNamesAreThoseOfThePlatform) {
  EXPECT_TRUE(is_device_name("dev1"));
  EXPECT_TRUE(is_device_name("00:11:22:33:44:55"));
  EXPECT_TRUE(is_device_name("me@home.example"));
  EXPECT_FALSE(is_device_name("dev"));
  EXPECT_FALSE(is_device_name(std::string(33, 'a')));
  for (const char* text : {"dev/1", "dev+1", "dev#1", "dev 1", "dev&1", "dev|1", "d\xc3\xa9v1"}) EXPECT_FALSE(is_device_name(text)) << text;
}

}  // namespace
}  // namespace fleetsim::platform
