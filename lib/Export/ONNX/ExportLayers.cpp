//===- ExportLayers.cpp - One ONNX operator for each layer ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Exporter.h"

#include "llvm/ADT/TypeSwitch.h"
#include <numeric>

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// [top, bottom, left, right] as ONNX writes it: [top, left, bottom, right].
static SmallVector<int64_t> toOnnxPads(ArrayRef<int64_t> padding) {
  return {padding[0], padding[2], padding[1], padding[3]};
}

/// Where dimension `axis` of a value is in its tensor.
static int64_t mapAxis(const Form &form, int64_t axis) {
  constexpr int64_t channelsFirst[] = {0, 2, 3, 1};
  return form.kind == Form::ChannelsFirst ? channelsFirst[axis] : axis;
}

/// Defines `op`'s result as output 0 of a new node `type` on the tensors `inputs`, followed by a
/// fused activation.
static Expected<::onnx::NodeProto *> addLayer(Exporter &exporter, Operation *op, StringRef type,
                                              ArrayRef<std::string> inputs, const Form &form,
                                              cnn::ActivationAttr activation = nullptr) {
  std::string name = Exporter::getName(op);
  Value result = op->getResult(0);
  std::string output = exporter.getRealName(result);
  ::onnx::NodeProto *node =
      exporter.addNode(type, name, inputs, activation ? name + ".linear" : output);
  std::string tensor = node->output(0);
  if (activation)
    tensor = exporter.addActivation(name, tensor, activation, output);
  if (Error error = exporter.define(result, {tensor, form}))
    return error;
  return node;
}

/// An operator on one input whose form does not matter.
static Error
exportUnary(Exporter &exporter, Operation *op, StringRef type,
            llvm::function_ref<void(::onnx::NodeProto *, const Form &)> addAttributes = nullptr) {
  Expected<Tensor> input = exporter.getReal(op->getOperand(0));
  if (!input)
    return input.takeError();
  Expected<::onnx::NodeProto *> node = addLayer(exporter, op, type, input->name, input->form);
  if (!node)
    return node.takeError();
  if (addAttributes)
    addAttributes(*node, input->form);
  return Error::success();
}

