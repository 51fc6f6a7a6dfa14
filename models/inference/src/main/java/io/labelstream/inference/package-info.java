/**
 * What a model is: a bundle folder in Hugging Face's layout, its tokenizer, and the ONNX Runtime
 * session that scores texts. Nothing here knows of Flink or Kafka.
 */
package io.labelstream.inference;
