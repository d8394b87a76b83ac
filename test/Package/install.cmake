# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# See CMakeLists.txt. Starts from nothing, so that files of an earlier installation cannot help.
file(REMOVE_RECURSE ${WORK}/prefix)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
