//===- KernelTest.h - The optimized lowering against the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small networks at the integer level, compiled by both lowerings, for every ISA that this machine
// has. Inputs end where an allocation ends, so that a tool that watches memory sees what is read
// beyond.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_CODEGEN_KERNELTEST_H
#define QCC_TEST_UNIT_CODEGEN_KERNELTEST_H

#include "../Conversion/LoweringTest.h"

#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Target/TargetDescription.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace qcc::test {

class KernelTest : public LoweringTest, public ::testing::WithParamInterface<std::string> {
protected:
  void SetUp() override {
    target = llvm::cantFail(resolveTarget("", GetParam()));
    if (llvm::Error missing = checkHostSupports(*target.description))
      GTEST_SKIP() << toString(std::move(missing));
  }

  /// Blocks of `images` images, so that a batch takes several and a part of one.
  std::unique_ptr<Session> compileOptimized(llvm::StringRef text, int64_t images = 2) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << "the test's own module is wrong:\n" << text.str();
    if (!module)
      return nullptr;
    // A kernel that takes the reference lowering would agree with it.
    mlir::ScopedDiagnosticHandler handler(&context, [](mlir::Diagnostic &diagnostic) {
      EXPECT_NE(diagnostic.getSeverity(), mlir::DiagnosticSeverity::Remark) << diagnostic.str();
      return mlir::failure();
    });
    SessionOptions options;
    options.lowering = [&](mlir::OpPassManager &manager) {
      PlanOptions plan;
      plan.isa = GetParam();
      plan.images = images;
      plan.leastStreamBytes = leastStreamBytes;
      buildOptimizedLoweringPipeline(manager, plan);
    };
    options.jit.features = target.getFeatures();
    auto session = Session::compile(*module, options);
    if (session)
      return std::move(*session);
    ADD_FAILURE() << toString(session.takeError()) << "\n" << text.str();
    return nullptr;
  }

  /// Both lowerings give the same bytes; floats may differ by `tolerance`, relative to the larger
  /// of the value and 1. Optimized code works on blocks of `images` images.
  void compare(llvm::StringRef text, llvm::ArrayRef<HostTensor> inputs, double tolerance = 0,
               int64_t images = 2) {
    auto reference = compile(text);
    auto optimized = compileOptimized(text, images);
    if (!reference || !optimized)
      return;
    HostTensor expected = run(reference.get(), inputs), actual = run(optimized.get(), inputs);
    ASSERT_EQ(expected.getShape(), actual.getShape());
    if (tolerance == 0) {
      auto want = expected.getBytes(), got = actual.getBytes();
      for (size_t i = 0; i < want.size(); ++i)
        ASSERT_EQ(want[i], got[i]) << "byte " << i << " of\n" << text.str();
      return;
    }
    auto want = expected.getData<float>(), got = actual.getData<float>();
    for (size_t i = 0; i < want.size(); ++i)
      ASSERT_NEAR(want[i], got[i], tolerance * std::max(1.0F, std::abs(want[i])))
          << "element " << i << " of\n"
          << text.str();
  }

  int64_t pick(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(choices() % static_cast<uint32_t>(high - low + 1));
  }

  /// "tensor<2x3xi8>", with "?" for a negative size.
  static std::string tensor(llvm::ArrayRef<int64_t> shape, llvm::StringRef element) {
    std::string text = "tensor<";
    for (int64_t size : shape)
      text += (size < 0 ? "?" : std::to_string(size)) + "x";
    return text + element.str() + ">";
  }

  /// "dense<"0x...">", the tensor's elements.
  static std::string dense(const HostTensor &tensor) {
    return "dense<\"0x" + llvm::toHex(tensor.getBytes()) + "\">";
  }

  /// `%name = cnn.constant ...`, random elements.
  template <typename T>
  std::string constant(llvm::StringRef name, llvm::ArrayRef<int64_t> shape, llvm::StringRef element,
                       double low, double high) {
    // One element would be read as a splat.
    HostTensor values = random<T>(shape, low, high);
    std::string text =
        values.getNumElements() == 1
            ? "dense<" + llvm::formatv("{0}", +values.template getData<T>()[0]).str() + ">"
            : dense(values);
    return "  %" + name.str() + " = cnn.constant " + text + " : " + tensor(shape, element) + "\n";
  }

  /// A multiplier for each channel, or for all.
  std::string multipliers(llvm::StringRef name, int64_t count, double size) {
    HostTensor values = random<float>({count}, 0.2 * size, size);
    std::string text = "[";
    for (float value : values.getData<float>()) {
      char number[32];
      std::snprintf(number, sizeof number, "%.9e", static_cast<double>(value));
      text += (text.size() > 1 ? ", " : "") + std::string(number);
    }
    return "  %" + name.str() + " = cnn.constant dense<" + text + "]> : tensor<" +
           std::to_string(count) + "xf32>\n";
  }

  Target target;
  /// See PlanOptions.
  int64_t leastStreamBytes = 131072;
  std::mt19937 choices{7};
};

/// The levels of this machine's architecture.
inline auto allISAs() {
  std::vector<std::string> names;
  for (const TargetDescription &description : allTargetDescriptions()) {
    if (auto target = resolveTarget("", description.isa))
      names.push_back(description.isa.str());
    else
      llvm::consumeError(target.takeError());
  }
  return ::testing::ValuesIn(names);
}

inline std::string getISAName(const ::testing::TestParamInfo<std::string> &info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

} // namespace qcc::test

#endif // QCC_TEST_UNIT_CODEGEN_KERNELTEST_H
