//===- OnnxContractTest.cpp - a quantized ONNX model means what ONNX says ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mnist_cnn_fbgemm_qdq.onnx, a network of QuantizeLinear-DequantizeLinear pairs, against
// QLinearConv and QLinearMatMul written down here once more, plainly and without the library's
// arithmetic: int32 sums and biases, a float32 multiplier per channel, rounding half to even. ONNX
// Runtime's results for this model are these.
//
//===----------------------------------------------------------------------===//

#include "OracleTest.h"

#include <cmath>

using namespace mlir;
using namespace qcc;
using namespace qcc::oracles;

namespace {

/// A quantized layer: [outputs, inputs, kernel, kernel] weights as PyTorch orders them; a linear
/// layer is a convolution whose kernel covers its whole input.
struct Layer {
  int64_t outputs = 0, inputs = 0, kernel = 1, padding = 0;
  bool relu = false;
  std::vector<int8_t> weights;
  std::vector<int32_t> bias;
  std::vector<float> multipliers;
  int inputZeroPoint = 0, outputZeroPoint = 0;
};

uint8_t saturate(float rounded, int zeroPoint, int lowest) {
  return static_cast<uint8_t>(std::min(
      255.0f, std::max(static_cast<float>(lowest), rounded + static_cast<float>(zeroPoint))));
}

/// [inputs, size, size] codes to [outputs, newSize, newSize].
std::vector<uint8_t> run(const Layer &layer, const std::vector<uint8_t> &codes, int64_t size) {
  int64_t newSize = size + 2 * layer.padding - layer.kernel + 1;
  std::vector<uint8_t> result(static_cast<size_t>(layer.outputs * newSize * newSize));
  std::vector<int32_t> sums(static_cast<size_t>(newSize * newSize));
  for (int64_t o = 0; o < layer.outputs; ++o) {
    std::fill(sums.begin(), sums.end(), layer.bias[o]);
    const int8_t *weight = &layer.weights[o * layer.inputs * layer.kernel * layer.kernel];
    for (int64_t i = 0; i < layer.inputs; ++i)
      for (int64_t ky = 0; ky < layer.kernel; ++ky)
        for (int64_t kx = 0; kx < layer.kernel; ++kx, ++weight)
          for (int64_t y = 0; y < newSize; ++y)
            for (int64_t x = 0; x < newSize; ++x) {
              int64_t sourceY = y + ky - layer.padding, sourceX = x + kx - layer.padding;
              if (sourceY < 0 || sourceY >= size || sourceX < 0 || sourceX >= size)
                continue; // the padding is the real number 0
              int32_t code = codes[(i * size + sourceY) * size + sourceX];
              sums[y * newSize + x] += (code - layer.inputZeroPoint) * *weight;
            }
    for (int64_t p = 0; p < newSize * newSize; ++p)
      result[o * newSize * newSize + p] =
          saturate(std::nearbyint(static_cast<float>(sums[p]) * layer.multipliers[o]),
                   layer.outputZeroPoint, layer.relu ? layer.outputZeroPoint : 0);
  }
  return result;
}

std::vector<uint8_t> maxPool(const std::vector<uint8_t> &codes, int64_t channels, int64_t size) {
  std::vector<uint8_t> result;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t y = 0; y < size; y += 2)
      for (int64_t x = 0; x < size; x += 2) {
        const uint8_t *corner = &codes[(c * size + y) * size + x];
        result.push_back(std::max({corner[0], corner[1], corner[size], corner[size + 1]}));
      }
  return result;
}

