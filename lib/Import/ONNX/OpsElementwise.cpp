//===- OpsElementwise.cpp - Functions of single elements, and of two with broadcasting ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Operators.h"

#include <cmath>
#include <limits>

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

/// Binds output 0 of `node` to `result`, which has the shape and the order of `like`.
static void bindLike(Importer &importer, const Node &node, Value result,
                     const RuntimeTensor &like) {
  RuntimeTensor tensor = like;
  tensor.value = result;
  importer.bind(node, 0, tensor);
}

//===----------------------------------------------------------------------===//
// Functions of one element: any order of dimensions will do
//===----------------------------------------------------------------------===//

template <typename OpTy, typename... Args>
static Error importUnary(Importer &importer, const Node &node, Args &&...args) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  Expected<Value> result = importer.create<OpTy>(&node, "", importer.getF32(), input->value,
                                                 std::forward<Args>(args)...);
  if (!result)
    return result.takeError();
  bindLike(importer, node, *result, *input);
  return Error::success();
}

Error qcc::onnx::importRelu(Importer &importer, const Node &node) {
  return importUnary<cnn::ReluOp>(importer, node);
}

Error qcc::onnx::importSigmoid(Importer &importer, const Node &node) {
  return importUnary<cnn::SigmoidOp>(importer, node);
}

Error qcc::onnx::importHardSwish(Importer &importer, const Node &node) {
  return importUnary<cnn::HardSwishOp>(importer, node);
}

Error qcc::onnx::importLeakyRelu(Importer &importer, const Node &node) {
  Expected<float> alpha = node.getFloat("alpha", 0.01F);
  if (!alpha)
    return alpha.takeError();
  return importUnary<cnn::LeakyReluOp>(importer, node, importer.getFloatAttr(*alpha));
}

Error qcc::onnx::importClip(Importer &importer, const Node &node) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  // Attributes until version 10, inputs since version 11.
  Expected<float> min = node.getOpset() < 11 ? node.getFloat("min", -infinity)
                                             : importer.getScalar(node, 1, "minimum", -infinity);
  if (!min)
    return min.takeError();
  Expected<float> max = node.getOpset() < 11 ? node.getFloat("max", infinity)
                                             : importer.getScalar(node, 2, "maximum", infinity);
  if (!max)
    return max.takeError();
  if (std::isnan(*min) || std::isnan(*max))
    return node.error("a bound is not a number");
  // Above the maximum, ONNX says, the minimum does not matter.
  return importUnary<cnn::ClampOp>(importer, node, importer.getFloatAttr(std::min(*min, *max)),
                                   importer.getFloatAttr(*max));
}

Error qcc::onnx::importDropout(Importer &importer, const Node &node) {
  StringRef mask = node.getOutput(1);
  if (!mask.empty() &&
      (!importer.getGraph().getConsumers(mask).empty() || importer.getGraph().isOutput(mask)))
    return node.error("output 1, the mask, is not supported");
  if (node.hasInput(2)) {
    Expected<SmallVector<int64_t>> training = importer.getIntegers(node, 2, "training_mode");
    if (!training)
      return training.takeError();
    if (training->size() != 1 || training->front() != 0)
      return node.error("training mode is not supported");
  }
  Expected<RuntimeTensor> input = importer.getTensor(node, 0);
  if (!input)
    return input.takeError();
  importer.bind(node, 0, *input);
  return Error::success();
}

Error qcc::onnx::importCast(Importer &importer, const Node &node) {
  Expected<int64_t> to = node.getInt("to", 0);
  if (!to)
    return to.takeError();
  Expected<RuntimeTensor> input = importer.getTensor(node, 0);
  if (!input)
    return input.takeError();
  if (*to != ::onnx::TensorProto::FLOAT)
    return node.error("a cast to {} is not supported", elementTypeName(static_cast<int32_t>(*to)));
  if (input->isFloat()) {
    importer.bind(node, 0, *input);
    return Error::success();
  }
  // The sums of ConvInteger and MatMulInteger have scale 1 and zero point 0, so that dequantizing
  // is casting.
  auto type = dyn_cast<quant::UniformQuantizedType>(input->getElementType());
  if (!type || type.getScale() != 1.0 || type.getZeroPoint() != 0)
    return node.error("a cast of quantized codes is not supported");
  Expected<Value> result = importer.create<cnn::DequantizeOp>(
      &node, "", importer.getF32(), input->value, FloatAttr(), IntegerAttr());
  if (!result)
    return result.takeError();
  bindLike(importer, node, *result, *input);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Functions of two elements
//===----------------------------------------------------------------------===//

/// A constant of floats in place of an input, for operators that are another one with a changed
/// constant.
using Substitute = std::optional<ConstantValue>;

/// `tensor` with dimensions of 1 put before the others until there are `rank`.
static Expected<RuntimeTensor> withRank(Importer &importer, const Node &node,
                                        const RuntimeTensor &tensor, int64_t rank) {
  if (tensor.getRank() == rank)
    return tensor;
  if (is_contained(tensor.shape, ShapedType::kDynamic))
    return node.error(
        "operands have ranks {} and {}: the batch of one would meet another dimension",
        tensor.getRank(), rank);
  Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, tensor);
  if (!plain)
    return plain.takeError();
  SmallVector<int64_t, 4> shape(rank - tensor.getRank(), 1);
  shape.append(tensor.shape.begin(), tensor.shape.end());
  Expected<Value> reshaped =
      importer.createReshape(&node, importer.getHelperName(node, "operand"), plain->value, shape);
  if (!reshaped)
    return reshaped.takeError();
  return RuntimeTensor{*reshaped, shape, getOnnxOrder(rank), std::nullopt};
}

