//===- Importer.h - The state of one import ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What handlers of operators work with: the values by name, and building operations so that nothing
// that a model says can make an operation which does not verify.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_IMPORTER_H
#define QCC_LIB_IMPORT_ONNX_IMPORTER_H

#include "Graph.h"
#include "Names.h"
#include "Values.h"

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Import/ONNX/ImportModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include <map>

namespace qcc::onnx {

class Importer {
public:
  /// `modelBytes` is the size of the model's file. Together with that of external files it bounds
  /// the bytes of the constants that are made, so that a small file cannot become a large module.
  Importer(const Graph &graph, ExternalData &external, const ImportOptions &options,
           mlir::MLIRContext &context, uint64_t modelBytes);

  /// The whole import. Call once.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> run(llvm::StringRef moduleName);

  const Graph &getGraph() const { return graph; }
  ExternalData &getExternalData() { return external; }
  mlir::OpBuilder &getBuilder() { return builder; }

  //===--------------------------------------------------------------------===//
  // Values by name
  //===--------------------------------------------------------------------===//

  /// What input `i` is. The pointer is valid until the next call.
  llvm::Expected<const ImportedValue *> getValue(const Node &node, size_t i);
  /// Input `i` if it is a constant; nothing if it is a run-time tensor, a shape, not imported yet,
  /// or left out.
  llvm::Expected<std::optional<ConstantValue>> findConstant(const Node &node, size_t i);
  /// True if all inputs of `node` are constants or shapes.
  bool hasConstantInputs(const Node &node) const;
  /// Input `i` as a run-time tensor; a constant becomes an operation.
  llvm::Expected<RuntimeTensor> getTensor(const Node &node, size_t i);
  /// The same for one that must hold floats.
  llvm::Expected<RuntimeTensor> getFloatTensor(const Node &node, size_t i);
  /// Input `i`, which must be a constant; `what` names it in the error.
  llvm::Expected<ConstantValue> getConstant(const Node &node, size_t i, llvm::StringRef what);
  /// Input `i`, a constant of floats that are not quantized.
  llvm::Expected<llvm::SmallVector<float, 0>> getFloats(const Node &node, size_t i,
                                                        llvm::StringRef what);
  /// Input `i`, a constant of one float, or `fallback` if it is left out.
  llvm::Expected<float> getScalar(const Node &node, size_t i, llvm::StringRef what, float fallback);
  /// Input `i`, integers that are known up to the batch.
  llvm::Expected<ShapeVector> getShapeVector(const Node &node, size_t i, llvm::StringRef what);
  /// Input `i`, integers that are all known.
  llvm::Expected<llvm::SmallVector<int64_t>> getIntegers(const Node &node, size_t i,
                                                         llvm::StringRef what);

  /// Makes `value` what output `i` is.
  void bind(const Node &node, size_t i, ImportedValue value);
  /// `bind` of output 0 to a tensor in ONNX's order or another.
  void bind(const Node &node, mlir::Value value, llvm::ArrayRef<int64_t> shape,
            llvm::ArrayRef<int64_t> order);
  /// Says that `node` was imported together with another one. Its outputs must be bound, too.
  void markImported(const Node &node) { imported.insert(node.getIndex()); }
  /// Counts `bytes` of constants that are made; an error if the model makes many times its own size
  /// of them.
  llvm::Error charge(const Node *node, uint64_t bytes);

  //===--------------------------------------------------------------------===//
  // Order of dimensions
  //===--------------------------------------------------------------------===//

  /// `tensor` stored in `order`, through a reshape or transpose if need be.
  llvm::Expected<RuntimeTensor> reorder(const Node *node, RuntimeTensor tensor,
                                        llvm::ArrayRef<int64_t> order);
  /// `tensor` as ONNX stores it.
  llvm::Expected<RuntimeTensor> toOnnxOrder(const Node *node, const RuntimeTensor &tensor);
  /// Input `i`, which must have rank 4, as channels last.
  llvm::Expected<RuntimeTensor> getImage(const Node &node, size_t i);

  //===--------------------------------------------------------------------===//
  // Building
  //===--------------------------------------------------------------------===//

  /// An operation for `node` (null: for the border of the graph) whose result has the shape that
  /// the operation infers and elements of `elementType`. `name` is its `cnn.name` before it is made
  /// unique; empty stands for the layer's name.
  template <typename OpTy, typename... Args>
  llvm::Expected<mlir::Value> create(const Node *node, llvm::StringRef name, mlir::Type elementType,
                                     Args &&...args) {
    mlir::OperationState state(getLocation(node), OpTy::getOperationName());
    OpTy::build(builder, state, mlir::RankedTensorType::get({}, elementType),
                std::forward<Args>(args)...);
    return finish(node, name, state);
  }

  /// `value` with another shape.
  llvm::Expected<mlir::Value> createReshape(const Node *node, llvm::StringRef name,
                                            mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// A constant, dequantized if it is quantized. `name` is for its bytes.
  llvm::Expected<mlir::Value> createConstant(const Node *node, const ConstantValue &constant);
  /// A constant that keeps its codes.
  llvm::Expected<mlir::Value> createCodes(const Node *node, const ConstantValue &constant);
  /// The quantized type of codes of ONNX type `type`, which must be (u)int8 or, for biases, int32.
  llvm::Expected<mlir::Type> getQuantizedType(const Node *node, int32_t type,
                                              const QuantizationInfo &info);

  /// A name for an operation that only helps to import `node`: its layer's name and `role`.
  std::string getHelperName(const Node &node, llvm::StringRef role) {
    return getLayerName(node, graph) + "." + role.str();
  }

  mlir::FloatAttr getFloatAttr(float value) { return builder.getF32FloatAttr(value); }
  mlir::Type getF32() { return builder.getF32Type(); }

private:
  mlir::Location getLocation(const Node *node);
  /// The unique `cnn.name` for an operation of `node`; see `create`.
  std::string makeName(const Node *node, llvm::StringRef name);
  llvm::Expected<mlir::Value> finish(const Node *node, llvm::StringRef name,
                                     mlir::OperationState &state);
  /// What was reported since the last call, as an error; `fallback` if nothing was.
  llvm::Error takeDiagnostics(const Node *node, llvm::StringRef fallback);

  llvm::Error importInputs(mlir::func::FuncOp function);
  llvm::Expected<mlir::Type> getInputElementType(const ::onnx::ValueInfoProto &input);
  llvm::Error importNodes();
  llvm::Error importOutputs(mlir::func::FuncOp function);

  const Graph &graph;
  ExternalData &external;
  ImportOptions options;
  mlir::OpBuilder builder;
  uint64_t modelBytes, constantBytes = 0;
  std::string diagnostics;
  Names names;
  llvm::StringMap<ImportedValue> values;
  llvm::DenseSet<size_t> imported;
  bool quantized = false;
  /// Values that were put into another order already.
  std::map<std::pair<void *, Order>, mlir::Value> reordered;
};

/// Adds what says where an error happened: the node, or nothing for the border of the graph.
inline llvm::Error locate(const Node *node, llvm::Error error) {
  return node ? node->error(std::move(error)) : std::move(error);
}

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_IMPORTER_H
