# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# The exported package: find_package(qcc) gives the libraries and the tools as qcc::Name, and qcc_add_model.

get_property(qcc_libraries GLOBAL PROPERTY QCC_LIBRARIES)
install(TARGETS ${qcc_libraries} EXPORT qccTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/qcc ${PROJECT_BINARY_DIR}/include/qcc
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
install(EXPORT qccTargets NAMESPACE qcc:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/qcc)
# Apart from the libraries: who only runs the tools does not need what the libraries depend on.
install(EXPORT qccTools NAMESPACE qcc:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/qcc)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/qccConfig.cmake.in ${PROJECT_BINARY_DIR}/qccConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/qcc)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/qccConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/qccConfig.cmake ${PROJECT_BINARY_DIR}/qccConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/QccAddModel.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/qcc)
