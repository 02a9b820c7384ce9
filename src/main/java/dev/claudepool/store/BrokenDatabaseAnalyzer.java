package dev.claudepool.store;

import java.sql.SQLException;
import java.util.Map;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

/** Ends the start with one message when SQLite cannot use the file of the embedded database. */
class BrokenDatabaseAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private static final String FILE = "The database file claude-pool.db in claude-pool.data-dir ";

    private static final String ADVICE =
            "Move it away and restore a backup, or set claude-pool.data-dir to another directory.";

    /** By SQLite's names of its result codes, with which the driver begins its messages. */
    private static final Map<String, String> PROBLEMS = Map.of(
            "[SQLITE_NOTADB", FILE + "is not a SQLite database",
            "[SQLITE_CORRUPT", FILE + "is damaged",
            "[SQLITE_CANTOPEN", FILE + "cannot be opened",
            "[SQLITE_READONLY", FILE + "cannot be written",
            "[SQLITE_FULL", FILE + "cannot grow: the disk is full");

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        String message =
                String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        String problem = PROBLEMS.entrySet().stream()
                .filter(known -> message.startsWith(known.getKey()))
                .findFirst()
                .map(known -> known.getValue() + ".")
                .orElseGet(() -> FILE + "cannot be used: " + message);
        return new FailureAnalysis(problem, ADVICE, cause);
    }
}
