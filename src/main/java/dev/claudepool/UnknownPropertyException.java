package dev.claudepool;

import java.util.List;

/** Properties under {@code claude-pool} that nothing reads; each problem is a sentence with a name and its origin. */
class UnknownPropertyException extends RuntimeException {

    private final List<String> problems;

    UnknownPropertyException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
