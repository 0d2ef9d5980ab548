# fleetsim_asio: Boost.Asio compiled once (whoever uses Asio links it).
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Threads REQUIRED)

add_library(fleetsim_asio STATIC ${CMAKE_CURRENT_LIST_DIR}/asio_impl.cpp)
target_compile_definitions(fleetsim_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(fleetsim_asio PUBLIC fleetsim_common Boost::headers Threads::Threads)
