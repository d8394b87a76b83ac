// RUN: qcc-opt %s --qcc-split-kernels --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

// expected-error@+1 {{'codegen.split' is a #codegen.split on a kernel}}
module attributes {codegen.split = #codegen.split<channels>} {
}

// -----

// expected-error@+1 {{'codegen.split' is a #codegen.split on a kernel}}
func.func private @k() attributes {codegen.split = 2 : i64}
