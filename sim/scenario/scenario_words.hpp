// The words of a scenario for people: steps and executors with their settings, as the readers themselves ask for them.
//
//   for (const ScenarioWord& step : step_words()) print(step.word, step.summary, step.settings);
#pragma once

#include <string_view>
#include <vector>

#include "sim/config/reader.hpp"

namespace fleetsim::sim {

struct ScenarioWord {
  std::string_view word;
  std::string_view summary;
  std::vector<MapReader::AskedKey> settings;
};

std::vector<ScenarioWord> step_words();      // step_reader.cpp
std::vector<ScenarioWord> fault_words();     // fault_reader.cpp
std::vector<ScenarioWord> executor_words();  // executor_reader.cpp

}  // namespace fleetsim::sim
