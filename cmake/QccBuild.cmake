# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# What every target of the project shares: warnings, sanitizers, precompiled headers, and one function per kind of
# target.

set(QCC_WARNINGS -Wall -Wextra -Wpedantic -Werror -Wno-unused-parameter)

# libLLVM is built without run-time type information; classes that derive from its classes must be, too.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
# A libMLIR without assertions was built with NDEBUG; see the header.
if(NOT LLVM_ENABLE_ASSERTIONS)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include ${PROJECT_SOURCE_DIR}/cmake/LLVMStatistic.h>")
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld)
endif()

# libLLVM's containers and allocators are not instrumented, so what AddressSanitizer believes of them is wrong.
set(QCC_ASAN_OPTIONS detect_container_overflow=0:allow_user_poisoning=0)

if(QCC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,function -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

# Tools that start often (qcc, qcc-run) are linked with archives, LLVM's, MLIR's and libstdc++: the loader takes two thirds
# of the time from the start of a process to its end to find the 50,000 symbols that libMLIR.so and libLLVM.so look up in each
# other. And they are at a fixed address, as GCC's cc1plus is: else the loader writes to each of the 700 pages of virtual
# tables, for addresses, and without libstdc++ once more for the 14,000 type descriptions that refer to it. (Their stack, heap
# and shared libraries are at random addresses all the same.) What runs at each start lies together (startup.ld).
# What is linked for development (qcc-opt, tests) stays small.
set(qcc_archives "")
if(QCC_STATIC_TOOLS AND NOT QCC_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  file(GLOB qcc_archives ${LLVM_LIBRARY_DIR}/libLLVM*.a ${LLVM_LIBRARY_DIR}/libMLIR*.a)
  execute_process(COMMAND ${LLVM_TOOLS_BINARY_DIR}/llvm-config --link-static --system-libs
    OUTPUT_VARIABLE qcc_archive_needs OUTPUT_STRIP_TRAILING_WHITESPACE)
  separate_arguments(qcc_archive_needs NATIVE_COMMAND "${qcc_archive_needs}")
  foreach(need IN LISTS qcc_archive_needs)
    if(need MATCHES "^-l(.+)")
      set(qcc_need ${CMAKE_MATCH_1})
      find_library(QCC_LLVM_NEEDS_${qcc_need} ${qcc_need})
      if(NOT QCC_LLVM_NEEDS_${qcc_need})
        message(STATUS "qcc and qcc-run are linked with libLLVM.so: LLVM's archives need lib${qcc_need}, which is missing")
        set(qcc_archives "")
      endif()
      # The compression libraries, too; what else there is belongs to the C library, or is not needed in the end.
      if(qcc_need MATCHES "^z(std)?$")
        find_library(QCC_ARCHIVE_OF_${qcc_need} NAMES lib${qcc_need}.a ${qcc_need})
        list(TRANSFORM qcc_archive_needs REPLACE "^-l${qcc_need}$" ${QCC_ARCHIVE_OF_${qcc_need}})
      endif()
    endif()
  endforeach()
endif()

# One precompiled header for all libraries: MLIR's headers are most of a file's compile time.
function(qcc_precompile target)
  if(NOT QCC_PRECOMPILE_HEADERS)
    return()
  endif()
  if(NOT TARGET QccPrecompiled)
    file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
    add_library(QccPrecompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
    target_precompile_headers(QccPrecompiled PRIVATE
      <mlir/IR/BuiltinOps.h> <mlir/IR/BuiltinTypes.h> <mlir/IR/PatternMatch.h>
      <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/Quant/IR/Quant.h> <mlir/Dialect/Quant/IR/QuantTypes.h>
      <mlir/Pass/Pass.h> <mlir/Pass/PassManager.h> <mlir/Bytecode/BytecodeOpInterface.h>
      <mlir/Transforms/DialectConversion.h> <llvm/Support/Error.h>)
  endif()
  # The header was compiled as libraries are (-fPIC), and Clang refuses it in code that is compiled as an executable's.
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM QccPrecompiled)
endfunction()

# qcc_add_library(Name SRCS... [DEPENDS tablegen-targets] [LINK libs])
# A static library in the exported package, linked against libMLIR.so and libLLVM.so. Targets are called QccName here and
# qcc::Name by consumers.
function(qcc_add_library name)
  cmake_parse_arguments(ARG "NO_MLIR" "" "DEPENDS;LINK" ${ARGN})
  set(target Qcc${name})
  add_library(${target} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(qcc::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_options(${target} PRIVATE ${QCC_WARNINGS})
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # The property is that of the program that is linked in the end.
  set(dynamic $<NOT:$<BOOL:$<TARGET_PROPERTY:QCC_STATIC>>>)
  target_link_libraries(${target} PUBLIC ${ARG_LINK} $<${dynamic}:MLIR> $<${dynamic}:LLVM>)
  add_dependencies(${target} QccTableGen ${ARG_DEPENDS})
  if(NOT ARG_NO_MLIR)
    qcc_precompile(${target})
  endif()
  set_property(GLOBAL APPEND PROPERTY QCC_LIBRARIES ${target})
endfunction()

# qcc_add_tool(name SRCS... [STATIC] [LINK libs]): STATIC with LLVM's archives, see above, where there are any.
function(qcc_add_tool name)
  cmake_parse_arguments(ARG "STATIC" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${QCC_WARNINGS})
  if(ARG_STATIC AND qcc_archives)
    set_target_properties(${name} PROPERTIES QCC_STATIC ON INSTALL_RPATH_USE_LINK_PATH OFF)
    get_target_property(fmt_type fmt::fmt TYPE)
    if(fmt_type STREQUAL "SHARED_LIBRARY")
      target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/Fmt.cpp)
    endif()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/Startup.cpp)
    target_link_libraries(${name} PRIVATE ${ARG_LINK} ${qcc_archives} ${qcc_archive_needs})
    target_link_options(${name} PRIVATE -Wl,--as-needed -no-pie -static-libstdc++ -static-libgcc -Wl,--gc-sections
      -Wl,-T,${PROJECT_SOURCE_DIR}/cmake/startup.ld $<$<CONFIG:Release>:-s>)
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/startup.ld)
  else()
    target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  endif()
  qcc_precompile(${name})
  add_executable(qcc::${name} ALIAS ${name})
  install(TARGETS ${name} EXPORT qccTools RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set_property(GLOBAL APPEND PROPERTY QCC_TOOLS ${name})
endfunction()

# qcc_add_unittest(Name SRCS... [LINK libs]): one GoogleTest program, one CTest entry.
function(qcc_add_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${QCC_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main MLIR LLVM)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/bin)
  qcc_precompile(${name})
  add_test(NAME unit.${name} COMMAND ${name})
  if(QCC_SANITIZE)
    # libLLVM is not instrumented: containers that it fills look as if they overflowed.
    set_tests_properties(unit.${name} PROPERTIES ENVIRONMENT ASAN_OPTIONS=${QCC_ASAN_OPTIONS})
  endif()
  set_property(GLOBAL APPEND PROPERTY QCC_UNITTESTS ${name})
endfunction()
