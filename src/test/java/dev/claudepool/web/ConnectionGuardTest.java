package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionGuardTest {

    @ParameterizedTest
    @CsvSource({
        "   16,  524288,   256",
        "  256,  524288,  2048",
        " 2048,  524288, 16384",
        " 2048,   20000, 10000",
        " 2048,    1024,   512",
        "65536, 1048576, 32768"
    })
    void takesAsManyConnectionsAsHeapAndFilesBear(long heapMegabytes, long files, int connections) {
        assertThat(ConnectionGuard.mostConnections(heapMegabytes << 20, files)).isEqualTo(connections);
    }
}
