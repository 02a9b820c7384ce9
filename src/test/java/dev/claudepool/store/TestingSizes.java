package dev.claudepool.store;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.util.unit.DataSize;

/** The size of a test database. */
public final class TestingSizes {

    private TestingSizes() {}

    /** With room for all that a test may store. */
    public static SizeStore of(TestDatabase database, MeterRegistry meters) {
        return new SizeStore(database.jdbc(), database.dialect(), new StoreLimits(DataSize.ofGigabytes(20)), meters);
    }
}