/// The constant `constant` as an operand beside `other`: with its rank and in its order. Nothing if
/// `other` has to be put into ONNX's order first.
static Expected<std::optional<Value>> makeConstantLike(Importer &importer, const Node &node,
                                                       const ConstantValue &constant,
                                                       const RuntimeTensor &other) {
  ConstantValue full = constant.withRank(other.getRank());
  if (other.flattened) {
    int64_t features = full.tensor.shape[1];
    if (features == other.shape[1] && full.quantization && full.quantization->axis == 1)
      return std::nullopt;
    if (features == other.shape[1])
      full = permuteFeatures(full, 1, *other.flattened);
    else if (features != 1)
      return std::nullopt;
  }
  Expected<Value> value = importer.createConstant(&node, full.transposed(other.order));
  if (!value)
    return value.takeError();
  return *value;
}

/// The two operands of `node`, with one rank and in one order; `order` is whose.
struct Operands {
  Value lhs, rhs;
  RuntimeTensor like;
};

static Expected<Operands> getOperands(Importer &importer, const Node &node,
                                      const Substitute &substitute) {
  std::array<std::optional<ConstantValue>, 2> constants;
  std::array<RuntimeTensor, 2> tensors;
  for (size_t i : {0, 1}) {
    if (i == 1 && substitute) {
      constants[1] = *substitute;
      continue;
    }
    Expected<std::optional<ConstantValue>> constant = importer.findConstant(node, i);
    if (!constant)
      return constant.takeError();
    constants[i] = std::move(*constant);
    if (constants[i])
      continue;
    Expected<RuntimeTensor> tensor = importer.getFloatTensor(node, i);
    if (!tensor)
      return tensor.takeError();
    tensors[i] = std::move(*tensor);
  }
  if (constants[0] && constants[1]) {
    // Both constants: let the first stand for a run-time tensor.
    Expected<RuntimeTensor> tensor = importer.getFloatTensor(node, 0);
    if (!tensor)
      return tensor.takeError();
    tensors[0] = std::move(*tensor);
    constants[0].reset();
  }

  if (constants[0] || constants[1]) {
    size_t c = constants[0] ? 0 : 1;
    const ConstantValue &constant = *constants[c];
    RuntimeTensor other = tensors[1 - c];
    if (static_cast<int64_t>(constant.tensor.shape.size()) > other.getRank()) {
      Expected<RuntimeTensor> raised =
          withRank(importer, node, other, constant.tensor.shape.size());
      if (!raised)
        return raised.takeError();
      other = *raised;
    }
    Expected<std::optional<Value>> value = makeConstantLike(importer, node, constant, other);
    if (value && !*value) {
      Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, other);
      if (!plain)
        return plain.takeError();
      other = *plain;
      value = makeConstantLike(importer, node, constant, other);
    }
    if (!value)
      return value.takeError();
    return Operands{c == 0 ? **value : other.value, c == 0 ? other.value : **value, other};
  }

  int64_t rank = std::max(tensors[0].getRank(), tensors[1].getRank());
  for (RuntimeTensor &tensor : tensors) {
    Expected<RuntimeTensor> raised = withRank(importer, node, tensor, rank);
    if (!raised)
      return raised.takeError();
    tensor = *raised;
  }
  auto &[lhs, rhs] = tensors;
  if (lhs.flattened != rhs.flattened) {
    for (RuntimeTensor &tensor : tensors) {
      Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, tensor);
      if (!plain)
        return plain.takeError();
      tensor = *plain;
    }
  } else if (lhs.order != rhs.order) {
    // Channels last wins, because that is what layers around them want.
    Order order = rank == 4 && rhs.order == getChannelsLastOrder() ? rhs.order : lhs.order;
    for (RuntimeTensor &tensor : tensors) {
      Expected<RuntimeTensor> moved = importer.reorder(&node, tensor, order);
      if (!moved)
        return moved.takeError();
      tensor = *moved;
    }
  }
  return Operands{lhs.value, rhs.value, lhs};
}

