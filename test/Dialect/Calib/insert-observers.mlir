// What is observed, under which name. What the observers are: qconfigs.mlir.
// RUN: qcc-opt %s -calib-insert-observers=qconfig=onednn -split-input-file | FileCheck %s
// Observing again adds nothing.
// RUN: qcc-opt %s -calib-insert-observers=qconfig=onednn -split-input-file -o %t.once.mlir
// RUN: qcc-opt %s -calib-insert-observers=qconfig=onednn -calib-insert-observers=qconfig=onednn -split-input-file -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir

// Inputs, weights and results; layers that act on codes (relu, max pool, flatten) hand their input's observer through, and
// the bias is not observed.
// CHECK: module attributes {cnn.contract = #cnn.contract<fbgemm>, cnn.qconfig = "onednn"}
// CHECK-LABEL: func.func @network
// CHECK: %[[X:.*]] = calib.observe %arg0 {{.*}}name = "image"
// CHECK: %[[W:.*]] = calib.observe %{{.*}} {axis = 0 : i64, {{.*}}name = "conv.weight"
// CHECK: %[[C:.*]] = cnn.conv2d %[[X]], %[[W]], %{{[^ ]*}} {cnn.name = "conv"}
// CHECK: %[[O:.*]] = calib.observe %[[C]] {{.*}}name = "conv"
// CHECK: %[[P:.*]] = cnn.max_pool2d %[[O]]
// CHECK: %[[R:.*]] = cnn.relu %[[P]]
// CHECK: %[[F:.*]] = cnn.flatten %[[R]]
// CHECK-NOT: calib.observe %[[F]]
// CHECK: %[[V:.*]] = calib.observe {{.*}}name = "fc.weight"
// CHECK: %[[L:.*]] = cnn.linear %[[F]], %[[V]]
// CHECK: %[[Y:.*]] = calib.observe %[[L]] {{.*}}name = "fc"
// CHECK: cnn.softmax %[[Y]]
// CHECK-NOT: calib.observe
func.func @network(%x: tensor<?x4x4x1xf32> {cnn.name = "image"}) -> tensor<?x2xf32> {
  %w = cnn.constant dense<1.0> : tensor<2x1x1x1xf32>
  %b = cnn.constant dense<1.0> : tensor<2xf32>
  %0 = cnn.conv2d %x, %w, %b {cnn.name = "conv"} : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x2xf32>) -> tensor<?x2x2x2xf32>
  %2 = cnn.relu %1 {cnn.name = "act"} : (tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %3 = cnn.flatten %2 : (tensor<?x2x2x2xf32>) -> tensor<?x8xf32>
  %v = cnn.constant dense<1.0> : tensor<2x8xf32>
  %4 = cnn.linear %3, %v {cnn.name = "fc"} : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  %5 = cnn.softmax %4 {axis = 1 : i64, cnn.name = "prob"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %5 : tensor<?x2xf32>
}

// -----

// What leads to a max pool at the input is observed before it: its origin is the argument, without a name input0.
// CHECK-LABEL: func.func @unnamed
// CHECK-DAG: calib.observe %arg0 {{.*}}name = "input0"
// CHECK-DAG: calib.observe %arg1 {{.*}}name = "input1"
// CHECK: cnn.max_pool2d
// CHECK: cnn.add
// CHECK: calib.observe {{.*}}name = "add"
// CHECK: cnn.add
// CHECK: calib.observe {{.*}}name = "add.1"
// CHECK: calib.observe {{.*}}name = "linear.weight"
// CHECK: calib.observe {{.*}}name = "linear"
// CHECK: calib.observe {{.*}}name = "linear.weight.1"
// CHECK: calib.observe {{.*}}name = "linear.1"
func.func @unnamed(%x: tensor<?x4x4x1xf32>, %y: tensor<?x3x3x1xf32>) -> tensor<?x9xf32> {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<?x4x4x1xf32>) -> tensor<?x3x3x1xf32>
  %1 = cnn.add %0, %y : (tensor<?x3x3x1xf32>, tensor<?x3x3x1xf32>) -> tensor<?x3x3x1xf32>
  %2 = cnn.add %1, %y : (tensor<?x3x3x1xf32>, tensor<?x3x3x1xf32>) -> tensor<?x3x3x1xf32>
  %3 = cnn.flatten %2 : (tensor<?x3x3x1xf32>) -> tensor<?x9xf32>
  %w = cnn.constant dense<1.0> : tensor<9x9xf32>
  %4 = cnn.linear %3, %w : (tensor<?x9xf32>, tensor<9x9xf32>) -> tensor<?x9xf32>
  %5 = cnn.linear %4, %w : (tensor<?x9xf32>, tensor<9x9xf32>) -> tensor<?x9xf32>
  return %5 : tensor<?x9xf32>
}

