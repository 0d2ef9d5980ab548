# The sockets world: the generator (shard), and the run over it (run).
include(live/shard.cmake)
include(live/run.cmake)
