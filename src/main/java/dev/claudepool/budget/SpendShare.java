package dev.claudepool.budget;

/**
 * What one slot, tag or model has cost since the data directory is in use.
 *
 * @param name the slot's id, the tag, or the model's name
 * @param spentUsd in USD
 */
record SpendShare(String name, Money spentUsd, Tokens tokens) {}
