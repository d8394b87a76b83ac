// RUN: qcc-opt %s --qcc-stream-weights --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

// expected-error@+1 {{'codegen.stream' is the name of a kernel}}
func.func private @k() attributes {codegen.stream = "linear"}
