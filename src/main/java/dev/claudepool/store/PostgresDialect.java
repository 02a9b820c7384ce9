package dev.claudepool.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, on a server that other services can reach, too. */
final class PostgresDialect implements Dialect {

    /** The advisory locks of claude-pool: "clpd" in ASCII, and which of them. */
    static final int LOCKS = 0x636c7064;

    static final int SERVICE_LOCK = 1;
    private static final int WRITE_LOCK = 2;

    private static final String CHECK = "Check spring.datasource.url, spring.datasource.username and"
            + " spring.datasource.password, and that the server runs and lets this machine in.";

    /** A service that was just killed has its connections for a moment more. */
    private static final Duration OLD_CONNECTIONS_END = Duration.ofSeconds(3);

    private static final Pattern NO_URL = Pattern.compile("No suitable driver|Unable to parse URL.*");

    /** A URL in a message of a driver or a pool: it may hold the password. */
    private static final Pattern URL = Pattern.compile("jdbc:postgresql:[^\\s'\"]*");

    /** What may be wrong, by SQL state, or by its first two characters. */
    private static final Map<String, Trouble> TROUBLES = Map.of(
            "08",
            new Trouble(
                    "cannot be reached",
                    "Start its server, or check the host and the port in spring.datasource.url, and whether a firewall"
                            + " is between."),
            "28",
            new Trouble(
                    "does not let the service in",
                    "Check spring.datasource.username and spring.datasource.password, and what pg_hba.conf of the server"
                            + " says of this user and machine."),
            "3D000",
            new Trouble(
                    "does not exist",
                    "Create it (create database ... owner ... encoding 'UTF8'), or name another one in"
                            + " spring.datasource.url."),
            "42501",
            new Trouble(
                    "does not let its user do what the service must",
                    "Let the user of spring.datasource.username own the database, or grant it the right to create tables"
                            + " and functions in its schema."),
            "53300",
            new Trouble(
                    "has no connections left",
                    "Raise max_connections of the server, or lower spring.datasource.dbcp2.max-total; the service"
                            + " takes one connection more than that."),
            "57P03",
            new Trouble("is just starting or stopping", "Start the service again once its server is ready."),
            "22P05",
            new Trouble(
                    "cannot hold every character",
                    "Create one with the encoding UTF8, and name that in spring.datasource.url."));

    @Override
    public void prepare(DataDirectory directory) {
        // nothing of it is there
    }

    /**
     * Without a timeout, whoever waits for a server that vanished would wait for ever. The details of an error may
     * quote what is in a row, and messages get into the log.
     */
    @Override
    public Map<String, String> connectionProperties() {
        return Map.of(
                "ApplicationName", "claude-pool",
                "socketTimeout", "60",
                "tcpKeepAlive", "true",
                "logServerErrorDetail", "false");
    }

    /**
     * Each statement is to see what was committed before the transaction got the lock of the writers; and a process
     * that was stopped with that lock must not stop others for ever.
     */
    @Override
    public List<String> connectionSql() {
        return List.of(
                "set default_transaction_isolation = 'read committed'",
                "set idle_in_transaction_session_timeout = '60s'");
    }

    @Override
    public ServiceLock lock(DataSource connections) throws SQLException {
        return new PostgresServiceLock(connections, OLD_CONNECTIONS_END);
    }

    @Override
    public Optional<String> writeLock() {
        return Optional.of("select pg_advisory_xact_lock(%d, %d)".formatted(LOCKS, WRITE_LOCK));
    }

    /** Beyond 64 savepoints in a transaction, every reader has to look up on disk which of them were committed. */
    @Override
    public int mostTogether() {
        return 32;
    }

    @Override
    public String usedBytes() {
        return "select pg_database_size(current_database())";
    }

    /** The function is in the schema; the length of a text is looked up without reading it. */
    @Override
    public String excerpt(String column, int longest, List<Member> members) {
        String names = members.stream().map(member -> "'" + member.name() + "'").collect(Collectors.joining(", "));
        String lengths = members.stream()
                .map(member -> member.longest().isPresent()
                        ? Integer.toString(member.longest().getAsInt())
                        : "null")
                .collect(Collectors.joining(", "));
        return "case when octet_length(%1$s) <= %2$d then %1$s else excerpt(%1$s, array[%3$s], array[%4$s]::integer[]) end"
                .formatted(column, longest, names, lengths);
    }

    @Override
    public String indexText() {
        return """
                insert into task_text (rowid, words) values (:number, array_to_tsvector(string_to_array(:words, ' ')))
                on conflict (rowid) do update set words = excluded.words""";
    }

    @Override
    public String textMatches() {
        return "x.words @@ cast(:words as tsquery)";
    }

    @Override
    public String textQuery(List<Term> terms) {
        return terms.stream()
                .map(term -> "'" + term.word() + "'" + (term.beginning() ? ":*" : ""))
                .collect(Collectors.joining(" & "));
    }

    @Override
    public String description() {
        return "The PostgreSQL database of spring.datasource.url";
    }

    @Override
    public String alternative() {
        return "set spring.datasource.url to another database";
    }

    @Override
    public Trouble explain(SQLException failure) {
        SQLException cause = failure;
        while (cause.getCause() instanceof SQLException deeper) {
            cause = deeper;
        }
        if (NO_URL.matcher(String.valueOf(cause.getMessage())).matches()) {
            return new Trouble(
                    "The value of spring.datasource.url is no URL of a PostgreSQL database.",
                    "Write it as jdbc:postgresql://host:port/database.");
        }
        Trouble known = known(cause.getSQLState());
        String message = Matcher.quoteReplacement("spring.datasource.url");
        return new Trouble(
                description() + " "
                        + (known == null ? "cannot be used" : known.problem()) + ": "
                        + URL.matcher(String.valueOf(cause.getMessage())).replaceAll(message),
                known == null ? CHECK : known.advice());
    }

    private static @Nullable Trouble known(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return null;
        }
        Trouble exact = TROUBLES.get(state);
        return exact == null ? TROUBLES.get(state.substring(0, 2)) : exact;
    }
}
