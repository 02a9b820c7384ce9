package dev.claudepool.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.SqliteTestDatabase;
import dev.claudepool.submit.TestingTasks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@code kill -9} at random moments while tasks are claimed and settled as fast as the disk can: the books are right
 * after each, and nothing stays reserved. The moments follow from a seed, which is printed; {@code -Dledger.seed}
 * repeats them, {@code -Dledger.kills} says how many.
 */
class LedgerKillTest {

    private static final int KILLS = Integer.getInteger("ledger.kills", 200);
    private static final long SEED = Long.getLong("ledger.seed", System.nanoTime());
    private static final int LATEST_MS = 600;
    /** So many processes warm up while another works, or is audited. */
    private static final int AHEAD = 1;

    @TempDir
    Path directory;

    @Test
    void theBooksAreRightAfterEveryKill() throws Exception {
        System.out.println("-Dledger.seed=" + SEED);
        Random random = new Random(SEED);
        Path books = Files.createDirectory(directory.resolve("books"));
        Deque<Load> ahead = new ArrayDeque<>();
        long spent = 0;
        try {
            for (int kill = 1; kill <= KILLS; kill++) {
                while (ahead.size() <= AHEAD && ahead.size() <= KILLS - kill) {
                    ahead.add(new Load(directory));
                }
                Load load = ahead.removeFirst();
                load.begin(books, random.nextLong());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_MS)));
                long told = load.kill();
                long found = audit(books, "kill " + kill);
                assertThat(found).as("kill " + kill).isGreaterThanOrEqualTo(Math.max(told, spent));
                spent = found;
            }
        } finally {
            ahead.forEach(Load::end);
        }
        try (SqliteTestDatabase database = new SqliteTestDatabase(books)) {
            System.out.printf(
                    "Killed %d times: %d attempts, %d of them cut, %d entries in the ledger%n",
                    KILLS,
                    number(database.jdbc(), "select count(*) from ledger where kind = 'SETTLED'"),
                    number(database.jdbc(), "select count(*) from ledger where kind = 'SETTLED' and estimated = 1"),
                    number(database.jdbc(), "select count(*) from ledger"));
        }
    }

    /** Looks at what the kill has left, and at what the next start makes of it; returns what is spent. */
    private static long audit(Path books, String when) {
        try (SqliteTestDatabase database = new SqliteTestDatabase(books)) {
            JdbcClient jdbc = database.jdbc();
            assertAgreement(jdbc, when);
            long before = number(jdbc, "select spent_nanos from account");

            new TestingTasks(database).queue.recovery.recover();

            assertAgreement(jdbc, when + ", recovered");
            assertThat(number(jdbc, "select reserved_nanos from account"))
                    .as(when)
                    .isZero();
            assertThat(number(jdbc, "select count(*) from task where state = 'RUNNING'"))
                    .as(when)
                    .isZero();
            long after = number(jdbc, "select spent_nanos from account");
            assertThat(after).as(when).isGreaterThanOrEqualTo(before);
            return after;
        }
    }

    private static void assertAgreement(JdbcClient jdbc, String when) {
        assertThat(number(jdbc, "select spent_nanos from account"))
                .as("spent, %s", when)
                .isEqualTo(number(jdbc, "select sum(spent_nanos) from ledger"))
                .isEqualTo(number(jdbc, "select coalesce(sum(spend_nanos), 0) from task"))
                .isEqualTo(number(jdbc, "select coalesce(sum(usd_nanos), 0) from spend where dimension = 'slot'"));
        assertThat(number(jdbc, "select reserved_nanos from account"))
                .as("reserved, %s", when)
                .isEqualTo(number(jdbc, "select sum(reserved_nanos) from ledger"));
        assertThat(number(jdbc, """
                        select count(*) from ledger r where r.kind = 'RESERVED' and not exists (
                          select 1 from ledger s
                          where s.kind = 'SETTLED' and s.task_id = r.task_id and s.attempt = r.attempt)"""))
                .as("attempts that are not settled, %s", when)
                .isEqualTo(number(jdbc, "select count(*) from task where state = 'RUNNING'"));
        assertThat(number(jdbc, """
                        select count(*) from (
                          select 1 from ledger where kind = 'SETTLED' group by task_id, attempt having count(*) > 1)""")).as("attempts settled twice, %s", when).isZero();
    }

    private static long number(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    /** The process that is killed. */
    private static final class Load {

        private final Process process;
        private final BufferedReader out;

        Load(Path directory) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LedgerLoad.class.getName(),
                            Files.createTempDirectory(directory, "rehearsal").toString())
                    .redirectError(directory.resolve("errors.log").toFile())
                    .start();
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        void begin(Path books, long seed) throws IOException {
            await("warm");
            PrintStream in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            in.println(books);
            in.println(seed);
            await("ready");
        }

        private void await(String line) throws IOException {
            for (String next = out.readLine(); !line.equals(next); next = out.readLine()) {
                assertThat(next).as("the process ended by itself").isNotNull();
            }
        }

        /** Kills it, and returns what it last told to be spent. */
        long kill() {
            assertThat(process.toHandle().destroyForcibly()).isTrue(); // the process itself would close what it told
            return out.lines()
                    .filter(line -> line.matches("spent \\d+"))
                    .mapToLong(line -> Long.parseLong(line.substring("spent ".length())))
                    .max()
                    .orElse(0);
        }

        void end() {
            process.destroyForcibly();
        }
    }
}
