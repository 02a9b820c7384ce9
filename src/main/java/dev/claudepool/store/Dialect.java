package dev.claudepool.store;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;

/**
 * What one database engine needs or says differently from others. Only its implementations, and the migrations, know
 * their engine; all other SQL is the same for all.
 */
public sealed interface Dialect permits SqliteDialect, PostgresDialect {

    /** The prefixes of the known engines' URLs, for messages. */
    String URLS = "jdbc:sqlite: or jdbc:postgresql:";

    /**
     * The dialect of the database that a JDBC URL leads to.
     *
     * @throws UnsupportedDatabaseException when it is of another engine
     */
    static Dialect of(String url) {
        if (url.startsWith("jdbc:sqlite:")) {
            return new SqliteDialect();
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgresDialect();
        }
        throw new UnsupportedDatabaseException();
    }

    /**
     * The dialect of the configured database.
     *
     * @throws UnsupportedDatabaseException when it is of another engine
     */
    static Dialect of(Environment environment) {
        return of(environment.getProperty("spring.datasource.url", ""));
    }

    /** Makes ready in the data directory what a first connection needs. */
    void prepare(DataDirectory directory) throws IOException;

    /** Returns the driver's settings for each connection, unless the URL sets them. */
    Map<String, String> connectionProperties();

    /** Returns what is carried out on each new connection. */
    List<String> connectionSql();

    /**
     * Keeps other services from using the database until the result is closed.
     *
     * @param connections new ones, that are in no pool
     * @throws DatabaseInUseException when another service does
     */
    ServiceLock lock(DataSource connections) throws SQLException;

    /** The query that waits until no other transaction writes; nothing, where each transaction begins with that. */
    Optional<String> writeLock();

    /** Returns how many works a transaction may carry out, each behind a savepoint. */
    int mostTogether();

    /** The query for the bytes that the database takes up. */
    String usedBytes();

    /**
     * The expression for a shorter form of a column with a JSON object: the column itself, where it has at most
     * {@code longest} bytes or cannot be read, and else an object with these members of it only.
     */
    String excerpt(String column, int longest, List<Member> members);

    /**
     * The statement that has {@code :words}, with blanks between them, found in the row {@code :number} of
     * {@code task_text}.
     */
    String indexText();

    /**
     * The condition that a row of the table {@code task_text}, alias {@code x}, has what {@link #textQuery} describes.
     */
    String textMatches();

    /** Returns the value of {@code :words} in {@link #textMatches} for rows that have all of these. */
    String textQuery(List<Term> terms);

    /** Returns what the database is called to whoever runs the service. */
    String description();

    /** Returns what an operator does who wants another database instead. */
    String alternative();

    /** Why the service cannot start with the database, for whoever runs it; nothing of its data or password. */
    Trouble explain(SQLException failure);

    /**
     * A member of a JSON object.
     *
     * @param longest of its text, in characters; empty where it is taken as it is
     */
    record Member(String name, OptionalInt longest) {

        public static Member whole(String name) {
            return new Member(name, OptionalInt.empty());
        }

        public static Member cut(String name, int longest) {
            return new Member(name, OptionalInt.of(longest));
        }
    }

    /**
     * A word that a text must have.
     *
     * @param word letters and digits
     * @param beginning whether words that only begin so will do
     */
    record Term(String word, boolean beginning) {}

    /** A sentence that says what is wrong, and one that says what to do. */
    record Trouble(String problem, String advice) {}
}
