package dev.claudepool.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each {@code claude} process into a control group (cgroup v2) that is named after its cookie, below the group of
 * the service, where that may be written. All that it starts is in that group too, and cannot shed it as it can shed
 * its environment. Thread-safe.
 *
 * <p>The kernel lists a process's group in {@code /proc/<pid>/cgroup}, in the line that begins with {@code 0::}.
 */
public final class ControlGroups {

    private static final Logger log = LoggerFactory.getLogger(ControlGroups.class);
    private static final String DIRECTORY = "claude-pool";
    private static final Pattern OF_PROCESS = Pattern.compile("^0::(/.*)$", Pattern.MULTILINE);
    private static final Pattern OF_COOKIE = Pattern.compile("/" + DIRECTORY + "/([^/\n]+)");

    /** The line of a mount: its root, where it is mounted, and its type. */
    private static final Pattern MOUNT =
            Pattern.compile("^\\S+ \\S+ \\S+ (\\S+) (\\S+) .*- cgroup2 ", Pattern.MULTILINE);

    private final Optional<Path> parent;
    private final Set<Path> ended = ConcurrentHashMap.newKeySet();

    private ControlGroups(Optional<Path> parent) {
        this.parent = parent;
    }

    /** Below the group of this process; none where there is no cgroup v2, or it may not be written. */
    public static ControlGroups ofThisProcess() {
        try {
            Path parent = own().resolve(DIRECTORY);
            Files.createDirectories(parent);
            return Files.isWritable(parent) ? new ControlGroups(Optional.of(parent)) : unavailable("it is read-only");
        } catch (IOException e) {
            return unavailable(e.toString());
        }
    }

    private static ControlGroups unavailable(String why) {
        log.info(
                "No control groups: processes of a task that detach and clear their environment may outlive it: {}",
                why);
        return new ControlGroups(Optional.empty());
    }

    private static Path own() throws IOException {
        Matcher group = OF_PROCESS.matcher(Files.readString(Path.of("/proc/self/cgroup")));
        Matcher mount = MOUNT.matcher(Files.readString(Path.of("/proc/self/mountinfo")));
        if (!group.find() || !mount.find()) {
            throw new IOException("cgroup v2 is not mounted");
        }
        Path inMount = Path.of(mount.group(1)).relativize(Path.of(group.group(1)));
        return Path.of(mount.group(2)).resolve(inMount).normalize();
    }

    public boolean isAvailable() {
        return parent.isPresent();
    }

    /** Makes a group for the process of that cookie; the file into which the process has to write 0 to join it. */
    public Optional<Path> create(Cookie cookie) {
        ended.removeIf(ControlGroups::isGone);
        return parent.flatMap(directory -> {
            Path group = directory.resolve(name(cookie.value()));
            try {
                Files.createDirectory(group);
                return Optional.of(group.resolve("cgroup.procs"));
            } catch (IOException e) {
                log.warn("A control group cannot be made: {}", e.toString());
                return Optional.empty();
            }
        });
    }

    /** The process of that cookie has ended; its group is removed once nothing is left in it. */
    public void release(Cookie cookie) {
        parent.map(directory -> directory.resolve(name(cookie.value())))
                .filter(group -> !isGone(group))
                .ifPresent(ended::add);
    }

    /** Removes the empty groups whose cookie matches. */
    public void removeEmpty(Predicate<String> cookie) {
        parent.ifPresent(directory -> {
            try (DirectoryStream<Path> groups = Files.newDirectoryStream(directory, Files::isDirectory)) {
                for (Path group : groups) {
                    if (cookie.test(cookie(group.getFileName().toString()))) {
                        var _ = isGone(group);
                    }
                }
            } catch (IOException e) {
                log.warn("Control groups cannot be listed directory={}: {}", directory, e.toString());
            }
        });
    }

    /**
     * The cookies after which the groups of a process are named, given its {@code /proc/<pid>/cgroup}: more than one
     * where a pool runs in a task of another.
     */
    static Stream<String> cookiesOf(String cgroup) {
        Matcher group = OF_PROCESS.matcher(cgroup);
        return group.find()
                ? OF_COOKIE.matcher(group.group(1)).results().map(match -> cookie(match.group(1)))
                : Stream.of();
    }

    /** Removes the group unless something is left in it. */
    private static boolean isGone(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException e) { // busy
            return false;
        }
    }

    private static String name(String cookie) {
        return cookie.replace('/', '.');
    }

    private static String cookie(String name) {
        return name.replace('.', '/');
    }
}
