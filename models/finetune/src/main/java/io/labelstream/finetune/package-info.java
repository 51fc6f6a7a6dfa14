/**
 * How a model is made: fine-tuning of a BERT encoder on labelled texts, what fine-tuning changed as
 * a small delta, and the assembly of encoder and delta into a bundle. Used by the launcher and by
 * the build of the shipped models; never by the job.
 */
package io.labelstream.finetune;
