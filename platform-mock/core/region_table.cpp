#include "platform-mock/core/region_table.hpp"

#include <array>
#include <cstddef>

namespace fleetsim::platform {
namespace {

// The numbers are those of the device SDK's bootstrap header; the points are the cities themselves.
constexpr std::array<DocumentedRegion, 21> regions{{
    {0, "cn-shanghai", "Shanghai", {31.23, 121.47}},
    {1, "ap-southeast-1", "Singapore", {1.29, 103.85}},
    {2, "ap-northeast-1", "Tokyo", {35.68, 139.69}},
    {3, "us-east-1", "Virginia", {39.04, -77.49}},
    {4, "eu-central-1", "Frankfurt", {50.11, 8.68}},
    {5, "us-west-1", "Silicon Valley", {37.37, -122.04}},
    {6, "cn-hangzhou", "Hangzhou", {30.27, 120.16}},
    {7, "cn-shenzhen", "Shenzhen", {22.54, 114.06}},
    {8, "cn-beijing", "Beijing", {39.90, 116.41}},
    {9, "cn-qingdao", "Qingdao", {36.07, 120.38}},
    {10, "cn-zhangjiakou", "Zhangjiakou", {40.77, 114.88}},
    {11, "cn-huhehaote", "Hohhot", {40.84, 111.75}},
    {12, "cn-heyuan", "Heyuan", {23.74, 114.70}},
    {13, "cn-chengdu", "Chengdu", {30.57, 104.07}},
    {14, "cn-hongkong", "Hong Kong", {22.32, 114.17}},
    {15, "ap-southeast-2", "Sydney", {-33.87, 151.21}},
    {16, "ap-southeast-3", "Kuala Lumpur", {3.14, 101.69}},
    {17, "ap-southeast-5", "Jakarta", {-6.21, 106.85}},
    {18, "ap-south-1", "Mumbai", {19.08, 72.88}},
    {19, "eu-west-1", "London", {51.51, -0.13}},
    {20, "me-east-1", "Dubai", {25.20, 55.27}},
}};

constexpr bool numbered_by_position() {
  for (std::size_t i = 0; i < regions.size(); ++i)
    if (regions[i].bootstrap_number != i) return false;
  return true;
}
static_assert(numbered_by_position(), "looking a number up is indexing");

}  // namespace

const DocumentedRegion* documented_region(std::string_view id) {
  for (const DocumentedRegion& region : regions)
    if (region.id == id) return &region;
  return nullptr;
}

const DocumentedRegion* documented_region(std::uint32_t bootstrap_number) {
  return bootstrap_number < regions.size() ? &regions[bootstrap_number] : nullptr;
}

std::vector<RegionConfig> documented_regions() {
  std::vector<RegionConfig> all;
  all.reserve(regions.size());
  for (const DocumentedRegion& region : regions) all.push_back({RegionId{region.id}, std::string{region.name}, region.location});
  return all;
}

}  // namespace fleetsim::platform