/// An operator on an image.
static Error exportImage(Exporter &exporter, Operation *op, StringRef type,
                         llvm::function_ref<void(::onnx::NodeProto *)> addAttributes = nullptr) {
  Expected<Tensor> input = exporter.getReal(op->getOperand(0), Form::ChannelsFirst);
  if (!input)
    return input.takeError();
  Expected<::onnx::NodeProto *> node = addLayer(exporter, op, type, input->name, input->form);
  if (!node)
    return node.takeError();
  if (addAttributes)
    addAttributes(*node);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Weighted layers
//===----------------------------------------------------------------------===//

static Error exportConv(Exporter &exporter, cnn::Conv2DOp op) {
  std::optional<Constant> weights = Exporter::getConstant(op.getWeights());
  std::optional<Constant> bias = op.getBias() ? Exporter::getConstant(op.getBias()) : std::nullopt;
  if (!weights || (op.getBias() && !bias))
    return makeError("its weights and bias must be constants");
  Expected<Tensor> input = exporter.getReal(op.getInput(), Form::ChannelsFirst);
  if (!input)
    return input.takeError();
  std::string name = Exporter::getName(op);
  SmallVector<std::string> inputs = {input->name};
  Expected<std::string> weightsName =
      exporter.addConstant(*weights, {0, 3, 1, 2}, name + ".weight");
  if (!weightsName)
    return weightsName.takeError();
  inputs.push_back(*weightsName);
  if (bias) {
    Expected<std::string> biasName = exporter.addConstant(*bias, 0, name + ".bias");
    if (!biasName)
      return biasName.takeError();
    inputs.push_back(*biasName);
  }
  Expected<::onnx::NodeProto *> node =
      addLayer(exporter, op, "Conv", inputs, {Form::ChannelsFirst, {}}, op.getActivationAttr());
  if (!node)
    return node.takeError();
  ArrayRef<int64_t> shape = weights->type.getShape();
  setInts(*node, "kernel_shape", {shape[1], shape[2]});
  setInts(*node, "strides", op.getStrides());
  setInts(*node, "dilations", op.getDilations());
  setInts(*node, "pads", toOnnxPads(op.getPadding()));
  setInt(*node, "group", static_cast<int64_t>(op.getGroups()));
  return Error::success();
}

static Error exportLinear(Exporter &exporter, cnn::LinearOp op) {
  std::optional<Constant> weights = Exporter::getConstant(op.getWeights());
  std::optional<Constant> bias = op.getBias() ? Exporter::getConstant(op.getBias()) : std::nullopt;
  if (!weights || (op.getBias() && !bias))
    return makeError("its weights and bias must be constants");
  Expected<Tensor> input = exporter.getReal(op.getInput());
  if (!input)
    return input.takeError();
  std::string name = Exporter::getName(op);
  SmallVector<std::string> inputs = {input->name};
  Expected<std::string> weightsName =
      input->form.kind == Form::Flattened
          ? exporter.addFlattenedConstant(*weights, 1, input->form.image, name + ".weight")
          : exporter.addConstant(*weights, {0, 1}, name + ".weight");
  if (!weightsName)
    return weightsName.takeError();
  inputs.push_back(*weightsName);
  if (bias) {
    Expected<std::string> biasName = exporter.addConstant(*bias, 0, name + ".bias");
    if (!biasName)
      return biasName.takeError();
    inputs.push_back(*biasName);
  }
  Expected<::onnx::NodeProto *> node =
      addLayer(exporter, op, "Gemm", inputs, Form(), op.getActivationAttr());
  if (!node)
    return node.takeError();
  setInt(*node, "transB", 1);
  return Error::success();
}

static Error exportBatchNorm(Exporter &exporter, cnn::BatchNormOp op) {
  bool isImage = getShape(op.getInput()).size() == 4;
  Expected<Tensor> input =
      exporter.getReal(op.getInput(), isImage ? Form::ChannelsFirst : Form::Same);
  if (!input)
    return input.takeError();
  if (!isImage && getShape(op.getInput()).size() != 2)
    return makeError("its input must be an image or a matrix");
  std::string name = Exporter::getName(op);
  SmallVector<std::string> inputs = {input->name};
  static constexpr StringLiteral roles[] = {".scale", ".bias", ".mean", ".variance"};
  for (auto [value, role] : zip(op->getOperands().drop_front(), roles)) {
    std::optional<Constant> constant = Exporter::getConstant(value);
    if (!constant)
      return makeError("its statistics must be constants");
    Expected<std::string> constantName = exporter.addConstant(*constant, 0, name + role.str());
    if (!constantName)
      return constantName.takeError();
    inputs.push_back(*constantName);
  }
  Expected<::onnx::NodeProto *> node =
      addLayer(exporter, op, "BatchNormalization", inputs, input->form);
  if (!node)
    return node.takeError();
  setFloat(*node, "epsilon", op.getEpsilon().convertToFloat());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Activations and pools
//===----------------------------------------------------------------------===//

static Error exportClamp(Exporter &exporter, cnn::ClampOp op) {
  auto min = dyn_cast<FloatAttr>(op.getMin()), max = dyn_cast<FloatAttr>(op.getMax());
  if (!min || !max)
    return makeError("bounds of codes have no form in ONNX");
  Expected<Tensor> input = exporter.getReal(op.getInput());
  if (!input)
    return input.takeError();
  std::string tensor =
      exporter.addClip(Exporter::getName(op), input->name, min.getValue().convertToFloat(),
                       max.getValue().convertToFloat(), exporter.getRealName(op.getOutput()));
  return exporter.define(op.getOutput(), {tensor, input->form});
}

static Error exportMaxPool(Exporter &exporter, cnn::MaxPool2DOp op) {
  return exportImage(exporter, op, "MaxPool", [&](::onnx::NodeProto *node) {
    setInts(node, "kernel_shape", op.getKernel());
    setInts(node, "strides", op.getStrides());
    setInts(node, "dilations", op.getDilations());
    setInts(node, "pads", toOnnxPads(op.getPadding()));
  });
}

static Error exportAveragePool(Exporter &exporter, cnn::AvgPool2DOp op) {
  ArrayRef<int64_t> padding = op.getPadding(), counted = op.getCountedPadding();
  bool countsNone = all_of(counted, [](int64_t size) { return size == 0; });
  bool needsCeil = false;
  if (!countsNone) {
    // What is padded but not counted must be what ceil_mode adds after the image.
    ArrayRef<int64_t> in = getShape(op.getInput()), out = getShape(op.getOutput());
    for (unsigned dim : {0U, 1U}) {
      int64_t kernel = op.getKernel()[dim], stride = op.getStrides()[dim];
      int64_t before = padding[2 * dim], after = counted[2 * dim + 1];
      int64_t room = in[1 + dim] + before + after - kernel;
      int64_t count = (room + stride - 1) / stride + 1;
      if ((count - 1) * stride >= in[1 + dim] + before)
        --count;
      if (counted[2 * dim] != before || room < 0 || count != out[1 + dim])
        return makeError("its counted padding {} of padding {} has no form in ONNX",
                         formatShape(counted), formatShape(padding));
      needsCeil |= after != padding[2 * dim + 1];
    }
  }
  return exportImage(exporter, op, "AveragePool", [&](::onnx::NodeProto *node) {
    setInts(node, "kernel_shape", op.getKernel());
    setInts(node, "strides", op.getStrides());
    setInts(node, "pads", toOnnxPads(countsNone ? padding : counted));
    setInt(node, "count_include_pad", countsNone ? 0 : 1);
    if (needsCeil)
      setInt(node, "ceil_mode", 1);
  });
}

//===----------------------------------------------------------------------===//
// Layers with several inputs
//===----------------------------------------------------------------------===//

/// `value`, an operand beside others of form `form`, which constants are put into.
static Expected<Tensor> getOperandLike(Exporter &exporter, Value value, const Form &form,
                                       StringRef name) {
  std::optional<Constant> constant = Exporter::getConstant(value);
  if (!constant) {
    Expected<Tensor> tensor = exporter.getReal(value);
    if (!tensor || tensor->form == form)
      return tensor;
    return exporter.convert(value, std::move(*tensor), form.kind);
  }
  Expected<std::string> tensor = "";
  ArrayRef<int64_t> shape = constant->type.getShape();
  if (form.kind == Form::ChannelsFirst) {
    tensor = exporter.addConstant(*constant, {0, 3, 1, 2}, name);
  } else if (form.kind == Form::Flattened && shape[1] != 1) {
    tensor = exporter.addFlattenedConstant(*constant, 1, form.image, name);
  } else {
    SmallVector<int64_t> identity(shape.size());
    std::iota(identity.begin(), identity.end(), 0);
    tensor = exporter.addConstant(*constant, identity, name);
  }
  if (!tensor)
    return tensor.takeError();
  return Tensor{*tensor, form};
}

/// The form that all of `operands` should have: that of those which are no constants, if they agree
/// or if an image can be channels first; else the module's own.
static Expected<Form> chooseForm(Exporter &exporter, ValueRange operands) {
  std::optional<Form> form;
  for (Value operand : operands) {
    if (Exporter::getConstant(operand))
      continue;
    Expected<Tensor> tensor = exporter.getReal(operand);
    if (!tensor)
      return tensor.takeError();
    if (!form || *form == tensor->form)
      form = tensor->form;
    else
      form = getShape(operand).size() == 4 ? Form{Form::ChannelsFirst, {}} : Form();
  }
  return form.value_or(Form());
}

static Error exportMany(Exporter &exporter, Operation *op, StringRef type,
                        cnn::ActivationAttr activation, std::optional<int64_t> axis) {
  Expected<Form> form = chooseForm(exporter, op->getOperands());
  if (!form)
    return form.takeError();
  // Flattened images that are joined do not lie as one flattened image would.
  if (axis && form->kind == Form::Flattened)
    *form = Form();
  SmallVector<std::string> inputs;
  for (Value operand : op->getOperands()) {
    Expected<Tensor> tensor =
        getOperandLike(exporter, operand, *form, Exporter::getName(op) + ".constant");
    if (!tensor)
      return tensor.takeError();
    inputs.push_back(tensor->name);
  }
  Expected<::onnx::NodeProto *> node = addLayer(exporter, op, type, inputs, *form, activation);
  if (!node)
    return node.takeError();
  if (axis)
    setInt(*node, "axis", mapAxis(*form, *axis));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// True if `op`, a transpose or reshape, moves the dimensions of its input as `permutation` does.
static bool permutesLike(Operation *op, ArrayRef<int64_t> permutation) {
  if (auto transpose = dyn_cast<cnn::TransposeOp>(op))
    return transpose.getPermutation() == permutation;
  // A reshape does if only dimensions of 1 change their places.
  ArrayRef<int64_t> in = getShape(op->getOperand(0)), out = getShape(op->getResult(0));
  if (in.size() != 4 || out.size() != 4)
    return false;
  for (unsigned i = 0; i < 4; ++i)
    if (out[i] != in[permutation[i]])
      return false;
  auto moves = [&](int64_t dim) { return in[dim] != 1; };
  SmallVector<int64_t> kept = to_vector(make_filter_range(permutation, moves));
  return is_sorted(kept);
}

/// The sizes of a Reshape; a dynamic batch is copied.
static SmallVector<int64_t> getReshapeSizes(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> sizes(shape);
  for (int64_t &size : sizes)
    if (ShapedType::isDynamic(size))
      size = 0;
  return sizes;
}

static Error exportReordering(Exporter &exporter, Operation *op) {
  Value input = op->getOperand(0), result = op->getResult(0);
  const Tensor *known = exporter.find(input);
  // To or from the model's own order: the tensor stays, its form changes.
  if (known && known->form.kind == Form::Same && permutesLike(op, {0, 2, 3, 1})) {
    exporter.alias(result, {known->name, {Form::ChannelsFirst, {}}});
    return Error::success();
  }
  if (known && known->form.kind == Form::ChannelsFirst && permutesLike(op, {0, 3, 1, 2})) {
    exporter.alias(result, {known->name, Form()});
    return Error::success();
  }
  // Between a flattened image and the image.
  ArrayRef<int64_t> shape = getShape(result);
  Expected<Tensor> tensor = exporter.getReal(input);
  if (!tensor)
    return tensor.takeError();
  if (tensor->form.kind == Form::Flattened && shape.size() == 4 && shape[0] == getShape(input)[0]) {
    auto [channels, height, width] = tensor->form.image;
    if (shape.drop_front() == ArrayRef<int64_t>({height, width, channels})) {
      std::string sizes =
          exporter.addIntegers(Exporter::getName(op) + ".shape", {0, channels, height, width});
      return addLayer(exporter, op, "Reshape", {tensor->name, sizes}, {Form::ChannelsFirst, {}})
          .takeError();
    }
  }
  Tensor same = exporter.convert(input, std::move(*tensor), Form::Same);
  if (auto transpose = dyn_cast<cnn::TransposeOp>(op)) {
    Expected<::onnx::NodeProto *> node = addLayer(exporter, op, "Transpose", same.name, Form());
    if (!node)
      return node.takeError();
    setInts(*node, "perm", transpose.getPermutation());
    return Error::success();
  }
  std::string sizes =
      exporter.addIntegers(Exporter::getName(op) + ".shape", getReshapeSizes(shape));
  return addLayer(exporter, op, "Reshape", {same.name, sizes}, Form()).takeError();
}

static Error exportFlatten(Exporter &exporter, cnn::FlattenOp op) {
  Expected<Tensor> input = exporter.getReal(op.getInput());
  if (!input)
    return input.takeError();
  Form form = input->form;
  if (form.kind == Form::ChannelsFirst) {
    ArrayRef<int64_t> shape = getShape(op.getInput());
    // One channel or one position: the two orders are one.
    bool same = shape[3] == 1 || (shape[1] == 1 && shape[2] == 1);
    form = same ? Form() : Form{Form::Flattened, {shape[3], shape[1], shape[2]}};
  }
  return addLayer(exporter, op, "Flatten", input->name, form).takeError();
}

static Error exportPad(Exporter &exporter, cnn::PadOp op) {
  auto value = dyn_cast<FloatAttr>(op.getValue());
  if (!value)
    return makeError("padding with codes has no form in ONNX");
  Expected<Tensor> input = exporter.getReal(op.getInput());
  if (!input)
    return input.takeError();
  Tensor tensor = std::move(*input);
  if (tensor.form.kind == Form::Flattened)
    tensor = exporter.convert(op.getInput(), tensor, Form::Same);
  size_t rank = op.getLow().size();
  SmallVector<int64_t> pads(2 * rank);
  for (size_t i = 0; i < rank; ++i) {
    int64_t axis = mapAxis(tensor.form, static_cast<int64_t>(i));
    pads[axis] = op.getLow()[i];
    pads[rank + axis] = op.getHigh()[i];
  }
  std::string name = Exporter::getName(op);
  std::string sizes = exporter.addIntegers(name + ".pads", pads);
  std::string number = exporter.addFloats(name + ".value", {}, value.getValue().convertToFloat());
  return addLayer(exporter, op, "Pad", {tensor.name, sizes, number}, tensor.form).takeError();
}

//===----------------------------------------------------------------------===//
// Between the levels
//===----------------------------------------------------------------------===//

static Error exportQuantize(Exporter &exporter, cnn::QuantizeOp op) {
  Expected<Tensor> input = exporter.getReal(op.getInput());
  if (!input)
    return input.takeError();
  return exporter.define(op.getOutput(), std::move(*input));
}

static Error exportDequantize(Exporter &exporter, cnn::DequantizeOp op) {
  // Of a constant: its readers ask for the constant.
  if (Exporter::getConstant(op.getInput()))
    return Error::success();
  Expected<Tensor> input = exporter.getReal(op.getInput(), Exporter::getName(op));
  if (!input)
    return input.takeError();
  exporter.alias(op.getOutput(), std::move(*input));
  return Error::success();
}

Error qcc::onnx::exportLayer(Exporter &exporter, Operation *op) {
  return llvm::TypeSwitch<Operation *, Error>(op)
      .Case([&](cnn::ConstantOp) { return Error::success(); })
      .Case([&](cnn::Conv2DOp conv) { return exportConv(exporter, conv); })
      .Case([&](cnn::LinearOp linear) { return exportLinear(exporter, linear); })
      .Case([&](cnn::BatchNormOp norm) { return exportBatchNorm(exporter, norm); })
      .Case([&](cnn::ReluOp) { return exportUnary(exporter, op, "Relu"); })
      .Case([&](cnn::ClampOp clamp) { return exportClamp(exporter, clamp); })
      .Case([&](cnn::LeakyReluOp relu) {
        return exportUnary(exporter, op, "LeakyRelu", [&](::onnx::NodeProto *node, const Form &) {
          setFloat(node, "alpha", relu.getAlpha().convertToFloat());
        });
      })
      .Case([&](cnn::SigmoidOp) { return exportUnary(exporter, op, "Sigmoid"); })
      .Case([&](cnn::HardSwishOp) {
        exporter.requireOpset(14);
        return exportUnary(exporter, op, "HardSwish");
      })
      .Case([&](cnn::SoftmaxOp softmax) {
        return exportUnary(exporter, op, "Softmax", [&](::onnx::NodeProto *node, const Form &form) {
          setInt(node, "axis", mapAxis(form, static_cast<int64_t>(softmax.getAxis())));
        });
      })
      .Case([&](cnn::MaxPool2DOp pool) { return exportMaxPool(exporter, pool); })
      .Case([&](cnn::AvgPool2DOp pool) { return exportAveragePool(exporter, pool); })
      .Case([&](cnn::GlobalAvgPoolOp) { return exportImage(exporter, op, "GlobalAveragePool"); })
      .Case([&](cnn::AddOp add) {
        return exportMany(exporter, op, "Add", add.getActivationAttr(), std::nullopt);
      })
      .Case([&](cnn::MulOp mul) {
        return exportMany(exporter, op, "Mul", mul.getActivationAttr(), std::nullopt);
      })
      .Case([&](cnn::ConcatOp concat) {
        return exportMany(exporter, op, "Concat", nullptr, static_cast<int64_t>(concat.getAxis()));
      })
      .Case([&](cnn::FlattenOp flatten) { return exportFlatten(exporter, flatten); })
      .Case<cnn::ReshapeOp, cnn::TransposeOp>(
          [&](Operation *) { return exportReordering(exporter, op); })
      .Case([&](cnn::PadOp pad) { return exportPad(exporter, pad); })
      .Case([&](cnn::QuantizeOp quantize) { return exportQuantize(exporter, quantize); })
      .Case([&](cnn::DequantizeOp dequantize) { return exportDequantize(exporter, dequantize); })
      .Default([&](Operation *) { return makeError("the operation has no form in ONNX"); });
}
