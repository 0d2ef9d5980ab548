// `fleetsim platform` as a process: the line when ready, the drain at SIGTERM, the exit codes.
#include "platform-mock/server/serve.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "server_fixture.hpp"

namespace fleetsim::platform {
namespace {

/// serve_platform() in a process of its own, with its two outputs in pipes.
class ServeProcess {
 public:
  explicit ServeProcess(const PlatformConfig& config) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (::pipe(out.data()) != 0 || ::pipe(err.data()) != 0) throw std::runtime_error("no pipe");
    std::fflush(stdout);  // else the child would print what is buffered once more
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      ::close(out[0]);
      ::close(out[1]);
      ::close(err[0]);
      ::close(err[1]);
      ::_exit(serve_platform(config, {}));
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~ServeProcess() {
    if (process_ > 0) ::kill(process_, SIGKILL);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
    ::close(out_);
    ::close(err_);
  }
  ServeProcess(const ServeProcess&) = delete;
  ServeProcess& operator=(const ServeProcess&) = delete;

  std::string line() { return read_until(out_, '\n'); }
  std::string errors() { return read_until(err_, '\0'); }
  int end_with(int signal) {
    ::kill(process_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  static std::string read_until(int file, char end) {
    std::string text;
    for (char c = 0; ::read(file, &c, 1) == 1 && c != end;) text += c;
    return text;
  }

  pid_t process_ = -1;
  int out_ = -1;
  int err_ = -1;
};

std::uint16_t port_after(const std::string& line, const std::string& mark) {
  const std::size_t at = line.find(mark);
  if (at == std::string::npos) throw std::runtime_error("no " + mark + " in " + line);
  return static_cast<std::uint16_t>(std::stoi(line.substr(line.find("\"port\":", at) + 7)));
}

TEST(Serve, PrintsItsEndpointsServesAndDrainsAtSigterm) {
  ServeProcess process(three_instances());
  const std::string line = process.line();
  EXPECT_EQ(line.find("{\"schema_version\":1,\"bootstrap\":{\"host\":\"127.0.21.9\",\"port\":"), 0u) << line;
  EXPECT_NE(line.find("\"ca\":null}"), std::string::npos);
  {
    Client bootstrap("127.0.21.9", port_after(line, "\"bootstrap\""));
    bootstrap.send(bootstrap_request("dev1"));
    EXPECT_NE(bootstrap.read_some().find("HTTP/1.1 200"), std::string::npos);
  }
  for (int i = 0; i < 2; ++i) {
    Client stranger("127.0.21.1", port_after(line, "\"iotx-oxssharez200\""));
    stranger.send(connect_packet("dev1", 3, "not the secret"));
    stranger.read_to_end();
  }
  EXPECT_EQ(process.end_with(SIGTERM), 0);
  const std::string errors = process.errors();
  const std::size_t first = errors.find("refused");
  EXPECT_NE(first, std::string::npos) << errors;
  EXPECT_EQ(errors.find("refused", first + 1), std::string::npos) << "more than once:\n" << errors;
  EXPECT_EQ(errors.find("not the secret"), std::string::npos);
}

TEST(Serve, ANameThatIsNoneCannotWriteLinesIntoTheLog) {
  ServeProcess process(three_instances());
  const std::string line = process.line();
  {
    Client stranger("127.0.21.9", port_after(line, "\"bootstrap\""));
    stranger.send(bootstrap_request("x%0a%1b[31mforged"));
    EXPECT_NE(stranger.read_some().find("device not found"), std::string::npos);
  }
  EXPECT_EQ(process.end_with(SIGTERM), 0);
  const std::string errors = process.errors();
  EXPECT_NE(errors.find("a peer at"), std::string::npos) << errors;
  EXPECT_EQ(errors.find("forged"), std::string::npos) << errors;
}

TEST(Serve, SigintEndsItToo) {
  ServeProcess process(three_instances());
  process.line();
  EXPECT_EQ(process.end_with(SIGINT), 0);
}

TEST(Serve, APortInUseIsExitCode3WithAHint) {
  TestServer first(three_instances());
  PlatformConfig config = three_instances();
  config.bootstrap.port = first.endpoint("bootstrap").port;
  ServeProcess process(config);
  EXPECT_EQ(process.line(), "");
  EXPECT_EQ(process.wait(), 3);
  const std::string errors = process.errors();
  EXPECT_NE(errors.find("Address already in use"), std::string::npos) << errors;
  EXPECT_NE(errors.find("hint:"), std::string::npos) << errors;
}

TEST(Serve, TheReadyLineNamesEverything) {
  PlatformConfig config = three_instances();
  config.names = AdvertisedNames::realistic;
  TestServer server(config);
  const std::string line = ready_line(config, *server, "/tmp/ca \"1\".pem");
  const std::string port = std::to_string(server.endpoint("iot-060a0b").port);
  EXPECT_NE(line.find("{\"id\":\"iot-060a0b\",\"region\":\"cn-shanghai\",\"kind\":\"enterprise\",\"host\":\"127.0.21.3\",\"port\":" + port +
                      ",\"plain\":true,\"tls\":false,\"advertised\":\"iot-060a0b.mqtt.iothub.aliyuncs.com\"}"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find("\"hosts\":{\"iot-auth-global.aliyuncs.com\":\"127.0.21.9\","), std::string::npos) << line;
  EXPECT_NE(line.find("\"ca\":\"/tmp/ca \\\"1\\\".pem\"}"), std::string::npos) << line;
  EXPECT_NE(line.find("\"url\":\"http://127.0.21.9:"), std::string::npos) << line;
}

}  // namespace
}  // namespace fleetsim::platform
