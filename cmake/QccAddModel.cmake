# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.

#[=======================================================================[.md:
Compiles a model into a target:

  qcc_add_model(<target> <name> <model>
                [CALIBRATION_TABLE <table>] [QCONFIG <qconfig>]
                [ISA <level>...] [TRIPLE <triple>] [OPTIONS <option>...])

`<target>` is an executable or a library of the project. It gets the object that `qcc` makes of `<model>` (.onnx, .mlir or
.mlirbc), and the header `<name>.h` in its include path. `<name>` is a C identifier; the functions are `<name>_run` and, of
quantized models, `<name>_run_codes`. A target may have several models.

- `CALIBRATION_TABLE`: quantize with this table, which `qcc --save-table` wrote. Without it, a float model stays float.
- `QCONFIG`: the configuration of the quantization; else the table's.
- `ISA`: levels of the instruction set that `qcc --print-targets` lists, or `all`; of several, the best that the processor
  has runs. Else this machine's best, or in cross builds the plainest of the target's.
- `TRIPLE`: what to compile for. Else this machine, or in cross builds what CMAKE_C_COMPILER_TARGET or
  CMAKE_SYSTEM_PROCESSOR and CMAKE_SYSTEM_NAME say.
- `OPTIONS`: more options of `qcc`.

Relative paths start at the current source folder. The object is made again when the model, the table or `qcc` changes; it
is position independent.

The tool is the imported target qcc::qcc, or the program that the variable QCC_EXECUTABLE names.
#]=======================================================================]
function(qcc_add_model target name model)
  cmake_parse_arguments(PARSE_ARGV 3 ARG "" "CALIBRATION_TABLE;QCONFIG;TRIPLE" "ISA;OPTIONS")
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "qcc_add_model: unknown, or without a value: ${ARG_UNPARSED_ARGUMENTS} "
      "${ARG_KEYWORDS_MISSING_VALUES}; there are CALIBRATION_TABLE, QCONFIG, ISA, TRIPLE and OPTIONS")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "qcc_add_model: there is no target '${target}'; add the executable or the library first")
  endif()
  get_target_property(type ${target} TYPE)
  get_target_property(imported ${target} IMPORTED)
  if(type STREQUAL "INTERFACE_LIBRARY" OR type STREQUAL "UTILITY" OR imported)
    message(FATAL_ERROR "qcc_add_model: '${target}' is not compiled, so that it can take no object")
  endif()
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "qcc_add_model: '${name}' is no C identifier, which names of functions begin with")
  endif()
  get_filename_component(model "${model}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  set(inputs ${model})
  set(options --name=${name})
  if(ARG_CALIBRATION_TABLE)
    get_filename_component(table "${ARG_CALIBRATION_TABLE}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND inputs ${table})
    list(APPEND options --calibration-table=${table})
  endif()
  foreach(input IN LISTS inputs)
    get_source_file_property(generated ${input} GENERATED)
    if(NOT generated AND NOT EXISTS ${input})
      message(FATAL_ERROR "qcc_add_model: there is no file '${input}'")
    endif()
  endforeach()
  if(ARG_QCONFIG)
    list(APPEND options --qconfig=${ARG_QCONFIG})
  endif()
  if(ARG_ISA)
    list(JOIN ARG_ISA "," levels)
    list(APPEND options --isa=${levels})
  endif()
  if(NOT ARG_TRIPLE AND CMAKE_CROSSCOMPILING)
    qcc_get_triple(ARG_TRIPLE)
  endif()
  if(ARG_TRIPLE)
    list(APPEND options --target=${ARG_TRIPLE})
  endif()
  if(QCC_EXECUTABLE)
    set(tool ${QCC_EXECUTABLE})
  elseif(TARGET qcc::qcc)
    set(tool qcc::qcc)
  else()
    message(FATAL_ERROR "qcc_add_model: there is no tool; set QCC_EXECUTABLE to the program qcc of this machine")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/qcc/${target})
  set(object ${folder}/${name}.o)
  set(header ${folder}/${name}.h)
  get_target_property(models ${target} QCC_MODELS)
  if(models AND name IN_LIST models)
    message(FATAL_ERROR "qcc_add_model: '${target}' has a model '${name}' already")
  endif()
  set_property(TARGET ${target} APPEND PROPERTY QCC_MODELS ${name})

  file(MAKE_DIRECTORY ${folder})
  file(RELATIVE_PATH shown ${CMAKE_BINARY_DIR} ${object})
  add_custom_command(OUTPUT ${object} ${header}
    COMMAND ${tool} ${model} --quiet --emit=obj -o ${object} --header=${header} ${options} ${ARG_OPTIONS}
    DEPENDS ${inputs} ${tool}
    COMMENT "Compiling the model ${shown}"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  target_sources(${target} PRIVATE ${object} ${header})
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# qcc_get_triple(VARIABLE): the triple that a cross build compiles for.
function(qcc_get_triple variable)
  foreach(triple IN ITEMS "${CMAKE_C_COMPILER_TARGET}" "${CMAKE_CXX_COMPILER_TARGET}")
    if(triple)
      set(${variable} ${triple} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
  if(processor STREQUAL "")
    message(FATAL_ERROR "qcc_add_model: the toolchain file sets no CMAKE_SYSTEM_PROCESSOR; set it, or give TRIPLE")
  elseif(processor STREQUAL "arm64")
    set(processor aarch64)
  elseif(processor STREQUAL "amd64")
    set(processor x86_64)
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(system linux-gnu)
    if(processor MATCHES "^arm")
      set(system linux-gnueabihf)
    endif()
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Android")
    set(system linux-android)
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Generic")
    set(system unknown-elf)
  else()
    message(FATAL_ERROR "qcc_add_model: which triple '${CMAKE_SYSTEM_PROCESSOR}' on '${CMAKE_SYSTEM_NAME}' is, is not "
      "known; give TRIPLE")
  endif()
  set(${variable} ${processor}-${system} PARENT_SCOPE)
endfunction()
