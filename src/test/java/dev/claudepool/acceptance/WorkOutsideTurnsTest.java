package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.claudepool.claude.RealCli;
import dev.claudepool.event.Event;
import dev.claudepool.event.EventType;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A process that works while it has no task is ended, and what that cost is in the books, once. */
class WorkOutsideTurnsTest {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String WARM = "0.0008";

    @TempDir
    Path directory;

    @Test
    void spareThatWorksIsReplacedAndItsCostIsBooked() throws Exception {
        Path worked = directory.resolve("worked");
        try (TestingPool pool = TestingPool.stubbed(
                directory,
                "claude-pool.slots=1",
                "claude-pool.budget.cap-usd=0.2",
                "claude-pool.cli.environment.[STUB_IDLE_WORK]=" + worked)) {
            Event told = awaitSpend(pool);

            assertThat(told.slotId()).isEqualTo("slot-0");
            assertThatTask(told.data()).hasSpent("0.25");
            assertThat(told.data().at("/estimated").asBoolean()).isFalse();
            assertBooked(pool, "0.25", "0.25");
            JsonNode budget = Books.exact(pool.client(), "/budget");
            assertThat(budget.at("/stopped").asBoolean()).isTrue();
            assertThat(pool.client().get("//actuator/prometheus").text())
                    .contains(
                            "claude_pool_spend_outside_turns_usd_total 0.25", "claude_pool_work_outside_turns_total 1");

            assertThat(pool.client().put("/budget", Map.of("capUsd", 10)).status())
                    .isEqualTo(200);
            assertThat(pool.client().run("and now").json().at("/spentUsd").decimalValue())
                    .isEqualByComparingTo(WARM);
            assertThat(spends(pool)).hasSize(1);
            assertBooked(pool, "0.2508", "0.25");
        }
    }

    @Test
    void processOfTheSlotsConversationIsEndedToo() throws Exception {
        try (TestingPool pool = TestingPool.stubbed(directory, "claude-pool.slots=1")) {
            JsonNode first = pool.client()
                    .post("/run", task("STUB:work-later 0.5 300").with("session", "slot"))
                    .json();

            awaitSpend(pool);
            JsonNode second = pool.client()
                    .post("/run", task("STUB:history").with("session", "slot"))
                    .json();

            assertThat(first.at("/spentUsd").decimalValue()).isEqualByComparingTo(WARM);
            assertThat(second.at("/spentUsd").decimalValue()).isEqualByComparingTo(WARM);
            assertThat(second.at("/output").asString()).contains("STUB:work-later");
            assertBooked(pool, "0.5016", "0.5");
        }
    }

    /** With the precaution taken away that keeps it from running what a repository has scheduled. */
    @Test
    void whatTheRealCliDoesByItselfIsBooked() throws Exception {
        Path schedule =
                Files.createDirectories(directory.resolve("work/.claude")).resolve("scheduled_tasks.json");
        Files.writeString(
                schedule, """
                {"tasks":[{"id":"abcd1234","cron":"* * * * *","prompt":"SCHEDULED","createdAt":%d,"recurring":true}]}""".formatted(Instant.now().minus(Duration.ofDays(1)).toEpochMilli()));
        Path cli = Files.writeString(
                directory.resolve("claude"),
                "#!/bin/sh\nunset CLAUDE_CODE_DISABLE_CRON\nexec '%s' \"$@\"\n".formatted(RealCli.executable()));
        Files.setPosixFilePermissions(cli, PosixFilePermissions.fromString("rwx------"));
        try (TestingPool pool = TestingPool.with(cli, directory, "claude-pool.slots=1")) {
            pool.client().post("/pool/pause", Map.of());

            Event told = awaitSpend(pool);

            assertThat(pool.api().exchanges())
                    .anyMatch(exchange -> exchange.lastUserText().contains("SCHEDULED"));
            assertThat(told.data().at("/spentUsd").decimalValue()).isPositive();
            Books books = Books.of(pool.client());
            books.verify();
            assertThat(books.spent())
                    .isGreaterThanOrEqualTo(told.data().at("/spentUsd").decimalValue());
        }
    }

    private static Event awaitSpend(TestingPool pool) {
        return await("the spend is told")
                .atMost(LONGEST)
                .until(() -> spends(pool), spends -> !spends.isEmpty())
                .getFirst();
    }

    private static List<Event> spends(TestingPool pool) {
        return pool.events().stream()
                .filter(event -> event.type() == EventType.SLOT_SPEND)
                .toList();
    }

    private static void assertBooked(TestingPool pool, String all, String outsideTurns) {
        Books books = Books.of(pool.client());
        books.verify();
        assertThat(books.spent()).isEqualByComparingTo(all);
        assertThat(books.reserved()).isZero();
        assertThat(Books.exact(pool.client(), "/budget").at("/spentUsd").decimalValue())
                .isEqualByComparingTo(all);
        assertThat(books.entries().stream()
                        .filter(entry -> entry.at("/kind").asString().equals("OUTSIDE_TURN"))
                        .map(entry -> Books.usd(entry, "/spentUsd"))
                        .toList())
                .singleElement()
                .satisfies(usd -> assertThat(usd).isEqualByComparingTo(outsideTurns));
        for (String dimension : List.of("slot", "model")) {
            assertThat(Books.exact(pool.client(), "/budget/spend?by=" + dimension)
                            .at("/items")
                            .valueStream()
                            .map(share -> Books.usd(share, "/spentUsd"))
                            .reduce(BigDecimal.ZERO, BigDecimal::add))
                    .isEqualByComparingTo(all);
        }
        assertThat(Books.exact(pool.client(), "/slots/slot-0").at("/spentUsd").decimalValue())
                .isEqualByComparingTo(all);
    }
}
