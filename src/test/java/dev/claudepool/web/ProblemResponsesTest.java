package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.TestingClient;
import dev.claudepool.WebServiceTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;

@WebServiceTest
@Import(TestingController.class)
class ProblemResponsesTest {

    @LocalServerPort
    private int port;

    private JsonNode api;

    @BeforeEach
    void fetch() {
        api = new TestingClient(port, "").get("/v3/api-docs").json();
    }

    @Test
    void everyOperationDocumentsItsProblems() {
        assertThat(responses("/api/v1/orders", "post").propertyNames())
                .containsExactlyInAnyOrder("200", "400", "401", "403", "406", "408", "413", "415", "429", "500", "503");
        assertThat(responses("/api/v1/orders/{id}", "get").propertyNames())
                .containsExactlyInAnyOrder("200", "400", "401", "403", "404", "406", "409", "429", "500", "503");
    }

    @Test
    void problemsHaveOneSchema() {
        JsonNode declared = responses("/api/v1/orders/{id}", "get").path("409");
        JsonNode general = api.path("components").path("responses").path("Problem404");

        assertThat(declared.path("description").asString()).isEqualTo("Taken");
        assertThat(declared.path("content").propertyNames()).containsExactly("application/problem+json");
        assertThat(general.path("description").asString()).contains("`task-not-found`");
        assertThat(general.at("/content/application~1problem+json/schema/$ref").asString())
                .isEqualTo("#/components/schemas/Problem");
    }

    @Test
    void pagingHasItsParameters() {
        assertThat(api.at("/paths/~1api~1v1~1pages/get/parameters").findValuesAsString("name"))
                .containsExactlyInAnyOrder("limit", "cursor");
    }

    private JsonNode responses(String path, String method) {
        return api.path("paths").path(path).path(method).path("responses");
    }
}