class OnnxContract : public OracleTest {
protected:
  /// The model's layers. Its weights and parameters are those of the fbgemm oracle, from which it
  /// was exported; reading them there keeps the importer out of the expectation.
  static std::vector<Layer> makeLayers(const NamedTensors &oracle) {
    std::vector<Layer> layers;
    auto inputScale = static_cast<float>(getScalar(oracle.at("in_scale")));
    int inputZeroPoint = static_cast<int>(getScalar(oracle.at("in_zp")));
    for (std::string name : weightedLayers) {
      Layer layer;
      const HostTensor &weights = oracle.at(name + "_w");
      bool isConvolution = weights.getRank() == 4;
      layer.outputs = weights.getDim(0);
      layer.inputs = name == "fc1" ? 64 : weights.getDim(1);
      layer.kernel = isConvolution ? 3 : name == "fc1" ? 14 : 1;
      layer.padding = isConvolution ? 1 : 0;
      layer.relu = name != "fc2";
      layer.weights = weights.getData<int8_t>().vec();
      layer.inputZeroPoint = inputZeroPoint;
      auto outputScale = static_cast<float>(getScalar(oracle.at(name + "_os")));
      layer.outputZeroPoint = static_cast<int>(getScalar(oracle.at(name + "_oz")));
      std::vector<double> weightScales = getNumbers(oracle.at(name + "_ws"));
      ArrayRef<float> bias = oracle.at(name + "_b").getData<float>();
      for (int64_t o = 0; o < layer.outputs; ++o) {
        float scale = inputScale * static_cast<float>(weightScales[o]);
        layer.bias.push_back(static_cast<int32_t>(std::nearbyint(bias[o] / scale)));
        layer.multipliers.push_back(scale / outputScale);
      }
      inputScale = outputScale;
      inputZeroPoint = layer.outputZeroPoint;
      layers.push_back(std::move(layer));
    }
    return layers;
  }
};

TEST_F(OnnxContract, AccuracyOfTheImportedModel) {
  QCC_ASSERT_OK(module, load("mnist_cnn_fbgemm_qdq.onnx"));
  QCC_ASSERT_SUCCESS(compileModel(*module, CompileOptions()));
  QCC_ASSERT_OK(session, prepareSession(*module));
  QCC_ASSERT_OK(result, evaluate(*session, getTestData(), getPreprocessing(*module)));
  EXPECT_EQ(result.correct, 9897);
  EXPECT_EQ(result.count, 10000);
  reportMeasured("mnist_cnn_fbgemm_qdq.onnx, right of 10000", static_cast<double>(result.correct));
}

TEST_F(OnnxContract, CodesEqualAPlainComputation) {
  constexpr int64_t count = 200;
  QCC_ASSERT_OK(module, load("mnist_cnn_fbgemm_qdq.onnx"));
  QCC_ASSERT_SUCCESS(compileModel(*module, CompileOptions()));
  RunOptions options;
  options.raw = true;
  QCC_ASSERT_OK(session, prepareSession(*module, options));
  QCC_ASSERT_OK(images, getTestImages(0, count));

  QCC_ASSERT_OK(oracle, readOracle("fbgemm"));
  std::vector<Layer> layers = makeLayers(oracle);
  auto scale = static_cast<float>(getScalar(oracle.at("in_scale")));
  HostTensor codes(ElementType::U8, images.getShape());
  for (auto [code, value] :
       llvm::zip_equal(codes.getMutableData<uint8_t>(), images.getData<float>()))
    code = saturate(std::nearbyint(value / scale), layers[0].inputZeroPoint, 0);
  QCC_ASSERT_OK(results, session->run(codes));
  ASSERT_EQ(results[0].getElementType(), ElementType::U8);

  // The float interface quantizes to the same codes.
  QCC_ASSERT_OK(floatSession, prepareSession(*module));
  QCC_ASSERT_OK(floatResults, floatSession->run(images));
  auto outputScale = static_cast<float>(getScalar(oracle.at("fc2_os")));

  size_t differing = 0, differingFloats = 0;
  for (int64_t n = 0; n < count; ++n) {
    ArrayRef<uint8_t> image = codes.getData<uint8_t>().slice(n * 784, 784);
    std::vector<uint8_t> values = run(layers[0], image.vec(), 28);
    values = maxPool(run(layers[1], values, 28), 64, 28);
    values = run(layers[3], run(layers[2], values, 14), 1);
    for (int64_t i = 0; i < 10; ++i) {
      differing += results[0].getData<uint8_t>()[n * 10 + i] != values[i];
      differingFloats += floatResults[0].getData<float>()[n * 10 + i] !=
                         static_cast<float>(values[i] - layers[3].outputZeroPoint) * outputScale;
    }
  }
  EXPECT_EQ(differing, 0u);
  EXPECT_EQ(differingFloats, 0u);
  reportMeasured("onnx contract, codes of 2000 that differ", static_cast<double>(differing));
}

} // namespace