// -----

// The inputs of a concatenation and its result share one name, through layers that act on codes and from one
// concatenation to the next.
// CHECK-LABEL: func.func @concat
// CHECK: calib.observe %arg0 {{.*}}name = "x"
// CHECK: cnn.sigmoid {{.*}} {cnn.name = "a"}
// CHECK: calib.observe {{.*}}name = "a"
// CHECK: cnn.hard_swish {{.*}} {cnn.name = "b"}
// CHECK: calib.observe {{.*}}name = "a"
// CHECK: cnn.concat {{.*}} {axis = 1 : i64, cnn.name = "c"}
// CHECK: calib.observe {{.*}}name = "a"
// CHECK: cnn.sigmoid {{.*}} {cnn.name = "d"}
// CHECK: calib.observe {{.*}}name = "a"
// CHECK: cnn.concat {{.*}} {axis = 1 : i64, cnn.name = "e"}
// CHECK: calib.observe {{.*}}name = "a"
func.func @concat(%x: tensor<?x2xf32> {cnn.name = "x"}) -> tensor<?x6xf32> {
  %a = cnn.sigmoid %x {cnn.name = "a"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %b = cnn.hard_swish %x {cnn.name = "b"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %r = cnn.relu %b : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %c = cnn.concat %a, %r {axis = 1 : i64, cnn.name = "c"} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x4xf32>
  %d = cnn.sigmoid %x {cnn.name = "d"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %e = cnn.concat %c, %d {axis = 1 : i64, cnn.name = "e"} : (tensor<?x4xf32>, tensor<?x2xf32>) -> tensor<?x6xf32>
  return %e : tensor<?x6xf32>
}

// -----

// A name that is taken gets a number; a contract that the module chose stays.
// CHECK: module attributes {cnn.contract = #cnn.contract<onnx>, cnn.qconfig = "onednn"}
module attributes {cnn.contract = #cnn.contract<onnx>} {
// CHECK-LABEL: func.func @one
// CHECK: calib.observe %arg0 {{.*}}name = "x"
// CHECK: calib.observe {{.*}}name = "s"
// CHECK-LABEL: func.func @two
// CHECK: calib.observe %arg0 {{.*}}name = "x.1"
// CHECK: calib.observe {{.*}}name = "s.1"
func.func @one(%x: tensor<?x2xf32> {cnn.name = "x"}) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x {cnn.name = "s"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
func.func @two(%x: tensor<?x2xf32> {cnn.name = "x"}) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x {cnn.name = "s"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
}

// -----

// Nothing to quantize: float-only layers, and what is quantized already.
// CHECK-LABEL: func.func @nothing
// CHECK-NOT: calib.observe
func.func @nothing(%x: tensor<?x2xf32>, %q: tensor<?x2x!quant.uniform<u8:f32, 0.5>>) -> (tensor<?x2xf32>, tensor<?x2x!quant.uniform<u8:f32, 0.5>>) {
  %0 = cnn.softmax %x {axis = 1 : i64} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = cnn.sigmoid %q : (tensor<?x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x2x!quant.uniform<u8:f32, 0.5>>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2x!quant.uniform<u8:f32, 0.5>>
}
