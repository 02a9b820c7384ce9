package dev.claudepool.acceptance;

import static dev.claudepool.acceptance.ItemAssert.assertThatTask;
import static dev.claudepool.acceptance.RequestBody.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many clients who together want more than there is, with the real CLI. */
class BudgetRaceTest {

    private static final int SLOTS = 4;
    private static final int CLIENTS = 50;
    private static final int TASKS_OF_EACH = 10;
    private static final BigDecimal REPLY = new BigDecimal("0.0008");
    private static final BigDecimal CAP = REPLY.multiply(BigDecimal.valueOf(100));

    private static final BigDecimal MOST = CAP.add(REPLY.multiply(BigDecimal.valueOf(SLOTS)));

    @TempDir
    Path directory;

    @Test
    void theCapHoldsAndAllBooksAgree() throws Exception {
        try (TestingPool pool = TestingPool.real(
                directory,
                "claude-pool.slots=" + SLOTS,
                "claude-pool.isolation=conversation",
                "claude-pool.budget.cap-usd=" + CAP.toPlainString(),
                "claude-pool.budget.task-usd=0.001")) {
            PoolClient client = pool.client();
            AtomicBoolean over = new AtomicBoolean();
            List<String> ids = new ArrayList<>();
            int refused = 0;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Integer> looks = threads.submit(() -> look(client, over));
                List<Future<List<PoolClient.Answer>>> clients = IntStream.range(0, CLIENTS)
                        .mapToObj(_ -> threads.submit(() -> submitAll(client)))
                        .toList();
                for (Future<List<PoolClient.Answer>> submitted : clients) {
                    for (PoolClient.Answer answer : submitted.get()) {
                        if (answer.status() == 202) {
                            ids.add(answer.json().at("/id").asString());
                        } else {
                            assertThat(answer.status()).as(answer.text()).isEqualTo(402);
                            assertThat(answer.code()).isEqualTo("budget-exceeded");
                            refused++;
                        }
                    }
                }
                await("none waits or runs").atMost(Duration.ofMinutes(4)).until(() -> {
                    JsonNode status = client.get("/pool").json();
                    return status.at("/queuedTasks").asInt()
                                    + status.at("/activeTasks").asInt()
                            == 0;
                });
                over.set(true);
                System.out.printf("Looked at the budget %d times; %d submissions were refused%n", looks.get(), refused);
            }

            BigDecimal ofTasks = BigDecimal.ZERO;
            int succeeded = 0;
            for (String id : ids) {
                JsonNode task = Books.exact(client, "/tasks/" + id);
                if (task.at("/state").asString().equals("SUCCEEDED")) {
                    succeeded++;
                } else {
                    assertThatTask(task).hasFailed("budget-exceeded");
                }
                if (!task.at("/result").isNull()) {
                    ofTasks = ofTasks.add(Books.usd(task, "/result/spentUsd"));
                }
            }
            Books books = Books.of(client);
            books.verify();
            JsonNode budget = Books.exact(client, "/budget");
            assertThat(ids.size() + refused).isEqualTo(CLIENTS * TASKS_OF_EACH);
            assertThat(succeeded).isBetween(100 - SLOTS, 100);
            assertThat(Books.usd(budget, "/spentUsd"))
                    .isBetween(CAP, MOST)
                    .isEqualByComparingTo(books.spent())
                    .isEqualByComparingTo(ofTasks)
                    .isEqualByComparingTo(pool.api().meter().usd().toUsd())
                    .isEqualByComparingTo(metric(client, "claude_pool_spend_usd_total"))
                    .isEqualByComparingTo(metric(client, "claude_pool_budget_spent_usd"))
                    .isEqualByComparingTo(Books.usd(Books.exact(client, "/pool"), "/spentUsd"));
            assertThat(Books.usd(budget, "/reservedUsd")).isZero();
            assertThat(books.reserved()).isZero();
        }
    }

    private static List<PoolClient.Answer> submitAll(PoolClient client) {
        return IntStream.range(0, TASKS_OF_EACH)
                .mapToObj(i -> client.post("/tasks", task("task " + i)))
                .toList();
    }

    /** Reads the budget until all is over; what is spent and reserved never passes the cap but by replies in flight. */
    private static int look(PoolClient client, AtomicBoolean over) {
        int looks = 0;
        BigDecimal before = BigDecimal.ZERO;
        while (!over.get()) {
            JsonNode budget = Books.exact(client, "/budget");
            BigDecimal spent = Books.usd(budget, "/spentUsd");
            assertThat(spent.add(Books.usd(budget, "/reservedUsd"))).isLessThanOrEqualTo(MOST);
            assertThat(spent).isGreaterThanOrEqualTo(before);
            before = spent;
            looks++;
        }
        return looks;
    }

    private static BigDecimal metric(PoolClient client, String name) {
        return client.get("//actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> new BigDecimal(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
