package dev.claudepool.store;

import static java.util.concurrent.Future.State.FAILED;
import static java.util.concurrent.Future.State.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine owes to those who write in transactions. */
abstract class TransactionsContract {

    @AutoClose
    final TestDatabase database;

    private final Transactions transactions;

    TransactionsContract(TestDatabase database) {
        this.database = database;
        this.transactions = database.transactions();
    }

    @BeforeEach
    void createTable() {
        database.jdbc().sql("create table fact (n integer)").update();
    }

    @Test
    void returnsWhatTheWorkReturned() {
        assertThat(transactions.write(() -> "done")).isEqualTo("done");
    }

    @Test
    void rollsBackWhenTheWorkThrows() {
        assertThatThrownBy(() -> transactions.writing(() -> {
                    note(1);
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(noted()).isEmpty();
    }

    @Test
    void aNestedCallJoinsAndIsRolledBackWithTheOuterOne() {
        assertThatThrownBy(() -> transactions.writing(() -> {
                    transactions.writing(() -> note(1));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(noted()).isEmpty();
    }

    @Test
    void aNestedFailureThatIsCaughtStillRollsBackAll() {
        assertThatThrownBy(() -> transactions.writing(() -> {
                    note(1);
                    assertThatIllegalStateException()
                            .isThrownBy(() -> transactions.writing(() -> {
                                throw new IllegalStateException("inner");
                            }));
                }))
                .isInstanceOf(StoreUnavailableException.class);

        assertThat(noted()).isEmpty();
    }

    @Test
    void whatFollowsTheCommitSeesItAndWaitsForTheOuterOne() {
        List<String> order = new ArrayList<>();

        transactions.writing(() -> {
            transactions.writing(() -> {
                note(1);
                transactions.afterCommit(() -> order.add("after " + readElsewhere()));
            });
            order.add("work");
        });

        assertThat(order).containsExactly("work", "after [1]");
    }

    @Test
    void whatFollowsTheCommitDoesNotFollowARollback() {
        List<String> after = new ArrayList<>();

        assertThatThrownBy(() -> transactions.writing(() -> {
                    transactions.afterCommit(() -> after.add("never"));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(after).isEmpty();
    }

    @Test
    void whatFailsAfterTheCommitNeitherUndoesItNorKeepsOthersFromFollowing() {
        List<String> after = new ArrayList<>();

        transactions.writing(() -> {
            note(1);
            transactions.afterCommit(() -> {
                throw new IllegalStateException("a listener in trouble");
            });
            transactions.afterCommit(() -> after.add("second"));
        });

        assertThat(noted()).containsExactly(1);
        assertThat(after).containsExactly("second");
    }

    @Test
    void refusesToFollowACommitThatWillNotCome() {
        assertThatIllegalStateException().isThrownBy(() -> transactions.afterCommit(() -> {}));
    }

    @Test
    void whatUndoesRunsInReverseAfterARollbackOnly() {
        List<String> undone = new ArrayList<>();

        transactions.writing(() -> transactions.afterRollback(() -> undone.add("never")));
        assertThatThrownBy(() -> transactions.writing(() -> {
                    transactions.afterRollback(() -> undone.add("first"));
                    transactions.afterRollback(() -> undone.add("second"));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(undone).containsExactly("second", "first");
    }

    @Test
    void whatWaitsAtTheSameTimeSucceedsOrFailsAloneAndIsCommittedTogether() throws Exception {
        List<Integer> committedAtFirst = Collections.synchronizedList(new ArrayList<>());
        List<Future<Boolean>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            transactions.writing(() -> {
                for (int i = 0; i < 10; i++) {
                    int n = i;
                    writers.add(threads.submit(() -> transactions.write(() -> {
                        note(n);
                        transactions.afterCommit(() -> {
                            if (committedAtFirst.isEmpty()) {
                                committedAtFirst.addAll(readElsewhere());
                            }
                        });
                        if (n % 2 == 1) {
                            throw new IllegalArgumentException("odd");
                        }
                        return true;
                    })));
                }
                await("all are waiting").until(() -> transactions.waiting() == 10);
            });
        }

        assertThat(writers.stream().map(Future::state))
                .containsExactly(SUCCESS, FAILED, SUCCESS, FAILED, SUCCESS, FAILED, SUCCESS, FAILED, SUCCESS, FAILED);
        assertThat(noted()).containsExactly(0, 2, 4, 6, 8);
        assertThat(committedAtFirst).containsExactly(0, 2, 4, 6, 8);
    }

    @Test
    void whatIsRolledBackIsUndoneBeforeTheNextWork() throws Exception {
        List<Integer> outside = new ArrayList<>(List.of(1));
        List<Integer> seen = new ArrayList<>();
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            transactions.writing(() -> {
                writers.add(threads.submit(() -> transactions.writing(() -> {
                    int taken = outside.removeFirst();
                    transactions.afterRollback(() -> outside.add(taken));
                    throw new IllegalArgumentException("no");
                })));
                await("the first waits").until(() -> transactions.waiting() == 1);
                writers.add(threads.submit(() -> transactions.writing(() -> seen.addAll(outside))));
                await("the second waits").until(() -> transactions.waiting() == 2);
            });
        }

        assertThat(writers.stream().map(Future::state)).containsExactly(FAILED, SUCCESS);
        assertThat(seen).containsExactly(1);
    }

    @Test
    void anInterruptedWriterStillWritesForAll() {
        Thread.currentThread().interrupt();

        transactions.writing(() -> note(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(noted()).containsExactly(1);
    }

    @Test
    void whatFollowsCommitsRunsInTheirOrder() throws Exception {
        List<Integer> followed = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 8; writer++) {
                writers.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 25; i++) {
                        transactions.writing(() -> {
                            int next = noted().size();
                            note(next);
                            transactions.afterCommit(() -> followed.add(next));
                        });
                    }
                    return Optional.empty();
                }));
            }
            start.countDown();
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        assertThat(followed).hasSize(200).isSorted().doesNotHaveDuplicates();
        assertThat(noted()).isEqualTo(followed);
    }

    private void note(int n) {
        database.jdbc().sql("insert into fact (n) values (:n)").param("n", n).update();
    }

    private List<Integer> noted() {
        return database.jdbc()
                .sql("select n from fact order by n")
                .query((row, _) -> row.getInt("n"))
                .list();
    }

    /** On another connection, which sees only what is committed. */
    private List<Integer> readElsewhere() {
        List<Integer> seen = new ArrayList<>();
        Thread reader = Thread.ofPlatform().start(() -> seen.addAll(noted()));
        try {
            reader.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return seen;
    }
}
