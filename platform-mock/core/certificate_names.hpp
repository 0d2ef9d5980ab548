// What a certificate stands for.
#pragma once

#include <string>
#include <vector>

namespace fleetsim::platform {

struct CertificateNames {
  std::vector<std::string> dns;        // wildcards allowed
  std::vector<std::string> addresses;  // IP addresses; each is written as a dNSName too, see certificate_authority.cpp
};

}  // namespace fleetsim::platform
