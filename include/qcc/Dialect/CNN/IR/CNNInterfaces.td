//===- CNNInterfaces.td - The cnn dialect: operation interfaces ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNINTERFACES_TD
#define QCC_DIALECT_CNN_IR_CNNINTERFACES_TD

include "mlir/IR/OpBase.td"

def CNN_LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::qcc::cnn";
  let description = [{
    What every layer of a network answers: the shape of its result, and how it takes part in quantization. Passes
    ask the interface and never list operations, so that a new operation needs no change to them.
  }];
  let methods = [
    InterfaceMethod<[{
        The shape that the result must have for these operands and attributes. An impossible combination is reported
        through `emitError`, with what is wrong and which values it depends on.
      }],
      "::llvm::FailureOr<::llvm::SmallVector<int64_t>>", "inferResultShape",
      (ins "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{
        How the layer takes part in quantization; see `QuantizationRole`.
      }],
      "::qcc::cnn::QuantizationRole", "getQuantizationRole">,
    InterfaceMethod<[{
        The operands that are activations, in order; the others are weights, biases or statistics.
      }],
      "::llvm::SmallVector<::mlir::OpOperand *>", "getActivationOperands", (ins), [{}], [{
        return {&$_op->getOpOperand(0)};
      }]>,
    InterfaceMethod<[{
        The operand that holds the weights, or null.
      }],
      "::mlir::OpOperand *", "getWeightsOperand", (ins), [{}], [{ return nullptr; }]>,
    InterfaceMethod<[{
        The operand that holds the bias, or null.
      }],
      "::mlir::OpOperand *", "getBiasOperand", (ins), [{}], [{ return nullptr; }]>,
    InterfaceMethod<[{
        True if an activation that is a clamp can be fused into this operation as its `activation` attribute.
      }],
      "bool", "canFuseActivation", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
        The fused activation, or null.
      }],
      "::qcc::cnn::ActivationAttr", "getFusedActivation", (ins), [{}], [{
        return $_op->template getAttrOfType<::qcc::cnn::ActivationAttr>("activation");
      }]>,
    InterfaceMethod<[{
        Sets the fused activation. Only for operations that can have one.
      }],
      "void", "setFusedActivation", (ins "::qcc::cnn::ActivationAttr":$activation), [{}], [{
        $_op->setAttr("activation", activation);
      }]>
  ];
  let verify = [{ return ::qcc::cnn::detail::verifyLayer($_op); }];
}

#endif // QCC_DIALECT_CNN_IR_CNNINTERFACES_TD
