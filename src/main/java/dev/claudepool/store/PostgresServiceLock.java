package dev.claudepool.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An advisory lock of a connection that serves nothing else: it is gone with that connection, and so with a service
 * that dies. A lock that was lost with its connection is taken again, unless another service has it; whoever asks after
 * it got the lock of the writers can be sure that nobody else writes until it commits. Thread-safe.
 */
final class PostgresServiceLock implements ServiceLock {

    private static final Logger log = LoggerFactory.getLogger(PostgresServiceLock.class);

    /** The server sees after a minute that the machine of the service is gone. */
    private static final String KEEP_ALIVE =
            "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3";

    /** How long the lock is waited for while the writers wait. */
    private static final Duration LATER = Duration.ofMillis(200);

    private static final String LOCK =
            "select pg_advisory_lock(%d, %d)".formatted(PostgresDialect.LOCKS, PostgresDialect.SERVICE_LOCK);

    private static final String HOLDER = """
            select 'process ' || l.pid || ' of the database server, of the user '
              || coalesce(a.usename, 'unknown') || coalesce(' at ' || host(a.client_addr), '')
            from pg_locks l left join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.classid = %d and l.objid = %d
              and l.database = (select oid from pg_database where datname = current_database())""".formatted(PostgresDialect.LOCKS, PostgresDialect.SERVICE_LOCK);

    private static final String NOT_AVAILABLE = "55P03";
    private static final int LONGEST_CHECK_SECONDS = 10;

    private final DataSource connections;
    private @Nullable Connection connection;

    /**
     * @param patience how long another service may still have it
     * @throws DatabaseInUseException when another service has it
     */
    PostgresServiceLock(DataSource connections, Duration patience) throws SQLException {
        this.connections = connections;
        this.connection = locked(patience);
    }

    @Override
    public synchronized void verify() {
        try {
            Connection held = connection;
            if (held != null && held.isValid(LONGEST_CHECK_SECONDS)) {
                return;
            }
            log.warn("The connection that keeps other services away from the database is lost, trying to get it back");
            close();
            connection = locked(LATER);
        } catch (DatabaseInUseException e) {
            throw new StoreUnavailableException("the database is locked by another service: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database cannot be reached: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        Connection last = connection;
        connection = null;
        if (last != null) {
            try {
                last.close();
            } catch (SQLException e) {
                log.debug("The connection was closed already", e);
            }
        }
    }

    private Connection locked(Duration patience) throws SQLException {
        Connection fresh = connections.getConnection();
        try (Statement statement = fresh.createStatement()) {
            statement.execute(KEEP_ALIVE);
            statement.execute("set lock_timeout = " + patience.toMillis());
            lock(statement);
            return fresh;
        } catch (SQLException | RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    private static void lock(Statement statement) throws SQLException {
        try {
            statement.execute(LOCK);
        } catch (SQLException e) {
            if (NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new DatabaseInUseException(holder(statement));
            }
            throw e;
        }
    }

    private static String holder(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery(HOLDER)) {
            return found.next() ? found.getString(1) : "it has just ended";
        }
    }
}
