#include <gtest/gtest.h>
#include <string>

#include "sim/config/device_csv.hpp"

namespace fleetsim::sim {
namespace {

struct ParsedCsv {
  std::vector<DeviceRow> rows;
  std::string mistakes;
};

ParsedCsv parse_csv(const std::string& text) {
  Diagnostics diagnostics;
  ParsedCsv out;
  out.rows = parse_device_csv(text, diagnostics.add_file("d.csv"), diagnostics);
  out.mistakes = diagnostics.text();
  return out;
}

TEST(DeviceCsv, ReadsTriplesInTheOrderOfTheHeader) {
  const ParsedCsv parsed = parse_csv("deviceName,note,DeviceSecret,productKey\ndev1,hello,secret,a1TestPK001\ndev2,,other,a1TestPK001\n");
  EXPECT_EQ(parsed.mistakes, "");
  ASSERT_EQ(parsed.rows.size(), 2U);
  EXPECT_EQ(parsed.rows[0].product_key, "a1TestPK001");
  EXPECT_EQ(parsed.rows[0].device_name, "dev1");
  EXPECT_EQ(parsed.rows[1].device_secret, "other");
}

// RFC 4180 §2: quoted fields may hold commas, line ends and doubled quotes; lines end in CRLF; the last end is optional.
TEST(DeviceCsv, TakesQuotesAByteOrderMarkAndCrlf) {
  const ParsedCsv parsed = parse_csv(
      "\xEF\xBB\xBFproductKey,\"note\",deviceName,deviceSecret\r\na1TestPK001,\"a, "
      "\"\"b\"\"\r\nc\",\"dev1\",secret\r\n\r\na1TestPK001,x,dev2,secret");
  EXPECT_EQ(parsed.mistakes, "");
  ASSERT_EQ(parsed.rows.size(), 2U);
  EXPECT_EQ(parsed.rows[0].device_name, "dev1");
}

TEST(DeviceCsv, ReportsEveryBadRowWithItsPlaceAndKeepsTheOthers) {
  const ParsedCsv parsed = parse_csv(
      "productKey,deviceName,deviceSecret\n"
      "a1TestPK001,dev1,secret\n"
      "a1TestPK001,dev2\n"
      "a1 Test,dev3,secret\n"
      "a1TestPK001,dev1,secret\n"
      "a1TestPK001,dev4,\n"
      "a1TestPK001,dev5,\"secret\" x\n"
      "a1TestPK001,dev6,secret\n");
  EXPECT_EQ(parsed.rows.size(), 2U);
  EXPECT_NE(parsed.mistakes.find("d.csv:3:1: error: 2 fields, expected 3\n"), std::string::npos) << parsed.mistakes;
  EXPECT_NE(parsed.mistakes.find("d.csv:4:1: error: productKey: "), std::string::npos) << parsed.mistakes;
  EXPECT_NE(parsed.mistakes.find("d.csv:5:13: error: the device a1TestPK001/dev1 stands in the file twice\n"), std::string::npos)
      << parsed.mistakes;
  EXPECT_NE(parsed.mistakes.find("d.csv:6:18: error: deviceSecret: "), std::string::npos) << parsed.mistakes;
  EXPECT_NE(parsed.mistakes.find("d.csv:7:27: error: expected a comma or the end of the line after the closing quote\n"), std::string::npos)
      << parsed.mistakes;
}

TEST(DeviceCsv, TakesTheSameNameUnderTwoProducts) {
  const ParsedCsv parsed = parse_csv("productKey,deviceName,deviceSecret\na1TestPK001,dev1,secret\na1TestPK002,dev1,secret\n");
  EXPECT_EQ(parsed.mistakes, "");
  EXPECT_EQ(parsed.rows.size(), 2U);
}

TEST(DeviceCsv, NeverShowsASecret) {
  const ParsedCsv parsed = parse_csv("productKey,deviceName,deviceSecret\na1TestPK001,dev1,TOP\x01SECRET\na1TestPK001,,TOPSECRET\n");
  EXPECT_EQ(parsed.rows.size(), 0U);
  EXPECT_EQ(parsed.mistakes.find("SECRET"), std::string::npos) << parsed.mistakes;
}

TEST(DeviceCsv, NeedsAHeaderAndADevice) {
  EXPECT_EQ(parse_csv("").mistakes, "d.csv: error: no lines; expected a header productKey,deviceName,deviceSecret\n");
  EXPECT_EQ(parse_csv("productKey,deviceName\na,b\n").mistakes,
            "d.csv:1:1: error: the header has no column deviceSecret; expected productKey,deviceName,deviceSecret\n");
  EXPECT_EQ(parse_csv("productKey,deviceName,deviceSecret\n").mistakes, "d.csv: error: no devices after the header\n");
}

TEST(DeviceCsv, ReportsAQuoteThatIsNeverClosed) {
  EXPECT_NE(parse_csv("productKey,deviceName,deviceSecret\na1TestPK001,\"dev1,secret\n")
                .mistakes.find("d.csv:2:13: error: a quote is opened here and never closed"),
            std::string::npos);
}

}  // namespace
}  // namespace fleetsim::sim
