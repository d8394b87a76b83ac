// PyTorch's eager mode runs a fake-quantizing observer twice on what a fused relu gives; nothing else is observed twice.
// RUN: qcc-opt %s -calib-insert-observers=qconfig=fbgemm-qat | FileCheck %s
// RUN: qcc-opt %s -calib-insert-observers=qconfig=fbgemm | FileCheck %s --check-prefix=ONCE

// CHECK-LABEL: func.func @main
// CHECK: name = "fused", {{.*}}passes = 2 : i64
// CHECK: name = "plain"
// CHECK-NOT: passes
// CHECK: return
// ONCE-NOT: passes
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = cnn.constant dense<0.5> : tensor<4x4xf32>
  %0 = cnn.linear %x, %w {activation = #cnn.activation<relu>, cnn.name = "fused"} : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.linear %0, %w {cnn.name = "plain"} : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
