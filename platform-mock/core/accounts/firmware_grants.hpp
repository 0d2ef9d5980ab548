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
#include <utility>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"

namespace fleetsim::platform {

class FirmwareGrants {
 public:
  static constexpr std::size_t file_bytes_max = 128;

  explicit FirmwareGrants(std::size_t grants_max) : grants_max_(grants_max) {}

  /// `file` names the content: its digest. False when it is empty or too long, or when there are too many grants.
  bool hand_over(AccountIndex distributor, AccountIndex recipient, std::string_view file) {
    if (file.empty() || file.size() > file_bytes_max || full()) return false;
    if (grants_.emplace(distributor, recipient, std::string{file}).second && journal_ != nullptr)
      journal_->firmware_granted(distributor, recipient, file);
    return true;
  }
  bool full() const { return grants_.size() >= grants_max_; }
  /// Puts back what was kept; nobody is told.
  void restore(AccountIndex distributor, AccountIndex recipient, std::string file) {
    grants_.emplace(distributor, recipient, std::move(file));
  }
  bool has(AccountIndex distributor, AccountIndex recipient, std::string_view file) const {
    return grants_.find({distributor, recipient, std::string{file}}) != grants_.end();
  }
  /// Who is told of every change; null: nobody.
  void record(Journal* journal) { journal_ = journal; }

 private:
  std::size_t grants_max_;
  std::set<std::tuple<AccountIndex, AccountIndex, std::string>> grants_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
