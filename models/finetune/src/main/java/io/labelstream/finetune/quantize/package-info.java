/**
 * Makes smaller or faster bundles of finished ones: 8-bit integers for the CPU, 16-bit floats for
 * GPUs. Each result is compared with its source before it is written.
 */
package io.labelstream.finetune.quantize;
