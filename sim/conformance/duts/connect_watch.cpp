#include "sim/conformance/duts/connect_watch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace fleetsim::sim {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t own_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t own_architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t own_architecture = 0;
#endif

constexpr std::size_t kernel_room_bytes = 512;  // more than its structures will ever have; what is beyond ours stays 0
constexpr int connects_per_turn = 100;

struct Destination {
  IpAddress address;
  std::uint16_t port = 0;
};

/// What the caller's memory says; it waits meanwhile.
std::optional<Destination> destination_of(const seccomp_notif& call) {
  std::array<std::byte, sizeof(sockaddr_in6)> name{};
  const std::size_t size = std::min<std::size_t>(call.data.args[2], name.size());
  const iovec here{name.data(), size};
  const iovec there{std::bit_cast<void*>(static_cast<std::uintptr_t>(call.data.args[1])), size};
  if (::process_vm_readv(static_cast<pid_t>(call.pid), &here, 1, &there, 1, 0) != static_cast<ssize_t>(size)) return std::nullopt;
  sockaddr_in v4{};
  std::memcpy(&v4, name.data(), sizeof v4);
  if (v4.sin_family == AF_INET && size >= sizeof v4) return Destination{IpAddress::from_v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  sockaddr_in6 v6{};
  std::memcpy(&v6, name.data(), sizeof v6);
  if (v6.sin6_family != AF_INET6 || size < sizeof v6 || !IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return std::nullopt;
  std::uint32_t mapped = 0;
  std::memcpy(&mapped, &v6.sin6_addr.s6_addr[12], sizeof mapped);
  return Destination{IpAddress::from_v4(ntohl(mapped)), ntohs(v6.sin6_port)};
}

}  // namespace

int begin_connect_watch() {
  if (own_architecture == 0) return -1;
  std::array<sock_filter, 6> rules{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own_architecture, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
  const auto begin = [&program] {
    return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
  };
  if (const int as_root = begin(); as_root >= 0) return as_root;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return begin();
}

ConnectWatch::~ConnectWatch() { ::close(descriptor_); }

void ConnectWatch::serve(const std::function<void(const IpAddress& address, std::uint16_t port)>& told) const {
  for (int i = 0; i < connects_per_turn; ++i) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLIN) == 0) return;
    alignas(seccomp_notif) std::array<std::byte, kernel_room_bytes> call_room{};
    alignas(seccomp_notif_resp) std::array<std::byte, kernel_room_bytes> answer_room{};
    if (::ioctl(descriptor_, SECCOMP_IOCTL_NOTIF_RECV, call_room.data()) != 0) continue;  // it was killed meanwhile
    seccomp_notif call{};
    std::memcpy(&call, call_room.data(), sizeof call);
    const auto destination = destination_of(call);
    const bool is_still_there = ::ioctl(descriptor_, SECCOMP_IOCTL_NOTIF_ID_VALID, &call.id) == 0;
    if (destination && is_still_there) told(destination->address, destination->port);
    seccomp_notif_resp answer{};
    answer.id = call.id;
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    std::memcpy(answer_room.data(), &answer, sizeof answer);
    ::ioctl(descriptor_, SECCOMP_IOCTL_NOTIF_SEND, answer_room.data());  // whoever is gone needs no answer
  }
}

}  // namespace fleetsim::sim
