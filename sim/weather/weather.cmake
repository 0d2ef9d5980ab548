# fleetsim_weather: the fleet as weather (time series, storm, back-off classes, projection), pure.
find_package(fmt REQUIRED)

fleetsim_library(fleetsim_weather SOURCES
  weather/backoff_class.cpp
  weather/backoff_likelihood.cpp
  weather/backoff_tally.cpp
  weather/gap_table.cpp
  weather/projection.cpp
  weather/storm.cpp
  weather/weather.cpp
  weather/weather_csv.cpp
  weather/weather_kind.cpp
  weather/weather_recorder.cpp
  LINKS fleetsim_metrics fleetsim_base fmt::fmt)
