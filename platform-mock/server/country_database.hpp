// Countries of addresses from a MaxMind-DB file, the format of the field (libmaxminddb). Any file with a country code will do: the CC0
// one from npm (top-level "country_code") and MaxMind's own ("country" / "iso_code").
//
//   auto database = CountryDatabase::open(path);
//   if (!database) tell(database.error().what, database.error().hint);
//   (*database)->country_of(address);         // "DE"
//   (*database)->blocks_of("DE");             // every network of it, to draw addresses from
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

struct CountryDatabaseError {
  std::string what;  // "cannot open country database x.mmdb: no such file"
  std::string hint;  // what to do about it
};

class CountryDatabase final : public CountryLookup {
 public:
  static Result<std::unique_ptr<CountryDatabase>, CountryDatabaseError> open(const std::string& path);
  ~CountryDatabase() override;

  /// The view lives as long as the database.
  std::optional<std::string_view> country_of(const IpAddress& address) const override;

  /// Every network of the country, in order of address; IPv4 ones come as v4-mapped blocks. Walks the whole file, so keep the result.
  std::vector<CidrBlock> blocks_of(std::string_view country) const;

 private:
  class File;
  explicit CountryDatabase(std::unique_ptr<File> file);

  std::unique_ptr<File> file_;
};

}  // namespace fleetsim::platform
