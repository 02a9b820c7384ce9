package dev.claudepool.problem;

/**
 * What is wrong with one field, header or parameter of a request.
 *
 * @param field the name as the client wrote it, such as {@code steps[0].prompt}
 * @param message what is allowed; never the offending value
 */
public record FieldError(String field, String message) {}
