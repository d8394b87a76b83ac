// RUN: qcc-opt %s --qcc-select-strategy --split-input-file | FileCheck %s
// What has a strategy keeps it: a second time changes nothing.
// RUN: qcc-opt %s --qcc-select-strategy --split-input-file > %t.mlir
// RUN: qcc-opt %t.mlir --qcc-select-strategy --split-input-file | diff %t.mlir -

// The choice, and one that somebody made before.
// CHECK-LABEL: @chosen
// CHECK-SAME: codegen.strategy = #codegen.pointwise<lanes = 16>
// CHECK-LABEL: @given
// CHECK-SAME: codegen.strategy = #codegen.pointwise<lanes = 8>
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func private @chosen(%x: tensor<?x64xf32>) -> tensor<?x64xf32> attributes {codegen.kernel} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
func.func private @given(%x: tensor<?x64xf32>) -> tensor<?x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
}

// -----

// What was measured for the kernel and this level; a kernel that was not measured gets a choice.
// CHECK-LABEL: @measured
// CHECK-SAME: codegen.strategy = #codegen.pointwise<lanes = 32>
// CHECK-LABEL: @unknown
// CHECK-SAME: codegen.strategy = #codegen.pointwise<lanes = 16>
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">,
                   codegen.tuned = {avx2 = {"elementwise-68bda4f01e901284" = #codegen.pointwise<lanes = 32>},
                                    amx = {"elementwise-68bda4f01e901284" = #codegen.pointwise<lanes = 128>}}} {
func.func private @measured(%x: tensor<?x64xf32>) -> tensor<?x64xf32> attributes {codegen.kernel} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
func.func private @unknown(%x: tensor<?x65xf32>) -> tensor<?x65xf32> attributes {codegen.kernel} {
  %0 = cnn.relu %x : (tensor<?x65xf32>) -> tensor<?x65xf32>
  return %0 : tensor<?x65xf32>
}
}
