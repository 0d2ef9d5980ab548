#include "sim/live/http_exchange.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <vector>

#include "sim/live/tcp_socket.hpp"

namespace fleetsim::sim {
namespace {

namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr std::size_t read_bytes = std::size_t{16} * 1024;

std::string request_text(const HttpPeer& peer, const HttpQuestion& question) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n", question.method, question.target, peer.host, peer.port);
  for (const auto& [name, value] : question.headers) text += fmt::format("{}: {}\r\n", name, value);
  if (!question.content_type.empty())
    text += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", question.content_type, question.body.size());
  else if (question.method == "POST")
    text += "Content-Length: 0\r\n";
  return text + "\r\n" + question.body;
}

class Exchange {
 public:
  Exchange(const HttpPeer& peer, const HttpQuestion& question)
      : peer_(peer), go_on_(question.go_on), ends_at_(Clock::now() + question.timeout) {
    parser_.body_limit(http_reply_bytes_max);
    parser_.eager(true);
    question_ = request_text(peer, question);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (fd_ >= 0) ::close(fd_);
  }

  Result<HttpReply, std::string> run() {
    const TcpConnect started = tcp_connect(peer_.address, peer_.port, std::nullopt);
    if (started.fd < 0) return broken(std::strerror(started.error));
    fd_ = started.fd;
    if (!wait_for(POLLOUT)) return broken("no connection in time");
    if (const int error = tcp_error(fd_); error != 0) return broken(std::strerror(error));
    if (peer_.tls != nullptr) {
      tls_ = peer_.tls->connect(peer_.host);
      if (!tls_ || tls_->start() == TlsEngine::State::failed) return broken("TLS did not start");
    }
    if (const char* problem = put(question_)) return broken(problem);
    for (;;) {
      if (const char* problem = take()) return broken(problem);
      if (parser_.is_done()) return HttpReply{parser_.get().result_int(), parser_.release().body()};
    }
  }

 private:
  Result<HttpReply, std::string> broken(std::string_view why) const {
    if (given_up_) why = "given up, for the run is over";
    const std::string more = tls_ && tls_->state() == TlsEngine::State::failed ? fmt::format(" ({})", tls_->error()) : std::string{};
    return fail(fmt::format("{}:{}: {}{}", peer_.host, peer_.port, why, more));
  }

  bool wait_for(short events) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(ends_at_ - Clock::now());
      if (left.count() <= 0) return false;
      if (go_on_ && !go_on_()) {
        given_up_ = true;
        return false;
      }
      pollfd wanted{.fd = fd_, .events = events, .revents = 0};
      const int ready = ::poll(&wanted, 1, static_cast<int>(std::min(left, http_look_interval).count()));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  /// nullptr: sent (or, over TLS, given to the session).
  const char* put(std::string_view text) {
    if (!tls_) return send_all(bytes_of(text));
    tls_->write(bytes_of(text));
    return flush_tls();
  }

  const char* flush_tls() {
    std::array<std::uint8_t, read_bytes> room{};
    while (const std::size_t size = tls_->take(room)) {
      if (const char* problem = send_all(ByteView(room).first(size))) return problem;
    }
    return nullptr;
  }

  const char* send_all(ByteView bytes) {
    while (!bytes.empty()) {
      const TcpResult sent = tcp_send(fd_, bytes);
      if (sent.error != 0 && sent.error != EAGAIN) return std::strerror(sent.error);
      bytes = bytes.subspan(sent.bytes);
      if (!bytes.empty() && !wait_for(POLLOUT)) return "the request could not be sent in time";
    }
    return nullptr;
  }

  /// The next bytes, if any came in time; nullptr when all goes well.
  const char* take() {
    if (!wait_for(POLLIN)) return "no answer in time";
    std::array<std::uint8_t, read_bytes> room{};
    const TcpResult got = tcp_receive(fd_, room);
    if (got.error == EAGAIN) return nullptr;
    if (got.error != 0) return std::strerror(got.error);
    if (got.bytes == 0) return finish();
    const ByteView bytes = ByteView(room).first(got.bytes);
    if (!tls_) return parse(bytes);
    tls_->receive(bytes);
    if (const char* problem = flush_tls()) return problem;
    std::array<std::uint8_t, read_bytes> plain{};
    while (const std::size_t size = tls_->read(plain)) {
      if (const char* problem = parse(ByteView(plain).first(size))) return problem;
    }
    if (tls_->state() == TlsEngine::State::failed) return "TLS failed";
    return tls_->state() == TlsEngine::State::peer_closed ? finish() : nullptr;
  }

  const char* parse(ByteView bytes) {
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    while (!waiting_.empty() && !parser_.is_done()) {
      boost::beast::error_code error;
      const std::size_t used = parser_.put(boost::asio::const_buffer(waiting_.data(), waiting_.size()), error);
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(used));
      if (error == http::error::need_more || (!error && used == 0)) return nullptr;
      if (error == http::error::body_limit) return "the answer is too large";
      if (error) return "the answer is not HTTP";
    }
    return nullptr;
  }

  /// The peer has closed: that ends an answer without a length, and breaks any other.
  const char* finish() {
    boost::beast::error_code error;
    if (!parser_.is_done()) parser_.put_eof(error);
    return error || !parser_.is_done() ? "closed before the answer was whole" : nullptr;
  }

  const HttpPeer& peer_;
  const std::function<bool()>& go_on_;
  Clock::time_point ends_at_;
  bool given_up_ = false;
  int fd_ = -1;
  std::unique_ptr<TlsEngine> tls_;
  std::string question_;
  std::vector<std::uint8_t> waiting_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

Result<HttpReply, std::string> http_exchange(const HttpPeer& peer, const HttpQuestion& question) { return Exchange(peer, question).run(); }

}  // namespace fleetsim::sim
