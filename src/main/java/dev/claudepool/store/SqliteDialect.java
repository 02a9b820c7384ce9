package dev.claudepool.store;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/** SQLite, in a file of the data directory, whose lock keeps other services away. */
final class SqliteDialect implements Dialect {

    private static final String FILE = "claude-pool.db";

    /** The property for the directory into which the driver unpacks its native library. */
    private static final String NATIVE_LIBRARY = "org.sqlite.tmpdir";

    private static final @Nullable String NATIVE_LIBRARY_CHOSEN = System.getProperty(NATIVE_LIBRARY);

    private static final String SUBJECT = "The database file " + FILE + " in claude-pool.data-dir ";

    /** The reasons by SQLite's names of its result codes, with which the driver begins its messages. */
    private static final Map<String, String> PROBLEMS = Map.of(
            "[SQLITE_NOTADB", "is not a SQLite database",
            "[SQLITE_CORRUPT", "is damaged",
            "[SQLITE_CANTOPEN", "cannot be opened",
            "[SQLITE_READONLY", "cannot be written",
            "[SQLITE_FULL", "cannot grow: the disk is full");

    /** SQLite gives its other files the permissions of the first. */
    @Override
    public void prepare(DataDirectory directory) throws IOException {
        PrivateFiles.createIfMissing(directory.resolve(FILE));
        if (NATIVE_LIBRARY_CHOSEN == null) {
            System.setProperty(NATIVE_LIBRARY, directory.temporary("sqlite").toString());
        }
    }

    /** They are in the URL, which has the same effect without a pool. */
    @Override
    public Map<String, String> connectionProperties() {
        return Map.of();
    }

    @Override
    public List<String> connectionSql() {
        return List.of();
    }

    /** The data directory is locked already. */
    @Override
    public ServiceLock lock(DataSource connections) {
        return ServiceLock.NONE;
    }

    /** Transactions are IMMEDIATE. */
    @Override
    public Optional<String> writeLock() {
        return Optional.empty();
    }

    /** Limits the units of work in one transaction, so that none waits for very many others. */
    @Override
    public int mostTogether() {
        return 64;
    }

    /** The header of the file says it, without what is free in the file. */
    @Override
    public String usedBytes() {
        return """
                select (page_count - freelist_count) * page_size
                from pragma_page_count(), pragma_freelist_count(), pragma_page_size()""";
    }

    /** The length of a text is in the head of its row, so that a long one is read in the second case only. */
    @Override
    public String excerpt(String column, int longest, List<Member> members) {
        String object = members.stream()
                .map(member -> "'%s', %s".formatted(member.name(), value(column, member)))
                .collect(Collectors.joining(", ", "json_object(", ")"));
        return "case when octet_length(%1$s) <= %2$d or not json_valid(%1$s) then %1$s else %3$s end"
                .formatted(column, longest, object);
    }

    /** Ids have the same number only if the clock was set back; the later one is found then. */
    @Override
    public String indexText() {
        return "insert or replace into task_text (rowid, words) values (:number, :words)";
    }

    @Override
    public String textMatches() {
        return "x.task_text match :words";
    }

    @Override
    public String textQuery(List<Term> terms) {
        return terms.stream()
                .map(term -> '"' + term.word() + '"' + (term.beginning() ? "*" : ""))
                .collect(Collectors.joining(" AND "));
    }

    private static String value(String column, Member member) {
        return member.longest().isPresent()
                ? "substr(%s ->> '%s', 1, %d)"
                        .formatted(column, member.name(), member.longest().getAsInt())
                : "%s -> '%s'".formatted(column, member.name());
    }

    @Override
    public String description() {
        return "The database " + FILE + " in claude-pool.data-dir";
    }

    @Override
    public String alternative() {
        return "set claude-pool.data-dir to another directory";
    }

    @Override
    public Trouble explain(SQLException failure) {
        String message = String.valueOf(
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        String problem = PROBLEMS.entrySet().stream()
                .filter(known -> message.startsWith(known.getKey()))
                .findFirst()
                .map(known -> known.getValue() + ".")
                .orElseGet(() -> "cannot be used: " + message);
        return new Trouble(SUBJECT + problem, "Move it away and restore a backup, or " + alternative() + ".");
    }
}
