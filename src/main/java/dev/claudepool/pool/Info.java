package dev.claudepool.pool;

/**
 * What runs here.
 *
 * @param version the version of the service
 * @param apiVersion the version of its API, which is part of each path
 * @param cliVersion the version of the {@code claude} CLI that it starts
 */
record Info(String version, String apiVersion, String cliVersion) {}
