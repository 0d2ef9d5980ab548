// One accepted connection as the shell keeps it: socket, stage, what waits to be written. Made for tens of thousands that are idle:
// no buffer of its own while nothing is under way, and the memory of its pending read lies inside.
//
// Included by the shell's own files only (server_loop.hpp is the way in).
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/server/output_buffer.hpp"
#include "platform-mock/server/server_pch.hpp"

namespace fleetsim::platform {

struct Listener;

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// Room for the one read operation that a connection always has under way.
class OperationMemory {
 public:
  static constexpr std::size_t capacity = 128;

  void* allocate(std::size_t size) {
    if (in_use_ || size > capacity) return ::operator new(size);
    in_use_ = true;
    return bytes_.data();
  }
  void deallocate(void* memory) {
    if (memory == bytes_.data()) {
      in_use_ = false;
    } else {
      ::operator delete(memory);
    }
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, capacity> bytes_{};
  bool in_use_ = false;
};

/// Tells Asio to keep an operation in an OperationMemory.
template <class T>
class OperationAllocator {
 public:
  using value_type = T;
  explicit OperationAllocator(OperationMemory& memory) : memory_(&memory) {}
  template <class U>
  OperationAllocator(const OperationAllocator<U>& other) : memory_(other.memory()) {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t count) { return static_cast<T*>(memory_->allocate(count * sizeof(T))); }
  void deallocate(T* pointer, std::size_t) { memory_->deallocate(pointer); }
  OperationMemory* memory() const { return memory_; }
  friend bool operator==(const OperationAllocator& a, const OperationAllocator& b) { return a.memory_ == b.memory_; }

 private:
  OperationMemory* memory_;
};

enum class Stage : std::uint8_t {
  prologue,     // nothing decided yet: PROXY, TLS or plain
  handshaking,  // TLS
  open,         // the platform core knows it
  closing,      // the last bytes go out, what still comes in is thrown away
  dead,         // the socket is closed; freed once its operations are over
};

enum class CloseWish : std::uint8_t { none, after_flush, abort };

using TimedHook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

struct SocketConnection {
  SocketConnection(boost::asio::io_context& io, Listener& accepted_by) : socket(io.get_executor()), listener(&accepted_by) {}

  Socket socket;
  Listener* listener;
  OperationMemory read_memory;
  OutputBuffer output;
  std::unique_ptr<TlsEngine> tls;
  std::unique_ptr<std::vector<std::uint8_t>> first_bytes;  // kept only while a PROXY header is incomplete
  IpAddress peer;                                          // the device's
  ConnectionId id;
  Instant deadline = kNever;  // of the prologue, the handshake or the close
  std::size_t discarded = 0;

  boost::intrusive::list_member_hook<> all_hook;
  TimedHook timed_hook;
  boost::intrusive::list_member_hook<> dirty_hook;

  Stage stage = Stage::prologue;
  CloseWish wish = CloseWish::none;
  std::uint8_t operations = 0;  // handlers that will still be called
  bool known_to_core = false;
  bool write_waiting = false;
  bool read_finished = false;   // the peer has sent its last byte
  bool write_finished = false;  // ours is sent, and the direction shut down
};

static_assert(sizeof(SocketConnection) <= 512, "ten thousands of these are idle most of the time");

using AllConnections = boost::intrusive::list<
    SocketConnection, boost::intrusive::member_hook<SocketConnection, boost::intrusive::list_member_hook<>, &SocketConnection::all_hook>>;
/// In order of their deadline: every member of one list waits equally long.
using TimedConnections =
    boost::intrusive::list<SocketConnection, boost::intrusive::member_hook<SocketConnection, TimedHook, &SocketConnection::timed_hook>,
                           boost::intrusive::constant_time_size<false>>;
using DirtyConnections = boost::intrusive::list<
    SocketConnection, boost::intrusive::member_hook<SocketConnection, boost::intrusive::list_member_hook<>, &SocketConnection::dirty_hook>>;

}  // namespace fleetsim::platform