template <typename OpTy>
static Error importBinary(Importer &importer, const Node &node,
                          const Substitute &substitute = std::nullopt) {
  Expected<Operands> operands = getOperands(importer, node, substitute);
  if (!operands)
    return operands.takeError();
  Expected<Value> result = importer.create<OpTy>(&node, "", importer.getF32(), operands->lhs,
                                                 operands->rhs, cnn::ActivationAttr());
  if (!result)
    return result.takeError();
  // Broadcasting may have made dimensions larger than those of either operand.
  RuntimeTensor tensor = operands->like;
  tensor.value = *result;
  ArrayRef<int64_t> stored = cast<RankedTensorType>(result->getType()).getShape();
  for (auto [i, dim] : enumerate(tensor.order))
    tensor.shape[dim] = stored[i];
  importer.bind(node, 0, tensor);
  return Error::success();
}

Error qcc::onnx::importAdd(Importer &importer, const Node &node) {
  return importBinary<cnn::AddOp>(importer, node);
}
Error qcc::onnx::importMul(Importer &importer, const Node &node) {
  return importBinary<cnn::MulOp>(importer, node);
}

/// Constant input 1 of `node` with `function` applied to each element; an error that says why it
/// must be one otherwise.
template <typename Function>
static Expected<Substitute> mapConstant(Importer &importer, const Node &node, Function function) {
  Expected<ConstantValue> constant = importer.getConstant(node, 1, "the second operand");
  if (!constant)
    return constant.takeError();
  Expected<SmallVector<float, 0>> values = importer.getFloats(node, 1, "the second operand");
  if (!values)
    return values.takeError();
  for (float &value : *values)
    value = function(value);
  return ConstantValue{
      HostTensor::fromFloats(constant->tensor.name, constant->tensor.shape, *values), std::nullopt};
}

Error qcc::onnx::importSub(Importer &importer, const Node &node) {
  Expected<Substitute> negated = mapConstant(importer, node, [](float value) { return -value; });
  if (!negated)
    return negated.takeError();
  return importBinary<cnn::AddOp>(importer, node, *negated);
}

Error qcc::onnx::importDiv(Importer &importer, const Node &node) {
  // Within the tolerance of the float path, and exact for powers of two.
  Expected<Substitute> inverse =
      mapConstant(importer, node, [](float value) { return 1.0F / value; });
  if (!inverse)
    return inverse.takeError();
  return importBinary<cnn::MulOp>(importer, node, *inverse);
}

Error qcc::onnx::importHardSigmoid(Importer &importer, const Node &node) {
  Expected<float> alpha = node.getFloat("alpha", 0.2F);
  if (!alpha)
    return alpha.takeError();
  Expected<float> beta = node.getFloat("beta", 0.5F);
  if (!beta)
    return beta.takeError();
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();

  // x * HardSigmoid(x) with these factors is how exporters write hard swish.
  const Node *mul = importer.getGraph().getOnlyConsumer(node.getOutput(0));
  bool isSwish = mul && mul->getDomain().empty() && mul->getOperator() == "Mul" &&
                 mul->getNumInputs() == 2 &&
                 (mul->getInput(0) == node.getInput(0) || mul->getInput(1) == node.getInput(0)) &&
                 std::abs(*alpha - 1.0F / 6) < 1e-6F && *beta == 0.5F;
  if (isSwish) {
    Expected<Value> result =
        importer.create<cnn::HardSwishOp>(mul, "", importer.getF32(), input->value);
    if (!result)
      return result.takeError();
    importer.markImported(*mul);
    bindLike(importer, *mul, *result, *input);
    return Error::success();
  }

  // max(0, min(1, alpha * x + beta))
  Value value = input->value;
  SmallVector<int64_t> ones(input->getRank(), 1);
  auto constant = [&](float number) {
    return importer.createConstant(&node, {HostTensor::fromFloats("", ones, number), std::nullopt});
  };
  Expected<Value> factor = constant(*alpha);
  if (!factor)
    return factor.takeError();
  Expected<Value> scaled =
      importer.create<cnn::MulOp>(&node, importer.getHelperName(node, "scaled"), importer.getF32(),
                                  value, *factor, cnn::ActivationAttr());
  if (!scaled)
    return scaled.takeError();
  Expected<Value> offset = constant(*beta);
  if (!offset)
    return offset.takeError();
  Expected<Value> shifted =
      importer.create<cnn::AddOp>(&node, importer.getHelperName(node, "shifted"), importer.getF32(),
                                  *scaled, *offset, cnn::ActivationAttr());
  if (!shifted)
    return shifted.takeError();
  Expected<Value> result =
      importer.create<cnn::ClampOp>(&node, "", importer.getF32(), *shifted,
                                    importer.getFloatAttr(0.0F), importer.getFloatAttr(1.0F));
  if (!result)
    return result.takeError();
  bindLike(importer, node, *result, *input);
  return Error::success();
}
