//===- GraphBuilder.h - what the layers of a random network are made with ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_GRAPHBUILDER_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_GRAPHBUILDER_H

#include "Random.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace qcc::random {

using Shape = llvm::SmallVector<int64_t>;

/// The largest value of an image, in elements: 224 x 224.
inline constexpr int64_t kMaxElements = 50176;

/// A value that layers can read.
struct GraphValue {
  mlir::Value value;
  /// Every lowering computes the same bytes.
  bool exact = true;
};

/// Rank and level decide what a value can be an operand of.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getShape();
}
inline size_t rankOf(mlir::Value value) { return shapeOf(value).size(); }
inline bool isQuantized(mlir::Value value) {
  return cnn::getLevel(value.getType()) == cnn::ValueLevel::Quantized;
}
/// Elements of one image.
int64_t imageElements(mlir::Value value);

class GraphBuilder {
public:
  GraphBuilder(mlir::OpBuilder builder, Contract contract, bool isSigned)
      : builder(builder), contract(contract), isSigned(isSigned) {}

  mlir::OpBuilder builder;
  Contract contract;
  /// Codes of activations are signed.
  bool isSigned;
  /// The random numbers of the layer that is being made.
  Random random = Random(0, 0);
  llvm::SmallVector<GraphValue> values;

  mlir::Location loc() { return builder.getUnknownLoc(); }

  /// A value for which `wanted` holds, a recent one rather than an early one; null if there is
  /// none.
  GraphValue pick(llvm::function_ref<bool(mlir::Value)> wanted);
  GraphValue pick() {
    return pick([](mlir::Value) { return true; });
  }

  /// Makes operation `name` of the cnn dialect; its result has elements of type `element` and the
  /// shape that the operation infers. Null if operands and attributes do not go together, or the
  /// result is too large for a quick test.
  mlir::Value make(llvm::StringRef name, mlir::ValueRange operands, mlir::Type element,
                   llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  /// Makes it, and adds its result to the values.
  bool add(llvm::StringRef name, mlir::ValueRange operands, mlir::Type element, bool exact,
           llvm::ArrayRef<mlir::NamedAttribute> attributes = {});

  mlir::NamedAttribute attr(llvm::StringRef name, mlir::Attribute value) {
    return builder.getNamedAttr(name, value);
  }
  mlir::NamedAttribute attr(llvm::StringRef name, llvm::ArrayRef<int64_t> values) {
    return attr(name, builder.getDenseI64ArrayAttr(values));
  }
  mlir::NamedAttribute attr(llvm::StringRef name, float value) {
    return attr(name, builder.getF32FloatAttr(value));
  }

  mlir::Type f32() { return builder.getF32Type(); }
  /// A type of activations with about this scale.
  mlir::quant::UniformQuantizedType activationType(double scale);
  /// Scale of a quantized value; of a float one, what stands for it.
  double scaleOf(mlir::Value value);

  mlir::Value floatConstant(llvm::ArrayRef<int64_t> shape, double low, double high);
  /// A constant operand of elementwise operations on `like`'s level.
  mlir::Value constantLike(mlir::Value like, llvm::ArrayRef<int64_t> shape);

  /// Weights and bias of a layer on `input`, [0] output channels first, and the element type of the
  /// layer's result.
  struct Weighted {
    llvm::SmallVector<mlir::Value> operands;
    mlir::Type output;
  };
  Weighted makeWeights(mlir::Value input, llvm::ArrayRef<int64_t> shape);

  /// With some probability, an activation to be fused into a layer with elements of `output`.
  void maybeActivation(llvm::SmallVectorImpl<mlir::NamedAttribute> &attributes, mlir::Type output);

private:
  Weighted makeFloatWeights(mlir::Value input, llvm::ArrayRef<int64_t> shape);
  Weighted makeQuantizedWeights(mlir::Value input, llvm::ArrayRef<int64_t> shape);
};

/// One way to make a layer: false if the graph has no value that fits, or the numbers drawn do not
/// go together.
struct LayerKind {
  llvm::StringLiteral name;
  /// How often it is tried, relative to the others, on quantized graphs and on float ones.
  int quantized, real;
  bool (*make)(GraphBuilder &graph);
};

llvm::ArrayRef<LayerKind> allLayerKinds();

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_GRAPHBUILDER_H
