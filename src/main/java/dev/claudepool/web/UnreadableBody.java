package dev.claudepool.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.claudepool.problem.Details;
import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Explains a body that could not be read. The messages of Jackson quote the input, so that none of them is used. */
final class UnreadableBody {

    private final TypeDescriptions descriptions;

    UnreadableBody(TypeDescriptions descriptions) {
        this.descriptions = descriptions;
    }

    ProblemException explain(HttpMessageNotReadableException unreadable) {
        Optional<JacksonException> json = cause(unreadable, JacksonException.class);
        return json.map(this::explain)
                .or(() -> cause(unreadable, ProblemException.class))
                .orElseGet(() -> problem("A JSON body is needed"));
    }

    ProblemException explain(JacksonException e) {
        return cause(e, ProblemException.class)
                .map(problem -> under(problem, e))
                .orElseGet(() -> explainKind(e));
    }

    private ProblemException explainKind(JacksonException e) {
        return switch (e) {
            case RefusedValueException refused -> ProblemException.invalid(path(refused), refused.getOriginalMessage());
            case UnrecognizedPropertyException unknown ->
                ProblemException.invalid(path(unknown), "is not known here; known are " + known(unknown));
            case InvalidTypeIdException kind -> ProblemException.invalid(path(kind), "is of no known kind");
            case MismatchedInputException rest
            when rest.getOriginalMessage().startsWith("Trailing token") ->
                problem("The body must be one JSON document, but more follows");
            case MismatchedInputException empty
            when empty.getOriginalMessage().startsWith("No content") -> problem("A JSON body is needed");
            case MismatchedInputException missing
            when missing.getOriginalMessage().startsWith("Missing required creator property") ->
                ProblemException.invalid(path(missing), "must be given");
            case MismatchedInputException mismatch ->
                ProblemException.invalid(path(mismatch), descriptions.of(mismatch.getTargetType()));
            case DatabindException value -> ProblemException.invalid(path(value), "is not valid");
            case InputCoercionException number -> ProblemException.invalid(path(number), "is out of range");
            case StreamReadException twice
            when twice.getOriginalMessage().startsWith("Duplicate Object property") ->
                ProblemException.invalid(place(twice.processor()), "must be given only once");
            case StreamConstraintsException tooMuch ->
                problem("The body is nested too deeply, or holds too long a number or name");
            case StreamReadException syntax -> problem("The body is not valid JSON" + position(syntax.getLocation()));
            default -> problem("The body is not valid JSON");
        };
    }

    /** A problem that the constructor of some value found, with fields as seen from the whole body. */
    private static ProblemException under(ProblemException problem, JacksonException where) {
        if (problem.errors().isEmpty() || where.getPath().isEmpty()) {
            return problem;
        }
        return ProblemException.invalid(problem.errors().stream()
                .map(error -> new FieldError(
                        error.field().isEmpty() ? path(where) : path(where) + "." + error.field(), error.message()))
                .toList());
    }

    private static ProblemException problem(String detail) {
        return new ProblemException(ProblemCode.VALIDATION_FAILED, detail);
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(Details.quoted(step.getPropertyName()));
            }
        }
        return path.isEmpty() ? "body" : path.toString();
    }

    /** Returns where a parser is, as a path. */
    private static String place(JsonParser parser) {
        Deque<String> steps = new ArrayDeque<>();
        for (TokenStreamContext at = parser.streamReadContext(); at != null; at = at.getParent()) {
            if (at.inObject() && at.currentName() != null) {
                steps.push("." + Details.quoted(at.currentName()));
            } else if (at.inArray()) {
                steps.push("[" + at.getCurrentIndex() + "]");
            }
        }
        return String.join("", steps).replaceFirst("^\\.", "");
    }

    private static String known(UnrecognizedPropertyException e) {
        List<Object> own = e.getKnownPropertyIds() == null ? List.of() : List.copyOf(e.getKnownPropertyIds());
        return Stream.concat(own.stream().map(Object::toString), unwrapped(e.getReferringClass()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Jackson leaves out the fields of parts that are unwrapped. */
    private static Stream<String> unwrapped(Class<?> type) {
        return components(type)
                .filter(part -> part.getAccessor().isAnnotationPresent(JsonUnwrapped.class))
                .flatMap(part -> components(part.getType()))
                .map(RecordComponent::getName);
    }

    private static Stream<RecordComponent> components(Class<?> type) {
        return type.isRecord() ? Stream.of(type.getRecordComponents()) : Stream.empty();
    }

    private static String position(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
        for (Throwable next = e; next != null; next = next.getCause()) {
            if (type.isInstance(next)) {
                return Optional.of(type.cast(next));
            }
        }
        return Optional.empty();
    }
}
