// TLS as a mutant has it: with the one fault that its dialect says (devicecore/tls_dialect.hpp). mbedTLS, whatever its group asks for.
//
//   FaultyTlsSessions faulty(ca_pem, host);
//   auto engine = faulty.connect(wish);         // precondition: wish.dialect says something
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/tls_engine.hpp"
#include "devicecore/ports/mbedtls_tls.hpp"
#include "sim/world/tls_sessions.hpp"

namespace fleetsim::sim {

struct TlsHost;

class FaultyTlsSessions {
 public:
  FaultyTlsSessions(std::string_view ca_pem, const TlsHost& host);
  ~FaultyTlsSessions();
  FaultyTlsSessions(const FaultyTlsSessions&) = delete;
  FaultyTlsSessions& operator=(const FaultyTlsSessions&) = delete;

  /// Null: no such session can be made.
  std::unique_ptr<TlsEngine> connect(const TlsWish& wish);

 private:
  struct Made {
    device::TlsDialect dialect;
    std::unique_ptr<device::MbedtlsClientContext> context;
  };
  device::MbedtlsClientContext* context_of(const device::TlsDialect& dialect);
  /// What the device keeps of its last session there; null: nothing.
  std::shared_ptr<device::MbedtlsMemory> memory_of(const TlsWish& wish, device::TlsResumption resumption);

  std::string ca_pem_;
  std::unique_ptr<TlsHost> host_;
  std::map<std::pair<std::uint64_t, std::string>, std::shared_ptr<device::MbedtlsMemory>> memories_;  // by device and host
  std::vector<Made> made_;  // as many as a dialect has ways on its links: two at most
};

}  // namespace fleetsim::sim
