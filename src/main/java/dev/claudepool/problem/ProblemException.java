package dev.claudepool.problem;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the request with a problem. The message is the {@code detail} that the client reads: a sentence without
 * prompts, outputs, secrets, paths or class names.
 *
 * <p>Immutable: the {@code with...} methods return a copy.
 */
public class ProblemException extends RuntimeException {

    private final ProblemCode code;
    private final String detail;
    private final List<FieldError> errors;
    private final @Nullable Duration retryAfter;
    private final @Nullable URI location;
    private final Map<String, Object> properties;

    public ProblemException(ProblemCode code, String detail) {
        this(code, detail, List.of(), null, null, Map.of());
    }

    private ProblemException(
            ProblemCode code,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            @Nullable URI location,
            Map<String, Object> properties) {
        super(detail);
        this.code = code;
        this.detail = detail;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
        this.location = location;
        this.properties = new LinkedHashMap<>(properties);
    }

    /** A {@code validation-failed} that names one field and says what is allowed there. */
    public static ProblemException invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** A {@code validation-failed} that names all fields in error. */
    public static ProblemException invalid(List<FieldError> errors) {
        return new ProblemException(ProblemCode.VALIDATION_FAILED, Details.ofErrors(errors)).withErrors(errors);
    }

    /** @throws ProblemException {@code conflict} with this detail, unless {@code holds} */
    public static void conflictUnless(boolean holds, String detail) {
        if (!holds) {
            throw new ProblemException(ProblemCode.CONFLICT, detail);
        }
    }

    /** A {@code forbidden} that names all fields by which the request asks for more than its caller may. */
    public static ProblemException forbidden(List<FieldError> errors) {
        return new ProblemException(ProblemCode.FORBIDDEN, Details.ofErrors(errors)).withErrors(errors);
    }

    public ProblemException withErrors(List<FieldError> fieldErrors) {
        return new ProblemException(code, detail, fieldErrors, retryAfter, location, properties);
    }

    /** Sets the {@code Retry-After} header: whole seconds, rounded up, at least one. */
    public ProblemException withRetryAfter(Duration delay) {
        return new ProblemException(code, detail, errors, delay, location, properties);
    }

    /** Sets the {@code Location} header, such as that of the task which goes on. */
    public ProblemException withLocation(URI uri) {
        return new ProblemException(code, detail, errors, retryAfter, uri, properties);
    }

    /** Adds a member to the problem, such as {@code taskId}; the value must be readable by JSON. */
    public ProblemException with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(properties);
        more.put(name, value);
        return new ProblemException(code, detail, errors, retryAfter, location, more);
    }

    public ProblemCode code() {
        return code;
    }

    public String detail() {
        return detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    public Optional<URI> location() {
        return Optional.ofNullable(location);
    }

    public Map<String, Object> properties() {
        return Collections.unmodifiableMap(properties);
    }
}
