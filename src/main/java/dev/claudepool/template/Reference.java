package dev.claudepool.template;

/** What a prompt refers to; {@link Template} has the grammar. */
public sealed interface Reference {

    /** The reference as it is written in a prompt. */
    String text();

    /** Reads a path of the grammar. */
    static Reference of(String path) {
        String[] names = path.split("\\.", -1);
        if (names.length == 3 && names[0].equals("steps")) {
            return names[2].equals("output") ? new StepOutput(names[1]) : new StepVar(names[1], names[2]);
        }
        return switch (path) {
            case "previous_output" -> new PreviousOutput();
            case "error" -> new StepError();
            default -> new Unknown(path);
        };
    }

    /** The output of the step before. */
    record PreviousOutput() implements Reference {
        @Override
        public String text() {
            return "{previous_output}";
        }
    }

    /** Why the step failed that the prompt is to recover from. */
    record StepError() implements Reference {
        @Override
        public String text() {
            return "{error}";
        }
    }

    /** The output of a step. */
    record StepOutput(String step) implements Reference {
        @Override
        public String text() {
            return "{steps." + step + ".output}";
        }
    }

    /** A value that was taken out of the output of a step. */
    record StepVar(String step, String variable) implements Reference {
        @Override
        public String text() {
            return "{steps." + step + "." + variable + "}";
        }
    }

    /** A path that stands for nothing. */
    record Unknown(String path) implements Reference {
        @Override
        public String text() {
            return "{" + path + "}";
        }
    }
}
