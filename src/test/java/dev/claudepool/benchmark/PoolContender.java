package dev.claudepool.benchmark;

/** A contender that has a service do it, whose slots are idle before and after. */
interface PoolContender extends Contender {

    Service service();

    @Override
    default void prepare() {
        service().awaitQuiet();
    }

    @Override
    default void rest() {
        service().awaitQuiet();
    }
}
