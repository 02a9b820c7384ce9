package dev.claudepool.web;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Goes wrong in every way that a controller can. */
@TestComponent
@RestController
class TestingController {

    /** A shape. */
    enum Shape {
        ROUND,
        SQUARE
    }

    /** A part of an order. */
    record Part(@NotBlank String name) {

        Part {
            if ("forbidden".equals(name)) {
                throw ProblemException.invalid("name", "must be another one");
            }
        }
    }

    /** An order. */
    record Order(
            @NotBlank @Size(max = 50) String prompt,
            @Nullable @Positive Integer count,
            @Nullable BigDecimal price,
            @Nullable Boolean urgent,
            @Nullable Shape shape,
            @Nullable UUID id,
            @Nullable Duration timeout,
            @Nullable Instant at,
            @Nullable List<@Valid Part> parts) {}

    @PostMapping("/api/v1/orders")
    Order order(@Valid @RequestBody Order order) {
        return order;
    }

    @PostMapping("/api/v1/lengths")
    int length(@RequestBody String text) {
        return text.length();
    }

    @ApiResponse(responseCode = "200", description = "An order")
    @ApiResponse(responseCode = "409", description = "Taken")
    @GetMapping(value = "/api/v1/orders/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    Order one(@PathVariable UUID id) {
        throw new ProblemException(ProblemCode.TASK_NOT_FOUND, "No task has the id " + id);
    }

    @GetMapping("/api/v1/waits")
    String wait(@RequestParam Duration wait) {
        return wait.toString();
    }

    @GetMapping("/api/v1/shapes")
    String shape(@RequestParam(required = false) @Nullable Shape shape, @RequestParam @Max(5) int size) {
        return shape + " " + size;
    }

    @GetMapping("/api/v1/headers")
    String header(@RequestHeader("Idempotency-Key") @Size(max = 5) String key) {
        return key;
    }

    @GetMapping("/api/v1/pages")
    Page<Integer> page(@Valid @ParameterObject PageQuery query) {
        int start = query.position(1).map(cursor -> (int) cursor.number(0)).orElse(0);
        return new Page<>(List.of(query.size()), Cursor.of(start + query.size()).encode());
    }

    @GetMapping("/api/v1/queue-full")
    String full() {
        throw new ProblemException(ProblemCode.QUEUE_FULL, "There is no room")
                .withRetryAfter(Duration.ofMillis(1500))
                .withLocation(URI.create("/api/v1/tasks/1"))
                .with("taskId", "1");
    }

    /** Gives so many numbers, and fails then. */
    @GetMapping("/api/v1/broken")
    Iterable<Integer> broken(@RequestParam int after) {
        return () -> IntStream.iterate(0, i -> i + 1)
                .peek(i -> {
                    if (i == after) {
                        throw new IllegalStateException("the store is gone");
                    }
                })
                .iterator();
    }

    @GetMapping("/api/v1/broken-stream")
    StreamingResponseBody brokenStream() {
        return out -> {
            out.write(new byte[100_000]);
            throw new IllegalStateException("the store is gone");
        };
    }

    @PostMapping("/api/v1/crashes")
    String crash(@RequestBody String prompt) {
        throw new IllegalStateException("cannot work on " + prompt, new IllegalArgumentException(prompt));
    }
}
