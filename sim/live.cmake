# The sockets world: the generator (shard), and the controller that drives it (controller, executors, steps).
include(live/shard.cmake)
include(live/controller.cmake)
