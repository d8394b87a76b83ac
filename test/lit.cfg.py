# Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
#
# The lit suite: one test per file, whose RUN lines say what to run. lit.site.cfg.py.in has what the build knows.
import os
import platform
import shlex

import lit.formats
import lit.util

config.name = "qcc"
config.suffixes = [".mlir", ".textproto", ".test"]
config.excludes = ["Unit", "Fuzz", "Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.qcc_source_dir, "test")
config.test_exec_root = config.qcc_binary_dir
# lit's own shell: the same on every machine, and it fails if any part of a pipe does.
config.test_format = lit.formats.ShTest(execute_external=False)

# The tools first, LLVM's second; all else (sed, cmp, printf) from the system.
config.environment["PATH"] = os.path.pathsep.join(
    [config.qcc_tools_dir, config.llvm_tools_dir, config.environment["PATH"]])
for name in ["QCC_REFERENCE_DIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
# libLLVM is not instrumented: containers that it fills look as if they overflowed.
if config.sanitized and "ASAN_OPTIONS" not in os.environ:
    config.environment["ASAN_OPTIONS"] = config.asan_options
if config.sanitized:
    config.available_features.add("sanitized")

# A tool that is missing is an error of its own, and not one of each test that runs it.
for tool in ["qcc", "qcc-opt", "qcc-run", "qcc-translate"]:
    if not os.path.exists(os.path.join(config.qcc_tools_dir, tool)):
        lit_config.warning(f"{tool} was not found in {config.qcc_tools_dir}: its tests will fail")

# %onnx-from-text < TEXT > MODEL
config.substitutions.append(
    ("%onnx-from-text", " ".join(shlex.quote(word) for word in [
        config.protoc, "-I" + config.onnx_proto_dir, "--encode=onnx.ModelProto",
        os.path.join(config.onnx_proto_dir, "onnx", "onnx.proto")])))

# %reference: models and data that are too large for the repository.
reference = os.environ.get("QCC_REFERENCE_DIR", "")
if os.path.isdir(reference):
    config.available_features.add("reference")
    config.substitutions.append(("%reference", reference))
# %fashion: Fashion-MNIST as Debian's package dataset-fashion-mnist has it.
fashion = "/usr/share/datasets/fashion-mnist"
if os.path.isdir(fashion):
    config.available_features.add("fashion-mnist")
    config.substitutions.append(("%fashion", fashion))
# root may write anywhere: tests of what happens where one may not need somebody else.
if os.geteuid() != 0:
    config.available_features.add("not-root")
# Programs for AArch64, compiled here and run by qemu's user mode: %aarch64-cc and %qemu-aarch64.
compiler = lit.util.which("aarch64-linux-gnu-gcc", config.environment["PATH"])
emulator = lit.util.which("qemu-aarch64", config.environment["PATH"])
if compiler and emulator:
    config.available_features.add("aarch64-run")
    config.substitutions.append(("%aarch64-cc", compiler))
    config.substitutions.append(("%qemu-aarch64", emulator))
else:
    lit_config.note("aarch64-linux-gnu-gcc or qemu-aarch64 was not found: tests that run code for AArch64 are skipped")
# Programs of this machine on processors that have less than it.
if lit.util.which("qemu-x86_64", config.environment["PATH"]) and platform.machine() == "x86_64":
    config.available_features.add("x86-run")

# The compilers that qcc itself is built with, for programs that link objects: %cc and %cxx.
for name, compiler in [("cc", config.cc), ("cxx", config.cxx)]:
    if compiler:
        config.available_features.add(name)
        config.substitutions.append(("%" + name + r"\b", compiler))
