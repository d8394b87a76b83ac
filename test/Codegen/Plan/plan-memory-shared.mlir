// RUN: qcc-opt %s --qcc-plan-memory=images=2 | FileCheck %s

// Two networks share a pad's kernel, but only in the first does a kernel compute what is padded: the second one's is a copy again.
// CHECK: call @pad(%{{.*}}) {codegen.offset
// CHECK: call @pad_0(%{{.*}}) {codegen.offset
// CHECK: func.func private @pad(
// CHECK-SAME: codegen.strategy = #codegen.copy<inPlace = true>
// CHECK: func.func private @pad_0(
// CHECK-SAME: codegen.strategy = #codegen.copy}
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8> {
  %a = call @clamp(%x) : (tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8>
  %b = call @pad(%a) : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  %c = call @wide(%b) : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8>
  return %c : tensor<?x4x4x2xui8>
}
func.func @main_codes(%x: tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8> {
  %b = call @pad(%x) : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  %c = call @wide(%b) : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8>
  return %c : tensor<?x4x4x2xui8>
}
func.func private @clamp(%x: tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8>
  return %0 : tensor<?x2x2x2xui8>
}
func.func private @pad(%x: tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 3 : i32} : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
func.func private @wide(%x: tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
}
