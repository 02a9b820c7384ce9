package dev.claudepool.benchmark;

/** A contender that does many tasks at once. */
interface Batch extends Contender {

    int tasks();
}
