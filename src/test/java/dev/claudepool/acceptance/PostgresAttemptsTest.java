package dev.claudepool.acceptance;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Engine.OnPostgres.class)
class PostgresAttemptsTest extends AttemptsTest {}
