// What start() says when the host is in the way, and what it promises when it is not.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server_fixture.hpp"

namespace fleetsim::platform {
namespace {

ServerError start_error(PlatformConfig config, ServerOptions options = {}) {
  auto server = PlatformServer::start(std::move(config), std::move(options));
  EXPECT_FALSE(server.ok());
  return server ? ServerError{} : server.error();
}

TEST(ServerStart, InstancesShareOnePortOnTheirOwnAddresses) {
  TestServer server(three_instances());
  const std::uint16_t port = server.endpoint("iotx-oxssharez200").port;
  EXPECT_NE(port, 0);
  EXPECT_EQ(server.endpoint("iotx-oxssharez400").port, port);
  EXPECT_EQ(server.endpoint("iot-060a0b").port, port);
  EXPECT_EQ(server.endpoint("iot-060a0b").address, "127.0.21.3");
}

TEST(ServerStart, APortInUseIsNamedWithAHint) {
  TestServer first(three_instances());
  PlatformConfig config = three_instances();
  const std::uint16_t port = first.endpoint("iotx-oxssharez400").port;
  config.instances[1].mqtt.port = port;
  const ServerError error = start_error(config);
  EXPECT_NE(error.what.find("iotx-oxssharez400"), std::string::npos) << error.what;
  EXPECT_NE(error.what.find("127.0.21.2:" + std::to_string(port) + ": Address already in use"), std::string::npos) << error.what;
  EXPECT_NE(error.hint.find("another program"), std::string::npos) << error.hint;
}

TEST(ServerStart, AnAddressOfAnotherHostIsNamed) {
  PlatformConfig config = three_instances();
  config.bootstrap.address = "203.0.113.9";
  const ServerError error = start_error(config);
  EXPECT_NE(error.what.find("203.0.113.9"), std::string::npos) << error.what;
  EXPECT_NE(error.hint.find("127.0.0.0/8"), std::string::npos) << error.hint;
}

TEST(ServerStart, WhatIsNoAddressOrNoBlockIsNamed) {
  PlatformConfig config = three_instances();
  config.bootstrap.address = "localhost";
  EXPECT_NE(start_error(config).what.find("'localhost'"), std::string::npos);
  config = three_instances();
  config.bootstrap.proxy_trusted = {"10.0.0.0/33"};
  EXPECT_NE(start_error(config).what.find("10.0.0.0/33"), std::string::npos);
}

TEST(ServerStart, AMissingCountryDatabaseIsNamed) {
  PlatformConfig config = three_instances();
  config.geo.database = "/nonexistent/country.mmdb";
  EXPECT_NE(start_error(config).what.find("/nonexistent/country.mmdb"), std::string::npos);
}

TEST(ServerStart, WritesTheCaCertificateWithoutItsKey) {
  const std::string path = testing::TempDir() + "ca-out-" + std::to_string(::getpid()) + ".pem";
  {
    ServerOptions options;
    options.ca_out = path;
    TestServer server(three_instances_with_tls(), std::move(options));
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(text, server->ca_pem());
    EXPECT_NE(text.find("BEGIN CERTIFICATE"), std::string::npos);
    EXPECT_EQ(text.find("PRIVATE KEY"), std::string::npos);
  }
  std::filesystem::remove(path);
  ServerOptions options;
  options.ca_out = "/nonexistent/ca.pem";
  EXPECT_NE(start_error(three_instances_with_tls(), std::move(options)).what.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST(ServerStart, WithoutTlsNoCertificateIsMade) {
  TestServer server(three_instances());
  EXPECT_TRUE(server->ca_pem().empty());
}

TEST(ServerStart, RealisticNamesLeadToTheListeners) {
  PlatformConfig config = three_instances();
  config.names = AdvertisedNames::realistic;
  TestServer server(config);
  EXPECT_EQ(server.endpoint("iotx-oxssharez400").advertised_host, "{pk}.iot-as-mqtt.ap-southeast-1.aliyuncs.com");
  EXPECT_EQ(server->address_of("a1Later.iot-as-mqtt.ap-southeast-1.aliyuncs.com"), "127.0.21.2");
  Client client(server.endpoint("bootstrap"));
  client.send(bootstrap_request("dev1"));
  EXPECT_NE(client.read_some().find("\"host\":\"a1TestPK001.iot-as-mqtt.cn-shanghai.aliyuncs.com\""), std::string::npos);
}

TEST(ServerStart, TwoPublicInstancesOfARegionCannotShareARealisticName) {
  PlatformConfig config = three_instances();
  config.names = AdvertisedNames::realistic;
  config.instances[1].region = RegionId{"cn-shanghai"};
  EXPECT_NE(start_error(config).what.find("iotx-oxssharez400"), std::string::npos);
}

}  // namespace
}  // namespace fleetsim::platform
