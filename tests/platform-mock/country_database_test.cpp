// Needs the npm country database, which tools/install-deps.sh brings. It is data of the field: what is said of single addresses here
// holds for decades-old allocations.
#include "platform-mock/server/country_database.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "platform-mock/core/nearest.hpp"

namespace fleetsim::platform {
namespace {

std::string database_path() {
  const char* const set = std::getenv("FLEETSIM_COUNTRY_DATABASE");
  return set != nullptr ? set : FLEETSIM_COUNTRY_DATABASE;
}

class CountryDatabaseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto opened = CountryDatabase::open(database_path());
    ASSERT_TRUE(opened.ok()) << opened.error().what << ": " << opened.error().hint;
    database = std::move(*opened);
  }
  static void TearDownTestSuite() { database.reset(); }
  void SetUp() override { ASSERT_NE(database, nullptr) << "run tools/install-deps.sh"; }
  static std::string country(std::string_view text) {
    const auto found = database->country_of(*IpAddress::parse(text));
    return found ? std::string{*found} : "none";
  }
  static std::unique_ptr<CountryDatabase> database;
};
std::unique_ptr<CountryDatabase> CountryDatabaseTest::database;

TEST_F(CountryDatabaseTest, KnowsAddressesOfBothFamilies) {
  EXPECT_EQ(country("193.99.144.80"), "DE");
  EXPECT_EQ(country("202.96.209.5"), "CN");
  EXPECT_EQ(country("133.11.0.1"), "JP");
  EXPECT_EQ(country("::ffff:193.99.144.80"), "DE") << "v4-mapped is the same address";
  EXPECT_EQ(country("2a02:2e0:3fe:1001::1"), "DE");
}

TEST_F(CountryDatabaseTest, KnowsNoPrivateAddress) {
  for (const char* text : {"127.0.0.1", "10.0.0.1", "::1", "fe80::1"}) EXPECT_EQ(country(text), "none") << text;
}

TEST_F(CountryDatabaseTest, ListsEveryBlockOnceInOrderAndFindsItAgain) {
  for (const char* wanted : {"DE", "SG"}) {
    const auto blocks = database->blocks_of(wanted);
    ASSERT_GT(blocks.size(), 100U) << wanted;
    std::size_t v4 = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      v4 += blocks[i].network.is_v4() ? 1U : 0U;
      ASSERT_EQ(masked(blocks[i].network, blocks[i].prefix_bits), blocks[i].network);
      // IPv4 stands first in the file and is v4-mapped for us, so each family is in order by itself.
      if (i > 0 && blocks[i - 1].network.is_v4() == blocks[i].network.is_v4()) {
        ASSERT_LT(blocks[i - 1].network, blocks[i].network) << blocks[i].text();
      }
      if (i % 97 != 0) continue;
      ASSERT_EQ(database->country_of(blocks[i].network), wanted) << blocks[i].text();
    }
    EXPECT_GT(v4, 50U) << wanted;
    EXPECT_LT(v4, blocks.size()) << wanted;
  }
}

TEST_F(CountryDatabaseTest, AnUnknownCountryHasNoBlocks) { EXPECT_TRUE(database->blocks_of("ZZ").empty()); }

TEST_F(CountryDatabaseTest, ServesNearestAccess) {
  const NearestAccess nearest({}, database.get(), false);
  const RegionConfig shanghai{RegionId{"cn-shanghai"}, "", {31.23, 121.47}};
  const RegionConfig frankfurt{RegionId{"eu-central-1"}, "", {50.11, 8.68}};
  const std::vector<const RegionConfig*> candidates{&shanghai, &frankfurt};
  const NearestChoice choice = nearest.choose(*IpAddress::parse("193.99.144.80"), candidates);
  EXPECT_EQ(choice.index, 1U);
  EXPECT_EQ(choice.country, "DE");
}

TEST(CountryDatabaseErrors, AMissingFileSaysWhatToDo) {
  const auto opened = CountryDatabase::open("/nonexistent/geo.mmdb");
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().what.find("/nonexistent/geo.mmdb: No such file"), std::string::npos) << opened.error().what;
  EXPECT_NE(opened.error().hint.find("npm install"), std::string::npos);
}

struct TemporaryFile {
  explicit TemporaryFile(const std::string& bytes) : path(testing::TempDir() + "fleetsim-country-" + std::to_string(::getpid()) + ".mmdb") {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  std::string path;
};

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CountryDatabaseErrors, AFileThatIsNoDatabaseIsRefused) {
  for (const std::string& bytes : {std::string{}, std::string{"not a database"}, std::string(100000, 'x')}) {
    const TemporaryFile file(bytes);
    const auto opened = CountryDatabase::open(file.path);
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().what.find("cannot"), std::string::npos) << opened.error().what;
    EXPECT_FALSE(opened.error().hint.empty());
  }
}

TEST(CountryDatabaseErrors, ATruncatedOrDamagedDatabaseIsRefusedOrHarmless) {
  const std::string whole = file_bytes(database_path());
  ASSERT_GT(whole.size(), 100000U) << "run tools/install-deps.sh";
  const TemporaryFile half(whole.substr(0, whole.size() / 2));
  EXPECT_FALSE(CountryDatabase::open(half.path).ok());
  const TemporaryFile beheaded(whole.substr(whole.size() / 2));
  EXPECT_FALSE(CountryDatabase::open(beheaded.path).ok());
  std::string damaged = whole;
  for (std::size_t i = 0; i < 3000; ++i) damaged[i] = static_cast<char>(0xff);
  const TemporaryFile file(damaged);
  EXPECT_FALSE(CountryDatabase::open(file.path).ok());
}

}  // namespace
}  // namespace fleetsim::platform
