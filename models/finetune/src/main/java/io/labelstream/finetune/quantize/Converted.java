package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.ModelProto;

/**
 * A model in its new precision.
 *
 * @param changes what was changed and what was left alone, a sentence for the user
 */
record Converted(ModelProto model, String changes) {}
