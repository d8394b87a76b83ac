# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# A toolchain for AArch64 Linux: Debian's gcc-aarch64-linux-gnu, and qemu to run what it builds.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
