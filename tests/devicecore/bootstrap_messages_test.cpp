#include "devicecore/bootstrap_messages.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

#include "tests/devicecore/event_text.hpp"

namespace fleetsim::device {
namespace {

std::string request(std::string_view key, std::string_view name, std::string_view host = "iot-auth-global.aliyuncs.com") {
  std::array<std::uint8_t, 1024> storage{};
  TextWriter text(storage);
  put_bootstrap_request(text, *Identity::parse(key, name, "secret"), host);
  EXPECT_FALSE(text.overflowed());
  return std::string(text.text());
}

TEST(BootstrapRequest, IsByteForByteThatOfARealSdk) {
  EXPECT_EQ(request("a1TestPK001", "dev1"),
            "POST /auth/bootstrap HTTP/1.1\r\n"
            "Host: iot-auth-global.aliyuncs.com\r\n"
            "Accept: text/xml,text/javascript,text/html,application/json\r\n"
            "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n"
            "Content-Length: 79\r\n"
            "\r\n"
            "productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&resources=mqtt");
}

TEST(BootstrapRequest, EncodesWhatAFormMayNotHold) {
  const std::string text = request("pk", "a@b:c-d_e.f");
  EXPECT_TRUE(text.ends_with("productKey=pk&deviceName=a%40b%3Ac-d_e.f&clientId=pk.a%40b%3Ac-d_e.f&resources=mqtt")) << text;
}

TEST(BootstrapRequest, TheLongestNamesFit) {
  const std::string name(32, '@');
  const std::string text = request(std::string(31, 'k'), name);
  const std::string body = text.substr(text.find("\r\n\r\n") + 4);
  EXPECT_NE(text.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
  EXPECT_TRUE(body.ends_with("&resources=mqtt"));
}

TEST(BootstrapRequest, AnIpv6HostStandsInBrackets) {  // RFC 3986 §3.2.2
  EXPECT_NE(request("pk", "d", "::1").find("\r\nHost: [::1]\r\n"), std::string::npos);
}

TEST(BootstrapRequest, HoldsNoSecret) { EXPECT_EQ(request("a1TestPK001", "dev1").find("secret"), std::string::npos); }

std::string answer(std::string_view body) {
  const BootstrapAnswer parsed = parse_bootstrap_answer(bytes_of(body));
  if (parsed.failure != Failure::none)
    return testing::name_of(parsed.failure) + (parsed.code != 0 ? " " + std::to_string(parsed.code) : "");
  return std::string(parsed.endpoint.host.view()) + " " + std::to_string(parsed.endpoint.port);
}

std::string mqtt(const std::string& members) { return R"({"code":200,"data":{"resources":{"mqtt":{)" + members + "}}}}"; }

TEST(BootstrapAnswer, GivesTheEndpoint) {
  EXPECT_EQ(
      answer(
          R"({"code":200,"data":{"resources":{"mqtt":{"host":"public.iot-as-mqtt.cn-shanghai.aliyuncs.com","port":1883}}},"message":"success"})"),
      "public.iot-as-mqtt.cn-shanghai.aliyuncs.com 1883");
}

TEST(BootstrapAnswer, ToleratesSpaceOrderAndUnknownMembers) {
  EXPECT_EQ(
      answer(" {\r\n \"message\" : \"ok\",\t\"data\": "
             "{\"iotId\":\"x\",\"host\":\"wrong.example\",\"resources\":{\"http\":{\"host\":\"no\",\"port\":1},"
             "\"mqtt\":{\"port\": 443 , \"ip\":\"203.0.113.7\", \"host\":\"h.example\", \"list\":[1,{\"host\":2}]}}}, \"code\" : 200 }\n"),
      "h.example 443");
}

TEST(BootstrapAnswer, ThePortMayStandInQuotes) { EXPECT_EQ(answer(mqtt(R"("host":"h","port":"8883")")), "h 8883"); }

TEST(BootstrapAnswer, ThePortMustBeAPort) {
  EXPECT_EQ(answer(mqtt(R"("host":"h","port":1)")), "h 1");
  EXPECT_EQ(answer(mqtt(R"("host":"h","port":65535)")), "h 65535");
  for (const char* port : {"0", "65536", "-1", "1883.0", "1e3", "true", "null", "\"\"", "\"x\"", "{}", "[1883]", "99999999999999999999"})
    EXPECT_EQ(answer(mqtt(std::string(R"("host":"h","port":)") + port)), "endpoint_invalid 200") << port;
}

TEST(BootstrapAnswer, TheHostMustBeAHost) {
  EXPECT_EQ(answer(mqtt(R"("host":")" + std::string(128, 'h') + R"(","port":1)")), std::string(128, 'h') + " 1");
  EXPECT_EQ(answer(mqtt(R"("host":"127.0.0.2","port":1)")), "127.0.0.2 1");
  EXPECT_EQ(answer(mqtt(R"("host":"2001:db8::7","port":1)")), "2001:db8::7 1");
  for (const std::string& host : {std::string(), std::string(129, 'h'), std::string("a b"), std::string("a/b"), std::string("h:1883"),
                                  std::string("h\\u0041"), std::string("a\\\"b"), std::string("-h"), std::string(".h"), std::string("h\n")})
    EXPECT_EQ(answer(mqtt(R"("host":")" + host + R"(","port":1)")), "endpoint_invalid 200") << host;
  EXPECT_EQ(answer(mqtt(R"("host":7,"port":1)")), "endpoint_invalid 200");
}

TEST(BootstrapAnswer, TellsWhatIsMissing) {
  EXPECT_EQ(answer(mqtt(R"("host":"h")")), "endpoint_missing 200");
  EXPECT_EQ(answer(mqtt(R"("port":1)")), "endpoint_missing 200");
  EXPECT_EQ(answer(R"({"code":200,"data":{"resources":{}}})"), "endpoint_missing 200");
  EXPECT_EQ(answer(R"({"code":200,"data":{"resources":"mqtt"}})"), "endpoint_missing 200");
  EXPECT_EQ(answer(R"({"code":200})"), "endpoint_missing 200");
  EXPECT_EQ(answer(R"({"code":200,"data":{"mqtt":{"host":"h","port":1}}})"), "endpoint_missing 200") << "not on its path";
}

TEST(BootstrapAnswer, AnotherCodeIsARefusal) {
  EXPECT_EQ(answer(R"({"code":6100,"message":"device not found"})"), "service_error 6100");
  EXPECT_EQ(answer(R"({"code":-1,"data":{"resources":{"mqtt":{"host":"h","port":1}}}})"), "service_error -1");
  EXPECT_EQ(answer(R"({"code":"429"})"), "service_error 429");
}

TEST(BootstrapAnswer, WhatIsNoAnswerIsMalformed) {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string("null"), std::string("[]"), std::string("{"), std::string("{}"),
        std::string(R"({"code":200} trailing)"), std::string(R"({"code":200}{"code":200})"), std::string(R"({"code"})"),
        std::string(R"({"code":200 "data":{}})"), std::string(R"({"code":[200]})"), std::string(R"({"code":null})"),
        std::string(R"({1:2})"), std::string("{\"code\":200,\"a\":\"\\x\"}"), std::string(5000, '['), std::string("\0\0", 2)})
    EXPECT_EQ(answer(body), "json_malformed") << body;
}

TEST(BootstrapAnswer, TooManyTokensAreNotRead) {
  std::string body = R"({"code":200,"a":[0)";
  for (int i = 0; i < 100; ++i) body += ",0";
  EXPECT_EQ(answer(body + "]}"), "json_malformed");
}

}  // namespace
}  // namespace fleetsim::device
