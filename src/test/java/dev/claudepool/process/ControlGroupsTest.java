package dev.claudepool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupsTest {

    @TempDir
    Path directory;

    @Test
    void readsTheCookieOfAProcessFromItsGroup() {
        assertThat(ControlGroups.cookiesOf("0::/system.slice/pool.service/claude-pool/9f.01.slot-0.7\n"))
                .containsExactly("9f/01/slot-0/7");
    }

    @Test
    void readsItInAGroupBelow() {
        assertThat(ControlGroups.cookiesOf("4:memory:/x\n0::/claude-pool/9f.01.slot-0.7/mine\n"))
                .containsExactly("9f/01/slot-0/7");
    }

    @Test
    void readsBothWhereAPoolRunsInATaskOfAnother() {
        assertThat(ControlGroups.cookiesOf("0::/claude-pool/a.b.slot-0.1/claude-pool/c.d.slot-2.3"))
                .containsExactly("a/b/slot-0/1", "c/d/slot-2/3");
    }

    @Test
    void findsNoneElsewhere() {
        assertThat(ControlGroups.cookiesOf("0::/\n")).isEmpty();
        assertThat(ControlGroups.cookiesOf("5:cpu:/claude-pool/a.b.slot-0.1\n")).isEmpty();
        assertThat(ControlGroups.cookiesOf("")).isEmpty();
    }

    @Test
    void removesTheGroupOfAProcessThatHasEnded() throws Exception {
        ControlGroups groups = ControlGroups.ofThisProcess();
        assumeTrue(groups.isAvailable(), "cgroup v2 can be written");
        Cookie cookie = new CookieFactory(directory).next("slot-0");
        Path group = Objects.requireNonNull(groups.create(cookie).orElseThrow().getParent());
        Process process = join(group);

        groups.release(cookie);
        assertThat(group).as("while something is left in it").isDirectory();
        process.destroyForcibly().waitFor();
        groups.removeEmpty(cookie.value()::equals);

        assertThat(group).doesNotExist();
    }

    private static Process join(Path group) throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").start();
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
        return process;
    }
}
