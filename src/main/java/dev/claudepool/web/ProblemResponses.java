package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.NumberSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.HttpStatus;

/**
 * Documents the problems of each operation: those that any operation can have, and those that its controller declares
 * with {@code @ApiResponse(responseCode = "409")}; all of them with the one schema of problems.
 */
class ProblemResponses implements OpenApiCustomizer {

    private static final String SCHEMA = "Problem";
    private static final String FIELD_SCHEMA = "FieldError";
    private static final String CODE_SCHEMA = "ProblemCode";
    private static final String TASK_ERROR = "TaskError";
    private static final List<String> ALWAYS = List.of("400", "401", "403", "429", "500", "503");
    private static final String NOT_ACCEPTABLE = "406";
    private static final List<String> WITH_BODY = List.of("408", "413", "415");

    @Override
    public void customise(OpenAPI api) {
        api.getComponents()
                .addSchemas(SCHEMA, schema())
                .addSchemas(FIELD_SCHEMA, fieldError())
                .addSchemas(CODE_SCHEMA, codes());
        Paths paths = Objects.requireNonNullElseGet(api.getPaths(), Paths::new);
        paths.forEach((path, item) ->
                item.readOperationsMap().forEach((method, operation) -> document(path, method, operation)));
        codesByStatus().forEach((status, codes) -> {
            if (SchemaParts.operations(api)
                    .anyMatch(operation -> operation.getResponses().containsKey(status))) {
                api.getComponents()
                        .addResponses(
                                name(status), response(codesText(codes)).headers(ResponseHeaders.ofProblem(status)));
            }
        });
    }

    private static void document(String path, HttpMethod method, Operation operation) {
        ApiResponses responses = Objects.requireNonNullElseGet(operation.getResponses(), ApiResponses::new);
        responses.replaceAll((status, response) -> isProblem(status) ? declared(status, response) : response);
        boolean hasBody = responses.values().stream().anyMatch(response -> response.getContent() != null);
        ALWAYS.forEach(status -> responses.putIfAbsent(status, reference(status)));
        if (hasBody) {
            responses.putIfAbsent(NOT_ACCEPTABLE, reference(NOT_ACCEPTABLE));
        }
        if (path.contains("{") && method != HttpMethod.PUT) { // that makes what is not there
            responses.putIfAbsent("404", reference("404"));
        }
        if (operation.getRequestBody() != null) {
            WITH_BODY.forEach(status -> responses.putIfAbsent(status, reference(status)));
        }
        responses.values().forEach(ProblemResponses::withoutStyle);
        operation.setResponses(responses);
    }

    /** Springdoc says the style of each header, which must not stand beside a reference. */
    private static void withoutStyle(ApiResponse response) {
        Objects.requireNonNullElse(response.getHeaders(), Map.<String, Header>of())
                .values()
                .forEach(header -> header.setStyle(null));
    }

    /**
     * Springdoc gives a declared response without content the schema of the method's result, and one without
     * description the reason phrase of its status; a problem has its own.
     */
    private static ApiResponse declared(String status, ApiResponse response) {
        String description = response.getDescription();
        return description == null || description.equals(reasonPhrase(status))
                ? reference(status)
                : response(description).headers(response.getHeaders());
    }

    private static String reasonPhrase(String status) {
        return HttpStatus.valueOf(Integer.parseInt(status)).getReasonPhrase();
    }

    private static boolean isProblem(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static ApiResponse reference(String status) {
        return codesByStatus().containsKey(status)
                ? new ApiResponse().$ref("#/components/responses/" + name(status))
                : response("Problem");
    }

    private static ApiResponse response(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(new Schema<>().$ref(SchemaParts.reference(SCHEMA)))));
    }

    private static Map<String, List<ProblemCode>> codesByStatus() {
        return Arrays.stream(ProblemCode.values())
                .collect(Collectors.groupingBy(
                        code -> Integer.toString(code.status().value()), TreeMap::new, Collectors.toList()));
    }

    private static String codesText(List<ProblemCode> codes) {
        return codes.stream().map(code -> "`" + code.code() + "`").collect(Collectors.joining(" or "));
    }

    private static String name(String status) {
        return "Problem" + status;
    }

    private static Schema<?> schema() {
        Schema<?> problem = new ObjectSchema().description("What went wrong (RFC 9457); decide by the code");
        problem.addProperty("type", new StringSchema().format("uri").example("urn:claude-pool:problem:task-not-found"));
        problem.addProperty("title", new StringSchema());
        problem.addProperty("status", new IntegerSchema());
        problem.addProperty("detail", new StringSchema());
        problem.addProperty("instance", new StringSchema().format("uri-reference"));
        problem.addProperty("code", new Schema<>().$ref(SchemaParts.reference(CODE_SCHEMA)));
        problem.addProperty(
                "errors",
                new ArraySchema()
                        .items(new Schema<>().$ref(SchemaParts.reference(FIELD_SCHEMA)))
                        .description(
                                "With `validation-failed`, and with `forbidden` where the request asks for more than"
                                        + " its caller may"));
        problem.addProperty(
                "taskId", new StringSchema().format("uuid").description("Of the task, when a task is the reason"));
        problem.addProperty(
                "error",
                new Schema<>()
                        .$ref(SchemaParts.reference(TASK_ERROR))
                        .description("Why the task ended so: the `error` of the task itself"));
        problem.addProperty("spentUsd", new NumberSchema().description("What the task has cost all the same"));
        problem.setRequired(List.of("type", "title", "status", "code"));
        return problem;
    }

    private static Schema<?> fieldError() {
        Schema<?> error = new ObjectSchema().description("A field that is not as it must be");
        error.addProperty("field", new StringSchema().description("The field, parameter or header"));
        error.addProperty("message", new StringSchema().description("What is allowed there"));
        error.setRequired(List.of("field", "message"));
        return error;
    }

    private static Schema<?> codes() {
        return new StringSchema()
                ._enum(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::code)
                        .toList());
    }
}
