package dev.claudepool.claude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.process.CookieFactory;
import dev.claudepool.process.ProcessTree;
import dev.claudepool.process.SearchPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceDeathTest {

    @TempDir
    Path directory;

    @AfterEach
    void endLeftovers() {
        StubCli.launcher(directory).endLeftovers();
    }

    @Test
    void aServiceThatIsKilledTakesItsProcessesAlong() throws IOException {
        assumeThat(SearchPath.find("setpriv", System.getenv())).isPresent();
        Files.createDirectory(directory.resolve("work"));
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Service.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = service.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
            assertThat(ProcessTree.bearing(new CookieFactory(directory)::isLeftover))
                    .hasSize(1);

            service.destroyForcibly();

            await().until(() -> ProcessTree.bearing(new CookieFactory(directory)::isLeftover)
                    .isEmpty());
        } finally {
            service.destroyForcibly();
        }
    }

    /** Begins a turn that outlasts the end of its input, on a thread that ends, and waits for its own death. */
    static final class Service {

        private Service() {}

        public static void main(String[] args) throws InterruptedException {
            Path directory = Path.of(args[0]);
            Thread.ofPlatform().start(() -> beginTurn(directory)).join();
            System.out.println("ready");
            Thread.currentThread().join();
        }

        private static void beginTurn(Path directory) {
            SessionStart session = new SessionStart.Fresh(UUID.randomUUID());
            Path work = directory.resolve("work");
            switch (StubCli.launcher(directory).launch(StubCli.spec(work), session, "slot-0")) {
                case LaunchResult.Ready(ClaudeProcess process) ->
                    process.begin(new Prompt("STUB:silence", false), Stubs.limits(Stubs.LONG), new Recorder());
                case LaunchResult.Failed(Failure failure) -> throw new AssertionError(failure.message());
            }
        }
    }
}
