package dev.claudepool.chain;

/** Wants to know when chains end, or are retried. */
public interface ChainListener {

    /** Called inside the transaction, in which it may change other chains, too; what it throws undoes the change. */
    void changed(Chain before, Chain after);
}
