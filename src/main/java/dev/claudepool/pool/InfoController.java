package dev.claudepool.pool;

import dev.claudepool.claude.ClaudeCli;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The versions over HTTP. */
@RestController
@RequestMapping(path = "/api/v1/info", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "pool")
class InfoController {

    private static final String API_VERSION = "v1";

    private final Info info;

    InfoController(ClaudeCli cli) {
        this.info = new Info(ServiceVersion.get(), API_VERSION, cli.version().toString());
    }

    @GetMapping
    @Operation(
            operationId = "getInfo",
            summary = "Get the versions",
            description = "Those of the service, of its API and of the CLI.")
    Info info() {
        return info;
    }
}
