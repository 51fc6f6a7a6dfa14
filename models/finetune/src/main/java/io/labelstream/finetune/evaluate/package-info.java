/**
 * How good a model is: figures, calibration, confusions, simpler models beside it, and the report
 * that shows all of it.
 */
package io.labelstream.finetune.evaluate;
