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
  EXPECT_NE(opened.error().hint.find("tools/install-deps.sh"), std::string::npos);
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

std::string counted(unsigned type, std::string_view text) {
  return std::string(1, static_cast<char>((type << 5) | text.size())) + std::string{text};
}
std::string text_field(std::string_view text) { return counted(2, text); }
std::string uint16_field(unsigned value) { return counted(5, std::string(1, static_cast<char>(value))); }

/// The smallest IPv6 file with IPv4 in it: 0.0.0.0/1 has `record`, and ::ffff:0:0/96 points into the same tree, as MaxMind's own files
/// have it (MaxMind-DB format 2.0). Nodes 0 to 95 lead to IPv4's root 96, nodes 97 to 111 to it again.
std::string aliased_database(std::string_view record) {
  constexpr unsigned nodes = 112;
  std::string file;
  const auto pointer = [&file](unsigned value) {
    for (const unsigned shift : {16U, 8U, 0U}) file.push_back(static_cast<char>((value >> shift) & 0xffU));
  };
  for (unsigned node = 0; node < nodes; ++node) {
    if (node < 96) {
      pointer(node + 1);
      pointer(node == 80 ? 97 : nodes);
    } else if (node == 96) {
      pointer(nodes + 16);
      pointer(nodes);
    } else {
      pointer(nodes);
      pointer(node == nodes - 1 ? 96 : node + 1);
    }
  }
  file.append(16, '\0').append(record).append("\xab\xcd\xefMaxMind.com\xe9");
  file += text_field("node_count") + counted(6, std::string(1, static_cast<char>(nodes)));
  file += text_field("record_size") + uint16_field(24) + text_field("ip_version") + uint16_field(6);
  file += text_field("database_type") + text_field("Test");
  file += text_field("languages") + std::string("\x00\x04", 2);
  file += text_field("binary_format_major_version") + uint16_field(2);
  file += text_field("binary_format_minor_version") + uint16_field(0);
  file += text_field("build_epoch") + std::string("\x01\x02\x01", 3);
  return file + text_field("description") + "\xe0";
}

TEST(CountryDatabaseFormats, ReadsNestedCodesAndListsAnAliasedBlockOnce) {
  const TemporaryFile file(aliased_database("\xe1" + text_field("country") + "\xe1" + text_field("iso_code") + text_field("DE")));
  const auto opened = CountryDatabase::open(file.path);
  ASSERT_TRUE(opened.ok()) << opened.error().what;
  EXPECT_EQ((*opened)->country_of(*IpAddress::parse("1.2.3.4")), "DE");
  EXPECT_FALSE((*opened)->country_of(*IpAddress::parse("200.2.3.4")).has_value());
  const auto blocks = (*opened)->blocks_of("DE");
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].text(), "0.0.0.0/1");
}

TEST(CountryDatabaseErrors, AFileWithoutCountriesIsRefused) {
  const TemporaryFile file(aliased_database("\xe1" + text_field("asn") + text_field("AS64500")));
  const auto opened = CountryDatabase::open(file.path);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().what.find("no country code"), std::string::npos) << opened.error().what;
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
