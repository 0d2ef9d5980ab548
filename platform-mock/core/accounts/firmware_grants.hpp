// Which firmware files a distributor has handed to a recipient. Whoever got devices of another account's product updates them only with
// a file obtained from there.
//
//   grants.hand_over(distributor, recipient, "93230c3bde425a9d7984a594ac55ea1e");
//   grants.has(distributor, recipient, "93230c3bde425a9d7984a594ac55ea1e");
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"

namespace fleetsim::platform {

class FirmwareGrants {
 public:
  static constexpr std::size_t grants_max = 100000;
  static constexpr std::size_t file_bytes_max = 128;

  /// `file` names the content: its digest. False when it is empty or too long, or when there are too many grants.
  bool hand_over(AccountIndex distributor, AccountIndex recipient, std::string_view file) {
    if (file.empty() || file.size() > file_bytes_max || grants_.size() >= grants_max) return false;
    if (grants_.emplace(distributor, recipient, std::string{file}).second && journal_ != nullptr)
      journal_->firmware_granted(distributor, recipient, file);
    return true;
  }
  bool full() const { return grants_.size() >= grants_max; }
  bool has(AccountIndex distributor, AccountIndex recipient, std::string_view file) const {
    return grants_.find({distributor, recipient, std::string{file}}) != grants_.end();
  }
  /// Who is told of every change; null: nobody.
  void record(Journal* journal) { journal_ = journal; }

 private:
  std::set<std::tuple<AccountIndex, AccountIndex, std::string>> grants_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
