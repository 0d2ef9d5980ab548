// A platform's management API that says what a test tells it to: one connection after the other, each request's form handed to the test.
//
//   ScriptedManagement api([](const Form& form) { return "{\"Success\":true}"; });
//   endpoint.port = api.port();
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace fleetsim::sim::test {

using Form = std::map<std::string, std::string>;

class ScriptedManagement {
 public:
  /// `answer` gets the form, for a GET {"GET": target, "account": of the console's session}, or for the console's {"POST": target, "body":
  /// JSON}; it returns the whole HTTP answer when that begins with "HTTP/", else a body.
  explicit ScriptedManagement(std::function<std::string(const Form&)> answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&here), sizeof here);
    ::listen(listener_, 8);
    socklen_t size = sizeof here;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ScriptedManagement(const ScriptedManagement&) = delete;
  ScriptedManagement& operator=(const ScriptedManagement&) = delete;
  ~ScriptedManagement() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return port_; }
  std::vector<Form> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      const Form form = read_form(peer);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(form);
      }
      std::string text = answer_(form);
      if (text.rfind("HTTP/", 0) != 0)
        text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
      ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  static Form read_form(int peer) {
    std::string text;
    std::size_t whole = std::string::npos;
    while (text.size() < whole) {
      char room[4096];
      const ssize_t size = ::recv(peer, room, sizeof room, 0);
      if (size <= 0) break;
      text.append(room, static_cast<std::size_t>(size));
      const std::size_t header = text.find("\r\n\r\n");
      if (header == std::string::npos) continue;
      const std::size_t length = text.find("Content-Length: ");
      whole = header + 4 + (length == std::string::npos ? 0 : std::stoul(text.substr(length + 16)));
    }
    if (text.rfind("GET ", 0) == 0) {
      constexpr std::string_view session = "X-Fleetsim-Account: ";
      const std::size_t account = text.find(session);
      const std::size_t begin = account == std::string::npos ? text.size() : account + session.size();
      return {{"GET", text.substr(4, text.find(' ', 4) - 4)}, {"account", text.substr(begin, text.find('\r', begin) - begin)}};
    }
    const std::string target = text.substr(5, text.find(' ', 5) - 5);
    if (target != "/") return {{"POST", target}, {"body", text.substr(std::min(text.size(), text.find("\r\n\r\n") + 4))}};
    return decoded(text.substr(std::min(text.size(), text.find("\r\n\r\n") + 4)));
  }

  static Form decoded(const std::string& body) {
    Form form;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t end = std::min(body.find('&', at), body.size());
      const std::size_t equals = body.find('=', at);
      form[plain(body.substr(at, equals - at))] = plain(body.substr(equals + 1, end - equals - 1));
      at = end + 1;
    }
    return form;
  }

  static std::string plain(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%') {
        out.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
        i += 2;
      } else {
        out.push_back(text[i]);
      }
    }
    return out;
  }

  std::function<std::string(const Form&)> answer_;
  mutable std::mutex mutex_;
  std::vector<Form> asked_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace fleetsim::sim::test
