package dev.claudepool.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Linux tells of the processes of this machine. */
final class Processes {

    private Processes() {}

    /** The processes whose environment holds {@code text}, such as a directory that only this test uses. */
    static List<Long> withEnvironment(String text) {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(
                            path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                    .toList()) {
                if (read(process.resolve("environ")).contains(text) && !isZombie(process)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    /** Whether this process could make control groups of its own. */
    static boolean canBeGrouped() {
        return Pattern.compile("^\\S+ \\S+ \\S+ \\S+ (\\S+) .*- cgroup2 ", Pattern.MULTILINE)
                .matcher(read(Path.of("/proc/self/mountinfo")))
                .results()
                .anyMatch(mount -> Files.isWritable(Path.of(mount.group(1))));
    }

    /** The command lines of all processes, arguments separated by NUL. */
    static String commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .collect(Collectors.joining("\n"));
    }

    /** The arguments of a process, separated by NUL; empty when it has ended. */
    static String commandLine(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "cmdline"));
    }

    private static boolean isZombie(Path process) {
        String stat = read(process.resolve("stat"));
        return stat.contains(") Z ");
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }
}
