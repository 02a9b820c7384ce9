package dev.claudepool.benchmark;

import java.nio.file.Path;

/**
 * What the parts work with.
 *
 * @param directory where services keep their data
 * @param cli the real CLI
 */
record Bench(Options options, Path directory, Cli cli, Children children) {}
