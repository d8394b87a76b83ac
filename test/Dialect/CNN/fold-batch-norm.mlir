// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-fold-batch-norm))' -split-input-file | FileCheck %s

// Channel 0: factor 2 / sqrt(3 + 1) = 1, offset 1 - 0.5 * 1 = 0.5. Channel 1: factor 3 / sqrt(0 + 1) = 3, offset
// -1 - 1 * 3 = -4; the old bias is scaled, too: 0.5 + 10 * 1 = 10.5 and -4 + 20 * 3 = 56.
// CHECK-LABEL: func.func @after_conv
// CHECK-DAG: %[[W:.*]] = cnn.constant dense<{{\[}}{{\[}}{{\[}}[1.000000e+00, 2.000000e+00]]], {{\[}}{{\[}}[9.000000e+00, 1.200000e+01]]]]> : tensor<2x1x1x2xf32>
// CHECK-DAG: %[[B:.*]] = cnn.constant dense<[1.050000e+01, 5.600000e+01]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = cnn.conv2d %arg0, %[[W]], %[[B]] {cnn.name = "conv", strides = array<i64: 2, 1>}
// CHECK-NOT: cnn.batch_norm
// CHECK: return %[[Y]]
func.func @after_conv(%x: tensor<?x4x4x2xf32>) -> tensor<?x2x4x2xf32> {
  %w = cnn.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32>
  %b = cnn.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = cnn.conv2d %x, %w, %b {cnn.name = "conv", strides = array<i64: 2, 1>} : (tensor<?x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<?x2x4x2xf32>
  %scale = cnn.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %offset = cnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %mean = cnn.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %variance = cnn.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %1 = cnn.batch_norm %0, %scale, %offset, %mean, %variance {epsilon = 1.0 : f32}
      : (tensor<?x2x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x4x2xf32>
  return %1 : tensor<?x2x4x2xf32>
}

// -----

// A layer without a bias gets one.
// CHECK-LABEL: func.func @after_linear
// CHECK-DAG: %[[W:.*]] = cnn.constant dense<{{\[}}[2.000000e+00, 4.000000e+00], [6.000000e+00, 8.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: %[[B:.*]] = cnn.constant dense<[-1.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = cnn.linear %arg0, %[[W]], %[[B]] : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: return %[[Y]]
func.func @after_linear(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = cnn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = cnn.linear %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %scale = cnn.constant dense<2.0> : tensor<2xf32>
  %offset = cnn.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %mean = cnn.constant dense<1.0> : tensor<2xf32>
  %variance = cnn.constant dense<1.0> : tensor<2xf32>
  %1 = cnn.batch_norm %0, %scale, %offset, %mean, %variance {epsilon = 0.0 : f32}
      : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----

// Depthwise: a weight belongs to the channel of its row, whatever the groups.
// CHECK-LABEL: func.func @after_depthwise
// CHECK-DAG: cnn.constant dense<{{\[}}{{\[}}{{\[}}[2.000000e+00]]], {{\[}}{{\[}}[1.200000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK: cnn.conv2d {{.*}} {groups = 2 : i64}
// CHECK-NOT: cnn.batch_norm
func.func @after_depthwise(%x: tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32> {
  %w = cnn.constant dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %0 = cnn.conv2d %x, %w {groups = 2 : i64} : (tensor<?x4x4x2xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  %scale = cnn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %zero = cnn.constant dense<0.0> : tensor<2xf32>
  %one = cnn.constant dense<1.0> : tensor<2xf32>
  %1 = cnn.batch_norm %0, %scale, %zero, %zero, %one {epsilon = 0.0 : f32}
      : (tensor<?x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
  return %1 : tensor<?x4x4x2xf32>
}

// -----

// On an image without a layer before it: a depthwise 1x1 convolution of the same name.
// CHECK-LABEL: func.func @alone_on_an_image
// CHECK-DAG: %[[W:.*]] = cnn.constant dense<{{.*}}[2.000000e+00]]], {{.*}}[4.000000e+00]]]]> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.*]] = cnn.constant dense<[-1.000000e+00, -3.000000e+00]> : tensor<2xf32>
// CHECK: cnn.conv2d %arg0, %[[W]], %[[B]] {cnn.name = "norm", groups = 2 : i64} : (tensor<?x4x4x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
func.func @alone_on_an_image(%x: tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32> {
  %scale = cnn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %one = cnn.constant dense<1.0> : tensor<2xf32>
  %0 = cnn.batch_norm %x, %scale, %one, %one, %one {epsilon = 0.0 : f32, cnn.name = "norm"}
      : (tensor<?x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
  return %0 : tensor<?x4x4x2xf32>
}

// -----

// On features: a multiplication and an addition; the second, which produces the value, has the name.
// CHECK-LABEL: func.func @alone_on_features
// CHECK-DAG: %[[W:.*]] = cnn.constant dense<{{\[}}[2.000000e+00, 4.000000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = cnn.constant dense<{{\[}}[-1.000000e+00, -3.000000e+00]]> : tensor<1x2xf32>
// CHECK: %[[M:.*]] = cnn.mul %arg0, %[[W]] : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
// CHECK: cnn.add %[[M]], %[[B]] {cnn.name = "norm"} : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
func.func @alone_on_features(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %scale = cnn.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %one = cnn.constant dense<1.0> : tensor<2xf32>
  %0 = cnn.batch_norm %x, %scale, %one, %one, %one {epsilon = 0.0 : f32, cnn.name = "norm"}
      : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// The value before the normalization is used elsewhere, or an activation stands between: the layer stays as it is.
// CHECK-LABEL: func.func @other_use
// CHECK: %[[W:.*]] = cnn.constant dense<1.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: %[[L:.*]] = cnn.conv2d %arg0, %[[W]] : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>)
// CHECK: %[[N:.*]] = cnn.conv2d %[[L]], %{{.*}}, %{{.*}} : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>)
// CHECK: %[[A:.*]] = cnn.conv2d %arg0, %[[W]] {activation = #cnn.activation<relu>}
// CHECK: %[[O:.*]] = cnn.conv2d %[[A]], %{{.*}}, %{{.*}} : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>)
// CHECK: return %[[L]], %[[N]], %[[O]]
func.func @other_use(%x: tensor<?x4x4x1xf32>) -> (tensor<?x4x4x1xf32>, tensor<?x4x4x1xf32>, tensor<?x4x4x1xf32>) {
  %w = cnn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %two = cnn.constant dense<2.0> : tensor<1xf32>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x4x4x1xf32>
  %1 = cnn.batch_norm %0, %two, %two, %two, %two {epsilon = 0.0 : f32}
      : (tensor<?x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x4x4x1xf32>
  %2 = cnn.conv2d %x, %w {activation = #cnn.activation<relu>} : (tensor<?x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x4x4x1xf32>
  %3 = cnn.batch_norm %2, %two, %two, %two, %two {epsilon = 0.0 : f32}
      : (tensor<?x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x4x4x1xf32>
  return %0, %1, %3 : tensor<?x4x4x1xf32>, tensor<?x4x4x1xf32>, tensor<?x4x4x1xf32>
}

// -----

// Statistics that are only known at run time stay a normalization; weights that are make it a layer of its own.
// CHECK-LABEL: func.func @not_constant
// CHECK: cnn.linear %arg0, %arg1
// CHECK: cnn.batch_norm %arg0, %arg2
// CHECK: cnn.mul
// CHECK: cnn.add
func.func @not_constant(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>, %s: tensor<2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %one = cnn.constant dense<1.0> : tensor<2xf32>
  %0 = cnn.linear %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %1 = cnn.batch_norm %x, %s, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %2 = cnn.batch_norm %0, %one, %one, %one, %one {epsilon = 0.0 : f32} : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %1, %2 : tensor<?x2xf32>, tensor<?x2xf32>
}
