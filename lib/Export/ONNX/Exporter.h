//===- Exporter.h - The state of one export ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every value of the module has a name in the ONNX graph and a form, which says how the tensor of
// that name relates to the value. Layers that want an image ask for channels first; a transpose in
// the module then is only another form of the same name.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_EXPORT_ONNX_EXPORTER_H
#define QCC_LIB_EXPORT_ONNX_EXPORTER_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Support/Diagnostics.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "onnx/onnx.pb.h"
#include "llvm/ADT/StringMap.h"
#include <array>

namespace qcc::onnx {

/// How a tensor of the ONNX graph relates to a value of the module.
struct Form {
  enum Kind {
    /// The same shape, the same order.
    Same,
    /// The value is [N, H, W, C], the tensor [N, C, H, W].
    ChannelsFirst,
    /// The value is [N, H*W*C], the tensor [N, C*H*W].
    Flattened,
  } kind = Same;
  /// [C, H, W] of a flattened image.
  std::array<int64_t, 3> image = {0, 0, 0};
  bool operator==(const Form &) const = default;
};

struct Tensor {
  std::string name;
  Form form;
};

/// A constant of the module: its elements, and its type, which may be quantized.
struct Constant {
  mlir::ElementsAttr elements;
  mlir::RankedTensorType type;
};

class Exporter {
public:
  explicit Exporter(::onnx::GraphProto &graph) : graph(graph) {}

  /// Exports `function`. Call once.
  llvm::Error run(mlir::func::FuncOp function);
  /// The operator set that the graph needs.
  int64_t getOpset() const { return opset; }
  void requireOpset(int64_t version) { opset = std::max(opset, version); }

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  /// The tensor of floats for `value`; codes are dequantized by a node called `name` (empty: after
  /// the codes).
  llvm::Expected<Tensor> getReal(mlir::Value value, llvm::StringRef name = "");
  /// The same in another form.
  llvm::Expected<Tensor> getReal(mlir::Value value, Form::Kind kind);
  /// `tensor`, which belongs to `value`, in form Same or (images only) ChannelsFirst.
  Tensor convert(mlir::Value value, Tensor tensor, Form::Kind kind);
  /// Says that `result` is the tensor of floats `tensor`, which is quantized if `result` is.
  llvm::Error define(mlir::Value result, Tensor tensor);
  /// Says that `result` is `tensor` as it is.
  void alias(mlir::Value result, Tensor tensor) { tensors[result] = std::move(tensor); }
  /// The tensor that `value` was exported as, without dequantizing it; null for constants.
  const Tensor *find(mlir::Value value) const;

  /// The constant that `value` is, through a cnn.dequantize if need be; nothing if it is none.
  static std::optional<Constant> getConstant(mlir::Value value);
  /// A constant with its dimensions permuted, as floats; `name` is for the initializer.
  llvm::Expected<std::string>
  addConstant(const Constant &constant, llvm::ArrayRef<int64_t> permutation, llvm::StringRef name);
  /// The constant with dimension `axis` put from the order of [H, W, C] into that of [C, H, W].
  llvm::Expected<std::string> addFlattenedConstant(const Constant &constant, int64_t axis,
                                                   std::array<int64_t, 3> image,
                                                   llvm::StringRef name);

  //===--------------------------------------------------------------------===//
  // Building the graph
  //===--------------------------------------------------------------------===//

  /// A new node called `name` with one output, which is called `output` (made unique).
  ::onnx::NodeProto *addNode(llvm::StringRef op, llvm::StringRef name,
                             llvm::ArrayRef<std::string> inputs, llvm::StringRef output);
  std::string addFloats(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<float> values);
  std::string addIntegers(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
  std::string makeUnique(llvm::StringRef name);
  /// `cnn.name` of an operation, or its kind.
  static std::string getName(mlir::Operation *op);
  /// The name for the tensor of floats that `result` is made from.
  std::string getRealName(mlir::Value result);
  /// Relu or Clip after `tensor` for a fused activation; `output` is the name of what it makes.
  std::string addActivation(llvm::StringRef name, std::string tensor,
                            cnn::ActivationAttr activation, llvm::StringRef output);
  std::string addClip(llvm::StringRef name, std::string tensor, float min, float max,
                      llvm::StringRef output);

private:
  llvm::Error exportOperation(mlir::Operation *op);
  llvm::Error exportResults(mlir::func::ReturnOp op, mlir::func::FuncOp function);
  llvm::Error addValueInfo(::onnx::ValueInfoProto &info, mlir::Value value, llvm::StringRef name);
  llvm::Error dequantize(mlir::Type element, llvm::StringRef name, const std::string &codes,
                         int64_t axis, std::string &result, llvm::StringRef nodeName = "");
  llvm::Expected<std::string> addBytes(const Constant &constant, llvm::ArrayRef<char> bytes,
                                       llvm::ArrayRef<int64_t> shape, std::optional<int64_t> axis,
                                       llvm::StringRef name);

  ::onnx::GraphProto &graph;
  llvm::DenseMap<mlir::Value, Tensor> tensors;
  /// What the codes of a value are dequantized to.
  llvm::DenseMap<mlir::Value, Tensor> reals;
  /// Names that values should have because they are results.
  llvm::DenseMap<mlir::Value, std::string> wanted;
  llvm::StringMap<unsigned> names;
  int64_t opset = 13;
};

/// Exports one layer. The error does not name it; the caller does.
llvm::Error exportLayer(Exporter &exporter, mlir::Operation *op);

/// `type` as the module prints it.
std::string printType(mlir::Type type);

/// An attribute of `node`.
void setInt(::onnx::NodeProto *node, llvm::StringRef name, int64_t value);
void setFloat(::onnx::NodeProto *node, llvm::StringRef name, float value);
void setInts(::onnx::NodeProto *node, llvm::StringRef name, llvm::ArrayRef<int64_t> values);

} // namespace qcc::onnx

#endif // QCC_LIB_EXPORT_ONNX_EXPORTER_H
