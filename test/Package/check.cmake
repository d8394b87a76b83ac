# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# See CMakeLists.txt: a program that uses the libraries.
file(REMOVE_RECURSE ${WORK}/build)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
  -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_PREFIX_PATH=${WORK}/prefix
  -DMLIR_DIR=${MLIR_DIR} -DLLVM_DIR=${LLVM_DIR} -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer ${MODEL} ${TABLE})
if(NOT output MATCHES "cnn.requantize")
  message(FATAL_ERROR "the program printed something else:\n${output}")
endif()
