package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class HeapShareTest {

    private static final long HEAP = DataSize.ofMegabytes(256).toBytes();

    @Test
    void takesWhatIsConfiguredUpToASixteenthOfTheHeap() {
        assertThat(of("16MB", "1MB")).isEqualTo(DataSize.ofMegabytes(16));
        assertThatThrownBy(() -> of("17MB", "1MB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("claude-pool.some.size must be at most 16 MB with a Java heap of 256 MB; "
                        + "lower it, or start Java with a larger -Xmx");
    }

    @Test
    void takesTheUsualSizeUnlessTheHeapIsSmall() {
        assertThat(of(null, "10MB")).isEqualTo(DataSize.ofMegabytes(10));
        assertThat(of(null, "64MB")).isEqualTo(DataSize.ofMegabytes(16));
    }

    private static DataSize of(@Nullable String configured, String usual) {
        return HeapShare.of(
                "claude-pool.some.size",
                configured == null ? null : DataSize.parse(configured),
                DataSize.parse(usual),
                HEAP);
    }
}
