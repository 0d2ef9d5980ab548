// The three forms in which SDKs sign, with vectors taken from the SDKs themselves (wire protocol, clause 6.2).
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/core/api/signed_request.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::platform {
namespace {

struct Request {
  HttpMethod method = HttpMethod::post;
  std::string target = "/";
  std::string body;
  std::vector<HttpHeader> headers;

  HttpRequest view() const { return {.method = method, .target = target, .body = body, .headers = headers}; }
};

struct Signer {
  OpensslHmac openssl;
  ApiCrypto crypto{openssl.port(), openssl.digest_port()};
  Parameters parameters;

  std::string refusal(const Request& request) {
    const HttpRequest view = request.view();
    if (const auto error = parameters.read(view.query(), form_of(view), default_limits.api_parameters)) return error->code;
    const auto read = read_signed_request(view, parameters);
    return read ? "none" : read.error().code;
  }
  std::string signature(const Request& request, std::string_view secret = "testsecret") {
    const HttpRequest view = request.view();
    EXPECT_FALSE(parameters.read(view.query(), form_of(view), default_limits.api_parameters));
    const auto read = read_signed_request(view, parameters);
    if (!read) return read.error().code + ": " + read.error().message;
    return expected_signature(*read, view, parameters, secret, crypto).value_or("none");
  }
};

const std::string distribute_body =
    "DeviceName.1=d1&DeviceName.2=d2&ProductKey=a1BwAGVxxxx&SourceInstanceId=iotx-oxssharez200&Strategy=1&"
    "TargetInstanceConfig.1.TargetInstanceId=iot-cn-6ja&TargetInstanceConfig.2.TargetInstanceId=iot-sg-2&TargetUid=198000";
constexpr std::string_view acs3_signature = "bc8fa5684b8ecef52bac843ae191d76a3c0b78d8b321564a451399b95eed3dd8";

Request acs3_request() {
  static OpensslHmac openssl;
  static std::string digest = [] {
    std::array<std::uint8_t, digest_bytes_max> out{};
    const DigestPort port = openssl.digest_port();
    port.compute(port.context, DigestMethod::sha256, bytes_of(distribute_body), out);
    return hex_of(out);
  }();
  static const std::string authorization =
      "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;"
      "x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=" +
      std::string{acs3_signature};
  Request request;
  request.body = distribute_body;
  request.headers = {{"host", "127.0.0.1:18080"},
                     {"x-acs-action", "CreateDeviceDistributeJob"},
                     {"x-acs-version", "2018-01-20"},
                     {"x-acs-date", "2026-11-22T22:54:40Z"},
                     {"x-acs-signature-nonce", "d7a519988a27fa16c2ac08ceec32351f"},
                     {"x-acs-credentials-provider", "static_ak"},
                     {"x-acs-content-sha256", digest},
                     {"content-type", "application/x-www-form-urlencoded"},
                     {"user-agent", "AlibabaCloud (linux; x64)"},
                     {"authorization", authorization}};
  return request;
}

void set(Request& request, std::string_view name, std::string_view value) {
  for (HttpHeader& header : request.headers)
    if (header.name == name) header.value = value;
}

TEST(Acs3Signature, IsThatOfTheSdk) {
  Signer signer;
  EXPECT_EQ(signer.signature(acs3_request()), acs3_signature);
}

TEST(Acs3Signature, ReadsActionKeyNonceAndTime) {
  Signer signer;
  const Request request = acs3_request();
  const HttpRequest view = request.view();
  ASSERT_FALSE(signer.parameters.read(view.query(), form_of(view), default_limits.api_parameters));
  const auto read = read_signed_request(view, signer.parameters);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->form, SignatureForm::acs3_hmac_sha256);
  EXPECT_EQ(read->action, "CreateDeviceDistributeJob");
  EXPECT_EQ(read->access_key_id, "testid");
  EXPECT_EQ(read->nonce, "d7a519988a27fa16c2ac08ceec32351f");
  EXPECT_EQ(read->unix_seconds, 1795388080);
  EXPECT_EQ(signer.parameters.get("DeviceName.2"), "d2");
}

TEST(Acs3Signature, ChangesWithEverythingThatIsSigned) {
  Signer signer;
  Request other = acs3_request();
  other.target = "/?a=b";
  EXPECT_NE(signer.signature(other), acs3_signature);
  other = acs3_request();
  other.method = HttpMethod::get;
  EXPECT_NE(signer.signature(other), acs3_signature);
  for (const std::string_view name : {"host", "x-acs-action", "x-acs-signature-nonce", "x-acs-credentials-provider"}) {
    other = acs3_request();
    set(other, name, "another");
    EXPECT_NE(signer.signature(other), acs3_signature) << name;
  }
  other = acs3_request();
  set(other, "x-acs-date", "2026-11-22T22:54:41Z");
  EXPECT_NE(signer.signature(other), acs3_signature);
  EXPECT_NE(signer.signature(acs3_request(), "testsecret2"), acs3_signature);
  other = acs3_request();
  set(other, "user-agent", "another");
  EXPECT_EQ(signer.signature(other), acs3_signature) << "it is not signed";
}

TEST(Acs3Signature, IsNoneForABodyThatIsNotTheDigestedOne) {
  Signer signer;
  Request other = acs3_request();
  other.body[other.body.size() - 1] = '1';
  EXPECT_EQ(signer.signature(other), "none");
}

TEST(Acs3Signature, MustCoverEveryHeaderThatMatters) {
  Signer signer;
  Request other = acs3_request();
  other.headers.push_back({"x-acs-security-token", "t"});
  EXPECT_EQ(signer.refusal(other), "IncompleteSignature");
  other = acs3_request();
  const std::string authorization = "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-date,Signature=00";
  set(other, "authorization", authorization);
  EXPECT_EQ(signer.refusal(other), "IncompleteSignature");
  other = acs3_request();
  set(other, "authorization", "ACS3-HMAC-SHA256");
  EXPECT_EQ(signer.refusal(other), "IncompleteSignature");
  other = acs3_request();
  set(other, "authorization", "Basic dGVzdGlkOnRlc3RzZWNyZXQ=");
  EXPECT_EQ(signer.refusal(other), "IncompleteSignature");
  for (const std::string_view name :
       {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}) {
    other = acs3_request();
    set(other, name, "");
    EXPECT_EQ(signer.refusal(other), "MissingParameter") << name;
  }
}

Request rpc_request(HttpMethod method, std::string_view nonce, std::string_view format) {
  Request request;
  request.method = method;
  request.target = "/?Action=QueryDeviceDistributeJob&Format=" + std::string{format} +
                   "&Version=2018-01-20&Timestamp=2026-11-22T22%3A54%3A40Z&SignatureNonce=" + std::string{nonce} +
                   "&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&AccessKeyId=testid&JobId=J1&Signature=x";
  request.headers = {{"host", "127.0.0.1:18080"}};
  return request;
}

TEST(RpcSignature, SignsTheQueryOfAPost) {
  Signer signer;
  EXPECT_EQ(signer.signature(rpc_request(HttpMethod::post, "9c5e7737bae71e67ab72d3856aac3096", "json")), "eHBRPwTPH/JK8TME5tPsw5cdHcw=");
}

TEST(RpcSignature, SignsTheQueryOfAGet) {
  Signer signer;
  EXPECT_EQ(signer.signature(rpc_request(HttpMethod::get, "a1df366eb803315fa1e827eea98ddec7", "JSON")), "06UHS7wBFJkGIfM2qgIbJaHcThs=");
}

TEST(RpcSignature, IsTheSameWhereverTheParametersStand) {
  Signer signer;
  Request in_query = rpc_request(HttpMethod::post, "n", "JSON");
  const std::string wanted = signer.signature(in_query);
  Request in_body = in_query;
  in_body.body = in_query.target.substr(2);
  in_body.target = "/";
  in_body.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
  EXPECT_EQ(signer.signature(in_body), wanted);
  Request in_both = in_body;
  const std::size_t cut = in_body.body.find("&AccessKeyId");
  in_both.target = "/?" + in_body.body.substr(0, cut);
  in_both.body = in_body.body.substr(cut + 1);
  EXPECT_EQ(signer.signature(in_both), wanted);
}

TEST(RpcSignature, EncodesAsRfc3986) {
  Signer signer;
  Request plus = rpc_request(HttpMethod::post, "n", "JSON");
  Request percent = plus;
  plus.target += "&Nickname=a+b%2A%7E~";
  percent.target += "&Nickname=a%20b*~%7e";
  EXPECT_EQ(signer.signature(plus), signer.signature(percent));
}

TEST(RpcSignature, TellsWhatIsMissingOrWrong) {
  Signer signer;
  const Request good = rpc_request(HttpMethod::get, "n", "JSON");
  EXPECT_EQ(signer.refusal(good), "none");
  for (const std::string name :
       {"Action", "Version", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion", "AccessKeyId", "Signature"}) {
    Request without = good;
    const std::size_t begin = without.target.find(name + "=");
    std::size_t end = without.target.find('&', begin);
    if (end == std::string::npos) end = without.target.size();
    without.target.erase(begin, end - begin);
    EXPECT_EQ(signer.refusal(without), "MissingParameter") << name;
  }
  const auto replaced = [&](const std::string& from, const std::string& to) {
    Request other = good;
    other.target.replace(other.target.find(from), from.size(), to);
    return signer.refusal(other);
  };
  EXPECT_EQ(replaced("2018-01-20", "2018-01-21"), "InvalidVersion");
  EXPECT_EQ(replaced("2026-11-22T22%3A54%3A40Z", "1795387480"), "InvalidTimeStamp.Format");
  EXPECT_EQ(replaced("HMAC-SHA1", "HMAC-MD5"), "InvalidParameter");
  EXPECT_EQ(replaced("SignatureVersion=1.0", "SignatureVersion=2.0"), "InvalidParameter");
  EXPECT_EQ(replaced("JobId=J1", "JobId=J1&JobId=J2"), "InvalidParameter") << "which one would count?";
  EXPECT_EQ(replaced("JobId=J1", "JobId=%ff"), "InvalidParameter") << "no text";
  EXPECT_EQ(replaced("SignatureNonce=n", "SignatureNonce=" + std::string(nonce_bytes_max + 1, 'n')), "InvalidParameter");
}

TEST(RpcSignature, TakesNoMoreParametersThanItsLimit) {
  Signer signer;
  Request many = rpc_request(HttpMethod::post, "n", "JSON");
  many.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
  for (std::size_t i = 0; i < default_limits.api_parameters; ++i) many.body += "&D." + std::to_string(i) + "=d";
  EXPECT_EQ(signer.refusal(many), "InvalidParameter");
}

TEST(Timestamp, IsReadInOneFormOnly) {
  EXPECT_EQ(read_timestamp("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(read_timestamp("2024-02-29T23:59:59Z"), 1709251199);
  for (const std::string_view wrong : {"", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01 00:00:00Z",
                                       "2024-01-01T00:00:00", "2024-01-01T00:00:0aZ", "2024-01-01T00:60:00Z"})
    EXPECT_FALSE(read_timestamp(wrong)) << wrong;
}

}  // namespace
}  // namespace fleetsim::platform
