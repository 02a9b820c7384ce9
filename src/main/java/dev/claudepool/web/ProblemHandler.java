package dev.claudepool.web;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.BindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers everything that goes wrong in a controller, or before one is found, with a problem (RFC 9457).
 *
 * <p>No answer and no log line holds a value that a client sent: values may be prompts.
 */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private static final Duration STORE_RETRY = Duration.ofSeconds(5);

    private final TypeDescriptions descriptions;
    private final UnreadableBody unreadableBody;

    ProblemHandler(JsonMapper json) {
        this.descriptions = new TypeDescriptions(json);
        this.unreadableBody = new UnreadableBody(descriptions);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> problem(ProblemException e, WebRequest request) {
        return answer(e, new HttpHeaders(), request);
    }

    /** A query that is not what its escapes promise, which Tomcat finds only when it is asked for a parameter. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> unreadableQuery(InvalidParameterException e, WebRequest request) {
        return answer(ProblemException.invalid("query", "must be percent-encoded UTF-8"), new HttpHeaders(), request);
    }

    /** A control character in a parameter or header, which Spring Security finds only when it is asked for it. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> rejected(RequestRejectedException e, WebRequest request) {
        return answer(
                new ProblemException(
                        ProblemCode.VALIDATION_FAILED,
                        "Parameters and headers must not hold control characters, neither in names nor in values"),
                new HttpHeaders(),
                request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
        return DisconnectedClientHelper.isClientDisconnectedException(e)
                ? null
                : answer(explain(e, 500), new HttpHeaders(), request);
    }

    /** Logs nothing, as for other mistakes of clients; the overridden method logs a warning. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return handleExceptionInternal(e, null, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return answer(explain(e, status.value()), headers, request);
    }

    private @Nullable ResponseEntity<Object> answer(ProblemException problem, HttpHeaders headers, WebRequest request) {
        ServletWebRequest servlet = (ServletWebRequest) request;
        if (servlet.getResponse() != null && servlet.getResponse().isCommitted()) {
            if (servlet.getResponse().getStatus() < 400) { // else the container refuses the body, such as broken chunks
                BrokenAnswerFilter.breakOff(servlet.getRequest());
            }
            return null;
        }
        HttpHeaders all = HttpHeaders.copyOf(headers);
        all.putAll(Problems.headers(problem));
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON); // whatever the client accepts: it must see the problem
        return ResponseEntity.status(problem.code().status())
                .headers(all)
                .body(Problems.body(problem, servlet.getRequest().getRequestURI()));
    }

    private ProblemException explain(Exception e, int status) {
        return switch (e) {
            case MethodArgumentNotValidException invalid ->
                ProblemException.invalid(errors(invalid.getBindingResult()));
            case HandlerMethodValidationException invalid
            when !invalid.isForReturnValue() ->
                ProblemException.invalid(invalid.getParameterValidationResults().stream()
                        .flatMap(this::errors)
                        .toList());
            case HttpMessageNotReadableException unreadable -> unreadableBody.explain(unreadable);
            case MethodArgumentTypeMismatchException mismatch
            when status < 500 ->
                ProblemException.invalid(mismatch.getName(), descriptions.of(mismatch.getRequiredType()));
            case TypeMismatchException mismatch
            when status < 500 ->
                ProblemException.invalid(
                        Objects.requireNonNullElse(mismatch.getPropertyName(), "request"),
                        descriptions.of(mismatch.getRequiredType()));
            case MissingServletRequestParameterException missing ->
                ProblemException.invalid(missing.getParameterName(), "is required");
            case MissingRequestHeaderException missing ->
                ProblemException.invalid(missing.getHeaderName(), "is required");
            case HttpRequestMethodNotSupportedException method ->
                new ProblemException(ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: " + names(method));
            case HttpMediaTypeNotSupportedException type ->
                new ProblemException(
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send " + names(type.getSupportedMediaTypes()));
            case HttpMediaTypeNotAcceptableException type ->
                new ProblemException(ProblemCode.NOT_ACCEPTABLE, "There is " + names(type.getSupportedMediaTypes()));
            case MaxUploadSizeExceededException size ->
                new ProblemException(ProblemCode.PAYLOAD_TOO_LARGE, "The body is too large");
            case AsyncRequestTimeoutException timeout ->
                new ProblemException(ProblemCode.WAIT_TIMED_OUT, "The answer took too long");
            case DataAccessException store -> storeUnavailable(store);
            default -> unforeseen(e, Problems.codeOf(status));
        };
    }

    private static ProblemException storeUnavailable(DataAccessException e) {
        log.error("The store cannot be used: {}", StoreUnavailableException.reason(e));
        return new ProblemException(
                        ProblemCode.STORE_UNAVAILABLE,
                        "The store cannot be used, and nothing was stored; the log of the service says why")
                .withRetryAfter(STORE_RETRY);
    }

    private static ProblemException unforeseen(Exception e, ProblemCode code) {
        if (!code.status().is5xxServerError()) {
            return new ProblemException(code, code.title());
        }
        log.error("A request failed unexpectedly: {}", new BareTrace(e));
        return new ProblemException(code, "The request could not be carried out; the log of the service says why");
    }

    private List<FieldError> errors(BindingResult result) {
        return result.getAllErrors().stream()
                .map(error -> switch (error) {
                    case org.springframework.validation.FieldError field
                    when field.isBindingFailure() -> new FieldError(field.getField(), descriptions.of(wanted(field)));
                    case org.springframework.validation.FieldError field ->
                        new FieldError(field.getField(), message(field.getDefaultMessage()));
                    case ObjectError whole -> new FieldError("body", message(whole.getDefaultMessage()));
                })
                .toList();
    }

    /** The type that a value was to have: that of one value, if that is known, where the parameter takes several. */
    private static @Nullable Class<?> wanted(org.springframework.validation.FieldError field) {
        TypeMismatchException mismatch = field.unwrap(TypeMismatchException.class);
        Class<?> type = mismatch.getRequiredType() == List.class ? null : mismatch.getRequiredType();
        for (Throwable cause = mismatch.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConversionFailedException failed) {
                type = failed.getTargetType().getType();
            }
        }
        return type;
    }

    private Stream<FieldError> errors(ParameterValidationResult result) {
        return switch (result) {
            case ParameterErrors object ->
                object.getFieldErrors().stream()
                        .map(field -> new FieldError(field.getField(), message(field.getDefaultMessage())));
            default ->
                result.getResolvableErrors().stream()
                        .map(error -> new FieldError(
                                ParameterName.of(result.getMethodParameter()), message(error.getDefaultMessage())));
        };
    }

    private static String message(@Nullable String message) {
        return message == null ? "is not valid" : message;
    }

    private static String names(HttpRequestMethodNotSupportedException e) {
        Set<HttpMethod> methods = Objects.requireNonNullElse(e.getSupportedHttpMethods(), Set.of());
        return methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    }

    private static String names(List<MediaType> types) {
        return types.stream().map(MediaType::toString).distinct().collect(Collectors.joining(" or "));
    }
}
