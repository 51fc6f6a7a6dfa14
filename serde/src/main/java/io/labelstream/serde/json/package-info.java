/**
 * JSON: the text in an object's fields, an event as an object, and an object with one field more.
 *
 * <p>Values are read by Jackson's tokens alone, in UTF-8 alone, within limits; no tree of a
 * document is ever built. Jackson's own messages may quote a value, so none of them is passed on.
 */
package io.labelstream.serde.json;
