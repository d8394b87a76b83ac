// RUN: qcc-opt %s --qcc-verify-vectorized=strict --verify-diagnostics

func.func private @reference(%n: index, %x: memref<1xf32>) attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  // expected-error@-1 {{'reference' computes elements one by one: a test}}
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<1xf32>
  %1 = arith.addf %0, %0 : f32
  memref.store %1, %x[%c0] : memref<1xf32>
  return
}
