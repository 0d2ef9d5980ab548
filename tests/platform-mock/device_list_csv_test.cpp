// The CSV file of devices: template, byte order mark, line ends, quotes, and each mistake with its line and its own words.
#include "platform-mock/core/console/device_list_csv.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace fleetsim::platform {
namespace {

constexpr CsvLimits limits{.bytes_max = 1024 * 1024, .rows_max = 1000};

std::vector<std::string> names_of(std::string_view text) {
  const auto read = read_device_list(text, limits);
  std::vector<std::string> names;
  if (!read) {
    for (const CsvProblem& problem : read.error()) names.push_back("line " + std::to_string(problem.line) + ": " + problem.message);
    return names;
  }
  for (const DeviceName& name : *read) names.emplace_back(name.view());
  return names;
}
using Texts = std::vector<std::string>;

TEST(DeviceListCsv, TheTemplateIsAFileWithoutDevices) {
  EXPECT_EQ(device_list_template(), "DeviceName\r\n");
  EXPECT_EQ(names_of(device_list_template() + "dev1\r\n"), Texts{"dev1"});
}

TEST(DeviceListCsv, TakesEveryLineEndAndAByteOrderMark) {
  const Texts expected{"dev1", "dev2"};
  EXPECT_EQ(names_of("DeviceName\ndev1\ndev2"), expected);
  EXPECT_EQ(names_of("DeviceName\ndev1\ndev2\n"), expected);
  EXPECT_EQ(names_of("DeviceName\r\ndev1\r\ndev2\r\n"), expected);
  EXPECT_EQ(names_of("DeviceName\rdev1\rdev2\r"), expected);
  EXPECT_EQ(names_of("\xEF\xBB\xBF"
                     "DeviceName\r\ndev1\r\n\r\ndev2\r\n\r\n"),
            expected)
      << "and blank lines";
}

TEST(DeviceListCsv, TakesQuotedFields) {
  EXPECT_EQ(names_of("\"DeviceName\"\n\"dev1\"\ndev2\n\"dev3\""), (Texts{"dev1", "dev2", "dev3"}));
  EXPECT_EQ(names_of("DeviceName\n\"de\"\"v1\"\n")[0].substr(0, 14), "line 2: \"de\"v1") << "a doubled quote is one";
}

TEST(DeviceListCsv, NeedsItsHeader) {
  EXPECT_EQ(names_of("dev1\ndev2\n"), Texts{"line 1: the header must be DeviceName, found \"dev1\""});
  EXPECT_EQ(names_of("DeviceName,Nickname\ndev1\n"), Texts{"line 1: the header must be DeviceName, found \"DeviceName\""});
}

TEST(DeviceListCsv, AnEmptyFileAndOneWithoutDevicesAreToldApart) {
  EXPECT_EQ(names_of(""), Texts{"line 0: the file is empty"});
  EXPECT_EQ(names_of("\xEF\xBB\xBF"), Texts{"line 0: the file is empty"});
  EXPECT_EQ(names_of("DeviceName\r\n\r\n"), Texts{"line 0: the file lists no device"});
}

TEST(DeviceListCsv, ADuplicateNamesBothLines) {
  EXPECT_EQ(names_of("DeviceName\ndev1\ndev2\ndev1\n"), Texts{"line 4: \"dev1\" stands on line 2 already"});
  EXPECT_EQ(names_of("DeviceName\r\ndev1\r\ndev1\r\n"), Texts{"line 3: \"dev1\" stands on line 2 already"}) << "CRLF is one line end";
}

TEST(DeviceListCsv, TheThousandAndFirstRowIsTooMuch) {
  std::string text = "DeviceName\n";
  for (int i = 0; i < 1000; ++i) text.append("dev-").append(std::to_string(i)).append("\n");
  EXPECT_EQ(names_of(text).size(), 1000U);
  text.append("one-more\nanother\n");
  EXPECT_EQ(names_of(text), Texts{"line 1002: more than 1000 devices"});
}

TEST(DeviceListCsv, MustBeUtf8) {
  EXPECT_EQ(names_of("DeviceName\ndev1\nd\xE9v2\n"), Texts{"line 3: this is not UTF-8"}) << "Latin-1";
  EXPECT_EQ(names_of(std::string_view("\xFF\xFE"
                                      "D\0e\0",
                                      6)),
            Texts{"line 1: this is not UTF-8"})
      << "UTF-16";
  for (const std::string_view bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE4\xB8"})
    EXPECT_EQ(names_of("DeviceName\n" + std::string{bad}), Texts{"line 2: this is not UTF-8"});
  EXPECT_EQ(names_of("DeviceName\n\xE4\xB8\x8A\xE6\xB5\xB7\n")[0].substr(0, 7), "line 2:") << "UTF-8, and no device name";
}

TEST(DeviceListCsv, ATooLargeFileIsNotEvenRead) {
  EXPECT_EQ(names_of(std::string(5 * 1024 * 1024, 'x')), Texts{"line 0: the file has 5242880 bytes; at most 1048576"});
}

TEST(DeviceListCsv, MistakesOfFormAreTold) {
  EXPECT_EQ(names_of("DeviceName\n\"dev1\n"), Texts{"line 2: a quoted field is not closed"});
  EXPECT_EQ(names_of("DeviceName\n\"dev1\"x\n"), Texts{"line 2: there is text after a closing quote"});
  EXPECT_EQ(names_of("DeviceName\ndev1,dev2\n"), Texts{"line 2: expected one field, found 2"});
  EXPECT_EQ(names_of("DeviceName\nx'; DROP TABLE device;--\n"),
            Texts{"line 2: \"x'; DROP TABLE device;--\" is not a device name: 4 to 32 of A-Z a-z 0-9 - _ . @ :"});
}

TEST(DeviceListCsv, AllMistakesAreToldAtOnceUpToABound) {
  EXPECT_EQ(names_of("DeviceName\na\ndev1\nb\n").size(), 2U);
  std::string text = "DeviceName\n";
  for (int i = 0; i < 100; ++i) text.append("?\n");
  EXPECT_EQ(names_of(text).size(), csv_problems_max);
}

TEST(DeviceListCsv, ALineAfterAQuotedLineBreakHasItsOwnNumber) {
  EXPECT_EQ(names_of("DeviceName\n\"a\nb\"\n?\n"), (Texts{"line 2: \"a\nb\" is not a device name: 4 to 32 of A-Z a-z 0-9 - _ . @ :",
                                                          "line 4: \"?\" is not a device name: 4 to 32 of A-Z a-z 0-9 - _ . @ :"}));
}

}  // namespace
}  // namespace fleetsim::platform
