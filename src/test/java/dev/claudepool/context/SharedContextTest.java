package dev.claudepool.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.claudepool.problem.FieldError;
import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedContextTest {

    @AutoClose
    private final TestDatabase database = new SqliteTestDatabase();

    private final ContextStore store = new ContextStore(database.jdbc(), database.json());
    private final SharedContext context = started();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @Test
    void isEmptyAtFirst() {
        assertThat(context.prompt()).isEmpty();
        assertThat(context.entries()).isEmpty();
    }

    @Test
    void whatWasPutIsThereAndInThePrompt() {
        SharedContext.Saved saved = context.put("build", "mvn -q verify");

        assertThat(saved).isEqualTo(new SharedContext.Saved(entry("build", "mvn -q verify"), true));
        assertThat(context.get("build")).isEqualTo(saved.entry());
        assertThat(context.prompt()).contains("\nbuild: \"mvn -q verify\"\n");
    }

    @Test
    void anotherValueReplacesTheFirst() {
        context.put("build", "make");
        database.clock().advance(Duration.ofSeconds(1));

        SharedContext.Saved saved = context.put("build", "mvn");

        assertThat(saved).isEqualTo(new SharedContext.Saved(entry("build", "mvn"), false));
        assertThat(context.entries()).containsExactly(saved.entry());
        assertThat(context.prompt()).contains("\"mvn\"").doesNotContain("make");
    }

    @Test
    void theSameValueChangesNothing() {
        ContextEntry first = context.put("build", "mvn").entry();
        database.clock().advance(Duration.ofSeconds(1));
        listen();

        assertThat(context.put("build", "mvn")).isEqualTo(new SharedContext.Saved(first, false));

        assertThat(context.get("build")).isEqualTo(first);
        assertThat(heard).isEmpty();
    }

    @Test
    void whatWasDeletedIsGoneAndOutOfThePrompt() {
        context.put("build", "mvn");
        context.put("style", "tabs");

        context.delete("build");

        assertThat(context.entries()).containsExactly(entry("style", "tabs"));
        assertThat(context.prompt()).contains("tabs").doesNotContain("mvn");
        assertThatProblem(() -> context.get("build"), ProblemCode.CONTEXT_KEY_NOT_FOUND);

        context.delete("style");

        assertThat(context.prompt()).isEmpty();
    }

    @Test
    void deletesNothingThatIsNotThere() {
        context.put("build", "mvn");
        listen();

        assertThatProblem(() -> context.delete("style"), ProblemCode.CONTEXT_KEY_NOT_FOUND);

        assertThat(context.entries()).hasSize(1);
        assertThat(heard).isEmpty();
    }

    @Test
    void isAsItWasAfterARestart() {
        context.put("style", "tabs");
        context.put("build", "mvn");

        SharedContext restarted = started();

        assertThat(restarted.prompt()).isEqualTo(context.prompt());
        assertThat(restarted.entries()).containsExactly(entry("build", "mvn"), entry("style", "tabs"));
    }

    @Test
    void listenersFindTheNewPrompt() {
        listen();

        context.put("build", "mvn");
        String afterPut = context.prompt();
        context.put("build", "make");
        String afterReplacement = context.prompt();
        context.delete("build");

        assertThat(heard).containsExactly(afterPut, afterReplacement, "");
    }

    @Test
    void nothingIsPublishedOrShownBeforeTheCommit() {
        listen();

        database.transactions().writing(() -> {
            context.put("build", "mvn");
            assertThat(heard).isEmpty();
            assertThat(context.prompt()).isEmpty();
        });

        assertThat(heard).containsExactly(context.prompt());
        assertThat(context.prompt()).contains("mvn");
    }

    @Test
    void nothingRolledBackIsPublishedOrShown() {
        listen();

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    context.put("build", "mvn");
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(heard).isEmpty();
        assertThat(context.prompt()).isEmpty();
        assertThat(context.entries()).isEmpty();
    }

    @Test
    void aListenerInTroubleTroublesNobodyElse() {
        context.onChange(() -> {
            throw new IllegalStateException("trouble");
        });
        listen();

        context.put("build", "mvn");

        assertThat(heard).containsExactly(context.prompt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "0", "A.b_c-9", "x..", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"})
    void takesEveryGoodKey(String key) {
        assertThat(context.put(key, "").created()).isTrue();
        assertThat(context.get(key)).isEqualTo(entry(key, ""));
        context.delete(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".a",
                "-a",
                "_a",
                "a b",
                "a\n",
                "a/b",
                "a:b",
                "a\"",
                "<a",
                "\u00e4",
                "\uff11",
                "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
            })
    void refusesEveryOtherKey(String key) {
        assertThatInvalid(() -> context.put(key, "value"), "key");
        assertThatInvalid(() -> context.get(key), "key");
        assertThatInvalid(() -> context.delete(key), "key");
    }

    @Test
    void refusesAValueThatIsTooLongOrNotUnicode() {
        assertThatInvalid(() -> context.put("key", "x".repeat(ContextRules.MOST_OF_VALUE + 1)), "value");
        assertThatInvalid(() -> context.put("key", "half \ud83d of a pair"), "value");
        assertThatInvalid(() -> context.put("k k", "\udc00"), "key", "value");
        assertThat(context.entries()).isEmpty();

        assertThat(context.put("key", "x".repeat(ContextRules.MOST_OF_VALUE)).created())
                .isTrue();
    }

    @Test
    void refusesMoreThanAllValuesMayHaveTogether() {
        String quarter = "x".repeat(ContextRules.MOST_OF_ALL / 4);
        IntStream.range(0, 4).forEach(number -> context.put("key-" + number, quarter));
        String prompt = context.prompt();
        listen();

        assertThatInvalid(() -> context.put("one-more", "x"), "value");

        assertThat(store.all()).hasSize(4);
        assertThat(context.prompt()).isEqualTo(prompt);
        assertThat(heard).isEmpty();
    }

    @Test
    void aReplacedValueDoesNotCountAnyMore() {
        String quarter = "x".repeat(ContextRules.MOST_OF_ALL / 4);
        IntStream.range(0, 4).forEach(number -> context.put("key-" + number, quarter));

        context.put("key-0", "y".repeat(quarter.length()));
        context.put("key-0", quarter.substring(1));

        assertThat(context.put("one-more", "x").created()).isTrue();
    }

    @Test
    void refusesAKeyTooMany() {
        IntStream.range(0, ContextRules.MOST_KEYS).forEach(number -> context.put("key-" + number, ""));

        assertThatInvalid(() -> context.put("one-more", ""), "key");

        assertThat(store.all()).hasSize(ContextRules.MOST_KEYS);
        assertThat(context.put("key-0", "another value").created()).isFalse();
    }

    @Test
    void changesFromManyThreadsArePublishedInOrder() throws Exception {
        int writers = 8;
        int each = 10;
        listen();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> written = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                String name = "writer-" + writer + "-";
                written.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < each; i++) {
                        context.put(name + i, "value");
                    }
                    return name;
                }));
            }
            start.countDown();
            for (Future<?> writer : written) {
                writer.get();
            }
        }

        assertThat(context.prompt()).isEqualTo(ContextPrompt.of(store.all()));
        assertThat(context.entries()).hasSize(writers * each);
        assertThat(heard).hasSize(writers * each).doesNotHaveDuplicates();
        assertThat(heard.stream().map(String::length)).isSorted();
    }

    @Test
    void valuesAreInNoStringOfTheirHolders() {
        ContextValue value = new ContextValue("secret");
        SharedContext.Saved saved = context.put("key", "secret");

        assertThat(List.of(value, saved, context.entries(), context))
                .noneMatch(holder -> holder.toString().contains("secret"));
    }

    private SharedContext started() {
        return new SharedContext(store, database.transactions(), database.clock());
    }

    /** Notes what the prompt is at each change. */
    private void listen() {
        context.onChange(() -> heard.add(context.prompt()));
    }

    private ContextEntry entry(String key, String value) {
        return new ContextEntry(
                key, value, Instant.ofEpochMilli(database.clock().millis()));
    }

    private static void assertThatProblem(ThrowingCallable call, ProblemCode code) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::code)
                .isEqualTo(code);
    }

    private static void assertThatInvalid(ThrowingCallable call, String... fields) {
        assertThatThrownBy(call).asInstanceOf(type(ProblemException.class)).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
            assertThat(problem.errors()).extracting(FieldError::field).containsExactly(fields);
        });
    }
}
