package dev.claudepool.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * The processes that bear a cookie, in their environment or as the name of their control group, whatever their parent,
 * process group or session: tools are started in sessions of their own, and are adopted by init when {@code claude}
 * dies.
 */
public final class ProcessTree {

    private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);
    private static final Path PROC = Path.of("/proc");
    private static final byte[] PREFIX = (Cookie.VARIABLE + "=").getBytes(StandardCharsets.UTF_8);
    private static final Duration WAIT_FOR_KILL = Duration.ofSeconds(10);

    private ProcessTree() {}

    /** Every running process whose cookie matches, but never this process. */
    public static List<ProcessHandle> bearing(Predicate<String> cookie) {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                // The handle first: it remembers the start time, so that a pid in new hands is not signalled.
                ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                        .filter(handle -> bears(process, cookie) && isRunning(handle))
                        .ifPresent(found::add);
            }
        } catch (IOException e) {
            log.warn("Processes cannot be listed directory={}: {}", PROC, e.toString());
        }
        found.remove(ProcessHandle.current());
        return found;
    }

    /** Kills them, and those that they start meanwhile, until a look finds none. */
    public static void kill(Predicate<String> cookie, List<ProcessHandle> alsoThese) {
        List<ProcessHandle> left = new ArrayList<>(alsoThese);
        boolean gone = Uninterruptibly.await(
                () -> {
                    left.removeIf(process -> !isRunning(process));
                    List<ProcessHandle> bearing = bearing(cookie);
                    bearing.forEach(ProcessHandle::destroyForcibly);
                    left.forEach(ProcessHandle::destroyForcibly);
                    return bearing.isEmpty() && left.isEmpty();
                },
                WAIT_FOR_KILL);
        if (!gone) {
            log.error(
                    "Processes survive being killed pids={}",
                    bearing(cookie).stream().map(ProcessHandle::pid).toList());
        }
    }

    /** Asks all of them to end, gives them {@code grace}, then kills what is left; returns how many there were. */
    public static int end(Predicate<String> cookie, Duration grace) {
        List<ProcessHandle> found = bearing(cookie);
        found.forEach(ProcessHandle::destroy);
        if (!found.isEmpty()) {
            Uninterruptibly.await(() -> found.stream().noneMatch(ProcessTree::isRunning), grace);
        }
        kill(cookie, List.of());
        return found.size();
    }

    /** Returns what the process has resident; nothing when it has ended. */
    public static DataSize memory(long pid) {
        return read(PROC.resolve(pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .map(line -> DataSize.ofKilobytes(Long.parseLong(line.replaceAll("\\D", ""))))
                .orElse(DataSize.ofBytes(0));
    }

    /** False for a zombie too, which waits for nothing but its parent. */
    private static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && !read(PROC.resolve(process.pid() + "/stat")).matches("(?s)\\d+ \\(.*\\) Z .*");
    }

    private static boolean bears(Path process, Predicate<String> cookie) {
        return cookieInEnvironment(process).filter(cookie).isPresent()
                || ControlGroups.cookiesOf(read(process.resolve("cgroup"))).anyMatch(cookie);
    }

    private static Optional<String> cookieInEnvironment(Path process) {
        try {
            byte[] environment = Files.readAllBytes(process.resolve("environ"));
            int start = 0;
            while (start < environment.length) {
                int end = start;
                while (end < environment.length && environment[end] != 0) {
                    end++;
                }
                if (end - start > PREFIX.length && startsWithPrefix(environment, start)) {
                    int value = start + PREFIX.length;
                    return Optional.of(new String(environment, value, end - value, StandardCharsets.UTF_8));
                }
                start = end + 1;
            }
            return Optional.empty();
        } catch (IOException e) { // ended meanwhile, or another user's
            return Optional.empty();
        }
    }

    private static boolean startsWithPrefix(byte[] environment, int offset) {
        for (int i = 0; i < PREFIX.length; i++) {
            if (environment[offset + i] != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
